"""One server at a time on a SQLite database; commands work beside it, and whatever ended it, the next one starts."""

import errno
import fcntl
import os
import signal
import subprocess
from pathlib import Path

import pytest

from app.alone import InUse, at_rest, sending, serving
from app.config import Settings, read_settings
from tests.app.server import free_port, run
from tests.app.server import serving as served


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def local(folder: Path) -> Settings:
    return read_settings({"UKETSUKE_DATA_DIR": str(folder)})


def test_who_serves_is_alone_and_who_sends_letters_is_not(local: Settings) -> None:
    with serving(local), sending(local), sending(local), pytest.raises(InUse, match=f"process {os.getpid()}, http"):
        serving(local).__enter__()


def test_nobody_serves_or_sends_letters_while_the_file_is_exchanged(local: Settings) -> None:
    with at_rest(local):
        for work in (serving, sending, at_rest):
            with pytest.raises(InUse):
                work(local).__enter__()
    with sending(local), pytest.raises(InUse, match="`uketsuke worker` sends letters"):
        at_rest(local).__enter__()
    with serving(local):
        pass


def test_a_disk_without_locks_is_named(local: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "flock", refuse)
    with pytest.raises(InUse, match=r"knows no locks .*: keep the database on a local disk"):
        serving(local).__enter__()


def test_on_postgresql_several_servers_are_welcome(folder: Path) -> None:
    settings = read_settings({"UKETSUKE_DATA_DIR": str(folder), "UKETSUKE_DATABASE_URL": "postgresql://a@b/c"})
    with serving(settings), serving(settings), sending(settings), at_rest(settings):
        assert not folder.exists()


@pytest.mark.slow
def test_a_second_server_says_who_serves_already_and_commands_work_beside_it(folder: Path) -> None:
    with served(folder) as server:
        second = run(folder, "serve", port=free_port())
        assert second.returncode == 1
        assert second.stderr == (
            f"uketsuke: A server runs on this database already (process {server.process.pid}, http://localhost:{server.port})."
            " End it first, or give this one a folder of its own with UKETSUKE_DATA_DIR.\n"
        )
        added = run(folder, "user", "add", "olga@example.jp", "--name", "Olga", "--role", "owner")
        assert (added.returncode, run(folder, "ledger", "verify").returncode) == (0, 0)
        assert run(folder, "db", "upgrade").stdout.startswith("The database was at revision")
        assert server.ask("GET", "/readyz") == (200, "ok\n")
    with served(folder):
        pass


@pytest.mark.slow
def test_after_a_server_was_cut_off_the_next_one_starts(folder: Path) -> None:
    with served(folder) as server:
        children = subprocess.run(["pgrep", "-P", str(server.process.pid)], capture_output=True, text=True, check=True)
        for one in (server.process.pid, *map(int, children.stdout.split())):
            os.kill(one, signal.SIGKILL)
        server.process.wait(10)
    with served(folder) as again:
        assert again.ask("GET", "/readyz") == (200, "ok\n")


@pytest.mark.slow
def test_where_the_supervisor_alone_was_cut_off_no_second_server_comes_beside_its_worker(folder: Path) -> None:
    with served(folder) as server:
        children = subprocess.run(["pgrep", "-P", str(server.process.pid)], capture_output=True, text=True, check=True)
        (worker,) = map(int, children.stdout.split()[-1:])
        server.process.kill()
        server.process.wait(10)
        try:
            os.kill(worker, 0)
            second = run(folder, "serve", port=free_port())
            assert (second.returncode, "runs on this database already" in second.stderr) == (1, True)
        finally:
            os.kill(worker, signal.SIGKILL)


@pytest.mark.slow
def test_an_upgrade_waits_until_no_server_of_the_older_version_runs(folder: Path) -> None:
    """`git pull` and `db upgrade` beside a server that still runs the program of before."""
    import sqlite3

    with served(folder) as server:
        with sqlite3.connect(folder / "uketsuke.sqlite3") as database:
            database.execute("UPDATE alembic_version SET version_num = '0020'")
        database.close()
        refused = run(folder, "db", "upgrade")
        assert refused.returncode == 1
        assert f"uketsuke: A server runs on this database already (process {server.process.pid}, " in refused.stderr
