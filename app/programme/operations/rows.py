"""Rows made equal to what they shall be: what is equal stays untouched, the rest is written by the hundred."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import bindparam, delete, insert, select, update

from app.db import db

Key = tuple[str, ...]
Known = dict[Any, dict[str, Any]]


def set_columns(row: Any, columns: Mapping[str, Any]) -> dict[str, Any]:
    """Set the columns that differ; what they were before."""
    different = {name: value for name, value in columns.items() if getattr(row, name) != value}
    before = {name: getattr(row, name) for name in different}
    for name, value in different.items():
        setattr(row, name, value)
    return before


def replace_rows(kind: Any, mine: Any, wanted: list[dict[str, Any]]) -> bool:
    """Rows without a name of their own: written anew if they differ; whether they did."""
    columns = kind.__table__.columns.keys()
    found = db.session.execute(select(*(getattr(kind, name) for name in columns)).where(mine)).mappings()
    if sorted(map(_comparable, found)) == sorted(map(_comparable, wanted)):
        return False
    db.session.execute(delete(kind).where(mine))
    if wanted:
        db.session.execute(kind.__table__.insert(), wanted)
    return True


def replace_rows_of(kind: Any, sessions: set[int], wanted: list[dict[str, Any]]) -> set[int]:
    """The same session by session: what differs is written anew. The sessions in which something did."""
    table = kind.__table__
    of, held = table.c.session_id, _grouped(wanted)
    found = _grouped(db.session.execute(select(*table.columns).where(of.in_(sessions))).mappings())
    different = {one for one in sessions if found.get(one) != held.get(one)}
    if gone := different & set(found):
        db.session.execute(delete(table).where(of.in_(gone)))
    if new := [row for row in wanted if row["session_id"] in different]:
        db.session.execute(insert(table), new)
    return different


def raise_versions(kind: Any, ids: set[int]) -> None:
    """Their versions rise, though no column of their own changed."""
    table = kind.__table__
    db.session.execute(update(table).where(table.c.id.in_(ids)).values(version=table.c.version + 1))


def known_rows(kind: Any, mine: Any, key: Key) -> Known:
    """Rows as plain columns, by the key that a file names them with; `key` of one column stands alone."""
    found = db.session.execute(select(*kind.__table__.columns).where(mine)).mappings()
    return {_named(row, key): dict(row) for row in found}


def make_equal(
    kind: Any, rows: Known, wanted: Mapping[Any, Mapping[str, Any]], *, mine: Any, key: Key, **fixed: Any
) -> tuple[int, int]:
    """Change the rows that differ in one statement, add those that are not there in another: numbers of added and of
    changed ones. `rows` holds all of them with their ids afterwards. fixed: columns that new rows have beside."""
    table = kind.__table__
    new = [{**fixed, **columns} for name, columns in wanted.items() if name not in rows]
    changed = [
        (rows[name], columns) for name, columns in wanted.items() if name in rows and _differs(rows[name], columns)
    ]
    if changed:
        names = list(changed[0][1])
        told: dict[str, Any] = {name: bindparam(f"new_{name}") for name in names}
        if "version" in table.columns:
            told["version"] = table.c.version + 1
        db.session.execute(
            update(table).where(table.c.id == bindparam("row_id")).values(told),
            [{"row_id": row["id"], **{f"new_{name}": columns[name] for name in names}} for row, columns in changed],
        )
        for row, columns in changed:
            row.update(columns)
    if new:
        db.session.execute(insert(table), new)
        names = [*dict.fromkeys(("id", *key))]
        for found in db.session.execute(select(*(table.c[name] for name in names)).where(mine)).mappings():
            rows.setdefault(_named(found, key), dict(found))
    return len(new), len(changed)


def _grouped(rows: Iterable[Any]) -> dict[int, list[str]]:
    grouped: dict[int, list[str]] = {}
    for row in rows:
        grouped.setdefault(row["session_id"], []).append(_comparable(row))
    return {session: sorted(texts) for session, texts in grouped.items()}


def _named(row: Any, key: Key) -> Any:
    return row[key[0]] if len(key) == 1 else tuple(row[name] for name in key)


def _differs(row: Mapping[str, Any], columns: Mapping[str, Any]) -> bool:
    return any(row[name] != value for name, value in columns.items())


def _comparable(columns: Any) -> str:
    """One row as text that is equal for equal rows, whatever order a database keeps the names of its JSON in."""
    return json.dumps(dict(columns), sort_keys=True, default=str)
