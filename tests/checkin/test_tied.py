"""People with a ticket that nobody could read are counted with its short number, and tied to the ticket later."""

from datetime import timedelta
from itertools import permutations
from random import Random
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from app.db import db, transaction
from app.errors import Refused
from app.programme.models import EventSession
from app.programme.rules import AdmissionRule, Reentry
from app.web.actors import Actor
from checkin.models import Conflict, Entry, EntryNumber, Place, Scan
from checkin.operations import settle, tie
from checkin.rules import ConflictKind, EntryKind
from registrations.models import Registration
from registrations.rules import BookingState, PartyKind, short_number
from tests.checkin.doorside import EVERY_RIGHT, Doorside
from tests.checkin.test_recount import recount
from tests.make import NOON, Make

LATER = NOON + timedelta(minutes=30)


@pytest.fixture
def door(app: Flask, make: Make) -> Doorside:
    return Doorside(app, make, make.event(reentry=Reentry.NONE), rights=EVERY_RIGHT)


@pytest.fixture
def talk(door: Doorside, make: Make) -> EventSession:
    return make.session(door.event, "talk", admission=AdmissionRule.BOOKING_AND_WALK_IN, capacity=9)


def unread(door: Doorside, place: EventSession, number: str, **given: Any) -> dict[str, Any]:
    """A tap of a door without a network."""
    said = {"act": "walk_in", "people": {"spectator": 1}, "shown": "counted", **given}
    return door.claim(place, number=number, **{name: value for name, value in said.items() if value})


def open_ones(door: Doorside) -> list[tuple[str, int | None]]:
    db.session.rollback()
    found = select(Conflict).where(Conflict.event_id == door.event.id, Conflict.resolved_at.is_(None))
    return sorted((one.kind.value, one.ticket_id) for one in db.session.scalars(found))


def tied(door: Doorside, number: str, claim: dict[str, Any]) -> str:
    """What became of it."""
    db.session.rollback()
    wanted = select(Conflict).join(Scan, Scan.id == Conflict.scan_id)
    chosen = [one for one in db.session.scalars(wanted.where(Conflict.kind == ConflictKind.UNREAD_TICKET))
              if str(one.scan_id) == claim["id"]]  # fmt: skip
    with transaction():
        tie(door.event, chosen[0].id, number, at=LATER, actor=Actor())
    db.session.refresh(chosen[0])
    return chosen[0].resolution or ""


def standing(door: Doorside) -> list[tuple[Any, ...]]:
    """What counts, in order of time."""
    db.session.rollback()
    undone = select(Entry.undoes_id).where(Entry.undoes_id.is_not(None))
    rows = db.session.execute(
        select(Entry.at, Entry.place_id, Entry.ticket_id, EntryNumber.category_id, EntryNumber.number, Entry.reentry)
        .join(EntryNumber, EntryNumber.entry_id == Entry.id)
        .where(Entry.event_id == door.event.id, Entry.kind != EntryKind.UNDO, Entry.id.not_in(undone))
        .order_by(Entry.at, Entry.place_id, EntryNumber.number)
    )
    return [tuple(row) for row in rows]


def test_the_tap_is_listed_with_its_number_and_then_the_ticket_takes_it_over(
    door: Doorside, talk: EventSession
) -> None:
    ana = door.ticket(booked={talk: BookingState.CONFIRMED})
    claim = unread(door, talk, ana.number)
    (answer,) = door.send(claim, at=LATER)
    assert (answer["verdict"], answer["conflict"], answer["person"]) == ("counted", "unread_ticket", None)
    assert (open_ones(door), door.places(talk).anonymous) == ([("unread_ticket", None)], 1)
    assert tied(door, ana.number, claim) == "tied"
    places = door.places(talk)
    assert (places.present, places.arrived, places.anonymous) == (1, 1, 0)
    ((at, _, ticket_id, _, number, back),) = standing(door)
    assert (at, ticket_id, number, back) == (NOON, ana.id, 1, False)
    assert open_ones(door) == []
    assert recount(talk) == (1, 1, 0, False)
    kept = db.session.get_one(Scan, UUID(answer["id"]))
    assert (kept.ticket_id, "number" in kept.facts) == (ana.id, False)
    assert door.scan(talk, ana, at=LATER)["verdict"] == "already_in"


