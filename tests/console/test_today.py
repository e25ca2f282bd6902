"""The dashboard of the day: what nobody counts is unknown, what is counted is there at once, what is wrong shows."""

import re
from collections.abc import Iterator
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from flask import Flask

from analytics.queries.presence import PATIENCE, presence_of, sessions_now
from analytics.rules.presence import RoomWord
from app.accounts.models import Device, DeviceContact
from app.clock import frozen
from app.db import db, transaction
from app.programme.models import EventSession, SessionPlaces
from app.programme.rules import AdmissionRule, CapacityKind
from app.web.actors import Role
from checkin.models import Gate
from tests.analytics.ledger import Ledger
from tests.checkin.doorside import Doorside
from tests.console.conftest import Cast
from tests.front.test_views import words
from tests.make import NOON, Make
from tests.statements import noted

PATH = "/console/events/fair/today"


@pytest.fixture(autouse=True)
def _at_noon() -> Iterator[None]:
    with frozen(NOON):
        yield


def word_of(cast: Cast) -> RoomWord:
    (session,) = sessions_now(cast.event, at=NOON)
    return session.word(NOON)


def keep(session: EventSession, **given: object) -> None:
    with transaction():
        places = db.session.get_one(SessionPlaces, session.id)
        for name, value in given.items():
            setattr(places, name, value)


def test_only_who_may_see_figures_sees_it(cast: Cast) -> None:
    seen = {"owner": 200, "olga": 200, "dora": 403, "victor": 200, "sam": 404, "stranger": 302}
    assert cast.statuses(PATH) == seen
    assert cast.statuses(f"{PATH}?screen=big") == seen


def test_what_is_counted_so_far_is_marked_as_preliminary(cast: Cast) -> None:
    for screen in ("", "big"):
        shown = cast.victor.get(PATH, query_string={"lang": "ja", "screen": screen}).get_data(as_text=True)
        assert "速報" in words(shown)


def test_a_session_in_which_nobody_counts_is_unknown_and_not_empty(cast: Cast, make: Make) -> None:
    make.session(cast.event, "talk", capacity=20)
    presence = presence_of(cast.event, at=NOON)
    assert (presence.sessions[0].here, presence.people, presence.sites[0].inside) == (None, None, None)
    assert presence.in_rooms(presence.sites[0].venue, NOON) is None
    shown = words(cast.victor.get(PATH, query_string={"lang": "en"}).get_data(as_text=True))
    assert "Here now unknown on the sites" in shown
    assert "Booked places, arrived unknown" in shown
    assert word_of(cast) is RoomWord.UNKNOWN


def test_a_scan_is_on_the_page_the_next_time_it_is_asked_for(app: Flask, make: Make, cast: Cast) -> None:
    talk = make.session(cast.event, "talk", capacity=4)
    door = Doorside(app, make, cast.event)
    ticket = door.ticket(booked={talk: {"spectator": 1}})
    before = cast.victor.get(PATH)
    assert cast.victor.get(PATH, headers={"If-None-Match": before.headers["ETag"]}).status_code == 304
    assert door.scan(talk, ticket)["verdict"] == "admitted"
    assert door.tap(talk, {"spectator": 2})["verdict"] == "counted"
    after = cast.victor.get(PATH, headers={"If-None-Match": before.headers["ETag"]}, query_string={"lang": "en"})
    assert after.status_code == 200
    assert "Booked places, arrived 1 / 1 person" in words(after.get_data(as_text=True))
    asked_again = re.findall(r'data-fresh="(\d+)"', after.get_data(as_text=True))
    assert int(asked_again[0]) + PATIENCE.total_seconds() < 5, "seconds after a scan, without the way there and back"
    (session,) = sessions_now(cast.event, at=NOON)
    assert (session.here, session.word(NOON)) == (3, RoomWord.FEW)
    presence = presence_of(cast.event, at=NOON + timedelta(seconds=2))
    assert presence.in_rooms(presence.sites[0].venue, NOON) == 3
    assert presence.people == 3


@pytest.mark.parametrize(
    ("language", "shown"),
    [
        ("en", ("People today 3 people", "Scanners out of contact 0 / 1 scanner", "Readings not sent 0 readings",
                "Open conflicts 0 entries")),
        ("ja", ("3人", "0 / 1台", "0件")),
        ("ja-easy", ("3人", "0 / 1台", "0件")),
    ],
)  # fmt: skip
def test_every_large_figure_says_what_it_counts(
    app: Flask, make: Make, cast: Cast, language: str, shown: tuple[str, ...]
) -> None:
    talk = make.session(cast.event, "talk", capacity=4)
    Doorside(app, make, cast.event).tap(talk, {"spectator": 3}, new_today=True)
    today, overview = (
        words(cast.victor.get(path, query_string={"lang": language}).get_data(as_text=True))
        for path in (PATH, "/console/events/fair/")
    )
    assert [one for one in shown if one not in today] == []
    assert shown[0].removeprefix("People today ") in overview


