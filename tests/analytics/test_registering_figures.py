"""The registration curve, demand, and no-show by what is known of parties: by hand, on pages, and in files."""

import io
from datetime import date, timedelta
from operator import attrgetter
from zoneinfo import ZoneInfo

import openpyxl
import pytest

from analytics.exports.crossed import LEADS
from analytics.queries.registering import demand_of, moves_of, parties_of
from analytics.rules.absence import Party, absences
from analytics.rules.demand import Demand, Move, Queue, curve
from app.clock import frozen
from app.db import db, transaction
from app.programme.models import Event, EventSession
from app.programme.rules import AdmissionRule
from checkin.models import PlaceClose
from checkin.rules import CountingState
from registrations.models import Booking, Lottery, Registration
from registrations.operations import accept, cancel
from registrations.operations.waiting import expire_offers
from registrations.rules import PartyKind
from registrations.rules.waiting import WaitingMode
from tests.analytics.ledger import Holder, Ledger
from tests.analytics.reading import csv_table, page_tables
from tests.analytics.test_editions import places_of
from tests.console.conftest import Cast
from tests.console.conftest import cast as cast  # noqa: PLC0414
from tests.make import NOON, Make, both
from tests.statements import noted

PAGE = "/console/events/fair/attendance/registrations"
FIRST = date(2026, 10, 2)


@pytest.fixture
def booked(cast: Cast, make: Make) -> Event:
    """A talk with three places for which five are asked, and a walk that nobody books. Of a family of two one came."""
    talk = make.session(cast.event, "talk", title=both("talk"), capacity=3, admission=AdmissionRule.BOOKING_ONLY)
    make.session(cast.event, "walk", admission=AdmissionRule.WALK_IN)
    make.release(cast.event)
    two = make.registration(cast.event, talk, numbers={"spectator": 2}, at=NOON - timedelta(20), email="a@example.jp")
    gone = make.registration(cast.event, talk, at=NOON - timedelta(20), email="b@example.jp")
    with transaction():
        cancel(gone.id, at=NOON - timedelta(5))
    make.registration(cast.event, talk, at=NOON - timedelta(2), language="en", email="c@example.jp")
    make.registration(cast.event, talk, at=NOON - timedelta(2), waiting=frozenset({"talk"}), email="d@example.jp")
    ledger = Ledger(cast.event)
    ticket = make.ticket(two)
    holder = Holder(ticket.id, PartyKind.FAMILY, single=False)
    ledger.registrations[ticket.id] = two.id
    ledger.enter(holder, places_of(cast.event)["talk"], {ledger.categories()[0]: 1}, at=NOON)
    ledger.write()
    return cast.event


def close(event: Event, code: str, state: CountingState = CountingState.COUNTED) -> None:
    with transaction():
        db.session.add(PlaceClose(id=1, place_id=places_of(event)[code], state=state, closed_at=NOON))


def test_the_curve_has_every_day_and_never_goes_below_what_stands() -> None:
    days = curve([Move(date(2026, 9, 29), 3), Move(date(2026, 10, 1), 2, left=date(2026, 10, 3))], FIRST)
    assert [(one.days_to_go, one.asked, one.left, one.asked_so_far, one.standing) for one in days] == [
        (3, 3, 0, 3, 3),
        (2, 0, 0, 3, 3),
        (1, 2, 0, 5, 5),
        (0, 0, 0, 5, 5),
        (-1, 0, 2, 5, 3),
    ]
    assert curve([], FIRST) == ()
    assert len(curve([Move(FIRST, 1)], FIRST)) == 1
    wrong_clock = curve([Move(FIRST, 1, left=date(2026, 9, 1))], FIRST)
    assert [one.standing for one in wrong_clock] == [0]


def test_no_show_adds_up_over_whatever_parties_are_split_by_and_none_came_on_more_than_its_places() -> None:
    parties = [
        Party("talk", 2, 1, "1-3", "family", "ja"),
        Party("talk", 1, 3, "31+", "person", "en"),
        Party("walk", 30, 0, "31+", "class", "ja", "school"),
    ]
    whole = absences(parties, lambda _one: None)[None]
    assert (whole.places, whole.came, whole.number, whole.per_cent) == (33, 2, 31, 93.9)
    for name in ("session", "lead", "kind", "language", "organisation"):
        found = absences(parties, attrgetter(name))
        assert sum(one.number for one in found.values()) == 31


