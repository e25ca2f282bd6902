"""A roster on paper: its code leads to the form, and who has a tick there was in, marked as paper, once."""

import re
from datetime import timedelta

import pytest
import zxingcpp
from flask import Flask
from pypdfium2 import PdfDocument
from werkzeug.test import TestResponse

from app.clock import frozen
from app.db import db
from app.programme.models import EventSession
from checkin.models import Entry, EntryNumber
from registrations.rules import BookingState, PartyKind
from tests.checkin.doorside import Doorside
from tests.console.conftest import Cast
from tests.console.test_gates import post
from tests.make import NOON, Make
from tests.registrations.paper import codes_on, pages_of

ROSTER = "/console/events/fair/tallies/session:talk/roster"
AFTERWARDS = NOON + timedelta(hours=5)


@pytest.fixture
def door(app: Flask, make: Make, cast: Cast) -> Doorside:
    return Doorside(app, make, cast.event)


@pytest.fixture
def talk(door: Doorside, make: Make) -> EventSession:
    return make.session(door.event, "talk", capacity=60)


def typed(cast: Cast, *numbers: str, came_at: str = "2026-10-03T12:05", act: str = "") -> TestResponse:
    with frozen(AFTERWARDS):
        page = cast.olga.get(ROSTER).get_data(as_text=True)
        own = re.search(r'name="act" value="([^"]+)"', page)
        assert own
        return post(cast.olga, ROSTER, act=act or own[1], came_at=came_at, who=list(numbers))


def lines() -> list[tuple[str, int, bool]]:
    db.session.rollback()
    found = db.session.execute(
        db.select(Entry.method, EntryNumber.number, Entry.at == NOON + timedelta(minutes=5))
        .join(EntryNumber, EntryNumber.entry_id == Entry.id)
        .order_by(Entry.id)
    )
    return [(method.value, number, at) for method, number, at in found]


def test_who_may_type_a_roster_in(cast: Cast, talk: EventSession) -> None:
    assert cast.statuses(ROSTER) == {
        "owner": 200, "olga": 200, "dora": 403, "victor": 403, "sam": 404, "stranger": 302,
    }  # fmt: skip
    assert [post(one, ROSTER).status_code for one in (cast.dora, cast.sam)] == [403, 404]
    for place in ("session:none", "entrance:hall:2026-10-03"):
        assert cast.olga.get(f"/console/events/fair/tallies/{place}/roster").status_code == 404


def test_who_has_a_tick_was_in_once_marked_as_paper_and_a_party_with_all_of_it(
    cast: Cast, door: Doorside, talk: EventSession
) -> None:
    one = door.ticket(booked={talk: BookingState.CONFIRMED}).number
    party = door.ticket({"student": 30}, party_kind=PartyKind.CLASS, booked={talk: BookingState.CONFIRMED}).number
    absent = door.ticket(booked={talk: BookingState.CONFIRMED}).number
    answer = typed(cast, one, party)
    assert answer.status_code == 303
    assert lines() == [("paper", 1, True), ("paper", 30, True)]
    page = cast.olga.get(ROSTER).get_data(as_text=True)
    assert f'value="{one}"' not in page
    assert f'value="{absent}"' in page
    typed(cast, one, party)
    assert len(lines()) == 2
    assert "late_upload" not in door.conflicts()
    assert (
        "<form"
        not in cast.olga.get("/console/events/fair/tallies/session:talk").get_data(as_text=True).split("</form>")[-1]
    )


def test_the_same_form_twice_counts_once(cast: Cast, door: Doorside, talk: EventSession) -> None:
    numbers = [door.ticket(booked={talk: BookingState.CONFIRMED}).number for _ in range(5)]
    act = "5b1c0f6e-7a44-4a5e-9d7c-2f0b3f6f3c11"
    for _ in range(2):
        typed(cast, *numbers, act=act)
    assert len(lines()) == 5
    typed(cast, *numbers, came_at="2026-10-03T12:40")
    assert len(lines()) == 5


@pytest.mark.parametrize("came_at", ["", "yesterday", "2026-10-04T09:00"])
def test_bad_input_keeps_the_ticks(cast: Cast, door: Doorside, talk: EventSession, came_at: str) -> None:
    number = door.ticket(booked={talk: BookingState.CONFIRMED}).number
    answer = typed(cast, number, came_at=came_at)
    assert answer.status_code == 422
    assert re.search(rf'value="{number}" checked', answer.get_data(as_text=True))
    assert typed(cast).status_code == 422
    assert lines() == []


def test_the_code_on_the_paper_leads_to_the_form(cast: Cast, door: Doorside, talk: EventSession) -> None:
    door.ticket(booked={talk: BookingState.CONFIRMED})
    for session, codes in (("talk", [f"http://localhost:8080{ROSTER}"]), ("", [])):
        paper = post(cast.olga, "/console/events/fair/print/roster", **{"roster-session": session})
        (page,) = PdfDocument(paper.data)
        found = zxingcpp.read_barcodes(page.render(scale=3).to_pil())
        assert [one.text.partition("/console")[1:] for one in found] == [one.partition("/console")[1:] for one in codes]


def test_a_long_roster_has_the_code_on_its_first_sheet_and_says_on_each_whose_it_is(
    cast: Cast, door: Doorside, make: Make, talk: EventSession
) -> None:
    for number in range(30):
        make.registration(cast.event, talk, name=f"Wolfeschlegelsteinhausenbergerdorff {number} " + "Ana Maria " * 8)
    paper = post(cast.olga, "/console/events/fair/print/roster", **{"roster-session": "talk"}).data
    assert pages_of(paper) > 1
    assert [len(codes_on(paper, page)) for page in range(pages_of(paper))] == [1] + [0] * (pages_of(paper) - 1)
    assert all("講演1" in page.get_textpage().get_text_range() for page in PdfDocument(paper))


def test_ticks_stay_where_the_time_is_of_another_day_and_no_name_leads_away(
    cast: Cast, door: Doorside, talk: EventSession
) -> None:
    ticket = door.ticket(booked={talk: {"spectator": 1}})
    answer = typed(cast, ticket.number, came_at="2025-10-03T12:05")
    page = answer.get_data(as_text=True)
    assert (answer.status_code, lines()) == (422, [])
    assert re.search(f'value="{ticket.number}" checked', page)
    assert f'<label for="who-{ticket.number}">' in page
    assert "/check-in/" not in page.partition("<main")[2]
