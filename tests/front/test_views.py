"""The public pages: open to everybody, in three languages, showing the last release and nothing more."""

import re
from collections.abc import Iterator
from datetime import timedelta

import html5lib
import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.clock import frozen
from app.db import db, transaction
from app.programme.models import EventSession, SessionPlaces
from app.programme.operations import release
from app.programme.rules import EventStatus, SessionStatus
from app.web.actors import Actor
from tests.make import NOON, Make, both
from tests.programme.files import bring_in, demo, publish, session, small
from tests.statements import noted

PAGES = ("", "timetable", "print", "shortlist", "sessions/first-robot", "venues/mihon-city-hall", "privacy")
LANGUAGES = ("ja", "en", "ja-easy")
TELLING = ("first-robot", "morning-briefing", "online-briefing", "evening-walk", "working-together")


@pytest.fixture(autouse=True)
def _on_the_third_of_october() -> Iterator[None]:
    with frozen(NOON):
        yield


def words(page: str) -> str:
    """What a reader sees in main, without readings."""
    tree = html5lib.parse(re.sub(r"<rp>.*?</rp>|<rt>.*?</rt>", "", page), namespaceHTMLElements=False)
    (main,) = tree.findall(".//main")
    return " ".join("".join(main.itertext()).split())


def opened(client: FlaskClient, path: str, language: str = "ja") -> str:
    response = client.get(path, query_string={"lang": language})
    assert response.status_code == 200, path
    return words(response.get_data(as_text=True))


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("slug", ["practice", "yocolab-2023"])
def test_every_page_of_both_demonstrations_opens_in_every_language(
    client: FlaskClient, make: Make, slug: str, language: str
) -> None:
    document = demo(slug)
    publish(make.host(), document)
    pages = ["/", "/accessibility", f"/events/{slug}/", f"/events/{slug}/timetable"]
    pages += [f"/events/{slug}/sessions/{one}" for one in ("s02", "s07", "s09") if slug == "yocolab-2023"]
    pages += [f"/events/{slug}/sessions/{one}" for one in TELLING if slug == "practice"]
    pages += [f"/events/{slug}/venues/{one['slug']}" for one in document["venues"]]
    pages += [f"/events/{slug}/privacy"] * ("privacy_notice" in document)
    for path in pages:
        shown = opened(client, path, language)
        assert "《" not in shown, path
        assert "<ruby" not in shown, path


@pytest.mark.parametrize("path", ["", *PAGES[1:]])
def test_strangers_and_staff_get_404_for_drafts_and_events_without_a_release(
    client: FlaskClient, make: Make, path: str
) -> None:
    host = make.host()
    draft = demo("practice")
    draft["event"] |= {"slug": "hidden", "status": "draft"}
    event = publish(host, draft)
    bring_in(host, {**demo("practice"), "event": {**demo("practice")["event"], "slug": "unreleased"}})
    for browser in (client, make.signed_in(make.olga(event))):
        for slug in ("hidden", "unreleased", "never-was"):
            assert browser.get(f"/events/{slug}/{path}").status_code == 404


@pytest.mark.parametrize("path", ["sessions/nothing", "venues/nothing", "venues/hall/foyer", "privacy"])
def test_what_a_release_does_not_hold_is_not_there(client: FlaskClient, make: Make, path: str) -> None:
    publish(make.host(), small())
    assert client.get(f"/events/walk/{path}").status_code == 404


def test_a_venue_of_another_event_is_not_there(client: FlaskClient, make: Make) -> None:
    host = make.host()
    publish(host, small())
    publish(host, demo("practice"))
    assert client.get("/events/walk/venues/mihon-city-hall").status_code == 404
    assert client.get("/events/walk/sessions/opening").status_code == 404


def test_an_edit_shows_after_the_next_release_only(client: FlaskClient, make: Make) -> None:
    event = publish(make.host(), small())
    with transaction():
        db.session.scalars(db.select(EventSession)).one().title = {"ja": "まだ秘密の題"}
        event.title = {"ja": "まだ秘密の名前"}
    for path in ("/", "/events/walk/", "/events/walk/timetable", "/events/walk/sessions/walk"):
        assert "まだ秘密" not in client.get(path).get_data(as_text=True)
    make.release(event)
    assert "まだ秘密の題" in opened(client, "/events/walk/timetable")
    assert "まだ秘密の名前" in opened(client, "/")


