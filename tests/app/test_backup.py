"""A copy of the database while doors scan, what it is worth, and the way back: nothing is lost in silence."""

import shutil
import sqlite3
import subprocess
import threading
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from jinja2 import FileSystemBytecodeCache

from app.alone import InUse, sending, serving
from app.backup import NoCopy, back_up, checked, restore
from app.clock import frozen
from app.config import Settings, read_settings
from app.db import close_db
from app.migrations import NewerDatabase
from app.programme.models import EventSession
from checkin.models import Entry, Scan
from checkin.queries.sealed import chain
from tests.app.server import COMMAND, environment, run
from tests.checkin.doorside import Doorside
from tests.checkin.packreader import read_pack
from tests.conftest import whole_application
from tests.make import NOON, Make

LATER = NOON + timedelta(minutes=5)


@pytest.fixture
def door(app: Flask, make: Make) -> Doorside:
    return Doorside(app, make, make.event("fair"))


@pytest.fixture
def talk(door: Doorside, make: Make) -> EventSession:
    return make.session(door.event, "talk")


@pytest.fixture
def on_sqlite(database: str, settings: Settings, tmp_path: Path) -> bool:
    """On PostgreSQL: that it has tools of its own is said, and nothing is written."""
    if database == "postgresql":
        with pytest.raises(NoCopy, match="This database is PostgreSQL's: `pg_dump"):
            back_up(settings, tmp_path / "copy.sqlite3")
        with pytest.raises(NoCopy, match="This database is PostgreSQL's: `pg_restore"):
            restore(settings, tmp_path / "copy.sqlite3", at=NOON)
        assert not (tmp_path / "copy.sqlite3").exists()
    return database == "sqlite"


def counts(path: Path, *tables: str) -> list[int]:
    database = sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)
    found = [database.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in tables]
    database.close()
    return found


def test_copies_made_while_doors_scan_hold_one_moment_each(
    door: Doorside, talk: EventSession, settings: Settings, tmp_path: Path, templates: FileSystemBytecodeCache,
    on_sqlite: bool,
) -> None:  # fmt: skip
    if not on_sqlite:
        return
    tickets = [door.ticket() for _ in range(60)]
    claims = [door.claim(talk, ticket) for ticket in tickets]
    begun = threading.Event()

    def scan() -> None:
        for claim in claims:
            assert door.send(claim)[0]["verdict"] == "admitted"
            begun.set()

    doors = threading.Thread(target=scan)
    doors.start()
    begun.wait(20)
    copies = [back_up(settings, tmp_path / f"{number}.sqlite3") for number in range(4)]
    doors.join()
    assert [copy.lines for copy in copies] == sorted(copy.lines for copy in copies)
    assert copies[0].lines >= 1
    for copy in copies:
        scans, lines = counts(copy.path, "scan", "entry")
        assert scans == lines == copy.lines
        assert copy.path.stat().st_mode & 0o777 == 0o600
        of_it = replace(settings, database_url=f"sqlite:///{copy.path}")
        with whole_application(of_it, templates):  # at its end the roll-ups are compared with the ledger
            assert chain().broken == []
    assert sorted(path.name for path in tmp_path.glob("[0-9].sqlite3.[0-9]*")) == [], "nothing is left half"


def test_after_a_restore_a_scan_is_taken_again_and_what_is_lost_is_told(
    door: Doorside, talk: EventSession, settings: Settings, tmp_path: Path, app: Flask, on_sqlite: bool,
    templates: FileSystemBytecodeCache,
) -> None:  # fmt: skip
    if not on_sqlite:
        return
    early, late, unsent = (door.claim(talk, door.ticket()) for _ in range(3))
    door.send(early)
    copy = back_up(settings, tmp_path / "copy.sqlite3")
    door.send(late)
    seen = door.get("pack", at=LATER)
    mark = read_pack(seen.data).head["mark"]
    close_db(app)
    restored = restore(settings, copy.path, at=NOON)
    assert restored.lost == {"scan": 1, "entry": 1, "registration": 0, "letter": 0}
    told = "\n".join(restored.told())
    assert "lost to this database: 1 scans, 1 lines of the ledger, 0 registrations, 0 letters." in told
    assert "ledger verify" in told
    assert restored.before is not None
    assert counts(restored.before, "scan", "entry") == [2, 2]
    with whole_application(settings, templates) as again:
        with_it = again.test_client()
        door.send(unsent, client=with_it)  # as many scans as there were, but not the same
        holds = {"Authorization": f"Bearer {door.token}", "If-None-Match": seen.headers["ETag"]}
        with frozen(LATER):
            changes = with_it.get(f"/api/v1/events/fair/pack?since={mark}", headers=holds)
        assert (changes.status_code, len(read_pack(changes.data).rows)) == (200, 3), "lists are whole again"
        answers = door.send(early, late, unsent, client=with_it)
        assert [one["verdict"] for one in answers] == ["admitted"] * 3
        assert (door.count(Scan), door.count(Entry)) == (3, 3), "what was there already is counted once"


