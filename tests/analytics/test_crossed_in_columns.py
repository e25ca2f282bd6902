"""A large ledger is crossed in columns, every pair of dimensions at once, by a process of its own: each says what its
lines say one by one."""

import random
import subprocess
import sys
from collections.abc import Sequence
from datetime import timedelta
from threading import Thread
from typing import Any

import pytest
from flask import Flask

from analytics.queries import apart, crossing
from analytics.queries.crossing import crossing_of, room_names
from analytics.queries.facts import facts_of
from analytics.queries.ledger import attributes_of, read_ledger
from analytics.rules import Measure
from analytics.rules.crossed_in_columns import PAIRS, UnknownWord, all_crossed
from analytics.rules.crossing import Crossing, Dimension, Ground, cross
from app.config import Settings
from app.db import close_db, db, transaction
from app.factory import create_app
from app.programme.models import Event
from app.turns import Places
from checkin.rules import Method
from registrations.rules import PartyKind
from tests.analytics.ledger import Ledger, RawLine
from tests.analytics.test_editions import places_of
from tests.checkin.doorside import Doorside
from tests.make import NOON, Make


@pytest.fixture(autouse=True)
def _every_ledger_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crossing, "FEWEST_LINES", 0)
    monkeypatch.setattr("analytics.queries.unwritten.FEWEST_LINES", 0)


class Spoken(Ledger):
    """Whose lines say of their party what they are told to, the newest not always what those before do."""

    words: tuple[tuple[str | None, str | None, str | None], ...] = (
        ("school", "ja", "same_day"), (None, "en", "31+"), ("npo", "ja-easy", "8-14"), (None, None, None),
    )  # fmt: skip

    def _row(self, line: RawLine) -> dict[str, object]:
        words = self.words[(line.holder.id if line.holder else line.id) % len(self.words) - (line.id % 9 == 0)]
        return super()._row(line) | dict(zip(("organisation_kind", "language", "lead_days"), words, strict=True))


