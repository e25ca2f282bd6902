"""All crossings of a large event are summed up by a process of its own, which ends
(`analytics/operations/crossing.py`): numpy and columns of a million lines are never in a server's memory, and Python's
one lock is free for scans meanwhile. It has nothing of the application but rules: lines are sent to it as the database
hands them out, and what they come to is written down from here."""

import os
import pickle
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import chain
from logging import getLogger
from pathlib import Path
from threading import Thread, Timer
from typing import Any

from flask import Flask, current_app
from sqlalchemy import case, literal

from analytics.queries.following import one_state
from analytics.queries.recalling import packed
from analytics.rules import Measure
from analytics.rules.crossing import Dimension, Ground
from analytics.rules.party_words import AT, OTHER, SAID_OF_PARTY
from app.bulk import Column
from app.direct import Bound
from app.workroom import LARGE, RESTING, end_holder, here, turn
from checkin.models import Entry
from checkin.queries import columns
from checkin.queries.moved import ids_near, standing_of
from checkin.queries.rollups import lines_in

Sums = tuple[Dimension, Dimension, Measure, bytes]
"""What one crossing comes to, as it is written down."""
Keep = Callable[[Flask, int, Iterable[Sums]], None]
SUMMING = (sys.executable, "-m", "analytics.operations.crossing")
PATIENCE = 600.0
"""Seconds. Ten million lines take a tenth of it on a machine with nothing else to do."""
LEAN = {"OPENBLAS_NUM_THREADS": "1", "MALLOC_MMAP_THRESHOLD_": "131072"}
"""numpy would begin as many threads as there are cores, for what nobody here asks of it; and columns that are done with
are given back at once, where the C library is glibc."""
AT_ONCE, PIECE = 600_000, 20_000
"""Lines of one part, which that process holds in memory; larger ledgers are read once for each. And of one piece."""
WORDS = sum(
    case((column.is_(None), 0), *((column == value, code << AT[one]) for code, value in enumerate(values, 1)),
         else_=OTHER << AT[one])
    for one, values in SAID_OF_PARTY.items()
    for column in [{
        Dimension.PARTY: Entry.party_kind, Dimension.ORGANISATION: Entry.organisation_kind,
        Dimension.LANGUAGE: Entry.language, Dimension.LEAD: Entry.lead_days,
    }[one]]
)  # fmt: skip
LINES = columns.lines_with(device=WORDS, slot=literal(0))
"""With what they say of their party in the place of the device."""
_ROOT = Path(__file__).resolve().parents[2]
log = getLogger("uketsuke")


def init_apart(app: Flask, *, keep: Keep) -> None:
    """keep: writes down what all crossings come to."""
    app.extensions["uketsuke_keep_crossings"] = keep


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Whichever of the server's processes reads every line: who waited finds what the one before wrote down."""
    with turn(here() / "sums"):
        yield


def sum_apart(event_id: int, ground: Ground) -> None:
    """Have every crossing of an event written down, as of a moment from now on. If it fails, nothing is. Who waits
    keeps the place at work: others may hold theirs until this is done, so it could not be had back."""
    app: Any = current_app
    keep = partial(app.extensions["uketsuke_keep_crossings"], app._get_current_object(), event_id)
    with turn(here() / LARGE):
        end_holder(here() / RESTING)
        sums = _summed(event_id, ground)
    if not sums:
        log.warning("crossings could not be summed up apart; each is read line by line")
        return
    keeping = Thread(target=keep, args=(sums,))  # whoever asks only reads, and goes on to
    keeping.start()
    keeping.join()


def _summed(event_id: int, ground: Ground) -> list[Sums]:
    """Nothing, if that process did not get to the end."""
    summing = subprocess.Popen(  # noqa: S603 - our own module
        SUMMING, cwd=_ROOT, env={**os.environ, **LEAN}, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    hanging = Timer(PATIENCE, summing.kill)
    hanging.start()
    try:
        with summing, one_state(newest=True) as bind:
            assert summing.stdin
            assert summing.stdout
            of = standing_of(bind, event_id)
            near = ids_near(bind, event_id, of.newest_id)
            for one in chain([ground, sent_beside(bind, event_id)], _told(parts_of(bind, event_id))):
                pickle.dump(one, summing.stdin, protocol=5)
            summing.stdin.flush()
            found = pickle.load(summing.stdout)  # noqa: S301 - from a process of our own
            return [(*pair, packed((of, near, *pickle.loads(sums)))) for pair, sums in found]  # noqa: S301
    except (OSError, EOFError, pickle.UnpicklingError):
        return []
    finally:
        hanging.cancel()


def sent_beside(bind: Bound, event_id: int) -> tuple[Column, Column]:
    """Which lines were undone, and which tickets are of persons with a name."""
    (undone,), (named, _) = columns.undone(bind), columns.persons(bind, event_id)
    return undone, named


def parts_of(bind: Bound, event_id: int, *, at_once: int = AT_ONCE) -> Iterator[Iterator[list[Column]]]:
    """Every line, in parts of so many at most, each in pieces."""
    for part in range(parts := max(1, -(-lines_in(bind, event_id) // at_once))):
        yield columns.pieces(bind, event_id, parts=parts, part=part, lines=LINES, at_once=PIECE)


def _told(parts: Iterable[Iterable[list[Column]]]) -> Iterator[list[Column] | None]:
    """Piece after piece; nothing stands after each part, and once more after all."""
    for part in parts:
        yield from part
        yield None
    yield None
