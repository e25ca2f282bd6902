"""The organiser's own words for letters: checked, kept, never overwritten unseen, shown as they will look, tried."""

import re
from collections.abc import Iterator
from datetime import timedelta
from itertools import product

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import clock
from app.audit import AuditEntry
from app.db import db, transaction
from app.outbox.models import Letter
from registrations.letters.kinds import KINDS
from registrations.models import LetterText
from tests.console.conftest import Cast
from tests.console.editing import opened, post
from tests.console.test_pages import counted_queries, text
from tests.make import NOON, Make
from tests.registrations.test_letters import arrived, composed, text_of

WORDS = "/console/events/fair/letters/words"
ONE = f"{WORDS}/confirmed/en"


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with clock.frozen(NOON):
        yield


@pytest.fixture
def olga(cast: Cast, make: Make) -> FlaskClient:
    make.session(cast.event, "talk", starts_at=NOON + timedelta(hours=3))
    make.release(cast.event)
    return cast.olga


def rows() -> list[tuple[str, str, int]]:
    db.session.rollback()
    found = db.session.scalars(db.select(LetterText).execution_options(populate_existing=True))
    return [(one.subject, one.body, one.version) for one in found]


def test_only_who_edits_the_event_writes_words(cast: Cast) -> None:
    for path, allowed in ((WORDS, {"owner", "olga"}), (ONE, {"owner", "olga"}), (f"{ONE}/preview", {"owner", "olga"})):
        statuses = cast.statuses(path)
        assert {name for name, status in statuses.items() if status == 200} == allowed
        assert (statuses["sam"], statuses["stranger"], statuses["dora"]) == (404, 302, 403)
    for act in ("", "/preview", "/test", "/withdrawal"):
        for who, status in (("sam", 404), ("victor", 403)):
            assert post(getattr(cast, who), ONE + act, {"subject": "a", "body": "b"}).status_code == status
        assert cast.stranger.post(ONE + act, data={"subject": "a", "body": "b"}).status_code == 401
    assert (rows(), db.session.scalars(db.select(Letter)).all()) == ([], [])
    assert post(cast.olga, f"{WORDS}/none/en", {"subject": "a", "body": "b"}).status_code == 404


def test_the_list_says_which_words_are_own(app: Flask, olga: FlaskClient) -> None:
    with counted_queries(app) as before:
        page = text(olga, f"{WORDS}?lang=en")
    assert (page.count("Built in"), page.count("Own words")) == (3 * len(KINDS), 0)
    post(olga, ONE, opened(olga, ONE), subject="Hello {name}")
    post(olga, f"{WORDS}/offer/ja", {"subject": "a", "body": "b"})
    with counted_queries(app) as after:
        page = text(olga, f"{WORDS}?lang=en")
    assert (page.count("Own words"), len(after)) == (2, len(before))


def test_words_begin_as_the_built_in_ones_and_are_kept(olga: FlaskClient) -> None:
    form = opened(olga, f"{ONE}?lang=ja")
    assert form["subject"] == "Your ticket: {event}"
    assert form["body"].strip().splitlines()[0] == "Dear {name},"
    assert post(olga, ONE, form, subject="See you", body="Hi {name}.\r\n\r\n{sessions}").status_code == 303
    assert rows() == [("See you", "Hi {name}.\n\n{sessions}", 1)]
    assert post(olga, ONE, opened(olga, ONE), body="Hi.").status_code == 303
    assert rows() == [("See you", "Hi.", 2)]
    assert post(olga, f"{ONE}/withdrawal").status_code == 303
    assert rows() == []
    verbs = db.session.scalars(db.select(AuditEntry.verb).where(AuditEntry.verb.like("letter%"))).all()
    assert verbs == ["letter_words_written", "letter_words_written", "letter_words_forgotten"]