@pytest.fixture
def fair(make: Make) -> Event:
    """Persons, families and classes at four talks on two days, by chance with a fixed seed: they come again, in parts,
    by one method and by several, and some of it is undone."""
    event, chance = make.event("fair"), random.Random(11)
    for number in range(4):
        make.session(event, f"t{number}", starts_at=NOON + timedelta(days=number // 2, hours=number % 2 * 2))
    ledger = Spoken(event)
    categories, places = ledger.categories()[:3], [*places_of(event).values()]
    holders = [*ledger.tickets(8), *(ledger.ticket(kind) for kind in (PartyKind.CLASS, PartyKind.FAMILY) * 4)]
    for minute in range(160):
        at, place = NOON + timedelta(days=chance.choice((0, 1)), minutes=minute), chance.choice(places)
        if chance.random() < 0.75:
            which = chance.randrange(len(holders))
            person = holders[which].kind is PartyKind.PERSON
            method = chance.choice((Method.SCANNED, Method.TYPED)) if person or which % 2 else Method.GROUP_CONFIRMED
            some = chance.sample(categories, 1 if person else 2)
            numbers = {one: 1 if person else chance.randint(1, 9) for one in some}
            line = ledger.enter(holders[which], place, numbers, at=at, method=method, reentry=chance.random() < 0.1)
        else:
            line = ledger.tap(place, {chance.choice(categories): 2}, at=at, new_today=chance.random() < 0.5)
        if chance.random() < 0.1:
            ledger.undo(line, at=at)
    ledger.write()
    return event


def counted(event: Event) -> dict[Any, Crossing]:
    """Line by line."""
    facts, read, said = facts_of(event), read_ledger(event, undivided=None), attributes_of(event.id)
    ground = Ground(facts.places, room_names(facts))
    return {
        (rows, columns, measure): cross(read, said, ground, rows=rows, columns=columns, measure=measure)
        for rows, columns, measure in PAIRS
    }


def read(app: Flask, event: Event, pairs: Sequence[Any] = PAIRS) -> dict[Any, Crossing]:
    with app.app_context(), app.test_request_context():
        event = db.session.get_one(Event, event.id)
        facts = facts_of(event)
        found = {one: crossing_of(event, facts, rows=one[0], columns=one[1], measure=one[2]) for one in pairs}
        db.session.rollback()
        return found


def test_every_pair_is_what_the_lines_say_one_by_one(app: Flask, fair: Event) -> None:
    assert len(PAIRS) == 74
    with app.test_request_context():
        expected = counted(fair)
    found = read(app, fair)
    for pair in PAIRS:
        assert found[pair] == expected[pair], pair


def test_rows_and_columns_change_places_with_the_question(app: Flask, fair: Event) -> None:
    facts = facts_of(fair)
    with app.test_request_context():
        for rows, columns, measure in PAIRS:
            one = crossing_of(fair, facts, rows=rows, columns=columns, measure=measure)
            other = crossing_of(fair, facts, rows=columns, columns=rows, measure=measure)
            assert (one.rows, one.columns, one.total) == (other.columns, other.rows, other.total)
            assert one.cells == {(row, column): number for (column, row), number in other.cells.items()}


def test_who_asks_for_one_pair_has_read_the_lines_for_all(
    app: Flask, make: Make, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """This process and every other, without loading what adds up columns; what came since is followed."""
    monkeypatch.setitem(sys.modules, "analytics.rules.crossed_in_columns", None)
    door = Doorside(app, make)
    talk = make.session(door.event, "talk")
    door.scan(talk, door.ticket())
    read(app, door.event, PAIRS[:1])
    door.scan(talk, door.ticket())
    monkeypatch.setattr(crossing.Kept, "_summed", _refused)
    monkeypatch.setattr(crossing, "sum_apart", _refused)
    other = create_app(settings)
    for process in (app, other):
        assert {one.total for one in read(process, door.event).values()} == {2}
    close_db(other)


def test_a_page_that_began_to_read_before_the_newest_line_came_reads_none_by_itself(
    app: Flask, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Though the process that sums up has seen that line."""
    door = Doorside(app, make)
    talk = make.session(door.event, "talk")
    first, second = door.ticket(), door.ticket()
    door.scan(talk, first)
    monkeypatch.setattr(crossing.Kept, "_summed", _refused)
    with app.app_context(), app.test_request_context():
        event = db.session.get_one(Event, door.event.id)
        facts = facts_of(event)
        door.scan(talk, second)
        found = [crossing_of(event, facts, rows=one[0], columns=one[1], measure=one[2]) for one in PAIRS[:2]]
    assert {one.total for one in found} == {2}


@pytest.mark.parametrize("what", ["raise SystemExit(1)", "import time; time.sleep(600)"])
def test_where_no_process_sums_up_the_lines_are_read_one_by_one(
    app: Flask, fair: Event, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, what: str
) -> None:
    monkeypatch.setattr(apart, "SUMMING", (sys.executable, "-c", what))
    monkeypatch.setattr(apart, "PATIENCE", 0.1)
    with app.test_request_context():
        expected = counted(fair)
    found = read(app, fair, PAIRS[:3])
    assert found == {one: expected[one] for one in PAIRS[:3]}
    assert caplog.messages == ["crossings could not be summed up apart; each is read line by line"] * 3


def test_readers_of_one_table_wait_for_its_first_reading_and_never_for_each_other(
    app: Flask, fair: Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Though they take all places at work."""
    monkeypatch.setattr(apart, "SUMMING", (sys.executable, "-c", "import time; time.sleep(1)"))
    places, found = Places(1), []

    def ask() -> None:
        with places:
            found.append(read(app, fair, PAIRS[:1])[PAIRS[0]].total)

    readers = [Thread(target=ask, daemon=True) for _ in range(3)]
    for one in readers:
        one.start()
    for one in readers:
        one.join(60)
    assert len(found) == 3
    assert len(set(found)) == 1


def test_the_process_that_sums_up_loads_rules_and_numpy_alone() -> None:
    """What it takes comes on top of a server's memory."""
    loaded = "import analytics.operations.crossing, sys; print(*sys.modules)"
    said = subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True, check=True)
    assert not {"sqlalchemy", "flask", "psycopg", "babel", "matplotlib"} & set(said.stdout.split())
    assert "numpy" in said.stdout.split()


def test_inside_a_transaction_what_it_wrote_is_counted_too(app: Flask, make: Make) -> None:
    """By itself, for nobody else sees that yet."""
    door = Doorside(app, make)
    talk = make.session(door.event, "talk")
    door.scan(talk, door.ticket())
    first, *_ = PAIRS
    with app.test_request_context(method="POST"), transaction():
        rows, columns, measure = first
        assert crossing_of(door.event, facts_of(door.event), rows=rows, columns=columns, measure=measure).total == 1


def test_much_that_came_is_still_followed_where_reading_all_takes_longer(
    app: Flask, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    door = Doorside(app, make)
    talk = make.session(door.event, "talk")
    door.scan(talk, door.ticket())
    read(app, door.event)
    monkeypatch.setattr("checkin.queries.moved.WINDOW", 1)
    monkeypatch.setattr("checkin.queries.moved.A_PART", 1)
    monkeypatch.setattr(crossing.Kept, "_summed", _refused)
    for _ in range(3):
        door.scan(talk, door.ticket())
    assert {one.total for one in read(app, door.event).values()} == {4}


def _refused(*_: Any) -> Any:
    raise AssertionError("every line would be read")


@pytest.mark.ledger_by_hand
def test_a_word_that_no_list_has_is_counted_too(app: Flask, make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Spoken, "words", (("npo", "fr", "31+"),))
    event = make.event("fair")
    make.session(event, "talk")
    ledger = Spoken(event)
    holder, *_ = ledger.tickets(1)
    ledger.enter(holder, places_of(event)["talk"], {ledger.categories()[0]: 1}, at=NOON)
    ledger.write()
    with app.test_request_context(), pytest.raises(UnknownWord):
        bind = db.session.connection()
        beside = apart.sent_beside(bind, event.id)
        all_crossed(Ground(facts_of(event).places, {}), apart.parts_of(bind, event.id), *beside)
    by_language = Dimension.CATEGORY, Dimension.LANGUAGE, Measure.PEOPLE
    assert read(app, event, [by_language])[by_language].columns == {"fr": 1}
