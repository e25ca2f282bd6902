"""Rows made equal to what they shall be: what is equal stays untouched."""

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete, select

from app.db import db


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


def _comparable(columns: Any) -> str:
    """One row as text that is equal for equal rows, whatever order a database keeps the names of its JSON in."""
    return json.dumps(dict(columns), sort_keys=True, default=str)