def test_the_door_hears_nothing_of_the_number(door: Doorside, talk: EventSession) -> None:
    """So it is no way of trying which numbers there are, for devices with or without the right to look them up."""
    ana, plain = door.ticket(), door.device()
    numbers = [ana.number, "1234567", short_number(999_999)] * 30
    answers = door.send(*[unread(door, talk, one, shown=None) for one in numbers[:6]], token=plain)
    told = [{key: value for key, value in one.items() if key not in ("id", "room_left")} for one in answers]
    assert told == [told[0]] * 6
    claims = [unread(door, talk, one) for one in numbers]
    assert {one["verdict"] for one in door.send(*claims, token=plain)} == {"counted"}


def test_sent_twice_it_is_counted_and_listed_once_and_another_number_is_another_claim(
    door: Doorside, talk: EventSession
) -> None:
    claim = unread(door, talk, door.ticket().number)
    first, again = (door.send(claim, at=LATER)[0] for _ in range(2))
    assert (first, open_ones(door), door.places(talk).anonymous) == (again, [("unread_ticket", None)], 1)
    (reused,) = door.send(claim | {"number": "7654321"}, at=LATER)
    assert reused["error"]["code"] == "id_reused"


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        ({"act": "scan", "code": "Q" * 26}, True),
        ({"act": "head_count"}, True),
        ({"direction": "out"}, True),
        ({"number": "123456"}, True),
        ({"number": 1234567}, True),
        ({}, False),
    ],
)
def test_a_number_stands_with_a_tap_alone(
    door: Doorside, talk: EventSession, given: dict[str, Any], fault: bool
) -> None:
    (answer,) = door.send({**unread(door, talk, "1234567"), **given}, at=LATER)
    assert ((answer["error"] or {}).get("code") == "invalid") is fault


def test_where_only_bookings_count_they_come_in_and_take_a_seat_that_is_held(door: Doorside, make: Make) -> None:
    dinner = make.session(door.event, "dinner", admission=AdmissionRule.BOOKING_ONLY, capacity=1)
    ana = door.ticket(booked={dinner: BookingState.CONFIRMED})
    claim = unread(door, dinner, ana.number, shown=None)
    assert door.send(claim)[0]["verdict"] == "counted"
    assert door.send(unread(door, dinner, ana.number, shown=None))[0]["verdict"] == "full"
    assert tied(door, ana.number, claim) == "tied"
    assert door.places(dinner).arrived == 1


def test_over_capacity_it_is_listed_as_both_and_settled_as_one(door: Doorside, make: Make) -> None:
    small = make.session(door.event, "small", admission=AdmissionRule.WALK_IN, capacity=1)
    door.tap(small)
    ana = door.ticket()
    claim = unread(door, small, ana.number)
    door.send(claim, at=LATER)
    assert open_ones(door) == [("over_capacity", None), ("unread_ticket", None)]
    assert tied(door, ana.number, claim) == "tied"
    assert open_ones(door) == [("over_capacity", ana.id)]
    assert (door.places(small).present, door.places(small).anonymous) == (2, 1)


@pytest.mark.parametrize(
    ("of", "why"),
    [
        ("nobody", "no_such_number"),
        ("another event", "no_such_number"),
        ("cancelled", "ticket_not_admitted"),
        ("replaced", "ticket_not_admitted"),
        ("blocked", "ticket_not_admitted"),
        ("pending", "ticket_not_admitted"),
        ("in", "already_in"),
    ],
)
def test_a_ticket_that_would_not_have_come_in_leaves_the_tap(
    door: Doorside, talk: EventSession, make: Make, of: str, why: str
) -> None:
    booked = BookingState.PENDING if of == "pending" else BookingState.CONFIRMED
    ticket = door.ticket(booked={talk: booked})
    registration = db.session.get_one(Registration, ticket.registration_id)
    number = ticket.number
    if of == "nobody":
        number = short_number(999_999)
    elif of == "another event":
        other = Doorside(door.app, make, make.event("other"))
        other.made = 40
        number = other.ticket().number
    elif of == "replaced":
        door.change(ticket, replaced_at=NOON)
    elif of in ("cancelled", "blocked"):
        door.change(registration, **{f"{of}_at": NOON})
    elif of == "in":
        door.scan(talk, ticket, at=NOON - timedelta(minutes=1))
    claim = unread(door, talk, number)
    door.send(claim, at=LATER)
    before, listed = standing(door), open_ones(door)
    with pytest.raises(Refused) as no:
        tied(door, number, claim)
    db.session.rollback()
    assert (no.value.code, standing(door), open_ones(door)) == (why, before, listed)
    assert ("unread_ticket", None) in listed
    assert door.places(talk).anonymous == 1


