"""Ways between booked sessions that take longer than there is time: pointed out, never refused."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from app.programme.rules.facts import Programme
from app.programme.rules.ways import TightWay, tight_ways
from app.web.languages import LocalText, local
from registrations.queries import Sheet


@dataclass(frozen=True)
class Way:
    """One tight way, ready for the page; walk and between in minutes."""

    first: LocalText
    ends: str
    second: LocalText
    starts: str
    walk: int
    between: int


def ways_of(sheet: Sheet) -> list[Way]:
    """Those between the sessions that the registration has, or may still get, places in."""
    return _ways(sheet.programme, [one.code for one in sheet.standing if one.takes_place])


def ways_in(programme: Programme, form: Any) -> list[Way]:
    """Those between the sessions that are ticked."""
    return _ways(programme, [*(form.sessions.data or ()), *(form.waiting.data or ())])


def _ways(programme: Programme, codes: Iterable[str]) -> list[Way]:
    return [_way(one, programme.event.zone) for one in tight_ways(programme, codes)]


def _way(way: TightWay, zone: ZoneInfo) -> Way:
    ends, starts = (moment.astimezone(zone) for moment in (way.first.ends_at, way.second.starts_at))
    return Way(
        local(way.first.title), f"{ends:%H:%M}", local(way.second.title), f"{starts:%H:%M}", way.walk, way.between
    )
