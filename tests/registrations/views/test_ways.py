"""Sessions at different venues with too little time between: said where one sees both, never refused."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.clock import frozen
from app.db import db, transaction
from app.programme.models import Event, EventSession, Room, Venue
from registrations.models import Registration
from tests.make import NOON, Make, both
from tests.registrations.views.forms import key_on, send, typed
from tests.registrations.views.test_links import text_of

TIGHT = "Little time to walk from one session to the next"
SAID = (
    "“Talk” ends at 13:00, and “Far talk” begins at 13:10 at another venue. "
    "The way on foot takes about 25 minutes, and there are 10."
)


@pytest.fixture(autouse=True)
def three_weeks_before() -> Iterator[None]:
    with frozen(NOON - timedelta(days=20)):
        yield


@pytest.fixture
def event(make: Make) -> Event:
    """A hall and an annex a kilometre apart; `far` begins ten minutes after `talk` ends, `late` much later."""
    made = make.event()
    annex = make.venue(made, "annex")
    with transaction():
        for venue, longitude in zip(
            db.session.scalars(db.select(Venue).order_by(Venue.id)), (139.63, 139.641), strict=True
        ):
            venue.latitude, venue.longitude = Decimal("35.45"), Decimal(str(longitude))
    room = db.session.scalars(db.select(Room).filter_by(venue_id=annex.id)).one()
    make.session(made, "talk", title=both("講演", "Talk"))
    soon, late = NOON + timedelta(minutes=70), NOON + timedelta(hours=4)
    make.session(made, "far", room_id=room.id, starts_at=soon, title=both("遠い講演", "Far talk"))
    make.session(made, "late", room_id=room.id, starts_at=late, title=both("夕方", "Late talk"))
    return make.release(made)


def sessions(*codes: str) -> list[EventSession]:
    return [db.session.scalars(db.select(EventSession).filter_by(code=code)).one() for code in codes]


def test_private_link_ticket_and_change_page_point_it_out(client: FlaskClient, event: Event, make: Make) -> None:
    made = make.registration(event, *sessions("talk", "far"))
    for address in (f"/r/{made.link}", f"/r/{made.link}/change", f"/t/{make.ticket(made).code}"):
        assert SAID in text_of(client.get(f"{address}?lang=en")), address


@pytest.mark.parametrize("codes", [("talk",), ("talk", "late"), ("far", "late")])
def test_nothing_is_said_where_there_is_time(
    client: FlaskClient, event: Event, make: Make, codes: tuple[str, ...]
) -> None:
    made = make.registration(event, *sessions(*codes))
    for address in (f"/r/{made.link}", f"/r/{made.link}/change", f"/t/{make.ticket(made).code}"):
        assert TIGHT not in text_of(client.get(f"{address}?lang=en")), address


@pytest.mark.parametrize("given", [{"drop_in": True}, {"status": "cancelled"}])
def test_what_one_drops_in_at_or_what_is_cancelled_is_no_matter(
    client: FlaskClient, event: Event, make: Make, given: dict[str, Any]
) -> None:
    made = make.registration(event, *sessions("talk", "far"))
    with transaction():
        for name, value in given.items():
            setattr(sessions("far")[0], name, value)
    make.release(event)
    assert TIGHT not in text_of(client.get(f"/r/{made.link}?lang=en"))


def test_the_form_says_it_beside_its_errors_and_takes_both_all_the_same(client: FlaskClient, event: Event) -> None:
    wrong = send(client, event, "?lang=en", sessions=["talk", "far"], name="")
    assert wrong.status_code == 422
    assert SAID in text_of(wrong)
    taken = client.post(
        f"/events/{event.slug}/register", data={"key": key_on(wrong), **typed(sessions=["talk", "far"])}
    )
    assert taken.status_code == 303
    assert db.session.scalars(db.select(Registration)).one()
    assert SAID in text_of(client.get(f"{taken.location}&lang=en"))
