"""Any two dimensions of attendance crossed: the same lines and the same rules as the figures, cut into more pieces.

Visits add up everywhere. People are counted anew within each piece, by the same tally: over what belongs to a person
(category, method, party, organisation, language, lead) they add up, over times and places they do not.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from functools import cache, partial
from operator import attrgetter
from typing import NamedTuple

from analytics.rules import Measure
from analytics.rules.ledger import Admission, Imported, Line, Place, Tally, tally
from registrations.rules import PartyKind

Value = str | int | date | None
"""Of what a piece is; None: it was not recorded."""
Key = tuple[Value, ...]


class Dimension(StrEnum):
    """What attendance can be cut by."""

    CATEGORY = "category"
    SESSION = "session"
    DAY = "day"
    SITE = "site"
    ROOM = "room"
    ORGANISATION = "organisation"
    LANGUAGE = "language"
    LEAD = "lead"
    METHOD = "method"
    PARTY = "party"

    @property
    def adds_up(self) -> bool:
        """Whether people add up over it."""
        return self not in WHERE_AND_WHEN


WHERE_AND_WHEN = (Dimension.SESSION, Dimension.DAY, Dimension.SITE, Dimension.ROOM)
OF_THE_PARTY = (Dimension.ORGANISATION, Dimension.LANGUAGE, Dimension.LEAD, Dimension.PARTY)
OF_HEADS = {Dimension.CATEGORY, Dimension.METHOD}
OF_ADMISSIONS = {*WHERE_AND_WHEN, *OF_HEADS}
NO_ORGANISATION = "none"
ENTRANCE, ONLINE = "entrance", "online"


class Attributes(NamedTuple):
    """What one line says of the party, as it was at the moment of entry."""

    party: str | None = None
    organisation: str | None = None
    language: str | None = None
    lead: str | None = None


@dataclass(frozen=True)
class Read:
    """A ledger as it was read: what `tally` takes."""

    lines: list[Line]
    singles: set[int] = field(default_factory=set)
    sizes: Mapping[int, int] = field(default_factory=dict)
    reissued: Mapping[int, int] = field(default_factory=dict)
    rooms: Mapping[int, Iterable[Line]] = field(default_factory=dict)
    imports: list[Imported] = field(default_factory=list)

    def counted(self, places: Mapping[int, Place]) -> Tally:
        """All of it as one tally."""
        return self.part(self.lines, places, whole=True)

    def part(self, lines: list[Line], places: Mapping[int, Place], *, whole: bool) -> Tally:
        """The tally of some lines. whole: with what belongs to no line, the room counts and a source's figures; else
        anonymous visits of counted rooms are left out, for the room counts take their place."""
        return tally(
            lines,
            places=places,
            singles=self.singles,
            sizes=self.sizes,
            reissued=self.reissued,
            rooms=self.rooms if whole else dict.fromkeys(self.rooms, ()),
            imports=self.imports if whole else (),
        )


@dataclass(frozen=True)
class Crossing:
    """Numbers by the values of two dimensions, by those of each alone, and all together."""

    cells: Mapping[tuple[Value, Value], int]
    rows: Mapping[Value, int]
    columns: Mapping[Value, int]
    total: int


@dataclass(frozen=True)
class Ground:
    """Where places lie: what a session, a venue and a room are called. rooms: by session."""

    places: Mapping[int, Place]
    rooms: Mapping[int, Value]

    def value(self, dimension: Dimension, place: int | None) -> Value:
        """Session, site or room of a place; of an entrance the session and room are the entrance."""
        if place is None:
            return None
        session, venue = self.places[place]
        if dimension is Dimension.SITE:
            return venue if venue is not None else ONLINE
        if session is None:
            return ENTRANCE
        return session if dimension is Dimension.SESSION else self.rooms.get(session)


def cross(
    read: Read, said: Mapping[int, Attributes], ground: Ground, *, rows: Dimension, columns: Dimension, measure: Measure
) -> Crossing:
    """Count people or visits by two dimensions. said: by id of line what it says of the party."""
    read = replace(read, lines=[Line._make(line) for line in read.lines])
    cells = pieces(read, said, ground, (rows, columns), measure)
    if measure is Measure.VISITS:
        return _added_up(cells)
    return Crossing(
        {(key[0], key[1]): number for key, number in cells.items()},
        {key[0]: number for key, number in pieces(read, said, ground, (rows,), measure).items()},
        {key[0]: number for key, number in pieces(read, said, ground, (columns,), measure).items()},
        sum(pieces(read, said, ground, (), measure).values()),
    )


def pieces(
    read: Read, said: Mapping[int, Attributes], ground: Ground, dimensions: tuple[Dimension, ...], measure: Measure
) -> dict[Key, int]:
    """People or visits in each piece."""
    return (_visits if measure is Measure.VISITS else _people)(read, said, ground, dimensions)


def rests_on_sums(rows: Dimension, columns: Dimension, measure: Measure) -> bool:
    """Whether the sums of an event are enough: visits by when, where and how; people by what the newest line of each
    says of them. Else its lines have to be read."""
    known = OF_ADMISSIONS if measure is Measure.VISITS else OF_HEADS
    return {rows, columns} <= known


def cross_sums(tally: Tally, ground: Ground, *, rows: Dimension, columns: Dimension, measure: Measure) -> Crossing:
    """The same from the tally of an event, if it rests on sums."""
    cells: dict[Key, int] = defaultdict(int)
    if measure is Measure.VISITS:
        _add_visits(cells, tally, ground, (rows, columns), {})
    else:
        for head, number in tally.people.items():
            cells[tuple(head.category if one is Dimension.CATEGORY else head.method for one in (rows, columns))] += (
                number
            )
    return _added_up({key: number for key, number in cells.items() if number})


def _added_up(cells: Mapping[Key, int]) -> Crossing:
    """Numbers that add up both ways."""
    return Crossing(
        {(key[0], key[1]): number for key, number in cells.items()},
        _summed(cells, 0),
        _summed(cells, 1),
        sum(cells.values()),
    )


def _visits(
    read: Read, said: Mapping[int, Attributes], ground: Ground, dimensions: tuple[Dimension, ...]
) -> dict[Key, int]:
    """Visits to sessions, and those of a source that does not say where."""
    found: dict[Key, int] = defaultdict(int)
    of_party = tuple(one for one in dimensions if one in OF_THE_PARTY)
    for key, part in _parts(read, ground, dimensions, _of_line(read, said, of_party)):
        _add_visits(found, part, ground, dimensions, dict(zip(of_party, key, strict=True)))
    return {key: number for key, number in found.items() if number}


def _add_visits(
    found: dict[Key, int],
    part: Tally,
    ground: Ground,
    dimensions: tuple[Dimension, ...],
    of_party: Mapping[Dimension, Value],
) -> None:
    says = [_sayer(one, ground, of_party) for one in dimensions]
    for admission, number in part.admissions.items():
        place = admission.place
        if place is None or ground.places[place].session is not None:
            found[tuple([says_it(admission) for says_it in says])] += number


def _sayer(one: Dimension, ground: Ground, of_party: Mapping[Dimension, Value]) -> Callable[[Admission], Value]:
    """What tells of an admission its value in this dimension."""
    if one in of_party:
        return lambda _admission: of_party[one]
    if one in _OF_ADMISSION:
        return attrgetter(_OF_ADMISSION[one])
    at_place = cache(partial(ground.value, one))
    return lambda admission: at_place(admission.place)


_OF_ADMISSION = {Dimension.CATEGORY: "category", Dimension.METHOD: "method", Dimension.DAY: "day"}


def _people(
    read: Read, said: Mapping[int, Attributes], ground: Ground, dimensions: tuple[Dimension, ...]
) -> dict[Key, int]:
    """Different people in each piece; one person is of the category that their newest line says, in every piece."""
    read = replace(read, lines=_of_one_category(read))
    found: dict[Key, int] = defaultdict(int)
    cut = tuple(one for one in dimensions if one in OF_THE_PARTY or one in WHERE_AND_WHEN)
    party = _of_line(read, said, tuple(one for one in cut if one in OF_THE_PARTY))

    def key_of(line: Line) -> Key:
        known = iter(party(line))
        return tuple(
            next(known) if one in OF_THE_PARTY else line.day if one is Dimension.DAY else ground.value(one, line.place)
            for one in cut
        )

    for key, part in _parts(read, ground, dimensions, key_of, width=len(cut)):
        for head, number in part.people.items():
            whole: dict[Dimension, Value] = dict(zip(cut, key, strict=True))
            whole |= {Dimension.CATEGORY: head.category, Dimension.METHOD: head.method}
            found[tuple(whole[one] for one in dimensions)] += number
    return {key: number for key, number in found.items() if number}


def _parts(
    read: Read, ground: Ground, dimensions: tuple[Dimension, ...], key_of: Callable[[Line], Key], *,
    width: int | None = None,
) -> list[tuple[Key, Tally]]:  # fmt: skip
    """The lines in pieces, each counted. What belongs to no line goes with those of which nothing is recorded."""
    width = sum(one in OF_THE_PARTY for one in dimensions) if width is None else width
    nothing: Key = (None,) * width
    pieces: dict[Key, list[Line]] = {nothing: []}
    for line in read.lines:
        pieces.setdefault(key_of(line), []).append(line)
    return [(key, read.part(lines, ground.places, whole=key == nothing)) for key, lines in pieces.items()]


def _of_line(read: Read, said: Mapping[int, Attributes], dimensions: tuple[Dimension, ...]) -> Callable[[Line], Key]:
    """What is recorded of the party of a line: of a ticket what its newest line says, whichever paper was read."""
    newest: dict[int, Line] = {}
    for line in read.lines if dimensions else ():
        ticket = _ticket(read, line)
        if ticket is not None:
            before = newest.get(ticket)
            if before is None or (before.at, before.id) < (line.at, line.id):
                newest[ticket] = line

    def key(line: Line) -> Key:
        ticket = _ticket(read, line)
        speaks = newest[ticket] if ticket is not None and dimensions else line
        attributes = said.get(speaks.id, Attributes())
        return tuple(_value(attributes, one, has_ticket=ticket is not None) for one in dimensions)

    return key


def _of_one_category(read: Read) -> list[Line]:
    """The lines, those of each ticket of one person under the category of its newest one."""
    parties = {_ticket(read, line) for line in read.lines if not _is_single(read, line)}
    newest: dict[int | None, Line] = {}
    for line in read.lines:
        ticket = _ticket(read, line)
        if ticket is not None and ticket not in parties and line.number > 0:
            newest[ticket] = max(newest.get(ticket, line), line, key=lambda one: (one.at, one.id))
    return [
        line._replace(category=newest[ticket].category) if (ticket := _ticket(read, line)) in newest else line
        for line in read.lines
    ]


def _is_single(read: Read, line: Line) -> bool:
    return line.party_kind == PartyKind.PERSON or _ticket(read, line) in read.singles


def _ticket(read: Read, line: Line) -> int | None:
    return None if line.ticket is None else read.reissued.get(line.ticket, line.ticket)


def _value(attributes: Attributes, dimension: Dimension, *, has_ticket: bool) -> Value:
    found: str | None = getattr(attributes, dimension.value)
    if found is None and dimension is Dimension.ORGANISATION and has_ticket:
        return NO_ORGANISATION
    return found


def _summed(cells: Mapping[Key, int], part: int) -> dict[Value, int]:
    sums: dict[Value, int] = defaultdict(int)
    for key, number in cells.items():
        sums[key[part]] += number
    return dict(sums)
