"""Statements that go straight to the driver: the same values, the same refusals, an index for each of the door's."""

from contextlib import nullcontext
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import String, bindparam, insert, literal, select, text

from app.accounts.models import Device, Host
from app.db import TransactionMisuse, db, transaction, wired_savepoint, wired_transaction
from app.direct import Direct, among, asking
from app.rows import whole_row
from app.wholesale import BUNDLE, FEW
from checkin.queries import devices, filled, given, statements
from registrations.models import Registration
from tests.make import NOON, Make

HOSTS = Direct(
    select(Host.uuid, Host.slug, Host.name, Host.created_at).where(among(Host.slug, "slugs")).order_by(Host.slug)
)
ADD = Direct(
    insert(Host).values(
        uuid=bindparam("uuid"), slug=bindparam("slug"), name=bindparam("name"), created_at=bindparam("at"), version=1
    )
)


def host(slug: str) -> dict[str, object]:
    return {"uuid": uuid4(), "slug": slug, "name": {"ja": "横浜", "en": slug}, "at": NOON}


def slugs() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(select(Host.slug).order_by(Host.slug)))


@pytest.mark.parametrize("number", [2, 9], ids=["a statement each", "all at once"])
def test_values_go_in_and_come_out_as_through_the_session(app: Flask, number: int) -> None:
    hosts = [host(name) for name in "abcdefghi"[:number]]
    with wired_transaction() as wire:
        ADD.write(wire, hosts)
    db.session.rollback()
    kept = db.session.scalars(select(Host).order_by(Host.slug)).all()
    assert [(row.uuid, row.slug, row.name, row.created_at) for row in kept] == [
        (given["uuid"], given["slug"], given["name"], NOON) for given in hosts
    ]
    with asking() as wire:
        found = HOSTS.rows(wire, {"slugs": [*"abcdefghi", "x"]})
    assert [tuple(row) for row in found] == [(row.uuid, row.slug, row.name, row.created_at) for row in kept]


def test_bytes_and_what_is_empty_are_kept_as_they_are(app: Flask, make: Make) -> None:
    event = make.event()
    shared = {"event_id": event.id, "rights": ["scan"], "created_at": NOON, "expires_at": NOON + timedelta(hours=1)}
    rows = [
        {**shared, "uuid": uuid4(), "name": f"door {one}", "token_hash": bytes([one, 0, 92, 255])} for one in range(9)
    ]
    with wired_transaction() as wire:
        Direct(whole_row(Device)).write(wire, rows)
    db.session.rollback()
    kept = db.session.scalars(select(Device).order_by(Device.id)).all()
    assert [(row.name, row.token_hash, row.rights, row.revoked_at, row.expires_at) for row in kept] == [
        (given["name"], given["token_hash"], ["scan"], None, NOON + timedelta(hours=1)) for given in rows
    ]


@pytest.mark.parametrize("number", [1, 9], ids=["alone", "all at once"])
def test_half_a_character_among_rows_is_a_matter_of_the_database(app: Flask, database: str, number: int) -> None:
    hosts = [{**host(name), "name": {"ja": "\ud83d"}} for name in "abcdefghi"[:number]]
    driver: Any = db.engine.dialect.dbapi
    refused = pytest.raises(driver.Error) if database == "postgresql" else nullcontext()
    with refused, wired_transaction() as wire:
        ADD.write(wire, hosts)


def test_rows_are_numbered_in_their_order_however_they_are_written(app: Flask) -> None:
    with wired_transaction() as wire:
        ADD.write(wire, [host(name) for name in "dcba"])
        ADD.write(wire, [host(name) for name in "zyxwvuts"])
    db.session.rollback()
    assert "".join(db.session.scalars(select(Host.slug).order_by(Host.id))) == "dcbazyxwvuts"


