"""Search at the door: who may, what is told, and that picking somebody is a scan like any other."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.clock import frozen
from app.db import db, transaction
from checkin.queries.searching import MOST
from registrations.models import Registration, Ticket
from registrations.rules import BookingState
from registrations.rules.sought import alike, sought_as
from tests.checkin.doorside import EVERY_RIGHT, Doorside
from tests.checkin.packreader import read_pack
from tests.make import NOON, Make
from tests.statements import noted

SEARCHER = ("scan", "search")


@pytest.fixture
def door(app: Flask, make: Make) -> Doorside:
    return Doorside(app, make, rights=SEARCHER)


def named(door: Doorside, name: str, reading: str | None = None, **given: Any) -> Ticket:
    """A ticket of somebody who gave a name; what else is known of them is no business of a door."""
    ticket = door.ticket(**given)
    with transaction():
        made = db.session.get_one(Registration, ticket.registration_id)
        made.contact_name, made.contact_reading = name, reading
        made.contact_email, made.contact_phone = "somebody@example.org", "045-000-0000"
        made.sought_as = sought_as(name=name, reading=reading)
    return ticket


def search(
    client: FlaskClient, door: Doorside, sought: str, *, token: str | None = None, slug: str | None = None
) -> Any:
    return client.post(
        f"/api/v1/events/{slug or door.event.slug}/searches",
        json={"sought": sought},
        headers={"Authorization": f"Bearer {token or door.token}"},
    )


def names(client: FlaskClient, door: Doorside, sought: str) -> list[str]:
    return [one["name"] for one in search(client, door, sought).get_json()["found"]]


def test_a_class_is_called_by_its_school_and_found_by_its_teacher_too(
    client: FlaskClient, door: Doorside, make: Make
) -> None:
    group = {"group_name": "架空小学校", "group_grade": "4", "group_class": "2"}
    teacher = named(door, "見本 髙子", "みほん たかこ", party={"student": 30, "spectator": 2}, **group)
    with transaction():
        made = db.session.get_one(Registration, teacher.registration_id)
        made.sought_as = sought_as(name="見本 髙子", reading="みほん たかこ", group="架空小学校")
    assert names(client, door, "髙子") == names(client, door, "架空") == ["架空小学校 4年2組"]
    said = door.scan(make.session(door.event, "talk"), teacher)
    assert (said["verdict"], said["person"]["name"]) == ("confirm_party", "架空小学校 4年2組")
    opened = read_pack(door.get("pack").get_data()).open(teacher.code)
    assert opened is not None
    assert opened["name"] == "架空小学校 4年2組"


def test_people_are_found_by_name_reading_and_number_and_nothing_else_is_told(
    client: FlaskClient, door: Doorside
) -> None:
    ana = named(door, "見本 髙子", "みほん たかこ")
    named(door, "架空 太郎", "かくう たろう", party={"student": 30, "spectator": 2})
    for text in ("高子", "ミホン", "みほん　たか", "見本 髙", ana.number):
        found = search(client, door, text).get_json()
        assert found == {
            "found": [{"number": ana.number, "name": "見本 髙子", "category": "spectator", "size": 1}], "more": False,
        }, text  # fmt: skip
    (group,) = search(client, door, "かくう").get_json()["found"]
    assert (group["category"], group["size"]) == (None, 32)
    for text in ("み", "somebody", "0450000000", "%%", "__", "nobody"):
        assert names(client, door, text) == [], text


def test_who_is_picked_goes_through_the_door_as_any_scan(client: FlaskClient, door: Doorside, make: Make) -> None:
    talk = make.session(door.event, "talk")
    named(door, "Ana Demo", booked={talk: BookingState.CONFIRMED})
    named(door, "Ben Demo", booked={talk: BookingState.PENDING})
    found = {one["name"]: one["number"] for one in search(client, door, "demo").get_json()["found"]}
    told = [door.scan(talk, found[name])["verdict"] for name in ("Ana Demo", "Ana Demo", "Ben Demo")]
    assert told == ["admitted", "readmitted", "pending"]


def test_only_a_device_with_the_right_may_search_and_only_in_its_own_event(
    client: FlaskClient, door: Doorside, make: Make
) -> None:
    named(door, "Ana Demo")
    strange = Doorside(door.app, make, make.event(slug="strange"), rights=EVERY_RIGHT)
    assert search(client, door, "demo", token=door.device(rights=("scan",))).status_code == 403
    assert search(client, door, "demo", token=door.device(rights=EVERY_RIGHT)).status_code == 200
    assert search(client, door, "demo", token=strange.token).status_code == 404
    assert search(client, door, "demo", token=strange.token, slug="strange").get_json()["found"] == []
    assert search(client, door, "demo", token="nobody").status_code == 401
    assert client.post(f"/api/v1/events/{door.event.slug}/searches", json={"sought": "demo"}).status_code == 401
    assert search(client, door, "").status_code == 422


def test_a_revoked_device_gets_no_names(client: FlaskClient, door: Doorside) -> None:
    named(door, "Ana Demo")
    token = door.device(rights=EVERY_RIGHT, revoked_at=NOON)
    assert search(client, door, "demo", token=token).status_code == 401


def test_a_replaced_ticket_is_not_found_and_a_long_list_ends(client: FlaskClient, door: Doorside) -> None:
    counts = []
    for number in range(MOST + 1):
        ticket = named(door, f"Demo {number:02}")
        if number in (0, MOST - 1):
            with noted() as asked:
                assert search(client, door, "demo").get_json()["more"] is False
            counts.append(len(asked))
    assert counts[0] == counts[1]
    found = search(client, door, "demo").get_json()
    assert (len(found["found"]), found["more"]) == (MOST, True)
    door.change(ticket, replaced_at=ticket.issued_at)
    assert search(client, door, "demo").get_json()["more"] is False


def listed(client: FlaskClient, door: Doorside, *, token: str | None = None, tag: str = "", slug: str = "") -> Any:
    headers = {"Authorization": f"Bearer {token or door.token}", **({"If-None-Match": tag} if tag else {})}
    with frozen(NOON):
        return client.get(f"/api/v1/events/{slug or door.event.slug}/names", headers=headers)


KEEPER = ("scan", "search", "names")


def test_a_device_that_may_search_alone_holds_what_the_search_would_find(client: FlaskClient, door: Doorside) -> None:
    ana = named(door, "見本 髙子", "みほん たかこ")
    gone = named(door, "Ben Demo")
    door.change(gone, replaced_at=gone.issued_at)
    answer = listed(client, door, token=door.device(rights=KEEPER))
    assert answer.get_json() == {
        "names": [
            {
                "number": ana.number, "name": "見本 髙子", "category": "spectator", "size": 1,
                "code": ana.code, "sought": sought_as(name="見本 髙子", reading="みほん たかこ"),
            }
        ]
    }  # fmt: skip
    assert answer.headers["Cache-Control"] == "no-store"


def test_the_list_is_sent_again_only_when_something_changed(client: FlaskClient, door: Doorside) -> None:
    named(door, "Ana Demo")
    token = door.device(rights=KEEPER)
    tag = listed(client, door, token=token).headers["ETag"]
    assert listed(client, door, token=token, tag=tag).status_code == 304
    named(door, "Ben Demo")
    again = listed(client, door, token=token, tag=tag)
    assert [one["name"] for one in again.get_json()["names"]] == ["Ana Demo", "Ben Demo"]


def test_when_the_event_is_over_nobody_gets_the_list(client: FlaskClient, door: Doorside) -> None:
    token = door.device(rights=KEEPER)
    assert listed(client, door, token=token).status_code == 200
    with frozen(NOON + timedelta(days=60)):
        sent = {"Authorization": f"Bearer {token}"}
        assert client.get(f"/api/v1/events/{door.event.slug}/names", headers=sent).status_code in (401, 404)


def test_nobody_else_gets_the_list(client: FlaskClient, door: Doorside, make: Make) -> None:
    named(door, "Ana Demo")
    strange = Doorside(door.app, make, make.event(slug="strange"), rights=KEEPER)
    assert listed(client, door, token=door.device(rights=EVERY_RIGHT)).status_code == 403
    assert listed(client, door, token=door.device(rights=KEEPER, revoked_at=NOON)).status_code == 401
    assert listed(client, door, token=strange.token).status_code == 404
    assert listed(client, door, token="nobody").status_code == 401
    assert client.get(f"/api/v1/events/{door.event.slug}/names").status_code == 401


@pytest.mark.parametrize(
    ("text", "spelled"), json.loads((Path(__file__).parent / "scanner" / "spellings.json").read_text("utf-8"))
)
def test_the_page_spells_names_as_the_server_does(text: str, spelled: str) -> None:
    assert alike(text) == spelled, "the same list is read by the page's own tests"
