"""What happens to accounts, their roles, sign-ins and devices."""

import secrets
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update

from app.accounts.models import Account, Device, Membership, SignIn
from app.accounts.queries import digest, membership_in, owners_of
from app.audit import record
from app.db import db
from app.errors import Refused
from app.web.actors import RIGHTS, Actor, Role

SIGN_IN_LASTS = timedelta(hours=14)
SIGN_IN_KEPT = timedelta(days=30)


def add_account(*, email: str, name: str, password_hash: str, at: datetime) -> Account:
    """A new person on the staff. The password is hashed before, outside the transaction."""
    account = Account(email=email.strip().lower(), name=name.strip(), password_hash=password_hash, created_at=at)
    db.session.add(account)
    db.session.flush()
    return account


def grant(account_id: int, role: Role, *, host_id: int, event_id: int | None, at: datetime, actor: Actor) -> Membership:
    """Give a person a role in one event, or in every event of the host; a role they had there is replaced. If it
    allowed more, the scanners paired under it end.

    Raises Refused if that would leave the event without an owner.
    """
    account = db.session.get_one(Account, account_id)
    membership = membership_in(account_id, host_id=host_id, event_id=event_id)
    before = membership.role if membership else None
    if membership is None:
        membership = Membership(account_id=account_id, host_id=host_id, event_id=event_id, role=role, created_at=at)
        db.session.add(membership)
    elif before == Role.OWNER and role != Role.OWNER:
        _keep_an_owner(membership)
    membership.role = role
    db.session.flush()
    if before is not None and not RIGHTS[before] <= RIGHTS[role]:
        _revoke_devices_of(account_id, event_id=event_id, at=at, actor=actor)
    record(actor, "role.grant", f"account:{account.uuid}", at=at, event_id=event_id, role=role, before=before)
    return membership


def withdraw(membership: Membership, *, at: datetime, actor: Actor) -> None:
    """Take the role back, and end the scanners that the person paired there; what these sent stands. Raises Refused
    if it is the last owner's."""
    account = db.session.get_one(Account, membership.account_id)
    if membership.role == Role.OWNER:
        _keep_an_owner(membership)
    db.session.delete(membership)
    db.session.flush()
    record(
        actor, "role.withdraw", f"account:{account.uuid}", at=at, event_id=membership.event_id, before=membership.role
    )
    _revoke_devices_of(account.id, event_id=membership.event_id, at=at, actor=actor)


def begin_sign_in(account_id: int, *, at: datetime) -> str:
    """Start a signed-in browser; the token goes into its cookie, only its hash is kept."""
    db.session.execute(delete(SignIn).where(SignIn.account_id == account_id, SignIn.expires_at < at - SIGN_IN_KEPT))
    token = secrets.token_urlsafe(32)
    row = SignIn(token_hash=digest(token), account_id=account_id, created_at=at, expires_at=at + SIGN_IN_LASTS)
    db.session.add(row)
    db.session.flush()
    return token


def end_sign_in(sign_in_id: int, *, at: datetime) -> None:
    """Sign out: the token is worth nothing from now on."""
    db.session.execute(update(SignIn).where(SignIn.id == sign_in_id, SignIn.ended_at.is_(None)).values(ended_at=at))


def change_password(account_id: int, password_hash: str, *, at: datetime, actor: Actor, keep: int | None) -> None:
    """A new password ends every other signed-in browser of this person; `keep` is the one in hand. Without one
    somebody else reset it: then the person's scanners end too."""
    account = db.session.get_one(Account, account_id)
    account.password_hash = password_hash
    others = [SignIn.account_id == account_id, SignIn.ended_at.is_(None)]
    if keep is not None:
        others.append(SignIn.id != keep)
    db.session.execute(update(SignIn).where(*others).values(ended_at=at))
    db.session.flush()
    record(actor, "password.change", f"account:{account.uuid}", at=at)
    if keep is None:
        _revoke_devices_of(account_id, event_id=None, at=at, actor=actor)


def store_password_again(account_id: int, password_hash: str) -> None:
    """The same password at today's cost."""
    db.session.get_one(Account, account_id).password_hash = password_hash
    db.session.flush()


def revoke_device(device: Device, *, at: datetime, actor: Actor) -> None:
    """The device's token is worth nothing from now on; revoking twice changes nothing."""
    if device.revoked_at is not None:
        return
    device.revoked_at = at
    db.session.flush()
    record(actor, "device.revoke", f"device:{device.uuid}", at=at, event_id=device.event_id)


def wipe_device(device: Device, *, at: datetime, actor: Actor) -> None:
    """The same, and at its next contact the device is told to forget everything it holds of the event."""
    revoke_device(device, at=at, actor=actor)
    if device.wipe_asked_at is None:
        device.wipe_asked_at = at
        db.session.flush()
        record(actor, "device.wipe", f"device:{device.uuid}", at=at, event_id=device.event_id)


def _revoke_devices_of(account_id: int, *, event_id: int | None, at: datetime, actor: Actor) -> None:
    """Every scanner that this person paired, in one event or everywhere."""
    here = [Device.event_id == event_id] if event_id is not None else []
    chosen = select(Device).where(Device.account_id == account_id, *here).order_by(Device.id)
    for device in db.session.scalars(chosen).all():
        revoke_device(device, at=at, actor=actor)


def _keep_an_owner(membership: Membership) -> None:
    """Raises Refused if nobody else owns what this membership is about."""
    others = owners_of(host_id=membership.host_id, event_id=membership.event_id) - {membership.account_id}
    if not others:
        raise Refused("last_owner")
