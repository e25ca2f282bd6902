"""What changed from one release to the next, ready for pages: titles, times and places in the reader's language."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from markupsafe import Markup

from app.programme.rules.facts import EventSessionFacts, Programme
from app.web.languages import LocalText, day, local, ruby

NOTHING = Markup("")


@dataclass(frozen=True)
class Value:
    """One fact of a session, before and now: `capacity` (None: as many as the room takes), `capacity_kind`,
    `admission`, or a time for `booking_closes_at`."""

    name: str
    before: Any
    now: Any


@dataclass(frozen=True)
class ChangeRow:
    """One change. kind: new | withdrawn | cancelled | restored | moved | room | text | venue | event.

    `now` and `before` are a time, or for a room a place; empty where there is none to tell. `about`: the topics of
    what concerns neither, `values`: what of it can be said. `code`: of a session that can be opened.
    """

    kind: str
    title: LocalText | None = None
    code: str | None = None
    now: Markup = NOTHING
    before: Markup = NOTHING
    about: tuple[str, ...] = ()
    values: tuple[Value, ...] = ()


def change_rows(changes: Iterable[dict[str, Any]], before: Programme | None, after: Programme) -> list[ChangeRow]:
    """The changes as listed. `before` only knows the names of rooms that are not used any more."""
    return [_row(change, before, after) for change in changes]


def _row(change: dict[str, Any], before: Programme | None, after: Programme) -> ChangeRow:
    kind, about = change["kind"], tuple(change.get("about", ()))
    session = after.session.get(change.get("session", ""))
    if session is None:
        return ChangeRow(kind, local(change["title"]) if "title" in change else None, about=about)
    row = ChangeRow(kind, local(session.title), session.code, about=about)
    zone = after.event.zone
    if kind == "room":
        old = _old_place(change["before"]["room"], before, after)
        return replace(row, now=_place(session.room, after), before=old)
    if kind == "moved":
        starts_at, ends_at = (datetime.fromisoformat(change["before"][name]) for name in ("starts_at", "ends_at"))
        row = replace(row, before=_when(starts_at, ends_at, zone))
    if kind == "text":
        return replace(row, values=tuple(_values(change.get("before", {}), session, zone)))
    return replace(row, now=_when(session.starts_at, session.ends_at, zone))


def _values(before: dict[str, Any], session: EventSessionFacts, zone: ZoneInfo) -> Iterator[Value]:
    for name, old in before.items():
        new = getattr(session, name)
        if name != "booking_closes_at":
            yield Value(name, old, new)
        else:
            yield Value(name, _moment(datetime.fromisoformat(old) if old else None, zone), _moment(new, zone))


def _moment(at: datetime | None, zone: ZoneInfo) -> Markup | None:
    if at is None:
        return None
    there = at.astimezone(zone)
    return ruby(f"{day(there)} {there:%H:%M}")


def _when(starts_at: datetime, ends_at: datetime, zone: ZoneInfo) -> Markup:
    """Day and times; 24:00 and later for what ends the next day."""
    start, end = starts_at.astimezone(zone), ends_at.astimezone(zone)
    hours = end.hour + 24 * (end.date() - start.date()).days
    return ruby(f"{day(start)} {start:%H:%M}–{hours:02d}:{end:%M}")


def _place(room: str | None, programme: Programme) -> Markup:
    """Venue, floor and room; nothing for what is only online or nowhere yet."""
    if room is None or room not in programme.room:
        return NOTHING
    found, inner = programme.room[room]
    parts = [local(found.name), inner.floor, local(inner.name)]
    return Markup(" ").join(part for part in parts if part)


def _old_place(room: str | None, before: Programme | None, after: Programme) -> Markup:
    return _place(room, before if before and room in before.room else after)
