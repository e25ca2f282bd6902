"""Many new rows by one statement. On PostgreSQL they travel as one JSON text, and the server takes it apart.

A statement for each row is planned, started and answered for each row, which costs both sides as much again as the
rows. JSON is the quickest of the ways to send them: arrays and COPY take the driver longer than the server gains.

SQLite gets a row of places for each of a bundle, with what its rows do not say alike. JSON, which it takes apart
itself, takes it twice as long.
"""

import json
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import chain
from typing import Any

import msgspec
from sqlalchemy import Dialect, LargeBinary

FEWEST = 4
"""For fewer rows a statement each is as quick."""
BUNDLE, FEW = 50, 4
"""Rows that one statement writes on SQLite, as many as a scanner sends at once, and fewer where no more are left: after
each step the driver takes Python's lock back, and a step for each row would stop as often. To begin a step costs SQLite
as much again as a row."""
SHAPES = 16
"""So many statements are kept of each, by what is alike in their rows."""
MOST_VALUES = 32_766
"""Values in one statement that every SQLite takes since 3.32, of 2020."""
_INSERT = re.compile(r"(INSERT INTO .*?\)) VALUES \((.*?)\)( ON CONFLICT .*)?(?: RETURNING \S+)?", re.DOTALL)
_PLACE = re.compile(r"%\((\w+)\)s")
Shape = tuple[int, ...]
"""Where the values of a row come from: 0 is the same in all rows, any other number that column of what each says."""


class Many:
    """A statement for as many rows as there are, sent in as few as the driver can do with. names: of its values, in the
    order that rows give them."""

    def __init__(self, sql: str, names: Sequence[str], binds: Mapping[str, Any], dialect: Dialect) -> None:
        self.sql = sql
        self.names = None if dialect.name == "sqlite" else names
        self.wholesale = wholesale(sql, binds, dialect)
        self.bundle = bundle(sql, dialect)
        self.nothing_alike: Shape = tuple(range(1, sql.count("?") + 1))
        self.few = once(self.bundle, self.nothing_alike, FEW) if self.bundle else ""
        self.shapes: set[Shape] = set()
        self.raw = [name for name, bind in binds.items() if isinstance(bind.type, LargeBinary)]

    def send(self, cursor: Any, rows: Sequence[Sequence[Any]]) -> None:
        """Once for each of these rows; one that is refused refuses all."""
        if len(rows) >= BUNDLE and self.bundle:
            self.send_columns(cursor, list(zip(*rows, strict=True)))
            return
        while len(rows) >= FEW and self.few:
            cursor.execute(self.few, list(chain.from_iterable(rows[:FEW])))
            rows = rows[FEW:]
        values: Sequence[Any] = [dict(zip(self.names, row, strict=True)) for row in rows] if self.names else rows
        if len(values) == 1:
            cursor.execute(self.sql, values[0])
        elif self.wholesale and len(values) >= FEWEST:
            cursor.execute(self.wholesale, {"rows": self._as_text(values)})
        elif values:
            cursor.executemany(self.sql, values)

    def send_columns(self, cursor: Any, columns: list[Sequence[Any]]) -> None:
        """The same rows, given column by column."""
        whole = len(columns[0]) - len(columns[0]) % BUNDLE if self.bundle else 0
        if whole and self.bundle:
            shape = self._known(shape_of(columns))
            said = [column[0] for column, place in zip(columns, shape, strict=True) if place == 0]
            own = dict(zip(shape, columns, strict=True))
            each = list(zip(*(own[place] for place in sorted(own.keys() - {0})), strict=True))
            sql = once(self.bundle, shape, BUNDLE)
            for start in range(0, whole, BUNDLE):
                cursor.execute(sql, [*said, *chain.from_iterable(each[start : start + BUNDLE])])
        rest = list(zip(*(column[whole:] for column in columns), strict=True))
        if rest:
            self.send(cursor, rest)

    def _known(self, shape: Shape) -> Shape:
        """This shape, if rows were like that before; else that of rows that share nothing: preparing a statement takes
        longer than it saves for a hundred rows."""
        if shape in self.shapes:
            return shape
        if len(self.shapes) < SHAPES:
            self.shapes.add(shape)
        return self.nothing_alike

    def _as_text(self, values: Sequence[dict[str, Any]]) -> str:
        """These rows, made for this alone. Half characters, which PostgreSQL refuses, are not a matter of UTF-8."""
        for name in self.raw:
            for row in values:
                row[name] = _hexadecimal(row[name])
        try:
            return _quickly(values).decode()
        except UnicodeEncodeError:
            return _escaped(values)


def wholesale(sql: str, binds: Mapping[str, Any], dialect: Dialect) -> str | None:
    """This INSERT for a list of rows in `%(rows)s`, written in their order; None where each row needs its own."""
    found = _INSERT.fullmatch(sql) if dialect.name == "postgresql" else None
    if found is None or _PLACE.search(found[3] or ""):
        return None
    names = dict.fromkeys(_PLACE.findall(found[2]))
    columns = ", ".join(f'"{name}" {binds[name].type.compile(dialect=dialect)}' for name in names)
    values = _PLACE.sub(r'made."\1"', found[2])
    rows = f"json_to_recordset(%(rows)s) AS made({columns})"
    return " ".join([found[1], "SELECT", values, "FROM", rows, found[3] or ""]).rstrip()


def bundle(sql: str, dialect: Dialect) -> tuple[str, str] | None:
    """What is the same of this INSERT for many rows, and what is said of each; None where each row needs its own."""
    found = _INSERT.fullmatch(sql) if dialect.name == "sqlite" else None
    if found is None or found[3] or found[2].count("?") * BUNDLE > MOST_VALUES:
        return None
    return found[1], found[2]


def shape_of(columns: Sequence[Sequence[Any]]) -> Shape:
    """Which of these columns say the same in all rows, and which are one and the same; some row says something."""
    own: dict[int, int] = {}
    shape = tuple(
        0
        if column[0] == column[-1] and column.count(column[0]) == len(column)
        else own.setdefault(id(column), len(own) + 1)
        for column in columns
    )
    return shape if own else (1, *shape[1:])


@lru_cache(maxsize=8 * SHAPES)
def once(bundled: tuple[str, str], shape: Shape, size: int) -> str:
    """This INSERT for so many rows: first come the values that are alike in all of them, then those of each row. Of a
    row that SQLite puts together itself only what is its own is a value to be read, and it is planned once for all."""
    insert, row = bundled
    before, *after = row.split("?")
    said = iter(range(1, len(shape) + 1))
    places = (
        f"column{place}{text}" if place else f"?{next(said)}{text}" for place, text in zip(shape, after, strict=True)
    )
    told = ", ".join("?" * max(shape))
    return " ".join([insert, "SELECT", before + "".join(places), "FROM (VALUES", ", ".join([f"({told})"] * size), ")"])


def _hexadecimal(value: Any) -> str | None:
    """Bytes, wrapped by the driver or not, as PostgreSQL reads them from a text."""
    raw = getattr(value, "obj", value)
    return None if raw is None else rf"\x{raw.hex()}"


def _plain(value: Any) -> Any:
    """What JSON has no word for, as PostgreSQL reads it from a text; JSON for the driver is only wrapped."""
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return value.obj if hasattr(value, "obj") else str(value)


_quickly = msgspec.json.Encoder(enc_hook=_plain).encode
_escaped = json.JSONEncoder(separators=(",", ":"), default=_plain).encode
