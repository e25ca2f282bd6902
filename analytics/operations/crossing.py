"""The process that sums up all crossings of a large event, started as a module by a server that was asked for one
(`analytics/queries/apart.py`): it reads the ledger once, writes down what it comes to, and ends."""

import gc
import os
import pickle
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from itertools import islice

from flask import Flask
from sqlalchemy import Connection

from analytics.operations.keeping import A_FEW, write_down
from analytics.queries.crossed_in_columns import PAIRS, all_crossed
from analytics.queries.crossing import kept_as
from analytics.queries.following import one_state
from analytics.queries.recalling import packed
from analytics.queries.unwritten import Unwritten
from analytics.rules.crossing import Ground
from app.config import Settings
from app.db import close_db, init_db, transaction
from checkin.queries.moved import ids_near, standing_of


def cross_all(event_id: int, ground: Ground) -> None:
    """Write down every crossing of an event as of now. Raises UnknownWord."""
    with one_state(newest=True) as bind, _two_more(bind) as readers:
        standing = standing_of(bind, event_id)
        near = ids_near(bind, event_id, standing.newest_id)
        made = all_crossed(bind, event_id, ground, readers=readers)
    found = (
        Unwritten(event_id, kept_as((event_id, *one)), packed((standing, near, *made.of(one).packed())), bool)
        for one in PAIRS
    )
    while some := list(islice(found, A_FEW)):
        with transaction():
            write_down(some)


@contextmanager
def _two_more(bind: Connection) -> Iterator[list[Connection]]:
    """On PostgreSQL two connections that see the same state: they read side by side while others are added up."""
    readers: list[Connection] = []
    with ExitStack() as until_read:
        if bind.dialect.name == "postgresql":
            state = bind.exec_driver_sql("SELECT pg_export_snapshot()").scalar_one()
            for _ in range(2):
                readers.append(until_read.enter_context(one_state(newest=True)))
                readers[-1].exec_driver_sql(f"SET TRANSACTION SNAPSHOT '{state}'")
        yield readers


def main(settings: Settings, event_id: int, ground: Ground) -> None:
    """With no more of the application than its database."""
    gc.disable()  # rows of a driver are no circles, and there are millions of them
    app = Flask("uketsuke")
    init_db(app, settings)
    with app.app_context():
        cross_all(event_id, ground)
    close_db(app)


def _end_with_who_asked() -> None:
    os.read(sys.stdin.fileno(), 1)  # nothing more comes but the end
    os._exit(1)


if __name__ == "__main__":
    wish = pickle.load(sys.stdin.buffer)  # noqa: S301 - from a process of our server
    threading.Thread(target=_end_with_who_asked, daemon=True).start()
    main(*wish)
