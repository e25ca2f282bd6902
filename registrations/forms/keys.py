"""The form's signed key: instead of a cookie, unique on the registration, good for a day."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from itsdangerous import BadSignature, URLSafeSerializer

GOOD_FOR = timedelta(hours=24)
SALT = "registration form"


@dataclass(frozen=True)
class FormKey:
    """What a key that we signed says: which sending this is, which notice stood beside the tick for consent, and when
    the form was opened (seconds since 1970)."""

    nonce: str
    notice_id: int | None
    expired: bool
    opened_at: float = 0
    photo_id: int | None = None


def new_form_key(
    secret: str, event_id: int, notice_id: int | None, *, at: datetime, photo_id: int | None = None
) -> str:
    """A key for one form of one event."""
    signer = URLSafeSerializer(secret, salt=SALT)
    key = signer.dumps([secrets.token_urlsafe(16), event_id, notice_id, int(at.timestamp()), photo_id])
    assert isinstance(key, str)
    return key


def read_form_key(secret: str, text: str, event_id: int, *, at: datetime) -> FormKey | None:
    """What the key says; None if we did not sign it, or not for this event."""
    try:
        nonce, of_event, notice_id, signed_at, *more = URLSafeSerializer(secret, salt=SALT).loads(text)
    except (BadSignature, ValueError, TypeError):
        return None
    if of_event != event_id:
        return None
    expired = at.timestamp() - signed_at > GOOD_FOR.total_seconds()
    return FormKey(nonce, notice_id, expired=expired, opened_at=signed_at, photo_id=more[0] if more else None)
