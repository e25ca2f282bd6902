"""Where one registration is known whole, what it asks for is decided; a filtered list leads to a letter to the same."""

import re
from collections.abc import Iterator
from datetime import timedelta
from html import unescape

import pytest
from flask.testing import FlaskClient

from app import clock
from app.console.forms.registrations import letter_query_of, wanted_of
from app.db import db
from app.outbox.models import Letter
from app.programme.models import EventSession
from app.programme.rules import AdmissionRule
from registrations.models import BookingLine, Registration
from registrations.rules import BookingState
from tests.console.conftest import Cast
from tests.console.test_pages import text
from tests.console.test_registrations import LIST, post, promised
from tests.make import NOON, Make


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with clock.frozen(NOON):
        yield


@pytest.fixture
def asked(cast: Cast, make: Make) -> EventSession:
    starts = NOON + timedelta(hours=2)
    session = make.session(cast.event, "asked", capacity=2, admission=AdmissionRule.APPROVAL, starts_at=starts)
    make.release(cast.event)
    return session


def states() -> list[BookingState]:
    db.session.rollback()
    return list(db.session.scalars(db.select(BookingLine.state).order_by(BookingLine.id)))


def decided(client: FlaskClient, made: Registration, do: str) -> str:
    answer = post(client, f"{LIST}/{made.uuid}/decisions/asked", do=do)
    return text(client, answer.location)


def test_a_party_is_approved_or_declined_on_its_own_page(cast: Cast, make: Make, asked: EventSession) -> None:
    one, other = (make.registration(cast.event, asked, name=name, email="a@example.jp") for name in ("Ana", "Tomo"))
    assert 'value="approve"' in cast.olga.get(f"{LIST}/{one.uuid}").get_data(as_text=True)
    assert "この組の席を確保しました。" in decided(cast.olga, one, "approve")
    assert "この組の申込をお断りしました。" in decided(cast.olga, other, "decline")
    assert (states(), promised(asked)) == ([BookingState.CONFIRMED, BookingState.DECLINED], 1)
    kinds = db.session.scalars(db.select(Letter.kind).order_by(Letter.id)).all()
    assert kinds[2:] == ["approved", "declined"]
    assert 'value="approve"' not in cast.olga.get(f"{LIST}/{one.uuid}").get_data(as_text=True)
    assert "その間に" in decided(cast.olga, one, "decline")
    assert states()[0] is BookingState.CONFIRMED


def test_a_party_that_does_not_fit_keeps_waiting_for_the_answer(cast: Cast, make: Make, asked: EventSession) -> None:
    make.registration(cast.event, asked, numbers={"spectator": 2})
    big = make.registration(cast.event, asked, numbers={"spectator": 2}, name="Tomo")
    for made in db.session.scalars(db.select(Registration).order_by(Registration.id)).all():
        decided(cast.olga, made, "approve")
    assert states() == [BookingState.CONFIRMED, BookingState.PENDING]
    assert 'value="approve"' in cast.olga.get(f"{LIST}/{big.uuid}").get_data(as_text=True)


def test_nobody_else_decides(cast: Cast, make: Make, asked: EventSession) -> None:
    made = make.registration(cast.event, asked)
    path = f"{LIST}/{made.uuid}/decisions/asked"
    for client, status in ((cast.dora, 403), (cast.victor, 403), (cast.sam, 404)):
        assert post(client, path, do="approve").status_code == status
    assert cast.stranger.post(path, data={"do": "approve"}).status_code in {302, 303, 401}
    assert states() == [BookingState.PENDING]
    assert post(cast.olga, path.replace("asked", "nowhere"), do="approve").status_code == 404


@pytest.mark.parametrize(
    ("filter_", "letter"),
    [
        ({}, {}),
        ({"session": "a", "state": "pending", "category": "b"}, {"session": "a", "state": "pending", "category": "b"}),
        ({"kind": "class", "language": "en", "order": "name"}, {"party": "class", "language": "en"}),
        ({"standing": "cancelled"}, {"standing": "cancelled"}),
        ({"standing": "accepted", "mail": "with"}, {}),
        ({"q": "Ana"}, None),
        ({"source": "desk"}, None),
        ({"unconfirmed": "1"}, None),
        ({"mail": "without"}, None),
        ({"standing": "blocked"}, None),
    ],
)
def test_a_letter_is_narrowed_like_the_list_or_not_at_all(
    filter_: dict[str, str], letter: dict[str, str] | None
) -> None:
    assert letter_query_of(wanted_of(filter_)) == letter


def test_the_list_leads_to_a_letter_to_the_same(cast: Cast, make: Make, asked: EventSession) -> None:
    make.registration(cast.event, asked, name="Ana", email="ana@example.jp")
    make.registration(cast.event, name="Tomo", email="tomo@example.jp")
    page = cast.olga.get(f"{LIST}?session=asked&state=pending").get_data(as_text=True)
    found = re.search(r'href="(/console/events/fair/letters/mailings/new\?[^"]+)"', page)
    assert found
    assert "Ana" in text(cast.olga, unescape(found[1]))
    assert "Tomo" not in text(cast.olga, unescape(found[1]))
    assert "/letters/mailings/new" not in cast.olga.get(f"{LIST}?q=Ana").get_data(as_text=True)
