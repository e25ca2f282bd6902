"""Joining and leaving the staff of an event."""

from dataclasses import dataclass
from datetime import datetime

from app.accounts.models import Account
from app.accounts.operations import add_account, grant, withdraw
from app.accounts.queries import account_by_email, membership_in
from app.console.queries import name_in
from app.errors import NotFound
from app.programme.models import Event
from app.web.actors import Actor, Role


@dataclass(frozen=True)
class Joined:
    """Who joined, under the name that this host knows; `stranger`: without any role of this host until now."""

    account: Account
    name: str
    stranger: bool


def join(event: Event, *, email: str, name: str, role: Role, password_hash: str, at: datetime, actor: Actor) -> Joined:
    """Give a person a role in the event; who has no account yet gets one with this password.

    Nothing of what comes back tells whether another host knows this address.
    """
    account = account_by_email(email) or add_account(email=email, name=name, password_hash=password_hash, at=at)
    known_here = name_in(event, account)
    membership = grant(account.id, role, host_id=event.host_id, event_id=event.id, at=at, actor=actor)
    if known_here is None:
        membership.known_as = name.strip()
    return Joined(account, known_here or name.strip(), stranger=known_here is None)


def leave(event: Event, account: Account, *, at: datetime, actor: Actor) -> None:
    """Take back the role in this event; a role in the whole host stays. Raises NotFound, Refused."""
    membership = membership_in(account.id, host_id=event.host_id, event_id=event.id)
    if membership is None:
        raise NotFound
    withdraw(membership, at=at, actor=actor)
