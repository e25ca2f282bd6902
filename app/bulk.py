"""Statements over millions of rows: read without keeping them all, written without a word for each."""

import gc
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from itertools import islice
from typing import Any

from sqlalchemy import Connection

from app.direct import Bound, Direct

AT_ONCE = 1000


def heaps(
    bind: Bound, asked: Direct, parameters: Mapping[str, Any], *, size: int
) -> Iterator[Sequence[tuple[Any, ...]]]:
    """The rows found, `size` at a time, as the driver gives them."""
    cursor: Any
    with closing(bind.connection.cursor()) as cursor:
        cursor.execute(*asked.prepared(bind).ready(parameters))
        while found := cursor.fetchmany(size):
            yield found


def copied(bind: Bound, asked: Direct, parameters: Mapping[str, Any], *, columns: int) -> bytes:
    """On PostgreSQL the rows found as its binary COPY gives them, each of so many columns as a whole number of eight
    bytes."""
    sql, values = asked.prepared(bind).ready(parameters)
    names = ", ".join(f"c{number}" for number in range(columns))
    numbers = ", ".join(f"c{number}::bigint" for number in range(columns))
    statement = f"COPY (SELECT {numbers} FROM ({sql}) AS found({names})) TO STDOUT (FORMAT BINARY)"  # noqa: S608
    with closing(bind.connection.driver_connection.cursor()) as cursor, cursor.copy(statement, values) as copy:
        return b"".join(copy)


def pour(connection: Connection, table: str, columns: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> None:
    """Add rows, with values as the driver takes them."""
    place = "?" if connection.dialect.name == "sqlite" else "%s"
    places = ", ".join([place] * len(columns))
    adding = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({places})"  # noqa: S608  names of our own
    coming = iter(rows)
    while some := list(islice(coming, AT_ONCE)):
        connection.exec_driver_sql(adding, some)


@contextmanager
def uncollected() -> Iterator[None]:
    """For a command that makes millions of short-lived values: Python's collector of garbage would look through them
    again and again, and they are gone without it."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
