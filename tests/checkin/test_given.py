"""Tickets given out at the door: nobody's data, once, no other ticket's code; and scans that come before them."""

from datetime import timedelta
from itertools import permutations
from secrets import randbits
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.db import db
from app.programme.rules import AdmissionRule
from checkin.models import AwaitedTicket, Conflict, Entry, GivenTicket
from checkin.operations.linking import link_tickets
from registrations.models import Registration, Ticket
from registrations.rules import PartyKind, Source, derive
from registrations.rules.given import RANDOM_BITS, given_code
from tests.checkin.doorside import EVERY_RIGHT, Doorside
from tests.make import NOON, Make

LATER = NOON + timedelta(minutes=30)


@pytest.fixture
def door(app: Flask, make: Make) -> Doorside:
    return Doorside(app, make, rights=EVERY_RIGHT)


def _code(door: Doorside) -> str:
    return given_code(door.event.scan_salt, randbits(RANDOM_BITS))


def _giving(
    door: Doorside, place: Any, code: str, people: dict[str, int] | None = None, **given: Any
) -> dict[str, Any]:
    told = {"act": "walk_in", "people": people or {"spectator": 1}, "rid": str(uuid4()), "new_code": code}
    return door.claim(place, **{**told, **given})


def _open(door: Doorside) -> list[tuple[str, str | None]]:
    db.session.rollback()
    rows = db.session.execute(select(Conflict.kind, Conflict.resolution).order_by(Conflict.id))
    return [(kind.value, resolution) for kind, resolution in rows]


def test_it_is_a_registration_without_anybody_and_a_ticket_with_that_code(door: Doorside, make: Make) -> None:
    talk = make.session(door.event, "talk", admission=AdmissionRule.WALK_IN)
    code, party = _code(door), {"spectator": 2, "student": 1}
    claim = _giving(door, talk, code, party)
    first, again = door.send(claim)[0], door.send(claim)[0]
    assert first == again
    ticket = db.session.scalars(select(Ticket)).one()
    whose = db.session.get_one(Registration, ticket.registration_id)
    assert (ticket.code, ticket.rid, ticket.number) == (code, derive(door.event.scan_salt, code).rid, first["given"])
    assert (whose.source, whose.party_kind, str(whose.uuid)) == (Source.DOOR, PartyKind.FAMILY, claim["rid"])
    assert (whose.contact_name, whose.contact_email, whose.sought_as) == (None, None, None)
    assert (first["verdict"], first["party"], first["admitted"], first["person"]["name"]) == (
        "counted",
        party,
        party,
        None,
    )
    assert [people for _, people in door.lines()] == [party]
    assert db.session.scalars(select(Entry.ticket_id)).one() == ticket.id
    assert door.scan(talk, code, at=NOON + timedelta(minutes=1))["verdict"] in ("readmitted", "already_in")


def test_a_dry_run_and_a_full_room_give_none(door: Doorside, make: Make) -> None:
    talk = make.session(door.event, "talk", admission=AdmissionRule.WALK_IN, capacity=1)
    seen = door.send(
        _giving(door, talk, _code(door), dry_run=True),
        _giving(door, talk, _code(door), {"spectator": 2}),
    )
    assert [one["verdict"] for one in seen] == ["counted", "full"]
    assert (door.count(Ticket), door.count(Registration), door.lines()) == (0, 0, [])


def test_no_other_ticket_is_touched_and_who_came_is_counted(door: Doorside, make: Make) -> None:
    talk = make.session(door.event, "talk", admission=AdmissionRule.WALK_IN)
    ana, code = door.ticket(), _code(door)
    claims = [_giving(door, talk, ana.code), _giving(door, talk, code), _giving(door, talk, code)]
    seen = door.send(*claims)
    assert [(one["verdict"], (one["error"] or {}).get("code"), bool(one["given"])) for one in seen] == [
        ("counted", "code_not_ours", False), ("counted", None, True), ("counted", "code_taken", False),
    ]  # fmt: skip
    same = door.send(_giving(door, talk, _code(door), rid=claims[1]["rid"]))[0]
    assert same["error"]["code"] == "code_taken"
    assert (door.count(Ticket), door.count(GivenTicket), len(door.lines())) == (2, 1, 4)


