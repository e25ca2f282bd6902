"""A plain scan is written into three indexes less, and moves two roll-ups on instead of five.

The indexes on who was refused and on what was undone hold such rows alone; on SQLite the numbers of a line stand in
their key. Who came once is one row of the roll-ups, which are made anew.
"""

import re
from collections.abc import Callable

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Connection, text

revision = "0030"
down_revision = "0029"

CUTS = ("once", "entries", "returns", "people", "days", "venues", "lines")
_SQL_OF = text("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = :table")
_BESIDE = text("SELECT sql FROM sqlite_master WHERE tbl_name = :table AND type IN ('index', 'trigger') AND sql <> ''")
_UNIQUE = re.compile(r",\s*CONSTRAINT uq_entry_undoes_id UNIQUE \(undoes_id\)")


def upgrade() -> None:
    op.drop_index("ix_scan_event_ticket", "scan")
    refused = sa.text("verdict <> 'admitted'")
    op.create_index(
        "ix_scan_refused", "scan", ["event_id", "ticket_id"], sqlite_where=refused, postgresql_where=refused
    )
    connection = op.get_bind()
    if connection.dialect.name == "sqlite":
        _make_anew(connection, "entry", lambda sql: _UNIQUE.sub("", sql))
        _make_anew(connection, "entry_number", lambda sql: f"{sql} WITHOUT ROWID")
        _make_anew(connection, "roll_up", _with_once)
    else:
        op.drop_constraint("uq_entry_undoes_id", "entry")
        for check in sa.inspect(connection).get_check_constraints("roll_up"):
            op.drop_constraint(str(check["name"]), "roll_up")
        op.create_check_constraint(op.f("ck_roll_up_cut"), "roll_up", sa.column("cut").in_(CUTS))
    undoing = sa.text("undoes_id IS NOT NULL")
    op.create_index(
        "uq_entry_undoes_id", "entry", ["undoes_id"], unique=True, sqlite_where=undoing, postgresql_where=undoing
    )
    _fill()


def _with_once(sql: str) -> str:
    """The check in both forms that it may have, see `app.migrations.checks`."""
    return sql.replace("cut = 'entries'", "cut = 'once' OR cut = 'entries'").replace("cut IN (", "cut IN ('once', ")


def _fill() -> None:
    """Once, by the program's own reckoning: a later revision that changes it takes this over."""
    from checkin.operations.rebuilding import make_anew

    connection = op.get_bind()
    for event_id in connection.scalars(sa.text("SELECT DISTINCT event_id FROM entry ORDER BY event_id")).all():
        make_anew(connection, event_id)


def _make_anew(connection: Connection, table: str, changed: Callable[[str], str]) -> None:
    """The table with another definition and the same rows, in the order that SQLite documents for changes which it has
    no words for; its indexes and triggers are made again."""
    sql = connection.execute(_SQL_OF, {"table": table}).scalar_one()
    beside = connection.execute(_BESIDE, {"table": table}).scalars().all()
    new = re.sub(rf'^CREATE TABLE "?{table}"? ', f"CREATE TABLE {table}_new ", changed(sql))
    for step in (
        new,
        f"INSERT INTO {table}_new SELECT * FROM {table}",  # noqa: S608 - a name of ours
        f"DROP TABLE {table}",
        f"ALTER TABLE {table}_new RENAME TO {table}",
        *beside,
    ):
        connection.exec_driver_sql(step)
