"""A release writes one letter to everybody who booked what it changes; the letter tells the state when it is sent."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from app.clock import frozen
from app.db import db, transaction
from app.errors import Refused
from app.outbox.models import Letter
from app.outbox.rules import LetterState
from app.programme.models import Event, EventSession, Release, Room
from app.programme.operations import NothingNew, ReleaseChanged
from app.programme.queries.proposals import proposal_of
from app.programme.rules import SessionStatus
from app.web.actors import ANONYMOUS
from registrations.models import Booking, BookingLine, Registration
from registrations.operations import Told, cancel, change, release
from registrations.queries.changed import Concerned, codes_to_tell, concerned
from registrations.rules import Application, BookingState
from tests.console.test_pages import counted_queries
from tests.make import NOON, Make, both
from tests.registrations.test_letters import arrived, calendar_entries, composed, session, text_of

AT = NOON - timedelta(days=20)
LATER = {"starts_at": NOON + timedelta(hours=2), "ends_at": NOON + timedelta(hours=3),
         "door_closes_at": NOON + timedelta(hours=3)}  # fmt: skip
BACK = {"starts_at": NOON, "ends_at": NOON + timedelta(hours=1), "door_closes_at": NOON + timedelta(hours=1)}


@pytest.fixture(autouse=True)
def weeks_before() -> Iterator[None]:
    with frozen(AT):
        yield


@pytest.fixture
def event(make: Make) -> Event:
    made = make.event(title={"ja": "市民まつり", "en": "Fair", "ja-easy": "市民《しみん》の まつり"})
    make.session(made, "talk", title=both("講演", "Talk"), capacity=60)
    make.session(made, "other", title=both("別の回", "Other"), starts_at=NOON + timedelta(hours=5))
    return make.release(made)


def edit(of: str, /, **columns: Any) -> None:
    """As an import or the console's own pages would."""
    with transaction():
        row = session(of)
        for name, value in columns.items():
            setattr(row, name, value)


def released(event: Event, **given: Any) -> Told:
    with transaction():
        return release(event.id, at=AT, actor=ANONYMOUS, **given)


def letters(state: LetterState | None = None) -> list[Letter]:
    query = db.select(Letter).filter_by(kind="released").order_by(Letter.id)
    found = db.session.scalars(query.execution_options(populate_existing=True))
    return [one for one in found if state in (None, one.state)]


def send_the_rest(app: Flask) -> None:
    """Whatever is due is out of the way."""
    while composed(app):
        pass


def test_whoever_booked_a_moved_session_gets_one_letter_and_nobody_else(event: Event, make: Make) -> None:
    ana = make.registration(event, session("talk"), session("other"), email="ana@example.jp", language="en")
    make.registration(event, session("other"), email="ben@example.jp")
    make.registration(event, email="eve@example.jp")
    edit("talk", **LATER)
    told = released(event)
    assert (told.letters, told.without_address) == (1, 0)
    (letter,) = letters()
    assert (letter.registration_id, letter.to_address, letter.language) == (ana.id, "ana@example.jp", "en")
    assert letter.cause == f"release:{event.id}:2:{ana.id}"


def test_one_letter_tells_everything_that_changed(app: Flask, event: Event, make: Make) -> None:
    made = make.registration(event, session("talk"), session("other"), email="ana@example.jp", language="en")
    (before,) = [one for one in composed(app) if one]
    old = {str(one["summary"]): one for one in calendar_entries(arrived(before))}
    with transaction():
        stage = Room(venue_id=db.session.get_one(Room, session("talk").room_id).venue_id, code="stage",
                     name=both("舞台", "Stage"), access={}, position=1)  # fmt: skip
        db.session.add(stage)
    edit("talk", room_id=stage.id, **LATER)
    edit("other", status=SessionStatus.CANCELLED)
    released(event)
    (composed_letter,) = composed(app)
    assert composed_letter is not None
    letter = arrived(composed_letter)
    assert letter["Subject"] == "Sessions you booked have changed: Fair"
    for kind in ("plain", "html"):
        told = text_of(letter, kind)
        for fact in (
            "Sat 3 Oct 14:00–15:00",
            "Sat 3 Oct 12:00–13:00",
            "Hall Stage",
            "Hall Main room",
            "This session does not take place.",
            f"http://localhost:8000/r/{made.link}",
        ):
            assert fact in told, (kind, fact)
    new = {str(one["summary"]): one for one in calendar_entries(letter)}
    assert {name: str(one["status"]) for name, one in new.items()} == {
        "Talk – Fair": "CONFIRMED",
        "Other – Fair": "CANCELLED",
    }
    assert {name: str(one["uid"]) for name, one in new.items()} == {name: str(one["uid"]) for name, one in old.items()}
    assert all(new[name]["sequence"] > old[name]["sequence"] for name in new)
    assert new["Talk – Fair"]["dtstart"].dt == LATER["starts_at"]


