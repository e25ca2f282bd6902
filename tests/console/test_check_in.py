"""A check-in desk in the console: who may sit there, whom one finds, parties, taking back, and several at once."""

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.audit import AuditEntry
from app.clock import frozen
from app.db import db, transaction
from app.programme.models import EventSession
from app.programme.rules import Reentry
from checkin.models import Conflict, Entry, Gate, Scan
from registrations.models import Registration, Ticket
from registrations.rules import BookingState, PartyKind
from registrations.rules.sought import sought_as
from tests.checkin.doorside import Doorside
from tests.console.conftest import Cast
from tests.console.test_gates import csrf, post
from tests.console.test_pages import counted_queries
from tests.make import NOON, Make

DESK = "/console/events/fair/check-in"
TALK = f"{DESK}/session:talk"


@pytest.fixture
def talk(cast: Cast, make: Make) -> EventSession:
    times = {"starts_at": NOON, "ends_at": NOON + timedelta(hours=1)}
    return make.session(cast.event, "talk", capacity=40, reentry=Reentry.NONE, **times)


@pytest.fixture
def door(app: Flask, cast: Cast, make: Make) -> Doorside:
    return Doorside(app, make, cast.event)


def ana(
    door: Doorside, talk: EventSession, name: str = "花野 あな", reading: str = "はなの あな", **given: Any
) -> Ticket:
    facts = {"contact_name": name, "contact_reading": reading, "sought_as": sought_as(name=name, reading=reading)}
    return door.ticket(**{"booked": {talk: BookingState.CONFIRMED}, **facts, **given})


def a_class(door: Doorside, talk: EventSession) -> Ticket:
    party = {"student": 30, "spectator": 2}
    facts: dict[str, Any] = {"party_kind": PartyKind.CLASS, "group_name": "みどり小学校"}
    return ana(door, talk, "先生 ともこ", "せんせい ともこ", party=party, **facts)


def page_of(browser: FlaskClient, path: str, **query: str) -> str:
    with frozen(NOON):
        return browser.get(path, query_string=query).get_data(as_text=True)


def do(browser: FlaskClient, ticket: Ticket, what: str, *, path: str = "", **typed: str) -> str:
    """Press a button of a ticket's page; where one comes out."""
    with frozen(NOON):
        answer = browser.post(
            f"{TALK}/tickets/{ticket.number}{path}",
            data={"csrf_token": csrf(browser), "act": str(uuid4()), "do": what, **typed},
            follow_redirects=True,
        )
    return answer.get_data(as_text=True)


def told(page: str) -> str:
    found = re.search(r'data-told="(\w+)"', page)
    return found[1] if found else ""


def count(kind: Any) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(kind)) or 0


def test_who_may_sit_at_a_desk(cast: Cast, door: Doorside, talk: EventSession) -> None:
    ticket = ana(door, talk)
    mine = {"owner": 200, "olga": 200, "dora": 200, "victor": 403, "sam": 404, "stranger": 302}
    for path in (DESK, f"{TALK}/booked", f"{TALK}/tickets/{ticket.number}"):
        assert cast.statuses(path) == mine, path
    for path in (f"{TALK}/people", f"{TALK}/tickets/{ticket.number}", f"{TALK}/tickets/{ticket.number}/taking-back",
                 f"{TALK}/booked"):  # fmt: skip
        assert cast.stranger.post(path).status_code == 401
        assert [post(one, path).status_code for one in (cast.victor, cast.sam)] == [403, 404]
    for path in (f"{DESK}/session:none/booked", f"{TALK}/tickets/1234567", f"{DESK}?place=none"):
        assert cast.dora.get(path).status_code == 404
    assert post(cast.dora, f"{TALK}/tickets/{ticket.number}", do="dance").status_code == 404


def test_the_place_that_is_on_now_is_chosen(cast: Cast, door: Doorside, make: Make, talk: EventSession) -> None:
    make.session(cast.event, "later", starts_at=NOON + timedelta(hours=4), ends_at=NOON + timedelta(hours=5))
    tomorrow = NOON + timedelta(days=1)
    make.session(cast.event, "tomorrow", starts_at=tomorrow, ends_at=tomorrow + timedelta(hours=1))
    page = page_of(cast.dora, DESK)
    offered = re.findall(r'<option value="([^"]+)"', page)
    assert re.findall(r'<option value="([^"]+)" selected', page) == ["session:talk"]
    assert offered == [f"entrance:hall-{cast.event.id}:2026-10-03", "session:talk", "session:later"]
    chosen = page_of(cast.dora, DESK, place="session:later")
    assert re.findall(r'<option value="([^"]+)" selected', chosen) == ["session:later"]


