"""The canonical form of the ledger's lines, and the hash that seals a block of them: anybody can compute both again.

A block's digest is SHA-256 over `uketsuke seal 1`, a line end, the digest before in hexadecimal (of the first block:
sixty-four zeros), a line end, and every line's form with a line end, in ascending id. What these columns are is fixed:
columns added later belong to another form.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from enum import Enum
from typing import Any
from uuid import UUID

HEAD = b"uketsuke seal 1\n"
NOTHING_BEFORE = bytes(32)
COLUMNS = (
    "id", "uuid", "event_id", "kind", "direction", "method", "place_id", "gate_id", "scan_id", "ticket_id",
    "registration_id", "device_id", "account_id", "undoes_id", "source_id", "device_at", "received_at", "at", "day",
    "slot", "new_today", "booked", "reentry", "reason", "party_kind", "organisation_kind", "language", "lead_days",
)  # fmt: skip


def canonical(line: Mapping[str, Any], numbers: Iterable[tuple[int, int]]) -> bytes:
    """One line as JSON: its columns in their order, then pairs of category id and number in ascending id."""
    values = [*(_plain(line[name]) for name in COLUMNS), sorted([category, number] for category, number in numbers)]
    return json.dumps(values, ensure_ascii=True, separators=(",", ":")).encode()


def block_digest(before: bytes, lines: Iterable[bytes]) -> bytes:
    """The digest of a block behind the one with the digest `before`."""
    hashed = hashlib.sha256(HEAD + before.hex().encode() + b"\n")
    for line in lines:
        hashed.update(line + b"\n")
    return hashed.digest()


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value
