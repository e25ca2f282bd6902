"""Every row of the table of cases, as scans that a device sends to the endpoint, on a real database."""

from datetime import date, datetime, timedelta
from random import getrandbits
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from app.accounts.models import Device
from app.accounts.queries import digest
from app.db import db, transaction
from app.programme.models import EventSession, SessionPlaces, Venue
from app.programme.rules import AdmissionRule, CapacityKind, Reentry, SessionStatus
from checkin.models import Entry, EntryNumber, Place
from checkin.rules import Direction, EntryKind
from registrations.models import Booking, BookingLine, Registration, Ticket
from registrations.rules import BookingState, PartyKind
from registrations.rules.given import RANDOM_BITS, given_code
from tests.checkin.cases import DAY, Case, cases, read_text, run
from tests.checkin.doorside import EVERY_RIGHT, Doorside
from tests.make import NOON, Make

WITHOUT_TICKET = {"tap": "walk_in", "count": "head_count", "room": "room_count"}
TIMES = ("at", "window")


class Endpoint:
    """Plays one case against the application."""

    def __init__(self, case: Case, app: Flask, make: Make) -> None:
        self.make = make
        days = [date.fromisoformat(DAY), *map(date.fromisoformat, case.entrances.values())]
        event = make.event(
            timezone=str(case.zone),
            reentry=Reentry(case.reentry),
            full_is_final=case.row.get("full_is_final", False),
            starts_on=min(days),
            ends_on=max(days),
        )
        self.door = Doorside(app, make, event, rights=EVERY_RIGHT)
        self.tokens = {"main": self.door.token, "other": self.door.device(rights=EVERY_RIGHT)}
        self.sessions = {key: self._session(case, key, facts) for key, facts in case.sessions.items()}
        slug = db.session.scalars(select(Venue.slug).where(Venue.slug == f"hall-{event.id}")).one()
        self.codes = {key: f"session:{key}" for key in self.sessions}
        self.codes |= {key: f"entrance:{slug}:{day}" for key, day in case.entrances.items()}
        self.keys = {code: key for key, code in self.codes.items()}
        self.tickets: dict[str, Ticket] = {}
        self.given: dict[str, tuple[str, str]] = {}
        for key, facts in case.tickets.items():
            if facts.get("given"):
                self.given[key] = str(uuid4()), given_code(event.scan_salt, getrandbits(RANDOM_BITS))
            else:
                self.tickets[key] = self._ticket(facts)
        self.sent: list[tuple[dict[str, Any], dict[str, Any]]] = []

    def scan(self, case: Case, step: dict[str, Any]) -> dict[str, Any]:
        token = self.tokens[step.get("device", "main")]
        self._give_rights(token, step.get("rights", EVERY_RIGHT))
        claim = self._claim(case, step)
        before = self._last_entry()
        arrival: dict[str, Any] = {"at": case.received_at(step), "sent_at": case.sent_at(step), "token": token}
        (answer,) = self.door.send(claim, **arrival)
        self.sent.append((claim, arrival))
        lines = self._lines(before)
        own = [line for line in lines if line.pop("scan") == claim["id"]]
        return {**self._seen(answer), "lines": own if "gives" in step else lines}

    def again(self, index: int) -> dict[str, Any]:
        claim, arrival = self.sent[index]
        before = self._last_entry()
        (answer,) = self.door.send(claim, **arrival)
        assert self._lines(before) == []
        return self._seen(answer)

    def change(self, _case: Case, change: dict[str, Any]) -> None:
        ticket = self.tickets[change["ticket"]]
        if "state" in change:
            self._put_into_state(ticket, [change["state"]])
        for key, state in change.get("booked", {}).items():
            session = self.sessions[key]
            lines = select(BookingLine.id).join(Booking).where(
                Booking.registration_id == ticket.registration_id, Booking.session_id == session.id
            )  # fmt: skip
            with transaction():
                db.session.execute(
                    update(BookingLine).where(BookingLine.id.in_(lines)).values(state=BookingState(state))
                )
                db.session.execute(
                    update(SessionPlaces)
                    .where(SessionPlaces.session_id == session.id)
                    .values(promised=SessionPlaces.promised - 1)
                )

    def outcome(self, _case: Case) -> dict[str, Any]:
        """Counted by SQL, apart from the rules under test."""
        return {
            "people": self._people(),
            "visits": {key: n for key in self.sessions if (n := self._visits(self.sessions[key]))},
            "inside": {key: self.door.places(session).present for key, session in self.sessions.items()},
            "conflicts": self.door.conflicts(unsettled=True),
        }

    def _session(self, case: Case, key: str, facts: dict[str, Any]) -> EventSession:
        session = self.make.session(
            self.door.event,
            key,
            starts_at=case.moment(facts["starts"]),
            ends_at=case.moment(facts["ends"]),
            door_opens_at=case.moment(facts["opens"]),
            door_closes_at=case.moment(facts["closes"]),
            status=SessionStatus(facts["status"]),
            admission=AdmissionRule(facts["admission"]),
            capacity=facts["capacity"],
            capacity_kind=CapacityKind(facts["capacity_kind"]),
            reentry=Reentry(facts["reentry"]) if facts["reentry"] else None,
        )
        with transaction():
            places = db.session.get_one(SessionPlaces, session.id)
            places.promised = case.row.get("held", {}).get(key, 0)
        return session

    def _ticket(self, facts: dict[str, Any]) -> Ticket:
        if "event" in facts:
            other = Doorside(self.door.app, self.make, self.make.event(facts["event"]))
            return other.ticket(facts["party"])
        if "same_person_as" in facts:
            first = self.tickets[facts["same_person_as"]]
            return self.door.ticket(registration=db.session.get_one(Registration, first.registration_id))
        booked = {
            self.sessions[key]: what if isinstance(what, dict) else BookingState(what)
            for key, what in facts["booked"].items()
        }
        ticket = self.door.ticket(
            facts["party"], booked=booked, party_kind=PartyKind(facts["kind"]), staff_note=facts.get("note")
        )
        self._put_into_state(ticket, facts["state"] if isinstance(facts["state"], list) else [facts["state"]])
        return ticket

    def _put_into_state(self, ticket: Ticket, states: list[str]) -> None:
        registration = db.session.get_one(Registration, ticket.registration_id)
        if "blocked" in states:
            self.door.change(registration, blocked_at=NOON)
        if "cancelled" in states:
            self.door.change(registration, cancelled_at=NOON)
        if "replaced" in states:
            self.door.change(ticket, replaced_at=NOON)

    def _give_rights(self, token: str, rights: Any) -> None:
        with transaction():
            db.session.execute(
                update(Device)
                .where(Device.token_hash == digest(token))
                .values(rights=list(rights), version=Device.version)
            )

    def _claim(self, case: Case, step: dict[str, Any]) -> dict[str, Any]:
        given: dict[str, Any] = {
            key: step[key] for key in ("direction", "people", "force", "shown", "new_today") if key in step
        }
        at = case.claimed_at(step)
        knows = case.reading(step)
        if knows and knows.offset is not None:
            offset = knows.offset // timedelta(milliseconds=1)
            given["clock"] = {"run": knows.run, "ran": 0, "offset": offset, "steady": knows.steady}
        place = self.codes[step["place"]]
        if "undo" in step:
            return self.door.claim(place, act="undo", undoes=self.sent[step["undo"]][0]["id"], at=at, **given)
        if "gives" in step:
            given["rid"], given["new_code"] = self.given[step["gives"]]
        for word in set(WITHOUT_TICKET) & step.keys():
            return self.door.claim(place, act=WITHOUT_TICKET[word], at=at, **{**given, "people": step[word]})
        ticket = self.tickets.get(step.get("ticket", ""))
        code = ticket.code if ticket else self.given.get(step.get("ticket", ""), ("", ""))[1]
        act = "walk_in" if step.get("as_walk_in") else "scan"
        return self.door.claim(place, read_text(step, code), act=act, at=at, **given)

    def _seen(self, answer: dict[str, Any]) -> dict[str, Any]:
        window = answer["window"]
        return {
            **answer,
            "at": datetime.fromisoformat(answer["at"]) if answer["at"] else None,
            "first": datetime.fromisoformat(answer["first"]["at"]) if answer["first"] else None,
            "window": [datetime.fromisoformat(window["from"]), datetime.fromisoformat(window["to"])]
            if window
            else None,
            "error": answer["error"]["code"] if answer["error"] else None,
            "booked": [one["code"] for one in answer["booked"]],
            "event": answer["event"]["slug"] if answer["event"] else None,
        }

    def _last_entry(self) -> int:
        return db.session.scalar(select(func.max(Entry.id))) or 0

    def _lines(self, after: int) -> list[dict[str, Any]]:
        db.session.rollback()
        names = {category.id: key for key, category in self.door.categories.items()}
        seen = []
        for entry, place in db.session.execute(
            select(Entry, Place).join(Place, Place.id == Entry.place_id).where(Entry.id > after).order_by(Entry.id)
        ):
            numbers = db.session.scalars(select(EntryNumber).where(EntryNumber.entry_id == entry.id))
            where = next((key for key, session in self.sessions.items() if session.id == place.session_id), None)
            seen.append(
                {
                    "kind": entry.kind.value,
                    "people": {names[one.category_id]: one.number for one in numbers},
                    "booked": entry.booked,
                    "reentry": entry.reentry,
                    "place": where,
                    "scan": str(entry.scan_id),
                }
            )
        return seen

    def _visits(self, session: EventSession) -> int:
        """As a door is told them where the room was counted."""
        here = select(Place.id).where(Place.session_id == session.id).scalar_subquery()
        counted = select(Entry.id).where(Entry.place_id == here, Entry.kind == EntryKind.ROOM_COUNT)
        if db.session.scalars(counted).first():
            return int(self.door.get(f"places/session:{session.code}/counts").get_json()["visits"])
        query = (
            select(func.sum(EntryNumber.number))
            .join(Entry, Entry.id == EntryNumber.entry_id)
            .where(Entry.place_id == here, Entry.direction == Direction.IN, Entry.reentry.is_(False))
        )
        return int(db.session.scalar(query) or 0)

    def _people(self) -> dict[str, int]:
        """As the glossary says: of each registration the largest net number at one place, and who is new today."""
        admitted = (
            select(EntryNumber.category_id, func.sum(EntryNumber.number).label("number"))
            .join(Entry, Entry.id == EntryNumber.entry_id)
            .where(Entry.direction == Direction.IN, Entry.reentry.is_(False), Entry.registration_id.is_not(None))
            .group_by(Entry.registration_id, EntryNumber.category_id, Entry.place_id)
            .add_columns(Entry.registration_id)
            .subquery()
        )
        most = (
            select(admitted.c.category_id, func.max(admitted.c.number).label("number"))
            .group_by(admitted.c.registration_id, admitted.c.category_id)
            .subquery()
        )
        anonymous = (
            select(EntryNumber.category_id, EntryNumber.number)
            .join(Entry, Entry.id == EntryNumber.entry_id)
            .where(Entry.registration_id.is_(None), Entry.new_today.is_(True), Entry.direction == Direction.IN)
        )
        names = {category.id: key for key, category in self.door.categories.items()}
        people: dict[str, int] = {}
        for query in (select(most.c.category_id, most.c.number), anonymous):
            for category_id, number in db.session.execute(query):
                people[names[category_id]] = people.get(names[category_id], 0) + number
        return {key: number for key, number in people.items() if number}


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.title)
def test_the_endpoint_answers(case: Case, app: Flask, make: Make) -> None:
    run(case, Endpoint(case, app, make))