def test_people_registered_and_cancelled_by_their_days(booked: Event) -> None:
    assert sorted(moves_of(booked), key=lambda one: (one.asked, one.number)) == [
        Move(date(2026, 9, 13), 1, left=date(2026, 9, 28)),
        Move(date(2026, 9, 13), 2),
        Move(date(2026, 10, 1), 2),
    ]
    assert sorted(one.number for one in moves_of(booked, session="talk")) == [1, 2, 2]
    assert moves_of(booked, session="walk") == []


def test_demand_says_what_became_of_every_place_asked_for(booked: Event) -> None:
    with transaction():
        db.session.execute(db.update(Booking).where(Booking.joined_waiting_at.is_not(None)).values(passed_over=2))
    queue = Queue(joined=1, waiting=1)
    assert demand_of(booked) == [Demand("talk", 3, given=3, waiting=1, cancelled=1, passed_over=1, queue=queue)]
    assert (demand_of(booked)[0].asked, demand_of(booked)[0].per_cent) == (5, 166.7)
    assert Demand("open", None, given=9).per_cent is None


def test_drawn_are_the_places_that_won_whatever_became_of_them(cast: Cast, booked: Event) -> None:
    session = db.session.scalars(db.select(EventSession.id).filter_by(code="talk")).one()
    lottery = Lottery(
        session_id=session, seed=b"s" * 32, opened_at=NOON, result=[["a", 2, True], ["b", 1, False], ["c", 3, True]]
    )
    with transaction():
        db.session.add(lottery)
    assert demand_of(booked)[0].drawn is None, "not drawn yet"
    with transaction():
        db.session.get_one(Lottery, session).drawn_at = NOON
    assert demand_of(booked)[0].drawn == 5
    page = page_tables(cast.olga.get(f"{PAGE}?lang=en").get_data(as_text=True))
    assert page["demand"] == [["talk", "3", "5", "166.7", "3", "5", "1", "0", "0", "1", "0"]]


def test_no_show_is_known_of_sessions_that_were_counted_only(booked: Event) -> None:
    assert parties_of(booked) == []
    close(booked, "talk")
    found = sorted(parties_of(booked), key=lambda one: one.language)
    assert found == [Party("talk", 1, 0, "1-3", "person", "en"), Party("talk", 2, 1, "15-30", "family", "ja")]


def test_who_registered_the_day_before_what_lasts_all_day_did_not_do_so_on_the_same_day(booked: Event) -> None:
    close(booked, "talk")
    midnight = NOON.astimezone(ZoneInfo(booked.timezone)).replace(hour=0)
    with transaction():
        talk = db.session.scalars(db.select(EventSession).filter_by(code="talk")).one()
        talk.door_opens_at = talk.starts_at = midnight
        talk.door_closes_at = talk.ends_at = midnight + timedelta(days=1)
        registration = db.select(Registration).filter_by(language="en")
        db.session.scalars(registration).one().created_at = NOON - timedelta(days=1)
    assert {one.lead for one in parties_of(booked)} == {"1-3", "15-30"}


def test_page_csv_and_workbook_say_the_same(cast: Cast, booked: Event) -> None:
    close(booked, "talk")
    with frozen(NOON + timedelta(days=2)):
        page = page_tables(cast.olga.get(f"{PAGE}?lang=en").get_data(as_text=True))
        for name, rows in page.items():
            csv = cast.olga.get(f"{PAGE}/{name}.csv?lang=en").data
            assert [[cell.replace(",", "") for cell in row] for row in csv_table(csv)] == rows
            book = openpyxl.load_workbook(io.BytesIO(cast.olga.get(f"{PAGE}/{name}.xlsx?lang=en").data))
            assert all(cell.data_type != "f" for sheet in book for row in sheet.iter_rows() for cell in row)
    assert page["demand"] == [["talk", "3", "5", "166.7", "3", "1", "0", "0", "1", "0"]]
    assert page["no-show"] == [
        ["talk", "3", "1", "2", "66.7", "1", "3", "33.3"],
        ["Total", "3", "1", "2", "66.7", "", "", ""],
    ]
    assert page["no-show-lead"] == [
        ["1–3 days", "1", "0", "1", "100.0"],
        ["15–30 days", "2", "1", "1", "50.0"],
        ["Total", "3", "1", "2", "66.7"],
    ]


