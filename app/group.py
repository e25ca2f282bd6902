"""Writes of several requests share one transaction: each commit waits for the disk, and each statement costs something.

Whoever finds a place to lead takes along all who wait, commits once for all, and hands over to the next who waits.
Works that are alike are done as one. If anything fails, all is undone and done again, each apart from the others.
Nobody is answered before the commit.

On SQLite one writes at a time, so one leads, and takes everybody along. On PostgreSQL who leads takes along works that
are alike and lock rows in one order; every other work goes alone: two of them in one transaction could wait for a third
in a circle. There a second one leads as soon as the first is held up.
"""

import threading
from collections.abc import Callable, Hashable, Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from typing import Any, Generic, TypeVar

from flask import Flask, current_app, has_app_context

from app.db import ready_to_write, wired, wired_savepoint
from app.turns import aside
from app.values import Value
from app.writer import Wire, Writer

Result = TypeVar("Result")
LEADERS = 2
PATIENCE = 0.1
"""On PostgreSQL a second one leads, but only who has waited so many seconds: the first waits for a row that somebody
else has locked, or for a slow disk. Two that led at all times shared out among them what one commit could have held."""
MOMENT = 0.0015
"""Seconds that who leads waits for as many as were lately taken along together: who was just answered comes again soon,
and a commit for eight costs little more than one for four. Measured at 8 connections: 1.3 times the scans; who comes
alone never waits."""
_NOTHING: AbstractContextManager[None] = nullcontext()


class NotWritten(RuntimeError):
    """The one who led did not come to the commit; nothing was kept."""


class Alike(Value, frozen=True):
    """Says that a work may be done as one with others of the same `key`: `all_of_them` gets what each was `given`, in
    their order, and gives the result of each. bare: it needs no application around it, whoever leads."""

    key: Hashable
    given: Any
    all_of_them: Callable[[Wire, list[Any]], list[Any]]
    bare: bool = False


def write_together(work: Callable[[Wire], Result], *, alike: Alike | None = None) -> Result:
    """Do `work` in a transaction that others may share; its failure undoes it alone and is raised here.

    `work` may run in another request's thread, and again after it was undone: what it needs is given to it, it asks for
    nothing around it and changes nothing but the database.
    """
    return group_of(current_app._get_current_object()).write(work, alike)  # type: ignore[attr-defined]


def group_of(app: Flask) -> "Group":
    """Who writes together in this application."""
    group: Group | None = app.extensions.get("uketsuke_group")
    if group is None:
        on_sqlite = app.extensions["uketsuke_writer"].engine.dialect.name == "sqlite"
        made = Group(app) if on_sqlite else Group(app, leaders=LEADERS, alike_only=True)
        group = app.extensions.setdefault("uketsuke_group", made)
    return group


class _Turn(Generic[Result]):
    """One request's work, and what came of it."""

    def __init__(self, work: Callable[[Wire], Result], alike: Alike | None) -> None:
        self.work = work
        self.alike = alike
        self.asleep = threading.Lock()
        self.asleep.acquire()
        self.leads = False
        self.done = False
        self.kept = False
        self.result: Result | None = None
        self.error: Exception | None = None

    def take(self, wire: Wire) -> None:
        self.error = None
        try:
            self.result = self.work(wire)
        except Exception as error:
            self.error = error
            raise

    def outcome(self) -> Result:
        if self.error is not None:
            raise self.error
        if not self.kept:
            raise NotWritten
        return self.result  # type: ignore[return-value]


