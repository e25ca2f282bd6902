"""Joining and leaving the staff of an event."""

from dataclasses import dataclass
from datetime import datetime

from app.accounts.models import Account
from app.accounts.operations import add_account, grant, withdraw
from app.accounts.queries import account_by_email, membership_in
from app.errors import NotFound
from app.programme.models import Event
from app.web.actors import Actor, Role


@dataclass(frozen=True)
class Joined:
    """Who joined; `new` when the account was made now, with the password given."""

    account: Account
    new: bool


def join(event: Event, *, email: str, name: str, role: Role, password_hash: str, at: datetime, actor: Actor) -> Joined:
    """Give a person a role in the event; who has no account yet gets one with this password."""
    known = account_by_email(email)
    account = known or add_account(email=email, name=name, password_hash=password_hash, at=at)
    grant(account.id, role, host_id=event.host_id, event_id=event.id, at=at, actor=actor)
    return Joined(account, new=known is None)


def leave(event: Event, account: Account, *, at: datetime, actor: Actor) -> None:
    """Take back the role in this event; a role in the whole host stays. Raises NotFound, Refused."""
    membership = membership_in(account.id, host_id=event.host_id, event_id=event.id)
    if membership is None:
        raise NotFound
    withdraw(membership, at=at, actor=actor)
