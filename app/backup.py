"""A copy of the SQLite database while doors scan, checked before it is kept; and the way back, which keeps what was.

PostgreSQL has tools of its own for both; the guide says how.
"""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from app.alone import at_rest
from app.config import Settings, WrongSetting
from app.migrations import refuse_newer
from app.writer import Writer

FAR = 1_000_000
"""More changes of an event than any copy is behind."""
COUNTED = (("scan", "id"), ("entry", "uuid"), ("registration", "uuid"), ("letter", "uuid"))
"""What people would miss first, and what tells a row of these tables from all others."""
WORDS = {"scan": "scans", "entry": "lines of the ledger", "registration": "registrations", "letter": "letters"}
AFTERWARDS = """\
Now start the server, run `uketsuke ledger verify`, and keep every scanner open with a network. What a scanner holds
unsent it sends by itself; one that was paired after the copy was made has to be paired again, and sends it then. What a
scanner had sent after the copy was made it holds no more: count those people again (“Type in a sheet” in the console).
Letters that were waiting when the copy was made are sent again."""


class NoCopy(WrongSetting):
    """No copy was made, or none was put back; the message says why and what to do. Nothing was changed."""


@dataclass(frozen=True)
class Copy:
    """A file that was checked: bytes, revision, number of ledger lines, and when the newest scan in it arrived."""

    path: Path
    size: int
    revision: str
    lines: int
    newest: str | None

    def told(self) -> str:
        newest = f", the newest scan of {self.newest} UTC" if self.newest else ""
        return f"{self.size / 1e6:,.1f} MB, revision {self.revision}, {self.lines:,} lines of the ledger{newest}"


@dataclass(frozen=True)
class Restored:
    """The copy that is in place now, where the database of before lies, and how many rows of each table only that has;
    None: there was none, or it cannot be read."""

    copy: Copy
    before: Path | None
    lost: dict[str, int] | None

    def told(self) -> list[str]:
        """What happened, and what is to be done now."""
        lines = [f"The database is the copy now: {self.copy.told()}."]
        if self.before is not None:
            lines.append(f"What was there before is in {self.before}. Delete it when nobody needs it: it holds names.")
        if self.before is not None and self.lost is None:
            lines.append("It cannot be read, so how much came after the copy was made is not known.")
        elif self.lost and any(self.lost.values()):
            only = ", ".join(f"{number:,} {WORDS[table]}" for table, number in self.lost.items())
            lines.append(f"Only there, and lost to this database: {only}.")
        return [*lines, AFTERWARDS]


def back_up(settings: Settings, path: Path) -> Copy:
    """Write a copy of the database as it is at this moment to a file that is not there yet, its owner's alone to read.

    Doors go on writing meanwhile. Free pages are left out, so nobody who was erased is in it. Raises NoCopy.
    """
    _refuse_postgresql(settings, f"`pg_dump --format=custom --file={path} DATABASE` copies it, doors open")
    if not settings.sqlite_file.exists():
        raise NoCopy(f"There is no database at {settings.sqlite_file}.")
    if path.exists():
        raise NoCopy(f"{path} is there already. Choose another name: a copy never replaces another.")
    with _part(path) as part:
        with _told(settings.sqlite_file), closing(sqlite3.connect(settings.sqlite_file, timeout=60)) as database:
            database.execute("VACUUM INTO ?", (str(part),))
            _to_disk(part)
        copy = checked(part)
        part.replace(path)
        _to_disk(path.parent)
    return replace(copy, path=path)


def restore(settings: Settings, path: Path, *, at: datetime) -> Restored:
    """Put a copy in the place of the database, which is set aside under a name of its own. Raises NoCopy or InUse."""
    _refuse_postgresql(settings, f"`pg_restore --clean --dbname=DATABASE {path}` puts a copy back, the server ended")
    copy = checked(path)
    refuse_newer(copy.revision)
    target = settings.sqlite_file
    with at_rest(settings), closing(Writer(settings)) as writer, writer.held(), _part(target) as part:
        with _told(target):
            shutil.copyfile(path, part)
            _give_to_owner_of(target, part)
            _tell_doors(part)
            _to_disk(part)
        before = _set_aside(target, f"before-{at:%Y%m%d-%H%M%S}")
        part.replace(target)
        _to_disk(target.parent)
    return Restored(copy, before, _only_in(before, target) if before else None)