def test_closing_an_event_shows_at_once(client: FlaskClient, make: Make) -> None:
    document = small()
    document["sessions"] = [session("late", "2026-10-03T13:00", "2026-10-03T14:00", admission="booking_only")]
    event = publish(make.host(), document)
    assert "申し込む" in opened(client, "/events/walk/")
    with transaction():
        event.status = EventStatus.CLOSED
    assert "申し込む" not in opened(client, "/events/walk/")
    with transaction():
        event.status = EventStatus.ARCHIVED
    assert "春のまち歩き" not in opened(client, "/")
    assert "春のまち歩き" in opened(client, "/events/walk/")


def test_the_list_parts_what_is_on_from_what_is_over(client: FlaskClient, make: Make) -> None:
    host = make.host()
    publish(host, small("coming", title={"ja": "これから"}, starts_on="2026-10-03", ends_on="2026-11-05"))
    publish(host, small("on", title={"ja": "いま"}))
    publish(host, small("past", title={"ja": "むかし"}, starts_on="2026-09-01", ends_on="2026-10-03", status="closed"))
    shown = opened(client, "/")
    order = [
        shown.index(word) for word in ("開催中・これからの催し", "いま", "これから 2026", "終わった催し", "むかし")
    ]
    assert order == sorted(order)


def test_an_empty_installation_says_so(client: FlaskClient) -> None:
    assert "公開中の催しはありません" in opened(client, "/")


def test_the_event_says_what_when_where_and_how(client: FlaskClient, make: Make) -> None:
    publish(make.host(), demo("yocolab-2023"))
    shown = opened(client, "/events/yocolab-2023/")
    facts = (
        "2023年（令和5年）10月30日（月） ～ 11月4日（土）",
        "横浜市庁舎",
        "パシフィコ横浜 アネックスホール",
        "参加無料",
        "当日参加可（一部事前申込制）",
        "横浜市市民局市民協働推進課",
        "廃食用油の活用",
        "ほか14団体（出典に名前の記載なし）",
    )
    assert [fact for fact in facts if fact not in shown] == []


@pytest.mark.parametrize(
    ("lang", "said"), [("ja", "40プログラム"), ("en", "40 sessions"), ("ja-easy", "プログラムが 40 あります")]
)
def test_a_day_with_very_many_sessions_says_how_many(client: FlaskClient, make: Make, lang: str, said: str) -> None:
    document = small()
    document["sessions"] = [session(f"s{one}", "2026-10-03T10:00", "2026-10-03T11:00") for one in range(40)]
    publish(make.host(), document)
    assert said in words(client.get(f"/events/walk/?lang={lang}").text)


def test_easy_japanese_shows_no_era(client: FlaskClient, make: Make) -> None:
    publish(make.host(), demo("yocolab-2023"))
    for path in ("/", "/events/yocolab-2023/", "/events/yocolab-2023/sessions/s01"):
        assert "令和" in opened(client, path, "ja")
        assert "令和" not in opened(client, path, "ja-easy")


def test_what_the_source_does_not_give_is_marked_with_a_way_to_the_reason(client: FlaskClient, make: Make) -> None:
    publish(make.host(), demo("yocolab-2023"))
    page = client.get("/events/yocolab-2023/venues/city-hall?lang=ja").get_data(as_text=True)
    assert page.count('href="#about-texts"') == 3
    assert 'id="about-texts"' in page
    publish(make.host("second"), demo("practice"))
    assert "about-texts" not in client.get("/events/practice/venues/mihon-city-hall").get_data(as_text=True)


def test_a_text_that_is_missing_falls_back_with_its_own_language_and_a_notice(client: FlaskClient, make: Make) -> None:
    document = small(title={"ja": "春のまち歩き"}, summary={"ja": "川沿いを歩きます。"})
    publish(make.host(), document)
    page = client.get("/events/walk/?lang=en").get_data(as_text=True)
    assert '<span lang="ja">春のまち歩き</span>' in page
    assert "Parts of this page exist only in Japanese." in words(page)
    assert "Parts of this page" not in opened(client, "/events/walk/sessions/walk", "en")


def test_now_and_next_follow_the_clock(client: FlaskClient, make: Make) -> None:
    document = small()
    document["sessions"] = [
        session("a", "2026-10-03T11:00", "2026-10-03T12:30"),
        session("b", "2026-10-03T13:00", "2026-10-03T14:00"),
    ]
    publish(make.host(), document)
    shown = opened(client, "/events/walk/")
    shown = shown[shown.index("開催中・このあと") + 8 :]
    assert shown.index("開催中") < shown.index("講演 a") < shown.index("このあと") < shown.index("講演 b")
    with frozen(NOON.replace(hour=23)):
        assert "開催中・このあと" not in opened(client, "/events/walk/")


