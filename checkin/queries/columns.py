"""The ledger of an event as columns of whole numbers, read once, piece by piece: for sums over millions of lines.

numpy takes its time to load, so whoever rebuilds roll-ups loads this module then.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import chain, cycle
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import BigInteger, Boolean, and_, bindparam, case, func, literal, or_, select, type_coerce
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from app.bulk import gathered, heaps
from app.direct import Bound, Direct
from checkin.models import Entry, EntryNumber
from checkin.queries.newest import AllOf
from checkin.queries.rollups import ADMITTED, BOOKED, ordinal
from checkin.rules import EntryKind, Method
from registrations.models import Ticket
from registrations.rules import PartyKind

Numbers = NDArray[np.int64]
PIECE, HEAP = 50_000, 1000
"""Lines that are read together, by their ids; and rows that a driver hands out at a time, for through more Python's
collector of garbage looks again and again."""
ADMITS, CORRECTED, RETURNS, NEW_TODAY, PERSON = 1, 2, 4, 8, 16
BOOKED_AT, METHOD_AT = 5, 7
"""What a line says in one number: these are its bits, then two of booked + 1, then which method."""
METHODS = tuple(method.value for method in Method)
HALF = 1 << 32
"""Two numbers travel as one, so many times the first and the second: each that a driver hands out has its price. Ids of
registrations, tickets, places and devices must be below half of it, two thousand million."""
NOTHING = np.zeros(0, np.int64)


class _Day(FunctionElement[Any]):
    """A day as a number where the database reckons with days, otherwise its text."""

    inherit_cache = True
    type = BigInteger()


class _Moment(FunctionElement[Any]):
    """A moment as microseconds where the database reckons with them, otherwise its text."""

    inherit_cache = True
    type = BigInteger()


class _Within(FunctionElement[Any]):
    """A column lies between two values, which follows from what is said already: for PostgreSQL, which then walks
    through two indexes side by side; SQLite looks each line up as quickly, and asks for nothing more."""

    inherit_cache = True
    type = Boolean()


@compiles(_Within, "sqlite")
def _nothing_more(_element: FunctionElement[Any], _compiler: Any, **_options: Any) -> str:
    return "1"


@compiles(_Within, "postgresql")
def _between(element: FunctionElement[Any], compiler: Any, **options: Any) -> str:
    column, first, last = (compiler.process(one, **options) for one in element.clauses)
    return f"{column} BETWEEN {first} AND {last}"


@compiles(_Day, "sqlite")
@compiles(_Moment, "sqlite")
def _text(element: FunctionElement[Any], compiler: Any, **options: Any) -> str:
    return str(compiler.process(next(iter(element.clauses)), **options))


@compiles(_Day, "postgresql")
def _ordinal(element: FunctionElement[Any], compiler: Any, **options: Any) -> str:
    day = compiler.process(next(iter(element.clauses)), **options)
    return f"coalesce({day} - DATE '0001-01-01' + 1, 0)"


@compiles(_Moment, "postgresql")
def _microseconds(element: FunctionElement[Any], compiler: Any, **options: Any) -> str:
    moment = compiler.process(next(iter(element.clauses)), **options)
    return f"date_part('epoch', {moment}) * 1000000"  # as a double, exact until 2106, in half the time


class Lines(NamedTuple):
    """Some lines, one row for each of its categories (one of category 0 where there is none). day: counted from
    1 January of the year 1, 0: none; at: microseconds since 1970; said: see `ADMITS`. Whatever is empty is 0."""

    id: Numbers
    registration: Numbers
    ticket: Numbers
    place: Numbers
    device: Numbers
    category: Numbers
    number: Numbers
    slot: Numbers
    said: Numbers
    day: Numbers
    at: Numbers

    def chosen(self, which: Any) -> "Lines":
        """These rows of them, or in this order."""
        return Lines(*(column[which] for column in self))

    def says(self, bit: int) -> NDArray[np.bool_]:
        found: NDArray[np.bool_] = (self.said & bit) != 0
        return found

    @property
    def booked(self) -> Numbers:
        return (self.said >> BOOKED_AT & 3) - 1

    @property
    def method(self) -> Numbers:
        return self.said >> METHOD_AT


def _bit(condition: Any, bit: int) -> Any:
    return case((condition, bit), else_=0)


def _pair(first: Any, second: Any) -> Any:
    return func.coalesce(first, 0) * literal(HALF, BigInteger) + func.coalesce(second, 0)


_SAID = (
    _bit(and_(*ADMITTED), ADMITS)
    + _bit(Entry.kind == EntryKind.CORRECTION, CORRECTED)
    + _bit(Entry.reentry, RETURNS)
    + _bit(Entry.new_today, NEW_TODAY)
    + _bit(Entry.party_kind == PartyKind.PERSON, PERSON)
    + (BOOKED + 1) * (1 << BOOKED_AT)
    + case({method: number << METHOD_AT for number, method in enumerate(Method)}, value=Entry.method)
)
PAIRS = 4
_PIECE: tuple[Any, ...] = tuple(bindparam(name, type_=BigInteger) for name in ("first", "last"))


def lines_with(device: Any, slot: Any) -> Direct:
    """What is read of lines. device, slot: these, or what stands in their place for who asks for other things."""
    return Direct(
        select(
            Entry.id,
            _pair(Entry.registration_id, Entry.ticket_id),
            _pair(Entry.place_id, device),
            _pair(EntryNumber.category_id, EntryNumber.number),
            _pair(slot, _SAID),
            _Day(Entry.day),
            _Moment(Entry.at),
        )
        .select_from(Entry)
        .outerjoin(EntryNumber, and_(EntryNumber.entry_id == Entry.id, _Within(EntryNumber.entry_id, *_PIECE)))
        .where(
            AllOf(Entry.event_id) == bindparam("event_id", type_=BigInteger),
            Entry.id.between(*_PIECE),
            or_(
                bindparam("parts", type_=BigInteger) == 1,
                func.coalesce(Entry.registration_id, Entry.id) % bindparam("parts") == bindparam("part"),
            ),
        )
    )


LINES = lines_with(Entry.device_id, Entry.slot)
COLUMNS = 1 + PAIRS + 2
HEAD = 20
"""Bytes before the first number of an array as PostgreSQL sends it: dimensions, whether any is empty, of what type,
how many, and from where they are counted."""
NUMBER = np.dtype([("bytes", ">i4"), ("number", ">i8")])
SPAN = Direct(
    select(func.min(Entry.id).label("first"), func.max(Entry.id).label("last")).where(
        Entry.event_id == bindparam("event_id")
    )
)
UNDONE = Direct(select(Entry.undoes_id).where(Entry.undoes_id.is_not(None)).order_by(Entry.undoes_id))
PERSONS = Direct(
    select(Ticket.id, Ticket.attendee_id)
    .where(type_coerce(Ticket.event_id, BigInteger) == bindparam("event_id"), Ticket.attendee_id.is_not(None))
    .order_by(Ticket.id)
)


def undone(bind: Bound) -> Numbers:
    """The lines that were undone, by id, in order."""
    return _all_numbers(bind, UNDONE, {})


def persons(bind: Bound, event_id: int) -> tuple[Numbers, Numbers]:
    """Tickets of persons with a name, in order, and whose they are."""
    found = _all_numbers(bind, PERSONS, {"event_id": event_id})
    return found[::2], found[1::2]


def _all_numbers(bind: Bound, asked: Direct, parameters: Mapping[str, Any]) -> Numbers:
    rows = chain.from_iterable(heaps(bind, asked, parameters, size=HEAP))
    return np.fromiter(chain.from_iterable(rows), np.int64)


def pieces(
    bind: Bound, event_id: int, *, parts: int = 1, part: int = 0, readers: Sequence[Bound] = (), lines: Direct = LINES
) -> Iterator[Lines]:
    """The lines of an event, of so many parts that one; what belongs to one registration is in one part, all rows of a
    line are in one piece. readers: connections that read on PostgreSQL side by side, and ahead of whoever takes the
    pieces; each sees lines that came meanwhile, so who needs one state of the ledger sees to it that none came. lines:
    see `lines_with`."""
    span = SPAN.rows(bind, {"event_id": event_id})[0]
    of_all = {"event_id": event_id, "parts": parts, "part": part}
    asked = (
        of_all | {"first": first, "last": first + PIECE - 1}
        for first in range(span.first or 0, (span.last or -1) + 1, PIECE)
    )
    on_postgresql = bind.dialect.name == "postgresql"
    one_by_one = ((_gathered if on_postgresql else _fetched)(bind, lines, one) for one in asked)
    read = _side_by_side(readers, lines, asked) if readers and on_postgresql else one_by_one
    for id_, *pairs, day, at in read:
        yield Lines._make([id_, *(half for pair in pairs for half in _halves(pair)), day, at])


def _side_by_side(
    readers: Sequence[Bound], lines: Direct, asked: Iterable[Mapping[str, Any]]
) -> Iterator[list[Numbers]]:
    """In the order of the questions; no reader is asked for more than one at a time."""
    coming: deque[Future[list[Numbers]]] = deque()
    with ThreadPoolExecutor(len(readers)) as threads:
        for one, reader in zip(asked, cycle(readers), strict=False):
            found = coming.popleft().result() if len(coming) == len(readers) else None
            coming.append(threads.submit(_gathered, reader, lines, one))
            if found is not None:
                yield found
        while coming:
            yield coming.popleft().result()


def _halves(pair: Numbers) -> tuple[Numbers, Numbers]:
    """The second number is the nearest to 0 that it can be; it may be negative."""
    first = (pair + HALF // 2) >> 32
    return first, pair - first * HALF


def _fetched(bind: Bound, lines: Direct, asked: Mapping[str, Any]) -> list[Numbers]:
    found = [_numbers(rows) for rows in heaps(bind, lines, asked, size=HEAP)]
    return [np.concatenate(column) for column in zip(*found, strict=True)] if found else [NOTHING] * COLUMNS


def _numbers(rows: Sequence[tuple[Any, ...]]) -> list[Numbers]:
    *plain, day, at = zip(*rows, strict=True)
    columns = [np.fromiter(column, np.int64, len(rows)) for column in (*plain, map(ordinal, day))]
    return [*columns, _moments(at)]


def _moments(texts: tuple[str, ...]) -> Numbers:
    """Microseconds of what SQLite holds: 2026-10-03 01:02:03.000456."""
    return np.array(texts, "datetime64[us]").astype(np.int64)


def _gathered(bind: Bound, lines: Direct, asked: Mapping[str, Any]) -> list[Numbers]:
    """As the server has them in memory."""
    return [
        NOTHING if column is None else np.frombuffer(column, NUMBER, offset=HEAD)["number"].astype(np.int64)
        for column in gathered(bind, lines, asked, columns=COLUMNS)
    ]
