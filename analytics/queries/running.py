"""The sums of an event, kept in memory and moved on by what came into its ledger since: after a scan as little is read
of ten million lines as of ten.

Whether anything came is asked with every reading, in one state of the database, so what another process wrote is seen
too. What cannot be followed (roll-ups made anew, too many lines at once, one that came late) is read anew.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import RLock
from typing import Any

from flask import current_app
from sqlalchemy import Connection

from analytics.queries.facts import facts_and_standing
from analytics.queries.following import one_state, plan_once
from analytics.queries.ledger import count_ledger
from analytics.queries.rolled import Around, Asked, around_in, ask_around, beside, counted_in, load, stands_elsewhere
from analytics.rules.facts import Facts
from analytics.rules.figures import Figures
from analytics.rules.laying_out import Layout, figures, laid_out
from analytics.rules.ledger import Tally
from analytics.rules.running import Running
from app.db import is_writing
from app.direct import Asked as Question
from app.direct import at_one_go
from app.programme.models import Event
from checkin.queries.moved import (
    STANDING,
    Standing,
    added_by,
    ask_newer,
    fresh_since,
    ids_near,
    standing_in,
    still_near,
)

KEPT = 20


@dataclass
class Kept:
    """What is known of one event. near: ids of the newest lines; made: the figures, and all that they rest on."""

    lock: Any = field(default_factory=RLock)
    standing: Standing | None = None
    near: set[int] = field(default_factory=set)
    running: Running = field(default_factory=Running)
    layout: Layout = field(default_factory=Layout)
    made: tuple[object, Figures] | None = None

    def same(self, asked: "_Asked", standing: Standing) -> Figures | None:
        """Those that were made last, if nothing changed of all that they rest on."""
        if self.made is None or self.made[0] != asked.rests_on(standing) or self.made[1].facts is not asked.facts:
            return None
        return self.made[1]

    def figures(self, asked: "_Asked", bind: Connection) -> Figures:
        """As they stand at that moment."""
        standing, newer, around = self._look(asked, bind)
        if stands_elsewhere(around.known, asked.facts.places):
            found = figures(asked.facts, asked.counted(), at=asked.at, newest_at=standing.newest_at)
        else:
            self.follow(bind, asked, standing, newer)
            ground = self.running.ground(counted_in(around.known), beside(bind, asked.beside(), around))
            found = laid_out(asked.facts, ground, at=asked.at, newest_at=standing.newest_at, layout=self.layout)
        self.made = asked.rests_on(standing), found
        return found

    def tally(self, asked: "_Asked", bind: Connection, *, arrivals: bool) -> Tally:
        """The same before it is laid out."""
        standing, newer, around = self._look(asked, bind)
        if stands_elsewhere(around.known, asked.facts.places):
            return asked.counted()
        self.follow(bind, asked, standing, newer)
        return self.running.tally(counted_in(around.known), beside(bind, asked.beside(), around), arrivals=arrivals)

    def _look(self, asked: "_Asked", bind: Connection) -> tuple[Standing, Question | None, Around]:
        """How it stands, lines that may be new, and what is around: all of it asked for at one go."""
        event_id, before = asked.event.id, self.standing
        with at_one_go(bind):
            if before is not None:
                plan_once(bind)
            standing = STANDING.ask(bind, {"event_id": event_id})
            newer = None if before is None else ask_newer(bind, event_id, before)
            around = ask_around(bind, event_id)
        return standing_in(standing), newer, around_in(around)

    def follow(self, bind: Connection, asked: "_Asked", standing: Standing, newer: Question | None) -> None:
        """Move the sums on to this state. newer: see `fresh_since`."""
        event_id, before = asked.event.id, self.standing
        self.standing = None  # until all of it is done
        fresh = None if before is None else fresh_since(bind, event_id, before, standing, self.near, newer=newer)
        if fresh is None:
            self.running = load(bind, event_id, corrected=asked.corrected)
            self.near = ids_near(bind, event_id, standing.newest_id)
        elif fresh:
            cells = added_by(bind, fresh)
            self.running.take(one for one in cells.items() if asked.corrected or not one[0].corrected)
            self.near = still_near(bind, self.near, fresh, standing.newest_id)
        self.standing = standing


@dataclass(frozen=True)
class _Asked:
    event: Event
    facts: Facts
    at: datetime
    corrected: bool

    @property
    def undivided(self) -> int | None:
        return next((category.id for category in self.facts.categories if category.unknown), None)

    def rests_on(self, standing: Standing) -> object:
        """What figures follow from, beside the facts."""
        return standing, self.event.people_measure, _phase(self.facts, self.at)

    def beside(self) -> Asked:
        return Asked(self.event, self.facts.places, self.undivided, self.corrected)

    def counted(self) -> Tally:
        """From every line."""
        return count_ledger(
            self.event, places=dict(self.facts.places), undivided=self.undivided, corrected=self.corrected
        )


def kept_figures(event: Event, *, at: datetime, corrected: bool = True) -> Figures:
    """The figures of an event, as it stands at the moment `at`."""
    facts, standing = facts_and_standing(event)
    asked = _Asked(event, facts, at, corrected)
    with _kept(event.id, corrected=corrected) as kept:
        if (same := kept.same(asked, standing)) is not None:
            return same
        with one_state() as bind:
            return kept.figures(asked, bind)


def kept_tally(event: Event, facts: Facts, *, corrected: bool = True, arrivals: bool = True) -> Tally:
    """The same before it is laid out. arrivals: see `Running.tally`."""
    asked = _Asked(event, facts, datetime.min.replace(tzinfo=UTC), corrected)
    with _kept(event.id, corrected=corrected) as kept, one_state() as bind:
        return kept.tally(asked, bind, arrivals=arrivals)


@contextmanager
def _kept(event_id: int, *, corrected: bool) -> Iterator[Kept]:
    """One reader moves the sums on at a time. Inside a transaction that writes nothing is kept: it may yet be taken
    back."""
    if is_writing():
        yield Kept()
        return
    all_kept: dict[tuple[int, bool], Kept] = current_app.extensions.setdefault("uketsuke_figures", {})
    if len(all_kept) >= KEPT and (event_id, corrected) not in all_kept:
        all_kept.clear()
    kept = all_kept.setdefault((event_id, corrected), Kept())
    with kept.lock:
        yield kept


def _phase(facts: Facts, at: datetime) -> object:
    """What of the moment makes a difference: the day, and which sessions are over."""
    return facts.day_of(at), sum(session.ends_at <= at for session in facts.sessions)