def test_what_was_not_counted_is_not_called_absent(cast: Cast, booked: Event) -> None:
    close(booked, "talk", CountingState.PARTLY)
    page = page_tables(cast.olga.get(f"{PAGE}?lang=en").get_data(as_text=True))
    assert page["no-show"] == [["talk", "3", "1", "not counted", "not counted", "1", "3", "33.3"]]
    assert "no-show-lead" not in page


def test_who_sees_it_and_what_is_not_there(cast: Cast, booked: Event) -> None:
    for path in (PAGE, f"{PAGE}/curve.csv", f"{PAGE}/demand.xlsx", f"{PAGE}/chart.svg"):
        assert cast.statuses(path) == {
            "owner": 200, "olga": 200, "dora": 403, "victor": 200, "sam": 404, "stranger": 302,
        }, path  # fmt: skip
    missing = (f"{PAGE}/none.csv", f"{PAGE}/curve.txt", f"{PAGE}/chart.txt")
    assert [cast.olga.get(path).status_code for path in missing] == [404, 404, 404]
    assert cast.olga.get(f"{PAGE}?session=none").status_code == 200


def test_the_curve_of_one_session_is_at_its_own_address(cast: Cast, booked: Event) -> None:
    page = cast.olga.get(f"{PAGE}?session=talk&lang=en").get_data(as_text=True)
    assert "Places asked for by day: talk" in page
    chart = cast.olga.get(f"{PAGE}/chart.svg?session=talk&lang=en").get_data(as_text=True)
    assert "<title" in chart
    assert "Places asked for by day: talk" in chart
    assert cast.olga.get(f"{PAGE}/chart.pdf?session=talk").data.startswith(b"%PDF")


def test_more_registrations_ask_no_more_of_the_database(cast: Cast, make: Make, booked: Event) -> None:
    def statements() -> int:
        with noted() as seen:
            assert cast.olga.get(PAGE).status_code == 200
        return len(seen)

    statements()
    again = statements()
    make.registration(booked, email="more@example.jp")
    before = statements()
    for at in range(3):
        make.registration(booked, email=f"more{at}@example.jp")
    assert again < statements() == before


def test_what_became_of_everybody_on_the_waiting_list_stays_known(cast: Cast, make: Make) -> None:
    """Five wait for a talk of two places: one gets a place, one is offered one and lets it go, the next takes it, one
    leaves and one waits still."""
    talk = make.session(cast.event, "talk", title=both("talk"), capacity=2, admission=AdmissionRule.BOOKING_ONLY)
    make.release(cast.event)
    before = NOON - timedelta(20)
    holders = [make.registration(cast.event, talk, at=before, email=f"h{one}@example.jp") for one in range(2)]
    waiting = [
        make.registration(cast.event, talk, at=before, waiting=frozenset({"talk"}), email=f"w{one}@example.jp")
        for one in range(5)
    ]
    with transaction():
        cancel(holders[0].id, at=NOON - timedelta(9))
    with transaction():
        cancel(waiting[3].id, at=NOON - timedelta(8))
    with transaction():
        db.session.get_one(Event, cast.event.id).waiting_mode = WaitingMode.OFFER
    with transaction():
        cancel(holders[1].id, at=NOON - timedelta(7))
    with transaction():
        expire_offers(talk.id, at=NOON - timedelta(2))
    with transaction():
        accept(waiting[2].id, "talk", at=NOON - timedelta(2) + timedelta(minutes=5))
    (demand,) = demand_of(cast.event)
    assert demand.queue == Queue(joined=5, promoted=1, offered=2, lapsed=1, left=1, waiting=1)
    with transaction():
        cancel(waiting[0].id, at=NOON - timedelta(1))
    (demand,) = demand_of(cast.event)
    assert demand.queue == Queue(joined=5, promoted=1, offered=3, lapsed=1, left=1, waiting=0), "it stays known"
    page = page_tables(cast.olga.get(f"{PAGE}?lang=en").get_data(as_text=True))
    assert page["waiting-list"] == [["talk", *"513110"], ["Total", *"513110"]]
    assert csv_table(cast.olga.get(f"{PAGE}/waiting-list.csv?lang=en").data) == page["waiting-list"]


def test_who_registered_on_the_day_itself_is_called_so_in_japanese_too(cast: Cast, booked: Event) -> None:
    """The catalogues of all departments are one: a heading of the ticket had the same English words."""
    with frozen(NOON), cast.olga.application.test_request_context("/?lang=ja"):
        assert str(LEADS["same_day"]) == "当日"
