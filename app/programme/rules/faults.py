"""What may be wrong with an event document, and the refusal that carries all of it."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from app.errors import Invalid

Document = Mapping[str, Any]
LONGEST_VALUE = 80


@dataclass(frozen=True)
class Fault:
    """One thing wrong with a document: where, what stands there, what was expected; `kind` names the sort of it for
    pages that say it in their own words."""

    path: str
    value: str
    expected: str
    kind: str = field(default="", compare=False)

    @property
    def name(self) -> str:
        """The field alone: `ends_at` of `sessions[0].ends_at`."""
        return self.path.rpartition(".")[2]

    def __str__(self) -> str:
        return f"{self.path}: {self.value} – expected {self.expected}"


class BadDocument(Invalid):
    """A document that was refused, with everything wrong with it; nothing was written."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("bad_document", "\n".join(map(str, self.faults)))


def shown(value: Any) -> str:
    """A value as a fault shows it, shortened."""
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= LONGEST_VALUE else text[: LONGEST_VALUE - 1] + "…"


def objects(parent: Document, name: str, place: str = "") -> Iterator[tuple[str, Document]]:
    """The objects of a list with their paths; `None` stands where one failed its shape and is passed over."""
    prefix = f"{place}.{name}" if place else name
    for number, one in enumerate(parent.get(name) or []):
        if one is not None:
            yield f"{prefix}[{number}]", one
