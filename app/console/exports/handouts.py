"""Paper to hand out and to hang up: the programme on A3, posters, cards for doors. Nothing on it is personal data."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

from flask_babel import gettext as _

from app.programme.exports.sheet import ADMISSION
from app.programme.queries.moves import Moves
from app.programme.rules import ParticipationRole
from app.programme.rules.facts import EventFacts, EventSessionFacts, Programme
from app.programme.rules.sheets import RoomDay, room_days
from app.web.hours import times
from app.web.languages import current_language, day, html_lang, plain
from registrations import qr
from registrations.pdf.press import press
from registrations.pdf.words import headed, said

PosterSize = Literal["a4", "a3"]
_DRAWINGS = Path(__file__).parent
_ALL_DAY = timedelta(hours=12)


@dataclass(frozen=True)
class Printing:
    """What all of them need: the programme, when it was released (or None: only planned), our own address, and what
    moved since it was first published."""

    programme: Programme
    released_at: datetime | None
    base_url: str
    moves: Moves = field(default_factory=dict)

    def address(self, path: str = "") -> str:
        return f"{self.base_url}/events/{self.programme.event.slug}/{path}"


def programme_a3(printing: Printing) -> bytes:
    """A sheet of A3 a day: rooms beside each other, time downwards, a code that leads to the timetable."""
    programme = printing.programme
    days = sorted({_date(programme, one) for one in programme.sessions})
    address = printing.address("timetable")
    return _pressed(
        "programme",
        printing,
        title=f"{plain(_('Programme'))} – {plain(programme.event.title)}",
        days=[_day(printing, one) for one in days],
        **_code(address, _("Square code of the timetable's address")),
        as_of=said(_as_of(printing)),
        kicker=said(_("Programme")),
        words={"all_day": said(_("all day")), "off": said(_("Does not take place"))},
    )


def poster(printing: Printing, session: EventSessionFacts | None, size: PosterSize) -> bytes:
    """A poster of the event, or of one session; its code leads to the public page of it."""
    event = printing.programme.event
    address = printing.address(f"sessions/{session.code}" if session else "")
    title = session.title if session else event.title
    return _pressed(
        "poster",
        printing,
        size=size,
        title=f"{plain(_('Poster'))} – {plain(title)}",
        heading=headed(title),
        kicker=said(event.title if session else _("Programme")),
        lead=None if session or not event.summary else said(event.summary),
        taking_part=[said(text) for text in _taking_part(event, session)],
        by=_by(printing.programme) if session is None else [],
        by_word=said(_("Organisers")),
        when=[said(text) for text in _when(printing.programme, session)],
        where=_places(printing.programme, session),
        people=_people(printing.programme, session) if session else [],
        **_code(address, _("Square code of the page's address")),
        scan=said(_("Programme and registration")),
    )


def door_cards(printing: Printing) -> bytes:
    """A sheet of A4 for each room and day: what is on when, large, with a code of the day's programme."""
    programme = printing.programme
    return _pressed(
        "door-cards",
        printing,
        title=f"{plain(_('Sheets for the doors'))} – {plain(programme.event.title)}",
        cards=[_card(printing, one) for one in room_days(programme)],
        scan=said(_("Today's programme")),
        empty=said(_("No session has a room yet.")),
        off=said(_("Does not take place")),
    )


def _pressed(drawing: str, printing: Printing, **content: Any) -> bytes:
    shared = {"lang": html_lang(current_language()), "event": said(printing.programme.event.title)}
    return press(_DRAWINGS / f"{drawing}.typ", {**shared, "fictional": _fictional(printing), **content})


def _fictional(printing: Printing) -> Any:
    return said(_("This event is made up for practice.")) if printing.programme.event.fictional else None


def _code(address: str, alt: str) -> dict[str, Any]:
    return {"code": qr.svg(address), "alt": plain(alt), "address": address}


def _as_of(printing: Printing) -> str:
    if printing.released_at is None:
        return str(_("Nothing was released yet: this is the plan."))
    return str(_("As of %(day)s", day=day(printing.released_at.astimezone(printing.programme.event.zone).date())))


def _date(programme: Programme, session: EventSessionFacts) -> date:
    return session.starts_at.astimezone(programme.event.zone).date()