def test_visits_to_a_room_do_not_say_how_many_people_came_and_what_is_known_of_here_now_stands_beside_unknown(
    app: Flask, make: Make, cast: Cast
) -> None:
    talk = make.session(cast.event, "talk", capacity=40)
    make.session(cast.event, "uncounted", capacity=40)
    assert Doorside(app, make, cast.event).tap(talk, {"spectator": 7}, new_today=False)["verdict"] == "counted"
    assert presence_of(cast.event, at=NOON).people is None
    for screen in ({}, {"screen": "big"}):
        shown = words(cast.victor.get(PATH, query_string={"lang": "en", **screen}).get_data(as_text=True))
        assert "Here now unknown where somebody counts: 7" in shown
        assert "People today unknown" in shown


def test_the_big_screen_names_the_scanners_to_look_after_and_the_first_three_only(make: Make, cast: Cast) -> None:
    for name in ("One", "Two", "Three", "Four", "Five"):
        with transaction():
            db.session.add(Device(event_id=cast.event.id, name=name, token_hash=name.encode(), rights=["scan"],
                                  created_at=NOON, expires_at=NOON + timedelta(1)))  # fmt: skip
    shown = words(cast.victor.get(PATH, query_string={"lang": "en", "screen": "big"}).get_data(as_text=True))
    assert "Scanners out of contact 5 / 5 scanners" in shown
    assert re.search(r"Out of contact (\w+, \w+, \w+) and 2 more", shown), shown


def test_nobody_stays_counted_when_the_only_scan_is_taken_back(make: Make, cast: Cast) -> None:
    talk = make.session(cast.event, "talk", capacity=4)
    ledger = Ledger(cast.event)
    (spectator, *_) = ledger.categories()
    place = next(place for place, session in places_of(cast).items() if session == talk.id)
    line = ledger.tap(place, {spectator: 1})
    ledger.write()
    (session,) = sessions_now(cast.event, at=NOON)
    assert session.counted
    ledger = Ledger(cast.event, first_id=ledger.first_id + len(ledger.lines))
    ledger.undo(line)
    ledger.write()
    (session,) = sessions_now(cast.event, at=NOON)
    assert (session.counted, session.here) == (False, None)


def test_a_room_count_says_who_is_here_where_the_door_counts_nobody(make: Make, cast: Cast) -> None:
    talk = make.session(cast.event, "talk", capacity=70)
    ledger = Ledger(cast.event)
    (spectator, *_) = ledger.categories()
    place = next(place for place, session in places_of(cast).items() if session == talk.id)
    ledger.room_count(place, {spectator: 40}, at=NOON)
    ledger.room_count(place, {spectator: 63}, at=NOON + timedelta(minutes=2))
    ledger.write()
    (session,) = sessions_now(cast.event, at=NOON)
    assert (session.here, session.word(NOON)) == (63, RoomWord.FEW)


@pytest.mark.parametrize(
    ("present", "promised", "arrived", "minutes", "expected"),
    [
        (10, 0, 0, 5, RoomWord.PLENTY),
        (17, 0, 0, 5, RoomWord.FEW),
        (20, 0, 0, 5, RoomWord.FULL),
        (23, 0, 0, 5, RoomWord.FULL),
        (10, 10, 0, 5, RoomWord.FULL),
        (10, 10, 0, 15, RoomWord.PLENTY),
        (0, 0, 0, 5, RoomWord.UNKNOWN),
        (0, 0, 0, -5, RoomWord.PLENTY),
        (0, 20, 0, -5, RoomWord.FULL),
    ],
)
def test_the_word_keeps_booked_places_until_they_are_released(
    make: Make, cast: Cast, present: int, promised: int, arrived: int, minutes: int, expected: RoomWord
) -> None:
    talk = make.session(cast.event, capacity=20, starts_at=NOON - timedelta(minutes=minutes))
    keep(talk, present=present, promised=promised, arrived=arrived)
    assert word_of(cast) is expected


@pytest.mark.parametrize(
    ("present", "exits", "expected", "here"),
    [
        (5, False, RoomWord.PLENTY, None),
        (18, False, RoomWord.UNKNOWN, None),
        (40, False, RoomWord.UNKNOWN, None),
        (18, True, RoomWord.FEW, 18),
    ],
)
def test_where_one_comes_and_goes_and_nobody_counts_who_leaves_only_emptiness_is_known(
    make: Make, cast: Cast, present: int, exits: bool, expected: RoomWord, here: int | None
) -> None:
    talk = make.session(cast.event, capacity=20, capacity_kind=CapacityKind.AT_ONCE, admission=AdmissionRule.WALK_IN)
    keep(talk, present=present, counts_exits=exits)
    (session,) = sessions_now(cast.event, at=NOON)
    assert (session.word(NOON), session.here) == (expected, here)


