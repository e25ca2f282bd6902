"""The programme's things are edited by whoever may edit the event, and by nobody else; nothing typed is ever lost."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.audit import AuditEntry
from app.db import db, transaction
from app.programme.models import (
    Appearance,
    Category,
    Event,
    EventVenue,
    Organisation,
    Participation,
    Room,
    SessionPlaces,
    Speaker,
    Venue,
)
from app.programme.queries.things import turnout
from app.programme.rules import EventStatus
from app.web.actors import Role
from checkin.models import Gate
from tests.console.conftest import Cast
from tests.make import NOON, Make, both
from tests.programme.files import bring_in, demo

BASE = "/console/events/fair/programme"
_FIELD = re.compile(r'<input[^>]* name="([^"]+)"[^>]*>|<textarea[^>]* name="([^"]+)"[^>]*>\n?([^<]*)</textarea>')


def typed_in(page: str) -> dict[str, Any]:
    """What a browser would send back of the page's edit form, untouched."""
    form = page[page.index('<form class="form"') : page.index("</form>", page.index('<form class="form"'))]
    sent: dict[str, Any] = {}
    for found in _FIELD.finditer(form):
        tag, name = found[0], found[1] or found[2]
        value = re.search(r' value="([^"]*)"', tag)
        if 'type="radio"' in tag or 'type="checkbox"' in tag:
            if " checked" in tag:
                sent.setdefault(name, []).append(value[1] if value else "y")
        else:
            sent[name] = _unescaped(found[3] if found[2] else value[1] if value else "")
    for name, options in re.findall(r'<select[^>]* name="([^"]+)"[^>]*>(.*?)</select>', form, re.DOTALL):
        sent[name] = (
            re.findall(r'<option selected value="([^"]*)"', options) or re.findall(r'value="([^"]*)"', options)[:1]
        )
    return sent


def _unescaped(text: str) -> str:
    for code, sign in (("&#34;", '"'), ("&#39;", "'"), ("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")):
        text = text.replace(code, sign)
    return text


def opened(client: FlaskClient, path: str) -> dict[str, Any]:
    page = client.get(path)
    assert page.status_code == 200, path
    return typed_in(page.get_data(as_text=True))


def post(client: FlaskClient, path: str, form: dict[str, Any] | None = None, **more: Any) -> TestResponse:
    secret = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/console/password").get_data(as_text=True))
    assert secret
    return client.post(path, data={**(form or {}), "csrf_token": secret[1], **more})


def changed(client: FlaskClient, path: str, **more: Any) -> TestResponse:
    """Open the form, change some fields, send it."""
    return post(client, path, opened(client, path), **more)


def text(response: TestResponse) -> str:
    return response.get_data(as_text=True)


def one(kind: Any, **where: Any) -> Any:
    db.session.expire_all()
    return db.session.scalars(db.select(kind).filter_by(**where)).one()


def venue_path(event: Event) -> str:
    return f"{BASE}/venues/hall-{event.id}"


@pytest.mark.parametrize(
    "path",
    ["/", "/event", "/categories", "/categories/student", "/new/categories", "/venues", "/speakers", "/organisations"],
)
def test_only_who_may_edit_the_event_sees_its_forms(cast: Cast, path: str) -> None:
    assert cast.statuses(BASE + path) == {
        "owner": 200, "olga": 200, "dora": 403, "victor": 403, "sam": 404, "stranger": 302,
    }  # fmt: skip


@pytest.mark.parametrize("path", ["/event", "/categories", "/categories/student", "/categories/student/removal"])
def test_sam_changes_nothing(cast: Cast, path: str) -> None:
    before = one(Event, slug="fair").version
    assert post(cast.sam, BASE + path, {"label-ja": "x", "version": "1"}).status_code == 404
    assert one(Event, slug="fair").version == before
    assert one(Category, event_id=cast.event.id, key="student").label == both("児童生徒学生", "student")


