"""The blind pack: what a lost device tells, what a ticket opens, and that changes alone make the same as all of it."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from app.clock import frozen
from app.db import db, transaction
from app.programme.models import Event, EventSession
from app.programme.rules import CapacityKind, EventStatus, Reentry
from registrations.models import Registration
from registrations.operations.erasing import erase
from registrations.operations.staffing import block
from registrations.operations.tickets import tell_doors
from registrations.rules import BookingState, PartyKind
from tests.checkin.doorside import EVERY_RIGHT, Doorside
from tests.checkin.packreader import ReadPack, read_pack
from tests.make import NOON, Make
from tests.statements import noted

CONFIRMED, WAITING = BookingState.CONFIRMED, BookingState.WAITING
LATER = timedelta(minutes=5)


@pytest.fixture
def door(app: Flask, make: Make) -> Doorside:
    return Doorside(app, make, make.event(reentry=Reentry.NONE), rights=EVERY_RIGHT)


@pytest.fixture
def talk(door: Doorside, make: Make) -> EventSession:
    return make.session(door.event, "talk", capacity=40, capacity_kind=CapacityKind.SEATS)


def pack(door: Doorside, since: str | None = None, **given: Any) -> ReadPack:
    answer = door.get(f"pack?since={since}" if since else "pack", **given)
    assert (answer.status_code, answer.content_type) == (200, "application/octet-stream")
    return read_pack(answer.get_data())


class TestALostDevice:
    def test_tells_no_name_no_note_no_code_and_no_short_number(self, door: Doorside, talk: EventSession) -> None:
        ticket = door.ticket(
            booked={talk: CONFIRMED}, contact_name="Hanako Demo", contact_email="hanako@example.org",
            contact_phone="+81 45 000", staff_note="front row", needs="wheelchair", group_name="Demo School",
        )  # fmt: skip
        body = door.get("pack").get_data()
        for secret in (
            "Hanako",
            "example.org",
            "+81",
            "front row",
            "wheelchair",
            "Demo School",
            ticket.code,
            ticket.number,
        ):
            assert secret.encode() not in body
        assert b"talk" in body, "and the test would find a text that is there"

    def test_does_not_tell_cancelled_from_admitted_nor_a_short_name_from_a_longer(
        self, door: Doorside, talk: EventSession
    ) -> None:
        one, other = door.ticket(contact_name="A"), door.ticket(contact_name="Ai Demo Demo", booked={talk: CONFIRMED})
        door.change(db.session.get_one(Registration, other.registration_id), cancelled_at=NOON)
        assert len({len(row) for row in pack(door).rows.values()}) == 1
        assert one.code != other.code

    def test_is_the_same_again_to_the_byte_as_long_as_nothing_changes(self, door: Doorside) -> None:
        door.ticket()
        assert door.get("pack").get_data() == door.get("pack").get_data()


class TestATicket:
    @pytest.mark.parametrize(
        ("name", "told"),
        [
            ("髙橋 𠮷郎", "髙橋 𠮷郎"),
            ("あ" * 30, "あ" * 30),
            ("あ" * 31, "あ" * 29 + "…"),
            ("𠮷" * 40, "𠮷" * 21 + "…"),
        ],
        ids=["rare", "longest", "longer", "four bytes"],
    )
    def test_has_its_name_whole_or_with_a_sign_that_it_goes_on(self, door: Doorside, name: str, told: str) -> None:
        ticket = door.ticket(contact_name=name)
        opened = pack(door).open(ticket.code)
        assert opened is not None
        assert opened["name"] == told

    def test_opens_its_own_row_and_no_other(self, door: Doorside, talk: EventSession) -> None:
        ana = door.ticket({"spectator": 2, "student": 1}, booked={talk: {"spectator": 2}}, contact_name="Ana Demo")
        ben = door.ticket(booked={talk: WAITING}, contact_name="Ben Demo", staff_note="x", no_photo=True)
        found = pack(door)
        assert found.open(ana.code) == {
            "flags": 0, "name": "Ana Demo", "party": {"spectator": 2, "student": 1}, "lines": [],
            "booked": {"session:talk": ("confirmed", {"spectator": 2})},
        }  # fmt: skip
        opened = found.open(ben.code)
        assert opened
        assert (opened["flags"], opened["booked"]) == (48, {"session:talk": ("waiting", {})})
        assert found.open(ben.code, row_of=ana.code) == {"error": "another ticket's row"}
        assert found.open("A" * 26) is None

    @pytest.mark.parametrize(
        ("flag", "given"),
        [(1, {"party_kind": PartyKind.TEAM}), (2, {"blocked_at": NOON}), (8, {"cancelled_at": NOON})],
    )
    def test_says_whether_it_is_good(self, door: Doorside, flag: int, given: dict[str, Any]) -> None:
        ticket = door.ticket()
        door.change(db.session.get_one(Registration, ticket.registration_id), **given)
        opened = pack(door).open(ticket.code)
        assert opened
        assert opened["flags"] == flag

    def test_says_what_it_did_and_nothing_that_was_undone(self, door: Doorside, talk: EventSession) -> None:
        ana, ben = door.ticket(booked={talk: CONFIRMED}), door.ticket(booked={talk: CONFIRMED})
        door.scan(talk, ana)
        door.scan(talk, ana, direction="out", at=NOON + LATER)
        came = door.scan(talk, ben)
        door.scan(talk, act="undo", undoes=came["id"], at=NOON + LATER)
        door.change(ana, replaced_at=NOON)
        found = pack(door)
        first = found.open(ana.code)
        assert first
        assert first["flags"] == 4
        assert [(place, kind, people) for place, kind, _, people in first["lines"]] == [
            ("session:talk", 4, {"spectator": 1}), ("session:talk", 1, {"spectator": 1}),
        ]  # fmt: skip
        assert first["lines"][1][2] - first["lines"][0][2] == LATER.total_seconds()
        second = found.open(ben.code)
        assert second
        assert second["lines"] == []

    def test_with_a_hostile_name_is_sealed_like_any_other(self, door: Doorside) -> None:
        names = ("{0}<script>", "\u202eabc", "𠮷" * 50, "")
        tickets = [door.ticket(contact_name=name) for name in names]
        found = pack(door)
        opened = [found.open(ticket.code) for ticket in tickets]
        assert [one and one["name"] for one in opened] == ["{0}<script>", "\u202eabc", "𠮷" * 21 + "…", ""]


class TestTheHead:
    def test_holds_what_a_door_needs_to_decide(self, door: Doorside, talk: EventSession) -> None:
        door.tap(talk)
        head = pack(door).head
        (place,) = (one for one in head["places"] if one["code"] == "session:talk")
        assert place["window"] == [ms(talk.door_opens_at), ms(talk.door_closes_at)]
        assert (place["admission"], place["reentry"], place["cancelled"]) == ("booking_and_walk_in", "none", False)
        assert place["space"] == {
            "kind": "seats", "capacity": 40, "promised": 0, "arrived": 0, "present": 1, "anonymous": 1,
            "counts_exits": False, "held_until": ms(talk.starts_at + timedelta(minutes=5)),
        }  # fmt: skip
        assert [one["key"] for one in head["categories"]] == ["spectator", "student", "unknown"]
        assert head["unknown"] == "unknown"
        assert head["gates"][0]["code"] == "entrance"
        assert set(head["gates"][0]["places"]) <= {one["code"] for one in head["places"]}
        assert head["generated_at"] == ms(NOON)


class TestChanges:
    def test_alone_make_the_same_as_everything(self, door: Doorside, make: Make, talk: EventSession) -> None:
        tickets = [door.ticket(booked={talk: CONFIRMED}) for _ in range(6)]
        before = pack(door)
        door.scan(talk, tickets[0], at=NOON + LATER)
        came = door.scan(talk, tickets[1], at=NOON + LATER)
        door.scan(talk, act="undo", undoes=came["id"], at=NOON + LATER)
        door.tap(talk, at=NOON + LATER)
        olga = make.actor(make.olga(door.event))
        with transaction():
            block(tickets[2].registration_id, at=NOON + LATER, actor=olga)
        at = NOON + 2 * LATER
        changes, whole = pack(door, before.head["mark"], at=at), pack(door, at=at)
        assert len(changes.rows) == 3
        assert changes.head["since"] == before.head["mark"]
        assert before.with_changes(changes).rows == whole.rows
        assert changes.head["mark"] == whole.head["mark"] != before.head["mark"]
        assert pack(door, whole.head["mark"], at=at).rows == {}

    def test_reach_doors_when_somebody_is_erased(self, door: Doorside) -> None:
        ana, ben = door.ticket(contact_name="Ana Demo"), door.ticket()
        mark = pack(door).head["mark"]
        with transaction():
            erase(ana.registration_id, at=NOON)
            tell_doors(db.session.get_one(Registration, ben.registration_id))
        changes = pack(door, mark)
        erased = changes.open(ana.code)
        assert erased
        assert erased["name"] == ""
        assert changes.open(ben.code)

    def test_of_a_moment_ago_come_again(self, door: Doorside, talk: EventSession) -> None:
        """On PostgreSQL an earlier line may be seen after a later one."""
        ticket = door.ticket(booked={talk: CONFIRMED})
        door.scan(talk, ticket)
        mark = pack(door).head["mark"]
        assert len(pack(door, mark).rows) == 1

    def test_a_mark_that_is_none_is_refused_and_one_from_the_future_gives_everything(self, door: Doorside) -> None:
        door.ticket()
        assert door.get("pack?since=yesterday").status_code == 422
        assert len(pack(door, "999999.0").rows) == 1

    def test_since_a_line_that_was_lost_give_everything(self, door: Doorside, talk: EventSession) -> None:
        """An older copy of the database was put back: lines get numbers again that a device has seen on others."""
        came = door.ticket()
        door.scan(talk, came)
        change = pack(door, at=NOON + LATER).head["mark"].partition(".")[0]
        assert len(pack(door, f"{change}.999999", at=NOON + LATER).rows) == 1

    def test_that_are_none_are_not_sent(self, door: Doorside, talk: EventSession) -> None:
        ticket = door.ticket(booked={talk: CONFIRMED})
        tag = door.get("pack").headers["ETag"]
        assert again(door, tag).status_code == 304
        assert again(door, tag).get_data() == b""
        door.scan(talk, ticket)
        assert again(door, tag).status_code == 200


class TestStrangers:
    def test_get_no_pack(self, door: Doorside, make: Make, app: Flask) -> None:
        other = Doorside(app, make, make.event("other"))
        assert door.get("pack", token="nobody").status_code == 401
        assert door.get("pack", token=other.token).status_code == 404
        assert make.signed_in(make.olga(door.event)).get("/api/v1/events/fair/pack").status_code == 401

    def test_a_revoked_device_gets_none_and_none_is_given_when_all_is_over(self, door: Doorside) -> None:
        revoked = door.device(revoked_at=NOON)
        assert door.get("pack", token=revoked).status_code == 401
        assert door.get("pack", at=NOON + timedelta(days=3)).status_code == 404
        door.change(db.session.get_one(Event, door.event.id), status=EventStatus.CLOSED)
        assert door.get("pack").status_code == 404


def test_the_number_of_statements_does_not_grow_with_tickets(door: Doorside, talk: EventSession, make: Make) -> None:
    counts = []
    for number in (1, 9):
        make.session(door.event, f"s{number}")
        tickets = [door.ticket(booked={talk: CONFIRMED}) for _ in range(number)]
        door.send(*(door.claim(talk, ticket) for ticket in tickets))
        with noted() as sent:
            assert len(pack(door).rows) in (1, 10)
        counts.append(len(sent))
    assert counts[0] == counts[1] <= 20


def again(door: Doorside, tag: str) -> TestResponse:
    with frozen(NOON):
        return door.app.test_client().get(
            "/api/v1/events/fair/pack", headers={"Authorization": f"Bearer {door.token}", "If-None-Match": tag}
        )


def ms(at: Any) -> int:
    return int(at.timestamp() * 1000)
