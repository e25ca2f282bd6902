"""The ledger is sealed in blocks, and whoever changes it behind the program's back is found."""

import threading
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError

from app.clock import frozen
from app.db import db, transaction
from app.factory import chores
from app.migrations import append_only
from app.programme.models import SessionPlaces
from checkin.cli import ledger
from checkin.models import Entry, Seal
from checkin.operations import sealing
from checkin.operations.sealing import seal_in_passing, seal_lines
from checkin.queries.recount import recounted
from checkin.queries.sealed import chain
from checkin.rules.sealing import COLUMNS, NOTHING_BEFORE, block_digest, canonical
from tests.checkin.doorside import EVERY_RIGHT, Doorside
from tests.checkin.test_recount import Day
from tests.make import NOON, Make

pytestmark = pytest.mark.slow


@pytest.fixture
def door(app: Flask, make: Make) -> Doorside:
    return Doorside(app, make, rights=EVERY_RIGHT)


def day_of_three_blocks(door: Doorside, make: Make) -> None:
    """Each with four lines; one line is newer than the last seal."""
    session = make.session(door.event, "talk")
    for block in range(3):
        for number in range(4):
            at = NOON + timedelta(minutes=10 * block + number)
            door.tap(session, {"spectator": 1 + number, "student": 2}, at=at)
        assert seal_lines(NOON + timedelta(minutes=10 * block + 9)) == 4
        assert seal_lines(NOON + timedelta(minutes=10 * block + 9)) == 0
    door.tap(session)


def verify(app: Flask, *words: str) -> tuple[int, str]:
    with frozen(NOON + timedelta(hours=1)):
        result = app.test_cli_runner().invoke(ledger, ["verify", *words])
    return result.exit_code, result.output


def behind_its_back(*statements: str, database: str) -> None:
    """Somebody with the database's own password takes the triggers away, and puts them back when done."""
    with transaction():
        connection = db.session.connection()
        for table in ("entry", "entry_number", "seal"):
            if database == "postgresql":
                connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
            else:
                for act in ("update", "delete", "replace"):
                    connection.execute(text(f"DROP TRIGGER {table}_refuses_{act}"))
        for statement in statements:
            connection.execute(text(statement))
        for table in ("entry", "entry_number", "seal"):
            if database == "postgresql":
                connection.execute(text(f"ALTER TABLE {table} ENABLE TRIGGER USER"))
        if database == "sqlite":
            append_only.hold(connection)


def test_new_lines_are_sealed_block_by_block(app: Flask, door: Doorside, make: Make) -> None:
    day_of_three_blocks(door, make)
    found = chain()
    assert (found.blocks, found.lines, found.unsealed, found.broken) == (3, 12, 1, [])
    code, said = verify(app)
    assert code == 0
    assert "Seals: 3 blocks over 12 lines; 1 newer line is not sealed yet." in said
    assert "fair: 1 session counted again, every counter is right." in said
    assert verify(app, "fair", "--holds", found.digests[0].upper())[0] == 0
    assert verify(app, "--holds", "00" * 32)[0] == 1


def test_a_large_backlog_becomes_several_blocks(door: Doorside, make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "LARGEST_BLOCK", 3)
    session = make.session(door.event, "talk")
    for _ in range(7):
        door.tap(session)
    assert [seal_lines(NOON) for _ in range(4)] == [3, 3, 1, 0]
    assert chain().broken == []


def test_the_chore_goes_on_while_blocks_are_full_and_leaves_to_the_next_minute_what_comes_meanwhile(
    door: Doorside, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sealing, "LARGEST_BLOCK", 3)
    session = make.session(door.event, "talk")
    for _ in range(7):
        door.tap(session)
    assert [seal_in_passing(NOON) for _ in range(3)] == [3, 3, 0]
    assert seal_lines(NOON) == 0
    door.tap(session)
    assert (seal_in_passing(NOON), chain().broken) == (0, [])
    assert seal_in_passing in chores()


