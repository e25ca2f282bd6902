"""Forecasts in the console: an interval a session, kept as given once a day, judged once everybody is counted."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest

from analytics.models import IssuedForecast
from analytics.operations.forecasts import issue_forecasts
from analytics.queries.forecasts import forecasts_of, score_of
from analytics.rules.scoring import Held
from app.clock import frozen
from app.db import db, transaction
from app.outbox.models import Letter
from app.outbox.rules import LetterState
from app.programme.models import EventSession
from checkin.models import Place, PlaceClose
from checkin.rules import CountingState
from registrations.models import Registration
from tests.analytics.ledger import Ledger
from tests.console.conftest import Cast
from tests.front.test_views import words
from tests.make import NOON, Make
from tests.statements import noted

PATH = "/console/events/fair/forecasts"
BEFORE = NOON - timedelta(hours=3)


@pytest.fixture(autouse=True)
def _before_noon() -> Iterator[None]:
    with frozen(BEFORE):
        yield


@pytest.fixture
def talk(make: Make, cast: Cast) -> EventSession:
    """A talk for forty with places for ten people."""
    session = make.session(cast.event, "talk", capacity=40)
    for _ in range(10):
        make.registration(cast.event, session)
    return session


def came(
    cast: Cast,
    session: EventSession,
    number: int,
    state: CountingState = CountingState.COUNTED,
    *,
    first_id: int = 1000,
) -> None:
    """So many of the registered came, and its place was closed."""
    place = db.session.scalars(db.select(Place).filter_by(session_id=session.id)).one()
    ledger = Ledger(cast.event, first_id=first_id)
    (spectator, *_) = ledger.categories()
    for one in db.session.scalars(db.select(Registration).order_by(Registration.id).limit(number)):
        holder = ledger.ticket()
        ledger.registrations[holder.id] = one.id
        ledger.enter(holder, place.id, {spectator: 1})
    ledger.write()
    with transaction():
        db.session.add(PlaceClose(place_id=place.id, state=state, closed_at=NOON + timedelta(hours=2)))


def test_every_question_about_a_forecast_is_answered_on_the_page_of_measures(cast: Cast, talk: EventSession) -> None:
    issue_forecasts(BEFORE)
    came(cast, talk, 6)
    told = set(re.findall(r'<section [^>]*id="([a-z-]+)"', cast.olga.get("/console/measures").get_data(as_text=True)))
    asked = re.compile(r'href="/console/measures#(forecast[a-z-]*)"')
    before = cast.olga.get(PATH).get_data(as_text=True)
    alone = cast.olga.get("/console/events/fair/programme/sessions/talk").get_data(as_text=True)
    with frozen(NOON + timedelta(hours=3)):
        after = cast.olga.get(PATH).get_data(as_text=True)
    found = [set(asked.findall(page)) for page in (before, alone, after)]
    assert found == [{"forecast"}, {"forecast"}, {"forecast", "forecast-score"}]
    assert set().union(*found) <= told


def test_only_who_may_see_figures_sees_them(cast: Cast, talk: EventSession) -> None:
    seen = {"owner": 200, "olga": 200, "dora": 403, "victor": 200, "sam": 404, "stranger": 302}
    assert cast.statuses(PATH) == seen


def test_it_says_an_interval_and_how_many_walk_ins_are_safe(cast: Cast, talk: EventSession) -> None:
    (one,) = forecasts_of(cast.event, at=BEFORE)
    assert one.now is not None
    assert 0 < one.now.low < one.now.high < 10
    assert one.safe_walk_ins is not None
    assert 30 < one.safe_walk_ins < 40
    shown = words(cast.victor.get(PATH, query_string={"lang": "en"}).get_data(as_text=True))
    assert f"{one.now.low}–{one.now.high}" in shown
    page = words(cast.olga.get("/console/events/fair/programme/sessions/talk?lang=en").get_data(as_text=True))
    assert (
        f"Expect {one.now.low}–{one.now.high} of 10. Let in {one.safe_walk_ins} people without a booking besides"
        in page
    )


def test_a_number_that_is_certain_is_one_number(make: Make, cast: Cast) -> None:
    talk = make.session(cast.event, "talk")
    make.registration(cast.event, talk, numbers={"spectator": 31})
    with transaction():
        db.session.add(
            IssuedForecast(session_id=talk.id, day=NOON.date(), issued_at=BEFORE, parties=1, expected=31, low=31,
                           high=31, half=1.0, past=0)
        )  # fmt: skip
    with frozen(NOON + timedelta(hours=3)):
        page = words(cast.olga.get(PATH, query_string={"lang": "en"}).get_data(as_text=True))
        alone = words(cast.olga.get("/console/events/fair/programme/sessions/talk?lang=en").get_data(as_text=True))
    assert "31–31" not in page + alone
    assert "Forecast last given: 31 of 31." in alone


def test_a_full_session_says_that_walk_ins_wait(make: Make, cast: Cast) -> None:
    talk = make.session(cast.event, "talk", capacity=2)
    for _ in range(2):
        make.registration(cast.event, talk)
    page = words(cast.olga.get("/console/events/fair/programme/sessions/talk?lang=en").get_data(as_text=True))
    assert "Anybody without a booking should wait: all places may be needed." in page


def test_who_booked_after_the_forecast_is_not_judged_by_it(make: Make, cast: Cast, talk: EventSession) -> None:
    issue_forecasts(BEFORE)
    for _ in range(5):
        make.registration(cast.event, talk, at=BEFORE + timedelta(hours=1))
    came(cast, talk, 15)
    (one,) = forecasts_of(cast.event, at=NOON + timedelta(hours=3))
    assert one.given is not None
    assert (one.given.expected, one.given.came) == (10, 10)


def test_a_forecast_given_later_for_another_session_changes_nothing_of_that(
    make: Make, cast: Cast, talk: EventSession
) -> None:
    """They booked the talk after its last forecast, and before the last one of a session of the next day."""
    issue_forecasts(BEFORE)
    for _ in range(5):
        make.registration(cast.event, talk, at=BEFORE + timedelta(hours=1))
    walk = make.session(cast.event, "walk", starts_at=NOON + timedelta(days=1))
    given = {"parties": 1, "expected": 1, "low": 0, "high": 1, "half": 0.2, "past": 0}
    with transaction():
        db.session.add(
            IssuedForecast(session_id=walk.id, day=NOON.date(), issued_at=BEFORE + timedelta(hours=20), **given)
        )
    came(cast, talk, 15)
    came(cast, walk, 1, first_id=5000)
    found = {one.code: one.given for one in forecasts_of(cast.event, at=NOON + timedelta(hours=3))}
    assert found["talk"] is not None
    assert (found["talk"].expected, found["talk"].came) == (10, 10)


def test_a_few_sessions_get_no_verdict_and_ten_do(make: Make, cast: Cast) -> None:
    shown = []
    for number in (2, 8):
        for _ in range(number):
            one = make.session(cast.event)
            make.registration(cast.event, one)
            with transaction():
                place = db.session.scalars(db.select(Place).filter_by(session_id=one.id)).one()
                db.session.add(PlaceClose(place_id=place.id, state=CountingState.COUNTED, closed_at=NOON))
                db.session.add(
                    IssuedForecast(session_id=one.id, day=NOON.date(), issued_at=BEFORE, parties=1, expected=1, low=0,
                                   high=1, half=0.2, past=0)
                )  # fmt: skip
        with frozen(NOON + timedelta(hours=3)):
            shown.append(words(cast.victor.get(PATH, query_string={"lang": "en"}).get_data(as_text=True)))
    assert "Too few sessions to tell how good they are" in shown[0]
    assert "Judged so far: 2 sessions. From 10 sessions on a verdict stands here." in shown[0]
    assert "Better than always saying one half" in shown[1]
    assert "judged on 10 sessions." in shown[1]
    assert "As many intervals held as should." in shown[1]
    assert "Preliminary" in shown[1]


def test_what_lasts_all_day_says_so_and_what_begins_at_midnight_says_when(make: Make, cast: Cast) -> None:
    midnight = NOON + timedelta(hours=12)  # in Tokyo
    for code, hours in (("exhibition", 24), ("vigil", 2)):
        ends = midnight + timedelta(hours=hours)
        make.registration(cast.event, make.session(cast.event, code, starts_at=midnight, ends_at=ends))
    shown = words(cast.olga.get(PATH, query_string={"lang": "en"}).get_data(as_text=True))
    assert (shown.count("all day"), shown.count("00:00")) == (1, 1)


def test_a_reminder_that_was_sent_raises_it(cast: Cast, talk: EventSession) -> None:
    (before,) = forecasts_of(cast.event, at=BEFORE)
    with transaction():
        for one in db.session.scalars(db.select(Registration)).all():
            db.session.add(
                Letter(event_id=cast.event.id, registration_id=one.id, kind="reminder", cause=f"r{one.id}",
                       language="ja", to_address="ana@example.jp", facts={}, state=LetterState.SENT, created_at=NOON)
            )  # fmt: skip
    (after,) = forecasts_of(cast.event, at=BEFORE)
    assert before.now is not None
    assert after.now is not None
    assert after.now.mean > before.now.mean


def test_one_forecast_a_session_and_day_is_kept_as_it_was_given(make: Make, cast: Cast, talk: EventSession) -> None:
    make.session(cast.event, "empty", capacity=40)
    make.session(cast.event, "far", starts_at=NOON + timedelta(days=8))
    assert issue_forecasts(BEFORE) == 1
    first = db.session.scalars(db.select(IssuedForecast)).one()
    given = (first.session_id, first.expected, first.low, first.high, first.issued_at)
    make.registration(cast.event, talk)
    assert issue_forecasts(BEFORE + timedelta(minutes=5)) == 0
    again = db.session.scalars(db.select(IssuedForecast)).one()
    assert (again.session_id, again.expected, again.low, again.high, again.issued_at) == given
    assert issue_forecasts(NOON + timedelta(hours=20)) == 0, "the talk is over"


def test_two_processes_at_once_write_one(cast: Cast, talk: EventSession, monkeypatch: pytest.MonkeyPatch) -> None:
    from analytics.operations import forecasts

    keep = forecasts.keep_forecasts

    def first_another(rows: list[dict[str, object]]) -> int:
        keep([{**row, "low": 0} for row in rows])
        return keep(rows)

    monkeypatch.setattr(forecasts, "keep_forecasts", first_another)
    assert issue_forecasts(BEFORE) == 1
    assert [one.low for one in db.session.scalars(db.select(IssuedForecast))] == [0]


def test_it_is_judged_only_once_the_session_is_closed_as_counted(cast: Cast, talk: EventSession) -> None:
    issue_forecasts(BEFORE)
    after = NOON + timedelta(hours=3)
    came(cast, talk, 9, CountingState.PARTLY)
    (one,) = forecasts_of(cast.event, at=after)
    assert one.now is None
    assert one.given is not None
    assert (one.given.came, one.given.held, score_of([one]).judged) == (None, Held.OPEN, 0)
    with transaction():
        db.session.scalars(db.select(PlaceClose)).one().state = CountingState.COUNTED
    (one,) = forecasts_of(cast.event, at=after)
    assert one.given is not None
    assert (one.given.came, one.given.held) == (9, Held.ABOVE)
    with frozen(after):
        shown = words(cast.victor.get(PATH, query_string={"lang": "en"}).get_data(as_text=True))
    assert "Forecasts that held 0 / 1" in shown
    assert "9 More came" in shown


def test_the_next_session_is_learnt_from_those_closed_before(make: Make, cast: Cast, talk: EventSession) -> None:
    later = make.session(cast.event, "later", capacity=40, starts_at=NOON + timedelta(hours=5))
    for one in db.session.scalars(db.select(Registration).limit(1)):
        assert one.id
    for _ in range(10):
        make.registration(cast.event, later)
    at = NOON + timedelta(hours=3)
    before = forecasts_of(cast.event, at=at)[1].now
    came(cast, talk, 10)
    after = forecasts_of(cast.event, at=at)[1].now
    assert before is not None
    assert after is not None
    assert (before.past, after.past) == (0, 10)
    assert after.mean > before.mean


def test_the_number_of_statements_does_not_grow(make: Make, cast: Cast) -> None:
    counts = []
    for number in (1, 4):
        for _ in range(number):
            make.registration(cast.event, make.session(cast.event, capacity=20))
        cast.victor.get(PATH)
        with noted() as sent:
            assert cast.victor.get(PATH).status_code == 200
        counts.append(len(sent))
    assert counts[0] == counts[1]