def test_places_left_are_said_in_words(client: FlaskClient, make: Make) -> None:
    document = small()
    document["sessions"][0] |= {
        "admission": "booking_only",
        "starts_at": "2026-10-03T13:00",
        "ends_at": "2026-10-03T14:00",
    }
    publish(make.host(), document)
    places = db.session.scalars(db.select(SessionPlaces)).one()
    found = []
    for promised in (0, 37, 40):
        with transaction():
            places.promised = promised
        shown = opened(client, "/events/walk/sessions/walk")
        found.append(next(word for word in ("余裕あり", "残りわずか（あと3席）", "満席") if word in shown))
    assert found == ["余裕あり", "残りわずか（あと3席）", "満席"]


@pytest.mark.parametrize(
    ("admission", "told"),
    [("lottery", "Apply until"), ("booking_only", "Register until"), ("walk_in", ""), ("closed", "")],
)
def test_a_session_page_says_until_when_and_for_how_long(
    client: FlaskClient, make: Make, admission: str, told: str
) -> None:
    document = small()
    document["sessions"][0] |= {"admission": admission, "booking_closes_at": "2026-10-01T17:00", "drop_in": True}
    publish(make.host(), document)
    shown = opened(client, "/events/walk/sessions/walk", "en")
    assert [word for word in ("Apply until", "Register until") if word in shown] == ([told] if told else [])
    assert ("17:00" in shown) == bool(told)
    assert "Come at any time in between" in shown


def test_a_session_page_offers_registration_where_there_is_any(client: FlaskClient, make: Make) -> None:
    document = small()
    document["sessions"] = [
        session("open", "2026-10-03T13:00", "2026-10-03T14:00", admission="booking_and_walk_in"),
        session("free", "2026-10-03T13:00", "2026-10-03T14:00"),
        session("off", "2026-10-03T13:00", "2026-10-03T14:00", admission="booking_only", status="cancelled"),
        session("over", "2026-10-03T09:00", "2026-10-03T10:00", admission="booking_only"),
    ]
    publish(make.host(), document)
    offered = [
        code for code in ("open", "free", "off", "over")
        if f"/events/walk/register?session={code}" in client.get(f"/events/walk/sessions/{code}").get_data(as_text=True)
    ]  # fmt: skip
    assert offered == ["open"]
    assert "このプログラムは中止です" in opened(client, "/events/walk/sessions/off")


def test_a_full_session_offers_no_registration(client: FlaskClient, make: Make) -> None:
    document = small()
    document["sessions"][0] |= {"admission": "booking_only", "capacity": 1, "ends_at": "2026-10-03T18:00"}
    event = publish(make.host(), document)
    with transaction():
        db.session.query(SessionPlaces).one().promised = 1
    assert f"/events/{event.slug}/register?session=walk" not in client.get("/events/walk/sessions/walk").text
    told = client.get("/events/walk/register?session=walk&lang=en").text
    assert "All places are booked. Below is everything that you can book." in " ".join(told.split())


@pytest.mark.parametrize(
    ("session_facts", "reason"),
    [
        ({"admission": "booking_only", "status": "cancelled"}, "It does not take place."),
        ({"admission": "booking_only", "ends_at": "2026-10-03T11:00"}, "It is over."),
        ({"admission": "closed"}, "It is for staff and partners only."),
        ({"admission": "walk_in"}, "It needs no registration: just come."),
    ],
)
def test_who_comes_for_a_session_that_cannot_be_booked_is_told_why(
    client: FlaskClient, make: Make, session_facts: dict[str, str], reason: str
) -> None:
    document = small()
    document["sessions"][0] |= {"ends_at": "2026-10-03T18:00", **session_facts}
    document["sessions"].append(session("talk", "2026-10-03T14:00", "2026-10-03T15:00", admission="booking_only"))
    publish(make.host(), document)
    page = " ".join(client.get("/events/walk/register?session=walk&lang=en").text.split())
    assert f"{reason} Below is everything that you can book." in page


def test_back_finds_the_form_that_was_sent_so_that_nobody_is_registered_twice(client: FlaskClient, make: Make) -> None:
    document = small()
    document["sessions"][0] |= {"ends_at": "2026-10-03T18:00", "admission": "booking_only"}
    publish(make.host(), document)
    assert client.get("/events/walk/register").headers["Cache-Control"] == "private, no-cache"