def checked(path: Path) -> Copy:
    """What the file holds, if it is a sound database of ours; read without touching it. Raises NoCopy."""
    if not path.is_file():
        raise NoCopy(f"There is no file {path}.")
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as database:
            if database.execute("PRAGMA quick_check").fetchone() != ("ok",):
                raise NoCopy(f"{path} is damaged.")
            if database.execute("PRAGMA foreign_key_check").fetchone():
                raise NoCopy(f"{path} is damaged: rows without their parent.")
            (revision,) = database.execute("SELECT version_num FROM alembic_version").fetchone()
            (lines,) = database.execute("SELECT count(*) FROM entry").fetchone()
            (newest,) = database.execute("SELECT max(received_at) FROM scan").fetchone()
    except (sqlite3.Error, TypeError):
        raise NoCopy(f"{path} is not a database of Uketsuke, or it is damaged.") from None
    return Copy(path, path.stat().st_size, revision, lines, newest and newest[:19])


@contextmanager
def _part(path: Path) -> Iterator[Path]:
    """A new file beside `path`, gone at the end unless it got its name; its owner's alone from the first byte."""
    part = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        yield part
    finally:
        part.unlink(missing_ok=True)


@contextmanager
def _told(database: Path) -> Iterator[None]:
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        raise NoCopy(f"{database} could not be copied: {error}. Nothing was kept.") from None


def _tell_doors(part: Path) -> None:
    """Scanners ask for what has changed since a number. Some saw later ones, of changes that are lost now and whose
    numbers come again: so all that is here counts as changed under a number that nobody has seen."""
    with closing(sqlite3.connect(part)) as database, database:
        database.execute("UPDATE event SET change_number = change_number + ?", (FAR,))
        database.execute("UPDATE ticket SET change_number = (SELECT change_number FROM event WHERE id = event_id)")


def _to_disk(path: Path) -> None:
    file = os.open(path, os.O_RDONLY)
    try:
        os.fsync(file)
    finally:
        os.close(file)


def _give_to_owner_of(target: Path, part: Path) -> None:
    """Whoever types the command: the server goes on as the user that it was."""
    owner = (target if target.exists() else target.parent).stat()
    with suppress(PermissionError):
        os.chown(part, owner.st_uid, owner.st_gid)


def _set_aside(target: Path, word: str) -> Path | None:
    """The database with its newest changes under another name; it stays under its own until it is replaced.

    The newest changes are kept apart before they are written into the file: SQLite may drop those of a damaged one.
    """
    if not target.exists():
        return None
    before = target.with_name(f"{target.name}.{word}")
    os.link(target, before)
    wal, shm = (target.with_name(target.name + ending) for ending in ("-wal", "-shm"))
    newest = before.with_name(before.name + "-wal")
    if wal.exists():
        shutil.copyfile(wal, newest)
    with suppress(sqlite3.Error), closing(sqlite3.connect(target)) as database:
        if database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0:
            newest.unlink(missing_ok=True)
    for path in (wal, shm):
        path.unlink(missing_ok=True)
    return before


def _only_in(before: Path, restored: Path) -> dict[str, int] | None:
    """How many rows of each counted table stand in `before` alone; None: it cannot be read."""
    try:
        with closing(sqlite3.connect(f"{before.absolute().as_uri()}?mode=ro", uri=True)) as database:
            database.execute("ATTACH ? AS restored", (f"{restored.absolute().as_uri()}?mode=ro",))
            missing = "SELECT count(*) FROM main.{0} WHERE {1} NOT IN (SELECT {1} FROM restored.{0})"
            return {table: database.execute(missing.format(table, key)).fetchone()[0] for table, key in COUNTED}
    except sqlite3.Error:
        return None


def _refuse_postgresql(settings: Settings, how: str) -> None:
    if not settings.on_sqlite:
        raise NoCopy(f"This database is PostgreSQL's: {how}. The guide for operators says more, under Backup.")
