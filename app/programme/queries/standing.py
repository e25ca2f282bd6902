"""The programme as it stands when a file is laid over it, and what may not be changed under those who booked."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.db import db
from app.programme.models import Event, Organisation, PrivacyNotice, Room, Venue
from app.programme.queries import places_of, session_uuids
from app.programme.queries.fingerprints import fingerprint_of
from app.programme.queries.working import facts_of, programme_of_event
from app.programme.rules.documents import parts_of
from app.programme.rules.facts import OrganisationFacts, Programme, RoomFacts, VenueFacts
from app.programme.rules.faults import Fault
from app.programme.rules.laid import Beside
from app.programme.rules.places import Places


@dataclass(frozen=True)
class Standing:
    """An event's programme, what its host has beside it, what is promised, and the ids of its sessions. mark: equal as
    long as nobody changes the programme, or a venue or organisation of the host."""

    event_id: int
    event_uuid: UUID
    programme: Programme
    beside: Beside
    places: dict[str, Places]
    uuids: dict[str, UUID]
    notice: dict[str, Any] | None
    mark: str

    def promises_broken(self, document: Mapping[str, Any]) -> Iterator[Fault]:
        """What a document would take from people: places that are promised, a session that several share, the text of
        a notice that somebody consented to."""
        rooms = {
            f"{venue['slug']}/{room['code']}": (f"venues[{outer}].rooms[{inner}]", room.get("capacity"))
            for outer, venue in enumerate(document.get("venues", []))
            for inner, room in enumerate(venue.get("rooms", []))
        }
        for number, session in enumerate(document.get("sessions", [])):
            places = self.places.get(session["code"])
            if places is not None and places.promised:
                yield from _session_faults(f"sessions[{number}]", session, places, rooms)
        notice = document.get("privacy_notice")
        if notice and self.notice and notice != self.notice and notice.get("number", 0) <= self.notice["number"]:
            yield Fault("privacy_notice.number", str(notice.get("number")), "a higher number", "notice")


def standing_of(event: Event) -> Standing:
    """Everything that a file is laid over. The mark is made first: what changes meanwhile differs from it."""
    mark = fingerprint_of(event)
    programme = programme_of_event(event)
    slugs = {one.slug for one in programme.venues}
    codes = {one.code for one in programme.organisations}
    newest = select(PrivacyNotice).filter_by(event_id=event.id, kind="privacy").order_by(PrivacyNotice.number.desc())
    notice = db.session.scalars(newest.limit(1)).one_or_none()
    return Standing(
        event.id,
        event.uuid,
        programme,
        _beside(event.host_id, slugs, codes),
        places_of(event.id),
        session_uuids(event.id),
        {"number": notice.number, "text": notice.text} if notice else None,
        mark,
    )


def _beside(host_id: int, slugs: set[str], codes: set[str]) -> Beside:
    found = db.session.scalars(select(Venue).where(Venue.host_id == host_id).order_by(Venue.slug))
    venues = {venue.id: venue for venue in found if venue.slug not in slugs}
    rooms: dict[int, list[RoomFacts]] = {ident: [] for ident in venues}
    for room in db.session.scalars(select(Room).where(Room.venue_id.in_(rooms)).order_by(Room.position, Room.code)):
        rooms[room.venue_id].append(facts_of(RoomFacts, room))
    held = [facts_of(VenueFacts, venue, rooms=rooms[ident]) for ident, venue in venues.items()]
    organisations = db.session.scalars(
        select(Organisation).where(Organisation.host_id == host_id).order_by(Organisation.code)
    )
    others = [facts_of(OrganisationFacts, one) for one in organisations if one.code not in codes]
    return Beside(*parts_of(held, others))


def _session_faults(
    place: str, session: Mapping[str, Any], places: Places, rooms: Mapping[str, tuple[str, int | None]]
) -> Iterator[Fault]:
    where, of_room = rooms.get(session.get("room", ""), ("", None))
    own = session.get("capacity")
    capacity = own if own is not None else of_room
    if capacity is not None and capacity < places.promised and capacity != places.capacity:
        path = place if own is not None or session.get("room") is None else where
        yield Fault(f"{path}.capacity", str(capacity), str(places.promised), "promised")
    if session.get("one_party") and not places.one_party:
        yield Fault(f"{place}.one_party", str(places.promised), "nobody who booked", "shared")
