"""A device that was paired by a code is bound to its gate: what it says of another one is kept, counted and listed, and
nothing is given out there."""

from collections.abc import Sequence
from datetime import timedelta
from itertools import permutations
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.accounts.models import Device, DeviceGate
from app.accounts.queries import digest
from app.audit import AuditEntry
from app.clock import frozen
from app.db import db, transaction
from app.programme.models import EventSession, Room, Venue
from app.programme.rules import AdmissionRule, Reentry
from app.web.actors import Actor
from app.web.keyed import keyed
from checkin.models import Conflict, Entry, Gate, Scan
from checkin.operations import GateWish, add_gate, change_gate, open_pairing, prepare_door, retire_gate
from checkin.rules import ConflictKind
from checkin.rules.pairing import PairedAs
from registrations.models import Ticket
from tests.checkin.doorside import EVERY_RIGHT, Doorside
from tests.checkin.test_api import csrf
from tests.checkin.test_recount import recount
from tests.make import NOON, Make
from tests.statements import noted

LATER = NOON + timedelta(minutes=5)
OTHER = ConflictKind.OTHER_GATE


class Doors:
    """An event with two rooms, each with a session now and a gate of its own, and devices paired there by a code."""

    def __init__(self, app: Flask, make: Make) -> None:
        self.app, self.make = app, make
        self.door = Doorside(app, make, make.event(reentry=Reentry.AFTER_EXIT), rights=EVERY_RIGHT)
        self.olga = make.olga(self.door.event)
        walk_in = {"admission": AdmissionRule.WALK_IN, "capacity": 400}
        self.here = make.session(self.door.event, "here", **walk_in)
        self.venue = db.session.get_one(Venue, db.session.get_one(Room, self.here.room_id).venue_id)
        self.other_room = make.room(self.venue, "b")
        self.there = make.session(self.door.event, "there", room_id=self.other_room.id, **walk_in)
        with transaction():
            prepare_door(self.door.event)
        self.codes = 0

    def gate(self, session: EventSession) -> Gate:
        """The gate of this session's room."""
        room = db.session.get_one(Room, session.room_id)
        found = select(Gate).where(Gate.event_id == self.door.event.id, Gate.code.endswith(f"-{room.code}"))
        return db.session.scalars(found).one()

    def pair(self, at: EventSession | Gate, *, former: Sequence[str] = (), rights: str = "search") -> tuple[str, str]:
        """The token and the id of a device that is paired at this gate, or this session's."""
        gate = at if isinstance(at, Gate) else self.gate(at)
        self.codes += 1
        code = f"ABCDEFG{'23456789'[self.codes]}"
        with transaction():
            open_pairing(
                self.door.event, gate, code_hash=keyed(code), paired_as=PairedAs(rights), devices=1,
                devices_end_at=NOON + timedelta(days=1), pin_hash=None, at=NOON, actor=self.make.actor(self.olga),
            )  # fmt: skip
        body = {"code": code, "name": "Tablet", **({"former": list(former)} if former else {})}
        with frozen(NOON):
            answer = self.app.test_client().post("/api/v1/pairings", json=body)
        assert answer.status_code == 201, answer.get_data(as_text=True)
        return answer.get_json()["token"], answer.get_json()["device"]

    def claim(self, gate: EventSession, ticket: Ticket | None, place: EventSession | None = None, **given: Any) -> Any:
        """A scan at the gate of one session, of another one's place if one is given."""
        return self.door.claim(place or gate, ticket, gate=self.gate(gate).code, **given)

    def listed(self) -> list[tuple[str, str]]:
        """What is open, and the sessions it is of."""
        db.session.rollback()
        rows = db.session.execute(
            select(Conflict.kind, Scan.place_id).join(Scan).where(Conflict.resolved_at.is_(None)).order_by(Conflict.id)
        )
        return [(row.kind.value, str(row.place_id)) for row in rows]

    def kinds(self) -> list[str]:
        return sorted(kind for kind, _ in self.listed())


@pytest.fixture
def doors(app: Flask, make: Make) -> Doors:
    return Doors(app, make)


def get(doors: Doors, path: str, token: str, language: str = "en") -> TestResponse:
    with frozen(NOON):
        return doors.app.test_client().get(
            f"/api/v1/events/{doors.door.event.slug}/{path}",
            headers={"Authorization": f"Bearer {token}", "Accept-Language": language},
        )


