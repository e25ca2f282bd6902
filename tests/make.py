"""Builders: the smallest whole thing a test needs, made through the models in one line.

The cast: Olga organises, Dora keeps a door, Victor views figures, Sam is a stranger; Ana attends, Tomo teaches.
"""

from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from flask import Flask
from flask.testing import FlaskClient

from app.accounts.models import Account, Host, Membership
from app.accounts.operations import add_account, begin_sign_in
from app.accounts.passwords import hash_password
from app.db import Model, db, transaction
from app.programme.models import (
    Category,
    Event,
    EventSession,
    EventVenue,
    PrivacyNotice,
    Room,
    SessionPlaces,
    Venue,
)
from app.programme.rules import AdmissionRule, EventStatus
from app.web.actors import Actor, Role
from checkin.models import Gate, GateRoom, Place
from checkin.rules import GateKind
from registrations.models import Registration, Ticket
from registrations.operations import register
from registrations.rules import Application

Row = TypeVar("Row", bound=Model)
NOON = datetime(2026, 10, 3, 3, 0, tzinfo=UTC)
"""12:00 in Japan on the third of October 2026, the day most tests live on."""
PASSWORD = "correct horse battery staple"
PASSWORD_HASH = hash_password(PASSWORD)


def both(ja: str, en: str | None = None) -> dict[str, str]:
    """A text in Japanese and English."""
    return {"ja": ja, "en": en or ja}


