"""The demonstration's staff: passwords made at the first start, kept for their owner, and never made again."""

import stat
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from app import demo
from app.accounts.models import Account, Host, Membership
from app.accounts.passwords import verify_password
from app.clock import now
from app.config import Settings
from app.db import db
from app.demo import CAST, PASSWORDS, load_if_empty, read_passwords
from app.errors import Refused
from app.web.actors import Role
from tests.make import Make


@pytest.fixture
def data_dir(app: Flask, make: Make) -> Path:
    settings: Settings = app.extensions["uketsuke_settings"]
    demo._add_staff(make.host().id, now())
    return settings.data_dir


def test_they_can_sign_in_with_passwords_that_only_the_owner_reads(data_dir: Path) -> None:
    kept = read_passwords(data_dir)
    assert [(email, role) for email, role, _ in kept] == [(email, role) for email, _, role in CAST]
    assert stat.S_IMODE((data_dir / PASSWORDS).stat().st_mode) == 0o600
    for email, role, password in kept:
        account = db.session.scalars(select(Account).where(Account.email == email)).one()
        membership = db.session.scalars(select(Membership).where(Membership.account_id == account.id)).one()
        assert verify_password(account.password_hash, password)
        assert (membership.role, membership.event_id) == (Role(role), None)
    assert len({password for _, _, password in kept}) == len(CAST)


def test_again_keeps_accounts_and_passwords(data_dir: Path, make: Make) -> None:
    kept = read_passwords(data_dir)
    hashes = db.session.scalars(select(Account.password_hash).order_by(Account.id)).all()
    demo._add_staff(1, now())
    assert read_passwords(data_dir) == kept
    assert db.session.scalars(select(Account.password_hash).order_by(Account.id)).all() == hashes


def test_a_database_with_an_event_is_left_alone(app: Flask, make: Make) -> None:
    make.event("mine")
    assert load_if_empty() is False
    assert db.session.scalars(select(Account)).all() == []


def test_without_a_demonstration_there_are_no_passwords(tmp_path: Path) -> None:
    assert read_passwords(tmp_path) == []


def test_a_demonstration_that_was_cut_off_says_what_to_do(app: Flask, make: Make) -> None:
    demo._host(now())
    with pytest.raises(Refused, match="The demonstration was cut off while it was made, so half of it is in this"):
        demo.load()
    make.event("practice", host=db.session.scalars(select(Host)).one())
    with pytest.raises(Refused, match="make a new one"):
        load_if_empty()
    demo._add_staff(1, now())
    assert load_if_empty() is False
