"""What happens to accounts, sign-ins and devices."""

import secrets
from datetime import datetime, timedelta

from app.accounts.models import Account, SignIn
from app.accounts.passwords import hash_password
from app.accounts.queries import digest
from app.db import db

SIGN_IN_LASTS = timedelta(hours=14)


def add_account(*, email: str, name: str, password: str, at: datetime) -> Account:
    """A new person on the staff."""
    account = Account(email=email.strip().lower(), name=name, password_hash=hash_password(password), created_at=at)
    db.session.add(account)
    db.session.flush()
    return account


def begin_sign_in(account_id: int, *, at: datetime) -> str:
    """Start a signed-in browser; the token goes into its cookie, only its hash is kept."""
    token = secrets.token_urlsafe(32)
    row = SignIn(token_hash=digest(token), account_id=account_id, created_at=at, expires_at=at + SIGN_IN_LASTS)
    db.session.add(row)
    db.session.flush()
    return token


def end_sign_in(sign_in_id: int, *, at: datetime) -> None:
    """Sign out: the token is worth nothing from now on."""
    db.session.get_one(SignIn, sign_in_id).ended_at = at
