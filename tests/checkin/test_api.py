"""Who may ask the door's addresses what, and what they see."""

import json
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.clock import frozen
from app.db import db
from app.programme.models import Venue
from app.programme.rules import AdmissionRule, CapacityKind, Reentry, SessionStatus
from app.web.actors import Role
from checkin.models import Entry, Scan
from registrations.rules import BookingState
from tests.checkin.doorside import EVERY_RIGHT, Doorside
from tests.make import NOON, Make, both
from tests.statements import noted

CONFIRMED = BookingState.CONFIRMED
NO_SCANS = "scans: expected a list of 1 to 500 scans"
NO_TIME = "expected a time with zone, as 2026-10-03T12:00:00Z"
WHOLE = {
    "id", "verdict", "at", "first", "first_time", "party_kind", "place", "person", "party", "admitted", "expected",
    "booked", "walk_in_left", "room_left", "window", "event", "given", "counts", "error", "conflict",
}  # fmt: skip


@pytest.fixture
def door(app: Flask, make: Make) -> Doorside:
    return Doorside(app, make, make.event(reentry=Reentry.NONE))


class TestStrangers:
    def test_without_a_known_token_are_401(self, make: Make, client: FlaskClient) -> None:
        make.event()
        for headers in ({}, {"Authorization": "Bearer nobody"}, {"Authorization": "Basic abc"}):
            answer = client.post("/api/v1/events/fair/scans", json={}, headers=headers)
            assert (answer.status_code, answer.content_type) == (401, "application/problem+json")
        assert client.delete("/api/v1/device", headers={"Authorization": "Bearer nobody"}).status_code == 401
        assert client.get("/api/v1/events/fair/gates").status_code == 401

    def test_with_a_cookie_only_cannot_send_scans(self, door: Doorside, make: Make) -> None:
        olga = make.signed_in(make.olga(door.event))
        assert olga.post("/api/v1/events/fair/scans", json={}).status_code == 401

    def test_devices_of_another_event_are_404_everywhere(self, door: Doorside, make: Make, app: Flask) -> None:
        make.session(door.event, "talk")
        other = Doorside(app, make, make.event("other"))
        body = {"sent_at": NOON.isoformat(), "scans": [door.claim("session:talk", "x")]}
        assert door.post(body, token=other.token).status_code == 404
        assert door.get("gates", token=other.token).status_code == 404
        assert door.get("places/session:talk/counts", token=other.token).status_code == 404
        assert door.count(Scan) == 0

    def test_devices_past_their_time_are_401(self, door: Doorside) -> None:
        token = door.device(expires_at=NOON + timedelta(hours=1))
        assert door.get("gates", at=NOON + timedelta(minutes=59), token=token).status_code == 200
        assert door.get("gates", at=NOON + timedelta(minutes=61), token=token).status_code == 401

    def test_sam_who_keeps_another_hosts_door_sees_nothing_of_ours(self, make: Make) -> None:
        make.event()
        elsewhere = make.event("elsewhere", host=make.host("kawasaki"))
        sam = make.signed_in(make.account("Sam", Role.DOOR, elsewhere))
        assert sam.get("/api/v1/events/fair/gates").status_code == 404
        assert sam.get("/api/v1/events/elsewhere/gates").status_code == 200

    def test_victor_who_only_views_figures_keeps_no_door(self, door: Doorside, make: Make) -> None:
        victor = make.signed_in(make.account("Victor", Role.VIEWER, door.event))
        assert victor.get("/api/v1/events/fair/gates").status_code == 403


