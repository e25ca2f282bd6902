"""Scanners that a person paired: they end with the person's role, with the account, and with a password reset."""

from datetime import timedelta

import pytest
from flask import Flask

from app.accounts.models import Account, Device, Membership
from app.accounts.operations import change_password, grant, withdraw
from app.accounts.queries import device_of, digest
from app.audit import AuditEntry
from app.clock import frozen, now
from app.db import db, transaction
from app.programme.models import Event
from app.web.actors import Actor, Role
from tests.make import NOON, PASSWORD_HASH, Make

SUPERVISOR = ("scan", "search", "supervisor")


def paired(account: Account, event: Event, token: str) -> str:
    """The token of a scanner that this person paired with a supervisor's rights."""
    with transaction():
        db.session.add(
            Device(event_id=event.id, account_id=account.id, name=token, token_hash=digest(token),
                   rights=list(SUPERVISOR), created_at=now(), expires_at=now() + timedelta(hours=18))
        )  # fmt: skip
    return token


def revoked(*tokens: str) -> list[bool]:
    found = [device_of(token) for token in tokens]
    assert None not in found
    return [one.revoked for one in found if one]


def role_of(account: Account, event: Event) -> Membership:
    found: Membership = db.session.scalars(
        db.select(Membership).filter_by(account_id=account.id, event_id=event.id)
    ).one()
    return found


def test_a_role_that_is_taken_back_ends_the_persons_scanners_of_that_event(make: Make) -> None:
    event, other = make.event(), make.event("other")
    olga, dora = make.olga(event), make.dora(event)
    tokens = (paired(olga, event, "here"), paired(olga, other, "there"), paired(dora, event, "dora"))
    with transaction():
        withdraw(role_of(olga, event), at=NOON, actor=Actor())
    assert revoked(*tokens) == [True, False, False]
    assert db.session.scalars(db.select(AuditEntry.verb).order_by(AuditEntry.id)).all() == [
        "role.withdraw",
        "device.revoke",
    ]


@pytest.mark.parametrize(
    ("role", "ended"), [(Role.OWNER, False), (Role.ORGANISER, False), (Role.DOOR, True), (Role.VIEWER, True)]
)
def test_a_role_that_allows_less_ends_the_scanners_paired_under_the_old_one(
    make: Make, role: Role, ended: bool
) -> None:
    event = make.event()
    olga = make.olga(event)
    token = paired(olga, event, "here")
    with transaction():
        grant(olga.id, role, host_id=event.host_id, event_id=event.id, at=NOON, actor=Actor())
    assert revoked(token) == [ended]


def test_the_scanner_of_a_disabled_person_counts_as_revoked(app: Flask, make: Make) -> None:
    event = make.event()
    olga = make.olga(event)
    tokens = (paired(olga, event, "olga"), paired(make.dora(event), event, "dora"))
    with transaction():
        db.session.get_one(Account, olga.id).disabled_at = now()
    assert revoked(*tokens) == [True, False]


def test_a_password_reset_ends_scanners_and_a_change_of_ones_own_does_not(make: Make) -> None:
    event = make.event()
    olga = make.olga(event)
    token = paired(olga, event, "olga")
    with transaction():
        change_password(olga.id, PASSWORD_HASH, at=NOON, actor=Actor(olga.id), keep=1)
    assert revoked(token) == [False]
    with transaction():
        change_password(olga.id, PASSWORD_HASH, at=NOON, actor=Actor(), keep=None)
    assert revoked(token) == [True]


def test_a_removed_person_reads_no_more_codes(app: Flask, make: Make) -> None:
    event = make.event()
    olga = make.olga(event)
    with frozen(NOON):
        signed_in = {"Authorization": f"Bearer {paired(olga, event, 'olga')}"}
        gates = f"/api/v1/events/{event.slug}/gates"
        before = app.test_client().get(gates, headers=signed_in)
        with transaction():
            withdraw(role_of(olga, event), at=NOON, actor=Actor())
        after = app.test_client().get(gates, headers=signed_in)
    assert (before.status_code, after.status_code) == (200, 401)
