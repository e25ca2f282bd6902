"""Personal data are erased by staff: one at a time while the event goes on, all once it is over; figures stay."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask

from analytics.queries import figures_of
from app import clock
from app.accounts.models import DeviceContact
from app.audit import AuditEntry
from app.db import db, transaction
from app.outbox.models import Letter
from app.programme.models import Event, EventSession
from app.programme.rules import EventStatus
from registrations.models import Registration
from registrations.operations.chores import end_unconfirmed, give_back_of_erased
from registrations.operations.confirming import ask_to_confirm
from registrations.operations.erasing import erase
from registrations.queries.history import bookings_of
from registrations.rules import BookingState
from tests.checkin.doorside import Doorside
from tests.console.conftest import Cast
from tests.console.editing import BASE
from tests.console.test_pages import device, text
from tests.console.test_registrations import LIST, ask, names, post, promised, settled
from tests.make import NOON, Make

END = f"{BASE}/end"
ENGLISH = "en.standard.standard"


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with clock.frozen(NOON):
        yield


@pytest.fixture
def talk(cast: Cast, make: Make) -> EventSession:
    session = make.session(cast.event, "talk", capacity=5, starts_at=NOON + timedelta(hours=2))
    make.release(cast.event)
    cast.olga.set_cookie("uketsuke_display", ENGLISH, domain="localhost")
    return session


def end(event: Event) -> None:
    """Its last day was the day before yesterday."""
    with transaction():
        there = db.session.get_one(Event, event.id)
        there.starts_on = there.ends_on = NOON.date() - timedelta(days=2)


def fresh(row: Registration) -> Registration:
    db.session.rollback()
    return db.session.get_one(Registration, row.id, populate_existing=True)


def test_who_asks_for_it_is_erased_and_gives_back_what_is_to_come(cast: Cast, make: Make, talk: EventSession) -> None:
    ana = make.registration(cast.event, talk, name="Ana", email="ana@example.jp", numbers={"spectator": 2})
    make.registration(cast.event, talk, name="Ben")
    assert "Erase personal data …" in text(cast.olga, f"{LIST}/{ana.uuid}")
    page = ask(cast, "erase", ana)
    assert "This cannot be undone." in text(cast.olga, page)
    assert fresh(ana).contact_name == "Ana"
    post(cast.olga, f"{page}/yes")
    done = settled(cast.olga, page)
    assert "Done for 1 registration." in done
    assert "/undo" not in done
    assert (fresh(ana).contact_name, fresh(ana).contact_email, fresh(ana).erased_at) == (None, None, NOON)
    assert promised(talk) == 1
    assert db.session.scalars(db.select(Letter.id).where(Letter.to_address == "ana@example.jp")).all() == []
    verbs = db.session.scalars(db.select(AuditEntry.verb).order_by(AuditEntry.id)).all()
    assert verbs[-1:] == ["registration.erase"]
    assert "Ana" not in text(cast.olga, LIST)
    after = text(cast.olga, f"{LIST}/{ana.uuid}")
    assert "Erased" in after
    assert "Personal data erased by staff (Olga)" in after
    for gone in ("Erase personal data …", "Cancel the registration", "Block</button>"):
        assert gone not in after


def test_nothing_else_can_be_done_with_who_is_erased(cast: Cast, make: Make, talk: EventSession) -> None:
    ana = make.registration(cast.event, talk, email="ana@example.jp")
    end(cast.event)
    for _twice in range(2):
        page = ask(cast, "erase", ana)
        post(cast.olga, f"{page}/yes")
        settled(cast.olga, page)
    assert db.session.scalars(db.select(AuditEntry.verb)).all().count("registration.erase") == 1
    page = ask(cast, "cancel", ana)
    post(cast.olga, f"{page}/yes")
    assert "It was cancelled already." in settled(cast.olga, page)
    assert fresh(ana).cancelled_at is None


def test_all_at_once_only_when_the_event_is_over(cast: Cast, make: Make, talk: EventSession) -> None:
    for name in ("Ana", "Ben"):
        make.registration(cast.event, talk, name=name)
    early = post(cast.olga, f"{LIST}/acts", act="erase", whom="all")
    assert early.status_code == 409
    assert "Until the event is over, data are erased one registration at a time." in early.get_data(as_text=True)
    assert "Once the last day is over" in text(cast.olga, END)
    end(cast.event)
    assert "Of 2 registrations it is still known who it was" in text(cast.olga, END)
    asked = post(cast.olga, f"{LIST}/acts", act="erase", whom="all")
    post(cast.olga, f"{asked.location}/yes")
    assert "Done for 2 registrations." in settled(cast.olga, asked.location)
    assert "Nothing is kept here that tells who registered." in text(cast.olga, END)
    assert names(text(cast.olga, LIST)) != ["Ben", "Ana"]


@pytest.mark.parametrize("status", [EventStatus.PUBLISHED, EventStatus.ARCHIVED])
def test_after_the_event_every_figure_stays(
    cast: Cast, make: Make, talk: EventSession, app: Flask, status: EventStatus
) -> None:
    ana = make.registration(cast.event, talk, name="Ana", numbers={"spectator": 2})
    absent = make.registration(cast.event, talk, name="Ben")
    door = Doorside(app, make, cast.event)
    at = NOON + timedelta(hours=2)
    assert door.scan(talk, make.ticket(ana), people={"spectator": 2}, at=at)["verdict"] == "admitted"
    end(cast.event)
    with transaction():
        db.session.get_one(Event, cast.event.id).status = status
    before = figures_of(cast.event, at=at)
    for one in (ana, absent):
        page = ask(cast, "erase", one)
        post(cast.olga, f"{page}/yes")
        settled(cast.olga, page)
    for one in (ana, absent):
        assert door.scan(talk, make.ticket(one), at=at)["verdict"] == "cancelled"
    after = figures_of(cast.event, at=at)
    assert fresh(ana).contact_name is fresh(absent).contact_name is None
    assert [one.state for row in (ana, absent) for one in bookings_of(row.id)] == [BookingState.CONFIRMED] * 2
    assert (after.people, after.visits, after.sessions) == (before.people, before.visits, before.sessions)


def test_who_was_erased_unconfirmed_is_no_work_for_the_clock(cast: Cast, make: Make, talk: EventSession) -> None:
    """Blocked, they were left alone; after the event nothing is left to end, and no chore tries it again and again."""
    ana = make.registration(cast.event, talk, email="ana@example.jp")
    with transaction():
        row = db.session.get_one(Registration, ana.id)
        assert ask_to_confirm(row, at=NOON)
        row.blocked_at = NOON
    end(cast.event)
    page = ask(cast, "erase", ana)
    post(cast.olga, f"{page}/yes")
    settled(cast.olga, page)
    assert fresh(ana).erased_at == NOON
    db.session.rollback()
    assert end_unconfirmed(NOON + timedelta(days=2)) == 0
    assert fresh(ana).cancelled_at is None


def test_only_who_edits_the_event_erases(cast: Cast, make: Make, talk: EventSession) -> None:
    ana = make.registration(cast.event, talk, name="Ana")
    for who in (cast.dora, cast.victor, cast.sam):
        answer = post(who, f"{LIST}/acts", act="erase", whom="ticked", who=[str(ana.uuid)])
        assert answer.status_code in {403, 404}
    assert fresh(ana).contact_name == "Ana"


def test_places_of_who_was_erased_are_free_when_the_event_is_moved_on(
    cast: Cast, make: Make, talk: EventSession
) -> None:
    ana = make.registration(cast.event, talk, numbers={"spectator": 2})
    ben = make.registration(cast.event, talk, name="Ben")
    with transaction():
        there = db.session.get_one(EventSession, talk.id)
        there.door_opens_at = NOON - timedelta(hours=1)
    end(cast.event)
    with transaction():
        erase(ana.id, at=NOON)
    assert (promised(talk), give_back_of_erased(NOON)) == (3, 0), "what it came to stays"
    with transaction():
        there = db.session.get_one(EventSession, talk.id)
        there.starts_at, there.door_opens_at = NOON + timedelta(days=30), NOON + timedelta(days=30)
        there.ends_at = there.door_closes_at = NOON + timedelta(days=30, hours=1)
    assert [give_back_of_erased(NOON), give_back_of_erased(NOON)] == [1, 0]
    assert (promised(talk), fresh(ben).cancelled_at) == (1, None)
    assert (fresh(ana).erased_at, fresh(ana).contact_name) == (NOON, None)


def test_before_erasing_the_devices_that_hold_scans_are_named(cast: Cast, make: Make, talk: EventSession) -> None:
    ana = make.registration(cast.event, talk)
    (one, other) = (device(cast.event, name=name) for name in ("Left door", "Right door"))
    with transaction():
        for row, queue in ((one, 7), (other, 0)):
            db.session.add(DeviceContact(device_id=row.id, last_seen_at=NOON, queue_length=queue))
    page = text(cast.olga, ask(cast, "erase", ana))
    assert "Let every device send its scans first" in page
    assert ("Left door: 7 scans" in page, "Right door" in page) == (True, False)
    assert "Let every device" not in text(cast.olga, ask(cast, "block", ana))
