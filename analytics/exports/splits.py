"""Tables that split figures: by session, by day, by venue, over time. People do not add up over these."""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import lru_cache
from typing import TypeVar

from flask_babel import gettext as _
from flask_babel import ngettext

from analytics.exports.counts import count_cells
from analytics.exports.table import Cell, Column, Row, Table, Ways, mark_of, sums, ways_of
from analytics.exports.words import at_no_venue, on_day, shares_of, side_by_side
from analytics.rules import Known, Measure, Missing, Provenance
from analytics.rules.absence import no_show
from analytics.rules.facts import provenance
from analytics.rules.figures import Count, Figures, SessionFigures
from app.clock import lasts_all_day
from app.web.languages import clock, current_language, local, plain

Item = TypeVar("Item")


def sessions(figures: Figures) -> Table:
    noted = any(isinstance(one.unclear, int) and one.unclear for one in figures.sessions)
    columns = [
        Column("visits", _("Visits"), asks=Measure.VISITS),
        Column("booked", _("Booked"), asks=Measure.CAME),
        Column("walk-in", _("Walk-ins"), asks=Measure.CAME),
        *([Column("unclear", _("Booking not noted"), asks=Measure.CAME)] if noted else []),
        Column("anonymous", _("Without a ticket"), asks=Measure.WITHOUT_TICKET),
        Column("reentries", _("Re-entries"), asks=Measure.REENTRIES),
        Column("registered", _("Places asked for"), asks=Measure.REGISTERED),
        Column("confirmed", _("Places confirmed"), asks=Measure.REGISTERED),
        Column("no-show", _("Did not come"), asks=Measure.NO_SHOW),
    ]

    def cells(one: SessionFigures) -> tuple[Cell, ...]:
        again: Cell = one.reentries if isinstance(one.visits, int) else one.visits
        unclear = (one.unclear,) if noted else ()
        places = (one.registered, one.confirmed, no_show(one))
        return (one.visits, one.booked, one.walk_in, *unclear, one.anonymous, again, *places)

    rows = tuple(
        Row(
            one.session.code,
            local(one.session.title),
            cells(one),
            detail=when_and_where(figures, one),
            ways=ways_of(one.methods),
        )
        for one in figures.sessions
    )
    return Table(
        name="sessions",
        title=_("By session"),
        head=_("Session"),
        columns=tuple(columns),
        rows=rows,
        measures=(Measure.VISITS, Measure.PEOPLE, Measure.CAME, Measure.REGISTERED, Measure.NO_SHOW),
        provenance=of_visits(figures),
        method=shares_of((Measure.VISITS, figures.visits)),
        ways=ways_in(figures.visits),
        total=sums(rows, len(columns)),
        distinct=tuple(people_cell(figures) if column.key == "visits" else None for column in columns),
        notes=(
            _("Visits add up over the sessions. People do not: somebody who came to two sessions is one person."),
            *_left_out(
                [one.visits for one in figures.sessions],
                lambda number: ngettext(
                    "Not in the total: %(number)s session that nobody counted.",
                    "Not in the total: %(number)s sessions that nobody counted.",
                    number,
                    number=number,
                ),
            ),
        ),
    )


def when_and_where(figures: Figures, one: SessionFigures) -> str:
    """Day, hours and room of a session, in one line."""
    of, note = one.session, _("counted in part") if one.partly else ""
    return _when_and_where(of.starts_at, of.ends_at, figures.facts.zone, plain(of.room), note, current_language())


@lru_cache(maxsize=1000)
def _when_and_where(starts_at: datetime, ends_at: datetime, zone: str, room: str, note: str, _language: str) -> str:
    """Two tables of a page have the same of each session, and so has the next page."""
    when = f"{on_day(starts_at, zone)} {clock(starts_at, zone)}–{clock(ends_at, zone)}"
    if lasts_all_day(starts_at, ends_at):
        when = side_by_side([on_day(starts_at, zone), _("all day")])
    return side_by_side([when, room, note])


def session_categories(figures: Figures) -> Table:
    columns = _category_columns(figures)
    rows = tuple(
        Row(
            one.session.code,
            local(one.session.title),
            _split(figures, one.visits, one.by_category),
            detail=when_and_where(figures, one),
            ways=ways_of(one.methods),
        )
        for one in figures.sessions
    )
    return Table(
        name="session-categories",
        title=_("Visits by session and category"),
        head=_("Session"),
        columns=columns,
        rows=rows,
        measures=(Measure.VISITS,),
        provenance=of_visits(figures),
        method=shares_of((Measure.VISITS, figures.visits)),
        ways=ways_in(figures.visits),
        total=sums(rows, len(columns)),
        notes=(_("Visits add up in both directions."),),
    )


def _category_columns(figures: Figures) -> tuple[Column, ...]:
    categories = tuple(
        Column(one.category.key, local(one.category.label), mark=mark_of(index, one))
        for index, one in enumerate(figures.categories)
    )
    return (*categories, Column("visits", _("Visits"), asks=Measure.VISITS))


def _passage_columns(figures: Figures) -> tuple[Column, ...]:
    """Only where somebody counted at an entrance."""
    column = Column("passages", _("Passages at entrances"), asks=Measure.PASSAGES)
    return (column,) if isinstance(figures.passages, Count) else ()


