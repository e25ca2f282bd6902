"""Who is plainly let in for the first time is written the short way: rows and answers are those of the long one."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from app.accounts.models import DeviceContact
from app.audit import AuditEntry
from app.db import Model
from app.programme.models import EventSession, SessionPlaces
from app.programme.rules import AdmissionRule, CapacityKind, Reentry
from checkin.models import Conflict, Entry, EntryNumber, RollUp, RollUpApart, RollUpPlace, RollUpRoom, Scan
from checkin.operations.answers import Answer
from checkin.operations.ledger import Pending
from checkin.operations.plain_lines import TOLD
from checkin.operations.plainly import Plainly
from checkin.operations.rolling import _Adding
from checkin.queries import statements
from registrations.models import Ticket
from registrations.rules import BookingState, PartyKind
from tests.checkin import test_together as together
from tests.checkin.doorside import EVERY_RIGHT, Doorside
from tests.make import NOON, Make

TABLES = (Scan, Entry, EntryNumber, SessionPlaces, Conflict, DeviceContact, AuditEntry, RollUp, RollUpPlace,
          RollUpRoom, RollUpApart)  # fmt: skip
DRAWN = {"uuid", "entry_id", "undoes_id"}
"""What is drawn anew each time, or counted on by the database."""

ODD: tuple[dict[str, Any], ...] = (
    {"shown": "admitted"}, {"shown": "admitted"}, {"shown": "full"}, {"people": {"spectator": 1}}, {"force": "other"},
    {"people": {"student": 2}}, {"dry_run": True}, {"act": "walk_in"}, {"direction": "out"}, {"seq": None},
    {"clock": {"run": "a", "ran": 5000, "offset": 400, "steady": True}}, {"new_today": True},
)  # fmt: skip

UNUSUAL: tuple[dict[str, Any], ...] = (
    *({} for _ in range(12)), {"blocked_at": NOON}, {"cancelled_at": NOON}, {"party_kind": PartyKind.TEAM},
)  # fmt: skip


def everything(kind: type[Model]) -> Any:
    """Every column of a table that does not hang on chance, in one order."""
    if kind is EntryNumber:
        numbers = Entry.scan_id, Entry.kind, Entry.place_id, EntryNumber.category_id, EntryNumber.number
        return select(*numbers).join(Entry, Entry.id == EntryNumber.entry_id).order_by(*numbers)
    columns = [one for one in kind.__table__.columns if one.name not in DRAWN]
    told = [one for one in columns if one.name != "id" or kind is Scan]
    order = kind.__table__.primary_key if kind in (Conflict, AuditEntry) else told
    return select(*told).order_by(*order)


@pytest.fixture
def door(app: Flask, make: Make) -> Doorside:
    return Doorside(app, make, make.event(reentry=Reentry.AFTER_EXIT), rights=EVERY_RIGHT)


class Arrivals(together.Day):
    """A day on which nearly everybody comes for the first time, as people of every sort do."""

    def __init__(self, door: Doorside, make: Make, seed: int) -> None:
        super().__init__(door, make, seed)
        later = make.session(door.event, "later", starts_at=NOON + timedelta(hours=1))
        hall = make.session(door.event, "large", capacity=200, admission=AdmissionRule.WALK_IN)
        talk = make.session(door.event, "booked", capacity=200, admission=AdmissionRule.BOOKING_ONLY)
        busy = make.session(door.event, "busy", capacity=200, capacity_kind=CapacityKind.AT_ONCE)
        small = make.session(door.event, "small", capacity=5)
        entrance = together.entrance_of(door).rpartition(":")[0] + f":{NOON.date()}"
        self.places: list[EventSession | str] = [later, hall, talk, busy, small, entrance, entrance]
        for number in range(90):
            self.tickets.append(self._ticket(number, (talk, hall, busy)))
        for ticket in self.tickets[::9]:
            door.change(ticket, replaced_at=NOON)
        self.left = list(self.tickets)

    def _ticket(self, number: int, sessions: Sequence[EventSession]) -> Ticket:
        pick = self.random
        where = [one for one in sessions if pick.random() < 0.6]
        state = pick.choice((BookingState.CONFIRMED, BookingState.CONFIRMED, *BookingState))
        party = pick.choice((*[{"spectator": 1}, {"student": 1}] * 4, {"student": 1, "spectator": 1}))
        given: dict[str, Any] = {"language": pick.choice(("ja", "en")), "no_photo": number % 7 == 0}
        given |= {"created_at": NOON - timedelta(days=pick.randrange(40))}
        given |= pick.choice(UNUSUAL)
        return self.door.ticket(party, booked=dict.fromkeys(where, state), **given)

    def _claim(self, at: Any) -> dict[str, Any]:
        pick = self.random
        if not self.left or pick.random() < 0.2:
            return super()._claim(at)
        ticket = self.left.pop(pick.randrange(len(self.left)))
        given: dict[str, Any] = {"at": at - timedelta(seconds=pick.choice((0, 1, 40))), "seq": pick.randrange(1000)}
        if pick.random() < 0.35:
            given |= pick.choice(ODD)
        code = pick.choice((*[ticket.code] * 15, ticket.code.lower(), ticket.number))
        place = pick.choice(self.places)
        if isinstance(place, str) and pick.random() < 0.5:
            given["at"] = at - timedelta(hours=3)
        claim = self.door.claim(place, code, **given)
        return {**claim, "id": str(UUID(int=pick.getrandbits(128)))}


@pytest.mark.parametrize("seed", range(6))
def test_the_short_way_writes_what_the_long_one_writes(
    door: Doorside, make: Make, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    monkeypatch.setattr(together, "WRITTEN", [everything(one) for one in TABLES])
    batches = Arrivals(door, make, seed).batches(70)
    taken: list[Answer] = []
    admit = Plainly.admit

    def noted(self: Plainly, *given: Any) -> Answer | None:
        answer = admit(self, *given)
        taken.extend([answer] if answer else [])
        return answer

    monkeypatch.setattr(Plainly, "admit", noted)
    rolled_up: list[bool] = []
    add_plain = _Adding._add_plain

    def counted(self: _Adding) -> bool:
        rolled_up.append(add_plain(self))
        return rolled_up[-1]

    monkeypatch.setattr(_Adding, "_add_plain", counted)
    shortly = together.outcome(door, batches, [4] * 18)
    monkeypatch.setattr(Plainly, "admit", lambda *_given: None)
    monkeypatch.setattr(statements, "TICKETS_WITH_PARTIES", statements.BY_CODE)
    assert shortly == together.outcome(door, batches, [4] * 18)
    assert len(taken) > 7, "a day on which few come plainly shows little"
    assert any(rolled_up), "nothing was rolled up the short way"


def test_the_scans_of_who_came_plainly_are_taken_out_and_their_lines_stay() -> None:
    pending = Pending()
    pending.plain.append(tuple(TOLD))
    (scan,) = pending.take_scans()
    assert (scan["id"], scan["ticket_id"], scan["facts"]) == ("id", "ticket_id", "facts")
    assert (pending.scans, pending.plain, [row["scan_id"] for row in pending.entries]) == ([], [], ["id"])
    assert [list(one.values()) for one in pending.numbers] == [[1]]


LEAVES = {"direction": "out"}
COUNTED = {"act": "room_count", "code": None, "people": {"spectator": 1}}


@pytest.mark.parametrize(("then", "on_their_own"), [(LEAVES, False), (COUNTED, True)])
def test_what_follows_at_once_from_who_came_plainly_is_rolled_up_with_them(
    door: Doorside, make: Make, monkeypatch: pytest.MonkeyPatch, then: dict[str, Any], *, on_their_own: bool
) -> None:
    monkeypatch.setattr(together, "WRITTEN", [everything(one) for one in TABLES])
    busy = make.session(door.event, "busy", capacity=20, capacity_kind=CapacityKind.AT_ONCE)
    tickets = [door.ticket({"spectator": 1}, booked={busy: BookingState.CONFIRMED}) for _ in range(3)]
    came = [door.claim(busy, one.code, at=NOON) for one in tickets]
    follows = door.claim(busy, tickets[0].code, at=NOON + timedelta(seconds=1)) | then
    batch = together.sent(together.device(door, *EVERY_RIGHT), *came, follows, at=NOON + timedelta(seconds=2))
    tried: list[bool] = []
    add_plain = _Adding._add_plain

    def counted(self: _Adding) -> bool:
        tried.append(add_plain(self))
        return tried[-1]

    monkeypatch.setattr(_Adding, "_add_plain", counted)
    shortly = together.outcome(door, [batch], [1])
    monkeypatch.setattr(Plainly, "admit", lambda *_given: None)
    assert shortly == together.outcome(door, [batch], [1])
    assert tried == [on_their_own]
