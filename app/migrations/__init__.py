"""The history of the schema, and how a database is brought to its newest revision.

Imports nothing heavy by itself: the supervisor of the server asks for HEAD and stays small.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

HEAD = "0034"
FOLDER = Path(__file__).resolve().parent
ALONE = {"sqlite": "BEGIN IMMEDIATE", "postgresql": "SELECT pg_advisory_xact_lock(20231030)"}
"""What lets one process at a time upgrade."""


class NewerDatabase(Exception):
    """The database was written by a newer version of the program; nothing is changed."""


class OlderDatabase(Exception):
    """The database is empty or of an older version, and this command does not upgrade it."""


def revision_of(connection: "Connection") -> str | None:
    """The revision a database is at, or None if it is empty."""
    from sqlalchemy import inspect, text

    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def refuse_newer(revision: str | None) -> None:
    """Raise NewerDatabase for a revision that this version does not know."""
    if revision is not None and not list(FOLDER.glob(f"versions/{revision}_*.py")):
        raise NewerDatabase(
            f"This database is at revision {revision}, which this version of Uketsuke does not know. "
            "Start the newer version, or restore a copy from before."
        )


def refuse_older(revision: str | None) -> None:
    """Raise OlderDatabase, or NewerDatabase, unless the revision is HEAD."""
    refuse_newer(revision)
    if revision != HEAD:
        raise OlderDatabase("The database is not ready for this version. Run `uketsuke db upgrade` first.")


def revision_at(url: str) -> str | None:
    """The revision of the database at this address."""
    engine = migration_engine(url)
    try:
        with engine.connect() as connection:
            return revision_of(connection)
    finally:
        engine.dispose()


def upgrade(url: str) -> bool:
    """Bring the database to HEAD; True if anything was done. Raises NewerDatabase for a revision we do not know."""
    current = revision_at(url)
    refuse_newer(current)
    if current == HEAD:
        return False
    engine = migration_engine(url)
    try:
        _run(engine)
    finally:
        engine.dispose()
    return True


def migration_engine(url: str) -> "Engine":
    """An engine of its own: on SQLite foreign keys stay off while tables are rebuilt, and are checked afterwards."""
    from sqlalchemy import create_engine, event

    if not url.startswith("sqlite"):
        return create_engine(url)
    engine = create_engine(url, connect_args={"isolation_level": None})
    event.listen(engine, "connect", _set_pragmas)
    return engine


def _set_pragmas(connection: Any, _record: Any) -> None:
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=OFF"):
        connection.execute(f"PRAGMA {pragma}")


def _run(engine: "Engine") -> None:
    """All steps in one transaction, kept whole or not at all; whoever else upgrades at the same time waits."""
    from alembic import command
    from alembic.config import Config

    from app.db import Model

    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    with engine.connect() as connection:
        connection.exec_driver_sql(ALONE[engine.dialect.name])
        config.attributes["connection"] = connection
        config.attributes["metadata"] = Model.metadata
        command.upgrade(config, "head")
        _refuse_orphans(connection)
        connection.commit()


def _refuse_orphans(connection: "Connection") -> None:
    from sqlalchemy import text

    if connection.dialect.name == "sqlite":
        orphans = connection.execute(text("PRAGMA foreign_key_check")).fetchall()
        if orphans:
            raise RuntimeError(f"migration left rows without their parent: {orphans[:3]}")
