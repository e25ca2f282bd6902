"""Making an event equal to what a file says: what is equal stays untouched, what people depend on stays theirs.

Venues, rooms and organisations belong to the host and may serve other events: they are added and changed,
never removed.
"""

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from app.audit import record
from app.db import db, savepoint
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
from app.programme.operations.rows import (
    Key,
    Known,
    known_rows,
    make_equal,
    raise_versions,
    replace_rows,
    replace_rows_of,
    set_columns,
)
from app.programme.rules.facts import EventSessionFacts, NoticeFacts, Programme
from app.programme.rules.faults import BadDocument, Fault
from app.web.actors import Actor


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
        self.rooms: dict[str, int] = {}
        self.organisations: Known = {}
        self.speakers: Known = {}

    def run(self) -> None:
        """Everything in the order in which things depend on each other; the event's own row is locked last. Rows are
        written by the hundred and not as objects: nobody may hold the database for long."""
        db.session.flush()
        self._notice(self.programme.privacy_notice)
        self._categories()
        self._venues()
        self._organisations()
        self._speakers()
        self._sessions()
        self._places()
        _set(self.event, vars(self.programme.event), self.done)
        db.session.flush()
        db.session.expire_all()

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
        wanted = {one.key: {**vars(one), "position": n} for n, one in enumerate(self.programme.categories)}
        mine = Category.event_id == self.event.id
        rows = self._equal(Category, mine, ("key",), wanted, event_id=self.event.id)
        self._remove(Category, rows, wanted, "categories", "people are counted in it")

    def _venues(self) -> None:
        wanted = self.programme.venues
        slugs = [one.slug for one in wanted]
        columns = {one.slug: _but(vars(one), "rooms") for one in wanted}
        mine = (Venue.host_id == self.event.host_id) & Venue.slug.in_(slugs)
        venues = self._equal(Venue, mine, ("slug",), columns, host_id=self.event.host_id)
        ids = {slug: venues[slug]["id"] for slug in slugs}
        rooms = {
            (ids[venue.slug], room.code): {**vars(room), "venue_id": ids[venue.slug], "position": n}
            for venue in wanted
            for n, room in enumerate(venue.rooms)
        }
        found = self._equal(Room, Room.venue_id.in_(ids.values()), ("venue_id", "code"), rooms)
        called = {ident: slug for slug, ident in ids.items()}
        self.rooms = {f"{called[venue_id]}/{code}": row["id"] for (venue_id, code), row in found.items()}
        used = [{"event_id": self.event.id, "venue_id": ids[slug], "position": n} for n, slug in enumerate(slugs)]
        if replace_rows(EventVenue, EventVenue.event_id == self.event.id, used):
            self.done.changed += 1

    def _organisations(self) -> None:
        wanted = {one.code: vars(one) for one in self.programme.organisations}
        mine = (Organisation.host_id == self.event.host_id) & Organisation.code.in_(wanted)
        self.organisations = self._equal(Organisation, mine, ("code",), wanted, host_id=self.event.host_id)
        self._participations()

    def _participations(self) -> None:
        wanted = {
            (ident := self.organisations[one.organisation]["id"], one.role): {
                **_but(vars(one), "organisation"), "organisation_id": ident, "position": n}
            for n, one in enumerate(self.programme.participations)
        }  # fmt: skip
        mine = Participation.event_id == self.event.id
        rows = self._equal(Participation, mine, ("organisation_id", "role"), wanted, event_id=self.event.id)
        self._remove(Participation, rows, wanted, "participations", "it is in use")

    def _speakers(self) -> None:
        wanted = {one.code: vars(one) for one in self.programme.speakers}
        mine = Speaker.event_id == self.event.id
        self.speakers = self._equal(Speaker, mine, ("code",), wanted, event_id=self.event.id)

    def _sessions(self) -> None:
        wanted = {one.code: self._session_columns(one) for one in self.programme.sessions}
        mine = EventSession.event_id == self.event.id
        rows = self._equal(EventSession, mine, ("code",), wanted, event_id=self.event.id)
        self._details({code: row["id"] for code, row in rows.items()}, wanted)
        self._remove(EventSession, rows, wanted, "sessions", "people booked it or came; cancel it instead")
        speakers = {one.code for one in self.programme.speakers}
        self._remove(Speaker, self.speakers, speakers, "speakers", "a session names this person")

    def _session_columns(self, session: EventSessionFacts) -> dict[str, Any]:
        plain = _but(vars(session), "room", "further_rooms", "appearances", "organisations")
        return {**plain, "room_id": self.rooms[session.room] if session.room else None}

    def _details(self, ids: Mapping[str, int], wanted: Iterable[str]) -> None:
        """Further rooms, people and organisations of the sessions that are named. Theirs is the sessions' version."""
        further, people, organisations = [], [], []
        for session in self.programme.sessions:
            of = {"session_id": ids[session.code]}
            further += [{**of, "room_id": self.rooms[name]} for name in session.further_rooms]
            people += [
                {**of, "speaker_id": self.speakers[one.speaker]["id"], **_but(vars(one), "speaker"), "position": n}
                for n, one in enumerate(session.appearances)
            ]
            organisations += [
                {**of, "organisation_id": self.organisations[one.organisation]["id"], "role": one.role, "position": n}
                for n, one in enumerate(session.organisations)
            ]
        mine = {ids[code] for code in wanted}
        for kind, rows in ((FurtherRoom, further), (Appearance, people), (SessionOrganisation, organisations)):
            if different := replace_rows_of(kind, mine, rows):
                raise_versions(EventSession, different)
                self.done.changed += 1

    def _places(self) -> None:
        """The row that owns each session's limit, in this event and wherever a changed room is used."""
        rooms = list(self.rooms.values())
        for short in keep_limits((EventSession.event_id == self.event.id) | EventSession.room_id.in_(rooms)):
            expected = f"{short.promised} or more, as promised"
            self._fault(f"sessions[{short.session}].capacity", short.capacity, expected)

    def _equal(self, kind: Any, mine: Any, key: Key, wanted: Mapping[Any, Mapping[str, Any]], **fixed: Any) -> Known:
        """Change the rows that are there, add the ones that are not; all of them."""
        rows = known_rows(kind, mine, key)
        added, changed = make_equal(kind, rows, wanted, mine=mine, key=key, **fixed)
        self.done.added += added
        self.done.changed += changed
        return rows

    def _add(self, row: Any, columns: Mapping[str, Any]) -> None:
        _set(row, columns, None)
        db.session.add(row)
        self.done.added += 1

    def _remove(self, kind: Any, rows: Known, wanted: Iterable[Any], section: str, why: str) -> None:
        """Take away what the file no longer names; what others depend on is a fault."""
        if not self.removing:
            return
        for name in sorted(set(rows) - set(wanted), key=str):
            try:
                with savepoint():
                    db.session.execute(delete(kind).where(kind.id == rows[name]["id"]))
            except IntegrityError:
                self._fault(section, name, f"it among the {section}: {why}")
                continue
            self.done.removed += 1

    def _fault(self, path: str, value: Any, expected: str) -> None:
        self.done.faults.append(Fault(path, str(value), expected))


def _set(row: Any, columns: Mapping[str, Any], done: Imported | None) -> None:
    """Set the columns that differ."""
    if set_columns(row, columns) and done is not None and row.id is not None:
        done.changed += 1


def _but(mapping: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in mapping.items() if name not in names}
