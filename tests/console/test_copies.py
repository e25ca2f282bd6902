"""An event held again from the console: only for who may edit every event of the host."""

from collections.abc import Iterator

import pytest

from app import clock
from app.accounts.models import Host
from app.db import db
from app.programme.models import Event, EventSession
from app.web.actors import Role
from tests.console.conftest import Cast
from tests.console.test_sessions import BASE, post
from tests.make import NOON, Make


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with clock.frozen(NOON):
        yield


def slugs() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(db.select(Event.slug).order_by(Event.slug)))


def test_who_works_on_one_event_alone_makes_no_other(cast: Cast) -> None:
    expected = {"owner": 404, "olga": 404, "dora": 403, "victor": 403, "sam": 404, "stranger": 302}
    assert cast.statuses(f"{BASE}/copy") == expected
    for person in (cast.olga, cast.sam):
        assert post(person, "copy", slug="fair-2027", starts_on="2027-10-02").status_code == 404
    assert slugs() == ["fair", "other"]


def test_a_draft_with_its_sessions_or_what_is_wrong(cast: Cast, make: Make) -> None:
    make.session(cast.event, "talk")
    host = make.signed_in(make.account("Hanako", Role.ORGANISER, host=db.session.get_one(Host, cast.event.host_id)))
    taken = post(host, "copy?lang=en", slug="other", starts_on="2027-10-02")
    assert (taken.status_code, "Another event has this address" in taken.get_data(as_text=True)) == (422, True)
    assert post(host, "copy", slug="", starts_on="").status_code == 422
    done = post(host, "copy", slug="fair-2027", starts_on="2027-10-02", with_sessions="y")
    assert (done.status_code, done.location) == (303, "/console/events/fair-2027/programme/sessions")
    assert slugs() == ["fair", "fair-2027", "other"]
    assert len(db.session.scalars(db.select(EventSession.id).filter_by(code="talk")).all()) == 2
    assert host.get(done.location).status_code == 200
