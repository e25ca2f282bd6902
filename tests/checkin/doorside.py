"""What tests of the door stand on: sessions, tickets in any state, devices, and scans sent as a device sends them."""

from collections.abc import Mapping
from contextlib import ExitStack
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from app.accounts.models import Device
from app.accounts.queries import digest
from app.clock import frozen
from app.db import Model, db, transaction
from app.programme.models import Event, EventSession, SessionPlaces
from checkin.models import Conflict, Entry, EntryNumber, Scan
from checkin.rules.settling import Settlement
from registrations.models import Booking, BookingLine, PartyNumber, Registration, Ticket
from registrations.rules import BookingState, PartyKind, Source, short_number, ticket_code
from tests.make import NOON, Make

Booked = BookingState | Mapping[str, int]
EVERY_RIGHT = ("scan", "search", "supervisor")


class Doorside:
    """One event with its door; a device of it speaks for itself by its token."""

    def __init__(
        self, app: Flask, make: Make, event: Event | None = None, *, rights: tuple[str, ...] = ("scan",)
    ) -> None:
        self.app = app
        self.make = make
        self.event = event or make.event()
        self.categories = make.categories(self.event)
        self.made = 0
        self.token = self.device(rights=rights)

    def device(self, *, rights: tuple[str, ...] = ("scan",), event: Event | None = None, **given: Any) -> str:
        """A new device's token."""
        self.made += 1
        token = f"token-{self.event.id}-{self.made}"
        facts = {"name": f"device {self.made}", "rights": list(rights), "created_at": NOON, "token_hash": digest(token)}
        facts |= {"expires_at": NOON + timedelta(days=3650), "event_id": (event or self.event).id}
        with transaction():
            db.session.add(Device(**{**facts, **given}))
        return token

    def ticket(
        self,
        party: Mapping[str, int] | None = None,
        *,
        booked: Mapping[EventSession, Booked] | None = None,
        registration: Registration | None = None,
        **given: Any,
    ) -> Ticket:
        """A ticket of a party (one spectator), with bookings that hold places as real ones do."""
        self.made += 1
        party = party or {"spectator": 1}
        with transaction():
            if registration is None:
                registration = self._registration(party, **given)
            for session, what in (booked or {}).items():
                self._book(registration, session, party, what)
            ticket = Ticket(
                event_id=registration.event_id, registration_id=registration.id, code=ticket_code(uuid4().int),
                rid=uuid4().bytes[:12], number=short_number(self.made), issued_at=NOON,
            )  # fmt: skip
            db.session.add(ticket)
        return ticket

    def change(self, row: Model, **given: Any) -> None:
        """Something about a row is different from now on."""
        with transaction():
            kind = type(row)
            found = db.session.get_one(kind, row.id)  # type: ignore[attr-defined]
            for name, value in given.items():
                setattr(found, name, value)

    def claim(self, place: EventSession | str, ticket: Ticket | str | None = None, **given: Any) -> dict[str, Any]:
        """One scan as a device claims it."""
        at = given.pop("at", NOON)
        code = ticket.code if isinstance(ticket, Ticket) else ticket
        claim = {
            "id": str(uuid4()),
            "at": at.isoformat(),
            "gate": "entrance",
            "place": place if isinstance(place, str) else f"session:{place.code}",
            "act": "scan",
            **({"code": code} if code is not None else {}),
        }
        return {**claim, **given}

    def send(
        self, *claims: dict[str, Any], at: datetime = NOON, sent_at: datetime | None = None, token: str | None = None,
        client: FlaskClient | None = None, slug: str | None = None,
    ) -> list[dict[str, Any]]:  # fmt: skip
        """The answers to a batch that arrives at `at`."""
        answer = self.post(
            {"sent_at": (sent_at or at).isoformat(), "scans": list(claims)},
            at=at,
            token=token,
            client=client,
            slug=slug,
        )
        assert answer.status_code == 200, answer.get_data(as_text=True)
        verdicts: list[dict[str, Any]] = answer.get_json()["verdicts"]
        return verdicts

    def scan(self, place: EventSession | str, ticket: Ticket | str | None = None, **given: Any) -> dict[str, Any]:
        """The answer to one scan that is sent at once."""
        at = given.get("at", NOON)
        token = given.pop("token", None)
        return self.send(self.claim(place, ticket, **given), at=at, token=token)[0]

    def tap(self, place: EventSession | str, people: Mapping[str, int] | None = None, **given: Any) -> dict[str, Any]:
        """The answer to one tap: somebody without a ticket."""
        return self.scan(place, act="walk_in", people=dict(people or {"spectator": 1}), **given)

    def post(
        self,
        body: Any,
        *,
        at: datetime = NOON,
        token: str | None = None,
        client: FlaskClient | None = None,
        slug: str | None = None,
    ) -> TestResponse:
        """A batch, as it stands."""
        with ExitStack() as stack:
            stack.enter_context(frozen(at))
            return (client or self.app.test_client()).post(
                f"/api/v1/events/{slug or self.event.slug}/scans",
                json=body,
                headers={"Authorization": f"Bearer {token or self.token}"},
            )

    def get(self, path: str, *, at: datetime = NOON, token: str | None = None) -> TestResponse:
        """What a device sees at an address of its event."""
        with frozen(at):
            return self.app.test_client().get(
                f"/api/v1/events/{self.event.slug}/{path}", headers={"Authorization": f"Bearer {token or self.token}"}
            )

    def places(self, session: EventSession) -> SessionPlaces:
        """A session's figures as they stand."""
        db.session.rollback()
        db.session.expire_all()
        return db.session.get_one(SessionPlaces, session.id)

    def count(self, kind: type[Model]) -> int:
        """How many rows there are now."""
        db.session.rollback()
        return db.session.scalar(select(func.count()).select_from(kind)) or 0

    def lines(self) -> list[tuple[str, dict[str, int]]]:
        """Every ledger line: kind and signed numbers by category."""
        db.session.rollback()
        keys = {category.id: key for key, category in self.categories.items()}
        found = []
        for entry in db.session.scalars(select(Entry).order_by(Entry.id)):
            numbers = db.session.scalars(select(EntryNumber).where(EntryNumber.entry_id == entry.id))
            found.append((entry.kind.value, {keys[one.category_id]: one.number for one in numbers}))
        return found

    def conflicts(self) -> list[str]:
        """Every conflict's kind, in the order they were found, but for those that a later upload has retold."""
        db.session.rollback()
        chosen = select(Conflict.kind).where(Conflict.resolution.is_distinct_from(Settlement.RETOLD.value))
        return [kind.value for kind in db.session.scalars(chosen.order_by(Conflict.id))]

    def stored(self, scan_id: str) -> Scan | None:
        """A scan as it was kept."""
        return db.session.get(Scan, UUID(scan_id))

    def _registration(self, party: Mapping[str, int], **given: Any) -> Registration:
        single = sum(party.values()) == 1
        facts: dict[str, Any] = {
            "event_id": self.event.id, "link": uuid4().hex, "language": "ja", "source": Source.WEB,
            "party_kind": PartyKind.PERSON if single else PartyKind.FAMILY, "contact_name": "Ana",
            "created_at": NOON - timedelta(days=10),
        }  # fmt: skip
        registration = Registration(**{**facts, **given})
        db.session.add(registration)
        db.session.flush()
        for key, number in party.items():
            db.session.add(
                PartyNumber(registration_id=registration.id, category_id=self.categories[key].id, number=number)
            )
        return registration

    def _book(
        self,
        registration: Registration,
        session: EventSession,
        party: Mapping[str, int],
        what: BookingState | Mapping[str, int],
    ) -> None:
        state = what if isinstance(what, BookingState) else BookingState.CONFIRMED
        numbers = party if isinstance(what, BookingState) else what
        booking = Booking(registration_id=registration.id, session_id=session.id, created_at=NOON - timedelta(days=10))
        db.session.add(booking)
        db.session.flush()
        for key, number in numbers.items():
            category_id = self.categories[key].id
            db.session.add(
                BookingLine(booking_id=booking.id, category_id=category_id, number=number, state=state, state_at=NOON)
            )
        if state.holds_places and registration.party_kind is not PartyKind.TEAM:
            places = db.session.get_one(SessionPlaces, session.id)
            places.promised += sum(numbers.values())
