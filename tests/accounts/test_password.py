"""Changing one's own password: the present one first, and every other browser is signed out."""

import pytest
from flask.testing import FlaskClient

from app.accounts.models import Account
from app.accounts.passwords import NOBODYS, costs_too_little, generate_password, hash_password, verify_password
from app.audit import AuditEntry
from app.db import db
from tests.accounts.test_sign_in import csrf_of
from tests.make import PASSWORD, Make

NEW = "a new and longer sentence"


@pytest.fixture
def olga(make: Make) -> Account:
    return make.olga(make.event())


def change(client: FlaskClient, present: str = PASSWORD, password: str = NEW, again: str = NEW) -> tuple[int, str]:
    secret = csrf_of(client, "/console/password")
    form = {"present": present, "password": password, "again": again, "csrf_token": secret}
    response = client.post("/console/password", data=form)
    return response.status_code, response.get_data(as_text=True)


def stored(account: Account) -> str:
    db.session.expire_all()
    return db.session.get_one(Account, account.id).password_hash


def test_a_new_password_works_and_the_old_one_does_not(olga: Account, make: Make) -> None:
    assert change(make.signed_in(olga))[0] == 303
    assert verify_password(stored(olga), NEW)
    assert not verify_password(stored(olga), PASSWORD)


def test_other_browsers_are_signed_out_and_this_one_stays(olga: Account, make: Make) -> None:
    here, elsewhere = make.signed_in(olga), make.signed_in(olga)
    change(here)
    assert here.get("/console/").status_code == 200
    assert elsewhere.get("/console/").status_code == 302


def test_it_is_recorded_without_the_password(olga: Account, make: Make) -> None:
    change(make.signed_in(olga))
    entry = db.session.scalars(db.select(AuditEntry)).one()
    assert (entry.verb, entry.subject, entry.account_id, entry.facts) == (
        "password.change", f"account:{olga.uuid}", olga.id, {},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("present", "password", "again", "sentence"),
    [
        ("wrong", NEW, NEW, "今のパスワードが違います。"),
        (PASSWORD, "short", "short", "10～200文字で入力してください。"),
        (PASSWORD, "x" * 201, "x" * 201, "10～200文字で入力してください。"),
        (PASSWORD, NEW, NEW + "!", "新しいパスワードが2回とも同じではありません。"),
        ("", NEW, NEW, "今のパスワードを入力してください。"),
    ],
)
def test_a_fault_changes_nothing_and_says_what_it_is(
    olga: Account, make: Make, present: str, password: str, again: str, sentence: str
) -> None:
    status, page = change(make.signed_in(olga), present, password, again)
    assert status == 422
    assert sentence in page
    assert verify_password(stored(olga), PASSWORD)


def test_guessing_the_present_password_is_slowed_down(olga: Account, make: Make) -> None:
    client = make.signed_in(olga)
    assert [change(client, "wrong")[0] for _ in range(6)] == [422] * 5 + [429]


def test_sam_has_no_password_to_change(client: FlaskClient) -> None:
    assert client.get("/console/password").location == "/sign-in?next=/console/password"
    assert client.post("/console/password").status_code == 401


def test_generated_passwords_differ_and_are_easy_to_read() -> None:
    made = {generate_password() for _ in range(50)}
    assert len(made) == 50
    assert {len(one) for one in made} == {14}
    assert not set("".join(made)) & set("0o1il")


def test_the_cost_is_the_one_that_was_measured() -> None:
    assert hash_password("x").startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_an_unknown_account_never_verifies_and_costs_as_much() -> None:
    assert not verify_password(None, "anything")
    assert not costs_too_little(NOBODYS)
