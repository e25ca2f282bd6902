"""What the interface for programs answers about attendance: these classes are the answers and, read by its description,
their schema. There is nothing personal in them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from analytics.exports.files import closing_rows
from analytics.exports.table import Row, Table
from analytics.rules import Missing
from analytics.rules.figures import Count, Figures
from app.web.languages import plain


@dataclass(frozen=True, kw_only=True)
class FigureSource:
    """Where published figures come from, and what is said there of measure and method."""

    title: dict[str, str]
    url: str | None
    provenance: str
    measure: dict[str, str]
    method: dict[str, str]


@dataclass(frozen=True, kw_only=True)
class FigureCount:
    """One whole figure. missing: why there is no number; methods: how much of it is known in which way."""

    number: int | None
    missing: str | None
    anonymous: int | None
    methods: dict[str, int]


@dataclass(frozen=True, kw_only=True)
class FigureMeasures:
    """The figures of the whole event."""

    people: FigureCount
    visits: FigureCount
    passages: FigureCount
    reentries: int | None


@dataclass(frozen=True, kw_only=True)
class FigureColumn:
    """One column; kind: number, share (in per cent) or words."""

    key: str
    label: str
    kind: str


@dataclass(frozen=True, kw_only=True)
class FigureRow:
    """One line, by the keys of the columns. values: null where there is none; missing: why; methods: how much of what
    its table counts first is known in which way, as far as that is known of the line."""

    key: str
    label: str
    values: dict[str, int | float | str | None]
    missing: dict[str, str]
    methods: dict[str, int]


@dataclass(frozen=True, kw_only=True)
class FigureTable:
    """One table. known_by: how all of it is known, in words. closing: its total, and the number of different people,
    which is not the sum."""

    title: str
    measures: list[str]
    provenance: list[str]
    columns: list[FigureColumn]
    rows: list[FigureRow]
    closing: list[FigureRow]
    notes: list[str]
    known_by: str


@dataclass(frozen=True, kw_only=True)
class FigureTables:
    """Tables about one event by their names. definitions: the page that says what each measure means."""

    event: str
    title: dict[str, str]
    at: datetime
    newest_line_at: datetime | None
    provenance: list[str]
    edition: int | None
    standing: str
    definitions: str
    sources: list[FigureSource]
    tables: dict[str, FigureTable]


@dataclass(frozen=True, kw_only=True)
class Attendance(FigureTables):
    """Attendance: the whole figures, and every standard table."""

    measures: FigureMeasures


def attendance_answer(figures: Figures, tables: Mapping[str, Table], *, at: datetime, definitions: str) -> Attendance:
    """The same figures as on the page."""
    measures = FigureMeasures(
        people=_count(figures.people),
        visits=_count(figures.visits),
        passages=_count(figures.passages),
        reentries=figures.reentries if isinstance(figures.visits, Count) else None,
    )
    told = tables_answer(figures, tables.values(), at=at, definitions=definitions)
    return Attendance(**vars(told), measures=measures)


def tables_answer(figures: Figures, tables: Iterable[Table], *, at: datetime, definitions: str) -> FigureTables:
    """Tables with where they come from. definitions: the address of the page that says what each measure means."""
    return FigureTables(
        event=figures.facts.slug,
        title=dict(figures.facts.title),
        at=at,
        newest_line_at=figures.newest_at,
        provenance=[one.value for one in figures.provenance],
        edition=figures.edition,
        standing="preliminary" if figures.edition is None else "edition",
        definitions=definitions,
        sources=[
            FigureSource(
                title=dict(source.title),
                url=source.url,
                provenance=source.provenance.value,
                measure=dict(source.measure_note),
                method=dict(source.method_note),
            )
            for source in figures.facts.sources
        ],
        tables={table.name: _table(table) for table in tables},
    )


def _count(count: Count | Missing) -> FigureCount:
    if isinstance(count, Missing):
        return FigureCount(number=None, missing=count.value, anonymous=None, methods={})
    methods = {method.value: number for method, number in count.methods.items()}
    return FigureCount(number=count.number, missing=None, anonymous=count.anonymous, methods=methods)


def _table(table: Table) -> FigureTable:
    return FigureTable(
        title=plain(table.title),
        measures=[measure.value for measure in table.measures],
        provenance=[one.value for one in table.provenance],
        columns=[FigureColumn(key=one.key, label=plain(one.label), kind=one.kind) for one in table.columns],
        rows=[_row(table, row) for row in table.rows],
        closing=[_row(table, row) for row in closing_rows(table)],
        notes=[plain(note) for note in table.notes],
        known_by=plain(table.method),
    )


def _row(table: Table, row: Row) -> FigureRow:
    pairs = list(zip(table.columns, row.cells, strict=True))
    return FigureRow(
        key=row.key,
        label=plain(row.label),
        values={column.key: None if isinstance(cell, Missing) else cell for column, cell in pairs},
        missing={column.key: cell.value for column, cell in pairs if isinstance(cell, Missing)},
        methods={method.value: number for method, number in row.ways},
    )