def test_what_is_no_placeholder_of_this_letter_is_named(olga: FlaskClient) -> None:
    for wrong, field in product(("{nome}", "{until}", "{ name }", "{Name}", "{", "}", "{0}"), ("subject", "body")):
        form = {"subject": "a", "body": "b", "version": "0", field: f"typed {wrong}"}
        answer = post(olga, f"{ONE}?lang=en", form)
        page = answer.get_data(as_text=True)
        assert answer.status_code == 422
        assert f"{wrong} is no placeholder of this letter." in page
        assert f"typed {wrong}" in page
    assert rows() == []


def test_empty_and_endless_words_are_refused(olga: FlaskClient) -> None:
    for form in ({"subject": "", "body": "b"}, {"subject": "a", "body": " "}, {"subject": "a" * 201, "body": "b"},
                 {"subject": "a", "body": "b" * 10_001}):  # fmt: skip
        assert post(olga, ONE, form).status_code == 422


def test_what_somebody_else_wrote_meanwhile_is_shown_beside(olga: FlaskClient, cast: Cast) -> None:
    mine = opened(olga, ONE)
    post(cast.owner, ONE, opened(cast.owner, ONE), subject="Theirs")
    answer = post(olga, f"{ONE}?lang=en", mine, subject="Mine")
    page = answer.get_data(as_text=True)
    assert (answer.status_code, rows()[0][0]) == (409, "Theirs")
    assert ["Theirs" in page, 'value="Mine"' in page] == [True, True]


def test_a_preview_is_a_page_that_may_do_nothing_and_shows_no_secret(olga: FlaskClient, cast: Cast, make: Make) -> None:
    made = make.registration(cast.event, name="<b>Ana</b>", email="ana@example.jp")
    ticket = make.ticket(made)
    for number, name in (("", "Hanako Mihon"), (f"{ticket.number[:3]}-{ticket.number[3:]}", "&lt;b&gt;Ana")):
        answer = post(olga, f"{ONE}/preview", {"subject": "a", "body": "Hi {name}: {link} {ticket}", "number": number})
        html = answer.get_data(as_text=True)
        assert answer.status_code == 200
        assert f"Hi <bdi>{name}" in html
        assert "sandbox" in answer.headers["Content-Security-Policy"]
        assert "script-src" not in answer.headers["Content-Security-Policy"]
        assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"
        assert [made.link in html, ticket.code in html] == [False, False]
        assert html.count('src="data:image/png;base64,') == 1
    assert rows() == []


def test_a_preview_as_text_and_a_faulty_one_are_plain(olga: FlaskClient, cast: Cast) -> None:
    typed = {"subject": "Sub {event}", "body": "Hi {name}"}
    answer = post(olga, f"{ONE}/preview?as=text", typed)
    assert (answer.mimetype, answer.get_data(as_text=True)[:33]) == (
        "text/plain",
        "Sub Fair\n\nHi Hanako Mihon\n\n■ Tick",
    )
    for more in ({"body": "{nome}"}, {"number": "1234567"}):
        answer = post(olga, f"{ONE}/preview", typed | more)
        assert (answer.status_code, answer.mimetype) == (422, "text/plain")


def test_every_kind_has_a_preview_in_every_language_even_before_the_first_release(cast: Cast) -> None:
    for kind, language in product(KINDS, ("ja", "en", "ja-easy")):
        page = text(cast.olga, f"{WORDS}/{kind}/{language}/preview?as=text")
        assert re.findall(r"\{[a-z]+\}", page) == []


def test_a_test_goes_to_the_person_themselves(app: Flask, olga: FlaskClient) -> None:
    answer = post(olga, f"{WORDS}/offer/en/test", {"subject": "Offer {event}", "body": "Hi {name}, until {until}"})
    assert answer.status_code == 200
    assert "Hi {name}, until {until}" in answer.get_data(as_text=True)
    assert [one.to_address for one in db.session.scalars(db.select(Letter))] == ["olga@example.jp"]
    (found,) = composed(app)
    assert found is not None
    assert arrived(found)["Subject"] == "Test: Offer Fair"
    assert text_of(arrived(found)).startswith("Hi Hanako Mihon, until ")
    assert rows() == []
    with transaction():
        db.session.execute(db.delete(Letter))