def test_things_of_another_host_are_not_there(cast: Cast, make: Make) -> None:
    strange = db.session.scalars(db.select(Venue).where(Venue.host_id != cast.event.host_id)).one()
    assert cast.olga.get(f"{BASE}/venues/{strange.slug}").status_code == 404
    assert cast.olga.get(f"{BASE}/venues/{strange.slug}/rooms/room").status_code == 404
    assert cast.olga.get(f"{BASE}/speakers/hall/rooms/room").status_code == 404
    assert post(cast.olga, f"{BASE}/shared-venues", venue=strange.slug).status_code == 404


def test_the_events_own_facts_are_changed_and_written_down(cast: Cast) -> None:
    response = changed(
        cast.olga, f"{BASE}/event", **{
            "title-ja": "新しい名前", "reading": "あたらしいなまえ", "summary-ja": "一行目\r\n二行目",
            "status": "closed",
            "registration_opens_at": "2026-09-01T09:00", "registration_closes_at": "2026-10-01T17:00",
            "contact_name-ja": "市役所", "contact_phone": "０４５-000-0000", "purpose-ja": "一\n二",
            "purpose-en": "\ntwo",
            "licence": "CC BY 4.0", "licence_url": "https://example.org/by", "municipality_code": "１４１００３",
        },
    )  # fmt: skip
    assert response.status_code == 303
    event = one(Event, slug="fair")
    assert (event.title["ja"], event.reading, event.summary["ja"]) == (
        "新しい名前",
        "あたらしいなまえ",
        "一行目\n二行目",
    )
    assert event.status is EventStatus.CLOSED
    assert event.registration_opens_at.isoformat() == "2026-09-01T00:00:00+00:00"
    assert event.contact == {"name": {"ja": "市役所"}, "phone": "045-000-0000"}
    assert event.purpose == [{"ja": "一"}, {"ja": "二", "en": "two"}]
    assert (event.municipality_code, event.licence_url) == ("141003", "https://example.org/by")
    entry = one(AuditEntry, verb="event.change")
    assert entry.facts["changed"]["title"] == [both("市民まつり", "Fair"), {"ja": "新しい名前", "en": "Fair"}]
    assert entry.event_id == event.id


def test_a_form_sent_back_untouched_changes_nothing(cast: Cast) -> None:
    with transaction():
        db.session.get_one(Event, cast.event.id).description = {}
        db.session.get_one(Event, cast.event.id).how_to_take_part = {}
    room = f"{venue_path(cast.event)}/rooms/room"
    for path in (f"{BASE}/event", f"{BASE}/categories/student", venue_path(cast.event), room):
        assert changed(cast.olga, path).status_code == 303
    assert db.session.scalars(db.select(AuditEntry)).all() == []


@pytest.mark.parametrize(
    ("bad", "sentence"),
    [
        ({"title-ja": "あ" * 300}, "This has 300 characters. Use at most 200."),
        ({"title-ja": " "}, "Type a title in Japanese."),
        ({"reading": "漢字"}, "Write the reading in kana, without kanji."),
        ({"ends_on": "2026-09-01"}, "The last day is before the first day. Change one of them."),
        ({"starts_on": "2026-02-30"}, "Type a day that exists, such as 2026-10-03."),
        ({"timezone": "Mars/Base"}, "Type the name of a time zone, such as Asia/Tokyo."),
        (
            {"registration_opens_at": "2026-09-02T09:00", "registration_closes_at": "2026-09-01T09:00"},
            "Registration would close before it opens. Change one of the two.",
        ),
        ({"registration_opens_at": "soon"}, "Type a day and a time that exist, such as 2026-10-03T09:00."),
        ({"contact_email": "nobody"}, "This is not a valid e-mail address. Correct it, or leave the field empty."),
        ({"contact_phone": "call me"}, "Type digits, with hyphens or brackets between, such as 045-000-0000."),
        ({"contact_phone": "045-000-0000"}, "Say who is reached here."),
        ({"licence_url": "javascript:alert(1)"}, "Type the whole address, beginning with https://"),
        ({"municipality_code": "14"}, "Type the six digits of the code, such as 141003."),
        ({"languages": []}, "Choose at least one language."),
        ({"purpose-ja-easy": "一"}, "Each line needs Japanese or English. Check that the lines match."),
    ],
)
def test_what_cannot_be_is_said_and_stays_typed(cast: Cast, bad: dict[str, Any], sentence: str) -> None:
    cast.olga.get("/display?lang=en")
    response = changed(cast.olga, f"{BASE}/event", **{"municipality": "横浜市", **bad})
    assert response.status_code == 422
    assert sentence in text(response)
    again = typed_in(text(response))
    assert {name: again.get(name, []) for name in bad} == {
        name: value.strip() if isinstance(value, str) else value for name, value in bad.items()
    }
    assert again["municipality"] == "横浜市"
    assert one(Event, slug="fair").version == 1


