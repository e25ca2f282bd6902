"""Who is taken off was counted before: a minus never takes off more than stands, whatever of it is taken back."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from checkin.operations.doorway import Doorway
from checkin.queries import devices
from checkin.queries.rows import Written
from checkin.queries.taken_off import Group, corrections_at, standing_without_ticket, taken_off_by
from checkin.rules import Direction, Method
from checkin.rules.correcting import CorrectionReason
from checkin.rules.people import NOBODY, Numbers, plus, turned, within

Standing = dict[Group, Numbers]


def uncovered(doorway: Doorway, lines: Sequence[Written]) -> list[tuple[Written, Numbers]]:
    """Lines that took off people whom these lines counted, and what is left of them when these are undone: a device
    takes off what it counted itself, a correction what anybody did."""
    anonymous = [one for one in lines if one.columns["ticket_id"] is None and one.columns["direction"] is Direction.IN]
    gone: dict[int, list[Written]] = defaultdict(list)
    for line in anonymous:
        gone[line.columns["place_id"]].append(line)
    found = [one for place_id, mine in gone.items() for one in _at_place(doorway, place_id, mine)]
    _look_into_rooms(doorway, [line for line, _ in found])
    return found


def most_taken_off(doorway: Doorway, device_id: int, place_id: int) -> Mapping[bool, Numbers]:
    """How many a device may take off at a place, new today or not: what it counted and no correction took off."""
    counted = devices.counted_by(doorway.bind, device_id, place_id, doorway.event)
    if not corrections_at(doorway.bind, doorway.event, place_id):
        return counted
    standing = standing_without_ticket(doorway.bind, doorway.event, place_id)
    return {new: within(people, standing[new, Method.TAPPED]) for new, people in counted.items()}


def _at_place(doorway: Doorway, place_id: int, gone: Sequence[Written]) -> list[tuple[Written, Numbers]]:
    found: list[tuple[Written, Numbers]] = []
    by_device: dict[int, list[Written]] = defaultdict(list)
    for line in gone:
        if line.columns["device_id"] is not None:
            by_device[line.columns["device_id"]].append(line)
    for device_id, mine in by_device.items():
        found += _of_device(doorway, device_id, place_id, mine)
    return found + _of_corrections(doorway, place_id, gone, found)


def _of_device(
    doorway: Doorway, device_id: int, place_id: int, gone: Sequence[Written]
) -> Iterable[tuple[Written, Numbers]]:
    """Its own head counts that took somebody off."""
    standing: dict[bool, Numbers] = dict(devices.counted_by(doorway.bind, device_id, place_id, doorway.event))
    for line in gone:
        new_today = bool(line.columns["new_today"])
        standing[new_today] = plus(standing[new_today], turned(line.people))
    if all(min(people.values(), default=0) >= 0 for people in standing.values()):
        return
    for line in _others(taken_off_by(doorway.bind, doorway.event, device_id, place_id), gone):
        new_today = bool(line.columns["new_today"])
        if part := _short(line, standing[new_today]):
            standing[new_today] = plus(standing[new_today], part)
            yield line, plus(line.people, part)


def _of_corrections(
    doorway: Doorway, place_id: int, gone: Sequence[Written], less: Iterable[tuple[Written, Numbers]]
) -> list[tuple[Written, Numbers]]:
    """Corrections of the place. One that moved people to another category falls whole: nobody knows who of them are
    still there."""
    corrections = _others(corrections_at(doorway.bind, doorway.event, place_id), gone)
    if not corrections:
        return []
    standing: Standing = dict(standing_without_ticket(doorway.bind, doorway.event, place_id))
    for line in gone:
        _add(standing, line, turned(line.people))
    for line, left in less:
        _add(standing, line, plus(left, turned(line.people)))
    found: list[tuple[Written, Numbers]] = []
    while falling := next((one for one in corrections if _short(one, standing.get(_group(one), NOBODY))), None):
        fallen = {falling.id: plus(falling.people, _short(falling, standing[_group(falling)]))}
        if falling.columns["reason"] != CorrectionReason.COUNTED_TWICE:
            fallen = {one.id: NOBODY for one in corrections if one.columns["scan_id"] == falling.columns["scan_id"]}
        for line in (one for one in corrections if one.id in fallen):
            _add(standing, line, plus(fallen[line.id], turned(line.people)))
            found.append((line, fallen[line.id]))
        corrections = [one for one in corrections if one.id not in fallen]
    return found


def _look_into_rooms(doorway: Doorway, lines: Iterable[Written]) -> None:
    """A room that was counted after one of these lines is moved by it."""
    for line in lines:
        place = doorway.by_id.get(line.columns["place_id"])
        known = doorway.rooms.known.get(place.id) if place else None
        counted_at = known.counted_at if known else None
        if place and counted_at and place.id not in doorway.rooms.by_place and line.columns["at"] <= counted_at:
            doorway.rooms.read([place])


def _short(line: Written, standing: Numbers) -> Numbers:
    """Whom the line took off and who is not there."""
    off = {category: -number for category, number in line.people.items() if number < 0}
    missing = {category: -number for category, number in standing.items() if number < 0}
    return within(off, missing)


def _group(line: Written) -> Group:
    return bool(line.columns["new_today"]), Method(line.columns["method"])


def _add(standing: Standing, line: Written, people: Numbers) -> None:
    group = _group(line)
    standing[group] = plus(standing.get(group, NOBODY), people)


def _others(lines: Iterable[Written], gone: Iterable[Written]) -> list[Written]:
    ids = {one.id for one in gone}
    return [line for line in lines if line.id not in ids]
