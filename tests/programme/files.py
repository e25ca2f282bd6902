"""The events that travel with the program, brought into a test's database."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from app.accounts.models import Host
from app.db import db, transaction
from app.programme.forms import read_event_file
from app.programme.models import Event
from app.programme.operations import Imported, import_event, release
from app.programme.rules.facts import Programme
from app.web.actors import ANONYMOUS
from tests.make import NOON

DEMO = Path(__file__).resolve().parents[2] / "app/programme/demo"


def demo(name: str) -> dict[str, Any]:
    """One of the two documents, without the recipe of its ledger."""
    document: dict[str, Any] = json.loads((DEMO / f"{name}.json").read_text(encoding="utf-8"))
    document.pop("practice", None)
    return document


def programme(document: dict[str, Any], at: datetime = NOON) -> Programme:
    """What a document means."""
    return read_event_file(json.dumps(document).encode(), at=at).programme


def bring_in(host: Host, document: dict[str, Any], at: datetime = NOON) -> Imported:
    """Import it."""
    with transaction():
        return import_event(host.id, programme(document, at), at=at, actor=ANONYMOUS)


def publish(host: Host, document: dict[str, Any], at: datetime = NOON) -> Event:
    """Import it and show it to the public."""
    done = bring_in(host, document, at)
    with transaction():
        release(done.event_id, at=at, actor=ANONYMOUS)
    return db.session.get_one(Event, done.event_id)


def small(slug: str = "walk", **event: Any) -> dict[str, Any]:
    """The smallest event with one session, on the day of NOON."""
    return {
        "format": "uketsuke-event/1",
        "event": {"slug": slug, "title": {"ja": "春のまち歩き", "en": "Spring walk"}, "starts_on": "2026-10-03",
                  "ends_on": "2026-10-03", "timezone": "Asia/Tokyo", "status": "published", **event},
        "categories": [
            {"key": "adult", "label": {"ja": "おとな", "en": "Adults"}},
            {"key": "unknown", "label": {"ja": "区分不明", "en": "Not asked"}, "unknown": True},
        ],
        "venues": [{"slug": "hall", "name": {"ja": "公会堂", "en": "Hall"},
                    "rooms": [{"code": "foyer", "name": {"ja": "ホワイエ", "en": "Foyer"}, "capacity": 40}]}],
        "sessions": [session("walk", "2026-10-03T10:00", "2026-10-03T12:00")],
    }  # fmt: skip


def session(code: str, starts_at: str, ends_at: str, **more: Any) -> dict[str, Any]:
    """One session in the foyer."""
    title = {"ja": f"講演 {code}", "en": f"Talk {code}"}
    plain = {"code": code, "title": title, "starts_at": starts_at, "ends_at": ends_at, "room": "hall/foyer"}
    return {**plain, **more}
