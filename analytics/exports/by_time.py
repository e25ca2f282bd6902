"""Tables over time: who came in when, at sessions and past entrances."""

from collections.abc import Callable
from dataclasses import replace

from flask_babel import gettext as _

from analytics.exports.splits import of_visits, ways_in
from analytics.exports.table import Column, Row, Table, sums
from analytics.exports.words import on_day, shares_of
from analytics.rules import Measure
from analytics.rules.arrivals import Arrivals, every
from analytics.rules.figures import Figures


def arrivals(figures: Figures, minutes: int) -> Table:
    table = _by_time(figures, minutes, lambda one: one.visits)
    title = {60: _("Arrivals by the hour"), 15: _("Arrivals in 15 minutes"), 5: _("Arrivals in 5 minutes")}[minutes]
    notes = (
        _("Visits by the time of coming in, at the sessions. What was taken back is taken from the last arrivals "
          "before it."),
    )  # fmt: skip
    return replace(
        table,
        name="arrivals",
        title=title,
        measures=(Measure.ARRIVAL, Measure.VISITS),
        notes=notes,
        method=shares_of((Measure.VISITS, figures.visits)),
        ways=ways_in(figures.visits),
    )


def passages(figures: Figures, minutes: int) -> Table:
    table = _by_time(figures, minutes, lambda one: one.passages)
    notes = (_("Passages at entrances are a figure of their own, never added to visits."),)
    title = _("Passages at entrances over time")
    return replace(
        table,
        name="passages",
        title=title,
        measures=(Measure.PASSAGES,),
        notes=notes,
        method=shares_of((Measure.PASSAGES, figures.passages)),
        ways=ways_in(figures.passages),
    )


def _by_time(figures: Figures, minutes: int, of: Callable[[Arrivals], int]) -> Table:
    """Times of day down, days across."""
    known = [one for one in every(minutes, figures.arrivals) if of(one)]
    days = sorted({one.day for one in known})
    cells = {(minute_of(one), one.day): of(one) for one in known}
    at = [minute for minute, _day in cells]
    rows = tuple(
        Row(_clock(minute), _clock(minute), tuple(cells.get((minute, one), 0) for one in days))
        for minute in (range(min(at), max(at) + 1, minutes) if at else ())
    )
    return Table(
        name="",
        title="",
        head=_("From"),
        columns=tuple(Column(one.isoformat(), on_day(one)) for one in days),
        rows=rows,
        measures=(),
        provenance=of_visits(figures),
        total=sums(rows, len(days)) if rows else None,
    )


def minute_of(arrival: Arrivals) -> int:
    """Minutes since the midnight that began the event's day; more than 1,440 after the next one."""
    return (arrival.at.date() - arrival.day).days * 1440 + arrival.at.hour * 60 + arrival.at.minute


def _clock(minute: int) -> str:
    return f"{minute // 60}:{minute % 60:02d}"
