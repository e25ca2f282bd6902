"""Many new rows by one statement. On PostgreSQL they travel as one JSON text, and the server takes it apart.

A statement for each row is planned, started and answered for each row, which costs both sides as much again as the
rows. JSON is the quickest of the ways to send them: arrays and COPY take the driver longer than the server gains.

SQLite gets a row of places for each of a bundle. JSON, which it takes apart itself, takes it twice as long.
"""

import json
import re
from collections.abc import Mapping
from itertools import chain
from typing import Any

import msgspec
from sqlalchemy import Dialect, LargeBinary

FEWEST = 4
"""For fewer rows a statement each is as quick."""
BUNDLE = 32
"""Rows that one statement writes on SQLite: after each step the driver takes Python's lock back, and a step for each
row would stop as often."""
MOST_VALUES = 999
"""Values in one statement that every SQLite takes."""
_INSERT = re.compile(r"(INSERT INTO .*?\)) VALUES \((.*?)\)( ON CONFLICT .*)?(?: RETURNING \S+)?", re.DOTALL)
_PLACE = re.compile(r"%\((\w+)\)s")


class Many:
    """A statement for as many rows as there are, sent in as few as the driver can do with."""

    def __init__(self, sql: str, binds: Mapping[str, Any], dialect: Dialect) -> None:
        self.sql = sql
        self.wholesale = wholesale(sql, binds, dialect)
        self.bundle = bundle(sql, dialect)
        self.raw = [name for name, bind in binds.items() if isinstance(bind.type, LargeBinary)]

    def send(self, cursor: Any, values: list[Any]) -> None:
        """Once for each of these rows; one that is refused refuses all."""
        if len(values) == 1:
            cursor.execute(self.sql, values[0])
        elif self.wholesale and len(values) >= FEWEST:
            cursor.execute(self.wholesale, {"rows": self._as_text(values)})
        else:
            whole = len(values) - len(values) % BUNDLE if self.bundle else 0
            for start in range(0, whole, BUNDLE):
                cursor.execute(self.bundle, list(chain.from_iterable(values[start : start + BUNDLE])))
            cursor.executemany(self.sql, values[whole:])

    def _as_text(self, values: list[dict[str, Any]]) -> str:
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


def bundle(sql: str, dialect: Dialect) -> str | None:
    """This INSERT for `BUNDLE` rows, whose values follow each other; None where each row needs its own."""
    found = _INSERT.fullmatch(sql) if dialect.name == "sqlite" else None
    if found is None or found[3] or found[2].count("?") * BUNDLE > MOST_VALUES:
        return None
    return f"{found[1]} VALUES {', '.join([f'({found[2]})'] * BUNDLE)}"


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
