"""The programme for other programs: calendar, linked data, schedule.json, spreadsheet; at public addresses."""

import csv
import json
from datetime import datetime, timedelta
from io import StringIO
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from flask.testing import FlaskClient
from icalendar import Calendar

from app.db import db, transaction
from app.programme.exports import FORMATS, edition_of
from app.programme.models import Event, EventSession
from app.programme.operations import release
from app.web.actors import ANONYMOUS
from tests.make import NOON, Make
from tests.programme.files import demo, publish, session, small

BASE = "https://fair.example.jp"


def written(event: Event, name: str) -> bytes:
    return FORMATS[name].write(edition_of(event, base_url=BASE))


def parsed(content: bytes) -> Any:
    """A calendar as the icalendar library reads it."""
    return Calendar.from_ical(content.decode())


def entries(content: bytes) -> dict[str, Any]:
    """Calendar entries by what they are called."""
    return {str(one["summary"]): one for one in parsed(content).walk("VEVENT")}


def test_a_calendar_holds_every_session_at_its_local_time(app: Flask, make: Make) -> None:
    event = publish(make.host(), demo("yocolab-2023"))
    calendar = parsed(written(event, "ics"))
    found = calendar.walk("VEVENT")
    assert len(found) == 13
    assert [str(one["tzid"]) for one in calendar.walk("VTIMEZONE")] == ["Asia/Tokyo"]
    assert found[0]["dtstart"].dt == datetime(2023, 10, 30, 9, 30, tzinfo=ZoneInfo("Asia/Tokyo"))
    assert str(found[0]["location"]) == "横浜市庁舎 1F 市民協働推進センター スペースAB"
    assert str(calendar["method"]) == "PUBLISH"


def test_a_moved_session_keeps_its_uid_and_counts_up_and_a_cancelled_one_stays(app: Flask, make: Make) -> None:
    document = small()
    document["sessions"].append(session("talk", "2026-10-03T13:00", "2026-10-03T14:00"))
    host = make.host()
    event = publish(host, document)
    before = entries(written(event, "ics"))
    document["sessions"][0] |= {"starts_at": "2026-10-03T11:00", "ends_at": "2026-10-03T12:30"}
    document["sessions"][1] |= {"status": "cancelled"}
    publish(host, document, NOON + timedelta(minutes=5))
    after = entries(written(event, "ics"))
    assert {name: one["uid"] for name, one in before.items()} == {name: one["uid"] for name, one in after.items()}
    assert [int(one["sequence"]) for one in before.values()] == [0, 0]
    assert [int(one["sequence"]) for one in after.values()] == [1, 1]
    assert sorted(str(one["status"]) for one in after.values()) == ["CANCELLED", "CONFIRMED"]
    told = [
        str(one.get("description", "")).startswith("最初の発表から変更がありました\n変更前：") for one in after.values()
    ]
    assert sorted(told) == [False, True], "the one that takes place says in words what it was before"


def test_a_zone_with_summer_time_brings_its_rules(app: Flask, make: Make) -> None:
    document = small(timezone="Europe/Berlin")
    event = publish(make.host(), document)
    (zone,) = parsed(written(event, "ics")).walk("VTIMEZONE")
    assert {one.name for one in zone.subcomponents} == {"STANDARD", "DAYLIGHT"}


def test_linked_data_is_one_event_with_its_sessions(app: Flask, make: Make) -> None:
    document = json.loads(written(publish(make.host(), demo("practice")), "jsonld"))
    assert (document["@context"], document["@type"]) == ("https://schema.org", "Event")
    assert document["eventAttendanceMode"] == "https://schema.org/MixedEventAttendanceMode"
    for one in document["subEvent"]:
        assert datetime.fromisoformat(one["startDate"]) < datetime.fromisoformat(one["endDate"])
        assert one["location"]["@type"] in ("Place", "VirtualLocation")
        assert one["url"].startswith(f"{BASE}/events/practice/sessions/")
    assert all(value not in (None, "", []) for one in document["subEvent"] for value in one.values())


def test_schedule_json_has_every_session_once_on_its_day_in_its_room(app: Flask, make: Make) -> None:
    event = publish(make.host(), demo("practice"))
    conference = json.loads(written(event, "schedule-json"))["schedule"]["conference"]
    assert conference["daysCount"] == len(conference["days"]) == 6
    found = [one for day in conference["days"] for room in day["rooms"].values() for one in room]
    planned = [one for one in edition_of(event, base_url=BASE).programme.sessions if not one.cancelled]
    assert sorted(one["code"] for one in found) == sorted(one.code for one in planned)
    assert len({one["guid"] for one in found}) == len({one["id"] for one in found}) == len(found)
    for day in conference["days"]:
        for name, sessions in day["rooms"].items():
            assert {one["room"] for one in sessions} == {name}
            assert {one["date"][:10] for one in sessions} == {day["date"]}
            assert [one["start"] for one in sessions] == sorted(one["start"] for one in sessions)


