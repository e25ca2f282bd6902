"""Who may do what in an event: owners add, change, remove; an event keeps an owner; passwords are shown once."""

import re

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.accounts.models import Account, Host, Membership
from app.accounts.passwords import verify_password
from app.audit import AuditEntry
from app.db import db
from app.web.actors import Role
from tests.accounts.test_sign_in import csrf_of, sign_in
from tests.console.conftest import Cast
from tests.make import PASSWORD, Make

PEOPLE = "/console/events/fair/people"


def post(client: FlaskClient, path: str = PEOPLE, **form: str) -> TestResponse:
    return client.post(path, data={"csrf_token": csrf_of(client, "/console/password"), **form})


def add(client: FlaskClient, email: str, role: str = "door", name: str = "New") -> TestResponse:
    return post(client, name=name, email=email, role=role)


def account(email: str) -> Account:
    db.session.expire_all()
    found: Account = db.session.scalars(db.select(Account).filter_by(email=email)).one()
    return found


def roles(email: str) -> list[Role]:
    found = db.select(Membership.role).filter_by(account_id=account(email).id).order_by(Membership.id)
    return list(db.session.scalars(found))


def test_a_newcomer_gets_a_password_that_works_and_is_shown_once(cast: Cast, client: FlaskClient) -> None:
    response = add(cast.owner, " Taro@Example.jp ", name="太郎")
    password = re.search(r'<code class="password-once">([^<]+)</code>', response.get_data(as_text=True))
    assert response.status_code == 201
    assert password
    assert password[1] not in cast.owner.get(PEOPLE).get_data(as_text=True)
    assert sign_in(client, "taro@example.jp", password[1]).status_code == 303
    assert roles("taro@example.jp") == [Role.DOOR]


def test_somebody_of_this_host_gets_the_role_and_keeps_the_password(cast: Cast, make: Make) -> None:
    second = make.event("second", host=_host_of(cast))
    make.account("Vera", Role.VIEWER, second)
    response = add(cast.owner, "vera@example.jp", "viewer")
    assert response.status_code == 303
    assert "Vera" in cast.owner.get(PEOPLE).get_data(as_text=True)
    assert roles("vera@example.jp") == [Role.VIEWER, Role.VIEWER]
    assert verify_password(account("vera@example.jp").password_hash, PASSWORD)


def test_somebody_whom_another_host_knows_gets_the_role_and_nothing_of_them_is_told(cast: Cast) -> None:
    known, new = (
        add(cast.owner, "sam@example.jp", "viewer", "Typed"),
        add(cast.owner, "x@example.jp", "viewer", "Typed"),
    )
    assert roles("sam@example.jp") == [Role.OWNER, Role.VIEWER]
    assert (account("sam@example.jp").name, roles("x@example.jp")) == ("Sam", [Role.VIEWER])
    assert verify_password(account("sam@example.jp").password_hash, PASSWORD)
    assert (known.status_code, _without_what_differs(known)) == (new.status_code, _without_what_differs(new))
    assert "すでにこのメールアドレスでログインしている方は" in known.get_data(as_text=True)
    assert _rows(cast.owner) == ["Dora", "Olga", "Owner", "Typed", "Typed", "Victor"]
    removed = post(cast.owner, f"{PEOPLE}/{account('sam@example.jp').uuid}/withdrawal")
    assert "Sam" not in cast.owner.get(removed.location).get_data(as_text=True)
    assert _rows(cast.sam, "/console/events/other/people") == ["Sam"]


def _without_what_differs(response: TestResponse) -> str:
    page = response.get_data(as_text=True).replace("sam@example.jp", "").replace("x@example.jp", "")
    return re.sub('name="csrf_token" value="[^"]+"|<code class="password-once">[^<]+</code>', "", page)


def _rows(client: FlaskClient, path: str = PEOPLE) -> list[str]:
    """The names in the list, in its order."""
    return re.findall('<span class="row-title">([^<]+)</span>', client.get(path).get_data(as_text=True))


def test_adding_somebody_who_is_here_changes_the_role(cast: Cast) -> None:
    add(cast.owner, "dora@example.jp", "organiser")
    assert roles("dora@example.jp") == [Role.ORGANISER]
    entry = db.session.scalars(db.select(AuditEntry)).one()
    assert (entry.verb, entry.event_id, entry.facts) == (
        "role.grant", cast.event.id, {"role": "organiser", "before": "door"},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"name": "", "email": "a@example.jp", "role": "door"}, "氏名を入力してください。"),
        ({"name": "A", "email": "a", "role": "door"}, "メールアドレスの形ではありません。"),
        ({"name": "A", "email": "a@b..jp", "role": "door"}, "メールアドレスの形ではありません。"),
        ({"name": "A", "email": "a@example.jp"}, "役割を選んでください。"),
        ({"name": "A", "email": "a@example.jp", "role": "king"}, "役割を選んでください。"),
    ],
)
def test_a_fault_is_named_and_nothing_typed_is_lost(cast: Cast, form: dict[str, str], sentence: str) -> None:
    response = post(cast.owner, **form)
    page = response.get_data(as_text=True)
    assert response.status_code == 422
    assert sentence in page
    assert f'value="{form["email"]}"' in page