def test_people_are_found_by_name_reading_number_and_code(cast: Cast, door: Doorside, talk: EventSession) -> None:
    ticket, other = ana(door, talk), ana(door, talk, "港 べん", "みなと べん", contact_phone="045-000-0000")
    with frozen(NOON):
        for sought in ("花野", "ハナノ", "はなのあな"):
            page = post(cast.dora, f"{TALK}/people", q=sought).get_data(as_text=True)
            assert re.findall(r"/tickets/(\d{7})", page) == [ticket.number], sought
        assert "045-000" not in post(cast.dora, f"{TALK}/people", q="港").get_data(as_text=True)
        for read in (other.number, f"{other.number[:3]}-{other.number[3:]}", f"HTTPS://EXAMPLE.ORG/T/{other.code}"):
            answer = post(cast.dora, f"{TALK}/people", q=read)
            assert (answer.status_code, answer.location) == (303, f"{TALK}/tickets/{other.number}")
        assert "/tickets/" not in post(cast.dora, f"{TALK}/people", q="45-000").get_data(as_text=True)


def test_a_party_comes_in_parts_and_the_rest_at_once(cast: Cast, door: Doorside, talk: EventSession) -> None:
    ticket = a_class(door, talk)
    assert 'data-verdict="confirm_party"' in page_of(cast.dora, f"{TALK}/tickets/{ticket.number}")
    assert told(do(cast.dora, ticket, "numbers", number_student="20", number_spectator="1")) == "admitted"
    assert told(do(cast.dora, ticket, "everybody")) == "admitted"
    assert door.lines() == [
        ("entry", {"student": 20, "spectator": 1}), ("entry", {"student": 10, "spectator": 1}),
    ]  # fmt: skip
    assert told(do(cast.dora, ticket, "leave_numbers", number_student="2", number_spectator="0")) == "left"
    assert door.lines()[-1] == ("exit", {"student": -2})
    (first, *_) = db.session.scalars(select(Entry).order_by(Entry.id))
    assert (first.method.value, first.device_id, first.gate_id, first.account_id is not None) == (
        "typed", None, None, True,
    )  # fmt: skip
    with frozen(NOON):
        answer = post(cast.dora, f"{TALK}/tickets/{ticket.number}", do="numbers", number_student="many")
    assert (answer.status_code, 'value="many"' in answer.get_data(as_text=True)) == (422, True)
    with frozen(NOON):
        empty = post(cast.dora, f"{TALK}/tickets/{ticket.number}", do="numbers", number_student="0")
    assert (empty.status_code, len(door.lines())) == (422, 3)


def test_an_entry_is_taken_back_with_a_reason(cast: Cast, door: Doorside, talk: EventSession) -> None:
    ticket = ana(door, talk)
    do(cast.dora, ticket, "admit")
    (scan,) = db.session.scalars(select(Scan.id))
    assert told(do(cast.dora, ticket, "", path="/taking-back", scan=str(scan), why="")) == ""
    act = str(uuid4())
    for _ in range(2):
        page = do(cast.dora, ticket, "", path="/taking-back", scan=str(scan), why="wrong_person", act=act)
        assert told(page) == "undone"
    assert [kind for kind, _ in door.lines()] == ["entry", "undo"]
    undo = db.session.scalars(select(Entry).where(Entry.undoes_id.is_not(None))).one()
    assert (undo.reason, undo.account_id is not None, undo.device_id) == ("wrong_person", True, None)
    noted = db.session.scalars(select(AuditEntry).where(AuditEntry.verb == "undo")).one()
    assert (noted.subject, noted.facts["reason"]) == (f"scan:{scan}", "wrong_person")
    assert post(cast.dora, f"{TALK}/tickets/{ticket.number}/taking-back", scan="none", why="other").status_code == 404