def test_an_online_address_is_told_to_nobody_here(client: FlaskClient, make: Make) -> None:
    document = small()
    document["sessions"][0] |= {"online_url": "https://meet.example.jp/secret"}
    del document["sessions"][0]["room"]
    publish(make.host(), document)
    for path in ("/events/walk/", "/events/walk/timetable", "/events/walk/sessions/walk"):
        page = client.get(path).get_data(as_text=True)
        assert [word in page for word in ("secret", "withheld")] == [False, False]
    assert "オンライン。アドレスは申し込んだ方にお知らせします。" in opened(client, "/events/walk/sessions/walk")


def test_hostile_texts_are_shown_as_text(client: FlaskClient, make: Make) -> None:
    hostile = "<script>alert(1)</script>{{ 7*7 }}{0}%(x)s𠮷👩‍👧\u202e\"'&"
    document = small(title={"ja": hostile}, summary={"ja": hostile}, contact={"name": {"ja": hostile}})
    document["sessions"][0] |= {"title": {"ja": hostile}, "description": {"ja": hostile}, "also_spelled": [hostile]}
    document["venues"][0] |= {"name": {"ja": hostile}, "address": {"ja": hostile}}
    publish(make.host(), document)
    for path in (
        "/",
        "/events/walk/",
        "/events/walk/timetable",
        "/events/walk/sessions/walk",
        "/events/walk/venues/hall",
    ):
        for language in LANGUAGES:
            page = client.get(path, query_string={"lang": language}).get_data(as_text=True)
            assert "<script>alert" not in page
            assert hostile in words(page)


def test_a_page_that_did_not_change_is_not_sent_again(client: FlaskClient, make: Make) -> None:
    publish(make.host(), demo("practice"))
    for path in ("/", "/accessibility", *(f"/events/practice/{page}" for page in PAGES)):
        first = client.get(path)
        again = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")
        assert (first.headers["Cache-Control"], again.headers["Cache-Control"]) == ("public, no-cache",) * 2
        assert {"Cookie", "Accept-Language"} <= set(first.headers["Vary"].split(", "))


def test_public_pages_set_no_cookie_and_carry_no_token(client: FlaskClient, make: Make) -> None:
    publish(make.host(), demo("practice"))
    for path in ("/", "/accessibility", *(f"/events/practice/{page}" for page in PAGES)):
        response = client.get(path)
        assert "Set-Cookie" not in response.headers
        assert "csrf" not in response.get_data(as_text=True)


def test_language_display_release_places_and_time_each_make_another_page(client: FlaskClient, make: Make) -> None:
    event = publish(make.host(), demo("practice"))
    tags = [client.get("/events/practice/").headers["ETag"]]
    tags.append(client.get("/events/practice/", headers={"Accept-Language": "en"}).headers["ETag"])
    client.set_cookie("uketsuke_display", "ja.large.dark")
    tags.append(client.get("/events/practice/").headers["ETag"])
    session_id = db.session.scalar(db.select(EventSession.id).where(EventSession.code == "evening-dialogue"))
    with transaction():
        db.session.get_one(SessionPlaces, session_id).promised = 99
    tags.append(client.get("/events/practice/").headers["ETag"])
    with frozen(NOON.replace(hour=5)):
        tags.append(client.get("/events/practice/").headers["ETag"])
    make.release(event)
    tags.append(client.get("/events/practice/").headers["ETag"])
    assert len(set(tags)) == len(tags)


def test_a_page_with_a_message_for_its_reader_is_kept_by_nobody(app: Flask, client: FlaskClient, make: Make) -> None:
    publish(make.host(), small())
    tag = client.get("/events/walk/").headers["ETag"]
    with client.session_transaction() as kept:
        kept["_flashes"] = [("success", "取り消しました。")]
    response = client.get("/events/walk/", headers={"If-None-Match": tag})
    assert (response.status_code, response.headers["Cache-Control"]) == (200, "no-store")
    assert "取り消しました。" in words(response.get_data(as_text=True))


@pytest.mark.parametrize("path", ["/", "/events/one/", "/events/one/timetable", "/events/one/venues/hall"])
def test_the_number_of_statements_does_not_grow_with_events_and_sessions(
    client: FlaskClient, make: Make, path: str
) -> None:
    host = make.host()
    counts = []
    for number in (1, 3):
        document = small("one")
        document["sessions"] = [session(f"s{n}", "2026-10-03T10:00", "2026-10-03T11:00") for n in range(number)]
        publish(host, document)
        for n in range(number):
            publish(host, small(f"other-{n}"))
        client.get(path)
        with noted() as statements:
            client.get(path, query_string={"lang": "en"})
        counts.append(len(statements))
    assert counts[0] == counts[1] <= 3