def test_ids_in_files_are_never_the_databases_own(app: Flask, make: Make) -> None:
    event = publish(make.host(), small())
    own = {one.id for one in db.session.query(EventSession)}
    conference = json.loads(written(event, "schedule-json"))["schedule"]["conference"]
    assert own.isdisjoint(one["id"] for day in conference["days"] for room in day["rooms"].values() for one in room)


def test_the_spreadsheet_has_a_row_for_every_session(app: Flask, make: Make) -> None:
    content = written(publish(make.host(), demo("yocolab-2023")), "csv").decode("utf-8-sig")
    rows = list(csv.reader(StringIO(content, newline="")))
    assert len(rows) == 14
    assert rows[0][:4] == ["コード", "日付", "開始", "終了"]
    assert rows[1][:6] == ["s01", "2023-10-30", "09:30", "12:00", "横浜市庁舎", "1F 市民協働推進センター スペースAB"]


@pytest.mark.parametrize("one", FORMATS.values(), ids=lambda one: one.name)
def test_every_file_is_at_a_public_address_and_not_sent_twice(client: FlaskClient, make: Make, one: Any) -> None:
    publish(make.host(), small())
    first = client.get(f"/events/walk/data/{one.ending}")
    assert (first.status_code, first.headers["Content-Type"]) == (200, one.media_type)
    assert first.headers["Cache-Control"] == "public, no-cache"
    assert "Set-Cookie" not in first.headers
    again = client.get(f"/events/walk/data/{one.ending}", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


@pytest.mark.parametrize(
    "path", [*(f"data/{one.ending}" for one in FORMATS.values()), "data/none.csv", "sessions/walk.ics", "tracks/a.ics"]
)
def test_what_is_not_released_has_no_files(client: FlaskClient, make: Make, path: str) -> None:
    publish(make.host(), small(status="draft"))
    assert client.get(f"/events/walk/{path}").status_code == 404


def test_a_release_is_seen_at_once(client: FlaskClient, make: Make) -> None:
    event = publish(make.host(), small())
    first = client.get("/events/walk/data/programme.ics")
    with transaction():
        db.session.get_one(EventSession, db.session.query(EventSession).one().id).title = {"ja": "秋のまち歩き"}
    assert "秋のまち歩き".encode() not in client.get("/events/walk/data/programme.ics").data
    with transaction():
        release(event.id, at=NOON + timedelta(minutes=1), actor=ANONYMOUS)
    second = client.get("/events/walk/data/programme.ics", headers={"If-None-Match": first.headers["ETag"]})
    assert "秋のまち歩き".encode() in second.data


def test_one_session_and_one_track_go_into_a_calendar(client: FlaskClient, make: Make) -> None:
    document = small()
    document["sessions"].append({**session("talk", "2026-10-03T13:00", "2026-10-03T14:00"), "track": "talks"})
    publish(make.host(), document)
    assert len(entries(client.get("/events/walk/sessions/walk.ics").data)) == 1
    assert len(entries(client.get("/events/walk/tracks/talks.ics").data)) == 1
    assert client.get("/events/walk/sessions/none.ics").status_code == 404
    assert client.get("/events/walk/tracks/none.ics").status_code == 404


def test_where_a_session_is_online_stands_in_no_file(client: FlaskClient, make: Make) -> None:
    document = small()
    document["sessions"][0] |= {"online_url": "https://meet.example.jp/secret"}
    del document["sessions"][0]["room"]
    publish(make.host(), document)
    for one in FORMATS.values():
        assert b"secret" not in client.get(f"/events/walk/data/{one.ending}").data


def test_other_sites_may_read_them(client: FlaskClient, make: Make) -> None:
    publish(make.host(), small())
    assert client.get("/events/walk/data/schedule.json").headers["Access-Control-Allow-Origin"] == "*"


def test_the_event_list_comes_in_cp932_on_request(client: FlaskClient, make: Make) -> None:
    publish(make.host(), small())
    answer = client.get("/events/walk/data/event-list.csv?encoding=cp932")
    assert answer.headers["Content-Type"] == "text/csv; charset=shift_jis"
    assert client.get("/events/walk/data/event-list.csv").data.startswith(b"\xef\xbb\xbf")
    assert answer.data.decode("cp932").startswith("都道府県コード又は市区町村コード,NO,")
