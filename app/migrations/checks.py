"""Checks of a list of words, spelled out for SQLite: `a IN ('x', 'y')` makes it fill a table of words with every row
that is written, which takes longer than the row; `a = 'x' OR a = 'y'` means the same and takes next to nothing."""

import re
from contextlib import suppress

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

_LIST = re.compile(r"CHECK \((\w+) IN \(('\w+'(?:, '\w+')*)\)\)")
_TABLES = text("SELECT name, sql FROM sqlite_master WHERE type = 'table' AND sql LIKE '%CHECK (% IN (%'")
_SET = text("UPDATE sqlite_master SET sql = :sql WHERE type = 'table' AND name = :name")


def spell_out(connection: Connection) -> None:
    """Rewrite these checks of every table, inside the transaction of an upgrade. What is in the tables does not change,
    so the documented way of changing a schema in place is enough; where SQLite was built to refuse it, the checks stay
    as they are, which is only slower."""
    if connection.dialect.name != "sqlite":
        return
    connection.exec_driver_sql("PRAGMA writable_schema = ON")
    try:
        with suppress(DBAPIError):
            for name, sql in connection.execute(_TABLES).all():
                connection.execute(_SET, {"name": name, "sql": _LIST.sub(_spelled_out, sql)})
        version = connection.exec_driver_sql("PRAGMA schema_version").scalar_one()
        connection.exec_driver_sql(f"PRAGMA schema_version = {version + 1}")
    finally:
        connection.exec_driver_sql("PRAGMA writable_schema = RESET")


def _spelled_out(found: re.Match[str]) -> str:
    column, words = found[1], found[2].split(", ")
    return f"CHECK ({' OR '.join(f'{column} = {word}' for word in words)})"
