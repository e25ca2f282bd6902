"""What a report is, before it becomes a file: sections of paragraphs, facts, lists, tables and pictures, in order.

Texts are words of ours or of organisers: 漢字《かんじ》 is a reading, which each file shows as well as it can.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from analytics.exports.pictures import Drawn
from analytics.exports.table import Table
from app.web.languages import LocalText, plain

Words = str | LocalText


@dataclass(frozen=True)
class Paragraph:
    """Sentences; `small`: a note."""

    words: Words
    small: bool = False


@dataclass(frozen=True)
class Fact:
    """One name and what is known under it, line by line. listed: the lines are things of one kind. key: of what a
    question mark beside figures may ask for."""

    name: Words
    lines: tuple[Words, ...]
    listed: bool = False
    key: str = ""


@dataclass(frozen=True)
class Facts:
    """Names with what they mean, side by side."""

    facts: tuple[Fact, ...]


@dataclass(frozen=True)
class Listing:
    """Things in a row without numbers, under their name."""

    name: Words
    items: tuple[Words, ...]


@dataclass(frozen=True)
class Key:
    """One figure to be seen first: what it counts, the number or why there is none, and a word about it."""

    label: Words
    value: Words
    note: Words
    first: bool = False


@dataclass(frozen=True)
class Keys:
    """Figures to be seen first, side by side."""

    keys: tuple[Key, ...]


@dataclass(frozen=True)
class Grid:
    """A table under its number. source: measured, published or made up."""

    number: str
    table: Table
    source: str = ""


@dataclass(frozen=True)
class Picture:
    """A chart under its number."""

    number: str
    name: str
    drawn: Drawn


Block = Paragraph | Facts | Listing | Keys | Grid | Picture


@dataclass(frozen=True)
class Section:
    """A heading and what stands under it."""

    key: str
    title: Words
    blocks: tuple[Block, ...]
    number: str = ""


@dataclass(frozen=True)
class Report:
    """A whole report in one language. mark: preliminary, or which edition; about: what that means. on: the day on which
    it was written, where the event is."""

    slug: str
    lang: str
    kicker: Words
    title: Words
    event: Words
    period: Words
    mark: Words
    about: Words
    made: Words
    source: Words
    sections: tuple[Section, ...]
    on: date | None = None

    @property
    def name(self) -> str:
        """Event and title in one line, without readings."""
        return (
            f"{plain(self.event)}　{plain(self.title)}"
            if self.lang != "en"
            else f"{plain(self.event)}: {plain(self.title)}"
        )

    @property
    def content(self) -> str:
        """Names every number and word of it, in few letters."""
        return hashlib.blake2b(repr(self).encode(), digest_size=12).hexdigest()

    def grids(self) -> Iterator[tuple[Section, Grid]]:
        """Every table with the section that it stands in."""
        for section in self.sections:
            for block in section.blocks:
                if isinstance(block, Grid):
                    yield section, block