def test_a_device_gives_out_so_many_a_day(door: Doorside, make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("checkin.operations.giving.MOST_A_DAY", 2)
    talk = make.session(door.event, "talk", admission=AdmissionRule.WALK_IN)
    seen = door.send(*(_giving(door, talk, _code(door)) for _ in range(3)))
    assert [(one["error"] or {}).get("code") for one in seen] == [None, None, "too_many_given"]
    assert [one["verdict"] for one in seen] == ["counted"] * 3
    other = door.device()
    assert door.send(_giving(door, talk, _code(door)), token=other)[0]["given"]


def test_an_undo_takes_the_ticket_back_too(door: Doorside, make: Make) -> None:
    talk = make.session(door.event, "talk", admission=AdmissionRule.WALK_IN)
    code = _code(door)
    claim = _giving(door, talk, code)
    door.send(claim)
    undo = door.claim(talk, act="undo", undoes=claim["id"])
    assert door.send(undo)[0]["verdict"] == "undone"
    assert door.scan(talk, code)["verdict"] == "cancelled"
    assert door.places(talk).present == 0


def test_what_does_not_belong_together_is_refused(door: Doorside, make: Make) -> None:
    talk = make.session(door.event, "talk")
    code = _code(door)
    whole = _giving(door, talk, code)
    wrong = [
        {**whole, "act": "head_count"}, {**whole, "direction": "out"}, {**whole, "people": {"spectator": 51}},
        {**whole, "new_code": code + "A"}, {name: value for name, value in whole.items() if name != "rid"},
    ]  # fmt: skip
    for claim in wrong:
        assert door.send({**claim, "id": str(uuid4())})[0]["error"]["code"] == "invalid"


def test_whatever_order_the_uploads_come_in_figures_and_open_conflicts_are_the_same(app: Flask, make: Make) -> None:
    seen = []
    for number, order in enumerate(permutations(range(3))):
        door = Doorside(app, make, make.event(f"fair-{number}"), rights=EVERY_RIGHT)
        other = door.device(rights=EVERY_RIGHT)
        hall = make.session(door.event, "hall", admission=AdmissionRule.WALK_IN)
        talk = make.session(door.event, "talk", admission=AdmissionRule.WALK_IN, capacity=2)
        code = _code(door)
        family = {"spectator": 1, "student": 2}
        given = _giving(door, hall, code, family, shown="counted")
        came = door.claim(talk, code, at=NOON + timedelta(minutes=5), shown="provisional")
        left = door.claim(talk, code, at=NOON + timedelta(minutes=9), shown="left", direction="out")
        uploads = [(given, door.token), (came, other), (left, other)]
        for place in order:
            claim, token = uploads[place]
            door.send(claim, token=token, at=LATER)
        db.session.rollback()
        mine = select(Entry.id).where(Entry.event_id == door.event.id)
        assert db.session.scalar(select(func.count()).select_from(AwaitedTicket)) == 0
        standing = db.session.scalar(
            select(func.count()).select_from(Entry).where(Entry.id.in_(mine), Entry.registration_id.is_(None))
        )
        here, there = door.places(hall), door.places(talk)
        openly = select(Conflict.kind).where(Conflict.event_id == door.event.id, Conflict.resolved_at.is_(None))
        kinds = sorted(kind.value for kind in db.session.scalars(openly))
        seen.append((here.present, there.present, there.anonymous, kinds))
        assert standing in (0, 2)  # none, or one that was taken back
    assert seen == [(3, 3, 0, ["over_capacity"])] * 6


def test_what_was_taken_back_before_the_ticket_came_stays_so(door: Doorside, make: Make) -> None:
    hall = make.session(door.event, "hall", admission=AdmissionRule.WALK_IN)
    talk = make.session(door.event, "talk", admission=AdmissionRule.WALK_IN)
    code = _code(door)
    came = door.claim(talk, code)
    assert door.send(came)[0]["verdict"] == "provisional"
    door.send(door.claim(talk, act="undo", undoes=came["id"]))
    door.send(_giving(door, hall, code))
    assert (door.places(hall).present, door.places(talk).present) == (1, 0)
    assert _open(door) == [("unknown_ticket", "taken_off")]


def test_the_first_answer_is_given_again_after_the_ticket_came(door: Doorside, make: Make) -> None:
    talk = make.session(door.event, "talk", admission=AdmissionRule.WALK_IN)
    hall = make.session(door.event, "hall", admission=AdmissionRule.WALK_IN)
    code = _code(door)
    came = door.claim(talk, code)
    first = door.send(came)[0]
    door.send(_giving(door, hall, code))
    again = door.send(came)[0]
    assert {**again, "person": None} == {**first, "person": None}
    assert door.places(talk).present == 1
    assert door.places(talk).anonymous == 0
    undone = door.send(door.claim(talk, act="undo", undoes=came["id"]))[0]
    assert (undone["verdict"], door.places(talk).present) == ("undone", 0)


def test_a_chore_links_what_was_missed(door: Doorside, make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    talk = make.session(door.event, "talk", admission=AdmissionRule.WALK_IN)
    hall = make.session(door.event, "hall", admission=AdmissionRule.WALK_IN)
    code = _code(door)
    with monkeypatch.context() as patched:
        patched.setattr("checkin.api.link_tickets", lambda _at: 0)
        door.scan(talk, code)
        door.send(_giving(door, hall, code))
    assert door.places(talk).anonymous == 1
    assert (link_tickets(LATER), link_tickets(LATER)) == (1, 0)
    assert (door.places(talk).anonymous, door.places(talk).present) == (0, 1)
