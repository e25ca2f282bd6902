"""Two dimensions of an event's attendance: from its sums where they say enough, else from sums over its registrations.

These are made by reading every line once, some registrations at a time, or of a large ledger for all crossings at one
go in a process of its own (`apart`); from then on only what lines that came add or take off is read. What does not
stand in the ledger, how many a party is now and which paper stands for which, is asked with each reading: the few
registrations whose people rest on it are counted anew.
"""

from collections import defaultdict
from collections.abc import Iterator, Set
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from threading import RLock
from typing import Any

from flask import current_app
from sqlalchemy import Connection

from analytics.queries.apart import one_at_a_time, sum_apart
from analytics.queries.following import one_state, plan_once
from analytics.queries.ledger import imports_in, read_registrations
from analytics.queries.recalling import recalled
from analytics.queries.recorded import recorded_of, registrations_recorded, sizes_of, taps_recorded, touched_by
from analytics.queries.rolled import Around, Asked, around_in, ask_around, beside, counted_in
from analytics.queries.running import kept_tally
from analytics.rules import Measure
from analytics.rules.crossed import Cells, Crossed, Cut, words_of
from analytics.rules.crossing import ONLINE, Crossing, Dimension, Ground, Read, Value, cross_sums, rests_on_sums
from analytics.rules.facts import Facts, Session
from analytics.rules.ledger import Line
from analytics.rules.recorded import Recorded
from app.db import is_writing
from app.direct import Asked as Question
from app.direct import Bound, at_one_go, here
from app.programme.models import Event
from app.web.languages import plain
from checkin.queries.moved import (
    STANDING,
    Standing,
    ask_newer,
    fresh_since,
    ids_near,
    standing_in,
    standing_of,
    still_near,
)
from checkin.rules import Method

KEPT, FEWEST_LINES = 80, 50_000
"""How many crossings are kept, of one event all; and from how many lines on they are summed up all together: half a
second for one of them, or a second for the libraries of a process that sums up all."""
Which = tuple[int, Dimension, Dimension, Measure]


def crossing_of(event: Event, facts: Facts, *, rows: Dimension, columns: Dimension, measure: Measure) -> Crossing:
    """People or visits by two dimensions."""
    ground = Ground(facts.places, room_names(facts))
    undivided = next((category.id for category in facts.categories if category.unknown), None)
    asked = Asked(event, facts.places, undivided)
    first, second = sorted((rows, columns))
    with _kept((event.id, first, second, measure)) as kept:
        rests_on = _rests_on(asked, ground, standing_of(here(), event.id))
        if kept.made is None or kept.made[0] != rests_on:
            if rests_on_sums(first, second, measure):
                tally = kept_tally(event, facts, arrivals=False)
                kept.keep(rests_on, cross_sums(tally, ground, rows=first, columns=second, measure=measure))
            else:
                kept.move_on(asked, ground)
        return kept.crossing(turned=rows != first)


def _rests_on(asked: Asked, ground: Ground, standing: Standing) -> object:
    return standing, asked.event.people_measure, asked.undivided, ground