def test_reading_the_newest_release_costs_one_statement_once(client: FlaskClient, make: Make) -> None:
    publish(make.host(), small())
    with noted() as first:
        client.get("/events/walk/")
    with noted() as second:
        client.get("/events/walk/")
    assert (len(first), len(second)) == (4, 3)


def test_the_event_page_tells_the_last_change_in_the_readers_language(make: Make, client: FlaskClient) -> None:
    event = make.event()
    talk = make.session(event, "talk", title=both("講演", "Talk"))
    make.release(event)
    assert "last-change" not in client.get("/events/fair/").get_data(as_text=True)
    with transaction():
        row = db.session.get_one(EventSession, talk.id)
        row.starts_at, row.ends_at = NOON + timedelta(hours=2), NOON + timedelta(hours=3)
        row.door_closes_at = row.ends_at
        note = {"ja": "会場の都合です。", "en": "The hall was double-booked."}
        release(event.id, note=note, at=NOON - timedelta(20), actor=Actor())
    told = {language: client.get(f"/events/fair/?lang={language}").get_data(as_text=True) for language in ("ja", "en")}
    for fact in ("Last change of the programme", "The hall was double-booked.", "Time changed",
                 "Sat 3 Oct 14:00–15:00", "Before: Sat 3 Oct 12:00–13:00"):  # fmt: skip
        assert fact in told["en"]
    for fact in ("会場の都合です。", "日時の変更", "変更前：10月3日（土） 12:00–13:00"):
        assert fact in told["ja"]
    easy = client.get("/events/fair/?lang=ja-easy").get_data(as_text=True)
    assert ("会場の都合です。" in easy, "<rt>じかん</rt>" in easy, "《" in easy) == (True, True, False)


def test_a_session_moved_at_short_notice_says_where_it_was_whatever_is_released_afterwards(
    make: Make, client: FlaskClient
) -> None:
    event = make.event()
    talk = make.session(event, "talk", title=both("講演", "Talk"))
    make.release(event)

    def moved(hours: int, days: int, title: str = "Talk") -> str:
        with transaction():
            row = db.session.get_one(EventSession, talk.id)
            row.title = both("講演", title)
            row.starts_at, row.ends_at = NOON + timedelta(hours=hours), NOON + timedelta(hours=hours + 1)
            row.door_opens_at, row.door_closes_at = row.starts_at, row.ends_at
            release(event.id, at=NOON - timedelta(days), actor=Actor())
        with frozen(NOON - timedelta(hours=12)):
            return client.get("/events/fair/sessions/talk?lang=en").get_data(as_text=True)

    said, first = "Changed since it was first announced", "Before: Sat 3 Oct 12:00–13:00"
    assert said not in moved(0, 30, "Talks")
    assert first in moved(2, 3)
    assert first in moved(3, 2)
    page = moved(3, 1, "A talk")
    assert (said in page, first in page) == (True, True)
    assert said not in moved(0, 1)


def test_what_moved_or_was_called_off_is_marked_wherever_the_programme_stands(make: Make, client: FlaskClient) -> None:
    """Also weeks later: a leaflet of the first programme is still about."""
    event = make.event()
    talk, off, _ = (make.session(event, code, title=both(code, code)) for code in ("talk", "off", "same"))
    stage = make.room(make.venue(event, "annex"), "stage")
    make.release(event)
    with transaction():
        row = db.session.get_one(EventSession, talk.id)
        row.starts_at, row.ends_at = NOON + timedelta(hours=2), NOON + timedelta(hours=3)
        row.door_closes_at, row.room_id = row.ends_at, stage.id
        db.session.get_one(EventSession, off.id).status = SessionStatus.CANCELLED
        release(event.id, at=NOON - timedelta(20), actor=Actor())

    def page(path: str) -> str:
        return client.get(f"/events/fair/{path}?lang=en").get_data(as_text=True)

    with frozen(NOON - timedelta(10)):
        for path in ("timetable", "print"):
            assert [page(path).count(word) for word in ("Time changed", "Place changed", "Does not take place")] == [
                1,
                1,
                1,
            ]
        assert "Before: Sat 3 Oct 12:00–13:00" in page("print")
        assert "Changed since it was first announced" in page("sessions/talk")
        assert "Time changed" not in page("sessions/same")
    with frozen(NOON + timedelta(days=9)):
        assert "Time changed" not in page("timetable"), "it is over"
