"""Parts of pages that are made once: rows of figures, of which most are the same with the next reading."""

from collections.abc import Hashable
from functools import lru_cache
from typing import Any

from flask import Flask
from jinja2.runtime import Macro
from markupsafe import Markup

from app.web.languages import current_language

KEPT = 3000
"""Of about a kilobyte each."""


def init_parts(app: Flask) -> None:
    """Give templates `made_once(macro, *values, beside=None)`: what the macro makes of these values for this reader's
    language, made anew only for values not seen lately.

    The macro may look at nothing else. beside: its last argument, the same with every call, such as a list of words.
    """
    made = lru_cache(maxsize=KEPT)(_made)

    def made_once(macro: Macro, *values: Hashable, beside: Any = None) -> Markup:
        return made(_Part(macro, beside), current_language(), values)

    app.jinja_env.globals["made_once"] = made_once


class _Part:
    """A macro as it stands in its template, however often that is loaded: the compiled code tells it from others."""

    __slots__ = ("beside", "code", "macro")

    def __init__(self, macro: Macro, beside: Any) -> None:
        self.macro, self.beside, self.code = macro, beside, macro._func.__code__

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Part) and self.code is other.code

    def __hash__(self) -> int:
        return hash(id(self.code))


def _made(part: _Part, _language: str, values: tuple[Hashable, ...]) -> Markup:
    arguments = values if part.beside is None else (*values, part.beside)
    return Markup(part.macro(*arguments))  # noqa: S704