def test_nothing_is_sealed_where_nothing_is(app: Flask, door: Doorside) -> None:
    assert seal_lines(NOON) == 0
    assert (door.count(Seal), verify(app)[0]) == (0, 0)


NO_CHECKS = {
    "sqlite": "PRAGMA ignore_check_constraints = ON",
    "postgresql": "ALTER TABLE entry DROP CONSTRAINT ck_entry_method",
}
COPIED_SEAL = """UPDATE seal SET digest = (SELECT s.digest FROM seal s WHERE s.last_entry_id = {3})
    WHERE last_entry_id = {7}"""
TAMPERED: dict[str, tuple[str, int, str]] = {
    "a number": ("UPDATE entry_number SET number = number + 1 WHERE entry_id = {6}", 2, "a line was changed"),
    "a time": ("UPDATE entry SET at = received_at WHERE id = {10}; UPDATE entry SET slot = 1 WHERE id = {10}", 3,
               "a line was changed"),
    "a new number": ("DELETE FROM entry_number WHERE entry_id = {2} AND number = 2", 1, "a line was changed"),
    "a line less": ("DELETE FROM entry_number WHERE entry_id = {7}; DELETE FROM entry WHERE id = {7}", 2,
                    "lines are missing"),
    "the seal": (COPIED_SEAL, 2, "or the seal itself"),
    "a word that is none": ("UPDATE entry SET method = 'guessed' WHERE id = {9}", 3, "cannot be read"),
}  # fmt: skip


@pytest.mark.ledger_by_hand
@pytest.mark.parametrize("what", TAMPERED)
def test_what_was_changed_behind_its_back_is_found_and_the_block_named(
    app: Flask, door: Doorside, make: Make, database: str, what: str
) -> None:
    day_of_three_blocks(door, make)
    db.session.rollback()
    ids = list(db.session.scalars(db.select(Entry.id).order_by(Entry.id)))
    statement, block, why = TAMPERED[what]
    written = statement.format(*ids)
    if what == "a word that is none":
        written = f"{NO_CHECKS[database]}; {written}"
    if what == "a line less":
        written = written.replace(str(ids[7]), str(ids[6]))
    behind_its_back(*written.split("; "), database=database)
    code, said = verify(app)
    assert code == 1
    assert f"First broken block: {block} " in said
    assert why in said


@pytest.mark.ledger_by_hand
def test_whoever_took_the_triggers_away_is_noticed_and_nobody_is_told_to_rebuild(
    app: Flask, door: Doorside, make: Make, database: str
) -> None:
    day_of_three_blocks(door, make)
    on = " ON entry_number" if database == "postgresql" else ""
    act = "change" if database == "postgresql" else "update"
    with transaction():
        db.session.execute(text(f"DROP TRIGGER entry_number_refuses_{act}{on}"))
    assert verify(app)[0] == 1
    with transaction():
        db.session.execute(text("UPDATE entry_number SET number = number + 1"))
    code, said = verify(app)
    assert code == 1
    assert "The triggers that refuse changes to the table entry_number are gone" in said
    assert "restore the backup from before" in said
    assert "Do not rebuild roll-ups" in said
    assert "`uketsuke ledger rebuild" not in said
    with transaction():
        append_only.hold(db.session.connection(), ("entry_number",))


@pytest.mark.parametrize("table", append_only.TABLES)
def test_of_every_table_that_is_only_added_to_it_is_said_that_its_triggers_are_gone(
    app: Flask, database: str, table: str
) -> None:
    assert verify(app)[0] == 0
    act, on = ("truncate", f" ON {table}") if database == "postgresql" else ("delete", "")
    with transaction():
        db.session.execute(text(f"DROP TRIGGER {table}_refuses_{act}{on}"))
    code, said = verify(app)
    assert (code, f"The triggers that refuse changes to the table {table} are gone" in said) == (1, True)
    with transaction():
        append_only.hold(db.session.connection(), (table,))


