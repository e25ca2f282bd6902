"""Triggers that hold the ledger: no UPDATE, no DELETE, on PostgreSQL no TRUNCATE. Made again after every rebuild."""

from sqlalchemy import Connection, text

TABLES = ("entry", "entry_number", "seal", "edition", "edition_withdrawal", "audit_entry")

_REFUSE_CHANGE = """
    CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$
"""


def hold(connection: Connection, tables: tuple[str, ...] = TABLES) -> None:
    """Make the triggers of these tables, replacing what is there."""
    statements = _sqlite(tables) if connection.dialect.name == "sqlite" else _postgresql(tables)
    for statement in statements:
        connection.execute(text(statement))


def _sqlite(tables: tuple[str, ...]) -> list[str]:
    statements = []
    for table in tables:
        for act in ("UPDATE", "DELETE"):
            name = f"{table}_refuses_{act.lower()}"
            statements.append(f"DROP TRIGGER IF EXISTS {name}")
            statements.append(
                f"CREATE TRIGGER {name} BEFORE {act} ON {table} BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
    return statements


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
