"""Thirty doors at the same moment: a place is given once, a ticket admits once. Without the locks both tests fail."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, nullcontext
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from app.db import transaction, wired
from app.direct import Direct, among
from app.group import Group
from app.programme.rules import AdmissionRule, Reentry
from app.web.actors import DeviceActor
from app.writer import Wire, Writer
from checkin.models import Entry
from checkin.operations import doorway, record_scans
from checkin.operations.answers import Answer
from checkin.queries import statements
from checkin.rules.claims import Batch
from registrations.models import Ticket
from registrations.operations import cancel
from registrations.rules import BookingState
from tests.checkin.doorside import Doorside
from tests.make import NOON, Make

pytestmark = pytest.mark.slow

DOORS = 30


@pytest.fixture
def door(app: Flask, make: Make) -> Doorside:
    return Doorside(app, make, make.event(reentry=Reentry.NONE))


@pytest.fixture(autouse=True)
def slow_thinking(monkeypatch: pytest.MonkeyPatch) -> None:
    """Between what a door reads and what it writes there is time for all the others."""
    real = doorway.open_doorway

    def slowly(*arguments: Any, **named: Any) -> Any:
        opened = real(*arguments, **named)
        time.sleep(0.02)
        return opened

    monkeypatch.setattr("checkin.operations.recording.open_doorway", slowly)


def at_once(app: Flask, works: list[Callable[[], Any]]) -> list[Any]:
    """Everything at the same moment, each in a thread of its own; what came of each."""
    barrier = threading.Barrier(len(works))
    outcomes: list[Any] = [None] * len(works)

    def run(number: int) -> None:
        with app.app_context():
            barrier.wait()
            try:
                outcomes[number] = works[number]()
            except Exception as error:  # noqa: BLE001  what went wrong is what came of it
                outcomes[number] = error

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def sender(door: Doorside, claim: dict[str, Any]) -> Callable[[], str]:
    """Sends one scan from a device of its own; the verdict, or what went wrong."""
    token, slug, app = door.device(), door.event.slug, door.app

    def send() -> str:
        body = {"sent_at": NOON.isoformat(), "scans": [claim]}
        answer = door.post(body, token=token, client=app.test_client(), slug=slug)
        if answer.status_code != 200:
            return str(answer.status_code)
        (verdict,) = answer.get_json()["verdicts"]
        return str(verdict["verdict"] or verdict["error"]["code"])

    return send


@contextmanager
def without_locks(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The control: nobody waits for anybody."""
    with monkeypatch.context() as patch:
        patch.setattr(statements, "SESSIONS", statements.LOOK)
        patch.setattr(statements, "BY_CODE", UNLOCKED)
        patch.setattr(Writer, "held", lambda _self: nullcontext())
        patch.setattr(Writer, "connected", lambda self: closing(self.engine.raw_connection()))
        patch.setattr("app.db.BEGIN_WRITING", "BEGIN")
        patch.setattr(Group, "write", write_alone)
        yield


def write_alone(group: Group, work: Callable[[Wire], Any], _alike: Any = None) -> Any:
    with wired(group.writer) as wire:
        return work(wire)


RUSHES = ("first", "second", "third", "fourth", "fifth")
"""On a machine that is busy with other things the doors of one rush may come one after the other by themselves."""
UNLOCKED = Direct(statements.TICKETS.where(among(Ticket.code, "codes")))


def one_place_left(door: Doorside, make: Make, code: str = "talk") -> Counter[str]:
    talk = make.session(door.event, code, capacity=3, admission=AdmissionRule.WALK_IN)
    door.tap(talk, {"spectator": 2})
    works = [sender(door, door.claim(talk, door.ticket())) for _ in range(DOORS)]
    return Counter(at_once(door.app, works))


def one_ticket(door: Doorside, make: Make, code: str = "talk") -> Counter[str]:
    talk = make.session(door.event, code, capacity=40, admission=AdmissionRule.WALK_IN)
    ticket = door.ticket()
    works = [sender(door, door.claim(talk, ticket)) for _ in range(DOORS)]
    return Counter(at_once(door.app, works))


def test_thirty_doors_on_a_room_with_one_place_left_admit_one(door: Doorside, make: Make) -> None:
    assert one_place_left(door, make) == {"admitted": 1, "full": 29}
    assert door.count(Entry) == 2


def test_thirty_doors_on_one_ticket_admit_it_once(door: Doorside, make: Make) -> None:
    assert one_ticket(door, make) == {"admitted": 1, "already_in": 29}
    assert door.count(Entry) == 1


