"""A session that moves to the time of another that somebody has booked too: both are told, before and after."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask

from app.clock import frozen
from app.db import db, transaction
from app.programme.models import Event
from app.programme.queries import published
from app.web.actors import ANONYMOUS
from registrations.models import BookingLine, Registration
from registrations.operations import cancel, release
from registrations.queries.clashing import Clash, clashes
from registrations.rules import PartyKind
from tests.make import NOON, Make, both
from tests.registrations.test_letters import arrived, composed, session, text_of

AT = NOON - timedelta(days=20)
EVENING = NOON + timedelta(hours=5)
SAID = "It is now at the same time as “Other”, which you have booked too."


@pytest.fixture(autouse=True)
def weeks_before() -> Iterator[None]:
    with frozen(AT):
        yield


@pytest.fixture
def event(make: Make) -> Event:
    made = make.event()
    make.session(made, "talk", title=both("講演", "Talk"), capacity=60)
    make.session(made, "other", title=both("別の回", "Other"), starts_at=EVENING)
    return make.release(made)


def move(event: Event, code: str = "talk", *, minutes: int = 30) -> None:
    """To the evening, so many minutes after the other has begun, for everybody to see."""
    with transaction():
        row = session(code)
        row.starts_at = EVENING + timedelta(minutes=minutes)
        row.ends_at = row.door_closes_at = row.starts_at + timedelta(hours=1)
        release(event.id, at=AT, actor=ANONYMOUS)


def clashing(event: Event, *codes: str) -> list[Clash]:
    return clashes(event.id, published(event.id).programme, codes)


def test_the_letter_and_the_page_say_what_is_at_the_same_time_now(app: Flask, event: Event, make: Make) -> None:
    ana = make.registration(event, session("talk"), session("other"), email="ana@example.jp", language="en")
    one = make.registration(event, session("talk"), email="ben@example.jp", language="en")
    while composed(app):
        pass
    move(event)
    letters = [arrived(one) for one in composed(app) if one]
    assert [[SAID in text_of(letter, kind) for kind in ("plain", "html")] for letter in letters] == [
        [True, True],
        [False, False],
    ], "Ana's, then Ben's"
    pages = [app.test_client().get(f"/r/{row.link}?lang=en").get_data(as_text=True) for row in (ana, one)]
    assert [SAID in page for page in pages] == [True, False]
    move(event, minutes=60)
    assert SAID not in app.test_client().get(f"/r/{ana.link}?lang=en").get_data(as_text=True), "one after the other"


def test_a_party_that_can_share_its_sessions_is_in_no_two_places(event: Event, make: Make) -> None:
    make.registration(event, session("talk"), session("other"), numbers={"spectator": 2})
    with transaction():
        for line in db.session.scalars(db.select(BookingLine)):
            line.number = 1
    move(event)
    assert clashing(event, "talk") == []


def test_who_gave_places_back_who_works_here_and_what_one_drops_in_at_do_not_clash(event: Event, make: Make) -> None:
    gone = make.registration(event, session("talk"), session("other"))
    team = make.registration(event, session("talk"), session("other"))
    stays = make.registration(event, session("talk"), session("other"))
    with transaction():
        cancel(gone.id, at=AT)
        db.session.get_one(Registration, team.id).party_kind = PartyKind.TEAM
    move(event)
    assert clashing(event, "talk") == [Clash(stays.id, ("other", "talk"))]
    assert clashing(event, "other") == clashing(event, "talk")
    assert clashing(event) == clashing(event, "none") == []
    with transaction():
        session("other").drop_in = True
        release(event.id, at=AT, actor=ANONYMOUS)
    assert clashing(event, "talk") == []
