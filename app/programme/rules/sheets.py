"""A programme on paper: what is in which room on which day."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from app.programme.rules.facts import EventSessionFacts, Programme, RoomFacts, VenueFacts


@dataclass(frozen=True)
class RoomDay:
    """What hangs at a room's door on one day: its sessions in order of time, those that use it beside their main room
    too."""

    day: date
    venue: VenueFacts
    room: RoomFacts
    sessions: list[EventSessionFacts]


def room_days(programme: Programme) -> list[RoomDay]:
    """One for each room and local day with something in it, by day, in the order of venues and rooms."""
    zone = programme.event.zone
    held: dict[tuple[date, str], list[EventSessionFacts]] = defaultdict(list)
    for session in programme.sessions:
        for name in dict.fromkeys([session.room, *session.further_rooms]):
            if name:
                held[session.starts_at.astimezone(zone).date(), name].append(session)
    days = sorted({day for day, _ in held})
    return [
        RoomDay(day, *programme.room[name], held[day, name])
        for day in days
        for name in programme.room
        if (day, name) in held
    ]
