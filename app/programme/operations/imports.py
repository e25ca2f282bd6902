"""Making an event equal to what a file says: what is equal stays untouched, what people depend on stays theirs.

Venues, rooms and organisations belong to the host and may serve other events: they are added and changed,
never removed.
"""

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from app.audit import record
from app.db import Model, db, savepoint
from app.programme.models import (
    Appearance,
    Category,
    Event,
    EventSession,
    EventVenue,
    FurtherRoom,
    Organisation,
    Participation,
    PrivacyNotice,
    Room,
    SessionOrganisation,
    Speaker,
    Venue,
)
from app.programme.operations.limits import keep_limits
from app.programme.operations.rows import replace_rows, set_columns
from app.programme.rules.facts import EventSessionFacts, NoticeFacts, Programme
from app.programme.rules.faults import BadDocument, Fault
from app.web.actors import Actor

Row = TypeVar("Row", bound=Model)


@dataclass
class Imported:
    """What an import did: numbers of objects by what happened to them."""

    event_id: int = 0
    new: bool = False
    added: int = 0
    changed: int = 0
    removed: int = 0
    faults: list[Fault] = field(default_factory=list)


def import_event(host_id: int, programme: Programme, *, at: datetime, actor: Actor, removing: bool = True) -> Imported:
    """Make the event equal to the programme; without `removing`, what it does not name stays. Raises BadDocument with
    everything that stands in the way."""
    event = db.session.scalars(select(Event).where(Event.slug == programme.event.slug)).one_or_none()
    if event is not None and event.host_id != host_id:
        raise BadDocument([Fault("event.slug", f'"{event.slug}"', "an address that is not taken")])
    done = Imported(new=event is None)
    if event is None:
        event = Event(host_id=host_id, created_at=at, scan_salt=secrets.token_bytes(32))
        _set(event, vars(programme.event), None)
        db.session.add(event)
        db.session.flush()
    done.event_id = event.id
    _Import(event, programme, done, at, removing=removing).run()
    if done.faults:
        raise BadDocument(done.faults)
    facts = {"new": done.new, "added": done.added, "changed": done.changed, "removed": done.removed}
    if any(facts.values()):
        record(actor, "import", f"event:{event.uuid}", at=at, event_id=event.id, **facts)
    return done


