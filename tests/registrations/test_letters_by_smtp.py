"""Letters over real SMTP: whatever somebody is called, there are these headers, this addressee, these words."""

from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from uuid import uuid4

import pytest
from flask import Flask

from app.clock import frozen
from app.db import db, transaction
from app.outbox.worker import Worker
from app.programme.models import Event
from app.web.actors import ANONYMOUS
from registrations.letters import compose
from registrations.models import LetterText
from registrations.operations.mailings import begin_mailing, next_letters
from registrations.queries.mailings import Addressees
from tests.make import NOON, Make
from tests.outbox.test_transports import running, to_server
from tests.registrations.test_kinds_of_letters import HOSTILE
from tests.registrations.test_letters import text_of

AT = NOON - timedelta(days=5)
HEADERS = {
    "Subject", "From", "Reply-To", "MIME-Version", "Content-Type", "To", "Date", "Message-ID", "Auto-Submitted",
}  # fmt: skip
BROKEN = "A\r\nBcc: all@example.jp\r\n\r\nbody\n.\nQUIT"


@pytest.fixture(autouse=True)
def days_before() -> Iterator[None]:
    with frozen(AT):
        yield


@pytest.fixture
def event(make: Make) -> Event:
    """Its confirmation names the person in the subject."""
    event = make.event(contact={"email": "office@example.jp"})
    make.session(event, "talk")
    make.release(event)
    with transaction():
        for language in ("ja", "en", "ja-easy"):
            words = {"subject": "{name} / {sessions}", "body": "{name}\n.\n{link}"}
            db.session.add(LetterText(event_id=event.id, kind="confirmed", language=language, **words))
    return event


def sent(app: Flask) -> list[tuple[list[str], EmailMessage]]:
    """What the server was given: addressees and letter."""
    with running() as server:
        worker = Worker(app, compose=compose, transport=to_server(server))
        while worker.once():
            pass
        worker.transport.rest()
    found = []
    for envelope in server.kept:
        letter = message_from_bytes(envelope.content, policy=policy.default)  # type: ignore[arg-type]
        assert isinstance(letter, EmailMessage)
        found.append((envelope.rcpt_tos, letter))
    return found


def test_no_name_becomes_a_header_an_addressee_or_the_end_of_the_letter(app: Flask, event: Event, make: Make) -> None:
    names = (*HOSTILE, BROKEN)
    for number, name in enumerate(names):
        language = ("ja", "en", "ja-easy")[number % 3]
        make.registration(event, name=name, email=f"a{number}@example.jp", language=language)
    with transaction():
        mailing = begin_mailing(
            event, key=uuid4(), subject={"ja": "{name}"}, body={"ja": "{name}\n.\n{event}"}, meant=Addressees(),
            per_minute=600, at=AT, actor=ANONYMOUS,
        )  # fmt: skip
        next_letters(mailing.id)
    with frozen(AT + timedelta(minutes=2)):
        found = sent(app)
    assert sorted(one for to, _letter in found for one in to) == sorted(
        f"a{number}@example.jp" for number in range(len(names)) for _kind in range(2)
    )
    for to, letter in found:
        name = " ".join(names[int(to[0][1])].split())
        assert (set(letter.keys()), letter.defects) == (HEADERS, [])
        assert str(letter["Subject"]).replace("\u2068", "").replace("\u2069 /", " /").startswith(name[:40])
        lines = text_of(letter).splitlines()
        assert name in [line.strip("\u2068\u2069") if "\u2068" in line else line for line in lines]
        assert "." in lines


def test_a_subject_that_would_be_too_long_is_kept_in_one_header(app: Flask, event: Event, make: Make) -> None:
    make.registration(event, name="名" * 200, email="ana@example.jp")
    ((_to, letter),) = sent(app)
    assert str(letter["Subject"]).startswith("名" * 200)
    assert max(len(line) for line in letter.as_bytes(policy=policy.SMTP).split(b"\r\n")) < 998
