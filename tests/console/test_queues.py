"""A scanner's file of unsent scans is read in: once, as if the device had sent it, and only by who edits the event."""

import io
import json
import re
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.accounts.models import Device, DeviceContact
from app.accounts.queries import digest
from app.clock import frozen
from app.db import db, transaction
from app.programme.models import EventSession
from checkin.models import Entry, Scan
from checkin.operations.answers import Answer
from checkin.operations.judging import Judge
from checkin.rules.claims import Claim
from tests.checkin.doorside import Doorside
from tests.console.conftest import Cast
from tests.make import NOON, Make

PATH = "/console/events/fair/devices/queue"
HOUR = timedelta(hours=1)


@pytest.fixture
def door(app: Flask, make: Make, cast: Cast) -> Doorside:
    return Doorside(app, make, cast.event)


@pytest.fixture
def talk(door: Doorside, make: Make) -> EventSession:
    return make.session(door.event, "talk")


def file_of(door: Doorside, *scans: Any, token: str | None = None, **given: Any) -> dict[str, Any]:
    device = db.session.scalars(select(Device.uuid).where(Device.token_hash == digest(token or door.token))).one()
    return {
        "format": "uketsuke-scans", "version": 1, "event": "fair", "device": str(device),
        "saved_at": NOON.isoformat(), "scans": list(scans), **given,
    }  # fmt: skip


def upload(browser: FlaskClient, content: Any, *, path: str = PATH) -> TestResponse:
    page = browser.get(path).get_data(as_text=True)
    secret = page.partition('name="csrf_token" value="')[2].partition('"')[0]
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    with frozen(NOON + HOUR):
        return browser.post(path, data={"csrf_token": secret, "file": (io.BytesIO(body), "queue.json")})


def test_counts_as_if_the_device_had_sent_it_whichever_comes_first(
    door: Doorside, talk: EventSession, cast: Cast
) -> None:
    sent, kept = (door.claim(talk, door.ticket(), shown="admitted") for _ in range(2))
    broken = {"id": str(uuid4()), "act": "dance"}
    door.send(sent)
    page = upload(cast.olga, file_of(door, sent, kept, broken))
    assert page.status_code == 200
    text = page.get_data(as_text=True)
    assert "ファイルを取り込みました。" in text
    assert "3" in text
    assert (door.count(Scan), door.count(Entry)) == (2, 2)
    assert "1" in text.partition("読み取れず")[2] + text.partition("Not readable")[2]
    again = door.send(kept, at=NOON + 2 * HOUR)
    assert (again[0]["verdict"], door.count(Entry)) == ("admitted", 2)
    assert "すでに届いていたもの：1件" in text
    twice = upload(cast.olga, file_of(door, sent, kept, broken)).get_data(as_text=True)
    assert "すでに届いていたもの：2件" in twice
    assert (door.count(Scan), door.count(Entry)) == (2, 2)


