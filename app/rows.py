"""Rows that come and go past the session, straight through the driver: new ones whole, read ones as objects."""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import bindparam, insert
from sqlalchemy.orm import make_transient_to_detached
from sqlalchemy.orm.attributes import instance_dict
from sqlalchemy.orm.util import identity_key

from app.db import Model, db

Row = TypeVar("Row", bound=Model)


def whole_row(kind: type[Model], make: Callable[[Any], Any] = insert, **otherwise: Any) -> Any:
    """A new row of this table: every column but the number that the database gives, empty or with the column's own
    fixed value unless it is given. make: how the database's dialect inserts."""
    table: Any = kind.__table__
    given: dict[str, Any] = {
        name: bindparam(name, value)
        for name, value in _first_values(kind).items()
        if table.columns[name] is not table.autoincrement_column
    }
    return make(table).values({**given, **otherwise})


def as_read(kind: type[Row], values: Mapping[str, Any]) -> Row:
    """A row that came or went past the session, as if the session had read it; the one it knows already, if any.

    `values`: the columns by name, the number among them; what is left out is as in a new row.
    """
    known = db.session.identity_map.get(identity_key(kind, values["id"]))
    if known is not None:
        return known
    row = kind()
    instance_dict(row).update({**_first_values(kind), **values})
    make_transient_to_detached(row)
    db.session.add(row)
    return row


@cache
def _first_values(kind: type[Model]) -> dict[str, Any]:
    columns: Any = kind.__table__.columns
    return {one.name: one.default.arg if one.default and one.default.is_scalar else None for one in columns}


def columns_of(kind: type[Model]) -> tuple[Any, ...]:
    """Every column of a table, in its order: what `as_read` asks for."""
    return tuple(getattr(kind, one.key) for one in kind.__table__.columns)
