"""The ticket's address: any letter case, nothing about the person, nothing changed; and its picture."""

from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO

import pytest
import zxingcpp
from flask.testing import FlaskClient
from PIL import Image

from app.clock import frozen
from app.db import db, transaction
from registrations.models import Registration, Ticket
from tests.make import NOON, Make, both
from tests.registrations.views.test_links import text_of


@pytest.fixture(autouse=True)
def three_weeks_before() -> Iterator[None]:
    with frozen(NOON - timedelta(days=20)):
        yield


@pytest.fixture
def ticket(make: Make) -> Ticket:
    """Ana's ticket for a talk, with all that must not be seen."""
    event = make.event()
    session = make.session(event, "talk", title=both("講演", "Talk"))
    make.release(event)
    made = make.registration(event, session, name="Ana Secret", email="ana@example.jp", numbers={"student": 3})
    return make.ticket(made)


def test_the_address_opens_in_any_letter_case_and_with_lookalikes(client: FlaskClient, ticket: Ticket) -> None:
    code = ticket.code
    for path in (f"/T/{code}", f"/t/{code}", f"/t/{code.lower()}", f"/T/{code.replace('O', '0').replace('I', '1')}"):
        assert client.get(path).status_code == 200


def test_it_shows_event_and_sessions_and_nothing_about_the_person(client: FlaskClient, ticket: Ticket) -> None:
    page = client.get(f"/t/{ticket.code}?lang=en")
    told = text_of(page)
    assert "Fair" in told
    assert "Talk Sat 3 Oct 12:00–13:00 Hall Main room" in told
    registration = db.session.get_one(Registration, ticket.registration_id)
    for secret in ("Ana", "Secret", "example.jp", registration.link, "student", "people"):
        assert secret not in told
    assert registration.link not in page.get_data(as_text=True)


def test_opening_it_changes_nothing(client: FlaskClient, ticket: Ticket) -> None:
    before = [dict(row) for row in rows()]
    client.get(f"/t/{ticket.code}")
    assert [dict(row) for row in rows()] == before


def rows() -> list[dict[str, object]]:
    from checkin.models import Entry, Scan

    db.session.rollback()
    tables = [Registration.__table__, Ticket.__table__, Entry.__table__, Scan.__table__]
    return [dict(row) for table in tables for row in db.session.execute(db.select(table)).mappings()]


def test_a_cancelled_a_stopped_and_a_replaced_ticket_say_so(client: FlaskClient, ticket: Ticket) -> None:
    made = ticket.registration_id
    address = f"/t/{ticket.code}?lang=en"
    set_row(Registration, made, cancelled_at=NOON)
    assert "This ticket is no longer valid" in text_of(client.get(address))
    set_row(Registration, made, cancelled_at=None, blocked_at=NOON)
    assert "This ticket is no longer valid" in text_of(client.get(address))
    set_row(Registration, made, blocked_at=None)
    set_row(Ticket, ticket.id, replaced_at=NOON)
    page = client.get(address)
    assert "This ticket was replaced by a newer one" in text_of(page)
    assert "qr.svg" not in page.get_data(as_text=True)


def set_row(kind: type[Registration] | type[Ticket], row_id: int, **facts: object) -> None:
    with transaction():
        row = db.session.get_one(kind, row_id)
        for name, value in facts.items():
            setattr(row, name, value)


def test_sam_finds_nothing_by_guessing_and_is_slowed_down(client: FlaskClient, ticket: Ticket) -> None:
    guesses = ["A" * 26, ticket.number, str(ticket.id), "nonsense", ticket.code[:-1], ticket.code + "A"]
    assert {client.get(f"/t/{guess}").status_code for guess in guesses} == {404}
    assert [client.get(f"/t/{'B' * 26}").status_code for _ in range(25)] == [404] * 24 + [429]
    assert client.get(f"/t/{ticket.code}").status_code == 200
    assert client.get(f"/t/{ticket.code}/qr.png").status_code == 200


@pytest.mark.parametrize(("name", "mimetype"), [("qr.svg", "image/svg+xml"), ("qr.png", "image/png")])
def test_the_pictures_have_their_type_and_stay_with_the_reader(
    client: FlaskClient, ticket: Ticket, name: str, mimetype: str
) -> None:
    answer = client.get(f"/t/{ticket.code.lower()}/{name}")
    assert (answer.status_code, answer.mimetype) == (200, mimetype)
    assert answer.headers["Cache-Control"] == "private, max-age=86400"
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert client.get(f"/t/nonsense/{name}").status_code == 404


def test_the_picture_leads_to_the_ticket_in_capitals(client: FlaskClient, ticket: Ticket) -> None:
    picture = Image.open(BytesIO(client.get(f"/t/{ticket.code}/qr.png").data)).convert("L")
    found = zxingcpp.read_barcode(picture)
    assert found is not None
    assert found.text == f"HTTP://LOCALHOST:8000/T/{ticket.code}"
    assert client.get(found.text.removeprefix("HTTP://LOCALHOST:8000")).status_code == 200


def test_the_code_is_in_no_log(client: FlaskClient, ticket: Ticket, caplog: pytest.LogCaptureFixture) -> None:
    link = db.session.get_one(Registration, ticket.registration_id).link
    with caplog.at_level("DEBUG"):
        for path in (f"/t/{ticket.code}", f"/t/{ticket.code}/qr.png", f"/r/{link}", f"/r/{link}/change", "/t/nonsense"):
            client.get(path)
    assert [secret for secret in (ticket.code, link, "example.jp", "nonsense") if secret in caplog.text] == []
