"""Releases: the public sees the last one, each says what changed, and some things are not for everybody."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.audit import AuditEntry
from app.db import db, transaction
from app.errors import NotFound
from app.programme.models import EventSession, Release
from app.programme.operations import release
from app.programme.queries import published
from app.web.actors import ANONYMOUS
from tests.make import NOON, Make
from tests.programme.files import bring_in, publish, session, small


def released_changes(event_id: int) -> list[Any]:
    with transaction():
        return release(event_id, at=NOON, actor=ANONYMOUS).changes


def test_an_edit_after_a_release_does_not_show_until_the_next(app: Flask, make: Make) -> None:
    event = publish(make.host(), small())
    with transaction():
        row = db.session.scalars(select(EventSession)).one()
        row.title = {"ja": "新しい題"}
    assert published(event.id).programme.session["walk"].title["ja"] == "講演 walk"
    with transaction():
        release(event.id, at=NOON, actor=ANONYMOUS)
    assert published(event.id).programme.session["walk"].title["ja"] == "新しい題"
    assert published(event.id).number == 2


def test_an_event_without_a_release_has_nothing_to_show(app: Flask, make: Make) -> None:
    done = bring_in(make.host(), small())
    with pytest.raises(NotFound):
        published(done.event_id)


def test_a_release_lists_what_is_new_moved_cancelled_withdrawn_in_another_room_and_last_changed_texts(
    app: Flask, make: Make
) -> None:
    host = make.host()
    document = small()
    document["venues"][0]["rooms"].append({"code": "stage", "name": {"ja": "舞台"}})
    document["sessions"] = [session(code, "2026-10-03T10:00", "2026-10-03T11:00") for code in "abcde"]
    event = publish(host, document)
    a, b, c, d, _withdrawn = document["sessions"]
    a["starts_at"] = "2026-10-03T10:30"
    b["status"] = "cancelled"
    c["room"] = "hall/stage"
    d["title"] = {"ja": "題だけ変わった"}
    document["sessions"] = [a, b, c, d, session("f", "2026-10-03T12:00", "2026-10-03T13:00")]
    bring_in(host, document)
    assert released_changes(event.id) == [
        {"kind": "cancelled", "session": "b"},
        {"kind": "room", "session": "c", "before": {"room": "hall/foyer"}},
        {"kind": "moved", "session": "a",
         "before": {"starts_at": "2026-10-03T01:00:00+00:00", "ends_at": "2026-10-03T02:00:00+00:00"}},
        {"kind": "new", "session": "f"},
        {"kind": "withdrawn", "session": "e", "title": {"ja": "講演 e", "en": "Talk e"}},
        {"kind": "text", "session": "d", "about": ["title"]},
    ]  # fmt: skip


def test_the_first_release_has_no_changes_and_a_cancelled_session_can_be_restored(app: Flask, make: Make) -> None:
    host = make.host()
    document = small()
    document["sessions"][0]["status"] = "cancelled"
    event = publish(host, document)
    assert db.session.scalar(select(Release.changes)) == []
    document["sessions"][0]["status"] = "planned"
    bring_in(host, document)
    assert released_changes(event.id) == [{"kind": "restored", "session": "walk"}]


def test_a_release_holds_no_online_address_and_no_organisation_that_is_not_public(app: Flask, make: Make) -> None:
    document = small()
    document["organisations"] = [
        {"code": "shy", "name": {"ja": "非公開団体"}, "kind": "npo", "public": False},
        {"code": "open", "name": {"ja": "公開団体"}, "kind": "npo"},
    ]
    document["participations"] = [{"organisation": code, "role": "participant"} for code in ("shy", "open")]
    document["sessions"][0] |= {
        "online_url": "https://meet.example.jp/secret",
        "organisations": [{"organisation": code, "role": "speaker"} for code in ("shy", "open")],
    }
    event = publish(make.host(), document)
    kept = str(db.session.scalar(select(Release.snapshot)))
    assert [word in kept for word in ("secret", "非公開団体", "shy", "公開団体")] == [False, False, False, True]
    assert published(event.id).programme.session["walk"].online


def test_each_release_leaves_one_audit_line(app: Flask, make: Make) -> None:
    publish(make.host(), small())
    assert list(db.session.scalars(select(AuditEntry.verb).order_by(AuditEntry.id))) == ["import", "release"]