@pytest.mark.parametrize("number", [FEW - 1, FEW, BUNDLE - 1, BUNDLE, BUNDLE + 1, 2 * BUNDLE + FEW + 3])
def test_many_rows_are_kept_once_each_in_their_order(app: Flask, number: int) -> None:
    """What they all say alike is sent once, as soon as rows were like that before."""
    hosts = [host(f"{turn}{(7 * one) % 1000:03}") for turn in range(3) for one in range(number)]
    for turn in range(3):
        with wired_transaction() as wire:
            ADD.write(wire, hosts[turn * number : (turn + 1) * number])
    db.session.rollback()
    kept = db.session.scalars(select(Host).order_by(Host.id)).all()
    assert [(row.slug, row.uuid, row.name) for row in kept] == [
        (given["slug"], given["uuid"], given["name"]) for given in hosts
    ]


@pytest.mark.parametrize("again", [3, BUNDLE + 3])
def test_one_bad_row_among_many_refuses_them_all(app: Flask, again: int) -> None:
    hosts = [host(f"h{number}") for number in range(BUNDLE + 5)]
    driver: Any = db.engine.dialect.dbapi
    with pytest.raises(driver.IntegrityError), wired_transaction() as wire:
        ADD.write(wire, [*hosts[:again], {**host("other"), "slug": hosts[0]["slug"]}, *hosts[again:]])
    assert slugs() == []


@pytest.mark.parametrize("wanted", [[], ["a"], ["b", "a"], ["a", "x", "y"], [f"x{n}" for n in range(500)]])
def test_a_list_may_be_of_any_length(app: Flask, wanted: list[str]) -> None:
    with wired_transaction() as wire:
        ADD.write(wire, [host("a"), host("b")])
    with asking() as wire:
        assert [row.slug for row in HOSTS.rows(wire, {"slugs": wanted})] == sorted({"a", "b"} & set(wanted))


def test_lists_of_all_lengths_are_served_by_a_few_statements(app: Flask, database: str) -> None:
    with asking() as wire:
        for length in range(1, 200):
            HOSTS.rows(wire, {"slugs": [f"x{number}" for number in range(length)]})
    assert len(HOSTS.compiled[database].spread) <= 12


def test_a_write_outside_a_transaction_raises(app: Flask) -> None:
    with asking() as wire, pytest.raises(TransactionMisuse):
        ADD.write(wire, [host("a")])


def test_a_wired_transaction_inside_a_get_or_another_transaction_raises(app: Flask) -> None:
    with app.test_request_context("/", method="GET"), pytest.raises(TransactionMisuse), wired_transaction():
        pass
    with pytest.raises(TransactionMisuse), transaction(), wired_transaction():
        pass


def test_a_fault_undoes_everything_and_lets_the_next_one_in(app: Flask) -> None:
    with pytest.raises(ValueError), wired_transaction() as wire:
        ADD.write(wire, [host("a")])
        raise ValueError
    with wired_transaction() as wire:
        ADD.write(wire, [host("b")])
    assert slugs() == ["b"]


def test_a_failed_item_leaves_the_batch_standing(app: Flask) -> None:
    with wired_transaction() as wire:
        with wired_savepoint(wire):
            ADD.write(wire, [host("good")])
        with pytest.raises(wire.dialect.dbapi.IntegrityError), wired_savepoint(wire):  # type: ignore[union-attr]
            ADD.write(wire, [host("good")])
        with wired_savepoint(wire):
            ADD.write(wire, [host("too")])
    assert slugs() == ["good", "too"]


def test_what_the_session_had_read_is_read_again(app: Flask, make: Make) -> None:
    make.host("a")
    assert slugs() == ["a"]
    with wired_transaction() as wire:
        ADD.write(wire, [host("b")])
    assert list(db.session.scalars(select(Host.slug).order_by(Host.slug))) == ["a", "b"]


WHOLE_LEDGER = {
    "SEARCH entry USING INDEX sqlite_autoindex_entry_1 (undoes_id=?)",
    "SEARCH entry USING INDEX ix_entry_event_day (event_id=?)",
    "SEARCH entry USING INDEX ix_entry_event_place (event_id=?)",
}
"""Nearly every line undoes none, and most are of one event: to find those is to read all of them."""


