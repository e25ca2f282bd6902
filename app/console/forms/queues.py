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
from checkin.rules.following import following

FORMAT, VERSION = "uketsuke-scans", 1
LARGEST = 1024 * 1024
MOST = 20_000
BESIDE = ("showed", "withdrawn")
"""What a device keeps beside a scan and does not send: what it told by itself while the request was on its way, and
that nobody awaits the answer any more. Files of older pages lack both."""
OF_AN_UNDO = ("at", "gate", "place", "clock", "seq")


@dataclass(frozen=True)
class Kept:
    """One scan, and what its device would say after an answer that calls for it."""

    scan: Claim | Malformed
    follower: Claim | None = None
    withdrawn: bool = False


@dataclass(frozen=True)
class QueueFile:
    """The scans of one device in the order they happened; what cannot be understood is told for itself."""

    event: str
    device: UUID
    saved_at: datetime
    scans: tuple[Kept, ...]


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
        return QueueFile(str(told["event"]), UUID(told["device"]), saved_at, tuple(map(_read_kept, scans)))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise Invalid(
            "not_a_queue", _("This is not a scanner's file of scans. Please choose the file that the scanner saved.")
        ) from None


def _read_kept(told: Any) -> Kept:
    """As the device makes it, to the letter: whichever of the two comes first, it counts once."""
    if not isinstance(told, dict):
        return Kept(read_claim(told))
    sent = {name: value for name, value in told.items() if name not in BESIDE}
    scan, showed, withdrawn = read_claim(sent), told.get("showed"), told.get("withdrawn") is True
    if not isinstance(scan, Claim) or not (showed or withdrawn):
        return Kept(scan)
    after = {**sent, "shown": showed}
    if withdrawn:
        after = {name: sent[name] for name in OF_AN_UNDO if name in sent} | {"act": "undo", "undoes": sent["id"]}
    follower = read_claim(after | {"id": str(following(scan.id))})
    if isinstance(follower, Malformed):
        return Kept(Malformed(str(scan.id), follower.faults))
    says_something = withdrawn or (follower.shown is not None and follower.shown.lets_in)
    return Kept(scan, follower if says_something else None, withdrawn)