def test_what_was_set_aside_before_counts_where_it_can_be_taken_now_and_holds_up_nothing_where_it_cannot(
    door: Doorside, talk: EventSession, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    aside, poisoned, waits = (door.claim(talk, door.ticket(), shown="admitted") for _ in range(3))
    judge = Judge.judge

    def judge_badly(self: Judge, claim: Claim) -> Answer:
        if str(claim.id) in faulty:
            raise ZeroDivisionError
        return judge(self, claim)

    monkeypatch.setattr(Judge, "judge", judge_badly)
    faulty = {aside["id"], poisoned["id"]}
    assert [one["error"]["code"] for one in door.send(aside, poisoned)] == ["fault", "fault"]
    faulty = {poisoned["id"]}
    used = {**aside, "shown": "readmitted"}  # its number is taken by what comes before it
    text = upload(cast.olga, file_of(door, aside, poisoned, waits, used)).get_data(as_text=True)
    assert (door.count(Scan), door.count(Entry)) == (2, 2)
    assert "読み取れず、取り込めなかったもの：1件" in text
    assert "番号がほかの読み取りで使われているため、取り込まなかったもの：1件" in text
    assert "ファイルの読み取り：4件" in text
    assert "ファイルの2番目、10月3日（土） 12:00" in text
    assert "一部を除いて" in text


@pytest.mark.parametrize("revoked_at", [None, NOON], ids=["trusted", "revoked"])
def test_whose_number_another_scan_has_is_told_when_and_where_that_one_was(
    door: Doorside, talk: EventSession, cast: Cast, revoked_at: datetime | None
) -> None:
    token = door.device(revoked_at=revoked_at)
    first = door.claim(talk, door.ticket(), shown="admitted", at=NOON + timedelta(minutes=3))
    again = {**first, "at": (NOON + timedelta(minutes=8)).isoformat(), "shown": "readmitted"}
    elsewhere = Doorside(door.app, door.make, door.make.event("elsewhere"))
    other = elsewhere.claim(door.make.session(elsewhere.event, "far"), elsewhere.ticket(), shown="admitted")
    elsewhere.send(other)
    file = file_of(door, first, again, {**first, "id": other["id"]}, token=token)
    text = upload(cast.olga, file, path=f"{PATH}?lang=en")
    page = " ".join(text.get_data(as_text=True).split())
    assert "Another scan has their number, and they were not kept: 2." in page
    assert re.search(r"12:08: its number belongs to a scan at [^:]+ 12:03, Main entrance\. Device: device 2\.", page)
    assert "12:03: its number belongs to a scan of another event." in page
    assert ("Not readable" in page, "had arrived before" in page, "elsewhere" in page) == (False, False, False)


def test_times_are_corrected_by_what_the_clock_lacked_at_the_last_contact(
    door: Doorside, talk: EventSession, cast: Cast
) -> None:
    device_id = db.session.scalars(select(Device.id).where(Device.token_hash == digest(door.token))).one()
    with transaction():
        db.session.add(DeviceContact(device_id=device_id, last_seen_at=NOON, clock_offset_ms=120_000))
    claim = door.claim(talk, door.ticket())
    upload(cast.olga, file_of(door, claim))
    db.session.rollback()
    (scan,) = db.session.scalars(select(Scan))
    assert scan.at == NOON + timedelta(minutes=2)
    assert scan.received_at == NOON + HOUR


def test_of_a_revoked_device_is_kept_apart(door: Doorside, talk: EventSession, cast: Cast) -> None:
    revoked = door.device(revoked_at=NOON)
    page = upload(cast.olga, file_of(door, door.claim(talk, door.ticket()), token=revoked))
    assert page.status_code == 200
    assert door.count(Entry) == 0
    assert door.conflicts() == ["quarantined"]


def test_what_came_of_it_names_the_device_and_leads_on(door: Doorside, talk: EventSession, cast: Cast) -> None:
    trusted = upload(cast.olga, file_of(door, door.claim(talk, door.ticket()))).get_data(as_text=True)
    assert ("device 1" in trusted, "/attendance" in trusted, "/conflicts?" in trusted) == (True, True, False)
    revoked = door.device(revoked_at=NOON)
    file = file_of(door, door.claim(talk, door.ticket()), token=revoked)
    apart = upload(cast.olga, file).get_data(as_text=True)
    address = f"/console/events/fair/conflicts?device={file['device']}"
    assert address in apart
    assert "1件" in cast.olga.get(address).get_data(as_text=True)


@pytest.mark.parametrize(
    "content",
    [
        b"", b"not json", b"[]", b'{"format": "other"}', {"format": "uketsuke-scans", "version": 9}, b"\xff\xfe",
        {"format": "uketsuke-scans", "version": 1, "event": "fair", "device": "x", "saved_at": "x", "scans": [1]},
    ],
)  # fmt: skip
def test_that_is_none_is_refused_with_a_sentence(cast: Cast, content: Any) -> None:
    page = upload(cast.olga, content)
    assert page.status_code == 422
    assert 'aria-describedby="file-error"' in page.get_data(as_text=True)


def test_of_another_event_or_of_a_device_that_is_not_there_is_refused(
    door: Doorside, talk: EventSession, cast: Cast
) -> None:
    claim = door.claim(talk, door.ticket())
    other = upload(cast.olga, file_of(door, claim, event="other"))
    gone = upload(cast.olga, file_of(door, claim, device=str(uuid4())))  # as after an older copy was put back
    assert (other.status_code, gone.status_code) == (422, 422)
    assert "別の催しの受付端末のファイルです。" in other.get_data(as_text=True)
    assert "もう一度端末の登録をすると" in gone.get_data(as_text=True)
    assert door.count(Scan) == 0


def test_a_stranger_and_the_door_staff_get_no_page(cast: Cast) -> None:
    assert cast.statuses(PATH) == {"owner": 200, "olga": 200, "dora": 403, "victor": 403, "sam": 404, "stranger": 302}
