"""What a server summed up is written down beside the ledger and recalled by the next, which reads only what came since.

It stands in the same database as what it rests on, so a copy that is put back brings the sums of its own time. What
other code made, or what cannot be read, counts as nothing: it is summed up again.
"""

import io
import pickle
from collections import Counter
from dataclasses import is_dataclass
from datetime import date, datetime, timedelta, timezone
from enum import Enum
from hashlib import sha256
from importlib import import_module
from pathlib import Path
from typing import Any

from sqlalchemy import BigInteger, bindparam, select

from analytics.models import KeptSum
from app.direct import Bound, Direct

ROOT = Path(__file__).resolve().parents[2]
RESTS_ON = ("analytics", "checkin", "registrations", "app/console", "app/programme", "app/migrations")
"""Whose code gives a sum its meaning: another line in there, and it is made anew."""
OURS = ("analytics.", "checkin.rules", "checkin.queries.", "registrations.rules")
PLAIN: dict[tuple[str, str], type] = {
    (one.__module__, one.__name__): one for one in (date, datetime, timedelta, timezone, Counter)
}


def recalled(bind: Bound, event_id: int, what: str) -> Any | None:
    """What was written down of an event under this name; None: nothing that can be trusted."""
    found = _FOUND.rows(bind, {"event_id": event_id, "what": what, "made_by": made_by()})
    if not found:
        return None
    try:
        return unpacked(found[0].body)
    except Exception:  # noqa: BLE001  whatever is wrong with it, the ledger says it anew
        return None


def packed(found: object) -> bytes:
    """As it is written down."""
    return pickle.dumps(found, protocol=5)


def unpacked(body: bytes) -> Any:
    """The same again."""
    return _Reader(io.BytesIO(body)).load()


def name_of(*parts: object) -> str:
    """What a sum is called."""
    return "/".join(str(one) for one in parts)


def made_by() -> str:
    """What tells the code of this program from any other that might have made a sum."""
    return _MADE_BY


def _code() -> str:
    digest = sha256()
    for place in RESTS_ON:
        for file in sorted((ROOT / place).rglob("*.py")):
            digest.update(file.read_bytes())
    return digest.hexdigest()


_MADE_BY = _code()
"""Read when the code itself is: an update may be put in place while this process goes on."""


class _Reader(pickle.Unpickler):
    """Reads plain values, dates, and our own enums and rows; anything else, a function above all, is refused."""

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) in PLAIN:
            return PLAIN[module, name]
        found = getattr(import_module(module), name, None) if module.startswith(OURS) and "." not in name else None
        if isinstance(found, type) and found.__module__ == module and _is_plain(found):
            return found
        raise pickle.UnpicklingError(f"{module}.{name} is no plain value")


def _is_plain(kind: type) -> bool:
    return issubclass(kind, Enum) or is_dataclass(kind) or (issubclass(kind, tuple) and hasattr(kind, "_fields"))


_FOUND = Direct(
    select(KeptSum.body).where(
        KeptSum.event_id == bindparam("event_id", type_=BigInteger()),
        KeptSum.what == bindparam("what"),
        KeptSum.made_by == bindparam("made_by"),
    )
)
