"""Who is asking: the signed-in person of a request, or the device that a token belongs to."""

import hashlib
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from flask import current_app, request
from sqlalchemy import and_, bindparam, func, or_, select

from app.accounts.models import Account, Device, DeviceGate, Membership, SignIn
from app.clock import now
from app.db import db
from app.direct import Direct, asking, here
from app.web.actors import ANONYMOUS, RIGHTS, Actor, DeviceActor, Grant, Right, Role


def cookie_name(*, secure: bool) -> str:
    """The sign-in cookie; with https it is bound to this host."""
    return "__Host-uketsuke" if secure else "uketsuke"


def digest(token: str) -> bytes:
    """What is stored of a token."""
    return hashlib.sha256(token.encode()).digest()


def signed_in_actor() -> Actor:
    """The person whose sign-in cookie this request carries; anonymous if it is missing, ended or too old."""
    token = request.cookies.get(cookie_name(secure=current_app.config["SESSION_COOKIE_SECURE"]))
    if not token:
        return ANONYMOUS
    found = _SIGNED_IN.rows(here(), {"token": digest(token), "at": now()})
    if not found:
        return ANONYMOUS
    grants = tuple(Grant(row.host_id, row.event_id, row.role) for row in found if row.host_id is not None)
    return Actor(account_id=found[0].account_id, name=found[0].name, grants=grants, sign_in_id=found[0].id)


def device_of(token: str) -> DeviceActor | None:
    """The device with this bearer token, revoked ones included; None if unknown or past its time. One that a disabled
    person paired counts as revoked."""
    with asking() as bind:
        rows = _DEVICE.rows(bind, {"token": digest(token), "at": now()})
    if not rows:
        return None
    row = rows[0]
    revoked, gates = row.revoked_at is not None, bound_to(rows)
    return DeviceActor(row.id, row.event_id, row.gate_id, tuple(row.rights), revoked=revoked, gates=gates)


def bound_to(rows: Iterable[Any]) -> frozenset[int] | None:
    """The gates of a device from rows about it, one for each gate (`AT_ITS_GATES`); None: it is bound to none."""
    return frozenset(row.bound_to for row in rows if row.bound_to is not None) or None


def account_by_email(email: str) -> Account | None:
    """The account with this address, in any letter case."""
    return db.session.scalars(select(Account).where(Account.email == email.strip().lower())).one_or_none()


def membership_in(account_id: int, *, host_id: int, event_id: int | None) -> Membership | None:
    """The role of a person in exactly this event, or (`event_id` None) in the whole host."""
    where = Membership.event_id.is_(None) if event_id is None else Membership.event_id == event_id
    chosen = select(Membership).where(Membership.account_id == account_id, Membership.host_id == host_id, where)
    return db.session.scalars(chosen).one_or_none()


def owners_of(*, host_id: int, event_id: int | None) -> set[int]:
    """The accounts that own this event, those of the whole host included; disabled ones do not count."""
    here = or_(Membership.event_id.is_(None), Membership.event_id == event_id)
    chosen = (
        select(Membership.account_id)
        .join(Account, Account.id == Membership.account_id)
        .where(Membership.host_id == host_id, Membership.role == Role.OWNER, here, Account.disabled_at.is_(None))
    )
    return set(db.session.scalars(chosen))


def addresses_of(right: Right, *, host_id: int, event_id: int) -> dict[UUID, str]:
    """Where who holds a right in this event reads letters, by the account's outward id: who has a role in exactly this
    event, or if there is nobody, in the whole host; disabled accounts do not count."""
    chosen = (
        select(Account.uuid, Account.email, Membership.event_id)
        .join(Membership, Membership.account_id == Account.id)
        .where(
            Membership.host_id == host_id,
            or_(Membership.event_id.is_(None), Membership.event_id == event_id),
            Membership.role.in_([role for role, rights in RIGHTS.items() if right in rights]),
            Account.disabled_at.is_(None),
        )
        .order_by(Account.id)
    )
    found = list(db.session.execute(chosen))
    return {row.uuid: row.email for row in found if row.event_id} or {row.uuid: row.email for row in found}


def account_of(actor: Actor) -> Account:
    """The account of a signed-in person."""
    return db.session.get_one(Account, actor.account_id)


AT_ITS_GATES = and_(DeviceGate.device_id == Device.id, Device.paired)
_DEVICE = Direct(
    select(
        Device.id, Device.event_id, Device.gate_id, Device.rights, DeviceGate.gate_id.label("bound_to"),
        func.coalesce(Device.revoked_at, Account.disabled_at).label("revoked_at"),
    )
    .outerjoin(Account, Account.id == Device.account_id)
    .outerjoin(DeviceGate, AT_ITS_GATES)
    .where(Device.token_hash == bindparam("token"), Device.expires_at > bindparam("at"))
)  # fmt: skip
"""Asked with every scan."""
_SIGNED_IN = Direct(
    select(
        SignIn.id, SignIn.account_id, Account.name, Membership.host_id, Membership.event_id, Membership.role,
    )
    .join(Account, Account.id == SignIn.account_id)
    .outerjoin(Membership, Membership.account_id == Account.id)
    .where(SignIn.token_hash == bindparam("token"), SignIn.ended_at.is_(None), SignIn.expires_at > bindparam("at"))
    .where(Account.disabled_at.is_(None))
)  # fmt: skip
"""Asked with every page of the staff."""
