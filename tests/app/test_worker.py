"""Letters leave from the server itself, or from `uketsuke worker` beside it."""

import mailbox
import signal
import subprocess
import time
from pathlib import Path

import pytest
from flask import Flask

from app.db import db
from app.outbox.models import Letter
from app.outbox.rules import LetterState
from tests.app.server import COMMAND, ROOT, environment, free_port, run, serving
from tests.make import Make

pytestmark = pytest.mark.slow


@pytest.fixture
def waiting(make: Make) -> Letter:
    """Ana's letter, written and not yet sent."""
    event = make.event()
    make.registration(make.release(event), make.session(event), email="ana@example.jp")
    letter: Letter = db.session.scalars(db.select(Letter)).one()
    db.session.rollback()
    return letter


def letters_in(folder: Path, seconds: float = 30) -> list[str]:
    """Who the mailbox holds letters to, waited for."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        kept = list(mailbox.Maildir(folder / "mailbox", create=True))
        if kept:
            return [str(one["To"]) for one in kept]
        time.sleep(0.1)
    return []


def state_of(letter: Letter) -> tuple[LetterState, int]:
    db.session.expire_all()
    found = db.session.get_one(Letter, letter.id)
    db.session.rollback()
    return found.state, found.attempts


def test_the_server_sends_letters_itself(app: Flask, waiting: Letter, database_url: str, tmp_path: Path) -> None:
    with serving(tmp_path / "server", DATABASE_URL=database_url) as server:
        assert letters_in(tmp_path / "server") == ["ana@example.jp"]
        assert server.end() == 0
    assert state_of(waiting) == (LetterState.SENT, 1)
    assert "ana@example.jp" not in "".join(server.logged)


def test_switched_off_it_leaves_them_to_the_worker(
    app: Flask, waiting: Letter, database_url: str, tmp_path: Path
) -> None:
    folder = tmp_path / "server"
    with serving(folder, DATABASE_URL=database_url, MAIL_WORKER="off"):
        assert letters_in(folder, seconds=2) == []
        worker = subprocess.Popen(
            [COMMAND, "worker"],
            env=environment(folder, free_port(), DATABASE_URL=database_url),
            cwd=ROOT,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert letters_in(folder) == ["ana@example.jp"]
        worker.send_signal(signal.SIGTERM)
        told = worker.communicate(timeout=60)[1]
    assert worker.returncode == 0
    assert "ana@example.jp" not in told
    assert state_of(waiting) == (LetterState.SENT, 1)


def test_the_worker_waits_for_an_upgrade(tmp_path: Path) -> None:
    ended = run(tmp_path, "worker")
    assert (ended.returncode, list(tmp_path.iterdir())) == (1, [])