def _day(printing: Printing, on: date) -> dict[str, Any]:
    programme = printing.programme
    here = [one for one in programme.sessions if _date(programme, one) == on]
    timed = [one for one in here if one.ends_at - one.starts_at < _ALL_DAY]
    rooms = [name for name in (*programme.room, None) if any(one.room == name for one in timed)]
    starts = [_minute(programme, one.starts_at, on) for one in timed]
    ends = [_minute(programme, one.ends_at, on) for one in timed]
    return {
        "day": said(day(on)),
        "from": min(starts, default=540) // 60,
        "to": -(-max(ends, default=1020) // 60),
        "rooms": [_room(programme, name) for name in rooms],
        "cards": [card for at, name in enumerate(rooms) for card in _cards(printing, timed, name, at, on)],
        "all_day": [_line(printing, one) for one in here if one not in timed],
    }


def _cards(
    printing: Printing, timed: list[EventSessionFacts], room: str | None, column: int, on: date
) -> list[dict[str, Any]]:
    """Sessions of a room, side by side where they overlap."""
    programme = printing.programme
    lanes: list[datetime] = []
    placed = []
    for one in sorted((one for one in timed if one.room == room), key=lambda one: (one.starts_at, one.code)):
        lane = next((at for at, until in enumerate(lanes) if until <= one.starts_at), len(lanes))
        lanes[lane : lane + 1] = [one.ends_at]
        placed.append((one, lane))
    return [
        {
            **_line(printing, one),
            "column": column,
            "lane": lane,
            "of": len(lanes),
            "start": _minute(programme, one.starts_at, on),
            "end": _minute(programme, one.ends_at, on),
            "people": _people(programme, one),
        }
        for one, lane in placed
    ]


def _line(printing: Printing, one: EventSessionFacts) -> dict[str, Any]:
    programme = printing.programme
    changed = {"moved": _("Time changed"), "room": _("Place changed")}
    return {
        "times": said(times(one.starts_at, one.ends_at, programme.event.zone)),
        "title": headed(one.title),
        "where": _places(programme, one),
        "off": one.cancelled,
        "moved": [said(changed[move["kind"]]) for move in printing.moves.get(one.code, ())],
    }


def _minute(programme: Programme, moment: datetime, on: date) -> int:
    there = moment.astimezone(programme.event.zone)
    return there.hour * 60 + there.minute + 1440 * (there.date() - on).days


def _room(programme: Programme, name: str | None) -> list[Any]:
    if name is None:
        return [said(_("Online"))]
    venue, room = programme.room[name]
    return [said(venue.name), said(room.name)]


def _people(programme: Programme, session: EventSessionFacts) -> list[Any]:
    return [said(programme.speaker[one.speaker].name) for one in session.appearances]


def _places(programme: Programme, session: EventSessionFacts | None) -> list[Any]:
    if session is None:
        return [said(one.name) for one in programme.venues]
    if session.room is None:
        return [said(_("Online"))] if session.online else []
    venue, room = programme.room[session.room]
    return [said(venue.name), *([said(room.floor)] if room.floor else []), said(room.name)]


def _taking_part(event: EventFacts, session: EventSessionFacts | None) -> list[Any]:
    """What it costs, and how one gets in."""
    how = event.how_to_take_part if session is None else ADMISSION[session.admission]
    return [one for one in (event.fee, how) if one]


def _by(programme: Programme) -> list[Any]:
    organisers = [one for one in programme.participations if one.role is ParticipationRole.ORGANISER]
    return [said(programme.organisation[one.organisation].name) for one in organisers]


def _when(programme: Programme, session: EventSessionFacts | None) -> list[str]:
    if session is not None:
        return [day(_date(programme, session)), times(session.starts_at, session.ends_at, programme.event.zone)]
    first, last = programme.event.starts_on, programme.event.ends_on
    return [day(first)] if first == last else [str(_("%(first)s to %(last)s", first=day(first), last=day(last)))]


def _card(printing: Printing, one: RoomDay) -> dict[str, Any]:
    address = printing.address(f"timetable#day-{one.day.isoformat()}")
    return {
        "day": said(day(one.day)),
        "venue": said(one.venue.name),
        "floor": said(one.room.floor) if one.room.floor else None,
        "room": said(one.room.name),
        "sessions": [_line(printing, session) for session in one.sessions],
        **_code(address, _("Code of the day's programme")),
    }
