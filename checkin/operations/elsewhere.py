"""Where else the people in front of a door are inside, and who comes for the first time."""

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime
from operator import itemgetter

from checkin.queries.rows import DoorPlace, DoorTicket, Lines, Written
from checkin.rules.facts import OpenStay
from checkin.rules.people import total
from checkin.rules.stay import Line, stay


def open_stays(
    history: Mapping[int, list[Line]], here: DoorPlace, at: datetime, *, places: Mapping[int, DoorPlace]
) -> Iterable[OpenStay]:
    """The other sessions that are not over and that one person is inside at this time, the longest known first."""
    found = []
    for place_id, lines in history.items():
        other = places.get(place_id)
        if other is None or other.id == here.id or other.ends_at is None or other.ends_at <= at:
            continue
        there = stay(lines)
        if total(there.inside) and there.last_at and there.last_at <= at:
            found.append((there.last_at, place_id, OpenStay(other.code, there.inside)))
    return (one for _, _, one in sorted(found, key=itemgetter(0, 1)))


def entered(lines: Lines, since: Callable[[], datetime]) -> set[int]:
    """Places where somebody of these tickets is inside: who leaves which room when may follow from scans that arrive
    now. Of whoever did something later than these were made, all places: what follows is told again from the first."""
    if not lines:
        return set()
    earliest, found = since(), set[int]()
    for history in lines.values():
        late = any(line.at >= earliest for of_place in history.values() for line in of_place)
        found |= {place_id for place_id, of_place in history.items() if late or total(stay(of_place).inside)}
    return found


def earliest_of(of_scans: Callable[[], datetime], undone: Iterable[Written]) -> datetime:
    """When the earliest of these scans was made, or of those that they take back."""
    return min([of_scans(), *(line.at for line in undone)])


def newcomers(parties: Collection[int], lines: Lines, tickets: Iterable[DoorTicket]) -> set[int]:
    """Those of these registrations of which no line stands, and whose people have no tickets of their own."""
    named = {one.registration_id for one in tickets if one.attendee_id is not None}
    came = {registration_id for (registration_id, _), places in lines.items() if any(places.values())} if lines else ()
    return set(parties) - named.union(came)
