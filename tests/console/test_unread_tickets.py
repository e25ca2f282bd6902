"""Tickets that nobody could read at the door: listed with their short number, and tied by one click."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask

from app.clock import frozen
from app.db import db, transaction
from app.programme.rules import AdmissionRule
from registrations.rules import BookingState, PartyKind, short_number, spoken
from tests.checkin.test_recount import recount
from tests.checkin.test_tied import unread
from tests.console.conftest import Cast
from tests.console.test_conflicts import PAGE, Stage
from tests.console.test_gates import csrf, post
from tests.make import NOON, Make
from tests.statements import noted

LATER = NOON + timedelta(minutes=5)


@pytest.fixture
def stage(app: Flask, make: Make, cast: Cast) -> Stage:
    stage = Stage(app, make, cast)
    with transaction():
        stage.session = db.session.merge(stage.session)
        stage.session.admission = AdmissionRule.BOOKING_AND_WALK_IN
    return stage


def listed(stage: Stage, number: str) -> UUID:
    stage.door.send(unread(stage.door, stage.session, number), at=LATER)
    (conflict,) = stage.open_ones()
    return conflict.uuid


def tie(stage: Stage, conflict: UUID, number: str) -> str:
    """What the page says then."""
    english = {"Accept-Language": "en"}
    with frozen(LATER):
        typed = {"csrf_token": csrf(stage.olga), "do": "tie", "number": number}
        assert stage.olga.post(f"{PAGE}/{conflict}", data=typed, headers=english).status_code == 303
    return stage.page()


def test_one_click_ties(stage: Stage) -> None:
    ana = stage.door.ticket(booked={stage.session: BookingState.CONFIRMED})
    conflict = listed(stage, ana.number)
    page, label = stage.page(), stage.door.categories["spectator"].label["en"]
    for words in ("Ticket not readable", spoken(ana.number), "Ana", label, "Tie to this ticket", "device 1"):
        assert words in page
    assert stage.figures() == (1, 0, 1, False)
    assert "There is nothing to look at" in tie(stage, conflict, spoken(ana.number))
    assert stage.figures() == (1, 1, 0, False)
    settled = stage.page("&state=settled")
    assert ("Tied to the ticket" in settled, "Ana" in settled, "Open again" in settled) == (True, True, False)
    assert stage.door.scan(stage.session, ana, at=LATER)["verdict"] == "already_in"


def test_a_number_that_was_mistyped_is_put_right_there(stage: Stage) -> None:
    family = stage.door.ticket({"spectator": 1, "student": 2}, party_kind=PartyKind.FAMILY)
    conflict = listed(stage, short_number(123_456))
    assert "No ticket has this number." in stage.page()
    assert "No ticket of this event has that number." in tie(stage, conflict, short_number(123_456))
    assert "No ticket of this event has that number." in tie(stage, conflict, "")
    assert len(stage.open_ones()) == 1
    tie(stage, conflict, f" {spoken(family.number)} ")
    assert (stage.open_ones(), stage.figures()[2]) == ([], 0)
    assert "Somebody else has settled this already." in tie(stage, conflict, family.number)


@pytest.mark.parametrize(("do", "what", "present"), [("accept", "stands", 1), ("dismiss", "taken_off", 0)])
def test_who_has_no_such_ticket_is_a_walk_in_or_is_taken_back(stage: Stage, do: str, what: str, present: int) -> None:
    listed(stage, short_number(123_456))
    assert stage.settle(do) == what
    assert (stage.figures()[0], recount(stage.session)[0]) == (present, present)


def test_a_tap_that_the_door_took_back_is_not_looked_at_any_more(stage: Stage) -> None:
    claim = unread(stage.door, stage.session, stage.door.ticket().number)
    stage.door.send(claim, stage.door.claim(stage.session, act="undo", undoes=claim["id"]), at=LATER)
    assert stage.open_ones() == []
    assert "Taken back" in stage.page("&state=settled")
    assert heard(stage) == []


def test_a_ticket_of_which_several_were_noted_is_asked_for_once(stage: Stage) -> None:
    numbers = [stage.door.ticket().number for _ in range(3)]
    counts = []
    for number in (numbers[:1], numbers[1:]):
        for one in number:
            stage.door.send(unread(stage.door, stage.session, one), at=LATER)
        with noted() as seen:
            stage.page()
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_only_who_may_edit_the_event_ties(stage: Stage, cast: Cast) -> None:
    ana = stage.door.ticket()
    conflict = listed(stage, ana.number)
    for browser in (cast.dora, cast.sam):
        assert post(browser, f"{PAGE}/{conflict}", do="tie", number=ana.number).status_code in (403, 404)
    assert len(stage.open_ones()) == 1


def test_the_door_hears_what_became_of_it(stage: Stage) -> None:
    ana = stage.door.ticket(booked={stage.session: BookingState.CONFIRMED})
    conflict = listed(stage, ana.number)
    tie(stage, conflict, ana.number)
    (message,) = heard(stage)
    assert (message["conflict"], message["settled"], message["number"]) == ("unread_ticket", "tied", spoken(ana.number))
    assert "Olga" in stage.page("&state=settled")


def heard(stage: Stage) -> list[dict[str, Any]]:
    """What the door is told at its next contact."""
    said, token = {"sent_at": LATER.isoformat()}, {"Authorization": f"Bearer {stage.door.token}"}
    with frozen(LATER + timedelta(minutes=1)):
        answer = stage.door.app.test_client().post("/api/v1/device/contact", json=said, headers=token)
    messages: list[dict[str, Any]] = answer.get_json()["messages"]
    return messages