class Make:
    """Makes rows in their own short transactions and hands them back."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.made = 0

    def host(self, slug: str = "yokohama") -> Host:
        return self._keep(Host(slug=slug, name=both(slug), created_at=NOON))

    def event(self, slug: str = "fair", host: Host | None = None, **given: Any) -> Event:
        """A published event of three days around NOON with two categories beside 区分不明, one venue, one room, its
        entrance gate and places for each day."""
        host = host or self._only(Host) or self.host()
        facts: dict[str, Any] = {
            "title": both("市民まつり", "Fair"), "summary": both("まつり", "A fair"), "description": both("", ""),
            "purpose": [], "fee": both("無料", "Free"), "how_to_take_part": both("", ""), "access": {}, "contact": {},
            "source": {}, "starts_on": NOON.date() - timedelta(1), "ends_on": NOON.date() + timedelta(1),
            "timezone": "Asia/Tokyo", "languages": ["ja", "en", "ja-easy"], "status": EventStatus.PUBLISHED,
            "scan_salt": b"s" * 32, "created_at": NOON - timedelta(90),
        }  # fmt: skip
        event = self._keep(Event(slug=slug, host_id=host.id, **{**facts, **given}))
        for position, (key, label) in enumerate(
            (("spectator", "観覧者"), ("student", "児童生徒学生"), ("unknown", "区分不明"))
        ):
            self.category(event, key, label=both(label, key), position=position, unknown=key == "unknown")
        self._keep(
            PrivacyNotice(event_id=event.id, number=1, text=both("個人情報の取扱い", "Privacy"), created_at=NOON)
        )
        venue = self.venue(event)
        for offset in range((event.ends_on - event.starts_on).days + 1):
            self._keep(Place(event_id=event.id, venue_id=venue.id, day=event.starts_on + timedelta(offset)))
        self.gate(event, venue)
        return event

    def category(self, event: Event, key: str, **given: Any) -> Category:
        facts: dict[str, Any] = {
            "label": both(key),
            "belongs": both(f"{key} の方", f"{key} people"),
            "position": 9,
        }
        return self._keep(Category(event_id=event.id, key=key, **{**facts, **given}))

    def categories(self, event: Event) -> dict[str, Category]:
        rows = db.session.scalars(db.select(Category).filter_by(event_id=event.id).order_by(Category.position))
        return {row.key: row for row in rows}

    def venue(self, event: Event, slug: str = "hall") -> Venue:
        venue = self._keep(
            Venue(
                host_id=event.host_id,
                slug=f"{slug}-{event.id}",
                name=both("会館", "Hall"),
                address=both("横浜市"),
                access={},
            )
        )
        self._keep(EventVenue(event_id=event.id, venue_id=venue.id, position=0))
        self.room(venue)
        return venue

    def room(self, venue: Venue, code: str = "room", **given: Any) -> Room:
        facts: dict[str, Any] = {"name": both("大会議室", "Main room"), "access": {}, "position": 0}
        return self._keep(Room(venue_id=venue.id, code=code, **{**facts, **given}))

    def gate(self, event: Event, venue: Venue, code: str = "entrance", **given: Any) -> Gate:
        facts: dict[str, Any] = {
            "name": both("正面入口", "Main entrance"),
            "kind": GateKind.ENTRANCE,
            "new_today": True,
        }
        return self._keep(Gate(event_id=event.id, venue_id=venue.id, code=code, **{**facts, **given}))

    def session(self, event: Event, code: str | None = None, **given: Any) -> EventSession:
        """An event session from 12:00 to 13:00 on the second day, walk-ins and bookings, with its places and place."""
        self.made += 1
        room = db.session.scalars(
            db.select(Room)
            .join(EventVenue, EventVenue.venue_id == Room.venue_id)
            .filter(EventVenue.event_id == event.id)
        ).first()
        starts = given.get("starts_at", NOON)
        facts: dict[str, Any] = {
            "title": both(f"講演{self.made}", f"Talk {self.made}"), "description": {}, "access": {},
            "kind": both("講演", "talk"),
            "languages": ["ja"], "starts_at": starts, "ends_at": starts + timedelta(hours=1),
            "door_opens_at": starts - timedelta(minutes=30), "door_closes_at": starts + timedelta(hours=1),
            "admission": AdmissionRule.BOOKING_AND_WALK_IN, "room_id": room.id if room else None,
        }  # fmt: skip
        session = self._keep(EventSession(event_id=event.id, code=code or f"t{self.made}", **{**facts, **given}))
        self._keep(SessionPlaces(session_id=session.id, capacity=session.capacity))
        self._keep(Place(event_id=event.id, session_id=session.id))
        return session

    def room_gate(self, event: Event, session: EventSession, code: str = "door", **given: Any) -> Gate:
        """A gate at the door of a session's room."""
        room = db.session.get_one(Room, session.room_id)
        gate = self._keep(
            Gate(event_id=event.id, venue_id=room.venue_id, code=code, name=both("入口", "Door"), kind=GateKind.ROOMS,
                 **{"new_today": False, **given})
        )  # fmt: skip
        self._keep(GateRoom(gate_id=gate.id, room_id=room.id))
        return gate

    def release(self, event: Event) -> Event:
        """What the public sees from now on."""
        from app.programme.operations import release

        with transaction():
            release(event.id, at=NOON - timedelta(60), actor=Actor())
        return event

    def registration(
        self, event: Event, *sessions: EventSession, at: datetime | None = None, **given: Any
    ) -> Registration:
        """Ana's registration for these sessions: one spectator, unless `numbers` says otherwise."""
        facts: dict[str, Any] = {"name": "Ana", "numbers": {"spectator": 1}, **given}
        codes = frozenset(session.code for session in sessions)
        with transaction():
            return register(event.id, Application(sessions=codes, **facts), at=at or NOON - timedelta(30))

    def ticket(self, registration: Registration) -> Ticket:
        """The ticket in use."""
        query = db.select(Ticket).filter_by(registration_id=registration.id, replaced_at=None)
        ticket: Ticket = db.session.scalars(query).one()
        return ticket

    def account(
        self, name: str, role: Role | None = None, event: Event | None = None, host: Host | None = None
    ) -> Account:
        """A person on the staff; with `event` the role is in that event, else in the whole host."""
        host_id = event.host_id if event else (host or self._only(Host) or self.host()).id
        with transaction():
            account = add_account(email=f"{name.lower()}@example.jp", name=name, password_hash=PASSWORD_HASH, at=NOON)
            if role is not None:
                db.session.add(
                    Membership(account_id=account.id, host_id=host_id, event_id=event.id if event else None, role=role,
                               created_at=NOON)
                )  # fmt: skip
        return account

    def olga(self, event: Event) -> Account:
        return self.account("Olga", Role.ORGANISER, event)

    def dora(self, event: Event) -> Account:
        return self.account("Dora", Role.DOOR, event)

    def signed_in(self, account: Account) -> FlaskClient:
        """A browser with this person signed in."""
        from app.clock import now

        client = self.app.test_client()
        with transaction():
            token = begin_sign_in(account.id, at=now())
        client.set_cookie("uketsuke", token, domain="localhost")
        return client

    def actor(self, account: Account) -> Actor:
        """The same person as operations see them."""
        return Actor(account_id=account.id, name=account.name)

    def _keep(self, row: Row) -> Row:
        with transaction():
            db.session.add(row)
        return row

    def _only(self, kind: Any) -> Any:
        return db.session.scalars(db.select(kind)).first()
