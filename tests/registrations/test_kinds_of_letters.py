"""Every kind of letter, in every language: what it says is true when it is sent, and no name breaks it."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from email.message import EmailMessage
from typing import Any

import pytest
from flask import Flask
from markupsafe import escape

from app.clock import frozen
from app.db import db, transaction
from app.outbox.models import Letter
from app.outbox.operations import Draft, enqueue, enqueue_all
from app.programme.models import Event
from registrations.letters.kinds import KINDS
from registrations.letters.placeholders import faults
from registrations.letters.wording import built_in
from registrations.models import Booking, BookingLine, LetterText, Registration
from registrations.operations import cancel
from registrations.rules import BookingState, PartyKind
from tests.make import NOON, Make, both
from tests.registrations.test_letters import arrived, calendar_entries, composed, session, text_of

AT = NOON - timedelta(days=5)
UNTIL = NOON - timedelta(days=2)
HOSTILE = (
    '"\\{link} {until} {0} %s %(title)s',
    "<script>alert(1)</script>&amp;",
    "\u202enimda\u2066 \u200f",
    "髙《たか》﨑 𠮷田 辻󠄀",
    "👩‍👩‍👧‍👦 Bcc: x@example.jp",
    "名" * 200,
)
STATES = {
    "received": BookingState.PENDING,
    "waiting": BookingState.WAITING,
    "offer": BookingState.OFFERED,
    "offer_expired": BookingState.EXPIRED,
    "lottery_lost": BookingState.NOT_DRAWN,
    "declined": BookingState.DECLINED,
}


@pytest.fixture(autouse=True)
def days_before() -> Iterator[None]:
    with frozen(AT):
        yield


@pytest.fixture
def event(make: Make) -> Event:
    made = make.event(
        title={"ja": "市民まつり", "en": "Fair", "ja-easy": "市民《しみん》の まつり"},
        contact={"email": "office@example.jp"},
        class_numbers_due_at=UNTIL,
        feedback_url="https://example.jp/how-was-it",
    )
    make.session(made, "talk", title=both("講演", "Talk"))
    make.session(made, "late", title=both("夕方", "Late"), starts_at=NOON + timedelta(hours=3))
    return make.release(made)


def put(registration: Registration, code: str, state: BookingState, **columns: Any) -> None:
    """A booking into another state, as operations of waiting lists, approval and lotteries do."""
    with transaction():
        booking = db.session.scalars(
            db.select(Booking).filter_by(registration_id=registration.id, session_id=session(code).id)
        ).one()
        for name, value in columns.items():
            setattr(booking, name, value)
        for line in db.session.scalars(db.select(BookingLine).filter_by(booking_id=booking.id)):
            line.state = state


def letter(registration: Registration, kind: str, /, to: str | None = None, **facts: Any) -> None:
    """A letter of this kind in the outbox, and no other."""
    with transaction():
        db.session.execute(db.text("DELETE FROM letter"))
        enqueue(
            registration.event_id, registration_id=registration.id, kind=kind, cause=f"{kind}:test",
            language=registration.language, to_address=to or registration.contact_email or "", at=AT, **facts,
        )  # fmt: skip


def read(app: Flask) -> EmailMessage | None:
    (found,) = composed(app)
    return arrived(found) if found is not None else None


def said(app: Flask) -> tuple[str, str]:
    """Subject and text of the one letter."""
    found = read(app)
    assert found is not None
    return str(found["Subject"]), text_of(found)


def registered(make: Make, event: Event, kind: str, **given: Any) -> Registration:
    """A registration that a letter of this kind is true for."""
    made = make.registration(event, session("talk"), session("late"), email="ana@example.jp", **given)
    if kind in STATES:
        put(made, "talk", STATES[kind], offer_ends_at=UNTIL, joined_waiting_at=AT)
    if kind == "cancelled":
        with transaction():
            cancel(made.id, at=AT)
    if kind == "class_due":
        with transaction():
            db.session.get_one(Registration, made.id).party_kind = PartyKind.CLASS
    return made


@pytest.mark.parametrize("kind", [name for name, one in KINDS.items() if name != "released" and not one.partner])
def test_every_kind_is_composed_in_every_language_whatever_the_name(
    app: Flask, event: Event, make: Make, kind: str
) -> None:
    for number, name in enumerate(HOSTILE):
        language = ("ja", "en", "ja-easy")[number % 3]
        made = registered(make, event, kind, name=name, language=language)
        letter(made, kind, session="talk")
        found = read(app)
        assert found is not None, name
        assert [key for key in found if key.lower() in ("bcc", "cc")] == []
        text, html = text_of(found), text_of(found, "html")
        if kind != "link_again":
            assert escape(name) in html
            assert name in text
        assert "<script>" not in html
        left = text.replace(name, "").replace(found["Subject"], "")
        assert re.findall(r"\{[a-z]+\}|%\(|《|》|<ruby", left) == []
        with transaction():
            db.session.get_one(Registration, made.id).contact_email = None


@pytest.mark.parametrize("language", ["ja", "en", "ja-easy"])
def test_built_in_words_use_only_placeholders_that_an_organiser_may_use(app: Flask, language: str) -> None:
    from app.web.languages import speaking

    with speaking(language):
        for name, kind in KINDS.items():
            words = built_in(name)
            assert faults(words.subject, kind.placeholders) + faults(words.body, kind.placeholders) == [], name
            assert words.subject
            assert len(words.body.split("\n")) > 1


def test_a_name_is_read_once(app: Flask, event: Event, make: Make) -> None:
    made = make.registration(event, name="{link} {event}", email="ana@example.jp", language="en")
    _subject, text = said(app)
    assert text.startswith("Dear {link} {event},\n")
    assert text.count(f"/r/{made.link}") == 1


def test_a_waiting_party_reads_where_it_stands_and_carries_no_code(app: Flask, event: Event, make: Make) -> None:
    first = registered(make, event, "waiting")
    second = registered(make, event, "waiting", language="en")
    put(first, "talk", BookingState.WAITING, joined_waiting_at=AT - timedelta(hours=1))
    put(second, "late", BookingState.WAITING, joined_waiting_at=AT)
    letter(second, "waiting", session="talk")
    found = read(app)
    assert found is not None
    text = text_of(found)
    assert found["Subject"] == "You are on the waiting list: Fair"
    assert "■ Waiting list\n・Talk\n  Sat 3 Oct 12:00–13:00  Hall Main room\n  Number 2 on the waiting list\n" in text
    assert "・Late\n  Sat 3 Oct 15:00–16:00  Hall Main room\n  Number 1 on the waiting list\n" in text
    assert [part.get_content_type() for part in found.walk() if "png" in part.get_content_type()] == []
    assert list(found.iter_attachments()) == []
    assert make.ticket(second).code not in text


def test_an_offer_names_its_end_and_only_what_is_confirmed_goes_into_the_calendar(
    app: Flask, event: Event, make: Make
) -> None:
    made = registered(make, event, "offer", language="en")
    letter(made, "offer", session="talk")
    found = read(app)
    assert found is not None
    text = text_of(found)
    assert "They are kept for you until Thu 1 Oct 12:00:\n・Talk  Sat 3 Oct 12:00–13:00\n" in text
    assert "■ Kept for you\n" in text
    assert "Please answer by Thu 1 Oct 12:00" in text
    assert [str(one["summary"]) for one in calendar_entries(found)] == ["Late – Fair"]


@pytest.mark.parametrize(
    ("kind", "now_in"),
    [
        ("waiting", BookingState.CONFIRMED),
        ("offer", BookingState.CONFIRMED),
        ("offer", BookingState.EXPIRED),
        ("promoted", BookingState.CANCELLED),
        ("offer_expired", BookingState.CONFIRMED),
        ("lottery_won", BookingState.CANCELLED),
        ("lottery_lost", BookingState.CONFIRMED),
        ("approved", BookingState.DECLINED),
        ("declined", BookingState.CONFIRMED),
        ("received", BookingState.CONFIRMED),
    ],
)
def test_what_is_not_true_any_more_is_not_said(
    app: Flask, event: Event, make: Make, kind: str, now_in: BookingState
) -> None:
    made = registered(make, event, kind)
    put(made, "talk", now_in)
    letter(made, kind, session="talk")
    assert read(app) is None


def test_an_offer_that_has_ended_is_not_said(app: Flask, event: Event, make: Make) -> None:
    made = registered(make, event, "offer")
    letter(made, "offer", session="talk")
    with frozen(UNTIL):
        assert read(app) is None


@pytest.mark.parametrize("ended", ["cancelled_at", "erased_at"])
def test_a_registration_that_was_cancelled_or_erased_hears_nothing_else(
    app: Flask, event: Event, make: Make, ended: str
) -> None:
    allowed = ("cancelled", "link_again") if ended == "cancelled_at" else ()
    for kind in KINDS:
        made = registered(make, event, kind)
        with transaction():
            db.session.execute(db.update(Registration).values({ended: AT}))
        letter(made, kind, session="talk")
        assert kind in allowed or read(app) is None, kind


def test_until_the_address_is_confirmed_the_letter_asks_for_that_and_holds_no_ticket(
    app: Flask, event: Event, make: Make
) -> None:
    with transaction():
        db.session.get_one(Event, event.id).confirms_mail = True
    made = make.registration(event, email="ana@example.jp", language="en")
    letter(made, "changed")
    assert make.ticket(made).code in said(app)[1]
    letter(made, "received")
    with transaction():
        db.session.execute(db.update(Letter).values(cause=f"confirm-mail:{made.uuid}"))
    _subject, text = said(app)
    assert "■ Please confirm your e-mail address\n" in text
    assert make.ticket(made).code not in text


@pytest.mark.parametrize(
    ("at", "subject"), [(NOON - timedelta(days=1), "Soon: Fair"), (NOON - timedelta(hours=4), "Today: Fair")]
)
def test_a_reminder_says_how_near_it_is(app: Flask, event: Event, make: Make, at: datetime, subject: str) -> None:
    made = registered(make, event, "reminder", language="en")
    letter(made, "reminder")
    with frozen(at):
        assert said(app)[0] == subject


def test_links_found_again_are_all_of_this_address_and_no_others(app: Flask, event: Event, make: Make) -> None:
    mine = [make.registration(event, name=f"Ana {one}", email="ana@example.jp", language="en") for one in (1, 2)]
    other = make.registration(event, name="Bea", email="bea@example.jp", language="en")
    letter(mine[0], "link_again")
    text = said(app)[1]
    assert [f"/r/{one.link}" in text for one in (*mine, other)] == [True, True, False]
    assert "Ana 2" in text


def test_who_handed_a_registration_on_reads_nothing_of_the_new_holder(app: Flask, event: Event, make: Make) -> None:
    made = make.registration(event, session("talk"), name="New Holder", email="new@example.jp", language="en")
    letter(made, "handed_over", to="old@example.jp")
    subject, text = said(app)
    assert subject == "You handed your registration over: Fair"
    assert [one for one in ("New Holder", made.link, make.ticket(made).code, "new@example.jp") if one in text] == []
    letter(made, "handed_over")
    text = said(app)[1]
    assert (f"/r/{made.link}" in text, make.ticket(made).code in text) == (True, False)


def test_the_organisers_own_words_speak_in_their_language_and_what_must_be_there_follows(
    app: Flask, event: Event, make: Make
) -> None:
    with transaction():
        db.session.add(
            LetterText(event_id=event.id, kind="confirmed", language="en", subject="See you, {name}! {event}",
                       body="Hello {name}.\n\n<b>Bring</b> https://example.jp/shoes.\nOffers end {until}\n{sessions}")
        )  # fmt: skip
    made = make.registration(event, session("talk"), name='A "B"\u202e', email="ana@example.jp", language="en")
    found = read(app)
    assert found is not None
    assert found["Subject"] == 'See you, \u2068A "B"\u202e\u2069! Fair'
    text, html = text_of(found), text_of(found, "html")
    assert text.startswith(
        'Hello \u2068A "B"\u202e\u2069.\n\n<b>Bring</b> https://example.jp/shoes.\n・Talk  Sat 3 Oct 12:00–13:00\n'
    )
    assert '&lt;b&gt;Bring&lt;/b&gt; <a href="https://example.jp/shoes"' in html
    for kind in (text, html):
        assert f"/t/{make.ticket(made).code}" in kind
        assert f"/r/{made.link}" in kind
        assert "office@example.jp" in kind
    made = make.registration(event, name="Bo", email="bo@example.jp", language="ja")
    assert said(app)[0] == "参加票：市民まつり"


def test_a_letter_is_readable_in_the_dark(app: Flask, event: Event, make: Make) -> None:
    make.registration(event, email="ana@example.jp")
    found = read(app)
    assert found is not None
    html = text_of(found, "html")
    assert '<meta name="color-scheme" content="light dark">' in html
    assert "@media (prefers-color-scheme: dark)" in html


def test_a_draft_may_wait_for_its_time(app: Flask, event: Event, make: Make) -> None:
    made = make.registration(event, email="ana@example.jp")
    with transaction():
        enqueue_all(event.id, [Draft(made.id, "later", "ja", "ana@example.jp", due_at=NOON)], kind="thanks", at=AT)
    assert len(composed(app)) == 2


def test_from_the_waiting_list_to_the_place_each_letter_says_what_is_so(app: Flask, event: Event, make: Make) -> None:
    small = make.session(event, "small", title=both("小さな回", "Small"), capacity=1)
    make.release(event)
    first = make.registration(event, small, name="First", email="first@example.jp", language="en")
    make.registration(event, name="Second", email="second@example.jp", language="en", waiting=frozenset({"small"}))
    assert [one["Subject"] for one in composed(app) if one] == [
        "Your ticket: Fair",
        "You are on the waiting list: Fair",
    ]
    with transaction():
        cancel(first.id, at=AT)
    letters = {one["Subject"]: arrived(one) for one in composed(app) if one}
    assert set(letters) == {"Your registration was cancelled: Fair", "Places became free for you: Fair"}
    promoted = letters["Places became free for you: Fair"]
    assert "They are yours now:\n・Small  Sat 3 Oct 12:00–13:00\n" in text_of(promoted)
    assert [str(one["summary"]) for one in calendar_entries(promoted)] == ["Small – Fair"]
