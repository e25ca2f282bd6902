"""Letters: what they say in each language, the code that is read back, the calendar that is parsed back."""

import mailbox
import re
from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from io import BytesIO
from typing import Any

import pytest
import zxingcpp
from flask import Flask
from icalendar import Calendar
from PIL import Image

from app.clock import frozen
from app.config import Settings
from app.db import db, transaction
from app.outbox.operations import ClaimedLetter, claim
from app.outbox.queries import letter_in, letters_of
from app.outbox.rules import LetterState
from app.outbox.transports import transport_for
from app.outbox.worker import Worker
from app.programme.models import Event, EventSession
from registrations.letters import compose
from registrations.models import Registration
from registrations.operations import cancel, change
from registrations.rules import Application, spoken
from tests.make import NOON, Make, both

AT = NOON - timedelta(days=30)


@pytest.fixture(autouse=True)
def a_month_before() -> Iterator[None]:
    with frozen(AT):
        yield


@pytest.fixture
def event(make: Make) -> Event:
    made = make.event(
        title={"ja": "市民まつり", "en": "Fair", "ja-easy": "市民《しみん》の まつり"},
        contact={"email": "office@example.jp"},
    )
    make.session(made, "talk", title=both("講演", "Talk"))
    make.session(made, "late", title=both("夕方", "Late"), starts_at=NOON + timedelta(hours=3))
    make.session(made, "online", title=both("配信", "Stream"), starts_at=NOON + timedelta(hours=6), room_id=None,
                 online_url="https://stream.example.jp/secret")  # fmt: skip
    return make.release(made)


def session(code: str) -> EventSession:
    found: EventSession = db.session.scalars(db.select(EventSession).filter_by(code=code)).one()
    return found


def composed(app: Flask) -> list[EmailMessage | None]:
    """Every letter that is due, composed as the worker does: each in a context of its own."""
    with transaction():
        letters: list[ClaimedLetter] = claim(at=NOON)
    found = []
    for letter in letters:
        with app.app_context():
            found.append(compose(letter))
    return found


def one_letter(app: Flask) -> EmailMessage:
    (letter,) = composed(app)
    assert letter is not None
    return arrived(letter)


def arrived(letter: EmailMessage) -> EmailMessage:
    """The letter as a mail program reads it: through bytes."""
    read = message_from_bytes(letter.as_bytes(policy=policy.SMTP), policy=policy.default)
    assert isinstance(read, EmailMessage)
    return read


def text_of(letter: EmailMessage, kind: str = "plain") -> str:
    body = letter.get_body((kind,))
    assert body is not None
    return str(body.get_content())


def calendar_entries(letter: EmailMessage) -> list[Any]:
    attached, *_ = letter.iter_attachments()
    assert attached.get_content_type() == "text/calendar"
    return list(Calendar.from_ical(attached.get_content()).walk("VEVENT"))


def test_the_letter_of_a_registration_says_everything(app: Flask, event: Event, make: Make) -> None:
    made = make.registration(
        event, session("talk"), email="ana@example.jp", language="en", numbers={"spectator": 1, "student": 2}
    )
    ticket = make.ticket(made)
    letter = one_letter(app)
    assert letter["Subject"] == "Your ticket: Fair"
    assert str(letter["From"]) == "Fair <uketsuke@localhost>"
    assert letter["Reply-To"] == "office@example.jp"
    for kind, greeting in (("plain", "Dear Ana,"), ("html", "Dear <bdi>Ana</bdi>,")):
        told = text_of(letter, kind)
        for fact in (
            greeting,
            spoken(ticket.number),
            f"http://localhost:8000/t/{ticket.code}",
            f"http://localhost:8000/r/{made.link}",
            "Talk",
            "Sat 3 Oct 12:00–13:00",
            "Hall Main room",
            "spectator: 1 person",
            "student: 2 people",
            "office@example.jp",
        ):
            assert fact in told


