"""The programme's things are edited by whoever may edit the event, and by nobody else; nothing typed is ever lost."""

import re
from typing import Any

import pytest

from app.audit import AuditEntry
from app.db import db, transaction
from app.programme.models import (
    Category,
    Event,
    Venue,
)
from app.programme.rules import EventStatus
from tests.console.conftest import Cast
from tests.console.editing import BASE, changed, one, opened, post, text, typed_in, venue_path
from tests.make import Make, both


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
        ("Theirs", "新会館"), ("Yours", "大会館"), ("Theirs", "しんかいかん"),
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