def test_nothing_is_put_back_while_somebody_serves_or_sends_letters(
    settings: Settings, tmp_path: Path, on_sqlite: bool
) -> None:
    if not on_sqlite:
        return
    copy = back_up(settings, tmp_path / "copy.sqlite3")
    for work, why in ((serving, "A server runs on this database"), (sending, "`uketsuke worker` sends letters")):
        with work(settings), pytest.raises(InUse, match=why):
            restore(settings, copy.path, at=NOON)
    assert list(tmp_path.glob("*.before*")) == []


@pytest.fixture
def small(tmp_path: Path) -> Settings:
    """An installation without anything in it."""
    assert run(tmp_path / "data", "db", "upgrade").returncode == 0
    return read_settings({"UKETSUKE_DATA_DIR": str(tmp_path / "data")})


def test_what_is_no_sound_copy_is_refused_and_nothing_changes(small: Settings, tmp_path: Path) -> None:
    sound = back_up(small, tmp_path / "sound.sqlite3").path
    before = small.sqlite_file.read_bytes()
    cases = {
        "none.sqlite3": "There is no file",
        "letter.sqlite3": "is not a database of Uketsuke",
        "torn.sqlite3": "damaged",
        "orphans.sqlite3": "rows without their parent",
    }
    (tmp_path / "letter.sqlite3").write_text("a letter to my aunt " * 200)
    content = bytearray(sound.read_bytes())
    content[len(content) // 2 : len(content) // 2 + 40_000] = b"\xff" * 40_000
    (tmp_path / "torn.sqlite3").write_bytes(content)
    shutil.copy(sound, tmp_path / "orphans.sqlite3")
    with sqlite3.connect(tmp_path / "orphans.sqlite3") as database:
        database.execute("INSERT INTO gate_room (gate_id, room_id) VALUES (7, 7)")
    database.close()
    for name, why in cases.items():
        with pytest.raises(NoCopy, match=why):
            restore(small, tmp_path / name, at=NOON)
    with sqlite3.connect(sound) as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    database.close()
    with pytest.raises(NewerDatabase):
        restore(small, sound, at=NOON)
    assert small.sqlite_file.read_bytes() == before
    assert list(small.data_dir.glob("*.before*")) == []


def test_a_copy_never_replaces_another_file(small: Settings, tmp_path: Path) -> None:
    (tmp_path / "there").write_text("mine")
    with pytest.raises(NoCopy, match="is there already"):
        back_up(small, tmp_path / "there")
    assert (tmp_path / "there").read_text() == "mine"


def test_a_damaged_database_is_set_aside_whole_for_the_copy(small: Settings, tmp_path: Path) -> None:
    copy = back_up(small, tmp_path / "copy.sqlite3")
    damaged = b"\xff" * 50_000
    small.sqlite_file.write_bytes(damaged)
    small.sqlite_file.with_name("uketsuke.sqlite3-wal").write_bytes(b"newest changes")
    restored = restore(small, copy.path, at=NOON)
    assert "It cannot be read" in "\n".join(restored.told())
    assert restored.before is not None
    assert restored.before.read_bytes() == damaged
    assert restored.before.with_name(restored.before.name + "-wal").read_bytes() == b"newest changes"
    assert checked(small.sqlite_file).lines == 0
    assert run(small.data_dir, "user", "list").returncode == 0


def test_where_there_is_no_room_nothing_is_left_and_the_database_stays(small: Settings, tmp_path: Path) -> None:
    copy = back_up(small, tmp_path / "copy.sqlite3").path
    for typed in (["backup", str(tmp_path / "more.sqlite3")], ["restore", str(copy), "--yes"]):
        ended = subprocess.run(
            ["bash", "-c", 'ulimit -f 100; exec "$@"', "-", COMMAND, "db", *typed],
            env=environment(small.data_dir, 8000), capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert ended.returncode == 1
        assert ended.stderr.startswith(f"uketsuke: {small.sqlite_file} could not be copied: ")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["copy.sqlite3", "data"]
    assert not [path.name for path in small.data_dir.iterdir() if "before" in path.name or path.name.endswith(".part")]
    assert checked(small.sqlite_file).lines == 0


def test_the_commands_say_what_they_did_and_what_to_do_next(small: Settings, tmp_path: Path) -> None:
    copy = tmp_path / "copy.sqlite3"
    made = run(small.data_dir, "db", "backup", str(copy))
    assert made.stdout.startswith(f"{copy}: ")
    assert "revision 00" in made.stdout
    asked = run(small.data_dir, "db", "restore", str(copy))
    assert (asked.returncode, "Put it in the place of the database?" in asked.stderr) == (1, True)
    done = run(small.data_dir, "db", "restore", str(copy), "--yes")
    assert done.returncode == 0
    assert "What was there before is in" in done.stdout
    assert "Now start the server" in done.stdout
    assert run(small.data_dir, "ledger", "verify").returncode == 0
