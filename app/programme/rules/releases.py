"""What the public sees of a programme, and what changed from one release to the next."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import datetime
from typing import Any

from app.programme.rules.documents import document_of
from app.programme.rules.facts import EventFacts, EventSessionFacts, Programme, VenueFacts

WITHHELD = "withheld:"
"""Stands in a release for an online address: there is one, and only those booked are told."""
TOLD = ("cancelled", "restored", "moved", "room", "withdrawn")
"""Kinds of changes that those who booked have to hear of."""
DETAILS = "details"
SESSION_TOPICS = {
    "title": ("title", "reading"),
    "description": ("description", "kind", "track", "series", "languages", "for_children"),
    "people": ("appearances", "organisations"),
    "admission": ("admission", "one_party", "drop_in", "booking_closes_at", "reentry"),
    "capacity": ("capacity", "capacity_kind"),
    "access": ("access", "online_url"),
}
EVENT_TOPICS = {
    "title": ("title", "reading"),
    "description": ("summary", "description", "purpose"),
    "days": ("starts_on", "ends_on", "timezone"),
    "registration": ("registration_opens_at", "registration_closes_at", "party_limit", "how_to_take_part"),
    "fee": ("fee",),
    "access": ("access",),
    "contact": ("contact",),
}
VENUE_TOPICS = {
    "title": ("name", "reading"),
    "address": ("address", "latitude", "longitude"),
    "access": ("access", "parking", "step_free"),
    "rooms": ("rooms",),
}
VALUES = ("capacity", "capacity_kind", "admission", "booking_closes_at")
"""Facts of a session whose old and new value say more than that they changed."""
_TIME_AND_PLACE = frozenset({"status", "starts_at", "ends_at", "room", "further_rooms"})
_DOOR = frozenset({"door_opens_at", "door_closes_at"})


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


def digest_of(programme: Programme, *, after: int) -> str:
    """Stands for this programme as the next release after that number: equal only if nothing else is."""
    written = json.dumps([after, document_of(programme)], sort_keys=True, default=str, ensure_ascii=False)
    return hashlib.sha256(written.encode()).hexdigest()


def changes(before: Programme | None, after: Programme) -> list[dict[str, Any]]:
    """New, withdrawn, cancelled, restored and moved sessions and changed rooms, in order of the programme.

    After them what concerns neither time nor place: kind `text` of a session, `venue`, `event`, each with the topics
    that changed; of a session also what of VALUES was before.
    """
    if before is None:
        return []
    pairs = [(before.session.get(session.code), session) for session in after.sessions]
    found = [change for old, session in pairs for change in _changes_of(old, session)]
    gone = [code for code in before.session if code not in after.session]
    found += [{"kind": "withdrawn", "session": code, "title": before.session[code].title} for code in gone]
    found += [change for old, session in pairs if old is not None for change in _changes_of_texts(old, session)]
    return [*found, *_changes_of_venues(before, after), *_changes_of_event(before, after)]


def to_tell(before: EventSessionFacts | None, after: EventSessionFacts | None, *, at: datetime) -> tuple[str, ...]:
    """Which kinds of TOLD those who booked a session have to hear: nothing once it is over, and of one that does not
    take place only that."""
    if before is None or max(one.ends_at for one in (before, after) if one) <= at:
        return ()
    if after is None:
        return () if before.cancelled else ("withdrawn",)
    kinds = [change["kind"] for change in _changes_of(before, after)]
    if after.cancelled:
        return ("cancelled",) if "cancelled" in kinds else ()
    return tuple(kinds)


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


def _changes_of_texts(before: EventSessionFacts, after: EventSessionFacts) -> Iterator[dict[str, Any]]:
    about = _topics_of_session(before, after)
    if about:
        change: dict[str, Any] = {"kind": "text", "session": after.code, "about": about}
        changed = [name for name in VALUES if getattr(before, name) != getattr(after, name)]
        yield change | ({"before": {name: _in_writing(getattr(before, name)) for name in changed}} if changed else {})


def _in_writing(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def _topics_of_session(before: EventSessionFacts, after: EventSessionFacts) -> list[str]:
    """A door that only moved with its session has not changed."""
    changed = _changed_fields(before, after) - _TIME_AND_PLACE - _DOOR
    windows = [(one.starts_at - one.door_opens_at, one.door_closes_at - one.ends_at) for one in (before, after)]
    return _topics(changed, SESSION_TOPICS) + (["door"] if windows[0] != windows[1] else [])


def _changes_of_venues(before: Programme, after: Programme) -> Iterator[dict[str, Any]]:
    old = {one.slug: one for one in before.venues}
    new = {one.slug: one for one in after.venues}
    for slug, venue in (old | new).items():
        if slug not in old or slug not in new:
            about = ["new" if slug in new else "withdrawn"]
        else:
            about = _topics(_changed_fields(old[slug], venue), VENUE_TOPICS)
        if about:
            yield {"kind": "venue", "venue": slug, "title": venue.name, "about": about}


def _changes_of_event(before: Programme, after: Programme) -> Iterator[dict[str, Any]]:
    about = _topics(_changed_fields(before.event, after.event), EVENT_TOPICS)
    parts = {"people": ("organisations", "participations", "speakers"), "categories": ("categories",)}
    for topic, names in parts.items():
        if any(_written(getattr(before, name)) != _written(getattr(after, name)) for name in names):
            about.append(topic)
    if about:
        yield {"kind": "event", "about": about}


def _changed_fields(
    before: EventSessionFacts | VenueFacts | EventFacts, after: EventSessionFacts | VenueFacts | EventFacts
) -> set[str]:
    names = (one.name for one in fields(before))
    return {name for name in names if _written(getattr(before, name)) != _written(getattr(after, name))}


def _written(value: Any) -> Any:
    """As a document would have it: no texts and an empty text are the same."""
    if isinstance(value, list):
        return [_written(one) for one in value]
    if isinstance(value, Mapping):
        return {name: inner for name, inner in value.items() if inner not in ("", None, [], {})}
    return {one.name: _written(getattr(value, one.name)) for one in fields(value)} if is_dataclass(value) else value


def _topics(names: Iterable[str], known: Mapping[str, tuple[str, ...]]) -> list[str]:
    """What the changed fields are about, in the order of the topics; the rest are details."""
    changed = set(names)
    about = [topic for topic, of in known.items() if changed & set(of)]
    rest = changed - {name for of in known.values() for name in of}
    return [*about, DETAILS] if rest else about
