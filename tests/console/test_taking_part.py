"""Speakers, organisations and their roles, and an event from nothing."""

from datetime import date, timedelta
from typing import Any

from flask.testing import FlaskClient

from app.db import db, transaction
from app.programme.models import (
    Appearance,
    Event,
    Organisation,
    Participation,
    Speaker,
)
from app.programme.queries.things import turnout
from app.programme.rules import EventStatus
from app.web.actors import Role
from tests.console.conftest import Cast
from tests.console.editing import BASE, changed, host_of, one, post, text, typed_in
from tests.make import NOON, Make, both
from tests.programme.files import bring_in, demo


def test_a_speaker_on_stage_stays(cast: Cast, make: Make) -> None:
    cast.olga.get("/display?lang=en")
    form = {"name-ja": "山田 花子", "name-en": "Hanako Yamada", "reading": "やまだ はなこ"}
    assert post(cast.olga, f"{BASE}/speakers", form).status_code == 303
    speaker = one(Speaker, code="hanako-yamada")
    session = make.session(cast.event, title=both("講演", "Talk"))
    with transaction():
        db.session.add(
            Appearance(session_id=session.id, speaker_id=speaker.id, role="speaker", affiliation={}, position=0)
        )
    response = post(cast.olga, f"{BASE}/speakers/hanako-yamada/removal", version="1")
    assert response.status_code == 409
    assert "Change them first: Talk" in text(response)
    with transaction():
        db.session.execute(db.delete(Appearance))
    assert post(cast.olga, f"{BASE}/speakers/hanako-yamada/removal", version="1").status_code == 303
    assert db.session.scalars(db.select(Speaker)).all() == []


def test_an_organisation_takes_part_with_roles_and_exhibits(cast: Cast) -> None:
    cast.olga.get("/display?lang=en")
    form = {"name-ja": "みなと小学校", "name-en": "Minato School", "kind": "school", "public": "y", "named": "y"}
    assert post(cast.olga, f"{BASE}/organisations", form).status_code == 303
    path = f"{BASE}/organisations/minato-school"
    role = {
        "role": "exhibitor",
        "took_part": "yes",
        "exhibits-ja": "模型\n地図",
        "exhibits-en": "Models\nMaps",
        "position": "0",
    }
    assert post(cast.olga, f"{path}/roles", role).status_code == 303
    row = one(Participation, event_id=cast.event.id)
    assert row.exhibits == [{"ja": "模型", "en": "Models"}, {"ja": "地図", "en": "Maps"}]
    assert row.took_part is True
    assert "0 organisations, 1 schools and 0 departments took part." in text(cast.olga.get(f"{BASE}/organisations"))
    assert post(cast.olga, f"{path}/roles", role).status_code == 422
    assert changed(cast.olga, f"{path}/roles/exhibitor", role="school_class", took_part="unknown").status_code == 303
    assert one(Participation, event_id=cast.event.id).took_part is None
    assert post(cast.olga, f"{path}/removal", version="1").status_code == 303
    assert db.session.scalars(db.select(Organisation)).all() == []


def test_an_organisation_of_another_event_stays_there(cast: Cast, make: Make) -> None:
    second = make.event("second", host=host_of(one(Event, slug="fair").host_id))
    post(cast.olga, f"{BASE}/organisations", {"name-ja": "協会", "name-en": "Club", "kind": "npo"})
    club = one(Organisation, code="club")
    assert (club.public, club.named) == (False, False)
    with transaction():
        for event in (cast.event, second):
            db.session.add(Participation(event_id=event.id, organisation_id=club.id, role="organiser"))
    assert post(cast.olga, f"{BASE}/organisations/club/removal", version="1").status_code == 303
    assert one(Participation, organisation_id=club.id).event_id == second.id
    assert cast.olga.get(f"{BASE}/organisations/club").status_code == 404


def test_who_took_part_in_the_published_event_is_what_was_published(make: Make) -> None:
    found = turnout(bring_in(make.host(), demo("yocolab-2023")).event_id)
    assert (found.organisations, found.schools, found.departments) == (20, 19, 10)


def test_a_list_asks_the_database_the_same_for_one_and_for_three(cast: Cast, make: Make) -> None:
    first = _queries(cast.olga, f"{BASE}/organisations")
    for name in ("a", "b", "c"):
        post(cast.olga, f"{BASE}/organisations", {"name-ja": name, "name-en": name, "kind": "npo"})
    assert _queries(cast.olga, f"{BASE}/organisations") == first


def _queries(client: FlaskClient, path: str) -> int:
    from sqlalchemy import event as events

    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    events.listen(db.engine, "before_cursor_execute", note)
    try:
        assert client.get(path).status_code == 200
    finally:
        events.remove(db.engine, "before_cursor_execute", note)
    return len([one for one in seen if one.startswith("SELECT")])


NEW = {
    "slug": "winter-fair", "title-ja": "冬まつり", "starts_on": "2027-01-09", "ends_on": "2027-01-10",
    "timezone": "Asia/Tokyo",
}  # fmt: skip


def test_an_event_from_nothing_is_a_draft_with_categories(cast: Cast, make: Make) -> None:
    host = cast.event.host_id
    assert post(cast.owner, "/console/events/new", NEW, host=str(host)).status_code == 404
    chief = make.signed_in(make.account("Chief", Role.OWNER, host=host_of(host)))
    response = post(chief, "/console/events/new", NEW, host=str(host))
    assert response.status_code == 303
    event = one(Event, slug="winter-fair")
    assert (event.status, event.starts_on, event.ends_on) == (EventStatus.DRAFT, date(2027, 1, 9), date(2027, 1, 10))
    kept = make.categories(event)
    assert list(kept) == ["adult", "youth", "child", "unknown"]
    assert [key for key, row in kept.items() if row.unknown] == ["unknown"]
    assert chief.get("/console/events/winter-fair/programme/event").status_code == 200
    assert cast.stranger.get("/events/winter-fair/").status_code == 404
    assert cast.olga.get("/console/events/winter-fair/programme/").status_code == 404


def test_an_address_is_taken_once(cast: Cast, make: Make) -> None:
    chief = make.signed_in(make.account("Chief", Role.OWNER, host=host_of(cast.event.host_id)))
    form = {**NEW, "host": str(cast.event.host_id)}
    for bad in ({"slug": "fair"}, {"slug": "Fair!"}, {"slug": "new"}, {"ends_on": "2027-01-01"}, {"host": "999"}):
        response = post(chief, "/console/events/new", {**form, **bad})
        assert response.status_code == 422, bad
        assert typed_in(text(response))["title-ja"] == "冬まつり"
    assert db.session.scalar(db.select(db.func.count()).select_from(Event)) == 2


def test_a_new_day_of_the_event_gets_its_entrance(cast: Cast) -> None:
    from checkin.models import Place

    later = NOON.date() + timedelta(2)
    assert changed(cast.olga, f"{BASE}/event", ends_on=later.isoformat()).status_code == 303
    assert one(Place, event_id=cast.event.id, day=later)


def test_while_nobody_has_noted_who_came_the_page_says_so_and_no_zero(cast: Cast) -> None:
    page = text(cast.olga.get(f"{BASE}/organisations?lang=en"))
    assert "Nobody has noted yet who took part." in page
    assert "0 organisations" not in page
