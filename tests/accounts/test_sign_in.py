"""Signing in: one answer for every wrong try, a new token each time, slow-down, an end."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app import clock
from app.accounts.models import Account, SignIn
from app.accounts.passwords import verify_password
from app.db import db, transaction
from tests.make import NOON, PASSWORD, Make


def csrf_of(client: FlaskClient, path: str = "/sign-in") -> str:
    """The secret in the form on that page."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get(path).get_data(as_text=True))
    assert found
    return found[1]


def sign_in(client: FlaskClient, email: str, password: str = PASSWORD, **more: str) -> TestResponse:
    form = {"email": email, "password": password, "csrf_token": csrf_of(client), **more}
    return client.post("/sign-in", data=form)


@pytest.fixture
def olga(make: Make) -> Account:
    return make.olga(make.event())


def token_of(client: FlaskClient) -> str | None:
    cookie = client.get_cookie("uketsuke")
    return cookie.value if cookie else None


def test_olga_signs_in_and_reaches_her_home(client: FlaskClient, olga: Account) -> None:
    response = sign_in(client, " Olga@Example.jp ")
    assert (response.status_code, response.location) == (303, "/console/")
    assert client.get("/console/").status_code == 200


def test_signing_in_leads_to_where_she_wanted_to_go(client: FlaskClient, olga: Account) -> None:
    asked = client.get("/console/events/fair/letters?state=sent")
    assert asked.location == "/sign-in?next=/console/events/fair/letters%3Fstate%3Dsent"
    response = sign_in(client, "olga@example.jp", next="/console/events/fair/letters?state=sent")
    assert response.location == "/console/events/fair/letters?state=sent"


@pytest.mark.parametrize(
    "target",
    ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)", "/\tx", "evil", "/\r\n"],
)
def test_signing_in_never_leads_elsewhere(client: FlaskClient, olga: Account, target: str) -> None:
    assert sign_in(client, "olga@example.jp", next=target).location == "/"


@pytest.mark.parametrize(("email", "password"), [("olga@example.jp", "wrong"), ("nobody@example.jp", PASSWORD)])
def test_a_wrong_try_gets_one_answer_whatever_was_wrong(
    client: FlaskClient, olga: Account, email: str, password: str
) -> None:
    response = sign_in(client, email, password)
    page = response.get_data(as_text=True).replace(email, "")
    assert response.status_code == 422
    assert "メールアドレスかパスワードが違います。" in page
    assert token_of(client) is None
    other = sign_in(client, "someone@example.jp", "else").get_data(as_text=True).replace("someone@example.jp", "")
    assert _without_csrf(page) == _without_csrf(other)


def _without_csrf(page: str) -> str:
    return re.sub(r'name="csrf_token" value="[^"]+"', "", page)