class TestAScanOfAnotherGate:
    @pytest.mark.parametrize("names", ["gate", "place"])
    def test_is_kept_counted_and_listed_and_names_nobody(self, doors: Doors, names: str) -> None:
        token, uuid = doors.pair(doors.here)
        ticket = doors.door.ticket(contact_name="Ana")
        gate = doors.there if names == "gate" else doors.here
        claim = doors.claim(gate, ticket, doors.there)
        answers = [doors.door.send(claim, token=token)[0] for _ in range(2)]
        assert [(one["verdict"], one["error"]["code"], one["person"]) for one in answers] == [
            ("admitted", "other_gate", None),
        ] * 2  # fmt: skip
        assert doors.kinds() == ["other_gate"]
        (conflict,) = db.session.scalars(select(Conflict))
        (scan,) = db.session.scalars(select(Scan))
        (device,) = db.session.scalars(select(Device).where(Device.id == scan.device_id))
        assert (str(device.uuid), scan.gate_id, conflict.ticket_id) == (uuid, doors.gate(gate).id, ticket.id)
        assert doors.door.places(doors.there).present == 1
        assert recount(doors.there)[0] == 1

    def test_is_said_in_the_language_of_the_device_with_what_to_do_next(self, doors: Doors) -> None:
        token, _ = doors.pair(doors.here)
        with frozen(NOON):
            answer = doors.app.test_client().post(
                f"/api/v1/events/{doors.door.event.slug}/scans",
                json={"sent_at": NOON.isoformat(), "scans": [doors.claim(doors.there, doors.door.ticket())]},
                headers={"Authorization": f"Bearer {token}", "Accept-Language": "ja"},
            )
        assert answer.get_json()["verdicts"][0]["error"]["message"] == (
            "この端末は別の受付口に登録されています。読み取った内容は残してあります。この受付口のコードを主催者に見せてもらってください。"
        )

    @pytest.mark.parametrize("given", [
        {"act": "walk_in", "people": {"spectator": 2}}, {"act": "head_count", "people": {"spectator": 3}},
        {"act": "room_count", "people": {"spectator": 4}}, {"direction": "out", "code": "ticket"},
        {"shown": "admitted", "code": "ticket"},
    ])  # fmt: skip
    def test_of_every_act_is_a_fact(self, doors: Doors, given: dict[str, Any]) -> None:
        token, _ = doors.pair(doors.here)
        ticket = doors.door.ticket() if given.pop("code", None) else None
        doors.door.send(doors.claim(doors.there, ticket, **given), token=token)
        assert doors.kinds() == ["other_gate"]
        assert doors.door.count(Entry) == 1

    def test_that_let_nobody_in_is_not_listed(self, doors: Doors) -> None:
        token, _ = doors.pair(doors.here)
        (answer,) = doors.door.send(doors.claim(doors.there, doors.door.ticket(blocked_at=NOON)), token=token)
        assert (answer["verdict"], doors.kinds()) == ("blocked", [])

    def test_is_listed_beside_what_else_it_is(self, doors: Doors) -> None:
        token, _ = doors.pair(doors.here)
        claim = doors.claim(doors.there, doors.door.ticket(blocked_at=NOON), shown="admitted")
        doors.door.send(claim, token=token, at=NOON + timedelta(hours=6), sent_at=NOON + timedelta(hours=6))
        assert doors.kinds() == ["late_upload", "not_entitled", "other_gate"]

    def test_and_an_undo_of_it_are_both_listed(self, doors: Doors) -> None:
        token, _ = doors.pair(doors.here)
        first = doors.claim(doors.there, doors.door.ticket())
        undo = doors.claim(doors.there, None, act="undo", undoes=first["id"])
        answers = doors.door.send(first, undo, token=token)
        assert [one["verdict"] for one in answers] == ["admitted", "undone"]
        assert doors.kinds() == ["other_gate", "other_gate"]

    def test_is_no_supervisors_word(self, doors: Doors) -> None:
        token, _ = doors.pair(doors.here, rights="supervisor")
        blocked = doors.door.ticket({"spectator": 1}, cancelled_at=NOON)
        said = [
            doors.door.send(doors.claim(gate, blocked, force="organiser_allowed"), token=token)[0]
            for gate in (doors.there, doors.here)
        ]
        assert [(one["verdict"], (one["error"] or {}).get("code")) for one in said] == [
            ("cancelled", "other_gate"), ("admitted", None),
        ]  # fmt: skip
        assert doors.kinds() == ["override"]


