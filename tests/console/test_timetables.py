"""A schedule.json of pretalx or frab: a newer one changes what changed and points out what is gone."""

import copy
import json
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from flask import Flask

from app.console.cli import programme as commands
from app.db import db
from app.programme.cli import event_called
from app.programme.exports import edition_of
from app.programme.exports.schedule import schedule_json
from app.programme.models import Event, EventSession
from app.programme.queries import programme_of_event
from tests.console.test_programme_files import csv_of, laid, written
from tests.make import NOON, Make
from tests.programme.files import demo, publish

ROOM, TALK = "5f0c0a52-6a34-4cf6-9b6e-0d9d64a3f001", "7d9f3b1e-2f9d-4d8f-8f5d-63f1f7a2c0{:02}"


def talk(number: int, title: str, start: str, room: str = "Big Hall", **more: Any) -> dict[str, Any]:
    """A made-up talk as pretalx writes it."""
    return {
        "guid": TALK.format(number), "id": number, "code": f"ABC{number}", "date": f"2026-10-03T{start}:00+09:00",
        "start": start, "duration": "01:30", "room": room, "title": title, "subtitle": "", "track": "Town",
        "type": "Talk", "language": "en", "abstract": "Made up.", "description": "",
        "persons": [{"code": f"WHO{number}", "public_name": f"Kakuu Hito {number}"}], **more,
    }  # fmt: skip


def timetable(*talks: dict[str, Any], **conference: Any) -> bytes:
    rooms: dict[str, list[Any]] = {}
    for one in talks:
        rooms.setdefault(one["room"], []).append(one)
    whole = {"acronym": "fair", "title": "Fair", "rooms": [{"name": "Big Hall", "guid": ROOM, "capacity": 80}],
             "days": [{"index": 1, "date": "2026-10-03", "rooms": rooms}], **conference}  # fmt: skip
    return json.dumps({"schedule": {"version": "1", "conference": whole}}).encode()


FIRST = (talk(1, "Opening", "10:00"), talk(2, "まちの話", "13:00", language="ja"), talk(3, "Late", "23:30"))


def test_a_timetable_becomes_sessions_rooms_and_people(app: Flask, make: Make) -> None:
    event = make.event("fair")
    done = written(event, ("schedule.json", timetable(*FIRST)))
    assert (done.counts["new"], done.counts["refused"]) == (7, 0)
    made = programme_of_event(event)
    opening, town, late = (made.session[f"abc{number}"] for number in (1, 2, 3))
    assert (opening.title, opening.description, opening.track, opening.languages) == (
        {"en": "Opening"}, {"en": "Made up."}, "town", ["en"])  # fmt: skip
    assert (town.title, town.languages) == ({"ja": "まちの話"}, ["ja"])
    assert (opening.starts_at, opening.ends_at - opening.starts_at) == (
        NOON - timedelta(hours=2),
        timedelta(minutes=90),
    )
    assert late.ends_at == NOON + timedelta(hours=13)
    assert opening.room == f"hall-{event.id}/room-5f0c0a52"
    assert made.room[opening.room][1].capacity == 80
    assert [(made.speaker[one.speaker].name, one.role) for one in opening.appearances] == [
        ({"en": "Kakuu Hito 1"}, "speaker")]  # fmt: skip
    uuids = db.session.scalars(db.select(EventSession.uuid)).all()
    assert {uuid.version for uuid in uuids} == {5}


