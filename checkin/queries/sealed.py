"""The ledger's seals: what is sealed, what is not yet, and whether every block still says what it said."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, text
from sqlalchemy.exc import SQLAlchemyError

from app.db import db
from checkin.models import Entry, EntryNumber, Seal
from checkin.rules.sealing import COLUMNS, NOTHING_BEFORE, block_digest, canonical


@dataclass(frozen=True)
class Broken:
    """A block that does not say any more what it said. `why`: lines (missing, or added), changed, unreadable."""

    block: int
    first_entry: int
    last_entry: int
    sealed_at: datetime
    why: str


@dataclass(frozen=True)
class Chain:
    """Every seal looked at. `digests` in hexadecimal, in order; `unsealed`: lines newer than the newest seal."""

    blocks: int
    lines: int
    unsealed: int
    broken: list[Broken]
    digests: list[str]


GUARDED = ("entry", "entry_number", "seal", "edition", "edition_withdrawal", "audit_entry")
_REFUSALS = {"sqlite": ("update", "delete", "replace"), "postgresql": ("change", "truncate")}
_STANDING = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled IN ('O', 'A')",
}


def unguarded() -> list[str]:
    """Tables whose triggers against change and deletion somebody has taken away or switched off."""
    engine = db.engine.dialect.name
    standing = set(db.session.scalars(text(_STANDING[engine])))
    return [one for one in GUARDED if not {f"{one}_refuses_{act}" for act in _REFUSALS[engine]} <= standing]


def newest_seal() -> Seal | None:
    """The last block of the chain."""
    return db.session.scalars(select(Seal).order_by(Seal.id.desc()).limit(1)).first()


def newest_line() -> int:
    """The id of the newest ledger line; 0: there is none."""
    return db.session.scalar(select(func.max(Entry.id))) or 0


def forms(after: int, until: int, *, most: int | None = None) -> list[tuple[int, bytes]]:
    """Id and canonical form of the lines behind `after` up to `until`, in ascending id."""
    columns = [getattr(Entry, name) for name in COLUMNS]
    chosen = select(*columns).where(Entry.id > after, Entry.id <= until).order_by(Entry.id)
    rows = db.session.execute(chosen.limit(most) if most else chosen).mappings().all()
    if not rows:
        return []
    numbers: dict[int, list[tuple[int, int]]] = defaultdict(list)
    last = rows[-1]["id"]
    for entry_id, category_id, number in db.session.execute(
        select(EntryNumber.entry_id, EntryNumber.category_id, EntryNumber.number).where(
            EntryNumber.entry_id > after, EntryNumber.entry_id <= last
        )
    ):
        numbers[entry_id].append((category_id, number))
    return [(row["id"], canonical({**row}, numbers[row["id"]])) for row in rows]


def chain() -> Chain:
    """Every block hashed again and compared with its seal."""
    broken, digests, lines = [], [], 0
    before, after = NOTHING_BEFORE, 0
    seals = db.session.execute(select(Seal.last_entry_id, Seal.lines, Seal.digest, Seal.sealed_at).order_by(Seal.id))
    for number, (last, told, digest, sealed_at) in enumerate(seals.all(), 1):
        why = _judged(after, last, told, before=before, digest=digest)
        if why:
            broken.append(Broken(number, after + 1, last, sealed_at, why))
        before, after = digest, last
        digests.append(digest.hex())
        lines += told
    unsealed = db.session.scalar(select(func.count()).select_from(Entry).where(Entry.id > after)) or 0
    return Chain(len(digests), lines, unsealed, broken, digests)


def _judged(after: int, last: int, told: int, *, before: bytes, digest: bytes) -> str | None:
    try:
        found = forms(after, last)
    except (LookupError, ValueError, TypeError, SQLAlchemyError):
        db.session.rollback()
        return "unreadable"
    if len(found) != told:
        return "lines"
    return None if block_digest(before, (form for _, form in found)) == digest else "changed"