class Group:
    """Who waits to write, and how many lead, each but the first after waiting for `PATIENCE`. `alike_only`: nobody
    takes along what is not like its own work. lately: how many the last two commits were for; expected: how many the
    one who leads waits for, 0 for none; gathering: whether somebody does, one at a time."""

    def __init__(self, app: Flask, leaders: int = 1, *, alike_only: bool = False) -> None:
        self.app = app
        self.writer: Writer = app.extensions["uketsuke_writer"]
        self.lock = threading.Lock()
        self.waiting: list[_Turn[Any]] = []
        self.leaders = self.places = leaders
        self.alike_only = alike_only
        self.lately = [1, 1]
        self.expected = 0
        self.gathering = False
        self.gathered = threading.Lock()
        self.gathered.acquire()

    def write(self, work: Callable[[Wire], Result], alike: Alike | None = None) -> Result:
        """As `write_together`; no application need be around."""
        if has_app_context():
            ready_to_write()
        turn = _Turn(work, alike)
        if alike is None and self.alike_only:
            with self._around([turn]), wired(self.writer) as wire:
                return work(wire)
        if not self._join(turn):
            with aside():
                while not turn.asleep.acquire(timeout=PATIENCE) and not self._step_in(turn):
                    pass
        if not turn.done:
            self._lead(turn)
        return turn.outcome()

    def _join(self, turn: _Turn[Any]) -> bool:
        """Wait with the others; True: there is a place to lead, and this one has it."""
        with self.lock:
            self.waiting.append(turn)
            if self.expected and len(self.waiting) >= self.expected:
                self.expected = 0
                self.gathered.release()
            if self.places == self.leaders:
                self.places -= 1
                turn.leads = True
        return turn.leads

    def _step_in(self, turn: _Turn[Any]) -> bool:
        """Lead beside the one who is held up, if there is a place and nobody has taken this one along or woken it."""
        with self.lock:
            if not self.places or turn not in self.waiting or turn.leads:
                return False
            self.places -= 1
            turn.leads = True
        return True

    def _lead(self, leading: _Turn[Any]) -> None:
        self._gather()
        with self.lock:
            turns, others = self.waiting, []
            if len(turns) > 1:
                turns = [turn for turn in self.waiting if turn is leading or self._takes_along(leading, turn)]
                others = [turn for turn in self.waiting if turn not in turns]
            self.waiting = others
            self.lately = [self.lately[-1], len(turns)]
        try:
            with self._around(turns):
                self._commit(turns)
        except Exception as error:  # noqa: BLE001  raised again in each request that it is about
            for turn in turns:
                turn.error = turn.error or error
        finally:
            self._hand_over(turns)

    def _gather(self) -> None:
        """Wait a moment for those who were answered last and are likely to come again: one commit for them all."""
        with self.lock:
            likely = max(self.lately)
            if self.gathering or likely == 1 or len(self.waiting) >= likely:
                return
            self.gathering, self.expected = True, likely
        in_time = self.gathered.acquire(timeout=MOMENT)
        with self.lock:
            if not in_time and not self.expected:  # the last of them came in this very moment
                self.gathered.acquire()
            self.gathering, self.expected = False, 0

    def _around(self, turns: list[_Turn[Any]]) -> AbstractContextManager[object]:
        """What the works of others may need: entering an application takes as long as a statement."""
        bare = has_app_context() or all(turn.alike and turn.alike.bare for turn in turns)
        return _NOTHING if bare else self.app.app_context()

    def _takes_along(self, leading: _Turn[Any], turn: _Turn[Any]) -> bool:
        if turn.leads:
            return False
        if not self.alike_only:
            return True
        return leading.alike is not None and turn.alike is not None and leading.alike.key == turn.alike.key

    def _commit(self, turns: list[_Turn[Any]]) -> None:
        try:
            with wired(self.writer) as wire:
                for bundle in _bundles(turns) if len(turns) > 1 else (turns,):
                    _take(bundle, wire)
        except Exception as error:
            failed = [turn for turn in turns if turn.error is error]
            if not failed or len(turns) == 1:
                raise
        else:
            _keep(turns)
            return
        if self.alike_only:
            for turn in turns:
                self._take_alone(turn)
            return
        with wired(self.writer) as wire:
            for turn in turns:
                _take_apart(turn, wire)
        _keep(turns)

    def _take_alone(self, turn: _Turn[Any]) -> None:
        try:
            with wired(self.writer) as wire:
                turn.take(wire)
            turn.kept = True
        except Exception as error:  # noqa: BLE001  raised again in the request that it is about
            turn.error = error

    def _hand_over(self, turns: list[_Turn[Any]]) -> None:
        """Wake who was taken along, and the first who came since to lead, unless another one leads still."""
        with self.lock:
            alone = self.places == self.leaders - 1
            following = next((turn for turn in self.waiting if alone and not turn.leads), None)
            if following is not None:
                following.leads = True
            else:
                self.places += 1
        for turn in turns:
            turn.done = True
            turn.asleep.release()
        if following is not None:
            following.asleep.release()


def _keep(turns: Iterable[_Turn[Any]]) -> None:
    for turn in turns:
        turn.kept = True


def _take_apart(turn: _Turn[Any], wire: Wire) -> None:
    try:
        with wired_savepoint(wire):
            turn.take(wire)
    except Exception as error:
        if error is not turn.error:
            raise


def _bundles(turns: Iterable[_Turn[Any]]) -> Iterator[list[_Turn[Any]]]:
    """Turns that are alike together, every other one alone."""
    found: dict[Hashable, list[_Turn[Any]]] = {}
    for turn in turns:
        found.setdefault(("alike", turn.alike.key) if turn.alike else id(turn), []).append(turn)
    yield from found.values()


def _take(bundle: list[_Turn[Any]], wire: Wire) -> None:
    first = bundle[0]
    if len(bundle) == 1 or first.alike is None:
        first.take(wire)
        return
    try:
        results = first.alike.all_of_them(wire, [turn.alike.given for turn in bundle if turn.alike])
    except Exception as error:
        for turn in bundle:
            turn.error = error
        raise
    for turn, result in zip(bundle, results, strict=True):
        turn.result = result