def test_the_parts_are_nested_as_mail_programs_expect(app: Flask, event: Event, make: Make) -> None:
    make.registration(event, session("talk"), email="ana@example.jp")
    letter = one_letter(app)
    kinds = [part.get_content_type() for part in letter.walk()]
    assert kinds == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "multipart/related",
        "text/html",
        "image/png",
        "text/calendar",
        "application/pdf",
    ]


def test_the_code_in_the_letter_is_the_tickets(app: Flask, event: Event, make: Make) -> None:
    made = make.registration(event, email="ana@example.jp")
    letter = one_letter(app)
    picture = next(part for part in letter.walk() if part.get_content_type() == "image/png")
    assert (picture["Content-ID"], 'src="cid:ticket"' in text_of(letter, "html")) == ("<ticket>", True)
    content = picture.get_payload(decode=True)
    assert isinstance(content, bytes)
    found = zxingcpp.read_barcode(Image.open(BytesIO(content)).convert("L"))
    assert found is not None
    assert found.text == f"HTTP://LOCALHOST:8000/T/{make.ticket(made).code}"


def test_the_calendar_holds_the_booked_sessions_with_their_zone(app: Flask, event: Event, make: Make) -> None:
    talk, online = session("talk"), session("online")
    make.registration(event, talk, online, email="ana@example.jp", language="en")
    letter = one_letter(app)
    attached, *_ = letter.iter_attachments()
    assert (attached.get_filename(), attached.get_param("method")) == ("fair.ics", "PUBLISH")
    calendar = Calendar.from_ical(attached.get_content())
    assert [str(zone["TZID"]) for zone in calendar.walk("VTIMEZONE")] == ["Asia/Tokyo"]
    first, second = calendar_entries(letter)
    assert (first["dtstart"].dt, first["dtend"].dt) == (talk.starts_at, talk.ends_at)
    assert (str(first["summary"]), str(first["location"])) == ("Talk – Fair", "Hall Main room")
    assert str(second["url"]) == "https://stream.example.jp/secret"


def test_without_a_session_there_is_no_calendar(app: Flask, event: Event, make: Make) -> None:
    make.registration(event, email="ana@example.jp", language="en")
    letter = one_letter(app)
    assert [part.get_content_type() for part in letter.iter_attachments()] == ["application/pdf"]
    assert "You booked no session." in text_of(letter)


def test_a_change_keeps_the_calendars_ids_and_marks_what_was_dropped(app: Flask, event: Event, make: Make) -> None:
    made = make.registration(event, session("talk"), session("late"), email="ana@example.jp", language="en")
    before = {str(one["summary"]): one for one in calendar_entries(one_letter(app))}
    with transaction():
        wanted = Application("Ana", {"spectator": 1}, frozenset({"late"}), "ana@example.jp", "en")
        change(made.id, wanted, version=1, at=AT)
    letter = one_letter(app)
    after = {str(one["summary"]): one for one in calendar_entries(letter)}
    assert letter["Subject"] == "Your registration was changed: Fair"
    assert {name: str(one["status"]) for name, one in after.items()} == {
        "Talk – Fair": "CANCELLED",
        "Late – Fair": "CONFIRMED",
    }
    assert {name: str(one["uid"]) for name, one in before.items()} == {
        name: str(one["uid"]) for name, one in after.items()
    }
    assert all(after[name]["sequence"] > before[name]["sequence"] for name in after)
    assert "Talk" not in text_of(letter)


def test_a_cancellation_takes_everything_out_of_the_calendar_and_carries_no_code(
    app: Flask, event: Event, make: Make
) -> None:
    made = make.registration(event, session("talk"), email="ana@example.jp", language="en")
    composed(app)
    with transaction():
        cancel(made.id, at=AT)
    letter = one_letter(app)
    (attached,) = letter.iter_attachments()
    assert (letter["Subject"], attached.get_param("method")) == ("Your registration was cancelled: Fair", "CANCEL")
    assert [str(one["status"]) for one in calendar_entries(letter)] == ["CANCELLED"]
    whole = letter.as_string()
    assert "image/png" not in whole
    for kind in ("plain", "html"):
        assert make.ticket(made).code not in text_of(letter, kind)


