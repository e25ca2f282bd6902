"""The contact of an organisation is somebody else: its team is written to there, the old address forgotten."""

from app.db import db, lock
from app.outbox.models import Letter
from app.outbox.operations import forget
from registrations.models import Registration


def readdress(registration_id: int, *, before: str | None, email: str | None) -> bool:
    """Write to `email` from now on, if it is `before` that was written to; nothing of that stays in letters. False: the
    registration has an address of its own, or none that was to change."""
    (row,) = lock(Registration, [registration_id])
    if before is None or row.contact_email != before or before == email:
        return False
    row.contact_email = email
    forget(Letter.registration_id == registration_id)
    db.session.flush()
    return True
