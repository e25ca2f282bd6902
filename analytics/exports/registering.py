"""Tables of registrations: how they came in, how many places were asked for, and who did not come."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from flask_babel import gettext as _

from analytics.exports.beside import preliminary, titles_of
from analytics.exports.crossed import LANGUAGES, LEADS, ORGANISATIONS, PARTIES
from analytics.exports.demand import demand_table, queue_table
from analytics.exports.splits import when_and_where
from analytics.exports.table import Cell, Column, Row, Table, ways_of
from analytics.exports.words import on_day, shares_of
from analytics.queries.registering import demand_of, moves_of, parties_of
from analytics.rules import Known, Measure, Missing
from analytics.rules.absence import Absence, Party, absences, no_show
from analytics.rules.crossing import NO_ORGANISATION
from analytics.rules.demand import CurveDay, Demand, curve
from analytics.rules.figures import Figures, SessionFigures, share
from app.programme.models import Event
from app.web.languages import local, plain

OF_PARTIES = ("lead", "kind", "language", "organisation")
NAMES = ("curve", "demand", "waiting-list", "no-show", *(f"no-show-{name}" for name in OF_PARTIES))


@dataclass(frozen=True)
class Registering:
    """How people registered for an event, read once it is asked for; the curve of all, or of one session."""

    event: Event
    figures: Figures
    asked: str | None = None

    @cached_property
    def demand(self) -> list[Demand]:
        return demand_of(self.event)

    @cached_property
    def session(self) -> str | None:
        """The session asked for, if places can be asked for in it."""
        return self.asked if self.asked and self.asked in {one.code for one in self.demand} else None

    @cached_property
    def days(self) -> tuple[CurveDay, ...]:
        return curve(moves_of(self.event, session=self.session), self.event.starts_on)

    @cached_property
    def parties(self) -> list[Party]:
        return parties_of(self.event)

    def table(self, name: str) -> Table:
        """One of NAMES."""
        if name == "curve":
            return curve_table(self.figures, self.days, session=self.session)
        if name == "demand":
            return demand_table(self.figures, self.demand)
        if name == "waiting-list":
            return queue_table(self.figures, self.demand)
        if name == "no-show":
            return no_show_table(self.figures, {one.code: one.capacity for one in self.demand})
        return absence_table(self.figures, self.parties, name.removeprefix("no-show-"))


def curve_table(figures: Figures, days: Iterable[CurveDay], *, session: str | None = None) -> Table:
    """A line a day."""
    rows = tuple(
        Row(one.day.isoformat(), on_day(one.day), (one.days_to_go, one.asked, one.left, one.asked_so_far, one.standing))
        for one in days
    )
    title = _("Registrations by day")
    if session is not None:
        title = _("Places asked for by day: %(session)s", session=plain(titles_of(figures)[session]))
    return preliminary(
        figures,
        name="curve",
        title=title,
        head=_("Day"),
        columns=(
            Column("days-to-go", _("Days to go")),
            Column("asked", _("Registered")),
            Column("left", _("Cancelled")),
            Column("asked-so-far", _("Registered so far")),
            Column("standing", _("Still registered")),
        ),
        rows=rows,
        measures=(Measure.REGISTERED,),
        method=_("Registrations in this system"),
        notes=(
            _("People of each registration as it stands now, on the day on which it was made. Teams are not counted. "
              "Days to go are reckoned to the first day of the event."),
        ),
    )  # fmt: skip


def no_show_table(figures: Figures, capacities: Mapping[str, int | None]) -> Table:
    """A line a session that takes bookings, or has places. capacities: by code, None without a limit."""
    booked = [one for one in figures.sessions if isinstance(one.confirmed, int)]
    rows = tuple(
        Row(
            one.session.code,
            local(one.session.title),
            _absent(one, capacities.get(one.session.code)),
            detail=when_and_where(figures, one),
            ways=ways_of(one.methods),
        )
        for one in booked
    )
    counted = [one for one in booked if isinstance(no_show(one), int)]
    places, came, absent = (
        sum(int(str(number)) for number in numbers)
        for numbers in (
            [one.confirmed for one in counted],
            [one.booked for one in counted],
            [no_show(one) for one in counted],
        )
    )
    return preliminary(
        figures,
        name="no-show",
        title=_("No-show and fill by session"),
        head=_("Session"),
        columns=(
            Column("confirmed", _("Places confirmed"), asks=Measure.REGISTERED),
            Column("came", _("Came on them"), asks=Measure.CAME),
            Column("no-show", _("Did not come"), asks=Measure.NO_SHOW),
            Column("no-show-share", _("Share that did not come"), "share", asks=Measure.NO_SHOW),
            Column("visits", _("Visits"), asks=Measure.VISITS),
            Column("capacity", _("Places"), asks=Measure.FILL),
            Column("fill", _("Fill"), "share", asks=Measure.FILL),
        ),
        rows=rows,
        measures=(Measure.NO_SHOW, Measure.FILL),
        method=_with_visits(figures),
        total=(places, came, absent, share(absent, places), None, None, None) if counted else None,
        notes=(
            _("No-show is known only of sessions that the organiser has called counted at day close. The total is of "
              "these alone."),
        ),
    )  # fmt: skip


def _with_visits(figures: Figures) -> str:
    """Places are known from registrations, who came from the door."""
    known = (_("Registrations in this system"), shares_of((Measure.VISITS, figures.visits)))
    return str(_(" / ")).join(one for one in known if one)


def _absent(one: SessionFigures, capacity: int | None) -> tuple[Cell, ...]:
    absent = no_show(one)
    part = share(absent, int(str(one.confirmed))) if isinstance(absent, int) else absent
    return (one.confirmed, one.booked, absent, part, one.visits, capacity, fill(one.visits, capacity))


def fill(visits: Known, capacity: int | None) -> Cell:
    """Who came, in per cent of the places; without a limit it does not apply."""
    if capacity is None:
        return None
    return visits if isinstance(visits, Missing) else share(visits, capacity)


def absence_table(figures: Figures, parties: Iterable[Party], name: str) -> Table:
    """No-show of all sessions that were counted, by what is known of parties: lead, kind, language, organisation."""
    known = list(parties)
    found = absences(known, lambda one: str(getattr(one, name) or NO_ORGANISATION))
    words, title, head = {
        "lead": (LEADS, _("No-show by time of registration"), _("Registered how long before")),
        "kind": (PARTIES, _("No-show by kind of party"), _("Kind of party")),
        "language": (LANGUAGES, _("No-show by language"), _("Language")),
        "organisation": (ORGANISATIONS, _("No-show by kind of organisation"), _("Kind of organisation")),
    }[name]
    order = [key for key in words if key in found] + sorted(key for key in found if key not in words)
    rows = tuple(Row(key, str(words.get(key, key)), _shares(found[key])) for key in order)
    whole = absences(known, lambda _one: None)
    return preliminary(
        figures,
        name=f"no-show-{name}",
        title=title,
        head=head,
        columns=(
            Column("places", _("Places confirmed"), asks=Measure.REGISTERED),
            Column("came", _("Came on them"), asks=Measure.CAME),
            Column("no-show", _("Did not come"), asks=Measure.NO_SHOW),
            Column("no-show-share", _("Share that did not come"), "share", asks=Measure.NO_SHOW),
        ),
        rows=rows,
        measures=(Measure.NO_SHOW,),
        method=_with_visits(figures),
        total=_shares(whole[None]) if whole else None,
        notes=(_("Of each party at most as many came as it had places. Only sessions that were counted."),),
    )


def _shares(one: Absence) -> tuple[Cell, ...]:
    return (one.places, one.came, one.number, one.per_cent)