@pytest.mark.parametrize(
    ("language", "subject", "sentence"),
    [
        ("ja", "ご予約のプログラムが変わりました：市民まつり", "新しい日時：10月3日（土） 14:00–15:00"),
        ("en", "Sessions you booked have changed: Fair", "New time: Sat 3 Oct 14:00–15:00"),
        (
            "ja-easy",
            "予約（よやく）した プログラムが 変（か）わりました：市民の まつり",
            "新（あたら）しい 時間（じかん）：10月（がつ） 3日（みっか）（土（ど）） 14:00–15:00",
        ),
    ],
)
def test_the_letter_speaks_the_language_of_the_registration(
    app: Flask, event: Event, make: Make, language: str, subject: str, sentence: str
) -> None:
    make.registration(event, session("talk"), email="ana@example.jp", language=language)
    send_the_rest(app)
    edit("talk", **LATER)
    released(event)
    (letter,) = composed(app)
    assert letter is not None
    assert letter["Subject"] == subject
    assert sentence in text_of(letter)
    assert "《" not in letter.as_string()


def test_changed_texts_are_released_without_a_letter(event: Event, make: Make) -> None:
    make.registration(event, session("talk"), email="ana@example.jp")
    edit("talk", title=both("新しい題"), description=both("新しい説明"), capacity=90)
    told = released(event)
    about = ["title", "description", "capacity"]
    assert told.release.changes == [{"kind": "text", "session": "talk", "about": about, "before": {"capacity": 60}}]
    assert (told.letters, letters()) == (0, [])


def test_a_session_that_takes_place_after_all_is_told(app: Flask, event: Event, make: Make) -> None:
    make.registration(event, session("talk"), email="ana@example.jp", language="en")
    send_the_rest(app)
    edit("talk", status=SessionStatus.CANCELLED)
    released(event)
    (first,) = composed(app)
    edit("talk", status=SessionStatus.PLANNED)
    released(event)
    (second,) = composed(app)
    assert first is not None
    assert second is not None
    assert "This session does not take place." in text_of(first)
    assert "This session takes place after all: Sat 3 Oct 12:00–13:00" in text_of(second)


@pytest.mark.parametrize("state", BookingState)
def test_only_those_who_still_mean_to_come_are_written_to(event: Event, make: Make, state: BookingState) -> None:
    make.registration(event, session("talk"), email="ana@example.jp")
    with transaction():
        db.session.scalars(db.select(BookingLine)).one().state = state
    edit("talk", **LATER)
    still = state in ("confirmed", "pending", "waiting", "applied", "offered")
    assert released(event).letters == int(still)


@pytest.mark.parametrize("column", ["cancelled_at", "erased_at", "blocked_at"])
def test_registrations_that_do_not_stand_are_left_alone(event: Event, make: Make, column: str) -> None:
    made = make.registration(event, session("talk"), email="ana@example.jp")
    with transaction():
        setattr(db.session.get_one(Registration, made.id), column, AT)
    edit("talk", **LATER)
    told = released(event)
    assert (told.letters, told.without_address) == (0, 0)


def test_registrations_without_an_address_are_counted(event: Event, make: Make) -> None:
    make.registration(event, session("talk"))
    make.registration(event, session("talk"), email="ana@example.jp")
    edit("talk", **LATER)
    proposal = proposal_of(event)
    assert proposal.before
    codes = codes_to_tell(proposal.before.programme, proposal.programme, at=AT)
    assert concerned(event.id, codes) == Concerned(with_address=1, without_address=1)
    told = released(event)
    assert (told.letters, told.without_address) == (1, 1)


def test_of_sessions_that_are_over_nobody_hears(event: Event, make: Make) -> None:
    make.registration(event, session("talk"), email="ana@example.jp")
    edit("talk", **LATER)
    with transaction():
        told = release(event.id, at=NOON + timedelta(hours=4), actor=ANONYMOUS)
    assert told.letters == 0


def test_what_was_shown_is_released_once(event: Event, make: Make) -> None:
    make.registration(event, session("talk"), email="ana@example.jp")
    edit("talk", **LATER)
    shown = proposal_of(event)
    assert shown.is_new
    assert released(event, shown=shown).letters == 1
    with pytest.raises(NothingNew):
        released(event, shown=shown)
    assert len(letters()) == 1
    assert db.session.scalar(db.select(db.func.count()).select_from(Release)) == 2


