"""A programme's parts in the console: added, changed, taken away; nobody overwrites anybody, nothing in use goes."""

import json
import re
from html import unescape
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.audit import AuditEntry
from app.db import Model, db
from app.programme.models import (
    Category,
    Event,
    EventVenue,
    Organisation,
    Participation,
    Room,
    SessionPlaces,
    Speaker,
    Venue,
)
from app.programme.rules import OrganisationKind, ParticipationRole
from registrations.rules import BookingState
from tests.accounts.test_sign_in import csrf_of
from tests.checkin.doorside import Doorside
from tests.console.conftest import Cast
from tests.make import Make

BASE = "/console/events/fair/programme"
HIDDEN = re.compile(r'<input[^>]* name="(version|stood)"[^>]* value="([^"]*)"')


def hidden(page: str) -> dict[str, str]:
    return {name: unescape(value) for name, value in HIDDEN.findall(page)}


def opened(client: FlaskClient, path: str) -> dict[str, str]:
    """The hidden fields of a form as it was opened."""
    response = client.get(f"{BASE}{path}")
    assert response.status_code == 200
    return hidden(response.get_data(as_text=True))


def post(client: FlaskClient, path: str, **form: Any) -> TestResponse:
    return client.post(f"{BASE}{path}", data={"csrf_token": csrf_of(client, "/console/password"), **form})


def only(kind: type[Model], **by: Any) -> Any:
    db.session.rollback()
    db.session.expire_all()
    return db.session.scalars(select(kind).filter_by(**by)).one()


def verbs() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(select(AuditEntry.verb).order_by(AuditEntry.id)))


VENUE = {"slug": "park", "name-ja": "公園", "name-en": "Park", "address-ja": "みほん市", "step_free": "yes"}


@pytest.mark.parametrize(
    "path",
    [
        "/", "/facts", "/categories", "/categories/+", "/categories/spectator", "/venues", "/venues/+",
        "/venues/hall-1", "/rooms/+?venue=hall-1", "/rooms/hall-1/room", "/organisations", "/organisations/+",
        "/speakers", "/speakers/+",
    ],
)  # fmt: skip
def test_only_who_edits_the_event_may_look(cast: Cast, path: str) -> None:
    assert cast.statuses(f"{BASE}{path}") == {
        "owner": 200, "olga": 200, "dora": 403, "victor": 403, "sam": 404, "stranger": 302,
    }  # fmt: skip


def test_nobody_else_writes(cast: Cast) -> None:
    for path in ("/facts", "/venues/+", "/venues/hall-1", "/venues/hall-1/deletion", "/venues/use"):
        assert post(cast.sam, path, **VENUE).status_code == 404
        assert post(cast.dora, path, **VENUE).status_code == 403
    assert "park" not in {one.slug for one in db.session.scalars(select(Venue))}


def test_a_venue_is_added_and_the_event_uses_it(cast: Cast) -> None:
    assert post(cast.olga, "/venues/+", **VENUE).status_code == 303
    venue = only(Venue, slug="park")
    assert (venue.name, venue.address, venue.step_free) == ({"ja": "公園", "en": "Park"}, {"ja": "みほん市"}, True)
    assert only(EventVenue, venue_id=venue.id).event_id == cast.event.id
    assert "venue.add" in verbs()


def test_a_code_that_is_taken_is_said_beside_it(cast: Cast) -> None:
    response = post(cast.olga, "/venues/+", **{**VENUE, "slug": "hall-1"})
    page = response.get_data(as_text=True)
    assert response.status_code == 409
    assert 'value="公園"' in page
    assert "slug-error" in page


def test_bad_input_is_said_in_place_and_nothing_typed_is_lost(cast: Cast) -> None:
    bad = {**VENUE, "name-ja": "長" * 300, "latitude": "100", "longitude": "", "reading": "漢字"}
    response = post(cast.olga, "/venues/+", **bad)
    page = response.get_data(as_text=True)
    assert response.status_code == 422
    assert "長" * 300 in page
    assert all(f'id="{name}-error"' in page for name in ("name-ja", "latitude", "reading"))
    assert "300" in page


def test_markup_in_a_text_stays_text(cast: Cast) -> None:
    post(cast.olga, "/venues/+", **{**VENUE, "name-ja": "<script>alert(1)</script>"})
    page = cast.olga.get(f"{BASE}/venues").get_data(as_text=True)
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert" not in page


