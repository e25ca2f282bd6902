"""What an event is beside its ledger: the rows and columns that figures are laid out in."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from analytics.rules import Provenance
from analytics.rules.arrivals import event_day
from analytics.rules.ledger import Place
from checkin.rules import CountingState, Method
from checkin.rules.times import MOMENT

Texts = Mapping[str, str]


@dataclass(frozen=True)
class Category:
    """One category, in the event's order. `unknown`: the one for who was not asked."""

    id: int
    key: str
    label: Texts
    unknown: bool = False


@dataclass(frozen=True)
class Venue:
    """One venue of the event, in its order."""

    id: int
    slug: str
    name: Texts


@dataclass(frozen=True)
class Session:
    """One event session, and what is known of it beside the ledger. registered: places asked for and still wanted;
    confirmed: those of them that are held. closed: what the organiser said of its counting at day close. online: it
    has an address there; with neither that nor a venue, nobody said where it is."""

    id: int
    code: str
    title: Texts
    starts_at: datetime
    ends_at: datetime
    venue: int | None
    room: Texts
    place: int | None
    takes_bookings: bool
    cancelled: bool
    closed: CountingState | None = None
    registered: int = 0
    confirmed: int = 0
    online: bool = True


@dataclass(frozen=True)
class Source:
    """Where imported figures come from, and what the source says of measure and method."""

    title: Texts
    url: str | None
    provenance: Provenance
    measure_note: Texts
    method_note: Texts


@dataclass(frozen=True)
class TookPart:
    """Organisations of one group (organisations, schools, departments): confirmed by the organiser afterwards, or only
    proposed because they had a role or a party of theirs came."""

    group: str
    confirmed: int
    proposed: int
    names: tuple[Texts, ...] = ()


@dataclass(frozen=True)
class Facts:
    """An event as far as its figures need it. `has_registrations`: anybody registered through us."""

    slug: str
    title: Texts
    zone: str
    day_ends_at: time
    starts_on: date
    ends_on: date
    fictional: bool
    has_registrations: bool
    categories: tuple[Category, ...]
    venues: tuple[Venue, ...]
    sessions: tuple[Session, ...]
    places: Mapping[int, Place]
    sources: tuple[Source, ...] = ()
    took_part: tuple[TookPart, ...] = ()

    @property
    def elsewhere(self) -> frozenset[bool]:
        """Of the sessions at no venue, whether they are online: all, none, or some."""
        return frozenset(one.online for one in self.sessions if one.venue is None)

    def day_of(self, at: datetime) -> date:
        """The event's day that a moment belongs to."""
        return event_day(at.astimezone(ZoneInfo(self.zone)), self.day_ends_at)

    def last_day_of(self, session: Session) -> date:
        """The day with which a session is closed. What lasts all day begins at midnight, in the night before."""
        return self.day_of(session.ends_at - MOMENT)


def provenance(facts: Facts, methods: Iterable[str]) -> tuple[Provenance, ...]:
    """Where figures known by these methods come from; of a made-up event everything is made up."""
    if facts.fictional:
        return (Provenance.MADE_UP,)
    found = {Provenance.MEASURED for method in methods if method != Method.IMPORTED}
    if Method.IMPORTED in methods:
        found |= {source.provenance for source in facts.sources} or {Provenance.PUBLISHED}
    return tuple(sorted(found, key=list(Provenance).index))