def test_who_is_on_the_site_is_known_once_the_entrance_counts_who_leaves(make: Make, cast: Cast) -> None:
    ledger = Ledger(cast.event)
    (spectator, *_) = ledger.categories()
    entrance = next(place for place, session in places_of(cast).items() if session is None)
    ana = ledger.ticket()
    ledger.enter(ana, entrance, {spectator: 1})
    ledger.tap(entrance, {spectator: 5})
    ledger.write()
    (site,) = presence_of(cast.event, at=NOON).sites
    assert (site.passed, site.inside) == (6, None)
    known, ledger = ledger.registrations, Ledger(cast.event, first_id=ledger.first_id + len(ledger.lines))
    ledger.registrations |= known
    ledger.leave(ana, entrance, {spectator: -1}, at=NOON + timedelta(minutes=1))
    ledger.write()
    assert presence_of(cast.event, at=NOON + PATIENCE / 2).sites == (site,), "counted a moment ago"
    presence = presence_of(cast.event, at=NOON + PATIENCE)
    assert (presence.sites[0].passed, presence.sites[0].inside, presence.people) == (6, 5, 6)


def test_scanners_out_of_contact_and_readings_not_sent_are_named(make: Make, cast: Cast) -> None:
    gate = db.session.scalars(db.select(Gate)).first()
    assert gate is not None
    for name, seconds, queue in (("Fresh", 10, 0), ("Silent", 200, 7)):
        with transaction():
            device = Device(event_id=cast.event.id, name=name, token_hash=name.encode(), rights=["scan"],
                            gate_id=gate.id, created_at=NOON, expires_at=NOON + timedelta(1))  # fmt: skip
            db.session.add(device)
            db.session.flush()
            seen = NOON - timedelta(seconds=seconds)
            db.session.add(DeviceContact(device_id=device.id, last_seen_at=seen, queue_length=queue))
    shown = words(cast.victor.get(PATH, query_string={"lang": "en"}).get_data(as_text=True))
    assert "Scanners out of contact 1 / 2" in shown
    assert "Readings not sent 7" in shown
    assert "Silent" in shown
    assert "Fresh" not in shown


def test_after_midnight_it_is_still_the_day_whose_people_are_counted(make: Make, cast: Cast) -> None:
    midnight = NOON.astimezone(ZoneInfo(cast.event.timezone)).replace(hour=0, minute=30) + timedelta(days=1)
    for later, day in ((timedelta(0), 3), (timedelta(hours=4), 4)):
        with frozen(midnight + later):
            viewer = make.signed_in(make.account(f"Viewer {day}", Role.VIEWER, cast.event))
            shown = words(viewer.get(PATH, query_string={"lang": "en"}).get_data(as_text=True))
        assert f"Today Sat {day} Oct" in shown or f"Today Sun {day} Oct" in shown, shown[:400]


def test_the_number_of_statements_does_not_grow(make: Make, cast: Cast) -> None:
    counts = []
    for number in (1, 6):
        for _ in range(number):
            make.session(cast.event, capacity=20)
        cast.victor.get(PATH)
        with noted() as sent:
            assert cast.victor.get(PATH).status_code == 200
        counts.append(len(sent))
    assert counts[0] == counts[1]


def places_of(cast: Cast) -> dict[int, int | None]:
    """Places of the event's sessions and of its entrance on that day."""
    from checkin.models import Place

    found = db.session.scalars(db.select(Place).filter_by(event_id=cast.event.id))
    return {one.id: one.session_id for one in found if one.day in (None, NOON.date())}


def test_every_figure_leads_to_what_it_means_but_not_on_a_screen_nobody_stands_at(cast: Cast, make: Make) -> None:
    make.session(cast.event, "talk", capacity=20)
    shown = cast.victor.get(PATH).get_data(as_text=True)
    defined = set(
        re.findall(r'<section [^>]*id="([a-z-]+)"', cast.victor.get("/console/measures").get_data(as_text=True))
    )
    asked = re.findall(r'href="/console/measures#([a-z-]+)"', shown)
    assert shown.count('class="ask"') >= shown.count("headline is-asked") >= 6
    assert set(asked) == {"occupancy", "fill", "people", "came", "contact", "unsent", "conflicts", "room"}
    assert set(asked) <= defined
    assert len(set(re.findall(r' id="([^"]*)"', shown))) == shown.count(' id="'), (
        "the reader's place is found again by id"
    )
    assert "/console/measures" not in cast.victor.get(f"{PATH}?screen=big").get_data(as_text=True)
