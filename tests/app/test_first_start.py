"""The first start with the demonstration: whole or not at all, whatever ended it; its sign-ins are made once."""

import os
import re
import signal
import sqlite3
import stat
import subprocess
import time
from pathlib import Path

import pytest

from tests.app.server import COMMAND, Server, environment, free_port, run, serving
from tests.app.test_serve import sentence

pytestmark = pytest.mark.slow


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data"


def test_ending_while_the_database_is_prepared_leaves_no_process_and_no_half_demonstration(folder: Path) -> None:
    process = subprocess.Popen(
        [COMMAND, "serve", "--demo"],
        env=environment(folder, free_port()),
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    while not list(folder.glob("*.part")):
        time.sleep(0.01)
    process.send_signal(signal.SIGTERM)
    told = process.communicate(timeout=60)[1]
    assert process.returncode == 130
    assert told == b""
    with pytest.raises(ProcessLookupError):
        os.killpg(process.pid, 0)
    assert not (folder / "uketsuke.sqlite3").exists(), "half a demonstration"
    with serving(folder, "--demo") as server:
        assert len(passwords_said(server)) == 4
        assert sorted(path.name for path in folder.glob("*.part*")) == []


@pytest.mark.parametrize("reached", ["uketsuke.sqlite3.part", "demo-passwords.txt"])
def test_a_first_start_that_was_cut_off_is_made_anew_by_the_next_one(folder: Path, reached: str) -> None:
    process = subprocess.Popen(
        [COMMAND, "serve", "--demo"],
        env=environment(folder, free_port()),
        stderr=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    while not (folder / reached).exists():
        time.sleep(0.01)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait(60)
    with serving(folder, "--demo") as server:
        assert len(passwords_said(server)) == 4
    assert [path.name for path in folder.iterdir() if ".part" in path.name] == []


def test_half_a_demonstration_in_a_database_that_was_there_is_told(folder: Path) -> None:
    """What was there already is not thrown away by itself."""
    assert run(folder, "db", "upgrade").returncode == 0
    with sqlite3.connect(folder / "uketsuke.sqlite3") as database:
        database.execute(
            "INSERT INTO host (slug, name, created_at, uuid, version)"
            " VALUES ('demo', '{}', '2026-10-03 00:00:00.000000', '0190aaaaaaaa7aaa8aaaaaaaaaaaaaaa', 1)"
        )
    database.close()
    ended = run(folder, "serve", "--demo", port=free_port())
    assert ended.returncode == 1
    assert "The demonstration was cut off while it was made" in sentence(ended.stderr)


def test_the_demo_has_staff_with_passwords_made_at_the_first_start_and_kept(folder: Path) -> None:
    with serving(folder, "--demo") as server:
        first = passwords_said(server)
    file = folder / "demo-passwords.txt"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert set(first) == {"owner@example.jp", "olga@example.jp", "dora@example.jp", "victor@example.jp"}
    started = time.monotonic()
    with serving(folder, "--demo") as server:
        took = time.monotonic() - started
        assert passwords_said(server) == first
        form = server.ask("GET", "/sign-in")[1]
        assert 'type="password"' in form
    assert took < 10, "the second start is quick; benchmarks measure how quick"


def passwords_said(server: Server) -> dict[str, str]:
    """What the welcome says of sign-ins."""
    return dict(re.findall(r"(\S+@\S+)  (\S+)", server.welcome()))
