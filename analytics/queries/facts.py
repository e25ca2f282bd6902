"""An event as its figures need it, read in a fixed number of statements."""

from collections import defaultdict
from collections.abc import Iterable

from sqlalchemy import exists, func, select

from analytics.queries.ledger import standing
from analytics.rules import Provenance
from analytics.rules.facts import Category, Facts, Session, Source, TookPart, Venue
from analytics.rules.ledger import Place
from app.db import db
from app.programme import models as programme
from app.programme.models import Event, EventSession, EventVenue, Organisation, Participation, Room
from app.programme.rules import AdmissionRule, OrganisationKind, SessionStatus
from checkin import models as checkin
from checkin.models import Entry, FigureSource, PlaceClose
from registrations.models import Booking, BookingLine, Registration
from registrations.rules import BookingState, PartyKind

WANTED = (
    BookingState.APPLIED,
    BookingState.PENDING,
    BookingState.CONFIRMED,
    BookingState.OFFERED,
    BookingState.WAITING,
)
GROUPS = {OrganisationKind.SCHOOL: "schools", OrganisationKind.DEPARTMENT: "departments"}


def facts_of(event: Event) -> Facts:
    """Categories, venues, sessions with their bookings, places, sources, and who took part."""
    sessions = _sessions(event.id)
    places = {one.place: Place(one.id, one.venue) for one in sessions if one.place is not None}
    return Facts(
        slug=event.slug,
        title=event.title,
        zone=event.timezone,
        day_ends_at=event.day_ends_at,
        starts_on=event.starts_on,
        ends_on=event.ends_on,
        fictional=event.fictional,
        has_registrations=bool(db.session.scalar(select(exists().where(Registration.event_id == event.id)))),
        categories=_categories(event.id),
        venues=_venues(event.id),
        sessions=sessions,
        places=places | _entrances(event.id),
        sources=_sources(event.id),
        took_part=_took_part(event.id),
    )


def _categories(event_id: int) -> tuple[Category, ...]:
    kind = programme.Category
    found = db.session.execute(
        select(kind.id, kind.key, kind.label, kind.unknown).where(kind.event_id == event_id).order_by(kind.position)
    )
    return tuple(Category(*row) for row in found)


def _venues(event_id: int) -> tuple[Venue, ...]:
    kind = programme.Venue
    found = db.session.execute(
        select(kind.id, kind.slug, kind.name)
        .join(EventVenue, EventVenue.venue_id == kind.id)
        .where(EventVenue.event_id == event_id)
        .order_by(EventVenue.position, kind.id)
    )
    return tuple(Venue(*row) for row in found)


def _sessions(event_id: int) -> tuple[Session, ...]:
    bookings = _bookings(event_id)
    found = db.session.execute(
        select(
            EventSession.id,
            EventSession.code,
            EventSession.title,
            EventSession.starts_at,
            EventSession.ends_at,
            EventSession.admission,
            EventSession.status,
            Room.venue_id,
            Room.name,
            checkin.Place.id,
            PlaceClose.state,
        )
        .outerjoin(Room, Room.id == EventSession.room_id)
        .outerjoin(checkin.Place, checkin.Place.session_id == EventSession.id)
        .outerjoin(PlaceClose, PlaceClose.place_id == checkin.Place.id)
        .where(EventSession.event_id == event_id)
        .order_by(EventSession.starts_at, EventSession.code)
    )
    return tuple(
        Session(
            id=row[0],
            code=row.code,
            title=row.title,
            starts_at=row.starts_at,
            ends_at=row.ends_at,
            venue=row.venue_id,
            room=row.name or {},
            place=row[9],
            takes_bookings=row.admission not in (AdmissionRule.WALK_IN, AdmissionRule.CLOSED),
            cancelled=row.status is SessionStatus.CANCELLED,
            closed=row.state,
            registered=sum(bookings[row[0]].values()),
            confirmed=bookings[row[0]][BookingState.CONFIRMED] + bookings[row[0]][BookingState.OFFERED],
        )
        for row in found
    )


def _bookings(event_id: int) -> dict[int, dict[BookingState, int]]:
    """Places asked for and still wanted, per session and state; teams take none."""
    found = db.session.execute(
        select(Booking.session_id, BookingLine.state, func.sum(BookingLine.number))
        .join(BookingLine, BookingLine.booking_id == Booking.id)
        .join(EventSession, EventSession.id == Booking.session_id)
        .join(Registration, Registration.id == Booking.registration_id)
        .where(EventSession.event_id == event_id, BookingLine.state.in_(WANTED))
        .where(Registration.party_kind != PartyKind.TEAM)
        .group_by(Booking.session_id, BookingLine.state)
    )
    sums: dict[int, dict[BookingState, int]] = defaultdict(lambda: defaultdict(int))
    for session_id, state, number in found:
        sums[session_id][state] = int(number)
    return sums


def _entrances(event_id: int) -> dict[int, Place]:
    kind = checkin.Place
    found = db.session.execute(
        select(kind.id, kind.venue_id).where(kind.event_id == event_id, kind.session_id.is_(None))
    )
    return {place_id: Place(None, venue_id) for place_id, venue_id in found}


def _sources(event_id: int) -> tuple[Source, ...]:
    found = db.session.scalars(select(FigureSource).filter_by(event_id=event_id).order_by(FigureSource.id))
    return tuple(
        Source(one.title, one.url, Provenance(one.provenance), one.measure_note, one.method_note) for one in found
    )


def _took_part(event_id: int) -> tuple[TookPart, ...]:
    """By group; an organisation is proposed if it has a part in the event or a party of it was admitted."""
    roles = db.session.execute(
        select(Organisation.id, Organisation.kind, Organisation.name, Participation.took_part)
        .join(Participation, Participation.organisation_id == Organisation.id)
        .where(Participation.event_id == event_id)
        .order_by(Participation.position, Participation.id)
    )
    came = db.session.execute(
        select(Organisation.id, Organisation.kind, Organisation.name)
        .join(Registration, Registration.organisation_id == Organisation.id)
        .where(Registration.event_id == event_id, Registration.organisation_id.is_not(None))
        .where(exists().where(Entry.registration_id == Registration.id, standing(event_id)))
        .distinct()
    )
    return _groups([(*row[:3], row.took_part) for row in roles] + [(*row, None) for row in came])


def _groups(rows: Iterable[tuple[int, OrganisationKind, dict[str, str], bool | None]]) -> tuple[TookPart, ...]:
    """Each organisation once: confirmed in one role is confirmed, denied in one role only counts no more."""
    words: dict[int, list[bool | None]] = defaultdict(list)
    kinds: dict[int, tuple[str, dict[str, str]]] = {}
    for organisation_id, kind, name, word in rows:
        words[organisation_id].append(word)
        kinds[organisation_id] = (GROUPS.get(kind, "organisations"), name)
    confirmed = {one for one, said in words.items() if True in said}
    proposed = {one for one, said in words.items() if one not in confirmed and False not in said}
    return tuple(
        TookPart(
            group=group,
            confirmed=sum(kinds[one][0] == group for one in confirmed),
            proposed=sum(kinds[one][0] == group for one in proposed),
            names=tuple(name for one, (of, name) in kinds.items() if of == group and one in confirmed | proposed),
        )
        for group in ("organisations", "schools", "departments")
    )
