"""What a person can mend is one sentence that says what to do; what nobody can mend keeps its traceback."""

import errno
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from app.faults import NO_ROOM, NOT_YOURS, sentence_of, told
from tests.app.server import COMMAND, environment, run


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (OSError(errno.ENOSPC, "No space left on device", "/srv/a"), f"{NO_ROOM} (/srv/a: No space left on device)."),
        (PermissionError(errno.EACCES, "Permission denied", "/srv/a"), f"{NOT_YOURS} (/srv/a: Permission denied)."),
        (FileNotFoundError(errno.ENOENT, "No such file", "/srv/a"), "/srv/a: No such file"),
        (OSError("the wire broke"), "the wire broke"),
        (sqlite3.OperationalError("database or disk is full"), f"{NO_ROOM} (database or disk is full)."),
        (OperationalError("", {}, sqlite3.OperationalError("disk I/O error")), f"{NO_ROOM} (disk I/O error)."),
        (
            OperationalError("", {}, sqlite3.OperationalError("attempt to write a readonly database")),
            f"{NOT_YOURS} (attempt to write a readonly database).",
        ),
        (
            OperationalError("", {}, sqlite3.OperationalError("no such table: a")),
            "The database refused: no such table: a",
        ),
        (ZeroDivisionError(), None),
    ],
)
def test_a_fault_says_what_to_do(error: Exception, sentence: str | None) -> None:
    assert sentence_of(error) == sentence


def test_a_fault_of_the_program_keeps_its_traceback() -> None:
    with pytest.raises(ZeroDivisionError), told():
        raise ZeroDivisionError


@pytest.mark.slow
def test_a_disk_without_room_is_one_sentence_and_the_next_start_heals(tmp_path: Path) -> None:
    for typed in (["serve", "--demo"], ["db", "upgrade"]):
        ended = subprocess.run(
            ["bash", "-c", 'ulimit -f 300; exec "$@"', "-", COMMAND, *typed],
            env=environment(tmp_path, 8000), capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert (ended.returncode, ended.stderr) == (1, f"uketsuke: {NO_ROOM} (disk I/O error).\n")
    assert run(tmp_path, "db", "upgrade").returncode == 0
    assert run(tmp_path, "user", "list").returncode == 0


@pytest.mark.slow
def test_files_of_another_user_are_one_sentence(open_to_all: Path) -> None:
    """Who is root takes off its rights first."""
    assert run(open_to_all, "db", "upgrade").returncode == 0
    file = open_to_all / "uketsuke.sqlite3"
    program = (
        "import os, app.cli, app.console.cli, app.factory, app.prepare, app.serve\n"
        "os.geteuid() == 0 and os.seteuid(65534)\n"
        "app.cli.main()"
    )
    for mode in (0o000, 0o444):
        file.chmod(mode)
        ended = subprocess.run(
            [sys.executable, "-c", program, "user", "add", "olga@example.jp", "--name", "Olga", "--role", "owner"],
            env=environment(open_to_all, 8000), capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert ended.returncode == 1
        assert ended.stderr.startswith(f"uketsuke: {NOT_YOURS} ("), ended.stderr
        assert ended.stderr.count("\n") == 1