class _Import:
    """One import under way: the rows found so far, by the names that the file uses."""

    def __init__(self, event: Event, programme: Programme, done: Imported, at: datetime, *, removing: bool) -> None:
        self.event, self.programme, self.done, self.at, self.removing = event, programme, done, at, removing
        self.rooms: dict[str, Room] = {}
        self.organisations: dict[str, Organisation] = {}
        self.speakers: dict[str, Speaker] = {}

    def run(self) -> None:
        """Everything in the order in which things depend on each other; the event's own row is locked last."""
        self._notice(self.programme.privacy_notice)
        self._categories()
        self._venues()
        self._organisations()
        self._speakers()
        self._sessions()
        self._places()
        _set(self.event, vars(self.programme.event), self.done)
        db.session.flush()

    def _notice(self, notice: NoticeFacts | None) -> None:
        if notice is None:
            return
        rows = db.session.scalars(select(PrivacyNotice).filter_by(event_id=self.event.id, kind="privacy"))
        known = {row.number: row for row in rows}
        same = known.get(notice.number)
        if same is not None and same.text != notice.text:
            self._fault("privacy_notice.number", notice.number, "a higher number, because the text changed")
        elif same is None and known and notice.number < max(known):
            self._fault("privacy_notice.number", notice.number, f"{max(known)} or more")
        elif same is None:
            self._add(PrivacyNotice(event_id=self.event.id, created_at=self.at), vars(notice))

    def _categories(self) -> None:
        rows = self._known(Category, Category.event_id == self.event.id, "key")
        wanted = {one.key: {**vars(one), "position": n} for n, one in enumerate(self.programme.categories)}
        self._make_equal(rows, wanted, lambda: Category(event_id=self.event.id))
        self._remove(Category, rows, wanted, "categories", "people are counted in it")

    def _venues(self) -> None:
        wanted = self.programme.venues
        venues = self._known(Venue, Venue.host_id == self.event.host_id, "slug", [one.slug for one in wanted])
        columns = {one.slug: _but(vars(one), "rooms") for one in wanted}
        self._make_equal(venues, columns, lambda: Venue(host_id=self.event.host_id))
        for venue in wanted:
            row = venues[venue.slug]
            rooms = self._known(Room, Room.venue_id == row.id, "code")
            columns = {room.code: {**vars(room), "position": n} for n, room in enumerate(venue.rooms)}
            self._make_equal(rooms, columns, lambda venue_id=row.id: Room(venue_id=venue_id))
            self.rooms |= {f"{venue.slug}/{code}": room for code, room in rooms.items()}
        used = [
            {"event_id": self.event.id, "venue_id": venues[one.slug].id, "position": n} for n, one in enumerate(wanted)
        ]
        self._replace(EventVenue, EventVenue.event_id == self.event.id, used)

    def _organisations(self) -> None:
        wanted = {one.code: vars(one) for one in self.programme.organisations}
        rows = self._known(Organisation, Organisation.host_id == self.event.host_id, "code", list(wanted))
        self._make_equal(rows, wanted, lambda: Organisation(host_id=self.event.host_id))
        self.organisations = rows
        self._participations()

    def _participations(self) -> None:
        found = db.session.scalars(select(Participation).where(Participation.event_id == self.event.id))
        rows = {(row.organisation_id, row.role): row for row in found}
        wanted = {
            (self.organisations[one.organisation].id, one.role): {**_but(vars(one), "organisation"), "position": n}
            for n, one in enumerate(self.programme.participations)
        }
        for (organisation_id, _role), columns in wanted.items():
            columns["organisation_id"] = organisation_id
        self._make_equal(rows, wanted, lambda: Participation(event_id=self.event.id))
        self._remove(Participation, rows, wanted, "participations", "it is in use")

    def _speakers(self) -> None:
        self.speakers = self._known(Speaker, Speaker.event_id == self.event.id, "code")
        wanted = {one.code: vars(one) for one in self.programme.speakers}
        self._make_equal(self.speakers, wanted, lambda: Speaker(event_id=self.event.id))

    def _sessions(self) -> None:
        rows = self._known(EventSession, EventSession.event_id == self.event.id, "code")
        wanted = {one.code: self._session_columns(one) for one in self.programme.sessions}
        self._make_equal(rows, wanted, lambda: EventSession(event_id=self.event.id))
        self._details({code: row for code, row in rows.items() if code in wanted})
        self._remove(EventSession, rows, wanted, "sessions", "people booked it or came; cancel it instead")
        speakers = {one.code for one in self.programme.speakers}
        self._remove(Speaker, self.speakers, speakers, "speakers", "a session names this person")

    def _session_columns(self, session: EventSessionFacts) -> dict[str, Any]:
        plain = _but(vars(session), "room", "further_rooms", "appearances", "organisations")
        return {**plain, "room_id": self.rooms[session.room].id if session.room else None}

    def _details(self, rows: Mapping[str, EventSession]) -> None:
        further, people, organisations = [], [], []
        for session in self.programme.sessions:
            of = {"session_id": rows[session.code].id}
            further += [{**of, "room_id": self.rooms[name].id} for name in session.further_rooms]
            people += [
                {**of, "speaker_id": self.speakers[one.speaker].id, **_but(vars(one), "speaker"), "position": n}
                for n, one in enumerate(session.appearances)
            ]
            organisations += [
                {**of, "organisation_id": self.organisations[one.organisation].id, "role": one.role, "position": n}
                for n, one in enumerate(session.organisations)
            ]
        for kind, wanted in ((FurtherRoom, further), (Appearance, people), (SessionOrganisation, organisations)):
            mine = kind.session_id.in_(select(EventSession.id).where(EventSession.event_id == self.event.id))
            self._replace(kind, mine, wanted)

    def _places(self) -> None:
        """The row that owns each session's limit, in this event and wherever a changed room is used."""
        rooms = [room.id for room in self.rooms.values()]
        for short in keep_limits((EventSession.event_id == self.event.id) | EventSession.room_id.in_(rooms)):
            expected = f"{short.promised} or more, as promised"
            self._fault(f"sessions[{short.session}].capacity", short.capacity, expected)

    def _known(self, kind: type[Row], where: Any, key: str, only: list[str] | None = None) -> dict[Any, Row]:
        chosen = select(kind).where(where)
        if only is not None:
            chosen = chosen.where(getattr(kind, key).in_(only))
        return {getattr(row, key): row for row in db.session.scalars(chosen)}

    def _make_equal(self, rows: dict[Any, Row], wanted: Mapping[Any, Mapping[str, Any]], make: Any) -> None:
        """Change the rows that are there, add the ones that are not; `rows` holds both afterwards."""
        for name, columns in wanted.items():
            if name in rows:
                _set(rows[name], columns, self.done)
            else:
                rows[name] = self._add(make(), columns)
        db.session.flush()

    def _add(self, row: Row, columns: Mapping[str, Any]) -> Row:
        _set(row, columns, None)
        db.session.add(row)
        self.done.added += 1
        return row

    def _remove(self, kind: Any, rows: dict[Any, Row], wanted: Iterable[Any], section: str, why: str) -> None:
        """Take away what the file no longer names; what others depend on is a fault."""
        if not self.removing:
            return
        for name in sorted(set(rows) - set(wanted), key=str):
            row: Any = rows[name]
            try:
                with savepoint():
                    db.session.execute(delete(kind).where(kind.id == row.id))
            except IntegrityError:
                self._fault(section, name, f"it among the {section}: {why}")
                continue
            db.session.expunge(row)
            self.done.removed += 1

    def _replace(self, kind: Any, mine: Any, wanted: list[dict[str, Any]]) -> None:
        if replace_rows(kind, mine, wanted):
            self.done.changed += 1

    def _fault(self, path: str, value: Any, expected: str) -> None:
        self.done.faults.append(Fault(path, str(value), expected))


def _set(row: Any, columns: Mapping[str, Any], done: Imported | None) -> None:
    """Set the columns that differ."""
    if set_columns(row, columns) and done is not None and row.id is not None:
        done.changed += 1


def _but(mapping: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in mapping.items() if name not in names}