@dataclass
class Kept:
    """One crossing of one event. near: ids of the newest lines; made: all that it rests on, and what it came to, with
    either dimension as the rows."""

    which: Which
    lock: Any = field(default_factory=RLock)
    standing: Standing | None = None
    near: set[int] = field(default_factory=set)
    sums: Crossed | None = None
    made: tuple[object, Crossing, Crossing] | None = None
    kept_at: Standing | None = None

    @classmethod
    def recalled(cls, which: Which) -> "Kept":
        """As the server before left it, or anew."""
        kept = cls(which)
        kept.recall(here())
        return kept

    def recall(self, bind: Bound) -> bool:
        """Take it up as it was written down, maybe by another process; whether it was."""
        found = recalled(bind, self.which[0], kept_as(self.which))
        if found is not None:
            self.standing, self.near, *sums = found
            self.sums = Crossed.unpacked(self.which[1:], sums)
            self.kept_at = self.standing
        return found is not None

    def packed(self) -> tuple[Any, ...]:
        """What `recall` needs."""
        return self.standing, self.near, *(self.sums.packed() if self.sums else ())

    def move_on(self, asked: Asked, ground: Ground) -> None:
        """To the present state. Where every line of a large ledger has to be read, a process of its own does it, for
        all crossings and all who wait for one; if it cannot, it is done here, for this one."""
        if is_writing():
            self._cross_now(asked, ground, plainly=True)
        elif not self._cross_now(asked, ground):
            with one_at_a_time():
                if not self._cross_now(asked, ground, newest=True):
                    sum_apart(self.which[0], ground)
                    self._cross_now(asked, ground, newest=True, plainly=True)

    def _cross_now(self, asked: Asked, ground: Ground, *, newest: bool = False, plainly: bool = False) -> bool:
        with one_state(newest=newest) as bind:
            return self.cross(bind, asked, ground, plainly=plainly)

    def keep(self, rests_on: object, crossing: Crossing) -> None:
        """What it came to."""
        self.made = rests_on, crossing, _turned(crossing)

    def crossing(self, *, turned: bool) -> Crossing:
        """As it stands now, which is known. turned: the other way round."""
        if self.made is None:
            raise LookupError
        return self.made[2] if turned else self.made[1]

    def cross(self, bind: Connection, asked: Asked, ground: Ground, *, plainly: bool = False) -> bool:
        """Move on to this state, if need be by reading all lines of a ledger that is small, or `plainly` of any;
        whether it was done."""
        event_id, before = asked.event.id, self.standing
        with at_one_go(bind):
            if before is not None and self.sums is not None and self.sums.stand_on(ground):
                plan_once(bind)
            now = STANDING.ask(bind, {"event_id": event_id})
            newer = None if before is None else ask_newer(bind, event_id, before, far=True)
            more = ask_around(bind, event_id)
        standing, around = standing_in(now), around_in(more)
        sums = self.follow(bind, ground, standing, newer, plainly=plainly or standing.lines < FEWEST_LINES)
        if sums is None:
            return False
        crossed = sums.crossing(counted_in(around.known), _beside(bind, asked, sums, around))
        self.keep(_rests_on(asked, ground, standing), crossed)
        return True

    def follow(
        self, bind: Connection, ground: Ground, standing: Standing, newer: Question | None, *, plainly: bool
    ) -> Crossed | None:
        """Move the sums on to this state. newer: see `fresh_since`; plainly: every line may be read for it."""
        fresh, sums = self._fresh(bind, ground, standing, newer)
        if fresh is None and self.recall(bind):
            fresh, sums = self._fresh(bind, ground, standing, None)
        self.standing = self.sums = None  # until all of it is done
        if sums is None or fresh is None:
            if not plainly:
                return None
            self.near = ids_near(bind, self.which[0], standing.newest_id)
            sums = self._summed(bind, ground)
        elif fresh:
            _move(bind, sums, fresh)
            self.near = still_near(bind, self.near, fresh, standing.newest_id)
        if sums.owed:
            _take_owed(bind, sums)
        self.standing, self.sums = standing, sums
        return sums

    def _fresh(
        self, bind: Connection, ground: Ground, standing: Standing, newer: Question | None
    ) -> tuple[frozenset[int] | None, Crossed | None]:
        """Lines that came since, and the sums that they come to."""
        if self.standing is None or self.sums is None or not self.sums.stand_on(ground):
            return None, None
        event_id, before = self.which[0], self.standing
        return fresh_since(bind, event_id, before, standing, self.near, newer=newer, far=True), self.sums

    def _summed(self, bind: Connection, ground: Ground) -> Crossed:
        """Every line, read once."""
        sums = Crossed(ground, *self.which[1:])
        for lines in registrations_recorded(bind, self.which[0]):
            sums.take(lines)
        sums.tap(taps_recorded(bind, self.which[0]))
        return sums