def questions() -> list[tuple[str, Direct]]:
    """Everything that the door asks, by name."""
    rooms = (statements, devices, given, filled)
    named = [(name, getattr(room, name)) for room in rooms for name in dir(room)]
    return [(name, direct) for name, direct in named if isinstance(direct, Direct)]


@pytest.mark.parametrize(("name", "question"), questions(), ids=[name for name, _ in questions()])
def test_no_question_of_the_door_reads_a_whole_table(app: Flask, database: str, name: str, question: Direct) -> None:
    parameters = {
        "event_id": 1, "slug": "x", "device_id": 1, "place_id": 1, "ids": [1], "codes": ["x"], "numbers": ["1"],
        "registrations": [1], "besides": 1, "slugs": ["x"], "days": [NOON.date()], "tokens": [b"x"], "at": NOON,
        "since": NOON, "places": [1],
    }  # fmt: skip
    if name in ("AWAITING", "BEHIND", "KNOWN", "WRITTEN"):
        parameters["ids"] = [uuid4()]
    with asking() as wire:
        question.rows(wire, parameters)
        if database == "sqlite":
            sql, values = question.compiled["sqlite"].ready(parameters)
            plan = [step[3] for step in wire.connection.cursor().execute(f"EXPLAIN QUERY PLAN {sql}", values)]
            assert [step for step in plan if step.startswith("SCAN") or step in WHOLE_LEDGER] == []


_MANY = """
    INSERT INTO registration (id, {columns}) SELECT {many} + n, {others}
        FROM registration, generate_series(1, {many}) AS n WHERE id = {like};
    INSERT INTO booking (uuid, registration_id, session_id, created_at, passed_over, change_number, version)
        SELECT gen_random_uuid(), {many} + n, {session}, now(), 0, 0, 1 FROM generate_series(1, {many}) AS n;
    INSERT INTO booking_line (booking_id, category_id, number, state, state_at)
        SELECT booking.id, one.id, 1, 'confirmed', now() FROM booking, (SELECT min(id) AS id FROM category) AS one
"""
"""So many registrations at once that PostgreSQL has not yet counted."""


def test_parties_are_looked_up_in_a_database_that_has_no_statistics_yet(app: Flask, make: Make, database: str) -> None:
    event = make.event()
    registration, session = make.registration(event), make.session(event, "talk")
    if database == "sqlite":
        return  # its plan is the same whatever the tables hold, see above
    own = {"id", "uuid", "link"}
    columns = [column.name for column in Registration.__table__.columns if column.name not in own]
    others = ", ".join(["gen_random_uuid()", "'many-' || n", *columns])
    named = ", ".join(["uuid", "link", *columns])
    with transaction():
        many = _MANY.format(columns=named, others=others, many=9000, like=registration.id, session=session.id)
        db.session.execute(text(many))
    with asking() as wire:
        sql, values = statements.PARTIES.prepared(wire).ready({"ids": list(range(9001, 9101))})
        plan = wire.connection.cursor().execute(f"EXPLAIN {sql}", values).fetchall()
    assert [step for (step,) in plan if "Seq Scan" in step or "Hash" in step] == []


def test_a_moment_keeps_its_microseconds(app: Flask) -> None:
    at = NOON + timedelta(microseconds=123456)
    with wired_transaction() as wire:
        ADD.write(wire, [{**host("a"), "at": at}])
    with asking() as wire:
        assert HOSTS.rows(wire, {"slugs": ["a"]})[0].created_at == at


@pytest.mark.parametrize("word", ["it's 100% %(slug)s: :word __[POSTCOMPILE_param_1] \\", "横浜"])
def test_what_stands_in_a_statement_itself_is_no_parameter_on_postgresql(app: Flask, database: str, word: str) -> None:
    question = Direct(
        select(literal(word).label("word"), literal(7).label("number"), literal(True).label("yes"))
        .where(bindparam("slug", type_=String()) == "own")
        .limit(1)
    )
    with asking() as wire:
        assert [tuple(row) for row in question.rows(wire, {"slug": "own"})] == [(word, 7, True)]
        assert question.rows(wire, {"slug": "other"}) == []
        assert database == "sqlite" or question.prepared(wire).names == ("slug",)