@pytest.mark.ledger_by_hand
def test_the_test_of_the_last_place_can_fail(door: Doorside, make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    with without_locks(monkeypatch):
        rushes = (one_place_left(door, make, code) for code in RUSHES)
        assert any(rush != {"admitted": 1, "full": 29} for rush in rushes)


@pytest.mark.ledger_by_hand
def test_the_test_of_one_ticket_can_fail(door: Doorside, make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    with without_locks(monkeypatch):
        rushes = (one_ticket(door, make, code) for code in RUSHES)
        assert any(rush != {"admitted": 1, "already_in": 29} for rush in rushes)


def test_thirty_taps_on_a_room_with_ten_places_left_count_ten(door: Doorside, make: Make) -> None:
    talk = make.session(door.event, "talk", capacity=10, admission=AdmissionRule.WALK_IN)
    taps = [door.claim(talk, act="walk_in", people={"spectator": 1}) for _ in range(DOORS)]
    verdicts = Counter(at_once(door.app, [sender(door, tap) for tap in taps]))
    assert verdicts == {"counted": 10, "full": 20}
    assert (door.places(talk).present, door.places(talk).anonymous) == (10, 10)


def test_a_device_that_sends_the_same_scan_thirty_times_at_once_is_answered_thirty_times_alike(
    door: Doorside, make: Make
) -> None:
    talk = make.session(door.event, "talk", capacity=10)
    claim = door.claim(talk, door.ticket(booked={talk: BookingState.CONFIRMED}))
    slug = door.event.slug
    sending = [lambda: door.send(claim, client=door.app.test_client(), slug=slug) for _ in range(DOORS)]
    answers = at_once(door.app, sending)
    assert [answer[0]["verdict"] for answer in answers] == ["admitted"] * DOORS
    assert door.count(Entry) == 1


def test_batches_of_two_doors_in_opposite_order_do_not_wait_for_each_other_forever(door: Doorside, make: Make) -> None:
    rooms = [make.session(door.event, code, capacity=200) for code in ("a", "b", "c")]
    tickets = [door.ticket(booked=dict.fromkeys(rooms, BookingState.CONFIRMED)) for _ in range(10)]
    claims = [door.claim(room, ticket) for ticket in tickets for room in rooms]
    slug, app = door.event.slug, door.app
    tokens = [door.device(), door.device()]

    def sends(token: str, ordered: list[dict[str, Any]]) -> Callable[[], Any]:
        fresh = [{**claim, "id": claim["id"][:-1] + ("0" if token == tokens[0] else "1")} for claim in ordered]
        return lambda: door.send(*fresh, token=token, client=app.test_client(), slug=slug)

    both = at_once(door.app, [sends(tokens[0], claims), sends(tokens[1], claims[::-1])])
    verdicts = Counter(answer["verdict"] for answers in both for answer in answers)
    assert verdicts == {"admitted": 30, "already_in": 30}
    assert [door.places(room).present for room in rooms] == [10, 10, 10]


def test_batches_that_scan_one_ticket_and_undo_another_do_not_wait_for_each_other_forever(
    door: Doorside, make: Make
) -> None:
    talk = make.session(door.event, "talk", capacity=200, admission=AdmissionRule.WALK_IN)
    tickets = [door.ticket(), door.ticket()]
    door.send(*(door.claim(talk, ticket) for ticket in tickets))
    slug, app = door.event.slug, door.app
    tokens = [door.device() for _ in range(4)]

    def sends(token: str, scanned: Ticket, other: Ticket) -> Callable[[], Any]:
        left = door.claim(talk, other, direction="out")
        door.send(left, token=token)
        claims = door.claim(talk, scanned), door.claim(talk, act="undo", undoes=left["id"])
        return lambda: door.send(*claims, token=token, client=app.test_client(), slug=slug)

    verdicts: Counter[str] = Counter()
    for _ in range(6):
        works = [sends(token, *tickets[:: (1, -1)[number % 2]]) for number, token in enumerate(tokens)]
        for answers in at_once(app, works):
            verdicts.update(answer["verdict"] for answer in answers)
    assert verdicts == {"already_in": 24, "undone": 24}
    assert door.places(talk).present == 2


def test_scans_tried_one_by_one_do_not_wait_for_each_other_forever(
    door: Doorside, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    talk = make.session(door.event, "talk", capacity=200, admission=AdmissionRule.WALK_IN)
    tickets = [door.ticket() for _ in range(6)]
    slug, app = door.event.slug, door.app
    monkeypatch.setattr("checkin.api.record_scans", one_at_a_time)
    monkeypatch.setattr("checkin.api.lane.record_arrived", none_at_all)

    def sends(ordered: list[Ticket]) -> Callable[[], Any]:
        token, claims = door.device(), [door.claim(talk, ticket) for ticket in ordered]
        return lambda: door.send(*claims, token=token, client=app.test_client(), slug=slug)

    both = at_once(app, [sends(tickets), sends(tickets[::-1])])
    verdicts = Counter(answer["verdict"] for answers in both for answer in answers)
    assert verdicts == {"admitted": 6, "already_in": 6}


def none_at_all(_wire: Wire, _slug: str, arrived: list[Any]) -> list[None]:
    """As if everything were left to the route."""
    return [None for _ in arrived]


def one_at_a_time(wire: Wire, slug: str, device: DeviceActor, batch: Batch, *, at: datetime) -> list[Answer]:
    """As if no batch could be kept as a whole."""
    assert len(batch.scans) == 1
    return record_scans(wire, slug, device, batch, at=at)


def test_a_scan_that_races_a_cancellation_is_before_it_or_after_it(door: Doorside, make: Make) -> None:
    talk = make.session(door.event, "talk", capacity=50, starts_at=NOON + timedelta(minutes=20))
    seen: Counter[tuple[str, int]] = Counter()
    for _ in range(6):
        registration = make.registration(door.event, talk, at=NOON - timedelta(days=1))
        claim = door.claim(talk, make.ticket(registration))
        before = door.count(Entry)
        verdict, cancelled = at_once(door.app, [sender(door, claim), canceller(registration.id)])
        assert cancelled is None
        seen[verdict, door.count(Entry) - before] += 1
    assert set(seen) <= {("admitted", 1), ("cancelled", 0)}


def canceller(registration_id: int) -> Callable[[], None]:
    def run() -> None:
        time.sleep(0.01)
        with transaction():
            cancel(registration_id, at=NOON)

    return run