def _move(bind: Connection, sums: Crossed, fresh: Set[int]) -> None:
    touched = touched_by(bind, fresh)
    for lines in touched.before:
        if lines[0][0] not in sums.owed:
            sums.take(lines, -1)
    for lines in touched.after:
        if lines[0][0] not in sums.owed:
            sums.take(lines)
    sums.tap(touched.taps)


def _take_owed(bind: Connection, sums: Crossed) -> None:
    of_each: dict[int | None, list[Recorded]] = defaultdict(list)
    for one in recorded_of(bind, sums.owed):
        of_each[one.registration].append(one)
    for lines in of_each.values():
        sums.take(lines)
    sums.owed = set()


def _beside(bind: Connection, asked: Asked, sums: Crossed, around: Around) -> Iterator[tuple[dict[Cut, Cells], int]]:
    """Whom room counts find, what a source says of the whole event, and registrations whose people rest on more than
    their lines."""
    rooms = _rooms(bind, asked, around) if counted_in(around.known) and sums.measure is Measure.VISITS else {}
    yield sums.of(Read([], rooms=rooms, imports=imports_in(asked.event, around.imported)), {}), 1
    sizes = sizes_of(bind, sums.sized)
    apart = around.apart | {one for one, most in sums.sized.items() if sizes.get(one, most) < most}
    if apart:
        lines = recorded_of(bind, apart)
        yield sums.counted(lines), -1
        read = read_registrations(asked.event.id, apart, corrected=True, bind=bind)
        read = replace(read, lines=[Line._make(line) for line in read.lines])
        yield sums.of(read, {one.id: words_of(one) for one in lines}), 1


def _rooms(bind: Connection, asked: Asked, around: Around) -> dict[int, list[Line]]:
    found: dict[int, list[Line]] = defaultdict(list)
    for one, number in beside(bind, asked, around).admissions.items():
        if one.method == Method.ROOM_COUNT and one.place is not None:
            counted = (None, None, one.place, one.category, number, one.method, one.day)
            found[one.place].append(Line(*counted, None, None, None, reentry=False, at="", id=0))
    return found


@contextmanager
def _kept(which: Which) -> Iterator[Kept]:
    """One reader moves the sums on at a time. Inside a transaction that writes nothing is kept: it may yet be taken
    back."""
    if is_writing():
        yield Kept(which)
        return
    all_kept: dict[Which, Kept] = current_app.extensions.setdefault("uketsuke_crossings", {})
    if len(all_kept) >= KEPT and which not in all_kept:
        all_kept.clear()
    kept = all_kept.get(which) or all_kept.setdefault(which, Kept.recalled(which))
    with kept.lock:
        yield kept


def _turned(one: Crossing) -> Crossing:
    """With rows and columns changed."""
    return Crossing({key[::-1]: number for key, number in one.cells.items()}, one.columns, one.rows, one.total)


def kept_as(which: Which) -> str:
    """The name of a crossing among an event's sums."""
    return "/".join(("crossed", *which[1:]))


def room_names(facts: Facts) -> dict[int, Value]:
    """By session what its room is called, with the venue where two venues have one of that name; else it is online."""
    venues = {venue.id: plain(venue.name) for venue in facts.venues}
    where: dict[str, set[int | None]] = defaultdict(set)
    for one in facts.sessions:
        where[plain(one.room)].add(one.venue)
    return {one.id: _room_name(one, venues, shared=len(where[plain(one.room)]) > 1) for one in facts.sessions}


def _room_name(session: Session, venues: dict[int, str], *, shared: bool) -> str:
    name = plain(session.room)
    if not name:
        return ONLINE
    return f"{venues.get(session.venue or 0, '')} {name}".strip() if shared else name
