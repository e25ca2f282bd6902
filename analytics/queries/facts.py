"""An event as its figures need it, read in a fixed number of statements and put together only if something of it
changed."""

import json
from collections import defaultdict
from collections.abc import Iterable
from typing import Any, NamedTuple

from flask import current_app
from sqlalchemy import BigInteger, Label, Text, bindparam, cast, exists, select
from sqlalchemy.orm import aliased

from analytics.queries.booked import Booked, booked_of
from analytics.rules import Provenance
from analytics.rules.facts import Category, Facts, Session, Source, TookPart, Venue
from analytics.rules.ledger import Place
from app.db import Texts, is_writing
from app.direct import Direct, Unmade, at_one_go, here
from app.programme import models as programme
from app.programme.models import Event, EventSession, EventVenue, Organisation, Participation, Room
from app.programme.rules import AdmissionRule, OrganisationKind, SessionStatus
from checkin import models as checkin
from checkin.models import Entry, FigureSource, PlaceClose
from checkin.queries.moved import STANDING, Standing, standing_in
from checkin.rules import EntryKind
from registrations.models import Registration
from registrations.rules import BookingState

WANTED = (
    BookingState.APPLIED,
    BookingState.PENDING,
    BookingState.CONFIRMED,
    BookingState.OFFERED,
    BookingState.WAITING,
)
GIVEN = (BookingState.CONFIRMED, BookingState.OFFERED)
GROUPS = {OrganisationKind.SCHOOL: "schools", OrganisationKind.DEPARTMENT: "departments"}
KEPT = 50


class Read(NamedTuple):
    """All rows that the facts of an event are made of, as the driver gives them; the same rows make the same facts."""

    event: tuple[Any, ...]
    bookings: Booked
    registered: Unmade
    categories: Unmade
    venues: Unmade
    sessions: Unmade
    entrances: Unmade
    sources: Unmade
    roles: Unmade
    came: Unmade


def facts_of(event: Event) -> Facts:
    """Categories, venues, sessions with their bookings, places, sources, and who took part."""
    return facts_and_standing(event)[0]


def facts_and_standing(event: Event) -> tuple[Facts, Standing]:
    """The same, and then what tells whether the figures of the event may have changed."""
    kept: dict[int, tuple[Read, Facts]] = current_app.extensions.setdefault("uketsuke_facts", {})
    before = kept.get(event.id)
    read, standing = _read(event)
    if before is not None and before[0] == read:
        return before[1], standing
    facts = _made(read)
    if not is_writing():
        if len(kept) >= KEPT:
            kept.clear()
        kept[event.id] = read, facts
    return facts, standing


def _read(event: Event) -> tuple[Read, Standing]:
    bind, asked = here(), {"event_id": event.id}
    with at_one_go(bind):
        *found, last = [one.ask(bind, asked) for one in (*_ROWS, STANDING)]
    rows, standing = [one.unmade() for one in found], standing_in(last)
    of_event = (
        event.slug, event.title, event.timezone, event.day_ends_at, event.starts_on, event.ends_on, event.fictional,
        standing.change_number,
    )  # fmt: skip
    return Read(of_event, booked_of(event.id, standing.change_number), *rows), standing


def _made(read: Read) -> Facts:
    slug, title, zone, day_ends_at, starts_on, ends_on, fictional, _ = read.event
    sessions = _sessions(read)
    places = {one.place: Place(one.id, one.venue) for one in sessions if one.place is not None}
    return Facts(
        slug=slug,
        title=title,
        zone=zone,
        day_ends_at=day_ends_at,
        starts_on=starts_on,
        ends_on=ends_on,
        fictional=fictional,
        has_registrations=bool(read.registered.found),
        categories=tuple(
            Category(row.id, row.key, _texts(row.label), bool(row.unknown)) for row in read.categories.made()
        ),
        venues=tuple(Venue(row.id, row.slug, _texts(row.name)) for row in read.venues.made()),
        sessions=sessions,
        places=places | {row.id: Place(None, row.venue_id) for row in read.entrances.made()},
        sources=tuple(
            Source(row.title, row.url, Provenance(row.provenance), row.measure_note, row.method_note)
            for row in read.sources.made()
        ),
        took_part=_groups([tuple(row) for row in read.roles.made()] + [(*row, None) for row in read.came.made()]),
    )


def _sessions(read: Read) -> tuple[Session, ...]:
    return tuple(
        Session(
            id=row.id,
            code=row.code,
            title=_texts(row.title),
            starts_at=row.starts_at,
            ends_at=row.ends_at,
            venue=row.venue_id,
            room=_texts(row.room),
            place=row.place,
            takes_bookings=row.admission not in (AdmissionRule.WALK_IN, AdmissionRule.CLOSED),
            cancelled=row.status is SessionStatus.CANCELLED,
            closed=row.closed,
            registered=_places(read.bookings, row.id, WANTED),
            confirmed=_places(read.bookings, row.id, GIVEN),
            online=bool(row.online),
        )
        for row in read.sessions.made()
    )