def test_html_in_a_text_stays_text(cast: Cast) -> None:
    assert changed(cast.olga, f"{BASE}/categories/student", **{"label-ja": "<b>太い</b>"}).status_code == 303
    page = text(cast.olga.get(f"{BASE}/categories"))
    assert "&lt;b&gt;太い&lt;/b&gt;" in page
    assert "<b>太い" not in page


def test_two_people_at_once_lose_nothing(cast: Cast) -> None:
    cast.olga.get("/display?lang=en")
    path = venue_path(cast.event)
    olgas = opened(cast.olga, path)
    assert changed(cast.owner, path, **{"name-ja": "新会館", "reading": "しんかいかん"}).status_code == 303
    late = post(cast.olga, path, {**olgas, "name-ja": "大会館", "address-ja": "港町一丁目"})
    page = text(late)
    assert late.status_code == 409
    assert "Somebody else changed this meanwhile" in page
    assert re.findall(r"<p>(Theirs|Yours): (.*?)</p>", re.sub(r"<span[^>]*>|</span>", "", page)) == [
        ("Theirs", "新会館 / Hall"), ("Yours", "大会館 / Hall"), ("Theirs", "しんかいかん"),
    ]  # fmt: skip
    assert one(Venue, slug=f"hall-{cast.event.id}").name["ja"] == "新会館"
    assert post(cast.olga, path, typed_in(page)).status_code == 303
    venue = one(Venue, slug=f"hall-{cast.event.id}")
    assert (venue.name["ja"], venue.reading, venue.address["ja"]) == ("大会館", "しんかいかん", "港町一丁目")


def test_two_people_change_the_event_at_once(cast: Cast) -> None:
    path = f"{BASE}/event"
    olgas = opened(cast.olga, path)
    changed(cast.owner, path, status="closed")
    late = post(cast.olga, path, {**olgas, "title-ja": "別名"})
    assert late.status_code == 409
    assert one(Event, slug="fair").title["ja"] == "市民まつり"
    assert post(cast.olga, path, typed_in(text(late))).status_code == 303
    event = one(Event, slug="fair")
    assert (event.title["ja"], event.status) == ("別名", EventStatus.CLOSED)


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
    second = make.event("second", host=_host(host))
    shared = f"hall-{second.id}"
    assert post(cast.olga, f"{BASE}/shared-venues", venue=shared).status_code == 303
    page = text(cast.olga.get(f"{BASE}/venues/{shared}"))
    assert "Other events use this too" in page
    assert "Other events use this too" not in text(cast.olga.get(venue_path(cast.event)))
    assert post(cast.olga, f"{BASE}/venues/{shared}/removal", version="1").status_code == 303
    assert [row.event_id for row in db.session.scalars(db.select(EventVenue).join(Venue).filter_by(slug=shared))] == [
        second.id
    ]


def _host(ident: int) -> Any:
    from app.accounts.models import Host

    return db.session.get_one(Host, ident)


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
    second = make.event("second", host=_host(one(Event, slug="fair").host_id))
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
    chief = make.signed_in(make.account("Chief", Role.OWNER, host=_host(host)))
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
    chief = make.signed_in(make.account("Chief", Role.OWNER, host=_host(cast.event.host_id)))
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
