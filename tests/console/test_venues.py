"""Categories, venues and rooms: what people are counted in or sessions use cannot be lost."""

import pytest

from app.db import db
from app.programme.models import (
    Category,
    Event,
    EventVenue,
    Room,
    SessionPlaces,
    Venue,
)
from checkin.models import Gate
from tests.console.conftest import Cast
from tests.console.editing import BASE, changed, host_of, one, post, text, typed_in, venue_path
from tests.make import Make, both


def test_a_category_is_added_and_taken_away(cast: Cast) -> None:
    form = {"label-ja": "報道", "label-en": "Press", "position": "１２"}
    assert post(cast.olga, f"{BASE}/categories", form).status_code == 303
    row = one(Category, event_id=cast.event.id, key="press")
    assert (row.label, row.position, row.unknown, row.minor) == ({"ja": "報道", "en": "Press"}, 12, False, False)
    assert post(cast.olga, f"{BASE}/categories/press/removal", version="1").status_code == 303
    assert cast.olga.get(f"{BASE}/categories/press").status_code == 404


def test_the_unknown_category_and_one_with_people_stay(cast: Cast, make: Make) -> None:
    cast.olga.get("/display?lang=en")
    make.registration(cast.event, make.session(cast.event))
    unknown = post(cast.olga, f"{BASE}/categories/unknown/removal", version="1")
    counted = post(cast.olga, f"{BASE}/categories/spectator/removal", version="1")
    assert (unknown.status_code, counted.status_code) == (409, 409)
    assert "Every event needs this category" in text(unknown)
    assert "People are counted here already" in text(counted)
    assert len(make.categories(cast.event)) == 3


def test_taking_away_what_somebody_changed_meanwhile_is_refused(cast: Cast) -> None:
    changed(cast.owner, f"{BASE}/categories/student", **{"label-ja": "学生"})
    assert post(cast.olga, f"{BASE}/categories/student/removal", version="1").status_code == 409
    assert one(Category, event_id=cast.event.id, key="student").label["ja"] == "学生"


def test_a_venue_gets_its_entrance_and_leaves_with_it(cast: Cast) -> None:
    form = {"name-ja": "公園", "name-en": "Park", "latitude": "３５.45", "longitude": "139.6", "step_free": "yes"}
    assert post(cast.olga, f"{BASE}/venues", form).status_code == 303
    venue = one(Venue, slug="park")
    assert (str(venue.latitude), venue.step_free, venue.host_id) == ("35.450000", True, cast.event.host_id)
    assert one(Gate, venue_id=venue.id).code == "park"
    assert post(cast.olga, f"{BASE}/venues/park/removal", version="1").status_code == 303
    assert db.session.scalars(db.select(Venue).filter_by(slug="park")).all() == []
    assert db.session.scalars(db.select(Gate).filter_by(code="park")).all() == []


def test_a_venue_of_another_event_is_used_too_and_stays_there(cast: Cast, make: Make) -> None:
    cast.olga.get("/display?lang=en")
    host = one(Event, slug="fair").host_id
    second = make.event("second", host=host_of(host))
    shared = f"hall-{second.id}"
    assert post(cast.olga, f"{BASE}/shared-venues", venue=shared).status_code == 303
    page = text(cast.olga.get(f"{BASE}/venues/{shared}"))
    assert "Other events use this too" in page
    assert "Other events use this too" not in text(cast.olga.get(venue_path(cast.event)))
    assert post(cast.olga, f"{BASE}/venues/{shared}/removal", version="1").status_code == 303
    assert [row.event_id for row in db.session.scalars(db.select(EventVenue).join(Venue).filter_by(slug=shared))] == [
        second.id
    ]


def test_a_venue_with_sessions_stays_and_names_them(cast: Cast, make: Make) -> None:
    make.session(cast.event, title=both("開会式", "Opening"))
    cast.olga.get("/display?lang=en")
    response = post(cast.olga, f"{venue_path(cast.event)}/removal", version="1")
    assert response.status_code == 409
    assert "These sessions use it. Change them first: Opening" in text(response)
    room = post(cast.olga, f"{venue_path(cast.event)}/rooms/room/removal", version="1")
    assert room.status_code == 409
    assert "These sessions use it. Change them first: Opening" in text(room)
    assert one(Room, code="room", venue_id=one(Venue, slug=f"hall-{cast.event.id}").id)


def test_a_room_is_added_changed_and_taken_away(cast: Cast) -> None:
    rooms = f"{venue_path(cast.event)}/rooms"
    form = {"name-ja": "小部屋", "name-en": "Small room", "capacity": "２０", "floor": "３階", "position": "1"}
    assert post(cast.olga, rooms, form).status_code == 303
    assert changed(cast.olga, f"{rooms}/small-room", capacity="1,500").status_code == 303
    assert one(Room, code="small-room").capacity == 1500
    assert post(cast.olga, f"{rooms}/small-room/removal", version="2").status_code == 303
    assert db.session.scalars(db.select(Room).filter_by(code="small-room")).all() == []


@pytest.mark.parametrize("typed", ["-1", "many", "1000001", "1.5"])
def test_a_capacity_that_is_no_number_is_kept_as_typed(cast: Cast, typed: str) -> None:
    response = changed(cast.olga, f"{venue_path(cast.event)}/rooms/room", capacity=typed)
    assert response.status_code == 422
    assert typed_in(text(response))["capacity"] == typed


def test_a_rooms_capacity_is_that_of_its_sessions_and_never_below_the_promises(cast: Cast, make: Make) -> None:
    cast.olga.get("/display?lang=en")
    path = f"{venue_path(cast.event)}/rooms/room"
    session, own = make.session(cast.event, title=both("講演", "Talk")), make.session(cast.event, capacity=7)
    make.registration(cast.event, session, numbers={"spectator": 3})
    assert changed(cast.olga, path, capacity="40").status_code == 303
    assert one(SessionPlaces, session_id=session.id).capacity == 40
    assert one(SessionPlaces, session_id=own.id).capacity == 7
    response = changed(cast.olga, path, capacity="2")
    assert response.status_code == 409
    assert "Talk: 3 promised, 2 places" in text(response)
    assert typed_in(text(response))["capacity"] == "2"
    assert one(SessionPlaces, session_id=session.id).capacity == 40
    assert one(Room, id=session.room_id).capacity == 40
    assert changed(cast.olga, path, capacity="3").status_code == 303
    assert one(SessionPlaces, session_id=session.id).capacity == 3
