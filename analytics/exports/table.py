"""What a table of attendance is, for the page, the file and the API alike."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from analytics.exports.words import ways_words
from analytics.rules import Measure, Missing, Provenance
from analytics.rules.figures import CategoryFigures
from app.web.languages import LocalText
from checkin.rules import Method

Cell = int | float | str | Missing | None
"""A number, a share in per cent, words, why there is none, or nothing because the column does not apply."""


Ways = tuple[tuple[Method, int], ...]
"""Methods, and how many are known by each."""


@dataclass(frozen=True)
class Column:
    """One column; kind: number, share or words. mark: the colour key of a category. asks: what it counts, where that is
    not what its whole table counts."""

    key: str
    label: LocalText | str
    kind: str = "number"
    mark: str | None = None
    asks: Measure | None = None


@dataclass(frozen=True)
class Row:
    """One line; key: for programs. detail: smaller, under the label. ways: how much of what its table counts first is
    known by which method."""

    key: str
    label: LocalText | str
    cells: tuple[Cell, ...]
    detail: str = ""
    mark: str | None = None
    ways: Ways = ()

    @property
    def known(self) -> str:
        """The ways in words."""
        return ways_words(self.ways)


@dataclass(frozen=True)
class Table:
    """Rows under columns. about: what the details of the rows say. method: how all of it is known, in words; ways: the
    same in numbers, of the total. total adds up;
    distinct: people, who do not add up here. standing: preliminary, or of which edition."""

    name: str
    title: str
    head: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    measures: tuple[Measure, ...]
    provenance: tuple[Provenance, ...]
    method: str = ""
    total: tuple[Cell, ...] | None = None
    distinct: tuple[Cell, ...] | None = None
    notes: tuple[str, ...] = ()
    standing: str = ""
    about: str = ""
    ways: Ways = ()

    @property
    def asks(self) -> tuple[Measure, ...]:
        """What figures count of whose columns none says it: it stands beside the title."""
        return self.measures if any(one.asks is None and one.kind != "words" for one in self.columns) else ()

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kind of each column."""
        return tuple(column.kind for column in self.columns)


def sums(rows: Iterable[Row], columns: int) -> tuple[Cell, ...]:
    """Per column the sum of what is known; without anything known, why."""
    return tuple(_sum([row.cells[index] for row in rows]) for index in range(columns))


def _sum(cells: list[Cell]) -> Cell:
    numbers = [cell for cell in cells if isinstance(cell, int)]
    return sum(numbers) if numbers else next((cell for cell in cells if isinstance(cell, Missing)), None)


def ways_of(methods: Mapping[Method, int]) -> Ways:
    """As a row keeps them."""
    return tuple(methods.items())


def mark_of(index: int, figures: CategoryFigures) -> str | None:
    """The colour key of a category: its number, or the grey of who was not asked."""
    if figures.category.unknown:
        return "unknown"
    return str(index + 1) if index < 6 else None
