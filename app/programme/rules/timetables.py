"""A `schedule.json` as frab, pretalx and their kin write it, as rows of our tables.

A talk is known by its guid, or its id: the session made from it keeps a name-based UUID of the event and that guid, so
that a newer file changes the same session. What a file does not say (roles, affiliations, other languages) stays.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from app.programme.rules.cells import Unreadable, clock, day, moment
from app.programme.rules.columns import SESSIONS
from app.programme.rules.facts import EventSessionFacts, Programme
from app.programme.rules.merging import Row
from app.programme.rules.tabled import CODE, ROOMS, SPEAKERS, CellFault, Names, alike, cells_of

OURS = "Uketsuke"
NO_ROOM = {"", "online", "オンライン"}
LONGEST_TEXT = 10_000
_KANA_OR_KANJI = re.compile("[ぁ-ヿ㐀-鿿]")
_FROM_A_FILE = 5
"""The version of UUIDs made from names; our own sessions have random ones."""


class NoTimetable(ValueError):
    """A JSON document that is no timetable of this form."""


@dataclass
class Timetable:
    """Rows, the ids of new sessions, and codes of sessions that came from such a file and are not in it any more."""

    rows: list[Row] = field(default_factory=list)
    uuids: dict[str, UUID] = field(default_factory=dict)
    gone: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class There:
    """What is there already: the programme, the event's and its sessions' ids, and what rooms and people are called."""

    programme: Programme
    event_uuid: UUID
    uuids: Mapping[str, UUID]
    names: Names


def timetable_of(document: Any, there: There, *, sheet: str) -> Timetable:
    """The rows of a document. Raises NoTimetable."""
    try:
        conference = document["schedule"]["conference"]
        talks = list(_talks(conference))
    except (KeyError, TypeError, AttributeError):
        raise NoTimetable from None
    reading = _Reading(document, there, sheet)
    for number, (on, room, talk) in enumerate(talks, start=1):
        reading.take(number, on, room, talk)
    return reading.finished()


def _talks(conference: Mapping[str, Any]) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """Every talk with the day and the room that it stands under."""
    for one in conference["days"]:
        for room, talks in one["rooms"].items():
            for talk in talks:
                talk["title"]
                yield str(one.get("date", "")), str(room), talk


class _Reading:
    """One document under way."""

    def __init__(self, document: Mapping[str, Any], there: There, sheet: str) -> None:
        generator, conference = document.get("generator"), document["schedule"]["conference"]
        self.ours = isinstance(generator, Mapping) and generator.get("name") == OURS
        self.sheet, self.programme, self.names = sheet, there.programme, there.names
        self.event_uuid, programme, uuids = there.event_uuid, there.programme, there.uuids
        self.code_of = {uuid: code for code, uuid in uuids.items()}
        self.uuids = dict(uuids)
        self.halls = {alike(_text(one.get("name"))): one for one in _mappings(conference.get("rooms"))}
        self.themes = {alike(_text(one.get("name"))): one for one in _mappings(conference.get("tracks"))}
        self.venue = programme.venues[0].slug if programme.venues else "venue"
        self.made: dict[tuple[str, ...], Row] = {}
        self.sessions: list[Row] = []
        self.table = Timetable()
        self.seen: set[str] = set()

    def take(self, number: int, on: str, room: str, talk: Mapping[str, Any]) -> None:
        """One talk."""
        code = self._code(talk)
        self.seen.add(code)
        known = self.programme.session.get(code)
        language = _language(talk)
        cells: dict[str, Any] = {"code": code, f"title.{language}": _text(talk.get("title"))[:200]}
        if not (self.ours and known):
            parts = (_text(talk.get(name)) for name in ("subtitle", "abstract", "description"))
            cells[f"description.{language}"] = "\n\n".join(filter(None, parts))[:LONGEST_TEXT]
        if kind := _text(talk.get("type")):
            cells[f"kind.{language}"] = kind[:200]
        spoken = str(talk.get("language") or "")[:2]
        if spoken in ("ja", "en") and spoken not in (known.languages if known else ()):
            cells["languages"] = spoken
        cells["track"] = self._track(talk.get("track"))
        cells["room"] = self._room(_text(talk.get("room")) or room)
        self._appearing(cells, talk, known)
        faults = _put_times(cells, on, talk, self.programme.event.zone)
        self.sessions.append(Row("sessions", self.sheet, number, cells, tuple(faults)))

    def finished(self) -> Timetable:
        """Rooms and people come before what names them."""
        self.table.rows = [*self.made.values(), *self.sessions]
        self.table.gone = [
            one.code
            for one in self.programme.sessions
            if one.code not in self.seen and self.uuids[one.code].version == _FROM_A_FILE and not one.cancelled
        ]
        return self.table

    def _code(self, talk: Mapping[str, Any]) -> str:
        """The session that this talk is: by its guid as ours or as theirs, by its code, or a new one."""
        guid, own = _text(talk.get("guid")), _text(talk.get("code")).lower()
        ident = _text(talk.get("id"))
        uuid = uuid5(self.event_uuid, f"guid:{guid}" if guid else f"id:{ident}")
        for each in (_uuid(guid), uuid):
            if each in self.code_of:
                return self.code_of[each]
        code = own if CODE.fullmatch(own) else f"s{ident}" if ident.isdigit() else f"s-{uuid.hex[:8]}"
        if code in self.uuids and self.uuids[code].version != _FROM_A_FILE:
            return code
        if code in self.uuids or code in self.seen:
            code = f"{code}-{uuid.hex[:6]}"
        if guid or ident:
            self.table.uuids[code] = self.uuids[code] = uuid
            self.code_of[uuid] = code
        return code

    def _track(self, track: Any) -> str:
        name = _text(track.get("name") if isinstance(track, Mapping) else track)
        listed = self.themes.get(alike(name), {})
        for text in (name, _text(listed.get("slug"))):
            if CODE.fullmatch(text.lower()):
                return text.lower()
        return _slug(name, "t") if name else ""

    def _room(self, name: str) -> str:
        """The room's code, or its name if it is called so here; a new one is made in the first venue."""
        listed = self.halls.get(alike(name), {})
        slug = _text(listed.get("slug"))
        if alike(name) in NO_ROOM and not listed:
            return ""
        for text in (slug, name):
            if text in self.names.known.get(ROOMS, ()) or alike(text) in self.names.called.get(ROOMS, {}):
                return text
        guid = _uuid(_text(listed.get("guid")))
        code = f"room-{guid.hex[:8]}" if guid else _slug(name, "room")
        if not self.programme.venues:
            self._make("venues", {"slug": self.venue, "name.ja": "会場", "name.en": "Venue"})
        capacity = {"capacity": listed["capacity"]} if isinstance(listed.get("capacity"), int) else {}
        named = {f"name.{'ja' if _KANA_OR_KANJI.search(name) else 'en'}": name[:200]}
        self._make("rooms", {"venue": self.venue, "code": code, **named, **capacity})
        return f"{self.venue}/{code}"

    def _appearing(self, cells: dict[str, Any], talk: Mapping[str, Any], known: EventSessionFacts | None) -> None:
        """Who is on stage; whoever stays keeps role and affiliation."""
        codes = list(dict.fromkeys(self._person(one) for one in _mappings(talk.get("persons"))))
        standing: dict[str, str] = {}
        if known is not None:
            document = {"appearances": [vars(one) for one in known.appearances]}
            lines = cells_of(SESSIONS, document, language="en", zone=ZoneInfo("UTC"))["appearances"].splitlines()
            standing = {one.speaker: line for one, line in zip(known.appearances, lines, strict=True)}
        if list(standing) != codes:
            cells["appearances"] = "\n".join(standing.get(code, f"{code} | speaker") for code in codes if code)

    def _person(self, person: Mapping[str, Any]) -> str:
        name = next(
            (text for key in ("public_name", "name", "full_public_name") if (text := _text(person.get(key)))), ""
        )
        found = self.names.called.get(SPEAKERS, {}).get(alike(name), set())
        if len(found) == 1:
            return next(iter(found))
        own, guid, ident = _text(person.get("code")).lower(), _uuid(_text(person.get("guid"))), _text(person.get("id"))
        code = own if CODE.fullmatch(own) else f"p-{guid.hex[:8]}" if guid else f"p{ident}" if ident.isdigit() else ""
        if not name:
            return ""
        code = code or _slug(name, "p")
        self._make("speakers", {"code": code, f"name.{'ja' if _KANA_OR_KANJI.search(name) else 'en'}": name[:200]})
        return code

    def _make(self, table: str, cells: dict[str, Any]) -> None:
        own = (table, *(str(cells[name]) for name in ("venue", "slug", "code") if name in cells))
        self.made.setdefault(own, Row(table, self.sheet, len(self.made) + 1, cells))


