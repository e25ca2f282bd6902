"""What an edition says to the public: the one figure that the event reports, and visits by session, category and day.

Small numbers are hidden once, when the edition is issued, and what is hidden is kept with it, so that every page and
file of it is the same for ever. A category whose number is hidden in the one table is hidden in the totals of the other
as well, for the two can be the same people; see `hiding`.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from analytics.rules import Attendance, Missing, Provenance
from analytics.rules.facts import Facts, Source, Texts, provenance
from analytics.rules.figures import Count, Figures, SessionFigures
from analytics.rules.hiding import Before, Tables, hide_both
from analytics.rules.suppression import Cell, Line, totals
from checkin.rules import Method

UNSPLIT = "unsplit"
"""In place of a session: visits of which a source does not say where."""


class Standing(StrEnum):
    """What a number that leaves the house stands for. Only the first two have one."""

    COUNTED = "counted"
    PARTLY = "partly"
    HIDDEN = "hidden"
    UNKNOWN = "unknown"
    NOT_YET = "not_yet"
    CANCELLED = "cancelled"


class WhyWithdrawn(StrEnum):
    """Why an edition was withdrawn: of a list, for a sentence could tell the numbers that are taken back."""

    NUMBERS = "numbers"
    MEASURE = "measure"
    WORDS = "words"
    DISCLOSED = "disclosed"


@dataclass(frozen=True)
class Shown:
    """A number as the public sees it; None: hidden, not known, or not there yet."""

    number: int | None
    standing: Standing


@dataclass(frozen=True)
class ShownCategory:
    """A column of the public tables."""

    key: str
    label: Texts


@dataclass(frozen=True)
class Sitting:
    """One session on one day: a row of the public table. numbers: by category."""

    code: str
    title: Texts
    day: date | None
    venue: Texts
    room: Texts
    starts_at: datetime | None
    numbers: tuple[Shown, ...]
    total: Shown


@dataclass(frozen=True)
class ShownDay:
    """One day, all its sessions together."""

    day: date | None
    numbers: tuple[Shown, ...]
    total: Shown


@dataclass(frozen=True)
class PublicFigures:
    """All that an edition says to the public. attendance: by category in the measure that was named."""

    measure: Attendance
    categories: tuple[ShownCategory, ...]
    attendance: tuple[Shown, ...]
    attendance_total: Shown
    methods: tuple[Method, ...]
    provenance: tuple[Provenance, ...]
    sittings: tuple[Sitting, ...]
    days: tuple[ShownDay, ...]
    visits: tuple[Shown, ...]
    visits_total: Shown
    visit_methods: tuple[Method, ...]
    visit_provenance: tuple[Provenance, ...]
    sources: tuple[Source, ...]
    hidden_visits: tuple[tuple[str | None, str | None, str | None], ...]
    hidden_attendance: tuple[str | None, ...]

    @property
    def hides(self) -> bool:
        """Whether anything is hidden."""
        return bool(self.hidden_visits or self.hidden_attendance)


def attendance_of(figures: Figures, measure: Attendance) -> dict[str, int] | Missing:
    """The one figure by category key, in the measure that was named."""
    if measure is Attendance.PEOPLE_BY_DAY:
        return _people_by_day(figures)
    total = figures.people if measure is Attendance.PEOPLE else figures.visits
    if isinstance(total, Missing):
        return total
    counts = {one.category.key: _of(one, measure) for one in figures.categories}
    return {key: count.number for key, count in counts.items() if isinstance(count, Count)}


def _of(one: object, measure: Attendance) -> Count | Missing:
    counted: Count | Missing = getattr(one, measure.value)
    return counted


def _people_by_day(figures: Figures) -> dict[str, int] | Missing:
    """Summed over the days that are known; a source that gives no days has none."""
    known = [one for one in figures.days if isinstance(one.people, int)]
    if not known:
        return figures.people if isinstance(figures.people, Missing) else Missing.UNKNOWN
    return {
        one.category.key: sum(day.people_by_category.get(one.category.id, 0) for day in known)
        for one in figures.categories
    }


def public_figures(
    figures: Figures,
    measure: Attendance,
    *,
    editions: Iterable[PublicFigures] = (),
) -> PublicFigures:
    """What leaves of these figures. editions: those before, whose readers may compare.

    Raises ValueError if any number is less than nobody.
    """
    attendance = attendance_of(figures, measure)
    heads = {} if isinstance(attendance, Missing) else attendance
    lines, rows = _lines(figures)
    by_day, same = measure is Attendance.PEOPLE_BY_DAY, measure is Attendance.VISITS
    hidden = hide_both(Tables(lines, heads, by_day, same, UNSPLIT), [_before(one, measure) for one in editions])
    visits, people = hidden.visits, hidden.people
    keys = [one.category.key for one in figures.categories]
    table = _Table(totals(lines), visits, keys)
    known, missing = bool(lines), _standing(figures.visits)
    return PublicFigures(
        measure=measure,
        categories=tuple(ShownCategory(one.category.key, one.category.label) for one in figures.categories),
        attendance=tuple(
            _unknown(attendance) if isinstance(attendance, Missing) else _shown(heads.get(key, 0), key in people)
            for key in keys
        ),
        attendance_total=_unknown(attendance)
        if isinstance(attendance, Missing)
        else _shown(sum(heads.values()), None in people),
        methods=_methods(figures.visits if measure is Attendance.VISITS else figures.people),
        provenance=_provenance(figures.facts, figures.visits if measure is Attendance.VISITS else figures.people),
        sittings=tuple(_sitting(figures, one, day, table) for one, day in rows),
        days=tuple(
            ShownDay(date.fromisoformat(day) if day else None, *table.row(day, None))
            for day in sorted({day for day, _row, _column in lines})
        ),
        visits=table.row(None, None)[0] if known else (Shown(None, missing),) * len(keys),
        visits_total=table.row(None, None)[1] if known else Shown(None, missing),
        visit_methods=_methods(figures.visits),
        visit_provenance=_provenance(figures.facts, figures.visits),
        sources=figures.facts.sources,
        hidden_visits=tuple(sorted(visits, key=str)),
        hidden_attendance=tuple(sorted(people, key=str)),
    )


@dataclass(frozen=True)
class _Table:
    """Visits with what is hidden of them."""

    values: Mapping[Cell, int]
    hidden: Set[Cell]
    keys: list[str]

    def row(self, day: str | None, row: str | None, *, partly: bool = False) -> tuple[tuple[Shown, ...], Shown]:
        """Its numbers by category, and its total."""
        *numbers, total = (self._shown((day, row, key), partly=partly) for key in (*self.keys, None))
        return tuple(numbers), total

    def _shown(self, cell: Cell, *, partly: bool) -> Shown:
        return _shown(self.values.get(cell, 0), cell in self.hidden, partly=partly)


def _lines(figures: Figures) -> tuple[dict[Line, int], list[tuple[SessionFigures | None, str]]]:
    """Visits by day, session and category, zeroes too; and the rows in their order: a session on each of its days."""
    lines: dict[Line, int] = {}
    rows: list[tuple[SessionFigures | None, str]] = []
    for one in figures.sessions:
        last = figures.facts.last_day_of(one.session)
        if isinstance(one.visits, Missing):
            rows.append((one, last.isoformat()))
            continue
        cells: dict[tuple[str, int], int] = defaultdict(int)
        for (at, category), number in one.by_day.items():
            cells[(at or last).isoformat(), category] += number
        for day in sorted({day for day, _category in cells}) or [last.isoformat()]:
            rows.append((one, day))
            for of in figures.categories:
                lines[day, one.session.code, of.category.key] = cells.get((day, of.category.id), 0)
    unsplit = _unsplit(figures, lines)
    if any(unsplit.values()):
        rows.append((None, ""))
        lines |= {("", UNSPLIT, key): number for key, number in unsplit.items()}
    return lines, rows


def _unsplit(figures: Figures, lines: Mapping[Line, int]) -> dict[str, int]:
    """Visits that are in no session."""
    split: dict[str, int] = defaultdict(int)
    for (_day, _row, key), number in lines.items():
        split[key] += number
    return {
        one.category.key: one.visits.number - split[one.category.key]
        for one in figures.categories
        if isinstance(one.visits, Count)
    }


def _before(public: PublicFigures, measure: Attendance) -> Before:
    """What readers of an edition know."""
    keys = [*(one.key for one in public.categories), None]
    rows: list[tuple[str | None, str | None, tuple[Shown, ...]]] = [
        *((str(one.day or ""), one.code, (*one.numbers, one.total)) for one in public.sittings),
        *((str(one.day or ""), None, (*one.numbers, one.total)) for one in public.days),
        (None, None, (*public.visits, public.visits_total)),
    ]
    visits: dict[Cell, int] = {}
    for day, row, numbers in rows:
        cells = zip(keys, numbers, strict=True)
        visits |= {(day, row, key): one.number for key, one in cells if one.number is not None}
    heads = zip(keys, (*public.attendance, public.attendance_total), strict=True)
    people = {key: one.number for key, one in heads if one.number is not None and public.measure is measure}
    return Before(visits, people, frozenset(public.hidden_visits), frozenset(public.hidden_attendance))


def _sitting(figures: Figures, one: SessionFigures | None, day: str, table: _Table) -> Sitting:
    if one is None:
        return Sitting(UNSPLIT, {}, None, {}, {}, None, *table.row(day, UNSPLIT))
    venue = next((place.name for place in figures.facts.venues if place.id == one.session.venue), {})
    if isinstance(one.visits, Missing):
        nothing = _unknown(one.visits)
        numbers, total = (nothing,) * len(table.keys), nothing
    else:
        numbers, total = table.row(day, one.session.code, partly=one.partly)
    session = one.session
    return Sitting(
        session.code, session.title, date.fromisoformat(day), venue, session.room, session.starts_at, numbers, total
    )


def _shown(number: int, hidden: bool, *, partly: bool = False) -> Shown:  # noqa: FBT001
    if hidden:
        return Shown(None, Standing.HIDDEN)
    return Shown(number, Standing.PARTLY if partly else Standing.COUNTED)


def _unknown(missing: Missing) -> Shown:
    return Shown(None, _standing(missing))


def _standing(found: Count | Missing) -> Standing:
    reasons = {Missing.CANCELLED: Standing.CANCELLED, Missing.NOT_YET: Standing.NOT_YET}
    return Standing.UNKNOWN if isinstance(found, Count) else reasons.get(found, Standing.UNKNOWN)


def _methods(count: Count | Missing) -> tuple[Method, ...]:
    return tuple(count.methods) if isinstance(count, Count) else ()


def _provenance(facts: Facts, count: Count | Missing) -> tuple[Provenance, ...]:
    return provenance(facts, _methods(count))
