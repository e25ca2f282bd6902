"""All crossings of a large event are summed up by a process of its own, which writes them down and ends
(`analytics/operations/crossing.py`): numpy and columns of a million lines are never in a server's memory, and Python's
one lock is free for scans meanwhile."""

import logging
import os
import pickle
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from flask import current_app

from analytics.rules.crossing import Ground
from app.turns import aside
from app.workroom import here, turn

SUMMING = (sys.executable, "-m", "analytics.operations.crossing")
PATIENCE = 600.0
"""Seconds. Ten million lines take a tenth of it on a machine with nothing else to do."""
ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1"}
"""numpy would begin as many as there are cores, for what nobody here asks of it."""
_ROOT = Path(__file__).resolve().parents[2]
log = logging.getLogger("uketsuke")


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Whichever of the server's processes reads every line: who waited finds what the one before wrote down."""
    with ExitStack() as until_done:
        with aside():
            until_done.enter_context(turn(here() / "sums"))
        yield


def sum_apart(event_id: int, ground: Ground) -> None:
    """Have every crossing of an event written down, as of a moment from now on. If it fails, nothing is."""
    wish = pickle.dumps((current_app.extensions["uketsuke_settings"], event_id, ground))
    with subprocess.Popen(  # noqa: S603 - our own module
        SUMMING, cwd=_ROOT, env={**os.environ, **ONE_THREAD}, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL
    ) as summing:
        try:
            assert summing.stdin
            summing.stdin.write(wish)
            summing.stdin.flush()  # and is left open: it ends with us
            with aside():
                summing.wait(PATIENCE)
        except (OSError, subprocess.TimeoutExpired):
            summing.kill()
    if summing.returncode:
        log.warning("crossings could not be summed up apart; each is read line by line")