class TestADeviceAtItsOwnGate:
    def test_is_as_ever(self, doors: Doors) -> None:
        token, _ = doors.pair(doors.here)
        (answer,) = doors.door.send(doors.claim(doors.here, doors.door.ticket(contact_name="Ana")), token=token)
        assert (answer["verdict"], answer["error"], answer["person"]["name"]) == ("admitted", None, "Ana")
        assert doors.kinds() == []

    def test_asks_the_database_no_more_than_one_that_is_bound_to_none(self, doors: Doors) -> None:
        bound, free = doors.pair(doors.here)[0], doors.door.token
        asked: dict[str, list[list[str]]] = {bound: [], free: []}
        for token in (bound, free) * 2:
            claims = [doors.claim(doors.here, doors.door.ticket()) for _ in range(12)]
            first, second, *others = claims
            doors.door.send(first, token=token)
            for some in ([second], others):
                with noted() as sent:
                    doors.door.send(*some, token=token)
                asked[token].append(list(sent))
        assert asked[bound][2:] == asked[free][2:]

    def test_was_moved_by_another_code_and_sends_what_waited_of_the_gate_before(self, doors: Doors) -> None:
        old, uuid = doors.pair(doors.here)
        waited = doors.claim(doors.here, doors.door.ticket(), shown="admitted")
        token, _ = doors.pair(doors.there, former=[uuid])
        answers = doors.door.send(waited, doors.claim(doors.there, doors.door.ticket()), token=token)
        assert [one["error"] for one in answers] == [None, None]
        assert doors.kinds() == []
        assert doors.door.send(doors.claim(doors.there, doors.door.ticket()), token=old)[0]["error"] is not None

    def test_of_another_event_leaves_it_no_gate(self, doors: Doors, make: Make) -> None:
        elsewhere = Doorside(doors.app, make, make.event("elsewhere")).device(gate_id=doors.gate(doors.there).id)
        _, uuid = doors.pair(doors.here, former=[str(device_of(elsewhere).uuid)])
        assert gates_of(uuid) == {doors.gate(doors.here).id}

    @pytest.mark.parametrize("edit", ["gate", "session"])
    def test_sends_what_its_gate_led_to_before_somebody_changed_it(self, doors: Doors, edit: str) -> None:
        token, _ = doors.pair(doors.here)
        waited = doors.claim(doors.here, doors.door.ticket(), shown="admitted")
        gate = doors.gate(doors.here)
        with transaction():
            if edit == "gate":
                wish = GateWish(gate.name, doors.venue, [doors.other_room], new_today=False)
                change_gate(gate, wish, version=gate.version, at=NOON, actor=Actor())
            else:
                db.session.get_one(EventSession, doors.here.id).room_id = doors.other_room.id
                prepare_door(doors.door.event)
        db.session.rollback()
        now_there = {"place": f"session:{doors.there.code}"} if edit == "gate" else {}
        claim = {**doors.door.claim(doors.here, doors.door.ticket(), gate=gate.code), **now_there}
        answers = doors.door.send({**waited, "gate": gate.code}, claim, token=token)
        assert [one["error"] for one in answers] == [None, None]


def device_of(token: str) -> Device:
    return db.session.scalars(select(Device).where(Device.token_hash == digest(token))).one()


def gates_of(uuid: str) -> set[int]:
    db.session.rollback()
    return set(db.session.scalars(select(DeviceGate.gate_id).where(DeviceGate.device_id == device_id(uuid))))


def device_id(uuid: str) -> int:
    return db.session.scalars(select(Device.id).where(Device.uuid == UUID(uuid))).one()


def test_for_every_order_of_uploads_the_same_is_listed(doors: Doors) -> None:
    tokens = [doors.pair(doors.here)[0], doors.pair(doors.there)[0]]
    found = set()
    for order in permutations(range(4)):
        one, party = doors.door.ticket(), doors.door.ticket({"spectator": 2})
        at = [NOON + timedelta(minutes=minutes) for minutes in range(4)]
        scans = [
            (doors.claim(doors.there, one, at=at[0], shown="admitted"), tokens[0]),
            (doors.claim(doors.there, one, at=at[1], shown="admitted"), tokens[1]),
            (doors.claim(doors.here, party, at=at[2], shown="admitted", people={"spectator": 2}), tokens[1]),
            (doors.claim(doors.here, party, at=at[3], shown="admitted", people={"spectator": 1}), tokens[0]),
        ]
        for place in order:
            claim, token = scans[place]
            doors.door.send(claim, token=token, at=LATER)
        ids = {claim["id"]: number for number, (claim, _) in enumerate(scans)}
        db.session.rollback()
        rows = db.session.execute(select(Conflict.kind, Conflict.scan_id).where(Conflict.resolved_at.is_(None)))
        found.add(tuple(sorted((kind.value, ids[str(scan)]) for kind, scan in rows if str(scan) in ids)))
    assert len(found) == 1
    assert {one for one in next(iter(found)) if one[0] == "other_gate"} == {("other_gate", 0), ("other_gate", 2)}