def test_what_a_door_recorded_is_taken_back_by_an_organiser_only(
    cast: Cast, door: Doorside, talk: EventSession
) -> None:
    ticket = ana(door, talk)
    scan = door.claim(talk, ticket)
    door.send(scan)
    page = page_of(cast.dora, f"{TALK}/tickets/{ticket.number}")
    assert ('data-verdict="already_in"' in page, "device 1" in page, "taking-back" in page) == (True, True, True)
    assert 'name="why"' not in page
    assert told(do(cast.dora, ticket, "", path="/taking-back", scan=scan["id"], why="other")) == "refused"
    assert told(do(cast.olga, ticket, "", path="/taking-back", scan=scan["id"], why="other")) == "undone"


def test_only_who_may_edit_admits_anyway_and_says_why(cast: Cast, door: Doorside, talk: EventSession) -> None:
    ticket = ana(door, talk, booked={talk: BookingState.WAITING})
    assert 'value="anyway"' not in page_of(cast.dora, f"{TALK}/tickets/{ticket.number}")
    assert told(do(cast.dora, ticket, "anyway", reason="proof_shown")) == "waitlisted"
    with frozen(NOON):
        answer = post(cast.olga, f"{TALK}/tickets/{ticket.number}", do="anyway")
    assert answer.status_code == 422
    assert told(do(cast.olga, ticket, "anyway", reason="proof_shown")) == "admitted"
    kept = db.session.scalars(select(Scan).where(Scan.forced.is_not(None))).one()
    assert (kept.forced, [one.kind.value for one in db.session.scalars(select(Conflict))]) == (
        "proof_shown", ["override"],
    )  # fmt: skip
    listed = cast.olga.get("/console/events/fair/conflicts").get_data(as_text=True)
    found = re.search(r"/conflicts/([0-9a-f-]{36})", listed)
    assert found
    post(cast.olga, f"/console/events/fair/conflicts/{found[1]}", do="dismiss")
    assert [kind for kind, _ in door.lines()] == ["entry", "undo"]


def test_these_have_come(cast: Cast, door: Doorside, talk: EventSession) -> None:
    tickets = [ana(door, talk, f"人 {one}", f"ひと {one}") for one in range(3)]
    group, gone = a_class(door, talk), ana(door, talk, "消 えた", "きえ た")
    door.scan(talk, tickets[0])
    page = page_of(cast.dora, f"{TALK}/booked")
    assert re.findall(r'name="who" value="(\d{7})"', page).count(tickets[0].number) == 0
    form = re.search(r'name="act" value="([^"]+)"', page)
    assert form
    who = [one.number for one in (*tickets, group, gone)]
    door.change(db.session.get_one(Registration, gone.registration_id), blocked_at=NOON)
    wish = {"csrf_token": csrf(cast.dora), "act": form[1], "who": who}
    with frozen(NOON):
        seen = [cast.dora.post(f"{TALK}/booked", data=wish, follow_redirects=True).get_data(as_text=True) for _ in "ab"]
    assert door.lines()[1:] == [
        ("entry", {"spectator": 1}), ("entry", {"spectator": 1}), ("entry", {"student": 30, "spectator": 2}),
    ]  # fmt: skip
    assert [f"{gone.number[:3]}-{gone.number[3:]}" in page for page in seen] == [True, True]
    assert (count(Entry), door.places(talk).arrived) == (4, 35)
    with frozen(NOON):
        assert cast.dora.post(f"{TALK}/booked", data={"csrf_token": csrf(cast.dora)}).status_code == 303
        assert cast.dora.get(f"{DESK}/entrance:hall-{cast.event.id}:2026-10-03/booked").status_code == 404


def test_a_desk_works_where_there_is_no_gate(cast: Cast, door: Doorside, talk: EventSession) -> None:
    with transaction():
        db.session.execute(db.delete(Gate))
    ticket = ana(door, talk)
    assert told(do(cast.dora, ticket, "admit")) == "admitted"
    assert "data-verdict" in page_of(cast.dora, f"{TALK}/tickets/{ticket.number}")


def test_lists_ask_the_same_for_one_and_for_three(app: Flask, cast: Cast, door: Doorside, talk: EventSession) -> None:
    asked: list[int] = []
    for _ in range(2):
        ana(door, talk, "花野 あな")
        with frozen(NOON), counted_queries(app) as sent:
            cast.dora.get(f"{TALK}/booked")
        asked.append(len(sent))
        ana(door, talk, "花野 べん")
    assert asked[0] == asked[1]
