"""Long lists come in pages."""

from dataclasses import dataclass

from flask import request

LINES_A_PAGE = 30


@dataclass(frozen=True)
class Page:
    """Where in a long list the reader is, counted from 1."""

    number: int
    of: int

    @property
    def skip(self) -> int:
        return (self.number - 1) * LINES_A_PAGE


def page_of(count: int) -> Page:
    """The page that the address asks for, or the nearest there is."""
    last = max(1, -(-count // LINES_A_PAGE))
    asked = request.args.get("page", 1, type=int)
    return Page(min(max(asked, 1), last), last)
