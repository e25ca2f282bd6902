"""Characters that no text of a programme may hold, wherever it comes from."""

import re
from collections.abc import Iterator
from typing import Any

from app.programme.rules.faults import Fault

LONGEST_PATH = 200
PROSE = ("summary", "description", "how_to_take_part", "access", "note", "measure_note", "method_note", "text")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f\x85\u2028\u2029\ud800-\udfff]")


def text_faults(value: Any, steps: list[str], place: str) -> Iterator[Fault]:
    """Control characters and halves of characters: no database keeps them, no page shows them."""
    if isinstance(value, str):
        found = _CONTROL.search(value) or (not set(PROSE) & set(steps) and re.search(r"\n|\t", value))
        if found:
            yield Fault(place, repr(value[:LONGEST_PATH]), f"text without {_name_of(found[0])}")
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from text_faults(inner, [*steps, name], join(place, name))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from text_faults(inner, steps, f"{place}[{number}]")


def _name_of(character: str) -> str:
    return {"\n": "line breaks", "\t": "tabs"}.get(character, f"the character U+{ord(character):04X}")


def join(place: str, name: str) -> str:
    """The path of a name inside of a place."""
    return f"{place}.{name}" if place else name
