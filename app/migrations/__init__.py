"""The history of the schema, and how a database is brought to its newest revision."""

from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event, inspect, text

from app.db import Model

HEAD = "0001"
FOLDER = Path(__file__).resolve().parent


class NewerDatabase(Exception):
    """The database was written by a newer version of the program; nothing is changed."""


def revision_of(connection: Connection) -> str | None:
    """The revision a database is at, or None if it is empty."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def upgrade(url: str) -> bool:
    """Bring the database to HEAD; True if anything was done. Raises NewerDatabase for a revision we do not know."""
    engine = migration_engine(url)
    try:
        with engine.connect() as connection:
            current = revision_of(connection)
        if current == HEAD:
            return False
        if current is not None and not list(FOLDER.glob(f"versions/{current}_*.py")):
            raise NewerDatabase(
                f"This database is at revision {current}, which this version of Uketsuke does not know. "
                "Start the newer version, or restore a copy from before."
            )
        _run(engine)
        return True
    finally:
        engine.dispose()


def migration_engine(url: str) -> Engine:
    """An engine of its own: on SQLite foreign keys stay off while tables are rebuilt, and are checked afterwards."""
    engine = create_engine(url)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA journal_mode=WAL"))
    return engine


def _run(engine: Engine) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        config.attributes["metadata"] = Model.metadata
        command.upgrade(config, "head")
        _refuse_orphans(connection)


def _refuse_orphans(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        orphans = connection.execute(text("PRAGMA foreign_key_check")).fetchall()
        if orphans:
            raise RuntimeError(f"migration left rows without their parent: {orphans[:3]}")
