"""Writes of several requests share one commit on SQLite, where each commit waits for the disk and only one can wait.

Whoever finds nobody at work leads: it takes along all who wait, commits once for all, and hands over to the next who
waits. If one of them fails, all is undone and done again, each in a savepoint of its own. Nobody is answered before the
commit. PostgreSQL does this by itself.
"""

import threading
from collections.abc import Callable
from typing import Any, Generic, TypeVar

from flask import current_app

from app.db import Wire, db, wired_savepoint, wired_transaction

Result = TypeVar("Result")


class NotWritten(RuntimeError):
    """The one who led did not come to the commit; nothing was kept."""


def write_together(work: Callable[[Wire], Result]) -> Result:
    """Do `work` in a transaction that others may share; its failure undoes it alone and is raised here.

    `work` may run in another request's thread, and again after it was undone: what it needs is given to it, it asks for
    nothing around it and changes nothing but the database.
    """
    if db.engine.dialect.name != "sqlite":
        with wired_transaction() as wire:
            return work(wire)
    group: Group = current_app.extensions.setdefault("uketsuke_group", Group())
    return group.write(work)


class _Turn(Generic[Result]):
    """One request's work, and what came of it."""

    def __init__(self, work: Callable[[Wire], Result]) -> None:
        self.work = work
        self.woken = threading.Event()
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
    """Who waits to write, and whether somebody leads."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.waiting: list[_Turn[Any]] = []
        self.led = False

    def write(self, work: Callable[[Wire], Result]) -> Result:
        turn = _Turn(work)
        if not self._join(turn):
            turn.woken.wait()
        if not turn.done:
            self._lead()
        return turn.outcome()

    def _join(self, turn: _Turn[Any]) -> bool:
        """Wait with the others; True: nobody leads, so this one does."""
        with self.lock:
            self.waiting.append(turn)
            leads, self.led = not self.led, True
        return leads

    def _lead(self) -> None:
        with self.lock:
            turns, self.waiting = self.waiting, []
        try:
            self._commit(turns)
            for turn in turns:
                turn.kept = True
        except Exception as error:  # noqa: BLE001  raised again in each request that it is about
            for turn in turns:
                turn.error = turn.error or error
        finally:
            self._hand_over(turns)

    def _commit(self, turns: list[_Turn[Any]]) -> None:
        try:
            with wired_transaction() as wire:
                for turn in turns:
                    turn.take(wire)
        except Exception as error:
            failed = [turn for turn in turns if turn.error is error]
            if not failed or len(turns) == 1:
                raise
        else:
            return
        with wired_transaction() as wire:
            for turn in turns:
                self._take_apart(turn, wire)

    def _take_apart(self, turn: _Turn[Any], wire: Wire) -> None:
        try:
            with wired_savepoint(wire):
                turn.take(wire)
        except Exception as error:
            if error is not turn.error:
                raise

    def _hand_over(self, turns: list[_Turn[Any]]) -> None:
        """Wake who was taken along, and the first who came since to lead."""
        with self.lock:
            following = self.waiting[0] if self.waiting else None
            self.led = following is not None
        for turn in turns:
            turn.done = True
            turn.woken.set()
        if following is not None:
            following.woken.set()
