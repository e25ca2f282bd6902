"""What one ticket did at one place: who was admitted, who is inside, when it first came, from its standing lines."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from app.values import Value, field
from checkin.rules import Direction
from checkin.rules.people import NOBODY, Numbers, beyond, first, named_as, plus, total, turned, within


class Line(Value, frozen=True):
    """A standing line (not undone, no undo): signed numbers, in plus, out minus. `order` breaks ties of time."""

    at: datetime
    order: int
    direction: Direction
    people: Numbers
    reentry: bool = False
    booked: bool = False
    gate_id: int | None = None


class Stay(Value, frozen=True):
    """admitted: each person once. inside: who of them is there now. booked: who of them came on a booked place."""

    admitted: Numbers = field(default_factory=dict)
    inside: Numbers = field(default_factory=dict)
    booked: Numbers = field(default_factory=dict)
    first_at: datetime | None = None
    first_gate_id: int | None = None
    last_at: datetime | None = None

    @property
    def outside(self) -> Numbers:
        """Who was admitted and has left."""
        return beyond(self.admitted, self.inside)


NEVER_CAME = Stay()


def stay(lines: Collection[Line], *, until: datetime | None = None) -> Stay:
    """The stay up to `until` (or to the end), in the order of corrected time, whatever the order of arrival.

    A repeated exit takes nobody twice; an exit before any entry takes nobody. Who leaves or comes back under a category
    that was corrected meanwhile is one of those admitted.
    """
    chosen = lines if until is None else [line for line in lines if line.at <= until]
    if not chosen:
        return NEVER_CAME
    if len(chosen) == 1:
        return _of_one(next(iter(chosen)))
    ordered = sorted(chosen, key=_by_time)
    entries = [line for line in ordered if line.direction is Direction.IN and not line.reentry]
    admitted = _sum(line.people for line in entries)
    earliest = entries[0] if entries else None
    return Stay(
        admitted=admitted,
        inside=_inside(ordered, admitted),
        booked=_sum(line.people for line in entries if line.booked),
        first_at=earliest.at if earliest else None,
        first_gate_id=earliest.gate_id if earliest else None,
        last_at=ordered[-1].at,
    )


def _of_one(line: Line) -> Stay:
    """Nearly everybody comes once: the same for a single line."""
    if line.direction is not Direction.IN or line.reentry:
        return Stay(NOBODY, NOBODY, NOBODY, last_at=line.at)
    came = plus(NOBODY, line.people)
    inside = came if min(came.values(), default=1) > 0 else _inside([line], came)
    return Stay(came, inside, came if line.booked else NOBODY, line.at, line.gate_id, line.at)


def stay_after(before: Stay, lines: Sequence[Line]) -> Stay:
    """`stay(lines)`, where `before` is the stay without the last of them: only a further admission, or a line that is
    not the newest, asks for all of them again."""
    last = lines[-1]
    if len(lines) == 1:
        return _of_one(last)
    admits = last.direction is Direction.IN and not last.reentry
    if admits or before.last_at is None or last.at <= before.last_at:
        return stay(lines)
    inside = _moved(before.inside, last, before.admitted)
    return Stay(before.admitted, inside, before.booked, before.first_at, before.first_gate_id, last.at)


def returns_alone(lines: Iterable[Line]) -> list[tuple[Line, Numbers]]:
    """Lines of who came back although no admission of theirs stands, in the order of time, and who of each it is.
    Whoever was admitted at the same moment is somebody else."""
    ordered = sorted((line for line in lines if line.direction is Direction.IN), key=_by_time)
    entries = [line for line in ordered if not line.reentry]
    admitted, found = _sum(line.people for line in entries), []
    for line in (line for line in ordered if line.reentry):
        before = beyond(admitted, _sum(one.people for one in entries if one.at == line.at))
        alone = first(beyond(line.people, before), total(line.people) - total(before))
        if alone:
            found.append((line, alone))
            admitted = plus(admitted, alone)
    return found


def _by_time(line: Line) -> tuple[datetime, int]:
    return line.at, line.order


def _sum(numbers: Iterable[Numbers]) -> Numbers:
    together = NOBODY
    for one in numbers:
        together = plus(together, one)
    return together


def _inside(ordered: list[Line], admitted: Numbers) -> Numbers:
    inside = NOBODY
    for line in ordered:
        inside = _moved(inside, line, admitted)
    return inside


def _moved(inside: Numbers, line: Line, admitted: Numbers) -> Numbers:
    """Who is inside after that line, of all who are ever admitted."""
    if line.direction is Direction.IN:
        return within(plus(inside, named_as(line.people, admitted)), admitted)
    return beyond(inside, named_as(turned(line.people), admitted)) if total(inside) else inside