def test_an_unknown_account_costs_the_same_work_as_a_wrong_password(
    client: FlaskClient, olga: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    verified: list[bool] = []

    def counted(stored: str | None, password: str) -> bool:
        verified.append(stored is None)
        return verify_password(stored, password)

    monkeypatch.setattr("app.accounts.views.verify_password", counted)
    sign_in(client, "nobody@example.jp")
    sign_in(client, "olga@example.jp", "wrong")
    assert verified == [True, False]


def test_what_was_typed_stays_but_never_the_password(client: FlaskClient, olga: Account) -> None:
    page = sign_in(client, "olga@example.jp", "a wrong password").get_data(as_text=True)
    assert 'value="olga@example.jp"' in page
    assert "a wrong password" not in page


def test_empty_fields_are_named(client: FlaskClient) -> None:
    page = sign_in(client, "", "").get_data(as_text=True)
    assert page.count("メールアドレスを入力してください。") == 2
    assert page.count("パスワードを入力してください。") == 2


def test_a_disabled_account_does_not_come_in_and_one_that_is_in_goes_out(
    client: FlaskClient, olga: Account, make: Make
) -> None:
    inside = make.signed_in(olga)
    with transaction():
        db.session.get_one(Account, olga.id).disabled_at = NOON
    assert sign_in(client, "olga@example.jp").status_code == 422
    assert inside.get("/console/").status_code == 302


def test_only_the_hash_of_the_token_is_kept(client: FlaskClient, olga: Account) -> None:
    sign_in(client, "olga@example.jp")
    token = token_of(client)
    assert token
    assert token.encode() not in db.session.scalars(db.select(SignIn.token_hash)).one()


def test_each_sign_in_has_a_new_token_and_ends_the_one_before(client: FlaskClient, olga: Account) -> None:
    client.set_cookie("uketsuke", "chosen-by-a-stranger", domain="localhost")
    sign_in(client, "olga@example.jp")
    first = token_of(client)
    assert first != "chosen-by-a-stranger"
    form = {"email": "olga@example.jp", "password": PASSWORD, "csrf_token": csrf_of(client, "/console/password")}
    client.post("/sign-in", data=form)
    assert token_of(client) != first
    ended = db.session.scalars(db.select(SignIn.ended_at).order_by(SignIn.id)).all()
    assert [one is None for one in ended] == [False, True]


def test_signing_in_makes_a_new_secret_for_forms(client: FlaskClient, olga: Account) -> None:
    before = csrf_of(client)
    sign_in(client, "olga@example.jp")
    response = client.post("/sign-out", data={"csrf_token": before})
    assert response.status_code == 400


def test_a_sign_in_ends_after_fourteen_hours(olga: Account, make: Make) -> None:
    with clock.frozen(NOON):
        client = make.signed_in(olga)
    with clock.frozen(NOON + timedelta(hours=13, minutes=59)):
        assert client.get("/console/").status_code == 200
    with clock.frozen(NOON + timedelta(hours=14)):
        assert client.get("/console/").location == "/sign-in?next=/console/"


def test_signing_out_ends_it_on_the_server(client: FlaskClient, olga: Account) -> None:
    sign_in(client, "olga@example.jp")
    token = token_of(client)
    response = client.post("/sign-out", data={"csrf_token": csrf_of(client, "/console/password")})
    assert (response.status_code, response.location) == (303, "/sign-in")
    assert token_of(client) is None
    client.set_cookie("uketsuke", str(token), domain="localhost")
    assert client.get("/console/").status_code == 302


def test_signing_out_needs_the_forms_secret(olga: Account, make: Make) -> None:
    client = make.signed_in(olga)
    assert client.post("/sign-out").status_code == 400
    assert client.get("/console/").status_code == 200


def test_who_is_signed_in_passes_the_form(olga: Account, make: Make) -> None:
    response = make.signed_in(olga).get("/sign-in?next=/console/password")
    assert (response.status_code, response.location) == (302, "/console/password")


def test_a_form_that_was_open_too_long_keeps_the_address_and_asks_again(client: FlaskClient, olga: Account) -> None:
    response = client.post("/sign-in", data={"email": "olga@example.jp", "password": PASSWORD})
    assert response.status_code == 400
    assert 'value="olga@example.jp"' in response.get_data(as_text=True)
    assert token_of(client) is None


def test_after_five_wrong_tries_a_minute_there_is_a_pause(client: FlaskClient, olga: Account) -> None:
    assert [sign_in(client, "olga@example.jp", "wrong").status_code for _ in range(6)] == [422] * 5 + [429]
    response = sign_in(client, "olga@example.jp")
    assert response.status_code == 429
    assert response.headers["Retry-After"] == "60"
    assert "1分ほど待って" in response.get_data(as_text=True)


def test_the_pause_is_for_the_network_that_tried_and_not_for_olga_elsewhere(
    client: FlaskClient, olga: Account, app: Flask
) -> None:
    for _ in range(6):
        sign_in(client, "olga@example.jp", "wrong")
    elsewhere = app.test_client()
    form = {"email": "olga@example.jp", "password": PASSWORD, "csrf_token": csrf_of(elsewhere)}
    response = elsewhere.post("/sign-in", data=form, environ_base={"REMOTE_ADDR": "192.0.2.77"})
    assert response.status_code == 303


def test_hundreds_of_tries_from_one_network_leave_olga_her_account_elsewhere(
    client: FlaskClient, olga: Account, app: Flask
) -> None:
    wrong = {"email": "olga@example.jp", "password": "wrong", "csrf_token": csrf_of(client)}
    for _ in range(310):
        client.post("/sign-in", data=wrong)
    elsewhere = app.test_client()
    form = {"email": "olga@example.jp", "password": PASSWORD, "csrf_token": csrf_of(elsewhere)}
    response = elsewhere.post("/sign-in", data=form, environ_base={"REMOTE_ADDR": "192.0.2.77"})
    assert response.status_code == 303


def test_unknown_accounts_are_slowed_down_just_the_same(client: FlaskClient) -> None:
    assert [sign_in(client, "nobody@example.jp", "x").status_code for _ in range(6)] == [422] * 5 + [429]


def test_a_right_password_forgives_the_wrong_tries_before(client: FlaskClient, olga: Account, app: Flask) -> None:
    for _ in range(4):
        sign_in(client, "olga@example.jp", "wrong")
    assert sign_in(client, "olga@example.jp").status_code == 303
    again = app.test_client()
    assert [sign_in(again, "olga@example.jp", "wrong").status_code for _ in range(5)] == [422] * 5


def test_a_password_stored_at_a_lower_cost_is_stored_again(client: FlaskClient, olga: Account) -> None:
    from argon2 import PasswordHasher

    cheap = PasswordHasher(time_cost=1, memory_cost=8 * 1024, parallelism=1).hash(PASSWORD)
    with transaction():
        db.session.get_one(Account, olga.id).password_hash = cheap
    assert sign_in(client, "olga@example.jp").status_code == 303
    db.session.expire_all()
    stored = db.session.get_one(Account, olga.id).password_hash
    assert stored != cheap
    assert verify_password(stored, PASSWORD)


def test_old_sign_ins_are_forgotten_a_month_after_their_end(client: FlaskClient, olga: Account, make: Make) -> None:
    with clock.frozen(NOON):
        make.signed_in(olga)
    with clock.frozen(NOON + timedelta(days=31)):
        sign_in(client, "olga@example.jp")
    assert len(db.session.scalars(db.select(SignIn)).all()) == 1
