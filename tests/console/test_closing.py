"""Day close: what was counted by place, what is still open, the organiser's word, and what comes later."""

from datetime import timedelta
from unittest.mock import patch
from uuid import uuid4

import pytest

from analytics.queries import figures_of
from analytics.queries.closing import closing_days
from analytics.rules import Missing
from analytics.rules.absence import no_show
from app.audit import AuditEntry
from app.clock import frozen
from app.db import db, transaction
from app.programme.models import EventSession
from app.web.actors import Actor
from checkin.models import PlaceClose, Seal
from checkin.operations.paper import Sheet, type_sheet
from checkin.queries.closing import came_in, still_open
from tests.analytics.ledger import Ledger
from tests.analytics.test_editions import places_of
from tests.console.conftest import Cast
from tests.console.test_gates import post
from tests.make import NOON, Make
from tests.statements import noted

CLOSING = "/console/events/fair/closing"
TODAY = f"{CLOSING}/2026-10-03"
EVENING = NOON + timedelta(hours=9)


@pytest.fixture
def talk(cast: Cast, make: Make) -> EventSession:
    """Three places are booked; one person came on them, and seven just so. Nobody counted at the other talk."""
    talk = make.session(cast.event, "talk")
    make.session(cast.event, "empty")
    make.registration(cast.event, talk, numbers={"spectator": 3})
    ledger = Ledger(cast.event)
    spectator, *_ = ledger.categories()
    ledger.enter(ledger.ticket(), places_of(cast.event)["talk"], {spectator: 1}, at=NOON)
    ledger.tap(places_of(cast.event)["talk"], {spectator: 7}, at=NOON)
    ledger.write()
    return talk


def close(cast: Cast, **states: str) -> int:
    """Say it of places by their codes; the status of the answer."""
    places = places_of(cast.event)
    with frozen(EVENING):
        answer = post(cast.olga, TODAY, **{f"place_{places[code]}": word for code, word in states.items()})
    db.session.rollback()
    return int(answer.status_code)


def states(cast: Cast) -> dict[str, str]:
    codes = {place: code for code, place in places_of(cast.event).items()}
    return {codes[one.place_id]: one.state.value for one in db.session.scalars(db.select(PlaceClose))}


def test_who_may_close_a_day(cast: Cast, talk: EventSession) -> None:
    for path in (CLOSING, TODAY):
        assert cast.statuses(path) == {
            "owner": 200, "olga": 200, "dora": 403, "victor": 403, "sam": 404, "stranger": 302,
        }, path  # fmt: skip
    assert cast.stranger.post(TODAY).status_code == 401
    assert [post(one, TODAY).status_code for one in (cast.dora, cast.victor, cast.sam)] == [403, 403, 404]
    assert [cast.olga.get(f"{CLOSING}/{day}").status_code for day in ("2026-10-09", "today")] == [404, 404]


def test_a_place_is_closed_with_a_word_and_the_ledger_is_sealed(cast: Cast, talk: EventSession) -> None:
    assert close(cast, talk="counted", empty="not_counted") == 303
    assert states(cast) == {"talk": "counted", "empty": "not_counted"}
    assert db.session.scalar(db.select(db.func.sum(Seal.lines))) == 2
    told = db.session.scalars(db.select(AuditEntry).filter_by(verb="day.close")).one()
    assert (told.facts["day"], sorted(told.facts["after"].values())) == ("2026-10-03", ["counted", "not_counted"])
    assert close(cast, talk="partly") == 303
    assert states(cast) == {"talk": "partly", "empty": "not_counted"}


def test_a_word_that_is_none_is_sent_back(cast: Cast, talk: EventSession) -> None:
    assert (close(cast, talk="everybody"), close(cast, talk=""), close(cast)) == (422, 422, 422)
    assert states(cast) == {}


