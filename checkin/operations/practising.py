"""Made-up people come to a made-up event: registrations and ledger lines as a recipe says, always the same ones.

The recipe is the `practice` section of an event file: parties, bookings, and who attended which session, by
category and method, how many of them new, and how many stayed away beside them who had booked. Only events marked
fictional can be filled so.
"""

import random
import secrets
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select, update

from app.db import db
from app.errors import Refused
from app.programme.models import Category, Event, EventSession, Organisation, SessionPlaces
from app.programme.rules import AdmissionRule, OrganisationKind
from checkin.models import Entry, EntryNumber, Gate, GateRoom, Place
from checkin.operations.rolling import Rolling
from checkin.rules import Direction, EntryKind, Method
from checkin.rules.times import MOMENT, event_day, lead, slot
from registrations.models import Booking, BookingLine, PartyNumber, Registration, Ticket
from registrations.rules import CODE_BITS, BookingState, PartyKind, Source, derive, short_number, ticket_code
from registrations.rules.sought import sought_as

LANGUAGES, WEIGHTS = ("ja", "en", "ja-easy"), (88, 7, 5)
EARLIEST, LATEST = timedelta(minutes=25), timedelta(minutes=35)
LONGEST_LEAD_DAYS = 40
SEEN_LEAVING = 0.9
"""Of those who leave a room whose exits are scanned."""


@dataclass(frozen=True)
class Scene:
    """One event session as the recipe needs it. leaves: its door counts who leaves; only where places are seats, which
    nobody gives back by leaving."""

    session_id: int
    place_id: int
    gate_id: int | None
    starts_at: datetime
    ends_at: datetime
    admission: AdmissionRule
    leaves: bool

    @property
    def takes_bookings(self) -> bool:
        return self.admission.takes_bookings


@dataclass
class Guest:
    """A made-up registration with its ticket, and where it has been."""

    registration_id: int
    ticket_id: int
    kind: PartyKind
    language: str
    registered_at: datetime
    organisation_kind: OrganisationKind | None
    seen: set[int]
    free_from: datetime