def test_what_only_the_other_changed_is_taken_over_and_what_both_changed_is_shown(cast: Cast) -> None:
    before = opened(cast.olga, "/venues/hall-1")
    first = {"name-ja": "新会館", "address-ja": "あたらしい町", **opened(cast.owner, "/venues/hall-1")}
    assert post(cast.owner, "/venues/hall-1", **first).status_code == 303

    stood = json.loads(before["stood"])
    mine = {"name-ja": "わたしの会館", "parking-ja": "なし", "step_free": "unknown", **before}
    mine |= {f"address-{language}": text for language, text in stood["address"].items()}
    response = post(cast.olga, "/venues/hall-1", **mine)
    page = response.get_data(as_text=True)
    assert response.status_code == 409
    assert only(Venue, slug="hall-1").name == {"ja": "新会館"}
    assert 'value="わたしの会館"' in page
    assert "新会館" in page
    assert 'value="あたらしい町"' in page

    again = {"name-ja": "わたしの会館", "parking-ja": "なし", "address-ja": "あたらしい町", **hidden(page)}
    assert post(cast.olga, "/venues/hall-1", **again).status_code == 303
    venue = only(Venue, slug="hall-1")
    assert (venue.name, venue.address, venue.parking) == (
        {"ja": "わたしの会館"}, {"ja": "あたらしい町"}, {"ja": "なし"},
    )  # fmt: skip


def test_a_room_is_added_changed_and_deleted(cast: Cast) -> None:
    room = {"code": "loft", "name-ja": "ロフト", "capacity": "１２０", "position": "5", "step_free": "unknown"}
    assert post(cast.olga, "/rooms/+?venue=hall-1", **room).status_code == 303
    assert only(Room, code="loft").capacity == 120
    form = opened(cast.olga, "/rooms/hall-1/loft")
    assert post(cast.olga, "/rooms/hall-1/loft", **{**room, "floor": "4階", **form}).status_code == 303
    assert only(Room, code="loft").floor == "4階"
    form = opened(cast.olga, "/rooms/hall-1/loft")
    assert post(cast.olga, "/rooms/hall-1/loft/deletion", version=form["version"]).status_code == 303
    db.session.rollback()
    assert db.session.scalars(select(Room).filter_by(code="loft")).one_or_none() is None


def test_a_room_in_use_stays_and_says_who_uses_it(cast: Cast, make: Make) -> None:
    make.session(cast.event, "talk")
    form = opened(cast.olga, "/rooms/hall-1/room")
    response = post(cast.olga, "/rooms/hall-1/room/deletion", version=form["version"])
    assert response.status_code == 303
    assert "talk" in cast.olga.get(response.location).get_data(as_text=True)
    assert only(Room, code="room", venue_id=only(Venue, slug="hall-1").id)


def test_a_room_never_takes_fewer_than_are_promised(cast: Cast, make: Make, app: Flask) -> None:
    talk = make.session(cast.event, "talk", capacity=None)
    form = {"name-ja": "部屋", "position": "0", "capacity": "10"}
    first = post(cast.olga, "/rooms/hall-1/room", **form, **opened(cast.olga, "/rooms/hall-1/room"))
    assert first.status_code == 303
    assert only(SessionPlaces, session_id=talk.id).capacity == 10
    door = Doorside(app, make, cast.event)
    door.ticket({"spectator": 7}, booked={talk: BookingState.CONFIRMED})
    response = post(
        cast.olga, "/rooms/hall-1/room", **{**form, "capacity": "6"}, **opened(cast.olga, "/rooms/hall-1/room")
    )
    page = response.get_data(as_text=True)
    assert response.status_code == 409
    assert "talk" in page
    assert "7" in page
    assert only(Room, code="room", venue_id=only(Venue, slug="hall-1").id).capacity == 10


def test_categories_keep_the_one_for_the_unknown_and_those_in_use(cast: Cast) -> None:
    new = {"key": "press", "label-ja": "報道", "position": "7"}
    assert post(cast.olga, "/categories/+", **new).status_code == 303
    for key, stays in (("press", False), ("unknown", True)):
        form = opened(cast.olga, f"/categories/{key}")
        post(cast.olga, f"/categories/{key}/deletion", version=form["version"])
        db.session.rollback()
        found = db.session.scalars(select(Category).filter_by(event_id=cast.event.id, key=key)).one_or_none()
        assert (found is not None) is stays


