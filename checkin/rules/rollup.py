"""What lines of the ledger add to the roll-ups. Plain values in and out; the measures' own words stand in analytics.

Sums over registrations and over lines without a ticket are the sums of the event, so a line changes only what its own
registration adds. Whatever is not in the ledger, how many a party is now, which paper replaced which, is left to who
reads: `Apart` says where to look.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from checkin.rules import Cut

Cells = dict["Cell", int]


class Cell(NamedTuple):
    """By what one sum is divided; the order is that in which rows are written."""

    cut: str
    place: int = 0
    venue: int = 0
    day: int = 0
    slot: int = 0
    category: int = 0
    method: str = ""
    booked: int = -1
    anonymous: bool = False
    corrected: bool = False
    device: int = 0


class Told(NamedTuple):
    """What one standing line that let somebody in says of one category. person: of a ticket, the attendee, 0 for who
    has no name; party: the line is one of a party; corrected: somebody corrected a figure with it. `at` may be anything
    that compares."""

    ticket: int
    person: int
    party: bool
    place: int
    venue: int
    category: int
    number: int
    method: str
    day: int
    slot: int
    booked: int
    reentry: bool
    at: Any
    id: int
    device: int
    corrected: bool = False


class Apart(NamedTuple):
    """Where the sums of a registration rest on more than its lines. people: so many together at different places, more
    than at any one of them; tickets: several for one person, or some of persons beside one of the party."""

    people: int = 0
    tickets: bool = False


NOTHING_APART = Apart()


def of_registration(lines: Sequence[Told]) -> tuple[Cells, Apart]:
    """What the lines of one registration add, in any order; apart from each other what it would be without corrections,
    and what these make of it."""
    found, apart = _together(lines)
    if not any(line.corrected for line in lines):
        return found, apart
    without, apart_without = _together([line for line in lines if not line.corrected])
    for cell, more in list(difference(without, found)):
        without[cell._replace(corrected=True)] += more
    return without, Apart(max(apart.people, apart_without.people), apart.tickets)


def _together(lines: Sequence[Told]) -> tuple[Cells, Apart]:
    cells: Cells = defaultdict(int)
    if not lines:
        return cells, NOTHING_APART
    persons: dict[int, list[Told]] = defaultdict(list)
    for line in lines:
        persons[line.person].append(line)
    together = 0 in persons and len(persons) > 1
    if together:
        persons = {0: list(lines)}
    tickets = together or len({line.ticket for line in lines}) > len(persons)
    people = 0
    for person, mine in persons.items():
        if person or not any(line.party for line in mine):
            _add_single(cells, mine)
        else:
            people = max(people, _add_party(cells, mine))
    return cells, Apart(people, tickets)


def of_nobody(line: Told, *, new_today: bool) -> Iterator[tuple[Cell, int]]:
    """What one line without a ticket adds."""
    number, corrected = line.number, line.corrected
    if line.reentry:
        yield Cell(Cut.RETURNS.value, line.place, corrected=corrected, device=line.device), number
        return
    entered = _entered(line, anonymous=True, corrected=corrected)
    yield (_once(entered, line.venue) if new_today else entered), number


def spelled_out(cell: Cell) -> tuple[Cell, ...]:
    """A sum of who came once as what it says in one: an entry, and people of the event, of the day, of the venue. Any
    other is itself."""
    if cell.cut != Cut.ONCE:
        return (cell,)
    shared = Cell("", 0, 0, 0, 0, cell.category, "", -1, cell.anonymous, cell.corrected, cell.device)
    return (
        cell._replace(cut=Cut.ENTRIES.value, venue=0),
        shared._replace(cut=Cut.PEOPLE.value, method=cell.method),
        shared._replace(cut=Cut.DAYS.value, day=cell.day),
        shared._replace(cut=Cut.VENUES.value, venue=cell.venue),
    )


def difference(before: Mapping[Cell, int], after: Mapping[Cell, int]) -> Iterator[tuple[Cell, int]]:
    """What has to be added to come from one to the other."""
    for cell, number in after.items():
        if more := number - before.get(cell, 0):
            yield cell, more
    for cell, number in before.items():
        if number and cell not in after:
            yield cell, -number


def _entered(line: Told, *, anonymous: bool = False, corrected: bool = False) -> Cell:
    return Cell(
        Cut.ENTRIES.value, line.place, 0, line.day, line.slot, line.category, line.method, line.booked, anonymous,
        corrected, line.device,
    )  # fmt: skip


def _once(entered: Cell, venue: int) -> Cell:
    return entered._replace(cut=Cut.ONCE.value, venue=venue)


def _add_single(cells: Cells, lines: Iterable[Told]) -> None:
    """One person: once anywhere, once a day, once a venue, once a place."""
    visits: dict[int, list[Told]] = {}
    newest: Told | None = None
    for line in lines:
        if line.number <= 0:
            continue
        visits.setdefault(line.place, []).append(line)
        if newest is None or _by_time(newest) < _by_time(line):
            newest = line
        if line.reentry:
            cells[Cell(Cut.RETURNS.value, line.place, device=line.device)] += line.number
    if newest is None:
        return
    if not newest.reentry and len(visits) == 1 and len(visits[newest.place]) == 1:
        cells[_once(_entered(newest), newest.venue)] += 1
        return
    category, device = newest.category, newest.device
    cells[Cell(Cut.PEOPLE.value, category=category, method=newest.method, device=device)] += 1
    came = [line for of_place in visits.values() for line in of_place]
    for day in {line.day for line in came}:
        cells[Cell(Cut.DAYS.value, day=day, category=category, device=device)] += 1
    for venue in {line.venue for line in came}:
        cells[Cell(Cut.VENUES.value, venue=venue, category=category, device=device)] += 1
    for of_place in visits.values():
        cells[_entered(_visit(of_place))] += 1


def _visit(lines: list[Told]) -> Told:
    """Several lines of one person at one place as one: it began with the first, and is what the newest says, best one
    that is no return."""
    if len(lines) == 1:
        return lines[0]
    first = min(lines, key=lambda line: (line.at, line.id, line.category))
    speaks = max(lines, key=lambda line: (not line.reentry, _by_time(line)))
    return speaks._replace(day=first.day, slot=first.slot)


def _by_time(line: Told) -> tuple[Any, int, int]:
    return line.at, line.id, -line.category


def _add_party(cells: Cells, lines: Iterable[Told]) -> int:
    """Several people on one ticket: entries as they stand; people by the fullest place. How many of them were at
    different places, if that is more than at any one of them."""
    standing = []
    for line in lines:
        if line.reentry:
            cells[Cell(Cut.RETURNS.value, line.place, device=line.device)] += line.number
        else:
            cells[_entered(line)] += line.number
            standing.append(line)
    fullest, people = _fullest(standing, lambda _line: 0)
    for line in standing:
        if fullest.get((line.category, 0), (0, 0))[0] == line.place:
            cells[Cell(Cut.PEOPLE.value, category=line.category, method=line.method, device=line.device)] += line.number
    newest = _newest_device(standing)
    days, of_days = _fullest(standing, lambda line: line.day)
    for (category, day), (_, number) in days.items():
        cells[Cell(Cut.DAYS.value, day=day, category=category, device=newest)] += number
    venues, of_venues = _fullest(standing, lambda line: line.venue)
    for (category, venue), (_, number) in venues.items():
        cells[Cell(Cut.VENUES.value, venue=venue, category=category, device=newest)] += number
    return max(people, of_days, of_venues)


def _newest_device(lines: Sequence[Told]) -> int:
    return max(lines, key=_by_time).device if lines else 0


def _fullest(lines: Sequence[Told], where: Callable[[Told], int]) -> tuple[dict[tuple[int, int], tuple[int, int]], int]:
    """Per category and `where` the place with most people (of equals the first by id), and how many. Beside it the most
    people together within one `where`, if no place of it had so many."""
    net: dict[tuple[int, int, int], int] = defaultdict(int)
    for line in lines:
        net[line.category, where(line), line.place] += line.number
    best: dict[tuple[int, int], tuple[int, int]] = {}
    at_one: dict[tuple[int, int], int] = defaultdict(int)
    for (category, there, place), number in net.items():
        if number <= 0:
            continue
        at_one[there, place] += number
        before = best.get((category, there))
        if before is None or (-number, place) < (-before[1], before[0]):
            best[category, there] = place, number
    together: dict[int, int] = defaultdict(int)
    for (_, there), (_, number) in best.items():
        together[there] += number
    most: dict[int, int] = defaultdict(int)
    for (there, _), number in at_one.items():
        most[there] = max(most[there], number)
    return best, max((number for there, number in together.items() if number > most[there]), default=0)