class TestABatch:
    @pytest.mark.parametrize(
        ("body", "told"),
        [
            ("[]", "The body must be an object."),
            ("{", "The body is not JSON."),
            ("[" * 100_000, "The body is not JSON."),
            ('{"scans": []}', f"sent_at: missing; {NO_SCANS}"),
            ('{"sent_at": "now", "scans": {}, "x": 1}', f"x: unknown field; sent_at: {NO_TIME}; {NO_SCANS}"),
        ],
        ids=["a list", "half", "deep", "empty", "wrong"],
    )  # fmt: skip
    def test_that_cannot_be_taken_apart_is_refused_with_every_fault(
        self, door: Doorside, client: FlaskClient, body: str, told: str
    ) -> None:
        answer = client.post("/api/v1/events/fair/scans", data=body, headers={"Authorization": f"Bearer {door.token}"})
        assert (answer.status_code, answer.get_json()["detail"]) == (422, told)

    def test_of_more_than_500_scans_or_half_a_megabyte_is_refused(self, door: Doorside, client: FlaskClient) -> None:
        claim = door.claim("session:talk", "x")
        assert door.post({"sent_at": NOON.isoformat(), "scans": [claim] * 501}).status_code == 422
        large = b" " * (512 * 1024 + 1)
        headers = {"Authorization": f"Bearer {door.token}"}
        assert client.post("/api/v1/events/fair/scans", data=large, headers=headers).status_code == 413

    def test_is_answered_with_every_field_of_the_contract(self, door: Doorside, make: Make) -> None:
        talk = make.session(door.event, "talk")
        answer = door.post(
            {
                "sent_at": NOON.isoformat(),
                "pack": None,
                "scans": [door.claim(talk, door.ticket(booked={talk: CONFIRMED}))],
            }
        ).get_json()
        assert answer["received_at"] == "2026-10-03T03:00:00.000Z"
        assert set(answer["verdicts"][0]) == WHOLE

    def test_is_limited_per_device(self, door: Doorside, make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("checkin.api.SCANS", "3 per minute")
        talk = make.session(door.event, "talk", admission=AdmissionRule.WALK_IN)
        body = {"sent_at": NOON.isoformat(), "scans": [door.claim(talk, dry_run=True, code="x")]}
        assert [door.post(body).status_code for _ in range(5)] == [200, 200, 200, 429, 429]
        assert door.post(body, token=door.device()).status_code == 200

    def test_counts_as_many_scans_as_it_holds(
        self, door: Doorside, make: Make, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("checkin.api.SCANS", "40 per minute")
        talk = make.session(door.event, "talk")
        body = {"sent_at": NOON.isoformat(), "scans": [door.claim(talk, "x", dry_run=True) for _ in range(20)]}
        assert [door.post(body).status_code for _ in range(3)] == [200, 200, 429]

    def test_from_a_door_that_was_offline_may_be_one_of_many(self, door: Doorside, make: Make) -> None:
        talk = make.session(door.event, "talk", admission=AdmissionRule.WALK_IN)
        for _ in range(6):
            door.send(*(door.claim(talk, "x", dry_run=True) for _ in range(500)))

    def test_sends_no_cookie_back(self, door: Doorside, make: Make) -> None:
        talk = make.session(door.event, "talk")
        answer = door.post({"sent_at": NOON.isoformat(), "scans": [door.claim(talk, "x")]})
        assert "Set-Cookie" not in answer.headers
        assert answer.headers["Cache-Control"] == "no-store"


def test_a_door_sees_name_category_note_and_verdict_and_nothing_else_of_a_person(door: Doorside, make: Make) -> None:
    talk = make.session(door.event, "talk")
    ticket = door.ticket(
        booked={talk: CONFIRMED}, contact_email="secret@example.jp", contact_reading="あな", staff_note="needs a ramp"
    )
    answers = [door.scan(talk, ticket), door.scan(talk, ticket)]
    assert [answer["person"] for answer in answers] == [
        {"name": "Ana", "category": "spectator", "note": "needs a ramp"},
        {"name": "Ana", "category": "spectator", "note": "needs a ramp"},
    ]
    told = json.dumps(answers, ensure_ascii=False)
    assert [one for one in ("secret", "あな", ticket.code, ticket.number) if one in told] == []


class TestGates:
    def test_name_what_one_enters_there_in_order_of_time_and_which_is_now(self, door: Doorside, make: Make) -> None:
        hour = timedelta(hours=1)
        morning = make.session(door.event, "morning", starts_at=NOON - 2 * hour, title=both("朝", "Morning"))
        noon = make.session(door.event, "noon")
        soon = make.session(door.event, "soon", starts_at=NOON + hour, door_opens_at=NOON + hour / 2)
        make.session(door.event, "cancelled", status=SessionStatus.CANCELLED)
        make.room_gate(door.event, noon)
        seen = door.get("gates").get_json()
        entrance, room = seen["gates"]
        assert (room["code"], room["kind"], room["new_today"]) == ("door", "rooms", False)
        assert [(place["code"], place["now"]) for place in room["places"]] == [
            ("session:morning", False), ("session:noon", True), ("session:soon", False),
        ]  # fmt: skip
        assert room["places"][0] == {
            "code": "session:morning", "name": {"ja": "朝", "en": "Morning"}, "now": False,
            "starts_at": stamp(morning.starts_at), "ends_at": stamp(morning.ends_at),
        }  # fmt: skip
        later = door.get("gates", at=NOON + hour * 0.75).get_json()["gates"][1]["places"]
        assert [place["code"] for place in later if place["now"]] == [f"session:{soon.code}"]
        slug = db.session.scalars(db.select(Venue.slug)).one()
        assert (entrance["kind"], entrance["new_today"]) == ("entrance", True)
        assert [(place["code"], place["now"]) for place in entrance["places"]] == [
            (f"entrance:{slug}:2026-10-02", False), (f"entrance:{slug}:2026-10-03", True),
            (f"entrance:{slug}:2026-10-04", False),
        ]  # fmt: skip
        assert [one["key"] for one in seen["categories"]] == ["spectator", "student", "unknown"]
        assert set(seen["categories"][0]) == {"key", "label", "belongs", "unknown", "first_words"}

    def test_are_the_same_for_who_is_signed_in_and_keeps_the_door(self, door: Doorside, make: Make) -> None:
        dora = make.signed_in(make.dora(door.event))
        with frozen(NOON):
            assert dora.get("/api/v1/events/fair/gates").get_json() == door.get("gates").get_json()

    def test_cost_the_same_number_of_statements_for_one_session_and_for_five(self, door: Doorside, make: Make) -> None:
        counts = []
        for number in range(5):
            make.session(door.event, f"s{number}")
            with noted() as sent:
                door.get("gates")
            counts.append(len(sent))
        assert len(set(counts)) == 1


def stamp(at: Any) -> str:
    return str(at.strftime("%Y-%m-%dT%H:%M:%S.000Z"))


class TestCounts:
    def test_of_a_session_by_category_with_what_this_device_has_counted(self, door: Doorside, make: Make) -> None:
        talk = make.session(door.event, "talk", capacity=10)
        other = door.device()
        door.scan(talk, door.ticket(booked={talk: CONFIRMED}))
        door.tap(talk, {"student": 2})
        tap = door.tap(talk, {"spectator": 3})
        door.scan(talk, act="undo", undoes=tap["id"])
        door.tap(talk, {"student": 1}, token=other)
        door.tap(talk, {"student": 1}, new_today=False, token=other)
        assert door.get("places/session:talk/counts").get_json() == {
            "place": "session:talk", "at": "2026-10-03T03:00:00.000Z", "present": {"spectator": 1, "student": 4},
            "visits": 5, "people_today": 4, "room_left": 5, "capacity": 10, "this_device": {"student": 2},
        }  # fmt: skip

    def test_of_an_at_once_room_follow_who_leaves(self, app: Flask, make: Make) -> None:
        door = Doorside(app, make, make.event(reentry=Reentry.AFTER_EXIT), rights=EVERY_RIGHT)
        talk = make.session(door.event, "talk", capacity=9, capacity_kind=CapacityKind.AT_ONCE)
        party = door.ticket({"student": 4}, booked={talk: CONFIRMED})
        door.scan(talk, party, people={"student": 4})
        door.tap(talk, {"spectator": 3})
        assert door.get("places/session:talk/counts").get_json()["room_left"] is None
        door.scan(talk, party, people={"student": 1}, direction="out", at=NOON + timedelta(minutes=1))
        door.tap(talk, {"spectator": 2}, direction="out", at=NOON + timedelta(minutes=1))
        seen = door.get("places/session:talk/counts", at=NOON + timedelta(minutes=2)).get_json()
        assert (seen["present"], seen["visits"], seen["room_left"]) == ({"student": 3, "spectator": 1}, 7, 5)

    @pytest.mark.parametrize(("out", "left"), [(4, 8), (11, 1), (13, 0)])
    def test_take_off_who_left_as_somebody_else(self, door: Doorside, make: Make, out: int, left: int) -> None:
        talk = make.session(door.event, "talk", capacity=20, capacity_kind=CapacityKind.AT_ONCE)
        door.tap(talk, {"spectator": 10, "student": 2})
        door.tap(talk, {"unknown": out}, direction="out", at=NOON + timedelta(minutes=1))
        seen = door.get("places/session:talk/counts", at=NOON + timedelta(minutes=2)).get_json()
        assert (sum(seen["present"].values()), seen["room_left"]) == (left, 20 - left)

    def test_of_an_entrance_and_of_people_are_of_the_day(self, door: Doorside) -> None:
        slug = db.session.scalars(db.select(Venue.slug)).one()
        ticket, day = door.ticket({"student": 3}), timedelta(days=1)
        for at in (NOON, NOON + day):
            code = f"entrance:{slug}:{at.date().isoformat()}"
            door.scan(code, ticket, people={"student": 2}, at=at)
            door.tap(code, {"spectator": 1}, at=at)
        second = f"places/entrance:{slug}:2026-10-04/counts"
        seen = door.get(second, at=NOON + day).get_json()
        assert (seen["present"], seen["visits"], seen["people_today"]) == ({"student": 2, "spectator": 1}, 3, 3)
        assert (seen["capacity"], seen["room_left"]) == (None, None)

    def test_of_no_place_are_404(self, door: Doorside) -> None:
        for code in ("session:nowhere", "entrance:hall:2026-10-03", "hall", "entrance:x:y"):
            assert door.get(f"places/{code}/counts").status_code == 404

    def test_are_for_the_staff_too(self, door: Doorside, make: Make) -> None:
        talk = make.session(door.event, "talk")
        door.tap(talk)
        dora = make.signed_in(make.dora(door.event))
        with frozen(NOON):
            seen = dora.get("/api/v1/events/fair/places/session:talk/counts").get_json()
        assert (seen["present"], seen["this_device"]) == ({"spectator": 1}, {})


class TestDevices:
    def test_are_made_by_who_keeps_the_door_for_sixteen_hours(self, app: Flask, make: Make) -> None:
        event = make.event()
        dora = make.signed_in(make.dora(event))
        with frozen(NOON):
            made = dora.post("/scan/devices", json=wish(), headers=csrf(dora))
        answer = made.get_json()
        assert (made.status_code, answer["rights"]) == (201, ["scan", "search"])
        assert answer["expires_at"] == "2026-10-03T19:00:00+00:00"
        door = Doorside(app, make, event)
        assert door.get("gates", token=answer["token"]).status_code == 200

    def test_of_who_may_edit_the_event_have_a_supervisors_right(self, make: Make) -> None:
        olga = make.signed_in(make.olga(make.event()))
        made = olga.post("/scan/devices", json=wish(), headers=csrf(olga))
        assert made.get_json()["rights"] == ["scan", "search", "supervisor"]

    def test_are_not_made_without_the_pages_secret_nor_by_strangers(self, client: FlaskClient, make: Make) -> None:
        event = make.event()
        dora = make.signed_in(make.dora(event))
        assert dora.post("/scan/devices", json=wish()).status_code == 400
        assert client.post("/scan/devices", json=wish(), headers=csrf(client)).status_code == 401
        sam = make.signed_in(make.account("Sam", Role.DOOR, make.event("elsewhere", host=make.host("kawasaki"))))
        assert sam.post("/scan/devices", json=wish(), headers=csrf(sam)).status_code == 404

    @pytest.mark.parametrize(
        ("given", "status"),
        [({"gate": "nowhere"}, 404), ({"event": "nowhere"}, 404), ({"name": ""}, 422), ({"colour": "red"}, 422)],
    )
    def test_are_refused_with_a_wrong_wish(self, make: Make, given: dict[str, str], status: int) -> None:
        dora = make.signed_in(make.dora(make.event()))
        assert dora.post("/scan/devices", json={**wish(), **given}, headers=csrf(dora)).status_code == status

    def test_of_an_event_that_is_over_are_refused(self, make: Make) -> None:
        from app.programme.rules import EventStatus

        dora = make.signed_in(make.dora(make.event(status=EventStatus.CLOSED)))
        refused = dora.post("/scan/devices", json=wish(), headers=csrf(dora))
        assert (refused.status_code, refused.get_json()["code"]) == (409, "no_door")

    def test_end_themselves_once(self, door: Doorside, app: Flask) -> None:
        headers = {"Authorization": f"Bearer {door.token}"}
        with frozen(NOON):
            assert app.test_client().delete("/api/v1/device", headers=headers).status_code == 204
        with frozen(NOON + timedelta(seconds=1)):
            assert app.test_client().delete("/api/v1/device", headers=headers).status_code == 401

    def test_that_ended_leave_what_they_sent(self, door: Doorside, make: Make, app: Flask) -> None:
        talk = make.session(door.event, "talk")
        door.tap(talk)
        app.test_client().delete("/api/v1/device", headers={"Authorization": f"Bearer {door.token}"})
        assert (door.count(Entry), door.places(talk).present) == (1, 1)


def wish() -> dict[str, str]:
    return {"event": "fair", "gate": "entrance", "name": "North door"}


def csrf(client: FlaskClient) -> dict[str, str]:
    """The secret of the page that this browser has open."""
    from re import search

    found = search(r'name="csrf[-_]token" (?:content|value)="([^"]+)"', client.get("/scan/").get_data(as_text=True))
    assert found
    return {"X-CSRFToken": found[1]}


def test_the_manifest_says_what_a_phone_installs(client: FlaskClient) -> None:
    answer = client.get("/scan/manifest.webmanifest?lang=en")
    assert answer.content_type == "application/manifest+json"
    manifest = json.loads(answer.data)
    assert (manifest["start_url"], manifest["scope"], manifest["lang"]) == ("/scan/", "/scan/", "en")
