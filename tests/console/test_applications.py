"""Approvals, draws and waiting lists: what the organiser decides, what anybody can check, what Sam gets."""

import hashlib
import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from app.clock import frozen
from app.db import db, transaction
from app.outbox.models import Letter
from app.programme.models import Event, EventSession, SessionPlaces
from app.programme.rules import AdmissionRule
from app.web.actors import Role
from registrations.models import Booking, BookingLine
from registrations.operations import register
from registrations.rules import Application, BookingState
from tests.console.editing import post
from tests.make import NOON, Make, both
from tests.registrations.views.test_groups import text_of

AT = NOON - timedelta(days=20)
CLOSED = NOON - timedelta(days=9)
BASE = "/console/events/fair/applications"


@pytest.fixture(autouse=True)
def weeks_before() -> Iterator[None]:
    with frozen(AT):
        yield


@pytest.fixture
def event(make: Make) -> Event:
    made = make.event()
    make.session(made, "desk", admission=AdmissionRule.APPROVAL, capacity=3, title=both("相談", "Advice"))
    closes = {"booking_closes_at": NOON - timedelta(days=10)}
    make.session(made, "robot", admission=AdmissionRule.LOTTERY, capacity=2, title=both("工作", "Robots"), **closes)
    make.session(made, "talk", capacity=1, starts_at=NOON + timedelta(hours=5), title=both("講演", "Talk"))
    return make.release(made)


@pytest.fixture
def olga(event: Event, make: Make) -> FlaskClient:
    return make.signed_in(make.olga(event))


def ask(event: Event, code: str, name: str, number: int = 1, *, waits: bool = False) -> int:
    codes = frozenset({code})
    application = Application(
        name, {"spectator": number}, frozenset() if waits else codes, "ana@example.jp",
        waiting=codes if waits else frozenset(),
    )  # fmt: skip
    with transaction():
        return register(event.id, application, at=AT).id


def states(code: str) -> dict[int, BookingState]:
    db.session.rollback()
    found = db.session.execute(
        db.select(Booking.registration_id, BookingLine.state)
        .join(BookingLine, BookingLine.booking_id == Booking.id)
        .join(EventSession, EventSession.id == Booking.session_id)
        .where(EventSession.code == code)
    )
    return {row[0]: row[1] for row in found}


def ids_on(page: str) -> list[str]:
    return re.findall(r'name="booking" value="([^"]+)"', page)


def decide(client: FlaskClient, what: str, chosen: list[str]) -> str:
    assert post(client, f"{BASE}/desk/decisions?lang=en", do=what, booking=chosen).status_code == 303
    return text_of(client.get(f"{BASE}/desk?lang=en"))


def drawn(client: FlaskClient) -> str:
    assert post(client, f"{BASE}/robot/draw?lang=en").status_code == 303
    return text_of(client.get(f"{BASE}/robot?lang=en"))


def test_the_list_says_what_is_to_be_decided(event: Event, olga: FlaskClient) -> None:
    ask(event, "desk", "Ana")
    ask(event, "robot", "Bob")
    ask(event, "talk", "Carl")
    ask(event, "talk", "Dai", waits=True)
    page = text_of(olga.get(f"{BASE}?lang=en"))
    assert [page.count(word) for word in ("Advice", "Robots", "Talk", "Decide", "Applications are open")] == [1] * 5


def test_approving_gives_places_in_the_order_of_registering_while_there_is_room(
    event: Event, olga: FlaskClient
) -> None:
    ana, bob, carl = (ask(event, "desk", name, number) for name, number in (("Ana", 2), ("Bob", 2), ("Carl", 1)))
    page = olga.get(f"{BASE}/desk?lang=en").get_data(as_text=True)
    told = decide(olga, "approve", ids_on(page))
    assert "2 parties have their places." in told
    assert "For 1 party there is no room." in told
    assert states("desk") == {ana: BookingState.CONFIRMED, bob: BookingState.PENDING, carl: BookingState.CONFIRMED}
    assert db.session.scalars(db.select(SessionPlaces.promised).order_by(SessionPlaces.session_id)).first() == 3
    told = decide(olga, "decline", ids_on(page))
    assert "1 party was declined." in told
    assert states("desk")[bob] == BookingState.DECLINED
    kinds = db.session.execute(db.select(Letter.registration_id, Letter.kind).where(Letter.kind != "received"))
    assert sorted((row[0], row[1]) for row in kinds) == [(ana, "approved"), (bob, "declined"), (carl, "approved")]
    assert "Tick the parties" in decide(olga, "approve", [])
    assert "Tick the parties" in decide(olga, "approve", ["nonsense", ids_on(page)[0]]), "decided before"


def test_a_draw_is_held_once_and_can_be_checked_by_anybody(
    event: Event, make: Make, olga: FlaskClient, client: FlaskClient
) -> None:
    for name in ("Ana", "Bob", "Carl", "Dai"):
        ask(event, "robot", name)
    public = "/events/fair/sessions/robot/draw?lang=en"
    before = text_of(client.get(public))
    assert "Not drawn yet." in before
    shown = re.search(r"from the beginning ([0-9a-f]{64})", before)
    assert shown
    assert "applications are still open" in drawn(olga)
    with frozen(CLOSED):
        later = make.signed_in(make.account("Later", Role.ORGANISER, event))
        assert "Draw now" in text_of(later.get(f"{BASE}/robot?lang=en"))
        assert "2 parties have won places." in drawn(later)
        assert "drawn already" in drawn(later)
        after = client.get(public)
    seed = re.search(r"after the draw ([0-9a-f]{64})", text_of(after))
    assert seed
    assert hashlib.sha256(seed[1].encode()).hexdigest() == shown[1]
    names = re.findall(r"<code[^>]*>([0-9a-f]{32})</code>", after.get_data(as_text=True))
    assert names == sorted(names, key=lambda one: hashlib.sha256(f"{seed[1]}:{one}".encode()).hexdigest())
    assert text_of(after).count("Won") == 2
    assert "Ana" not in after.get_data(as_text=True)
    assert client.get("/events/fair/sessions/talk/draw").status_code == 404
    assert client.get("/events/fair/sessions/none/draw").status_code == 404


def test_sam_and_dora_decide_nothing(event: Event, make: Make, client: FlaskClient) -> None:
    ask(event, "desk", "Ana")
    other = make.signed_in(make.account("Sam", Role.ORGANISER, make.event("other", make.host("elsewhere"))))
    dora = make.signed_in(make.dora(event))
    for sam, code in ((other, 404), (dora, 403)):
        for address in (BASE, f"{BASE}/desk"):
            assert sam.get(address).status_code == code
        for address in (f"{BASE}/desk/decisions", f"{BASE}/robot/draw"):
            assert post(sam, address, do="approve").status_code == code
    assert client.get(BASE).status_code == 302
    assert client.post(f"{BASE}/robot/draw").status_code == 401
    assert set(states("desk").values()) == {BookingState.PENDING}
