"""Workers: what they load is in memory once where there are several, and nothing of it belongs to one of them."""

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from app.config import read_settings
from app.db import close_db, db
from app.factory import create_app
from checkin.operations.ledger import drawn
from tests.app.server import environment, serving
from tests.processes import children, memory


@pytest.mark.slow
def test_several_workers_share_what_was_loaded_for_them_and_the_supervisor_loads_nothing(
    tmp_path: Path, database: str, database_url: str
) -> None:
    settings = {} if database == "sqlite" else {"DATABASE_URL": database_url, "PROCESSES": "2"}
    with serving(tmp_path / "data", **settings) as server:
        supervisor = server.process.pid
        workers = [memory(one) for one in children(supervisor)]
        assert len(workers) == (1 if database == "sqlite" else 2)
        assert all(memory(supervisor)["Rss"] < one["Rss"] / 2 for one in workers)
        if database != "sqlite":
            assert all(one["Pss"] < one["Rss"] * 3 / 4 for one in workers), workers
        assert server.end() == 0


def test_what_lies_free_between_things_that_are_held_is_given_back() -> None:
    program = (
        "from app.serve import give_back, share_memory_between_threads\n"
        "from tests.processes import memory\n"
        "import os\n"
        "share_memory_between_threads()\n"
        "held = [bytes(2000) for _ in range(20_000)]\n"
        "held[:-1] = held[:-1:100]\n"
        "before = memory(os.getpid())['Rss']\n"
        "give_back()\n"
        "print(before - memory(os.getpid())['Rss'])\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert int(done.stdout) > 20_000


def test_sqlite_does_not_count_what_memory_it_takes() -> None:
    program = (
        "from app.serve import leave_memory_of_sqlite_uncounted\n"
        "import _sqlite3, ctypes, sqlite3\n"
        "leave_memory_of_sqlite_uncounted()\n"
        "database = sqlite3.connect(':memory:')\n"
        "database.execute('CREATE TABLE kept (number)')\n"
        "database.execute('INSERT INTO kept VALUES (7)')\n"
        "print(*database.execute('SELECT number FROM kept').fetchone())\n"
        "print(ctypes.CDLL(getattr(_sqlite3, '__file__', None)).sqlite3_memory_used())\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["7", "0"]


def test_children_are_told_although_threads_end_while_they_are_looked_for() -> None:
    ended = threading.Event()

    def come_and_go() -> None:
        while not ended.is_set():
            threading.Thread(target=int).start()

    churn = threading.Thread(target=come_and_go)
    churn.start()
    with subprocess.Popen(["sleep", "60"]) as child:
        try:
            assert all(child.pid in children(os.getpid()) for _ in range(1000))
        finally:
            ended.set()
            churn.join()
            child.kill()


def test_an_application_that_was_only_made_has_no_connection_that_two_processes_could_use(
    tmp_path: Path, database_url: str
) -> None:
    app = create_app(read_settings(environment(tmp_path, 8000, DATABASE_URL=database_url)))
    with app.app_context():
        pool = db.engine.pool
        assert "Connections in pool: 0" in pool.status()
        assert "Current Checked out connections: 0" in pool.status()
    close_db(app)


def test_processes_that_part_draw_different_ids() -> None:
    assert len({drawn_apart() for _ in range(3)}) == 3


def drawn_apart() -> int:
    """What another process draws first, without the time in it."""
    reading, writing = os.pipe()
    if not (child := os.fork()):
        os.write(writing, str(drawn().int % (1 << 62)).encode())
        os._exit(0)
    os.waitpid(child, 0)
    os.close(writing)
    with os.fdopen(reading) as said:
        return int(said.read())