def test_a_letter_that_time_has_overtaken_is_not_written(app: Flask, event: Event, make: Make) -> None:
    made = make.registration(event, email="ana@example.jp")
    with transaction():
        cancel(made.id, at=AT)
    letters = composed(app)
    assert [letter["Subject"] if letter else None for letter in letters] == [
        None,
        "申込を取り消しました：市民まつり",
    ]


def test_a_letter_in_a_workers_hand_does_not_go_to_an_address_that_was_corrected_meanwhile(
    app: Flask, event: Event, make: Make
) -> None:
    made = make.registration(event, email="wrong@stranger.example")
    with transaction():
        (held,) = claim(at=NOON)
    with transaction():
        change(made.id, Application("Ana", {"spectator": 1}, email="ana@example.jp"), version=1, at=AT)
    with app.app_context():
        assert compose(held) is None
    assert f"http://localhost:8000/r/{made.link}" in text_of(one_letter(app))


def test_nothing_is_written_to_somebody_who_was_erased(app: Flask, event: Event, make: Make) -> None:
    made = make.registration(event, email="ana@example.jp")
    with transaction():
        db.session.get_one(Registration, made.id).erased_at = AT
    assert composed(app) == [None]


def test_easy_japanese_has_its_readings_in_brackets(app: Flask, event: Event, make: Make) -> None:
    numbers = {"spectator": 1, "student": 2}
    make.registration(event, session("talk"), email="ana@example.jp", language="ja-easy", numbers=numbers)
    letter = one_letter(app)
    assert letter["Subject"] == "チケット：市民の まつり"
    assert "「市民（しみん）の まつり」" in text_of(letter)
    assert "受付（うけつけ）で" in text_of(letter)
    for kind in ("plain", "html"):
        assert re.findall(r"：[12]人（\w+）", text_of(letter, kind)) == ["：1人（ひとり）", "：2人（ふたり）"]
        assert "10月（がつ） 3日（みっか）（土（ど）） 12:00" in text_of(letter, kind)
        assert re.findall("[《》｜]|<ruby|令和", text_of(letter, kind)) == []
    attached, *_ = letter.iter_attachments()
    assert re.findall("[《》｜]|<ruby", attached.get_content()) == []


@pytest.mark.parametrize(
    "name",
    [
        "{0} %s",
        "{link}",
        "髙《たか》",
        "<script>alert(1)</script>",
        "\u202enimda",
        "𠮷田",
        "👩‍👩‍👧‍👦",
        "名" * 200,
        '"\\',
    ],
)
def test_any_name_passes_through_a_letter_unharmed(app: Flask, event: Event, make: Make, name: str) -> None:
    from markupsafe import escape

    make.registration(event, name=name, email="ana@example.jp")
    letter = one_letter(app)
    kept = f"\u2068{name}\u2069" if "\u202e" in name else name
    assert text_of(letter).startswith(f"{kept} 様\n")
    assert f"<bdi>{escape(name)}</bdi> 様" in text_of(letter, "html")


def test_a_title_with_line_breaks_or_commas_makes_no_further_header(app: Flask, make: Make) -> None:
    event = make.release(make.event(title=both("A, B <c@x.jp>; “まつり”")))
    make.registration(event, email="ana@example.jp")
    letter = one_letter(app)
    assert [one.addr_spec for one in letter["From"].addresses] == ["uketsuke@localhost"]


def test_the_worker_puts_the_letter_into_the_mailbox_and_the_organiser_reads_it(
    app: Flask, settings: Settings, event: Event, make: Make
) -> None:
    make.registration(event, session("talk"), email="a..b@docomo.ne.jp", language="en")
    Worker(app, compose=compose, transport=transport_for(settings)).once()
    (kept,) = mailbox.Maildir(settings.data_dir / "mailbox")
    (line,) = letters_of(event.id)
    read = letter_in(event.id, line.uuid)
    assert read is not None
    assert (line.state, line.subject, kept["Message-ID"]) == (
        LetterState.SENT,
        "Your ticket: Fair",
        f"<{line.uuid}@localhost>",
    )
    assert "Dear Ana," in (read.body or "")