def test_lines_and_seals_refuse_to_be_changed(door: Doorside, make: Make) -> None:
    day_of_three_blocks(door, make)
    for statement in ("UPDATE seal SET lines = 1", "DELETE FROM seal"):
        with pytest.raises(DBAPIError, match="append-only"), transaction():
            db.session.execute(text(statement))


def test_a_counter_that_is_off_is_named(app: Flask, door: Doorside, make: Make) -> None:
    session = make.session(door.event, "talk", capacity=20)
    door.ticket(booked={session: {"spectator": 1}})
    with transaction():
        places = db.session.get_one(SessionPlaces, session.id)
        places.present, places.promised = places.present + 1, places.promised + 1
    code, said = verify(app, door.event.slug)
    assert code == 1
    assert "  talk: promised is 2, counted again 1." in said
    assert "  talk: present is 1, counted again 0." in said
    make.event("another")
    assert verify(app, "another")[0] == 0


@pytest.mark.parametrize("seed", range(3))
def test_a_drawn_day_is_right(app: Flask, make: Make, seed: int) -> None:
    day = Day(Doorside(app, make, make.event(), rights=EVERY_RIGHT), make, seed + 40)
    day.live(120)
    while seal_lines(NOON):
        pass
    assert (recounted(day.door.event.id).wrong, chain().broken, chain().unsealed) == ([], [], 0)


def test_two_processes_seal_each_line_once_while_doors_go_on(app: Flask, door: Doorside, make: Make) -> None:
    session = make.session(door.event, "talk")
    door.tap(session)
    done = threading.Event()

    def in_own_context(work: Callable[[], Any]) -> Callable[[], None]:
        def run() -> None:
            with app.app_context():
                while not done.is_set():
                    work()
                db.session.remove()

        return run

    threads = [threading.Thread(target=in_own_context(lambda: seal_lines(NOON))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for _ in range(40):
        door.tap(session)
    done.set()
    for thread in threads:
        thread.join()
    while seal_lines(NOON):
        pass
    found = chain()
    assert (found.broken, found.lines, found.unsealed) == ([], 41, 0)
    assert found.blocks > 1


@pytest.mark.ledger_by_hand
def test_a_line_that_is_being_written_is_waited_for(app: Flask, door: Doorside, make: Make, database: str) -> None:
    """PostgreSQL gives out ids before their transactions end: a block must not end behind such a hole."""
    if database == "sqlite":
        return  # it has one writer, and no holes
    session = make.session(door.event, "talk")
    door.tap(session)
    beside = create_engine(db.engine.url)
    with beside.connect() as slow:
        taken = slow.execute(text("SELECT nextval(pg_get_serial_sequence('entry', 'id'))")).scalar()
        columns = ", ".join(name for name in COLUMNS if name not in ("id", "uuid", "undoes_id"))
        slow.exec_driver_sql(
            f"INSERT INTO entry (id, uuid, {columns}) SELECT {taken}, gen_random_uuid(), {columns} FROM entry LIMIT 1"
        )
        door.tap(session)
        assert seal_lines(NOON) == 0
        slow.commit()
    assert seal_lines(NOON) == 3
    beside.dispose()


def test_the_form_of_a_line_is_fixed() -> None:
    """Anybody may compute it again from the guide; a change of it would break every seal there is."""
    line = dict.fromkeys(COLUMNS) | {
        "id": 7, "event_id": 1, "kind": "entry", "at": datetime(2026, 10, 3, 3, tzinfo=UTC), "day": date(2026, 10, 3),
        "reentry": False,
    }  # fmt: skip
    form = canonical(line, [(2, 1), (1, 4)])
    assert form == (
        b'[7,null,1,"entry",null,null,null,null,null,null,null,null,null,null,null,null,null,'
        b'"2026-10-03T03:00:00.000000+00:00","2026-10-03",null,null,null,false,null,null,null,null,null,[[1,4],[2,1]]]'
    )
    assert block_digest(NOTHING_BEFORE, [form]).hex() == EXPECTED


EXPECTED = "d61e3b74c32f0e7b289aca47f9c16f2f07389dbbe65ebbaf1c8388ca53cf1908"
