"""Sessions that got another time or place shortly before they begin, as the releases of an event tell."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from app.db import db
from app.programme.models import Release
from app.programme.rules.facts import EventSessionFacts, Programme

SHORT_NOTICE = timedelta(days=7)
"""Whoever has a printed programme then has one with the old time or place."""


def moved_lately(event_id: int, programme: Programme) -> dict[str, list[dict[str, Any]]]:
    """By session code: the changes of time and of place, each as from what was said before the first of them.

    What was changed back is not listed, nor what does not take place. One statement.
    """
    query = select(Release.released_at, Release.changes).where(Release.event_id == event_id, Release.number > 1)
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for released_at, changes in db.session.execute(query.order_by(Release.number)):
        for change in changes:
            session = programme.session.get(change.get("session", ""))
            if session and change["kind"] in ("moved", "room") and session.starts_at - released_at <= SHORT_NOTICE:
                found.setdefault((session.code, change["kind"]), change)
    moves: dict[str, list[dict[str, Any]]] = {}
    for (code, _), change in found.items():
        if _differs(programme.session[code], change):
            moves.setdefault(code, []).append(change)
    return moves


def _differs(session: EventSessionFacts, change: dict[str, Any]) -> bool:
    before = change["before"]
    if session.cancelled:
        return False
    if change["kind"] == "room":
        return bool(before["room"] != session.room)
    times = tuple(datetime.fromisoformat(before[name]) for name in ("starts_at", "ends_at"))
    return times != (session.starts_at, session.ends_at)
