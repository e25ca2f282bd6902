"""The ledger of an event as columns of whole numbers, read once, piece by piece: for sums over millions of lines
(`checkin/rules/columns.py`). They are handed on as the database hands them out: numpy is loaded by whoever adds up.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import cycle
from typing import Any

from sqlalchemy import BigInteger, Boolean, and_, bindparam, case, func, literal, or_, select, type_coerce
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from app.bulk import Column, gathered
from app.direct import Bound, Direct
from checkin.models import Entry, EntryNumber
from checkin.queries.newest import AllOf
from checkin.queries.rollups import ADMITTED, BOOKED
from checkin.rules import EntryKind, Method
from checkin.rules.said import (
    ADMITS,
    BOOKED_AT,
    COLUMNS,
    CORRECTED,
    HALF,
    METHOD_AT,
    NEW_TODAY,
    PERSON,
    RETURNS,
)
from registrations.models import Ticket
from registrations.rules import PartyKind

PIECE = 50_000
"""Lines that are read together, by their ids."""


class _Day(FunctionElement[Any]):
    """A day as a number, counted from 1 January of the year 1."""

    inherit_cache = True
    type = BigInteger()


class _Moment(FunctionElement[Any]):
    """A moment as microseconds since 1970."""

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
def _from_julian(element: FunctionElement[Any], compiler: Any, **options: Any) -> str:
    day = compiler.process(next(iter(element.clauses)), **options)
    return f"coalesce(CAST(julianday({day}) - 1721424.5 AS INTEGER), 0)"


@compiles(_Moment, "sqlite")
def _from_text(element: FunctionElement[Any], compiler: Any, **options: Any) -> str:
    """2026-10-03 01:02:03.000456; what SQLite itself makes of it ends at milliseconds."""
    moment = compiler.process(next(iter(element.clauses)), **options)
    return f"CAST(strftime('%s', {moment}) AS INTEGER) * 1000000 + CAST(substr({moment}, 21) AS INTEGER)"


@compiles(_Day, "postgresql")
def _ordinal(element: FunctionElement[Any], compiler: Any, **options: Any) -> str:
    day = compiler.process(next(iter(element.clauses)), **options)
    return f"coalesce({day} - DATE '0001-01-01' + 1, 0)"


@compiles(_Moment, "postgresql")
def _microseconds(element: FunctionElement[Any], compiler: Any, **options: Any) -> str:
    moment = compiler.process(next(iter(element.clauses)), **options)
    return f"date_part('epoch', {moment}) * 1000000"  # as a double, exact until 2106, in half the time


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
SPAN = Direct(
    select(func.min(Entry.id).label("first"), func.max(Entry.id).label("last")).where(
        Entry.event_id == bindparam("event_id")
    )
)
UNDONE = Direct(select(Entry.undoes_id).where(Entry.undoes_id.is_not(None)))
PERSONS = Direct(
    select(Ticket.id, Ticket.attendee_id).where(
        type_coerce(Ticket.event_id, BigInteger) == bindparam("event_id"), Ticket.attendee_id.is_not(None)
    )
)


def undone(bind: Bound) -> list[Column]:
    """The lines that were undone, by id."""
    return gathered(bind, UNDONE, {}, columns=1)


def persons(bind: Bound, event_id: int) -> list[Column]:
    """Tickets of persons with a name, and whose they are."""
    return gathered(bind, PERSONS, {"event_id": event_id}, columns=2)


def pieces(
    bind: Bound,
    event_id: int,
    *,
    parts: int = 1,
    part: int = 0,
    readers: Sequence[Bound] = (),
    lines: Direct = LINES,
    at_once: int | None = None,
) -> Iterator[list[Column]]:
    """The lines of an event, of so many parts that one; what belongs to one registration is in one part, all rows of a
    line are in one piece. readers: connections that read on PostgreSQL side by side, and ahead of whoever takes the
    pieces; each sees lines that came meanwhile, so who needs one state of the ledger sees to it that none came. lines:
    see `lines_with`; at_once: how many of them are one piece at most."""
    span, wide = SPAN.rows(bind, {"event_id": event_id})[0], at_once or PIECE
    of_all = {"event_id": event_id, "parts": parts, "part": part}
    asked = (
        of_all | {"first": first, "last": first + wide - 1}
        for first in range(span.first or 0, (span.last or -1) + 1, wide)
    )
    if readers and bind.dialect.name == "postgresql":
        return _side_by_side(readers, lines, asked)
    return (gathered(bind, lines, one, columns=COLUMNS) for one in asked)


def _side_by_side(
    readers: Sequence[Bound], lines: Direct, asked: Iterable[Mapping[str, Any]]
) -> Iterator[list[Column]]:
    """In the order of the questions; no reader is asked for more than one at a time."""
    coming: deque[Future[list[Column]]] = deque()
    with ThreadPoolExecutor(len(readers)) as threads:
        for one, reader in zip(asked, cycle(readers), strict=False):
            found = coming.popleft().result() if len(coming) == len(readers) else None
            coming.append(threads.submit(gathered, reader, lines, one, columns=COLUMNS))
            if found is not None:
                yield found
        while coming:
            yield coming.popleft().result()