def test_a_newer_one_changes_what_changed_by_guid_and_says_what_is_gone(app: Flask, make: Make) -> None:
    event = make.event("fair")
    written(event, ("schedule.json", timetable(*FIRST)))
    assert laid(event, ("schedule.json", timetable(*FIRST))).counts == {
        "new": 0, "changed": 0, "same": 3, "refused": 0}  # fmt: skip
    written(
        event, ("sessions.csv", csv_of(["abc1", "who1 | facilitator | 架空大学"], headings=["code", "appearances"]))
    )
    moved = copy.deepcopy(FIRST[0]) | {"code": "XYZ9", "id": 99, "start": "11:00", "date": "2026-10-03T11:00:00+09:00"}
    done = written(event, ("schedule.json", timetable(moved, FIRST[1])))
    assert [
        (fate.row.cells["code"], [one.column for one in fate.changes]) for fate in done.plan.fates if fate.changes
    ] == [("abc1", ["begins", "ends"])]
    assert done.gone == ["abc3"]
    made = programme_of_event(event)
    assert sorted(made.session) == ["abc1", "abc2", "abc3"]
    assert made.session["abc1"].appearances[0].affiliation == {"ja": "架空大学"}


def test_talks_that_say_nothing_certain_are_refused_one_by_one(app: Flask, make: Make) -> None:
    event = make.event("fair")
    bad = [talk(1, "", "10:00"), talk(2, "No length", "10:00", duration="soon"), talk(3, "Far", "10:00"),
           talk(4, "Fine", "10:00", persons=None, language=None, track=None, type=None)]  # fmt: skip
    bad[2]["date"] = "2031-10-03T10:00:00+09:00"
    done = laid(event, ("schedule.json", timetable(*bad)))
    wrong = {fate.row.cells["code"]: [fault.kind for fault in fate.faults] for fate in done.plan.fates if fate.faults}
    assert wrong == {"abc1": ["missing"], "abc2": ["duration", "missing"], "abc3": ["outside"]}
    assert [one.code for one in done.plan.programme.sessions] == ["abc4"]


def test_our_own_timetable_read_back_changes_nothing(app: Flask, make: Make) -> None:
    event = publish(make.host(), demo("practice"))
    edition = edition_of(event, base_url="http://localhost")
    done = laid(event, ("schedule.json", schedule_json(edition)))
    assert {fate.row.cells["code"]: fate.changes for fate in done.plan.fates if fate.changes} == {}
    assert (done.counts["new"], done.counts["refused"], done.gone) == (0, 0, [])


def test_two_events_may_hold_the_same_timetable(app: Flask, make: Make) -> None:
    one, other = make.event("fair"), make.event("second", host=make.host("elsewhere"))
    for event in (one, other):
        written(event, ("schedule.json", timetable(*FIRST)))
    uuids: list[UUID] = list(db.session.scalars(db.select(EventSession.uuid)))
    assert len(set(uuids)) == 6


def test_the_command_says_what_would_become_and_writes_after_a_yes(app: Flask, make: Make, tmp_path: Path) -> None:
    make.event("fair")
    good, bad, out = tmp_path / "sessions.csv", tmp_path / "bad.csv", tmp_path / "out.xlsx"
    good.write_bytes(csv_of(["walk", "まち歩き", "2026-10-03", "10:00", "12:00", ""]))
    bad.write_bytes(csv_of(["moon", "月", "2026-10-33", "10:00", "12:00", ""]))
    run = app.test_cli_runner().invoke
    asked = run(commands, ["import", str(good), "--event", "fair"], input="n\n")
    assert (asked.exit_code, "Sessions 2 まち歩き: new" in asked.output) == (1, True)
    assert db.session.scalars(db.select(EventSession)).all() == []
    refused = run(commands, ["import", str(good), str(bad), "--event", "fair", "--yes"])
    assert "There is no day “2026-10-33”" in refused.output
    assert db.session.scalars(db.select(EventSession)).all() == []
    done = run(commands, ["import", str(good), str(bad), "--event", "fair", "--yes", "--skip-refused"])
    assert done.output.endswith("fair: written. The public sees it after a release.\n")
    assert run(commands, ["export", "fair", "--out", str(out)]).exit_code == 0
    again = run(commands, ["import", str(out), "--event", "fair"])
    assert again.output.endswith("fair says all of this already.\n")
    assert run(commands, ["template", "--format", "csv", "--out", str(out)]).exit_code == 0
    db.session.rollback()
    assert isinstance(event_called("fair"), Event)
