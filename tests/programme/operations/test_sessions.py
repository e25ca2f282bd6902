"""Sessions edited one at a time: nobody's change is lost, promises hold, times are judged as in a file."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta

import pytest
from flask import Flask

from app.audit import AuditEntry
from app.db import db, transaction
from app.errors import NotFound
from app.programme.models import Event, EventSession, SessionPlaces
from app.programme.operations import (
    AlreadyShared,
    ChangedMeanwhile,
    InUse,
    TooFewPlaces,
    add_session,
    cancel_session,
    change_session,
    delete_session,
    move_session,
    restore_session,
)
from app.programme.queries.sessions import session_facts
from app.programme.rules import AdmissionRule, SessionStatus
from app.programme.rules.facts import AppearanceFacts, EventSessionFacts, SpeakerFacts
from app.programme.rules.faults import BadDocument
from app.web.actors import Actor
from checkin.models import Place
from registrations.operations import cancel
from tests.make import NOON, Make

OLGA = Actor()


def wanted(session: EventSession, **changed: object) -> EventSessionFacts:
    """The session as it stands, with some of it changed."""
    return replace(session_facts(session), **changed)  # type: ignore[arg-type]


def change(event: Event, session: EventSession, *, version: int | None = None, **changed: object) -> EventSession:
    facts = wanted(session, **changed)
    with transaction():
        return change_session(event, session.code, facts, version=version or session.version, at=NOON, actor=OLGA)


def move(event: Event, session: EventSession, **to: object) -> EventSession:
    with transaction():
        return move_session(event, session.code, version=session.version, at=NOON, actor=OLGA, **to)  # type: ignore[arg-type]


def kinds(caught: pytest.ExceptionInfo[BadDocument]) -> list[tuple[str, str]]:
    return [(fault.name, fault.kind) for fault in caught.value.faults]


def audit() -> list[AuditEntry]:
    return list(db.session.scalars(db.select(AuditEntry).order_by(AuditEntry.id)))


def test_a_new_session_has_its_limit_its_people_and_a_line_in_the_record(make: Make) -> None:
    event = make.event()
    starts = NOON + timedelta(hours=2)
    facts = EventSessionFacts(
        code="opening", title={"ja": "開会"}, starts_at=starts, ends_at=starts + timedelta(hours=1),
        door_opens_at=starts, door_closes_at=starts + timedelta(hours=1), capacity=30, room=f"hall-{event.id}/room",
        appearances=[AppearanceFacts(speaker="sato", role="speaker", affiliation={"ja": "市"})],
    )  # fmt: skip
    with transaction():
        made = add_session(
            event, facts, people=[SpeakerFacts(code="sato", name={"ja": "架空 さとう"})], at=NOON, actor=OLGA
        )
    assert session_facts(made) == facts
    assert db.session.get_one(SessionPlaces, made.id).capacity == 30
    assert [(one.verb, one.facts) for one in audit()] == [("session.add", {"code": "opening"})]


def test_a_code_belongs_to_one_session(make: Make) -> None:
    event = make.event()
    session = make.session(event, "talk")
    with pytest.raises(BadDocument) as caught, transaction():
        add_session(event, wanted(session), at=NOON, actor=OLGA)
    assert kinds(caught) == [("code", "taken")]


def test_a_change_made_meanwhile_is_not_overwritten(make: Make) -> None:
    event = make.event()
    session = make.session(event, "talk")
    first = session.version
    changed = change(event, session, track="culture")
    assert changed.version == first + 1
    with pytest.raises(ChangedMeanwhile) as caught:
        change(event, session, version=first, track="sport")
    assert caught.value.version == first + 1
    assert session_facts(session).track == "culture"


def test_a_change_of_rooms_alone_is_noticed_too(make: Make) -> None:
    event = make.event()
    venue = make.venue(event, "annex")
    make.room(venue, "loft")
    session = make.session(event, "talk")
    first = session.version
    change(event, session, further_rooms=[f"annex-{event.id}/loft"])
    with pytest.raises(ChangedMeanwhile):
        change(event, session, version=first, further_rooms=[])


def test_the_same_again_changes_nothing(make: Make) -> None:
    event = make.event()
    session = make.session(event, "talk")
    assert change(event, session).version == 1
    assert audit() == []


def test_a_limit_below_what_is_promised_is_refused_with_the_numbers(make: Make) -> None:
    event = make.event()
    session = make.session(event, "talk", capacity=10)
    make.registration(event, session, numbers={"spectator": 4})
    with pytest.raises(TooFewPlaces) as caught:
        change(event, session, capacity=3)
    assert [(one.session, one.capacity, one.promised) for one in caught.value.shortages] == [("talk", 3, 4)]
    db.session.expire_all()
    assert session_facts(session).capacity == 10
    change(event, session, capacity=4)
    assert db.session.get_one(SessionPlaces, session.id).capacity == 4


def test_a_smaller_room_is_refused_like_a_smaller_number(make: Make) -> None:
    event = make.event()
    venue = make.venue(event, "annex")
    make.room(venue, "loft", capacity=2)
    session = make.session(event, "talk")
    make.registration(event, session, numbers={"spectator": 4})
    with pytest.raises(TooFewPlaces):
        move(event, session, room=f"annex-{event.id}/loft")
    assert db.session.get_one(SessionPlaces, session.id).capacity is None


def test_a_move_keeps_the_length_and_takes_the_door_along(make: Make) -> None:
    event = make.event()
    session = make.session(event, "talk", door_closes_at=NOON + timedelta(minutes=40))
    moved = move(event, session, starts_at="2026-10-03T15:10")
    by = timedelta(hours=3, minutes=10)
    assert (moved.starts_at, moved.ends_at) == (NOON + by, NOON + by + timedelta(hours=1))
    assert (moved.door_opens_at, moved.door_closes_at) == (
        NOON + by - timedelta(minutes=30),
        NOON + by + timedelta(minutes=40),
    )
    assert set(audit()[-1].facts["changed"]) == {"starts_at", "ends_at", "door_opens_at", "door_closes_at"}


def test_a_longer_session_starts_when_it_did(make: Make) -> None:
    event = make.event()
    session = make.session(event, "talk")
    longer = move(event, session, minutes=95)
    assert (longer.starts_at, longer.ends_at) == (NOON, NOON + timedelta(minutes=95))
    assert longer.door_closes_at == longer.ends_at


@pytest.mark.parametrize(
    ("starts_at", "minutes", "said"),
    [
        ("2026-10-03T12:00", 0, [("ends_at", "order")]),
        ("2026-10-01T12:00", None, [("starts_at", "outside")]),
        ("2026-10-05T03:30", 60, [("ends_at", "outside")]),
        ("2026-02-30T12:00", None, [("starts_at", "unreal")]),
    ],
)
def test_a_time_that_a_file_could_not_have_is_refused(
    make: Make, starts_at: str, minutes: int | None, said: list[tuple[str, str]]
) -> None:
    event = make.event()
    session = make.session(event, "talk")
    with pytest.raises(BadDocument) as caught:
        move(event, session, starts_at=starts_at, minutes=minutes)
    assert kinds(caught) == said
    assert session_facts(session).starts_at == NOON


def test_the_last_night_lasts_until_the_day_ends(make: Make) -> None:
    event = make.event()
    session = make.session(event, "night")
    moved = move(event, session, starts_at="2026-10-04T23:30", minutes=270)
    assert f"{moved.ends_at:%d %H:%M}" == "04 19:00"


def test_clocks_that_are_put_on_or_back_are_said(make: Make) -> None:
    event = make.event(timezone="Europe/Berlin", starts_on=date(2026, 3, 28), ends_on=date(2026, 10, 26))
    session = make.session(event, "talk")
    with pytest.raises(BadDocument) as skipped:
        move(event, session, starts_at="2026-03-29T02:30")
    with pytest.raises(BadDocument) as twice:
        move(event, session, starts_at="2026-10-25T02:30")
    assert (kinds(skipped), kinds(twice)) == ([("starts_at", "skipped")], [("starts_at", "twice")])
    over = move(event, session, starts_at="2026-03-29T01:30")
    assert over.ends_at - over.starts_at == timedelta(hours=1)


def test_a_room_of_another_event_is_not_there(make: Make) -> None:
    event = make.event()
    make.event("other", host=make.host("elsewhere"))
    session = make.session(event, "talk")
    with pytest.raises(BadDocument) as caught:
        move(event, session, room="hall-2/room")
    assert kinds(caught) == [("room", "gone")]


def test_a_cancelled_session_comes_back_with_its_bookings(make: Make) -> None:
    event = make.event()
    session = make.session(event, "talk")
    make.registration(event, session)
    with transaction():
        cancelled = cancel_session(event, "talk", version=session.version, at=NOON, actor=OLGA)
    assert cancelled.status is SessionStatus.CANCELLED
    with transaction():
        restored = restore_session(event, "talk", version=cancelled.version, at=NOON, actor=OLGA)
    assert (restored.status, db.session.get_one(SessionPlaces, session.id).promised) == (SessionStatus.PLANNED, 1)
    assert [one.verb for one in audit()][-2:] == ["session.cancel", "session.restore"]


def test_what_nobody_booked_goes_and_what_somebody_booked_once_stays(make: Make) -> None:
    event = make.event()
    lonely, booked = make.session(event, "lonely"), make.session(event, "booked")
    registration = make.registration(event, booked)
    with transaction():
        cancel(registration.id, at=NOON - timedelta(days=9))
    with transaction():
        db.session.execute(db.delete(Place).where(Place.session_id == lonely.id))
        delete_session(event, "lonely", version=lonely.version, at=NOON, actor=OLGA)
    with pytest.raises(InUse), transaction():
        delete_session(event, "booked", version=booked.version, at=NOON, actor=OLGA)
    codes = db.session.scalars(db.select(EventSession.code).filter_by(event_id=event.id)).all()
    assert codes == ["booked"]


def test_sessions_of_other_events_are_not_found(make: Make) -> None:
    event, other = make.event(), make.event("other", host=make.host("elsewhere"))
    session = make.session(other, "talk")
    with pytest.raises(NotFound), transaction():
        move_session(event, "talk", minutes=5, version=session.version, at=NOON, actor=OLGA)


def test_what_is_promised_already_cannot_become_one_partys_own(make: Make) -> None:
    event = make.event()
    session = make.session(event, "talk", admission=AdmissionRule.BOOKING_ONLY, capacity=9)
    make.registration(event, session)
    with pytest.raises(AlreadyShared) as caught:
        change(event, session, one_party=True)
    assert caught.value.promised == 1


@pytest.mark.slow
def test_of_16_people_who_save_the_same_form_at_once_one_wins_and_the_others_are_told(app: Flask, make: Make) -> None:
    event = make.event()
    session = make.session(event, "talk")
    event_id, version, facts = event.id, session.version, wanted(session)
    start = threading.Barrier(16)

    def save(number: int) -> str:
        with app.app_context():
            start.wait(30)
            try:
                with transaction():
                    here = db.session.get_one(Event, event_id)
                    asked = replace(facts, track=f"track-{number}")
                    change_session(here, "talk", asked, version=version, at=NOON, actor=OLGA)
            except ChangedMeanwhile:
                return "told"
            return "saved"

    with ThreadPoolExecutor(16) as threads:
        came = sorted(threads.map(save, range(16)))
    assert came == ["saved"] + ["told"] * 15
