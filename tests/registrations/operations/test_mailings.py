"""A letter to many reaches whom the filter means, once each, spread over time, and can be stopped."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from flask import Flask

from app.audit import AuditEntry
from app.clock import frozen
from app.db import db, transaction
from app.outbox.models import Letter, Mailing
from app.outbox.rules import LetterState
from app.programme.models import Event
from app.web.actors import ANONYMOUS
from registrations.letters.chores import go_on_with_mailings
from registrations.models import Booking, BookingLine, Registration
from registrations.operations import cancel
from registrations.operations.mailings import begin_mailing, next_letters, stop_mailing, withdraw_letters
from registrations.queries.mailings import (
    Addressees,
    Reach,
    addressee_lines,
    mailing_in,
    mailings_of,
    reach_of,
)
from registrations.rules import BookingState
from tests.console.test_pages import counted_queries
from tests.make import NOON, Make
from tests.registrations.test_letters import arrived, composed, text_of

AT = NOON - timedelta(days=5)
TEXTS = (
    {"ja": "お知らせ", "en": "News for {name}"},
    {"ja": "{name} 様\n雨です。", "en": "It rains, {name}.\n\n{link}"},
)


@pytest.fixture(autouse=True)
def days_before() -> Iterator[None]:
    with frozen(AT):
        yield


@pytest.fixture
def event(make: Make) -> Event:
    """Ana comes to the talk, Bea waits for it (in English), Cleo has no address, Dan cancelled, Eve brings a pupil to
    the late session, Fay was stopped, Gus erased."""
    made = make.event(contact={"email": "office@example.jp"})
    talk, late = make.session(made, "talk"), make.session(made, "late", starts_at=NOON + timedelta(hours=3))
    make.release(made)
    make.registration(made, talk, name="Ana", email="ana@example.jp")
    bea = make.registration(made, talk, name="Bea", email="bea@example.jp", language="en")
    make.registration(made, talk, name="Cleo")
    dan = make.registration(made, talk, name="Dan", email="dan@example.jp")
    make.registration(made, late, name="Eve", email="eve@example.jp", numbers={"spectator": 1, "student": 1})
    fay, gus = (make.registration(made, talk, name=one, email=f"{one}@example.jp") for one in ("fay", "gus"))
    with transaction():
        cancel(dan.id, at=AT)
        booking = db.session.scalars(db.select(Booking).filter_by(registration_id=bea.id)).one()
        db.session.scalars(db.select(BookingLine).filter_by(booking_id=booking.id)).one().state = BookingState.WAITING
        db.session.get_one(Registration, fay.id).blocked_at = AT
        db.session.get_one(Registration, gus.id).erased_at = AT
        db.session.execute(db.text("DELETE FROM letter"))
    return made


def begun(event: Event, meant: Addressees | None = None, *, key: UUID | None = None, per_minute: int = 60) -> Mailing:
    with transaction():
        return begin_mailing(
            event, key=key or uuid4(), subject=TEXTS[0], body=TEXTS[1], meant=meant or Addressees(),
            per_minute=per_minute, at=AT, actor=ANONYMOUS,
        )  # fmt: skip


def pieces(mailing: Mailing, most: int = 250) -> list[int]:
    done: list[int] = []
    while not done or done[-1]:
        with transaction():
            done.append(next_letters(mailing.id, most=most))
    return done


def letters() -> list[Letter]:
    db.session.rollback()
    return list(db.session.scalars(db.select(Letter).order_by(Letter.id).execution_options(populate_existing=True)))


@pytest.mark.parametrize(
    ("meant", "names"),
    [
        (Addressees(), ["Cleo", "Ana", "Bea", "Eve"]),
        (Addressees(sessions=("talk",)), ["Cleo", "Ana", "Bea"]),
        (Addressees(sessions=("talk",), states=("waiting",)), ["Bea"]),
        (Addressees(states=("confirmed",)), ["Cleo", "Ana", "Eve"]),
        (Addressees(sessions=("late",), states=("waiting",)), []),
        (Addressees(categories=("student",)), ["Eve"]),
        (Addressees(parties=("family",)), ["Eve"]),
        (Addressees(languages=("en",)), ["Bea"]),
        (Addressees(standing=False), ["Dan"]),
        (Addressees(sessions=("talk",), standing=False), ["Dan"]),
        (Addressees(sessions=("talk",), standing=None), ["Cleo", "Ana", "Bea", "Dan"]),
    ],
)
def test_the_filter_means_these_people(event: Event, meant: Addressees, names: list[str]) -> None:
    lines = addressee_lines(event.id, meant, limit=10, skip=0)
    assert [line.name for line in lines] == names
    without = names.count("Cleo")
    assert reach_of(event.id, meant) == Reach(len(names) - without, without)
    assert Addressees.of(meant.facts()) == meant


def test_everybody_meant_gets_one_letter_at_the_chosen_pace(event: Event) -> None:
    mailing = begun(event, per_minute=2)
    assert pieces(mailing, most=2) == [2, 1, 0]
    found = letters()
    assert [one.to_address for one in found] == ["ana@example.jp", "bea@example.jp", "eve@example.jp"]
    waits = [one.due_at - AT for one in found if one.due_at is not None]
    assert waits == [timedelta(0), timedelta(seconds=30), timedelta(minutes=1)]
    assert {one.mailing_id for one in found} == {mailing.id}
    assert mailing_in(event.id, mailing.uuid).mailing.letters == 3


def test_the_same_mailing_sent_twice_is_sent_once(event: Event) -> None:
    key = uuid4()
    first, second = begun(event, key=key), begun(event, key=key)
    assert (first.id, [*pieces(first), *pieces(second)]) == (second.id, [3, 0, 0])
    verbs = db.session.scalars(db.select(AuditEntry.verb).where(AuditEntry.verb.like("mailing%"))).all()
    assert (len(letters()), verbs) == (3, ["mailing_begun"])


def test_a_key_of_another_event_finds_nothing(event: Event, make: Make) -> None:
    from app.errors import NotFound

    key = begun(event).uuid
    other = make.event("other")
    with pytest.raises(NotFound):
        begun(other, key=key)


def test_who_registers_later_is_not_meant_and_a_mailing_left_half_way_is_finished(event: Event, make: Make) -> None:
    mailing = begun(event)
    with transaction():
        next_letters(mailing.id, most=1)
    make.registration(event, name="Hal", email="hal@example.jp", at=AT + timedelta(minutes=1))
    with transaction():
        db.session.execute(db.delete(Letter).where(Letter.kind == "confirmed"))
    assert [go_on_with_mailings(AT + timedelta(minutes=2)) for _ in range(2)] == [2, 0]
    assert [one.to_address for one in letters()] == ["ana@example.jp", "bea@example.jp", "eve@example.jp"]


def test_a_stopped_mailing_takes_its_letters_back(app: Flask, event: Event) -> None:
    mailing = begun(event)
    with transaction():
        next_letters(mailing.id, most=2)
    with transaction():
        stop_mailing(mailing.id, at=AT, actor=ANONYMOUS)
    assert [one is None for one in composed(app)] == [True, True]
    with transaction():
        db.session.execute(db.update(Letter).where(Letter.id == letters()[0].id).values(state=LetterState.QUEUED))
    with transaction():
        assert withdraw_letters(mailing.id) == 1
    assert pieces(mailing) == [0]
    assert go_on_with_mailings(AT) == 0
    assert letters()[0].state is LetterState.WITHDRAWN


def test_each_reads_it_in_their_language_or_is_told_that_there_is_none(app: Flask, event: Event) -> None:
    with transaction():
        eve = db.session.scalars(db.select(Registration).filter_by(contact_name="Eve")).one()
        eve.language = "ja-easy"
    pieces(begun(event))
    ana, bea, easy = (arrived(one) for one in composed(app) if one is not None)
    assert [one["Subject"] for one in (ana, bea, easy)] == ["お知らせ", "News for Bea", "お知らせ"]
    assert text_of(ana).startswith("Ana 様\n雨です。\n")
    bea_link = db.session.scalars(db.select(Registration.link).filter_by(contact_name="Bea")).one()
    assert text_of(bea).startswith(f"It rains, Bea.\n\nhttp://localhost:8000/r/{bea_link}\n")
    assert text_of(easy).startswith("あなたの ことばで 書（か）いた 文（ぶん）は ありません。\n\nEve 様\n")
    assert [list(one.iter_attachments()) for one in (ana, bea, easy)] == [[], [], []]


def test_who_is_not_to_be_written_to_any_more_is_not(app: Flask, event: Event) -> None:
    pieces(begun(event))
    with transaction():
        people = {one.contact_name: one for one in db.session.scalars(db.select(Registration))}
        people["Ana"].contact_email = "elsewhere@example.jp"
        people["Bea"].erased_at = AT
        people["Eve"].blocked_at = AT
    assert composed(app) == [None, None, None]


def test_a_cancelled_registration_reads_the_letter_without_a_link(app: Flask, event: Event) -> None:
    pieces(begun(event, Addressees(standing=False)))
    (found,) = composed(app)
    assert found is not None
    assert "/r/" not in text_of(arrived(found))


def test_the_log_takes_as_many_queries_for_three_mailings_as_for_one(app: Flask, event: Event) -> None:
    counts = []
    for _ in range(3):
        pieces(begun(event))
        with counted_queries(app) as sent:
            lines = mailings_of(event.id)
        counts.append(len(sent))
    assert (len(set(counts)), [line.waiting for line in lines], lines[0].written_out) == (1, [3, 3, 3], True)
