"""Places asked for by session: the tables of them, for pages, files and the report."""

from collections.abc import Iterable
from dataclasses import astuple

from flask_babel import gettext as _

from analytics.exports.beside import preliminary
from analytics.exports.splits import when_and_where
from analytics.exports.table import Cell, Column, Row, Table, sums
from analytics.rules import Measure
from analytics.rules.demand import Demand
from analytics.rules.figures import Figures
from app.web.languages import local


def demand_table(figures: Figures, found: Iterable[Demand]) -> Table:
    """A line a session."""
    known, demand = {one.session.code: one for one in figures.sessions}, list(found)
    drawn = any(one.drawn is not None for one in demand)
    rows = tuple(
        Row(
            one.code,
            local(known[one.code].session.title),
            _demanded(one, drawn=drawn),
            detail=when_and_where(figures, known[one.code]),
        )
        for one in demand
        if one.code in known
    )
    return preliminary(
        figures,
        name="demand",
        title=_("Places asked for by session"),
        head=_("Session"),
        columns=(
            Column("capacity", _("Places")),
            Column("asked", _("Asked for")),
            Column("demand", _("Asked for, of the places"), "share"),
            Column("given", _("Given")),
            *([Column("drawn", _("Won in a lottery"))] if drawn else []),
            Column("waiting", _("Still waiting")),
            Column("undecided", _("Not decided yet")),
            Column("refused", _("Not drawn, declined or expired")),
            Column("cancelled", _("Cancelled")),
            Column("passed-over", _("Parties passed over")),
        ),
        rows=rows,
        measures=(Measure.DEMAND,),
        method=_("Registrations in this system"),
        notes=(
            _("Asked for is the sum of given, still waiting, not decided yet, refused and cancelled. Won: places "
              "that won a lottery, whatever became of them. Parties passed over are waiting, and smaller parties were "
              "served before them."),
        ),
    )  # fmt: skip


def queue_table(figures: Figures, found: Iterable[Demand]) -> Table:
    """A line a session that anybody ever waited for, in parties."""
    known = {one.session.code: one for one in figures.sessions}
    rows = tuple(
        Row(
            one.code,
            local(known[one.code].session.title),
            astuple(one.queue),
            detail=when_and_where(figures, known[one.code]),
        )
        for one in found
        if one.code in known and one.queue.joined
    )
    columns = (
        Column("joined", _("Parties that joined")),
        Column("promoted", _("Got a place")),
        Column("offered", _("Were offered a place")),
        Column("lapsed", _("Offer ran out")),
        Column("left", _("Left the list")),
        Column("waiting", _("Still waiting")),
    )
    return preliminary(
        figures,
        name="waiting-list",
        title=_("Waiting lists by session"),
        head=_("Session"),
        columns=columns,
        rows=rows,
        measures=(Measure.DEMAND,),
        method=_("Registrations in this system"),
        total=sums(rows, len(columns)) if rows else None,
        notes=(
            _("Each party once in each column, whatever became of it afterwards. Left the list: waits no longer, and "
              "neither got a place nor was offered one."),
        ),
    )  # fmt: skip


def _demanded(one: Demand, *, drawn: bool) -> tuple[Cell, ...]:
    places = (one.given, *((one.drawn,) if drawn else ()), one.waiting, one.undecided, one.refused, one.cancelled)
    return (one.capacity, one.asked, one.per_cent, *places, one.passed_over)
