"""Tickets as PDF: without a name for whoever has the code, with it behind the private link; what Sam gets."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.clock import frozen
from app.db import db, transaction
from app.programme.models import Category
from registrations.models import Attendee, Registration, Ticket
from registrations.rules import spoken
from tests.make import NOON, Make, both
from tests.registrations.paper import codes_on, pages_of, words_of


@pytest.fixture(autouse=True)
def three_weeks_before() -> Iterator[None]:
    with frozen(NOON - timedelta(days=20)):
        yield


@pytest.fixture
def made(make: Make) -> Registration:
    """Ana and two pupils."""
    event = make.event()
    session = make.session(event, "talk", title=both("講演", "Talk"))
    make.release(event)
    return make.registration(event, session, name="Ana Secret", email="ana@example.jp", numbers={"student": 3})


def test_the_tickets_paper_says_nothing_about_the_person(client: FlaskClient, make: Make, made: Registration) -> None:
    code = make.ticket(made).code
    for path in (f"/t/{code}/ticket.pdf?lang=en", f"/t/{code.lower()}/ticket.pdf?lang=en&size=a6"):
        paper = client.get(path)
        assert (paper.status_code, paper.mimetype) == (200, "application/pdf")
        words = words_of(paper.data)
        assert "Talk" in words
        for secret in ("Ana", "Secret", "example.jp", made.link, "student", "people"):
            assert secret not in words
        assert codes_on(paper.data) == [f"HTTP://LOCALHOST:8000/T/{code}"]


def test_behind_the_private_link_it_says_who_comes_in_the_registrations_language(
    client: FlaskClient, made: Registration
) -> None:
    words = words_of(client.get(f"/r/{made.link}/ticket.pdf", headers={"Accept-Language": "en"}).data)
    assert "AnaSecret" in words
    assert "児童生徒学生：3人" in words
    assert "student:3people" in words_of(client.get(f"/r/{made.link}/ticket.pdf?lang=en").data)


def test_no_cache_and_no_search_engine_keeps_it(client: FlaskClient, make: Make, made: Registration) -> None:
    for path in (f"/t/{make.ticket(made).code}/ticket.pdf", f"/r/{made.link}/ticket.pdf"):
        headers = client.get(path).headers
        assert headers["Cache-Control"] == "private, no-store"
        assert headers["X-Robots-Tag"] == "noindex"


def test_sam_guesses_in_vain(client: FlaskClient, made: Registration) -> None:
    assert client.get(f"/t/{'A' * 26}/ticket.pdf").status_code == 404
    assert client.get("/r/none/ticket.pdf").status_code == 404
    assert client.get(f"/r/{made.link}/ticket.pdf?size=a0").status_code == 404


def test_a_cancelled_registration_has_no_paper(client: FlaskClient, make: Make, made: Registration) -> None:
    code, link = make.ticket(made).code, made.link
    with transaction():
        db.session.execute(db.update(Registration).values(cancelled_at=NOON))
    assert client.get(f"/t/{code}/ticket.pdf").location == f"/t/{code}"
    assert client.get(f"/r/{link}/ticket.pdf").location == f"/r/{link}"


def test_each_named_attendee_has_a_page(app: Flask, client: FlaskClient, make: Make, made: Registration) -> None:
    with transaction():
        category = db.session.scalars(db.select(Category).filter_by(key="student")).one()
        tomo = Attendee(registration_id=made.id, category_id=category.id, name="Tomo", position=1)
        db.session.add(tomo)
        db.session.flush()
        first = db.session.scalars(db.select(Ticket)).one()
        db.session.add(
            Ticket(event_id=first.event_id, registration_id=made.id, attendee_id=tomo.id, code="B" * 26, rid=b"2" * 12,
                   number="7654321", issued_at=NOON)
        )  # fmt: skip
    paper = client.get(f"/r/{made.link}/ticket.pdf").data
    assert pages_of(paper) == 2
    assert all(word in words_of(paper) for word in ("AnaSecret", "Tomo", "765-4321", spoken(first.number)))
    assert codes_on(paper, 1) == [f"HTTP://LOCALHOST:8000/T/{'B' * 26}"]


def test_the_private_page_leads_to_every_size(client: FlaskClient, made: Registration) -> None:
    page = client.get(f"/r/{made.link}").get_data(as_text=True)
    for size in ("", "?size=a6", "?size=large"):
        assert f'href="/r/{made.link}/ticket.pdf{size}"' in page