def test_somebody_is_removed_and_it_is_recorded(cast: Cast) -> None:
    who = account("dora@example.jp")
    assert post(cast.owner, f"{PEOPLE}/{who.uuid}/withdrawal").status_code == 303
    assert roles("dora@example.jp") == []
    assert [(one.verb, one.subject) for one in db.session.scalars(db.select(AuditEntry))] == [
        ("role.withdraw", f"account:{who.uuid}")
    ]
    assert cast.dora.get("/console/").status_code == 200
    assert cast.dora.get(PEOPLE).status_code == 403


def test_the_last_owner_stays(cast: Cast) -> None:
    who = account("owner@example.jp")
    refused = post(cast.owner, f"{PEOPLE}/{who.uuid}/withdrawal")
    assert refused.status_code == 409
    assert "催しには責任者が必要です。" in refused.get_data(as_text=True)
    demoted = add(cast.owner, "owner@example.jp", "viewer")
    assert demoted.status_code == 409
    assert roles("owner@example.jp") == [Role.OWNER]
    assert db.session.scalars(db.select(AuditEntry)).all() == []


def test_an_owner_may_go_when_there_is_another(cast: Cast) -> None:
    add(cast.owner, "olga@example.jp", "owner")
    assert post(cast.owner, f"{PEOPLE}/{account('owner@example.jp').uuid}/withdrawal").status_code == 303
    assert cast.owner.get(PEOPLE).status_code == 403


def test_a_role_in_every_event_is_not_taken_back_from_one(cast: Cast, make: Make) -> None:
    make.account("Host", Role.OWNER, host=_host_of(cast))
    assert post(cast.owner, f"{PEOPLE}/{account('host@example.jp').uuid}/withdrawal").status_code == 404
    assert roles("host@example.jp") == [Role.OWNER]


def _host_of(cast: Cast) -> Host:
    return db.session.get_one(Host, cast.event.host_id)


def test_a_forgotten_password_is_replaced_and_old_browsers_are_signed_out(cast: Cast, client: FlaskClient) -> None:
    response = post(cast.owner, f"{PEOPLE}/{account('dora@example.jp').uuid}/password")
    password = re.search(r'<code class="password-once">([^<]+)</code>', response.get_data(as_text=True))
    assert response.status_code == 201
    assert password
    assert cast.dora.get("/console/").status_code == 302
    assert sign_in(client, "dora@example.jp", password[1]).status_code == 303


def test_nobody_gets_a_hold_of_an_account_that_works_elsewhere(cast: Cast, make: Make) -> None:
    """An owner of one event must not become somebody who owns more."""
    add(cast.owner, "sam@example.jp", "door")
    make.account("Host", Role.OWNER, host=_host_of(cast))
    for email in ("sam@example.jp", "host@example.jp"):
        refused = post(cast.owner, f"{PEOPLE}/{account(email).uuid}/password")
        assert refused.status_code == 409
        assert verify_password(account(email).password_hash, PASSWORD)


@pytest.mark.parametrize("act", ["withdrawal", "password"])
def test_people_of_other_events_are_out_of_reach(cast: Cast, act: str) -> None:
    who = account("sam@example.jp")
    assert post(cast.owner, f"{PEOPLE}/{who.uuid}/{act}").status_code == 404
    assert post(cast.sam, f"{PEOPLE}/{account('dora@example.jp').uuid}/{act}").status_code == 404
    for other in (cast.olga, cast.dora, cast.victor):
        assert post(other, f"{PEOPLE}/{account('dora@example.jp').uuid}/{act}").status_code == 403
    assert cast.stranger.post(f"{PEOPLE}/{who.uuid}/{act}").status_code == 401


def test_only_owners_add_people(cast: Cast) -> None:
    statuses = [add(who, "x@example.jp", "owner").status_code for who in (cast.olga, cast.dora, cast.victor, cast.sam)]
    assert statuses == [403, 403, 403, 404]
    assert db.session.scalars(db.select(Account).filter_by(email="x@example.jp")).all() == []


def test_ones_own_password_is_changed_on_ones_own_page(cast: Cast) -> None:
    page = cast.owner.get(PEOPLE).get_data(as_text=True)
    own = account("owner@example.jp")
    assert f"{own.uuid}/password" not in page
    assert 'href="/console/password"' in page
