"""Everything of an installation carried into another database, SQLite or PostgreSQL: all of it or nothing.

Tables are read from one moment of the source, poured into an empty target in one transaction, parents first, and
counted there before anything is kept.
"""

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Connection, Engine, ForeignKeyConstraint, Table, func, inspect, select, text
from sqlalchemy.exc import DBAPIError

from app.alone import at_rest
from app.bulk import pour
from app.config import Settings, WrongSetting
from app.db import Model
from app.migrations import HEAD, migration_engine, revision_of
from app.prepare import refuse_unready, upgrade

AT_ONCE = 2_000
OTHERS = text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    " AND backend_type = 'client backend'"
)
TRIES, PAUSE_SECONDS = 20, 0.1


class NotCopied(WrongSetting):
    """Nothing was written to the target; the message says why and what to do."""


@dataclass(frozen=True)
class Plan:
    """What is to be carried: the number of rows of each table, parents first."""

    rows: dict[str, int]

    @property
    def total(self) -> int:
        return sum(self.rows.values())


Carry = Callable[[Callable[[int], None]], None]
"""Carries everything, and tells after each heap how many rows that were."""


@contextmanager
def carrying(source: Settings, target: Settings) -> Iterator[tuple[Plan, Carry]]:
    """What there is to carry, and the act itself. Nobody serves either of them meanwhile, as far as that can be known.

    Raises NotCopied, InUse, OlderDatabase or NewerDatabase; then the target is as empty as it was.
    """
    if source.database_url == target.database_url:
        raise NotCopied("This is the database in use: --to has to name another one.")
    refuse_unready(source)
    with at_rest(source), at_rest(target), _engine(source) as ours, _engine(target) as theirs:
        with theirs.connect() as new:
            _refuse_strange(new)
        upgrade(target)
        with _one_moment(ours) as old, theirs.connect() as new:
            _refuse_company(old)
            _refuse_full(new)
            plan = Plan({table.name: _count(old, table) for table in _tables()})
            yield plan, lambda told: _carry(old, new, plan, told)


@contextmanager
def _engine(settings: Settings) -> Iterator[Engine]:
    engine = migration_engine(settings.database_url)
    try:
        yield engine
    finally:
        engine.dispose()


def _carry(old: Connection, new: Connection, plan: Plan, told: Callable[[int], None]) -> None:
    new.rollback()
    with _told(new), new.begin():
        if new.dialect.name == "sqlite":
            new.exec_driver_sql("BEGIN IMMEDIATE")
        with _keys_checked_at_the_end(new):
            for table in _tables():
                _pour(old, new, table, told)
                _go_on_counting(new, table)
        wrong = [table.name for table in _tables() if _count(new, table) != plan.rows[table.name]]
        if wrong:
            raise NotCopied(f"Not every row arrived in {', '.join(wrong)}: nothing was kept.")
    with new.begin():
        new.exec_driver_sql("ANALYZE")  # or pages of a new PostgreSQL are slow for its first minutes


def _tables() -> list[Table]:
    return Model.metadata.sorted_tables


def _count(connection: Connection, table: Table) -> int:
    return connection.scalar(select(func.count()).select_from(table)) or 0


@contextmanager
def _one_moment(engine: Engine) -> Iterator[Connection]:
    """A connection that sees the source as it is now, until the end."""
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("BEGIN")
            yield connection
        else:
            yield connection.execution_options(isolation_level="REPEATABLE READ")


def _refuse_company(old: Connection) -> None:
    """A server of PostgreSQL knows who else is there; of SQLite the locks say it. Who has just gone takes a moment."""
    if old.dialect.name != "postgresql":
        return
    for _ in range(TRIES):
        if not old.scalar(OTHERS):
            return
        old.rollback()
        time.sleep(PAUSE_SECONDS)
    raise NotCopied("Somebody else is connected to the database: end the server and everything else first.")


def _refuse_strange(new: Connection) -> None:
    """A target is empty, or empty at our revision: what somebody has is not upgraded by the way."""
    if revision_of(new) != HEAD and inspect(new).get_table_names():
        raise NotCopied("The target holds tables already: make a new database for it.")


def _refuse_full(new: Connection) -> None:
    full = [table.name for table in _tables() if new.execute(select(*table.primary_key).limit(1)).first()]
    if full:
        raise NotCopied(f"The target is not empty ({', '.join(full[:3])}): make a new database for it.")


@contextmanager
def _told(new: Connection) -> Iterator[None]:
    try:
        yield
    except (DBAPIError, new.dialect.loaded_dbapi.Error) as error:
        first = str(getattr(error, "orig", error)).strip().split("\n", 1)[0]
        raise NotCopied(f"The target refused: {first}. Nothing was kept.") from None


@contextmanager
def _keys_checked_at_the_end(new: Connection) -> Iterator[None]:
    """Rows may refer to later ones of their own table (a ticket to the one that replaced it)."""
    if new.dialect.name == "sqlite":  # where foreign keys are off on this connection
        yield
        if new.exec_driver_sql("PRAGMA foreign_key_check").fetchone():
            raise NotCopied("Rows would stand there without their parent: nothing was kept.")
        return
    inward = [(table.name, key.name) for table in _tables() for key in table.foreign_key_constraints if _is_inward(key)]
    for table, key in inward:
        new.exec_driver_sql(f"ALTER TABLE {table} ALTER CONSTRAINT {key} DEFERRABLE INITIALLY DEFERRED")
    yield
    new.exec_driver_sql("SET CONSTRAINTS ALL IMMEDIATE")
    for table, key in inward:
        new.exec_driver_sql(f"ALTER TABLE {table} ALTER CONSTRAINT {key} NOT DEFERRABLE")


def _is_inward(key: ForeignKeyConstraint) -> bool:
    return key.referred_table is key.parent


def _pour(old: Connection, new: Connection, table: Table, told: Callable[[int], None]) -> None:
    columns = list(table.c)
    asked = select(*columns).order_by(*table.primary_key).execution_options(yield_per=AT_ONCE)
    written = [_writer(column, new) for column in columns]

    def rows() -> Iterable[tuple[Any, ...]]:
        for some in old.execute(asked).partitions():
            for row in some:
                yield tuple(write(value) for write, value in zip(written, row, strict=True))
            told(len(some))

    pour(new, table.name, [column.name for column in columns], rows())


def _writer(column: Column[Any], new: Connection) -> Callable[[Any], Any]:
    """How a value of Python is told to the target's driver."""
    return column.type.dialect_impl(new.dialect).bind_processor(new.dialect) or (lambda value: value)


def _go_on_counting(new: Connection, table: Table) -> None:
    """The next row that is made there gets a number of its own."""
    key = table.autoincrement_column
    if new.dialect.name == "postgresql" and key is not None:
        newest = f"SELECT max({key.name}) FROM {table.name}"  # noqa: S608  names of our own
        new.exec_driver_sql(f"SELECT setval(pg_get_serial_sequence('{table.name}', '{key.name}'), ({newest}))")
