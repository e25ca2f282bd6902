"""Bringing the database to where this version needs it, before the server starts or a command works on it."""

import signal
import sqlite3
from dataclasses import replace

from app.config import Settings, WrongSetting
from app.faults import told
from app.migrations import HEAD, refuse_newer, refuse_older


class NotOurDatabase(WrongSetting):
    """The file is there but is no database of ours."""


def needs_preparation(settings: Settings, *, demo: bool) -> bool:
    """Whether the database must be made, upgraded or filled. On SQLite found out without loading anything heavy."""
    if not settings.on_sqlite or not settings.sqlite_file.exists():
        return True
    database = sqlite3.connect(f"{settings.sqlite_file.as_uri()}?mode=ro", uri=True)
    try:
        revision = database.execute("SELECT version_num FROM alembic_version").fetchone()
        refuse_newer(revision[0] if revision else None)
        return revision != (HEAD,) or (demo and not _has_demonstration(database))
    except sqlite3.OperationalError:
        return True
    except sqlite3.DatabaseError:
        raise NotOurDatabase(f"{settings.sqlite_file} is not a database of Uketsuke.") from None
    finally:
        database.close()


def _has_demonstration(database: sqlite3.Connection) -> bool:
    """Whether there is an event, and somebody to work on it: the demonstration's staff come last."""
    return all(database.execute(f"SELECT 1 FROM {one} LIMIT 1").fetchone() for one in ("event", "account"))  # noqa: S608


def prepare(settings: Settings, demo: bool) -> None:  # noqa: FBT001
    """Upgrade, and load the demonstration if asked for and the database is empty: a process of its own runs this."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    with told():
        if demo and settings.on_sqlite and not settings.sqlite_file.exists():
            _build_aside(settings)
        else:
            _build(settings, demo=demo)


def _build_aside(settings: Settings) -> None:
    """A new database appears with its demonstration whole, or, when this is interrupted, not at all."""
    part = settings.sqlite_file.with_name(f"{settings.sqlite_file.name}.part")
    beside = [part.with_name(f"{part.name}{ending}") for ending in ("", "-wal", "-shm", ".writer")]
    for path in beside:
        path.unlink(missing_ok=True)
    _build(replace(settings, database_url=f"sqlite:///{part}"), demo=True)
    beside[-1].unlink(missing_ok=True)
    part.replace(settings.sqlite_file)


def _build(settings: Settings, *, demo: bool) -> None:
    upgrade(settings)
    if demo:
        from app import create_app
        from app.db import close_db
        from app.demo import load_if_empty

        app = create_app(settings)
        with app.app_context():
            load_if_empty()
        close_db(app)


def upgrade(settings: Settings) -> bool:
    """Bring the database to HEAD; True if there was anything to do. A new file is its owner's alone to read."""
    from app.factory import know_every_table
    from app.migrations import upgrade as bring_to_head

    know_every_table()
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    if settings.on_sqlite:
        settings.sqlite_file.parent.mkdir(parents=True, exist_ok=True)
        settings.sqlite_file.touch(mode=0o600)
    return bring_to_head(settings.database_url)


def refuse_unready(settings: Settings) -> None:
    """Raise OlderDatabase or NewerDatabase if a command cannot work on the database as it is."""
    from app.migrations import revision_at

    missing = settings.on_sqlite and not settings.sqlite_file.exists()
    refuse_older(None if missing else revision_at(settings.database_url))
