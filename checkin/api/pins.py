"""A supervisor's word counts on a device with a PIN only where the PIN came with it."""

from dataclasses import replace

from flask import current_app, request

from app.accounts.passwords import verify_password
from app.web.actors import DeviceActor
from app.web.limits import Limits
from checkin.queries.device_list import pin_of
from checkin.rules import Act, DeviceRight
from checkin.rules.claims import Batch, Claim

HEADER = "Pin"
WRONG = "5 per 15 minutes"
"""Wrong PINs on one device; after that even the right one is not looked at until the time is over."""


def supervised(scanner: DeviceActor, batch: Batch) -> DeviceActor:
    """The device as it may act in this batch. Only a supervisor's acts ask for the PIN: all else goes on without."""
    if scanner.revoked or DeviceRight.SUPERVISOR not in scanner.rights or not any(map(is_asked, batch.scans)):
        return scanner
    stored = pin_of(scanner.device_id)
    if stored is None or _is_right(stored, str(scanner.device_id)):
        return scanner
    return replace(scanner, rights=tuple(right for right in scanner.rights if right != DeviceRight.SUPERVISOR))


def is_asked(scan: object) -> bool:
    """Whether this is a supervisor's act."""
    return isinstance(scan, Claim) and (scan.force is not None or scan.act is Act.UNDO)


def _is_right(stored: str, device: str) -> bool:
    limits: Limits = current_app.extensions["uketsuke_limits"]
    typed = request.headers.get(HEADER, "")
    if not typed or len(typed) > 12 or limits.spent(WRONG, "wrong-pins", device):
        return False
    right = verify_password(stored, typed)
    if not right:
        limits.hit(WRONG, "wrong-pins", device)
    return right