class Practice:
    """Fills one fictional event. Each method is one short transaction's work; it flushes and never commits."""

    def __init__(self, event: Event, recipe: Mapping[str, Any], *, at: datetime) -> None:
        if not event.fictional:
            raise Refused("not_fictional", "Only an event that is marked fictional can be filled with made-up people.")
        self.event_id, self.salt, self.zone = event.id, event.scan_salt, ZoneInfo(event.timezone)
        self.day_ends_at, self.at, self.recipe = event.day_ends_at, at, recipe
        self.random = random.Random(recipe["seed"])  # noqa: S311 – a play, not a secret
        self.scenes = _scenes(event.id, recipe.get("exits", ()))
        self.leaving = random.Random(f"{recipe['seed']} leaving")  # noqa: S311 – the same
        self.categories = _by_key(select(Category.key, Category.id).where(Category.event_id == event.id))
        self.parties = {party["code"]: party for party in recipe["parties"]}
        self.guests: dict[str, list[Guest]] = {key: [] for key in self.categories}
        self.rolling = Rolling()
        self.numbers = iter(self.random.sample(range(1_000_000), 20_000))

    def attended_before(self, until: datetime) -> list[Mapping[str, Any]]:
        """The recipe's lines of sessions that were over by then."""
        return [line for line in self.recipe["attendance"] if self.scenes[line["session"]].ends_at <= until]

    def booked_after(self, until: datetime) -> list[Mapping[str, Any]]:
        """The recipe's bookings of sessions that were not over by then."""
        return [line for line in self.recipe["bookings"] if self.scenes[line["session"]].ends_at > until]

    def day_of(self, line: Mapping[str, Any]) -> date:
        """The event day on which the session of a line ends."""
        return event_day(self.scenes[line["session"]].ends_at - MOMENT, self.zone, self.day_ends_at)

    def expect(self, line: Mapping[str, Any]) -> list[Guest]:
        """Whoever of a line has a ticket registers, and books where one can; so do those who will stay away, who are
        not in the answer."""
        scene = self.scenes[line["session"]]
        if "party" in line:
            return [self._party(self.parties[line["party"]], scene, booked=scene.takes_bookings)]
        if line["method"] != Method.SCANNED:
            return []
        self._book_ones(scene, line["category"], line.get("stayed_away", 0))
        return self._visitors(scene, line)

    def attend(self, line: Mapping[str, Any], guests: Iterable[Guest]) -> None:
        """People come to one session, as one line of the recipe says. guests: whom `expect` gave for it."""
        scene = self.scenes[line["session"]]
        numbers = self.parties[line["party"]]["numbers"] if "party" in line else {line["category"]: 1}
        for guest in guests:
            self._admit(scene, guest, numbers, line["method"])
        if "party" not in line and line["method"] != Method.SCANNED:
            self._count(scene, line)
        if scene.leaves:
            places = update(SessionPlaces).where(SessionPlaces.session_id == scene.session_id)
            db.session.execute(places.values(counts_exits=True))
        db.session.flush()
        self.rolling.write(db.session.connection())

    def book(self, line: Mapping[str, Any]) -> None:
        """People book one session that is still to come."""
        scene = self.scenes[line["session"]]
        if "party" in line:
            self._party(self.parties[line["party"]], scene, booked=True)
            return
        self._book_ones(scene, line["category"], line["number"])
        db.session.flush()

    def _book_ones(self, scene: Scene, category: str, number: int) -> None:
        for _ in range(number):
            self._book(scene, self._register({category: 1}, PartyKind.PERSON, scene), {category: 1})

    def _visitors(self, scene: Scene, line: Mapping[str, Any]) -> list[Guest]:
        """Who came with a ticket: first those who were at another session before, then new ones."""
        known = [guest for guest in self.guests[line["category"]] if scene.session_id not in guest.seen]
        free = sorted(known, key=lambda guest: guest.free_from > scene.starts_at)
        again, one = free[: line["number"] - line["new"]], {line["category"]: 1}
        new = [self._register(one, PartyKind.PERSON, scene) for _ in range(line["number"] - len(again))]
        self.guests[line["category"]] += new
        for guest in (*again, *new):
            guest.seen.add(scene.session_id)
            guest.free_from = scene.ends_at
            if scene.takes_bookings:
                self._book(scene, guest, {line["category"]: 1})
        return [*again, *new]

    def _party(self, party: Mapping[str, Any], scene: Scene, *, booked: bool) -> Guest:
        organisation_id, kind = db.session.execute(
            select(Organisation.id, Organisation.kind)
            .join(Event, Event.host_id == Organisation.host_id)
            .where(Event.id == self.event_id, Organisation.code == party["organisation"])
        ).one()
        guest = self._register(party["numbers"], PartyKind(party["kind"]), scene, organisation=(organisation_id, kind))
        if booked:
            self._book(scene, guest, party["numbers"])
        return guest

    def _register(
        self,
        numbers: Mapping[str, int],
        kind: PartyKind,
        scene: Scene,
        *,
        organisation: tuple[int, OrganisationKind] | None = None,
    ) -> Guest:
        name = self._name()
        days = self.random.triangular(0.05, LONGEST_LEAD_DAYS, 6)
        registered_at = min(self.at, scene.starts_at) - timedelta(days=days)
        registration = Registration(
            event_id=self.event_id, link=secrets.token_urlsafe(24), source=Source.DEMONSTRATION, party_kind=kind,
            language=self.random.choices(LANGUAGES, WEIGHTS)[0], created_at=registered_at,
            organisation_id=organisation[0] if organisation else None,
            contact_name=name[0], contact_reading=name[1], sought_as=sought_as(name=name[0], reading=name[1]),
        )  # fmt: skip
        db.session.add(registration)
        db.session.flush()
        for key, number in numbers.items():
            db.session.add(
                PartyNumber(registration_id=registration.id, category_id=self.categories[key], number=number)
            )
        ticket = self._ticket(registration.id, registered_at)
        return Guest(
            registration.id, ticket.id, kind, registration.language, registered_at,
            organisation[1] if organisation else None, set(), scene.starts_at,
        )  # fmt: skip

    def _ticket(self, registration_id: int, issued_at: datetime) -> Ticket:
        code = ticket_code(secrets.randbits(CODE_BITS))
        ticket = Ticket(
            event_id=self.event_id, registration_id=registration_id, code=code, rid=derive(self.salt, code).rid,
            number=short_number(next(self.numbers)), issued_at=issued_at,
        )  # fmt: skip
        db.session.add(ticket)
        db.session.flush()
        return ticket

    def _name(self) -> tuple[str, str]:
        family, given = (self.random.choice(self.recipe["names"][part]) for part in ("family", "given"))
        return f"{family['name']} {given['name']}", f"{family['reading']} {given['reading']}"

    def _book(self, scene: Scene, guest: Guest, numbers: Mapping[str, int]) -> None:
        booking = Booking(
            registration_id=guest.registration_id, session_id=scene.session_id, created_at=guest.registered_at
        )
        db.session.add(booking)
        db.session.flush()
        for key, number in numbers.items():
            db.session.add(
                BookingLine(
                    booking_id=booking.id, category_id=self.categories[key], number=number,
                    state=BookingState.CONFIRMED, state_at=guest.registered_at,
                )
            )  # fmt: skip
        _move(scene, promised=sum(numbers.values()))

    def _admit(self, scene: Scene, guest: Guest, numbers: Mapping[str, int], method: str) -> None:
        booked = scene.takes_bookings
        when = self._moment(scene)
        registered = lead(guest.registered_at, event_day(when, self.zone, self.day_ends_at), self.zone)
        self._write(
            scene, when, numbers, method, ticket_id=guest.ticket_id, registration_id=guest.registration_id,
            booked=booked, party_kind=guest.kind, organisation_kind=guest.organisation_kind, language=guest.language,
            lead_days=registered,
        )  # fmt: skip
        people = sum(numbers.values())
        _move(scene, present=people, arrived=people if booked else 0)

    def _count(self, scene: Scene, line: Mapping[str, Any]) -> None:
        """People without a ticket: taps one by one; sheets of paper and the desk's list as a whole."""
        number, new = line["number"], line["new"]
        if line["method"] == Method.TAPPED:
            shares = [({line["category"]: 1}, index < new) for index in range(number)]
        else:
            shares = [({line["category"]: part}, fresh) for part, fresh in ((new, True), (number - new, False)) if part]
        for numbers, fresh in shares:
            self._write(scene, self._moment(scene), numbers, line["method"], new_today=fresh)
        _move(scene, present=number, anonymous=number)

    def _write(self, scene: Scene, when: datetime, numbers: Mapping[str, int], method: str, **dimensions: Any) -> None:
        self._line(scene, when, numbers, EntryKind.ENTRY, method=Method(method), **dimensions)
        if scene.leaves and self.leaving.random() < SEEN_LEAVING:
            until = scene.ends_at + timedelta(minutes=8)
            left = when + (until - when) * self.leaving.triangular(0.2, 1, 0.97)
            unsaid = dimensions | {"booked": None, "new_today": None}
            gone = {key: -number for key, number in numbers.items()}
            self._line(scene, left, gone, EntryKind.EXIT, method=Method(method), **unsaid)

    def _line(
        self, scene: Scene, when: datetime, numbers: Mapping[str, int], kind: EntryKind, **dimensions: Any
    ) -> None:
        direction = Direction.OUT if kind is EntryKind.EXIT else Direction.IN
        entry = Entry(
            event_id=self.event_id, kind=kind, direction=direction,
            place_id=scene.place_id, gate_id=scene.gate_id, device_at=when, received_at=when, at=when,
            day=event_day(when, self.zone, self.day_ends_at), slot=slot(when), **dimensions,
        )  # fmt: skip
        db.session.add(entry)
        db.session.flush()
        for key, number in numbers.items():
            db.session.add(EntryNumber(entry_id=entry.id, category_id=self.categories[key], number=number))
        row = {column.name: getattr(entry, column.name) for column in Entry.__table__.columns}
        self.rolling.note([row], [{self.categories[key]: number for key, number in numbers.items()}])

    def _moment(self, scene: Scene) -> datetime:
        """Most come around the start; to something that is open all day, through the day."""
        if scene.ends_at - scene.starts_at > timedelta(hours=4):
            opens = max(scene.starts_at, scene.ends_at - timedelta(hours=15))
            share = self.random.triangular(0.05, 0.85, 0.3)
            return opens + (min(scene.ends_at, opens + timedelta(hours=11)) - opens) * share
        begin = scene.starts_at - EARLIEST
        return begin + (EARLIEST + LATEST) * self.random.triangular(0, 1, 0.38)


def _scenes(event_id: int, exits: Collection[str]) -> dict[str, Scene]:
    gate = (
        select(Gate.id)
        .join(GateRoom, GateRoom.gate_id == Gate.id)
        .where(Gate.event_id == event_id, GateRoom.room_id == EventSession.room_id)
        .limit(1)
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(EventSession.code, EventSession.id, Place.id, gate, EventSession.starts_at, EventSession.ends_at,
               EventSession.admission, EventSession.code.in_(exits))
        .join(Place, Place.session_id == EventSession.id)
        .where(EventSession.event_id == event_id)
    )  # fmt: skip
    return {code: Scene(*facts) for code, *facts in rows}


def _by_key(query: Any) -> dict[str, int]:
    return {row.key: row.id for row in db.session.execute(query)}


def _move(scene: Scene, **changes: int) -> None:
    columns = {name: getattr(SessionPlaces, name) + change for name, change in changes.items()}
    db.session.execute(update(SessionPlaces).where(SessionPlaces.session_id == scene.session_id).values(columns))
