"""A partner's own sessions with their rooms, and how many came to them."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select

from analytics.queries import figures_of
from analytics.queries.editions import newest_edition
from analytics.queries.ledger import standing
from analytics.rules.figures import SessionFigures
from app.clock import now
from app.db import db
from app.programme.models import EventSession, Room, Venue
from app.programme.queries.partners import Visit, own_sessions
from app.programme.rules.facts import Texts
from checkin.models import Entry
from checkin.rules import Method


@dataclass(frozen=True)
class PlacedSession:
    """A session with the names of its venue and room; no room, no names."""

    session: EventSession
    venue: Texts
    room: Texts


@dataclass(frozen=True)
class Counted:
    """How many came to one session. methods: how that is known. final: the organiser closed its day, or issued an
    edition; else preliminary."""

    session: EventSession
    figures: SessionFigures
    methods: tuple[Method, ...]
    final: bool


def placed_sessions(visit: Visit) -> list[PlacedSession]:
    """In order of time; two statements however many there are."""
    sessions = own_sessions(visit.event.id, visit.organisation.id)
    rooms = {one.room_id for one in sessions if one.room_id is not None}
    chosen = select(Room.id, Venue.name, Room.name).join(Venue, Venue.id == Room.venue_id).where(Room.id.in_(rooms))
    names = {row[0]: (row[1], row[2]) for row in db.session.execute(chosen)}
    return [PlacedSession(one, *names.get(one.room_id or 0, ({}, {}))) for one in sessions]


def counted_sessions(visit: Visit) -> list[Counted]:
    """The partner's own sessions as far as they began; nobody else's, and nothing of single people."""
    at = now()
    edition = newest_edition(visit.event.id)
    live = {one.session.id: one for one in figures_of(visit.event, at=at).sessions}
    issued = {one.session.id: one for one in edition.figures.sessions} if edition is not None else {}
    own = [one for one in own_sessions(visit.event.id, visit.organisation.id) if one.starts_at <= at]
    methods = _methods(visit.event.id, [place for one in own if (place := live[one.id].session.place) is not None])
    found = []
    for session in own:
        settled = edition is not None and edition.issued_at >= session.ends_at and session.id in issued
        figures = issued[session.id] if settled else live[session.id]
        how = methods.get(live[session.id].session.place or 0, set())
        final = settled or live[session.id].session.closed is not None
        found.append(Counted(session, figures, tuple(sorted(how, key=list(Method).index)), final=final))
    return found


def _methods(event_id: int, places: Collection[int]) -> dict[int, set[Method]]:
    chosen = select(Entry.place_id, Entry.method).where(standing(event_id), Entry.place_id.in_(places)).distinct()
    found: dict[int, set[Method]] = {}
    for place_id, method in db.session.execute(chosen):
        found.setdefault(place_id or 0, set()).add(Method(method))
    return found
