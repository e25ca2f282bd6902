"""Long lists in pages: which one the reader asked for, and what stands on it."""

from dataclasses import dataclass

from flask import request


@dataclass(frozen=True)
class Page:
    """Where in a long list the reader is, counted from 1."""

    number: int
    of: int
    lines: int

    @property
    def skip(self) -> int:
        return (self.number - 1) * self.lines


def page_of(count: int, lines: int) -> Page:
    """The page of `?page=` with so many lines each, or the nearest there is."""
    last = max(1, -(-count // lines))
    asked = request.args.get("page", 1, type=int)
    return Page(min(max(asked, 1), last), last, lines)
