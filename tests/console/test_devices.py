"""Devices in the console: what each said of itself, which are not ready, and the end of those that are lost."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event as hooks
from werkzeug.test import TestResponse

from app.accounts.models import Device, DeviceContact
from app.accounts.passwords import hash_password
from app.accounts.queries import digest
from app.audit import AuditEntry
from app.clock import frozen
from app.db import db, transaction
from checkin.models import Gate
from checkin.rules.readiness import Missing, lacks, oldest_pack
from tests.checkin.doorside import EVERY_RIGHT, Doorside
from tests.console.conftest import Cast
from tests.console.test_gates import post
from tests.make import NOON, Make

DEVICES = "/console/events/fair/devices"
FRIDAY_EVENING = datetime(2026, 10, 1, 9, 0, tzinfo=UTC)


def device(event_id: int, token: str = "token", **given: object) -> Device:
    gate = db.session.scalars(db.select(Gate).filter_by(event_id=event_id)).first()
    facts = {"gate_id": gate.id if gate else None, "name": token, "rights": ["scan"], "created_at": NOON}
    with transaction():
        made = Device(event_id=event_id, token_hash=digest(token), expires_at=NOON + timedelta(days=9),
                      **{**facts, **given})  # fmt: skip
        db.session.add(made)
    return made


def report(app: Flask, token: str = "token", at: datetime = NOON, **said: object) -> TestResponse:
    with frozen(at):
        return app.test_client().post(
            "/api/v1/device/contact",
            json={"sent_at": at.isoformat(), **said},
            headers={"Authorization": f"Bearer {token}"},
        )


def page(browser: FlaskClient, at: datetime = NOON, path: str = DEVICES) -> str:
    with frozen(at):
        answer = browser.get(f"{path}?lang=en", headers={"Accept-Language": "en"})
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def test_who_may_look_after_devices(cast: Cast) -> None:
    made = device(cast.event.id)
    assert cast.statuses(DEVICES) == {
        "owner": 200, "olga": 200, "dora": 403, "victor": 403, "sam": 404, "stranger": 302,
    }  # fmt: skip
    for act in ("revocation", "wipe"):
        path = f"{DEVICES}/{made.uuid}/{act}"
        assert cast.stranger.post(path).status_code == 401
        assert [post(one, path).status_code for one in (cast.dora, cast.sam)] == [403, 404]


def test_a_device_says_how_it_is(cast: Cast, app: Flask) -> None:
    made = device(cast.event.id)
    said: dict[str, Any] = {
        "queue_length": 3,
        "pack": "v7",
        "pack_at": NOON.isoformat(),
        "version": "0.1.0",
        "storage": True,
    }
    answer = report(app, at=NOON, **said, later="unknown")
    assert answer.get_json() == {
        "received_at": "2026-10-03T03:00:00.000Z", "revoked": False, "wipe": False, "messages": [],
    }  # fmt: skip
    report(app, at=NOON + timedelta(minutes=1), queue_length=0)
    contact = db.session.get_one(DeviceContact, made.id)
    db.session.refresh(contact)
    assert (contact.queue_length, contact.pack, contact.pack_at, contact.version, contact.storage) == (
        0, "v7", NOON, "0.1.0", "kept",
    )  # fmt: skip
    assert contact.last_seen_at == NOON + timedelta(minutes=1)
    report(app, at=NOON + timedelta(minutes=2), queue_length=47)
    shown = " ".join(page(cast.olga, NOON + timedelta(minutes=3)).split())
    (row,) = re.findall(r"<tr role=\"row\"> <th role=\"rowheader\".*?</tr>", shown)
    assert ("version 0.1.0" in row, ">47<" in row, "12:02" in row) == (True, True, True)
    assert report(app, queue_length=-1).status_code == 422
    assert report(app, pack_at="soon").status_code == 422
    assert report(app, "nobody's").status_code == 401


@pytest.mark.parametrize(
    ("behind", "told"),
    [
        (timedelta(seconds=90), "about 90 seconds slow."),
        (timedelta(minutes=2), "about 2 minutes slow."),
        (-timedelta(hours=3), "about 3 hours fast."),
    ],
)
def test_a_clock_that_is_wrong_is_told_in_words_for_people(
    cast: Cast, app: Flask, behind: timedelta, told: str
) -> None:
    device(cast.event.id)
    with frozen(NOON):
        app.test_client().post(
            "/api/v1/device/contact",
            json={"sent_at": (NOON - behind).isoformat()},
            headers={"Authorization": "Bearer token"},
        )
    assert f"Its clock is {told}" in page(cast.olga)


def test_wiping_a_device_is_said_at_its_next_contact(cast: Cast, app: Flask) -> None:
    made = device(cast.event.id)
    assert post(cast.olga, f"{DEVICES}/{made.uuid}/wipe").status_code == 303
    post(cast.olga, f"{DEVICES}/{made.uuid}/wipe")
    assert "To forget everything" in page(cast.olga)
    told = report(app).get_json()
    assert (told["revoked"], told["wipe"], told["messages"]) == (True, True, [])
    assert "Told to forget everything" in page(cast.olga)
    verbs = db.session.scalars(db.select(AuditEntry.verb).order_by(AuditEntry.id)).all()
    assert verbs == ["device.revoke", "device.wipe"]


def test_no_single_press_ends_a_device(cast: Cast) -> None:
    made = device(cast.event.id, name="left door")
    shown = page(cast.olga)
    (asked,) = [one for one in re.findall(r"<details.*?</details>", shown, re.DOTALL) if "left door" in one]
    assert "left door reads no more codes" in asked
    for act in ("revocation", "wipe"):
        assert f"{made.uuid}/{act}" in asked
        assert f"{made.uuid}/{act}" not in shown.replace(asked, "")


def test_what_is_unsent_on_a_device_that_is_out_of_contact_is_only_what_it_last_said(cast: Cast, app: Flask) -> None:
    device(cast.event.id)
    report(app, queue_length=0)
    for minutes, is_quiet in ((1, False), (60, True)):
        listed = page(cast.olga, NOON + timedelta(minutes=minutes))
        assert [words in listed for words in ("Out of contact", "as it last said")] == [is_quiet, is_quiet]


def test_a_revoked_device_hears_that_and_no_more(cast: Cast, app: Flask) -> None:
    made = device(cast.event.id)
    post(cast.olga, f"{DEVICES}/{made.uuid}/revocation")
    told = report(app).get_json()
    assert (told["revoked"], told["wipe"]) == (True, False)


def test_what_is_not_ready_stands_on_both_pages_from_the_day_before(cast: Cast, app: Flask) -> None:
    overview = "/console/events/fair/"
    early, before = FRIDAY_EVENING - timedelta(days=2), FRIDAY_EVENING
    assert "not ready" not in page(cast.olga, early, overview)
    assert "1 gate or device is not ready" in page(cast.olga, before, overview)
    assert "not ready" not in page(cast.victor, before, overview)
    device(cast.event.id, created_at=early)
    assert "It was never heard of." in page(cast.olga, before)
    report(app, at=before)
    assert "It holds no list of tickets." in page(cast.olga, before)
    report(app, at=before, pack_at=(before - timedelta(hours=2)).isoformat())
    assert "Its list of tickets is older than the evening before." in page(cast.olga, before)
    report(app, at=before, pack_at=(before - timedelta(minutes=30)).isoformat())
    assert ("not ready" in page(cast.olga, before), "Ready for offline" in page(cast.olga, before)) == (False, True)


@pytest.mark.parametrize(
    ("pack", "at", "missing"),
    [
        (None, NOON, Missing.NO_PACK),
        (NOON - timedelta(hours=15), NOON, None),
        (NOON - timedelta(hours=20), NOON, Missing.OLD_PACK),
        (NOON - timedelta(hours=47), NOON - timedelta(hours=24), None),
        (NOON - timedelta(hours=49), NOON - timedelta(hours=24), Missing.OLD_PACK),
    ],
)
def test_how_old_a_list_may_be(pack: datetime | None, at: datetime, missing: Missing | None) -> None:
    oldest = oldest_pack(at, starts_on=NOON.date(), today=at.date(), zone=ZoneInfo("Asia/Tokyo"))
    assert lacks(last_seen_at=at, pack_at=pack, oldest=oldest) == missing


def test_the_list_asks_as_much_for_three_devices_as_for_one(cast: Cast) -> None:
    asked: list[str] = []
    hooks.listen(db.engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    counts = []
    for number in range(3):
        device(cast.event.id, f"token {number}")
        asked.clear()
        page(cast.olga)
        counts.append(len(asked))
    assert counts[0] == counts[2]


def test_a_supervisors_word_needs_the_pin(app: Flask, make: Make) -> None:
    door = Doorside(app, make)
    token = door.device(rights=EVERY_RIGHT, pin_hash=hash_password("4711"))
    session = make.session(door.event, "late", starts_at=NOON + timedelta(hours=2))

    def forced(pin: str | None) -> tuple[str, str | None]:
        claim = door.claim(session, door.ticket(), force="other")
        with frozen(NOON):
            answer = app.test_client().post(
                f"/api/v1/events/{door.event.slug}/scans",
                json={"sent_at": NOON.isoformat(), "scans": [claim]},
                headers={"Authorization": f"Bearer {token}", **({"Pin": pin} if pin else {})},
            )
        verdict = answer.get_json()["verdicts"][0]
        return verdict["verdict"], (verdict["error"] or {}).get("code")

    assert forced("4711") == ("admitted", None)
    assert forced(None) == ("too_early", "supervisor_right_needed")
    assert [forced("0000") for _ in range(5)] == [("too_early", "supervisor_right_needed")] * 5
    assert forced("4711") == ("too_early", "supervisor_right_needed"), "tried too often"
    plain = door.device(rights=EVERY_RIGHT)
    assert door.scan(session, door.ticket(), force="other", token=plain)["verdict"] == "admitted"
