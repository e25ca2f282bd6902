"""A scanner's file of unsent scans: what is in it, or why it is none."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from flask_babel import gettext as _

from app.errors import Invalid
from checkin.forms import read_claim
from checkin.rules.claims import Claim, Malformed

FORMAT, VERSION = "uketsuke-scans", 1
LARGEST = 1024 * 1024
MOST = 20_000


@dataclass(frozen=True)
class QueueFile:
    """The scans of one device in the order they happened; what cannot be understood is told for itself."""

    event: str
    device: UUID
    saved_at: datetime
    scans: tuple[Claim | Malformed, ...]


def read_queue_file(content: bytes) -> QueueFile:
    """Raises Invalid with a sentence that says what to do next."""
    if not content:
        raise Invalid("no_file", _("Choose a file first."))
    if len(content) > LARGEST:
        raise Invalid("too_large", _("This file is too large. Please choose the file that the scanner saved."))
    try:
        told: Any = json.loads(content)
        if (told["format"], told["version"]) != (FORMAT, VERSION):
            raise ValueError(told["format"])
        scans: Any = told["scans"]
        if not isinstance(scans, list) or not 1 <= len(scans) <= MOST:
            raise ValueError(len(scans))
        saved_at = datetime.fromisoformat(told["saved_at"])
        return QueueFile(str(told["event"]), UUID(told["device"]), saved_at, tuple(map(read_claim, scans)))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise Invalid(
            "not_a_queue", _("This is not a scanner's file of scans. Please choose the file that the scanner saved.")
        ) from None