def test_a_day_that_has_not_come_cannot_be_closed(cast: Cast, talk: EventSession) -> None:
    places = places_of(cast.event)
    with frozen(NOON):
        page = cast.olga.get(f"{CLOSING}/2026-10-04?lang=en").get_data(as_text=True)
        answer = post(cast.olga, f"{CLOSING}/2026-10-04", **{f"place_{places['2026-10-04']}": "counted"})
    assert (answer.status_code, "A day can be closed when it has come." in page) == (404, True)
    assert states(cast) == {}


def test_absences_are_known_only_where_everybody_was_counted(cast: Cast, talk: EventSession) -> None:
    known = []
    for word in (None, "partly", "counted", "not_counted"):
        if word:
            close(cast, talk=word)
        figures = figures_of(cast.event, at=EVENING)
        known.append(no_show(next(one for one in figures.sessions if one.session.code == "talk")))
    close(cast, talk="counted")
    with frozen(EVENING):
        assert "Absent, of confirmed places: 2" in cast.olga.get(f"{TODAY}?lang=en").get_data(as_text=True)
    assert known == [Missing.NOT_COUNTED, Missing.NOT_COUNTED, 2, Missing.NOT_COUNTED]


def test_where_everybody_was_counted_nobody_is_a_number(cast: Cast, talk: EventSession) -> None:
    close(cast, empty="counted")
    figures = figures_of(cast.event, at=EVENING)
    assert {one.session.code: one.visits for one in figures.sessions} == {"talk": 8, "empty": 0}


def test_what_comes_later_is_kept_and_marked(cast: Cast, talk: EventSession) -> None:
    close(cast, talk="counted")
    ledger = Ledger(cast.event, first_id=900)
    ledger.tap(places_of(cast.event)["talk"], {min(ledger.categories()): 2}, at=EVENING + timedelta(minutes=1))
    ledger.write()
    places = [one for day in closing_days(cast.event).values() for one in day]
    assert {one.place.code: one.late.lines for one in places if one.late} == {"session:talk": 1}
    assert still_open(places, at=EVENING) == {"not_closed": 4, "nobody_counted": 3, "late_lines": 1}
    assert still_open(places, at=EVENING + timedelta(days=1))["nobody_counted"] == 4, "they have begun by then"
    for path in (CLOSING, TODAY):
        assert "1 late line" in cast.olga.get(f"{path}?lang=en").get_data(as_text=True)


def test_a_place_is_looked_at_again_only_when_a_line_came_in_there(cast: Cast, make: Make) -> None:
    def asked() -> int:
        db.session.rollback()
        with noted() as sent:
            closing_days(cast.event)
        return len(sent)

    for code in ("talk", "other"):
        make.session(cast.event, code)
        type_a_sheet(cast, code)
    closing_days(cast.event)
    counts = []
    for number in (1, 5):
        for _ in range(number):
            make.session(cast.event)
        counts.append((asked(), asked()))
    assert counts == [(9, 6), (9, 6)], "with places nobody looked at, and with nothing new"
    type_a_sheet(cast, "talk")
    with patch("analytics.queries.closing.came_in", wraps=came_in) as looked:
        found = {one.place.code: one.counted for day in closing_days(cast.event).values() for one in day if one.counted}
    assert [call.args[1] for call in looked.call_args_list] == [[places_of(cast.event)["talk"]]]
    assert found == {"session:talk": {"student": 8}, "session:other": {"student": 4}}


def type_a_sheet(cast: Cast, code: str) -> None:
    """Four pupils of a session, by the operation that moves the roll-ups on."""
    with transaction():
        sheet = Sheet(uuid4(), f"session:{code}", NOON, {"student": 4}, new_today=True)
        type_sheet(cast.event, sheet, at=NOON, actor=Actor())


def test_the_page_says_what_was_counted_and_what_is_open(cast: Cast, talk: EventSession) -> None:
    with frozen(EVENING):
        page = cast.olga.get(f"{TODAY}?lang=en").get_data(as_text=True)
    assert "spectator 8" in page
    assert "2 places where nobody was counted" in page
    assert "3 places are not closed" in page