def _places(booked: Booked, session_id: int, states: Iterable[BookingState]) -> int:
    found = booked.get(session_id, {})
    return sum(found.get(state, 0) for state in states)


def _groups(rows: Iterable[tuple[int, OrganisationKind, str, bool | None]]) -> tuple[TookPart, ...]:
    """By group; an organisation is proposed if it has a part in the event or a party of it was admitted. Each
    organisation once: confirmed in one role is confirmed, denied in one role only counts no more."""
    words: dict[int, list[bool | None]] = defaultdict(list)
    kinds: dict[int, tuple[str, dict[str, str]]] = {}
    for organisation_id, kind, name, word in rows:
        words[organisation_id].append(word)
        kinds[organisation_id] = (GROUPS.get(kind, "organisations"), _texts(name))
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


def _texts(written: str | None) -> Texts:
    """As they were written."""
    found: Texts = json.loads(written) if written else {}
    return found


def _written(texts: Any) -> Label[str]:
    """Texts as they are written: to see whether they changed, they need not be taken apart."""
    return cast(texts, Text).label(texts.key)


_OF_EVENT = bindparam("event_id", type_=BigInteger())
_REGISTERED = Direct(select(Registration.id).where(Registration.event_id == _OF_EVENT).limit(1))
_CATEGORIES = Direct(
    select(
        programme.Category.id, programme.Category.key, _written(programme.Category.label), programme.Category.unknown
    )
    .where(programme.Category.event_id == _OF_EVENT)
    .order_by(programme.Category.position)
)  # fmt: skip
_VENUES = Direct(
    select(programme.Venue.id, programme.Venue.slug, _written(programme.Venue.name))
    .join(EventVenue, EventVenue.venue_id == programme.Venue.id)
    .where(EventVenue.event_id == _OF_EVENT)
    .order_by(EventVenue.position, programme.Venue.id)
)
_SESSIONS = Direct(
    select(
        EventSession.id,
        EventSession.code,
        _written(EventSession.title),
        EventSession.starts_at,
        EventSession.ends_at,
        EventSession.admission,
        EventSession.status,
        EventSession.online_url.is_not(None).label("online"),
        Room.venue_id,
        _written(Room.name).label("room"),
        checkin.Place.id.label("place"),
        PlaceClose.state.label("closed"),
    )
    .outerjoin(Room, Room.id == EventSession.room_id)
    .outerjoin(checkin.Place, checkin.Place.session_id == EventSession.id)
    .outerjoin(PlaceClose, PlaceClose.place_id == checkin.Place.id)
    .where(EventSession.event_id == _OF_EVENT)
    .order_by(EventSession.starts_at, EventSession.code)
)
_ENTRANCES = Direct(
    select(checkin.Place.id, checkin.Place.venue_id).where(
        checkin.Place.event_id == _OF_EVENT, checkin.Place.session_id.is_(None)
    )
)
_SOURCES = Direct(
    select(
        FigureSource.title, FigureSource.url, FigureSource.provenance, FigureSource.measure_note,
        FigureSource.method_note, FigureSource.measure,
    )
    .where(FigureSource.event_id == _OF_EVENT)
    .order_by(FigureSource.id)
)  # fmt: skip
_ROLES = Direct(
    select(Organisation.id, Organisation.kind, _written(Organisation.name), Participation.took_part)
    .join(Participation, Participation.organisation_id == Organisation.id)
    .where(Participation.event_id == _OF_EVENT)
    .order_by(Participation.position, Participation.id)
)
_later = aliased(Entry)
_asked_for = (
    select(Registration.organisation_id.label("id"))
    .where(Registration.event_id == _OF_EVENT, Registration.organisation_id.is_not(None))
    .distinct()
    .subquery()
)
_CAME = Direct(
    select(Organisation.id, Organisation.kind, _written(Organisation.name))
    .join(_asked_for, _asked_for.c.id == Organisation.id)
    .where(
        exists()
        .where(Registration.organisation_id == Organisation.id, Registration.event_id == _OF_EVENT)
        .where(Entry.registration_id == Registration.id, Entry.event_id == _OF_EVENT)
        .where(Entry.kind != EntryKind.UNDO, ~exists().where(_later.undoes_id == Entry.id))
    )
    .order_by(Organisation.id)
)
"""Organisations of which a party was admitted; each is asked for its first line that stands."""
_ROWS = (_REGISTERED, _CATEGORIES, _VENUES, _SESSIONS, _ENTRANCES, _SOURCES, _ROLES, _CAME)
