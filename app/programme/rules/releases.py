"""What the public sees of a programme, and what changed from one release to the next."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from app.programme.rules.facts import EventSessionFacts, Programme

WITHHELD = "withheld:"
"""Stands in a release for an online address: there is one, and only those booked are told."""


def for_the_public(programme: Programme) -> Programme:
    """The programme without what is not for everybody: online addresses, organisations that stay unnamed."""
    public = {one.code for one in programme.organisations if one.public}
    return replace(
        programme,
        organisations=[one for one in programme.organisations if one.code in public],
        participations=[one for one in programme.participations if one.organisation in public],
        sessions=[_session_for_the_public(one, public) for one in programme.sessions],
        privacy_notice=None,
    )


def changes(before: Programme | None, after: Programme) -> list[dict[str, Any]]:
    """New, withdrawn, cancelled, restored and moved sessions and changed rooms, in order of the programme."""
    if before is None:
        return []
    found = [change for session in after.sessions for change in _changes_of(before.session.get(session.code), session)]
    gone = [code for code in before.session if code not in after.session]
    return found + [{"kind": "withdrawn", "session": code, "title": before.session[code].title} for code in gone]


def _session_for_the_public(session: EventSessionFacts, public: set[str]) -> EventSessionFacts:
    organisations = [one for one in session.organisations if one.organisation in public]
    return replace(session, organisations=organisations, online_url=WITHHELD if session.online_url else None)


def _changes_of(before: EventSessionFacts | None, after: EventSessionFacts) -> Iterator[dict[str, Any]]:
    if before is None:
        yield {"kind": "new", "session": after.code}
        return
    if before.cancelled != after.cancelled:
        yield {"kind": "cancelled" if after.cancelled else "restored", "session": after.code}
    if (before.starts_at, before.ends_at) != (after.starts_at, after.ends_at):
        times = {"starts_at": before.starts_at.isoformat(), "ends_at": before.ends_at.isoformat()}
        yield {"kind": "moved", "session": after.code, "before": times}
    if (before.room, before.further_rooms) != (after.room, after.further_rooms):
        yield {"kind": "room", "session": after.code, "before": {"room": before.room}}