def _put_times(cells: dict[str, Any], on: str, talk: Mapping[str, Any], zone: ZoneInfo) -> list[CellFault]:
    """Start and end on the event's clock."""
    try:
        starts = datetime.fromisoformat(_text(talk.get("date")))
    except ValueError:
        starts = None
    try:
        if starts is None or "T" not in _text(talk.get("date")):
            starts = datetime.fromisoformat(moment(day(on), *clock(_text(talk.get("start")))))
        starts = starts.astimezone(zone) if starts.tzinfo else starts.replace(tzinfo=zone)
    except (Unreadable, ValueError):
        return [CellFault("date", "day", _text(talk.get("date"))[:80])]
    cells |= {"date": str(starts.date()), "begins": f"{starts:%H:%M}"}
    minutes = _minutes(talk.get("duration"))
    if minutes is None:
        return [CellFault("ends", "duration", _text(talk.get("duration"))[:80])]
    ends = (starts.astimezone(ZoneInfo("UTC")) + timedelta(minutes=minutes)).astimezone(zone)
    cells |= {"ends_on": "" if ends.date() == starts.date() else str(ends.date()), "ends": f"{ends:%H:%M}"}
    return []


def _minutes(duration: Any) -> int | None:
    """01:30, 1:30:00, 2:01:30:00 (days), or a number of minutes."""
    parts = _text(duration).split(":")
    if not all(re.fullmatch("[0-9]{1,4}", part) for part in parts) or len(parts) > 4:
        return None
    numbers = list(map(int, parts))
    if len(numbers) == 1:
        return numbers[0]
    days, hours, minutes = [0, *numbers[:2]] if len(numbers) < 4 else numbers[:3]
    return days * 24 * 60 + hours * 60 + minutes


def _language(talk: Mapping[str, Any]) -> str:
    """The language of its texts: what it says, or what it looks like."""
    said = _text(talk.get("language"))[:2].lower()
    if said in ("ja", "en"):
        return said
    return "ja" if _KANA_OR_KANJI.search(_text(talk.get("title"))) else "en"


def _text(value: Any) -> str:
    """A text, or the first language of one in several."""
    if isinstance(value, Mapping):
        value = next((value[one] for one in ("ja", "en") if value.get(one)), next(iter(value.values()), ""))
    if isinstance(value, str | int | float) and not isinstance(value, bool):
        return str(value).replace("\r\n", "\n").strip()
    return ""


def _slug(name: str, prefix: str) -> str:
    """A code made of a name; of its hash where the name has other letters."""
    plain = re.sub("[^a-z0-9]+", "-", name.lower()).strip("-")
    if name.isascii() and plain:
        return plain[:80].strip("-")
    return f"{prefix}-{hashlib.sha256(alike(name).encode()).hexdigest()[:8]}"


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _mappings(value: Any) -> list[Mapping[str, Any]]:
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []
