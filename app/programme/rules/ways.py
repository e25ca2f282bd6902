"""The way from one session to the next, where it takes longer than there is time between them."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations

from app.programme.rules.facts import EventSessionFacts, Programme
from app.programme.rules.walking import walking_minutes


@dataclass(frozen=True)
class TightWay:
    """Two sessions at different venues. walk: minutes that the way needs; between: minutes there are."""

    first: EventSessionFacts
    second: EventSessionFacts
    walk: int
    between: int


def tight_way(programme: Programme, one: EventSessionFacts, other: EventSessionFacts) -> TightWay | None:
    """The way between two sessions one after the other, if it is tight; two at one time are another matter."""
    first, second = sorted((one, other), key=lambda each: each.starts_at)
    between = int((second.starts_at - first.ends_at).total_seconds() // 60)
    if between < 0 or not first.room or not second.room:
        return None
    venues = [programme.room[room][0] for room in (first.room, second.room) if room in programme.room]
    walk = walking_minutes(venues[0].position, venues[1].position) if len(venues) == 2 else None
    if walk is None or venues[0].slug == venues[1].slug or between >= walk:
        return None
    return TightWay(first, second, walk, between)


def tight_ways(programme: Programme, codes: Iterable[str]) -> list[TightWay]:
    """Every tight way of somebody who goes to all of these sessions, in order of time. From what is cancelled nobody
    walks, and at what one drops in nobody is late."""
    chosen = [programme.session[code] for code in dict.fromkeys(codes) if code in programme.session]
    kept = [one for one in chosen if not one.cancelled and not one.drop_in]
    ordered = sorted(kept, key=lambda one: (one.starts_at, one.code))
    return [way for one, other in combinations(ordered, 2) if (way := tight_way(programme, one, other)) is not None]
