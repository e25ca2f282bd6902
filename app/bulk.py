"""Statements over millions of rows: read without keeping them all, written without a word for each."""

import gc
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from itertools import islice
from typing import Any

from sqlalchemy import Connection

from app.db import refuse_stray_writes
from app.direct import Bound, Direct

AT_ONCE = 1000
Column = bytes | str | None
"""Numbers as a database hands them out, see `gathered`."""


def heaps(
    bind: Bound, asked: Direct, parameters: Mapping[str, Any], *, size: int
) -> Iterator[Sequence[tuple[Any, ...]]]:
    """The rows found, `size` at a time, as the driver gives them."""
    cursor: Any
    with closing(bind.connection.cursor()) as cursor:
        cursor.execute(*asked.prepared(bind).ready(parameters))
        while found := cursor.fetchmany(size):
            yield found


def gathered(bind: Bound, asked: Direct, parameters: Mapping[str, Any], *, columns: int) -> list[Column]:
    """Each of so many columns of the rows found, of whole numbers: nothing is handed out row by row, and nobody waits
    for Python's lock meanwhile. On PostgreSQL, which plans it for these very values, an array in the server's binary
    form, numbers of eight bytes; on SQLite they stand in a text, between commas. None: no row was found."""
    sql, values = asked.prepared(bind).ready(parameters)
    on_postgresql = bind.dialect.name == "postgresql"
    names = ", ".join(f"c{number}" for number in range(columns))
    each = "array_agg(c{}::bigint)" if on_postgresql else "group_concat(c{})"
    together = ", ".join(each.format(number) for number in range(columns))
    statement = f"WITH found({names}) AS ({sql}) SELECT {together} FROM found"  # noqa: S608
    if not on_postgresql:
        with closing(bind.connection.cursor()) as cursor:
            return list(cursor.execute(statement, values).fetchone())
    with closing(bind.connection.driver_connection.cursor(binary=True)) as cursor:
        cursor.execute(statement, values, prepare=False)
        return [cursor.pgresult.get_value(0, number) for number in range(columns)]


def pour(connection: Connection, table: str, columns: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> None:
    """Add rows, with values as the driver takes them."""
    if connection.dialect.name == "postgresql":
        _copy_in(connection, f"COPY {table} ({', '.join(columns)}) FROM STDIN", rows)
        return
    places = ", ".join("?" * len(columns))
    adding = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({places})"  # noqa: S608  names of our own
    coming = iter(rows)
    while some := list(islice(coming, AT_ONCE)):
        connection.exec_driver_sql(adding, some)


def _copy_in(connection: Connection, statement: str, rows: Iterable[tuple[Any, ...]]) -> None:
    refuse_stray_writes("COPY", connection.engine)
    driver: Any = connection.connection.driver_connection
    with closing(driver.cursor()) as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)


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
