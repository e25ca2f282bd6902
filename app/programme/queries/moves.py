"""Sessions that have another time or place than when they were first published, as the releases of an event tell."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select

from app.db import db
from app.programme.models import Release
from app.programme.rules.facts import EventSessionFacts, Programme

Moves = Mapping[str, list[dict[str, Any]]]
"""By session code: its changes of time (kind `moved`) and of place (kind `room`), each as from what was said first."""


def moved(event_id: int, programme: Programme) -> Moves:
    """What differs in this programme from what was said of a session first: whoever has a leaflet or a calendar of then
    would go wrong. What was changed back is not listed, nor what does not take place. One statement.
    """
    query = select(Release.changes).where(Release.event_id == event_id, Release.number > 1).order_by(Release.number)
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for changes in db.session.scalars(query):
        for change in changes:
            if change["kind"] in ("moved", "room") and change["session"] in programme.session:
                found.setdefault((change["session"], change["kind"]), change)
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
