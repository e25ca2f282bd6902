"""Triggers that hold the ledger: no UPDATE, no DELETE, on PostgreSQL no TRUNCATE, on SQLite no REPLACE. Made again after
every rebuild."""

from sqlalchemy import Connection, text

TABLES = ("entry", "entry_number", "seal", "edition", "edition_withdrawal", "audit_entry")

_REFUSE_CHANGE = """
    CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$
"""


def hold(connection: Connection, tables: tuple[str, ...] = TABLES) -> None:
    """Make the triggers of these tables, replacing what is there."""
    statements = _sqlite(connection, tables) if connection.dialect.name == "sqlite" else _postgresql(tables)
    for statement in statements:
        connection.execute(text(statement))


def _sqlite(connection: Connection, tables: tuple[str, ...]) -> list[str]:
    """A row that would take another one's place is refused where it comes in: SQLite runs no trigger for what it deletes
    then, unless the connection asks for it, as ours do and others need not."""
    statements = []
    for table in tables:
        statements.append(f"DROP TRIGGER IF EXISTS {table}_refuses_replace")
        there = " OR ".join(
            " AND ".join(f"{column} = NEW.{column}" for column in key) for key in _keys(connection, table)
        )
        statements.append(
            f"CREATE TRIGGER {table}_refuses_replace BEFORE INSERT ON {table}"  # noqa: S608  names of our own
            f" WHEN EXISTS (SELECT 1 FROM {table} WHERE {there})"
            f" BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )
        for act in ("UPDATE", "DELETE"):
            name = f"{table}_refuses_{act.lower()}"
            statements.append(f"DROP TRIGGER IF EXISTS {name}")
            statements.append(
                f"CREATE TRIGGER {name} BEFORE {act} ON {table} BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
    return statements


def _keys(connection: Connection, table: str) -> list[list[str]]:
    """The columns of which no two rows may have the same."""
    columns = connection.execute(text(f"PRAGMA table_info({table})")).all()
    indexes = connection.execute(text(f"PRAGMA index_list({table})")).all()
    others = [one.name for one in indexes if one.unique and one.origin != "pk"]
    keys = [connection.execute(text(f"PRAGMA index_info({name})")).scalars("name").all() for name in others]
    return [[one.name for one in columns if one.pk], *map(list, keys)]


def _postgresql(tables: tuple[str, ...]) -> list[str]:
    statements = [_REFUSE_CHANGE]
    for table in tables:
        for name, act, level in (
            ("change", "UPDATE OR DELETE", "ROW"),
            ("truncate", "TRUNCATE", "STATEMENT"),
        ):
            trigger = f"{table}_refuses_{name}"
            statements.append(f"DROP TRIGGER IF EXISTS {trigger} ON {table}")
            statements.append(
                f"CREATE TRIGGER {trigger} BEFORE {act} ON {table} FOR EACH {level} EXECUTE FUNCTION refuse_change()"
            )
    return statements
