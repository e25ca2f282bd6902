"""Two dimensions of an event's attendance: from its sums where they say enough, else from sums over its registrations.

These are made by reading every line once, some registrations at a time; from then on only what lines that came add or
take off is read. What does not stand in the ledger, how many a party is now and which paper stands for which, is asked
with each reading: the few registrations whose people rest on it are counted anew.
"""

from collections import defaultdict
from collections.abc import Iterator, Set
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from threading import Lock, RLock
from typing import Any

from flask import current_app
from sqlalchemy import Connection

from analytics.queries.following import one_state, plan_once
from analytics.queries.ledger import imports_in, read_registrations
from analytics.queries.recalling import packed, recalled, unpacked
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

KEPT, FEWEST_LINES = 80, 20_000
"""How many crossings are kept, of one event all; and from how many lines on they are summed up all together."""
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
                with kept.alone(), one_state() as bind:
                    kept.cross(bind, asked, ground)
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
        """Take it up as it was put aside, or as it was written down, maybe by another process; whether it was."""
        beside = None if is_writing() else aside().pop(self.which, None)
        found = unpacked(beside) if beside else recalled(bind, self.which[0], kept_as(self.which))
        if found is not None:
            self.standing, self.near, *sums = found
            self.sums = Crossed.unpacked(self.which[1:], sums)
            self.kept_at = None if beside else self.standing
        return found is not None

    def packed(self) -> tuple[Any, ...]:
        """What `recall` needs."""
        return self.standing, self.near, *(self.sums.packed() if self.sums else ())

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Who reads every line does it for all crossings, so others wait for it; before they look at the ledger."""
        if self.sums is not None or is_writing():
            yield
            return
        with _reading(self.which[0]):
            self.recall(here())
            yield

    def keep(self, rests_on: object, crossing: Crossing) -> None:
        """What it came to."""
        self.made = rests_on, crossing, _turned(crossing)

    def crossing(self, *, turned: bool) -> Crossing:
        """As it stands now, which is known. turned: the other way round."""
        if self.made is None:
            raise LookupError
        return self.made[2] if turned else self.made[1]

    def cross(self, bind: Connection, asked: Asked, ground: Ground) -> None:
        """Move on to this state."""
        event_id, before = asked.event.id, self.standing
        with at_one_go(bind):
            if before is not None and self.sums is not None and self.sums.stand_on(ground):
                plan_once(bind)
            now = STANDING.ask(bind, {"event_id": event_id})
            newer = None if before is None else ask_newer(bind, event_id, before, far=True)
            more = ask_around(bind, event_id)
        standing, around = standing_in(now), around_in(more)
        sums = self.follow(bind, ground, standing, newer)
        crossed = sums.crossing(counted_in(around.known), _beside(bind, asked, sums, around))
        self.keep(_rests_on(asked, ground, standing), crossed)

    def follow(self, bind: Connection, ground: Ground, standing: Standing, newer: Question | None) -> Crossed:
        """Move the sums on to this state. newer: see `fresh_since`."""
        fresh, sums = self._fresh(bind, ground, standing, newer)
        if fresh is None and self.recall(bind):
            fresh, sums = self._fresh(bind, ground, standing, None)
        self.standing = self.sums = None  # until all of it is done
        if sums is None or fresh is None:
            self.near = ids_near(bind, self.which[0], standing.newest_id)
            sums = self._summed(bind, ground, standing)
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

    def _summed(self, bind: Connection, ground: Ground, standing: Standing) -> Crossed:
        """Every line, read once: of a large ledger for all crossings, which are put aside until somebody asks."""
        event_id, *pair = self.which
        if standing.lines >= FEWEST_LINES:
            from analytics.queries.crossed_in_columns import PAIRS, UnknownWord, all_crossed

            with suppress(UnknownWord):
                made = all_crossed(bind, event_id, ground)
                others = () if is_writing() else [one for one in PAIRS if [*one] != pair]
                aside().update(
                    {(event_id, *one): packed((standing, self.near, *made.of(one).packed())) for one in others}
                )
                return made.of(self.which[1:])
        sums = Crossed(ground, *self.which[1:])
        for lines in registrations_recorded(bind, event_id):
            sums.take(lines)
        sums.tap(taps_recorded(bind, event_id))
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


def aside() -> dict[Which, bytes]:
    """Crossings that nobody asked for yet, which came with another one, as they are written down."""
    found: dict[Which, bytes] = current_app.extensions.setdefault("uketsuke_crossings_aside", {})
    return found


def _reading(event_id: int) -> Lock:
    locks: dict[int, Lock] = current_app.extensions.setdefault("uketsuke_crossings_read", {})
    return locks.setdefault(event_id, Lock())


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