def test_who_took_the_tap_back_ties_nothing_and_whoever_is_tied_can_be_taken_back(
    door: Doorside, talk: EventSession
) -> None:
    ana = door.ticket(booked={talk: BookingState.CONFIRMED})
    wrong, right = (unread(door, talk, ana.number) for _ in range(2))
    undo: dict[str, Any] = {"act": "undo", "at": NOON + timedelta(minutes=1)}
    door.send(wrong, door.claim(talk, undoes=wrong["id"], **undo), right, at=NOON + timedelta(minutes=2))
    assert open_ones(door) == [("unread_ticket", None)]
    with pytest.raises(Refused, match="settled"):
        tied(door, ana.number, wrong)
    assert tied(door, ana.number, right) == "tied"
    with pytest.raises(Refused, match="settled"):
        tied(door, ana.number, right)
    (answer,) = door.send(door.claim(talk, undoes=right["id"], **undo), at=NOON + timedelta(minutes=3))
    assert (answer["verdict"], standing(door), recount(talk)) == ("undone", [], (0, 0, 0, False))
    assert door.scan(talk, ana, at=LATER)["verdict"] == "admitted"


def test_an_undo_of_the_same_moment_leaves_nobody_to_be_tied(
    door: Doorside, talk: EventSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The undo passes over what somebody is about to settle."""
    monkeypatch.setattr("checkin.operations.taking_back._leave_untied", lambda *_: None)
    ana = door.ticket()
    claim = unread(door, talk, ana.number)
    door.send(claim, door.claim(talk, act="undo", undoes=claim["id"]), at=NOON + timedelta(minutes=1))
    with pytest.raises(Refused, match="nothing_to_tie"):
        tied(door, ana.number, claim)
    assert (standing(door), recount(talk)) == ([], (0, 0, 0, False))


@pytest.mark.parametrize("reentry", [Reentry.NONE, Reentry.AFTER_EXIT])
def test_what_comes_in_after_the_tie_is_told_in_the_order_of_time(app: Flask, make: Make, reentry: Reentry) -> None:
    """An exit and a return that another door had kept, and the first entry of all."""
    door = Doorside(app, make, make.event(reentry=reentry), rights=EVERY_RIGHT)
    talk, ana = make.session(door.event, "talk", admission=AdmissionRule.WALK_IN), door.ticket()
    tap = unread(door, talk, ana.number)
    door.send(tap, at=LATER)
    assert tied(door, ana.number, tap) == "tied"
    other = door.device(rights=EVERY_RIGHT)
    first = door.claim(talk, ana, at=NOON - timedelta(minutes=10), shown="admitted")
    out = door.claim(talk, ana, at=NOON - timedelta(minutes=5), direction="out", shown="left")
    for claim in (first, out):
        door.send(claim, at=LATER, token=other)
    comes = [(at, number, back) for at, _, ticket, _, number, back in standing(door) if ticket == ana.id and number > 0]
    assert comes[0] == (NOON - timedelta(minutes=10), 1, False)
    assert sum(number for _, number, back in comes if not back) == 1
    assert door.places(talk).present == recount(talk)[0]
    assert (len(comes) == 2) is (reentry is Reentry.AFTER_EXIT)


def test_a_minus_of_the_same_device_falls_away_with_the_tap(door: Doorside, talk: EventSession) -> None:
    ana = door.ticket()
    claim = unread(door, talk, ana.number)
    minus = door.claim(talk, act="head_count", people={"spectator": -1}, at=NOON + timedelta(minutes=1))
    door.send(claim, minus, at=LATER)
    assert tied(door, ana.number, claim) == "tied"
    assert [(ticket, number) for _, _, ticket, _, number, _ in standing(door)] == [(ana.id, 1)]
    assert recount(talk) == (1, 0, 0, False)
    assert (door.places(talk).present, door.places(talk).anonymous) == (1, 0)


def test_a_family_comes_as_it_was_counted_and_the_rest_of_it_later(door: Doorside, talk: EventSession) -> None:
    booked = {talk: BookingState.CONFIRMED}
    tomo = door.ticket({"spectator": 2, "student": 1}, booked=booked, party_kind=PartyKind.FAMILY)
    claim = unread(door, talk, tomo.number, people={"spectator": 1, "student": 1})
    door.send(claim, at=LATER)
    assert tied(door, tomo.number, claim) == "tied"
    asked = door.scan(talk, tomo, at=LATER)
    assert (asked["verdict"], asked["expected"], asked["admitted"]) == (
        "confirm_party",
        {"spectator": 1},
        {"spectator": 1, "student": 1},
    )


@pytest.mark.parametrize("more", [0, 1])
@pytest.mark.parametrize("party", [{"student": 1}, {"student": 8}, {"spectator": 2, "student": 6}])
def test_under_whatever_category_they_were_tapped_they_are_of_the_ticket_s(
    door: Doorside, talk: EventSession, party: dict[str, int], more: int
) -> None:
    """Whoever came besides the ticket's people stays without one, also where somebody of them came in there earlier."""
    ticket = door.ticket(party)
    number = sum(party.values())
    claim = unread(door, talk, ticket.number, people={"unknown": number + more})
    door.send(claim, at=LATER)
    assert tied(door, ticket.number, claim) == "tied"
    assert open_ones(door) == []
    came = [(ticket_id, people) for _, _, ticket_id, _, people, _ in standing(door)]
    assert sorted(came, key=str) == sorted(
        [(ticket.id, one) for one in party.values()] + [(None, more)] * more, key=str
    )
    earlier = door.claim(talk, ticket, at=NOON - timedelta(minutes=5), people=first_of(party), shown="admitted")
    door.send(earlier, at=LATER, token=door.device())
    stands = sum(people for _, _, _, _, people, _ in standing(door))
    uncounted = sum(sum(scan.facts.get("uncounted", {}).values()) for scan in db.session.scalars(select(Scan)))
    assert stands + uncounted == number + more + 1
    assert recount(talk)[0] == door.places(talk).present == stands


def test_a_scan_that_says_another_category_of_one_person_leaves_nobody_uncounted(
    door: Doorside, talk: EventSession
) -> None:
    """It was put right meanwhile: the pack of the door had the one before."""
    ana = door.ticket({"student": 1}, booked={talk: BookingState.CONFIRMED})
    door.send(door.claim(talk, ana, people={"spectator": 1}, shown="admitted"))
    assert (open_ones(door), door.places(talk).present) == ([], 1)


def first_of(party: dict[str, int]) -> dict[str, int]:
    """One of them."""
    return {next(iter(party)): 1}


def test_a_stopped_device_s_tap_is_listed_with_its_number_once_it_is_accepted(
    door: Doorside, talk: EventSession
) -> None:
    ana, stopped = door.ticket(booked={talk: BookingState.CONFIRMED}), door.device(revoked_at=NOON)
    claim = unread(door, talk, ana.number)
    door.send(claim, at=LATER, token=stopped)
    ((_, _),) = open_ones(door)
    with transaction():
        settle(door.event, db.session.scalars(select(Conflict.id)).one(), accept=True, at=LATER, actor=Actor())
    assert (open_ones(door), door.places(talk).anonymous) == ([("unread_ticket", None)], 1)
    assert tied(door, ana.number, claim) == "tied"
    assert recount(talk) == (1, 1, 0, False)


@pytest.mark.parametrize("reentry", [Reentry.NONE, Reentry.FREE, Reentry.AFTER_EXIT])
def test_whatever_the_order_of_uploads_they_are_counted_once(app: Flask, make: Make, reentry: Reentry) -> None:
    """The tap, an exit, the same ticket read at the next door and back at the first."""
    found = set()
    for turn, order in enumerate(Random(21).sample(list(permutations(range(4))), 7)):
        door = Doorside(app, make, make.event(f"fair-{turn}", reentry=reentry), rights=EVERY_RIGHT)
        talk, film = (make.session(door.event, code, admission=AdmissionRule.WALK_IN) for code in ("talk", "film"))
        other, ana = door.device(rights=EVERY_RIGHT), door.ticket()
        tap = unread(door, talk, ana.number)
        out = door.claim(talk, ana, at=NOON + timedelta(minutes=5), direction="out", shown="left")
        there = door.claim(film, ana, at=NOON + timedelta(minutes=10), shown="admitted")
        back = door.claim(talk, ana, at=NOON + timedelta(minutes=20), shown="admitted")
        sent = [(tap, door.token), (out, door.token), (there, other), (back, other)]
        for one in order:
            claim, token = sent[one]
            door.send(claim, at=LATER, token=token)
        outcome = tied(door, ana.number, tap)
        stands = tuple(
            (at, "talk" if session_of(place) == talk.id else "film", ticket == ana.id, number, back)
            for at, place, ticket, _, number, back in standing(door)
        )
        figures = tuple((door.places(one).present, door.places(one).anonymous) for one in (talk, film))
        assert [recount(one)[0] for one in (talk, film)] == [present for present, _ in figures]
        found.add((outcome, stands, figures, tuple(kind for kind, _ in open_ones(door))))
    assert [outcome for outcome, *_ in found] == ["tied"], found


def session_of(place_id: int) -> int | None:
    return db.session.get_one(Place, place_id).session_id