def test_an_organisation_takes_part_in_roles(cast: Cast) -> None:
    new = {
        "code": "npo-1", "name-ja": "架空の団体", "kind": "npo", "public": "y", "roles": ["exhibitor", "speaker"],
        "exhibits-ja": "展示一\n展示二", "exhibits-en": "One\nTwo", "took_part": "yes",
    }  # fmt: skip
    assert post(cast.olga, "/organisations/+", **new).status_code == 303
    organisation = only(Organisation, code="npo-1")
    assert (organisation.kind, organisation.public) == (OrganisationKind.NPO, True)
    db.session.rollback()
    rows = {row.role: row for row in db.session.scalars(select(Participation))}
    assert rows[ParticipationRole.EXHIBITOR].exhibits == [{"ja": "展示一", "en": "One"}, {"ja": "展示二", "en": "Two"}]
    assert {role: row.took_part for role, row in rows.items()} == {
        ParticipationRole.EXHIBITOR: True, ParticipationRole.SPEAKER: True,
    }  # fmt: skip
    form = opened(cast.olga, "/organisations/npo-1")
    fewer = {**new, "roles": ["speaker"], "took_part": "no", **form}
    assert post(cast.olga, "/organisations/npo-1", **fewer).status_code == 303
    assert only(Participation).took_part is False
    stale = post(cast.owner, "/organisations/npo-1", **{**new, **form})
    assert stale.status_code == 409, "roles alone make a new version too"


def test_a_person_is_added_and_deleted(cast: Cast) -> None:
    assert (
        post(
            cast.olga, "/speakers/+", **{"code": "ana", "name-ja": "架空 花子", "reading": "かくう はなこ"}
        ).status_code
        == 303
    )
    form = opened(cast.olga, "/speakers/ana")
    post(cast.olga, "/speakers/ana/deletion", version=form["version"])
    db.session.rollback()
    assert db.session.scalars(select(Speaker)).all() == []


def facts_of(event: Event, **different: Any) -> dict[str, Any]:
    return {
        "title-ja": event.title["ja"], "starts_on": event.starts_on.isoformat(), "ends_on": event.ends_on.isoformat(),
        "timezone": "Asia/Tokyo", "day_ends_at": "04:00", "status": event.status.value, "languages": ["ja", "en"],
        "party_limit": "50", "reentry": event.reentry.value, **different,
    }  # fmt: skip


def test_the_event_itself_is_changed(cast: Cast) -> None:
    typed = facts_of(
        cast.event, **{"summary-ja": "みんなの催し", "licence": "CC BY 4.0", "municipality_code": "１４１００３"},
        registration_opens_at="2026-09-01T09:00", **{"contact_name-ja": "事務局", "contact_email": "a@example.jp"},
    )  # fmt: skip
    assert post(cast.olga, "/facts", **typed, **opened(cast.olga, "/facts")).status_code == 303
    event = only(Event, slug="fair")
    assert (event.summary, event.licence, event.municipality_code) == ({"ja": "みんなの催し"}, "CC BY 4.0", "141003")
    assert event.registration_opens_at.isoformat() == "2026-09-01T00:00:00+00:00"
    assert event.contact == {"name": {"ja": "事務局"}, "email": "a@example.jp"}
    page = cast.olga.get(f"{BASE}/facts").get_data(as_text=True)
    assert 'value="2026-09-01T09:00"' in page


@pytest.mark.parametrize(
    ("different", "field"),
    [
        ({"ends_on": "2020-01-01"}, "ends_on"),
        ({"timezone": "Asia/Yokohama"}, "timezone"),
        ({"title-ja": ""}, "title-ja"),
        ({"contact_email": "a@example.jp"}, "contact_email"),
        ({"municipality_code": "14"}, "municipality_code"),
    ],
)
def test_facts_that_cannot_be_are_said_beside_their_field(cast: Cast, different: dict[str, str], field: str) -> None:
    response = post(cast.olga, "/facts", **facts_of(cast.event, **different), **opened(cast.olga, "/facts"))
    assert response.status_code == 422
    assert f'id="{field}-error"' in response.get_data(as_text=True)


def test_a_venue_in_use_by_sessions_is_not_taken_out(cast: Cast, make: Make) -> None:
    make.session(cast.event, "talk")
    form = opened(cast.olga, "/venues/hall-1")
    post(cast.olga, "/venues/hall-1/deletion", version=form["version"])
    assert only(EventVenue, event_id=cast.event.id)
