"""Tables of what doors saw over time: arrivals by gate, who was inside, how long people stayed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from flask_babel import gettext as _

from analytics.exports.beside import preliminary, titles_of
from analytics.exports.splits import when_and_where
from analytics.exports.table import Cell, Column, Row, Table, sums
from analytics.exports.words import on_day, ways, ways_words
from analytics.queries.doors import GateSlots, Watched, gates_of, watched_of
from analytics.rules import Measure, Missing
from analytics.rules.arrivals import local_slot, settled
from analytics.rules.figures import Figures, share
from analytics.rules.stays import occupancy, stays
from app.programme.models import Event
from app.web.languages import LocalText, clock, local, plain

NAMES = ("gates", "occupancy", "occupancy-over-time", "stays")
Moment = tuple[date, int]
"""Event day, and minutes since the midnight that began it."""


@dataclass(frozen=True)
class Doors:
    """What the doors of an event saw, read once it is asked for; arrivals in steps of so many minutes."""

    event: Event
    figures: Figures
    minutes: int = 60

    @cached_property
    def gates(self) -> list[GateSlots]:
        return gates_of(self.event)

    @cached_property
    def watched(self) -> list[Watched]:
        return watched_of(self.event)

    def table(self, name: str) -> Table:
        """One of NAMES."""
        if name == "gates":
            return gates_table(self.figures, self.gates, self.minutes)
        make = {"occupancy": occupancy_table, "stays": stays_table}.get(name, over_time_table)
        return make(self.figures, self.watched)


def gate_arrivals(figures: Figures, gate: GateSlots, minutes: int) -> dict[Moment, int]:
    """Who came in at a gate in each step of so many minutes; steps without anybody are left out."""
    facts, found = figures.facts, dict[Moment, int]()
    for slot, number in settled(gate.slots).items():
        at, day = local_slot(slot, facts.zone, facts.day_ends_at)
        minute = (at.date() - day).days * 1440 + at.hour * 60 + at.minute
        moment = (day, minute // minutes * minutes)
        found[moment] = found.get(moment, 0) + number
    return found


def gates_table(figures: Figures, gates: Sequence[GateSlots], minutes: int) -> Table:
    """Times down, gates across. Between the first and the last arrival of a day no step is left out."""
    cells = [gate_arrivals(figures, one, minutes) for one in gates]
    rows = tuple(
        Row(
            f"{day.isoformat()}T{_clock(at)}",
            f"{on_day(day)} {_clock(at)}",
            tuple(one.get((day, at), 0) for one in cells),
        )
        for day, at in _steps([moment for one in cells for moment in one], minutes)
    )
    return preliminary(
        figures,
        name="gates",
        title=_("Arrivals by gate, in %(minutes)s minutes", minutes=minutes),
        head=_("From"),
        columns=tuple(Column(f"gate-{one.id or 'none'}", gate_name(one)) for one in gates),
        rows=rows,
        measures=(Measure.ARRIVAL,),
        method=str(_(" / ")).join(_gate_ways(one) for one in gates if one.methods),
        total=sums(rows, len(gates)) if rows else None,
        notes=(
            _("Everybody let in, at sessions and entrances alike, without re-entries. Who passes an entrance and then "
              "a room's door is in both columns, so they are never added up."),
        ),
    )  # fmt: skip


def _gate_ways(gate: GateSlots) -> str:
    """How who came in there is known, and how many in each way."""
    return str(_("%(gate)s: %(ways)s", gate=plain(gate_name(gate)), ways=ways_words(gate.methods.items())))


def gate_name(gate: GateSlots) -> LocalText | str:
    """What a gate is called."""
    return _("No gate") if gate.id is None else local(gate.name or {})


def _steps(moments: list[Moment], minutes: int) -> list[Moment]:
    days: dict[date, list[int]] = {}
    for day, at in moments:
        days.setdefault(day, []).append(at)
    return [(day, at) for day in sorted(days) for at in range(min(days[day]), max(days[day]) + 1, minutes)]


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


def occupancy_table(figures: Figures, watched: Iterable[Watched]) -> Table:
    """A line a session: how many were inside at most, against its places."""
    zone = figures.facts.zone
    rows = tuple(_row(figures, one, _fullest(one, zone)) for one in watched)
    return preliminary(
        figures,
        name="occupancy",
        title=_("Inside at most, by session"),
        head=_("Session"),
        columns=(
            Column("most", _("Inside at most")),
            Column("at", _("When"), "words"),
            Column("capacity", _("Places")),
            Column("share", _("Share of the places"), "share"),
            Column("known", _("Known by"), "words"),
        ),
        rows=rows,
        measures=(Measure.OCCUPANCY,),
        notes=(
            _("Only sessions where somebody is counted out, or the room was counted: of all others nobody knows who is "
              "inside. By room counts it is known for their moments alone."),
        ),
    )  # fmt: skip


def _row(figures: Figures, one: Watched, cells: tuple[Cell, ...]) -> Row:
    known = next(of for of in figures.sessions if of.session.code == one.code)
    return Row(one.code, local(known.session.title), cells, detail=when_and_where(figures, known))


def _fullest(one: Watched, zone: str) -> tuple[Cell, ...]:
    found = occupancy(one.steps)
    known = _known_by(one)
    most = found.most
    if most is None:
        return (Missing.UNKNOWN, None, one.capacity, Missing.UNKNOWN, known)
    when = f"{on_day(most.at, zone)} {clock(most.at, zone)}"
    return (most.inside, when, one.capacity, share(most.inside, one.capacity) if one.capacity else None, known)


def _known_by(one: Watched) -> str:
    return str(_("Exits") if occupancy(one.steps).throughout else _("Room count"))


def over_time_table(figures: Figures, watched: Iterable[Watched]) -> Table:
    """Every moment at which it changed, session by session."""
    titles, zone, watched = titles_of(figures), figures.facts.zone, list(watched)
    rows = tuple(
        Row(
            f"{one.code}:{point.at.isoformat()}",
            titles[one.code],
            (_moment(point.at, zone), point.inside, one.capacity),
        )
        for one in watched
        for point in occupancy(one.steps).points
    )
    return preliminary(
        figures,
        name="occupancy-over-time",
        title=_("Inside over time"),
        head=_("Session"),
        columns=(
            Column("at", _("Time"), "words"),
            Column("inside", _("Inside")),
            Column("capacity", _("Places")),
        ),
        rows=rows,
        measures=(Measure.OCCUPANCY,),
        method=ways(*map(_known_by, watched)),
        notes=(_("At the end of each five minutes in which somebody came, left or was counted."),),
    )


def _moment(at: datetime, zone: str) -> str:
    return f"{at.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}"


def stays_table(figures: Figures, watched: Iterable[Watched]) -> Table:
    """A line for each session at whose door people are counted out."""
    rows = tuple(_row(figures, one, _stayed(one)) for one in watched if one.exits)
    return preliminary(
        figures,
        name="stays",
        title=_("How long people stayed"),
        head=_("Session"),
        columns=(
            Column("lower", _("Lower quartile (minutes)")),
            Column("median", _("Median (minutes)")),
            Column("upper", _("Upper quartile (minutes)")),
            Column("known", _("People of whom it is known")),
            Column("people", _("People admitted")),
        ),
        rows=rows,
        measures=(Measure.STAY,),
        method=ways(_("Exits")) if rows else "",
        notes=(
            _("Known of a ticket whose exit was scanned, of a party if all of it came and left together. Of who has no "
              "ticket, or was not scanned on leaving, it is unknown, which is not 0."),
        ),
    )  # fmt: skip


def _stayed(one: Watched) -> tuple[Cell, ...]:
    found = stays(one.steps)
    known = (found.lower, found.median, found.upper)
    return (*(Missing.UNKNOWN if number is None else number for number in known), found.known, found.people)