def _passed(figures: Figures, what: Item) -> tuple[Item, ...]:
    return (what,) if isinstance(figures.passages, Count) else ()


def _people_columns(label: str) -> tuple[Column, Column]:
    return (
        Column("people", label, asks=Measure.PEOPLE),
        Column("anonymous", _("Without a ticket"), asks=Measure.WITHOUT_TICKET),
    )


def _split(figures: Figures, visits: Known, by_category: Mapping[int, int]) -> tuple[Cell, ...]:
    if isinstance(visits, Missing):
        return (visits,) * (len(figures.categories) + 1)
    return (*(by_category.get(one.category.id, 0) for one in figures.categories), visits)


def days(figures: Figures) -> Table:
    """What happened on each day."""
    columns = (
        Column("visits", _("Visits"), asks=Measure.VISITS),
        *_passage_columns(figures),
        *_people_columns(_("Distinct people of the day")),
    )
    rows = tuple(
        Row(
            one.day.isoformat(),
            on_day(one.day),
            (one.visits, *_passed(figures, one.passages), one.people, one.anonymous),
            ways=ways_of(one.methods),
        )
        for one in figures.days
    )
    return Table(
        name="days",
        title=_("By day"),
        head=_("Event day"),
        columns=columns,
        rows=rows,
        measures=(Measure.VISITS, *_passed(figures, Measure.PASSAGES), Measure.PEOPLE, Measure.PEOPLE_BY_DAY),
        provenance=of_visits(figures),
        method=_of_all(figures),
        ways=ways_in(figures.visits),
        total=(*sums(rows, len(columns) - 2), None, None),
        distinct=(*(None for _column in columns[:-2]), *people_cells(figures)),
        notes=(
            _("Visits and passages add up over the days. People do not: somebody who came on two days is one person."),
            *_left_out(
                [one.visits for one in figures.days],
                lambda number: ngettext(
                    "Not in the total: %(number)s day on which nobody counted.",
                    "Not in the total: %(number)s days on which nobody counted.",
                    number,
                    number=number,
                ),
            ),
        ),
    )


def day_categories(figures: Figures) -> Table:
    """Who came on which day."""
    columns = _category_columns(figures)
    rows = tuple(
        Row(
            one.day.isoformat(),
            on_day(one.day),
            _split(figures, one.visits, one.by_category),
            ways=ways_of(one.methods),
        )
        for one in figures.days
    )
    return Table(
        name="day-categories",
        title=_("Visits by day and category"),
        head=_("Event day"),
        columns=columns,
        rows=rows,
        measures=(Measure.VISITS,),
        provenance=of_visits(figures),
        method=shares_of((Measure.VISITS, figures.visits)),
        ways=ways_in(figures.visits),
        total=sums(rows, len(columns)),
        notes=(_("Visits add up in both directions."),),
    )


def venues(figures: Figures) -> Table:
    columns = (
        Column("visits", _("Visits"), asks=Measure.VISITS),
        *_passage_columns(figures),
        *_people_columns(_("Distinct people")),
    )
    key, words = at_no_venue(figures.facts.elsewhere)
    rows = tuple(
        Row(
            one.venue.slug if one.venue else key,
            local(one.venue.name) if one.venue else words,
            (one.visits, *_passed(figures, one.passages), one.people, one.anonymous),
            ways=ways_of(one.methods),
        )
        for one in figures.venues
    )
    return Table(
        name="venues",
        title=_("By venue"),
        head=_("Venue"),
        columns=columns,
        rows=rows,
        measures=(Measure.VISITS, *_passed(figures, Measure.PASSAGES), Measure.PEOPLE),
        provenance=of_visits(figures),
        method=_of_all(figures),
        ways=ways_in(figures.visits),
        total=(*sums(rows, len(columns) - 2), None, None),
        distinct=(*(None for _column in columns[:-2]), *people_cells(figures)),
        notes=(
            _("Visits and passages add up over the venues. People do not: somebody who came to both is one person. "
              "Whoever is counted without a ticket is one of the people where they were new that day."),
        ),
    )  # fmt: skip


def ways_in(count: Count | Missing) -> Ways:
    """How all of a figure is known."""
    return ways_of(count.methods) if isinstance(count, Count) else ()


def _of_all(figures: Figures) -> str:
    return shares_of(
        (Measure.VISITS, figures.visits), (Measure.PASSAGES, figures.passages), (Measure.PEOPLE, figures.people)
    )


def of_visits(figures: Figures) -> tuple[Provenance, ...]:
    counts = [count for count in (figures.visits, figures.passages) if isinstance(count, Count)]
    return provenance(figures.facts, {method for count in counts for method in count.methods}) if counts else ()


def _left_out(values: list[Known], sentence: Callable[[int], str]) -> list[str]:
    """What the total does not hold because nobody counted it; unless nothing at all was counted."""
    unknown = sum(value is Missing.UNKNOWN for value in values)
    return [sentence(unknown)] if 0 < unknown < len(values) else []


def people_cell(figures: Figures) -> Cell:
    return figures.people.number if isinstance(figures.people, Count) else figures.people


def people_cells(figures: Figures) -> tuple[Cell, Cell]:
    if isinstance(figures.people, Missing):
        return (figures.people, figures.people)
    return (figures.people.number, count_cells(figures.people, figures.people)[2])