class TestWhatIsGivenOut:
    def test_gates_are_its_own(self, doors: Doors) -> None:
        token, _ = doors.pair(doors.here)
        (own,) = get(doors, "gates", token).get_json()["gates"]
        assert (own["code"], [one["code"] for one in own["places"]]) == (doors.gate(doors.here).code, ["session:here"])
        assert len(get(doors, "gates", doors.door.token).get_json()["gates"]) > 2

    def test_figures_of_another_room_are_refused_with_what_to_do_next(self, doors: Doors) -> None:
        token, _ = doors.pair(doors.here)
        assert get(doors, "places/session:here/counts", token).status_code == 200
        answer = get(doors, "places/session:there/counts", token)
        assert (answer.status_code, answer.get_json()["code"], answer.get_json()["detail"]) == (
            409, "other_gate", "This device is bound to another gate. Ask the organiser for a code of this gate.",
        )  # fmt: skip
        assert get(doors, "places/session:there/counts", doors.door.token).status_code == 200

    def test_a_question_about_another_gate_is_refused_and_leaves_no_trace(self, doors: Doors) -> None:
        token, _ = doors.pair(doors.here)
        (answer,) = doors.door.send(doors.claim(doors.there, doors.door.ticket(), dry_run=True), token=token)
        assert (answer["verdict"], answer["person"], answer["error"]["code"]) == (None, None, "other_gate")
        assert (doors.door.count(Scan), doors.kinds()) == (0, [])


class TestADeviceOfAPersonWhoKeepsEveryDoor:
    def enrolled(self, doors: Doors, browser: FlaskClient, session: EventSession) -> str:
        wish = {"event": doors.door.event.slug, "gate": doors.gate(session).code, "name": "Phone"}
        with frozen(NOON):
            answer = browser.post("/scan/devices", json=wish, headers=csrf(browser))
        assert answer.status_code == 201, answer.get_data(as_text=True)
        return str(answer.get_json()["token"])

    def report(self, doors: Doors, token: str, gate: str) -> None:
        with frozen(LATER):
            answer = doors.app.test_client().post(
                "/api/v1/device/contact", json={"sent_at": LATER.isoformat(), "gate": gate},
                headers={"Authorization": f"Bearer {token}"},
            )  # fmt: skip
        assert answer.status_code == 200

    def test_goes_to_another_gate_and_that_is_on_record(self, doors: Doors, make: Make) -> None:
        token = self.enrolled(doors, make.signed_in(doors.olga), doors.here)
        (answer,) = doors.door.send(doors.claim(doors.there, doors.door.ticket()), token=token)
        assert (answer["error"], doors.kinds()) == (None, [])
        there, here = doors.gate(doors.there), doors.gate(doors.here)
        for _ in range(2):
            self.report(doors, token, there.code)
        self.report(doors, token, "nowhere")
        db.session.rollback()
        assert device_of(token).gate_id == there.id
        moves = db.session.scalars(select(AuditEntry).where(AuditEntry.verb == "device.move")).all()
        assert [(one.facts, one.account_id) for one in moves] == [
            ({"before": here.code, "gate": there.code}, doors.olga.id)
        ]

    def test_that_was_paired_stays_where_it_is_whatever_it_says(self, doors: Doors) -> None:
        token, _ = doors.pair(doors.here)
        self.report(doors, token, doors.gate(doors.there).code)
        db.session.rollback()
        assert device_of(token).gate_id == doors.gate(doors.here).id


def test_no_gate_is_deleted_where_a_device_once_stood(doors: Doors) -> None:
    """What it keeps unsent still names it."""
    with transaction():
        wish = GateWish({"ja": "裏口"}, doors.venue, [doors.other_room], new_today=False)
        back = add_gate(doors.door.event, wish, at=NOON, actor=Actor())
    _, first = doors.pair(back)
    _, second = doors.pair(doors.here, former=[first])
    with transaction():
        db.session.get_one(Device, device_id(first)).gate_id = None
    assert gates_of(second) == {back.id, doors.gate(doors.here).id}
    with transaction():
        assert retire_gate(doors.door.event, back, at=NOON, actor=Actor()) is False