def test_what_changed_after_it_was_shown_is_not_released(event: Event, make: Make) -> None:
    make.registration(event, session("talk"), email="ana@example.jp")
    edit("talk", **LATER)
    shown = proposal_of(event)
    assert shown.is_new
    edit("talk", online_url="https://elsewhere.example.jp/secret")
    with pytest.raises(ReleaseChanged) as refused:
        released(event, shown=shown)
    assert isinstance(refused.value, Refused)
    assert letters() == []


def test_a_letter_that_still_waits_is_taken_up_into_the_next(app: Flask, event: Event, make: Make) -> None:
    make.registration(event, session("talk"), session("other"), email="ana@example.jp", language="en")
    send_the_rest(app)
    edit("talk", **LATER)
    released(event)
    edit("other", status=SessionStatus.CANCELLED)
    released(event)
    assert [one.state for one in letters()] == [LetterState.WITHDRAWN, LetterState.QUEUED]
    (letter,) = composed(app)
    assert letter is not None
    told = text_of(letter)
    assert "New time: Sat 3 Oct 14:00–15:00" in told
    assert "This session does not take place." in told


def test_a_letter_in_the_post_is_not_taken_back(app: Flask, event: Event, make: Make) -> None:
    make.registration(event, session("talk"), email="ana@example.jp", language="en")
    send_the_rest(app)
    edit("talk", **LATER)
    released(event)
    (first,) = composed(app)
    edit("talk", status=SessionStatus.CANCELLED)
    released(event)
    assert [one.state for one in letters()] == [LetterState.CLAIMED, LetterState.QUEUED]
    (second,) = composed(app)
    assert first is not None
    assert second is not None
    assert "New time" not in text_of(second)


def test_what_was_moved_back_before_the_letter_went_out_is_not_told(app: Flask, event: Event, make: Make) -> None:
    make.registration(event, session("talk"), email="ana@example.jp")
    send_the_rest(app)
    edit("talk", **LATER)
    released(event)
    edit("talk", **BACK)
    released(event)
    assert composed(app) == [None]


def test_a_session_given_back_meanwhile_is_not_told(app: Flask, event: Event, make: Make) -> None:
    made = make.registration(event, session("talk"), session("other"), email="ana@example.jp", language="en")
    send_the_rest(app)
    edit("talk", **LATER)
    edit("other", starts_at=NOON + timedelta(hours=6), ends_at=NOON + timedelta(hours=7),
         door_closes_at=NOON + timedelta(hours=7))  # fmt: skip
    released(event)
    with transaction():
        change(made.id, Application("Ana", {"spectator": 1}, frozenset({"other"}), "ana@example.jp", "en"),
               version=1, at=AT)  # fmt: skip
    first, _about_the_change = composed(app)
    assert first is not None
    told = text_of(first)
    assert ("New time: Sat 3 Oct 18:00–19:00" in told, "14:00–15:00" in told) == (True, False)


def test_a_registration_cancelled_meanwhile_hears_nothing_of_it(app: Flask, event: Event, make: Make) -> None:
    made = make.registration(event, session("talk"), email="ana@example.jp")
    send_the_rest(app)
    edit("talk", **LATER)
    released(event)
    with transaction():
        cancel(made.id, at=AT)
    assert [str(one["Subject"]) if one else None for one in composed(app)] == [None, "申込を取り消しました：市民まつり"]


def test_thirty_registrations_take_as_many_statements_as_one(app: Flask, event: Event, make: Make) -> None:
    counts = []
    for more, times in ((1, LATER), (29, BACK)):
        for number in range(more):
            make.registration(event, session("talk"), email=f"a{number}-{more}@example.jp")
        edit("talk", **times)
        send_the_rest(app)
        with counted_queries(app) as sent:
            told = released(event)
        counts.append((told.letters, len(sent)))
    (one, few), (thirty, many) = counts
    assert (one, thirty) == (1, 30)
    assert few == many


def test_bookings_without_a_session_in_the_programme_stay_readable(event: Event, make: Make) -> None:
    """No import takes a booked session away; what is withdrawn is known by what the last release called it."""
    make.registration(event, session("talk"), email="ana@example.jp")
    edit("talk", code="renamed")
    told = released(event)
    assert [one["kind"] for one in told.release.changes] == ["new", "withdrawn"]
    assert told.letters == 0
    assert db.session.scalars(db.select(Booking)).one().session_id == session("renamed").id
    assert db.session.scalars(db.select(EventSession.code).order_by(EventSession.code)).all() == ["other", "renamed"]
