"""The releases of an event in the console: what the next one would change, making it once, and the history."""

import re
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app import clock
from app.db import db, transaction
from app.outbox.models import Letter
from app.programme.models import Event, EventSession, Release
from app.programme.operations import NothingNew, ReleaseChanged, release
from app.programme.queries.proposals import proposal_of
from app.programme.rules import AdmissionRule, SessionStatus
from app.web.actors import ANONYMOUS
from registrations.operations import release as release_and_tell
from tests.accounts.test_sign_in import csrf_of
from tests.console.conftest import Cast
from tests.console.test_pages import counted_queries, text
from tests.make import NOON, Make, both

PAGE = "/console/events/fair/releases"
AT = NOON - timedelta(days=20)


@pytest.fixture(autouse=True)
def weeks_before() -> Iterator[None]:
    with clock.frozen(AT):
        yield


@pytest.fixture
def talk(cast: Cast, make: Make) -> EventSession:
    """A session that the public knows and Ana has booked."""
    made = make.session(cast.event, "talk", title={"ja": "講演", "en": "Talk", "ja-easy": "お話"})
    make.release(cast.event)
    make.registration(cast.event, made, email="ana@example.jp")
    return made


def edit(row: EventSession, **columns: Any) -> None:
    with transaction():
        kept = db.session.get_one(EventSession, row.id)
        for name, value in columns.items():
            setattr(kept, name, value)


def move(row: EventSession, hours: int = 2) -> None:
    starts_at = NOON + timedelta(hours=hours)
    ends_at, door_opens_at = starts_at + timedelta(hours=1), starts_at - timedelta(minutes=30)
    edit(row, starts_at=starts_at, ends_at=ends_at, door_opens_at=door_opens_at, door_closes_at=ends_at)


def shown(client: FlaskClient) -> dict[str, str]:
    """The hidden fields of the form as this person sees it."""
    page = text(client, PAGE)
    digest = re.search(r'name="shown" type="hidden" value="(\w+)"', page)
    assert digest, page
    return {"shown": digest[1], "csrf_token": csrf_of(client, "/console/password")}


def post(client: FlaskClient, **fields: Any) -> TestResponse:
    return client.post(PAGE, data={"csrf_token": csrf_of(client, "/console/password"), **fields})


def numbers() -> list[int]:
    return list(db.session.scalars(db.select(Release.number).order_by(Release.number)))


def letters() -> int:
    query = db.select(db.func.count()).select_from(Letter).filter_by(kind="released")
    return int(db.session.scalar(query) or 0)


def test_the_page_is_for_those_who_may_edit_the_event(cast: Cast, talk: EventSession) -> None:
    statuses = cast.statuses(PAGE)
    assert statuses == {"owner": 200, "olga": 200, "dora": 403, "victor": 403, "sam": 404, "stranger": 302}
    assert cast.olga.get("/console/events/none/releases").status_code == 404
    assert [f'href="{PAGE}"' in text(one, "/console/events/fair/") for one in (cast.olga, cast.victor)] == [True, False]


def test_nobody_else_releases(cast: Cast, talk: EventSession) -> None:
    move(talk)
    fields = shown(cast.olga)
    for who, status in ((cast.dora, 403), (cast.victor, 403), (cast.sam, 404)):
        assert post(who, shown=fields["shown"]).status_code == status
    assert cast.stranger.post(PAGE, data=fields).status_code == 401
    assert cast.olga.post(PAGE, data={"shown": fields["shown"]}).status_code == 400
    assert numbers() == [1]


@pytest.mark.parametrize("language", ["ja", "en", "ja-easy"])
def test_the_page_opens_in_every_language_with_everything_on_it(
    cast: Cast, make: Make, talk: EventSession, language: str
) -> None:
    make.session(cast.event, "second", title=both("二つ目", "Second"))
    edit(talk, status=SessionStatus.CANCELLED)
    text(cast.olga, f"{PAGE}?lang={language}")
    edit(talk, status=SessionStatus.PLANNED, capacity=3)
    text(cast.olga, f"{PAGE}?lang={language}")
    make.release(cast.event)
    text(cast.olga, f"{PAGE}?lang={language}&from=1&to=2")


def test_it_says_what_would_change_and_whom_it_would_be_told_to(cast: Cast, make: Make, talk: EventSession) -> None:
    make.registration(cast.event, talk)
    page = text(cast.olga, f"{PAGE}?lang=en")
    assert ("Everything is released" in page, "Release</span></button>" in page) == (True, False)
    move(talk)
    page = text(cast.olga, f"{PAGE}?lang=en")
    assert ("Everything is released" in page, "Release</span></button>" in page) == (False, True)
    assert re.search(r"Time changed.*Talk.*Sat 3 Oct 14:00–15:00.*Before: Sat 3 Oct 12:00–13:00", page, re.DOTALL)
    assert "1 registration gets a letter." in page
    assert "1 without mail address has to be told in another way." in page


def test_of_places_and_of_how_to_take_part_it_says_what_was_and_what_is(cast: Cast, talk: EventSession) -> None:
    edit(talk, capacity=3, admission=AdmissionRule.LOTTERY, booking_closes_at=NOON - timedelta(days=2))
    with transaction():
        release(cast.event.id, at=AT, actor=ANONYMOUS)
    edit(talk, capacity=None)
    page = re.sub(r"<svg.*?</svg>|<[^>]*>", "", text(cast.olga, f"{PAGE}?lang=en&from=1&to=2"), flags=re.DOTALL)
    for what in (
        "3 people Before: as many as the room takes",
        "Lottery Before: Register, or come if there is room",
        "Register until: Thu 1 Oct 12:00 Before: no date of its own",
        "as many as the room takes Before: 3 people",
    ):
        assert what in " ".join(page.split())


def test_the_button_releases_and_writes_the_letters(cast: Cast, talk: EventSession) -> None:
    move(talk)
    response = cast.olga.post(
        f"{PAGE}?lang=en", data={**shown(cast.olga), "note_ja": "会場の都合です。", "note_en": " "}
    )
    assert (response.status_code, response.headers["Location"]) == (303, PAGE)
    made = db.session.scalars(db.select(Release).order_by(Release.number.desc())).first()
    assert made is not None
    assert (made.number, made.note, made.released_at, letters()) == (2, {"ja": "会場の都合です。"}, AT, 1)
    page = text(cast.olga, f"{PAGE}?lang=en")
    assert "Release 2 is out: the public sees it now. 1 letter was written." in page
    assert re.search(r"Release 2</th>.*Olga.*会場の都合です。.*1 change", page, re.DOTALL)
    assert re.search(r"Release 1</th>.*command line.*first release", page, re.DOTALL)


def test_whoever_no_letter_reaches_is_listed_before_and_after(cast: Cast, make: Make, talk: EventSession) -> None:
    other = make.session(cast.event, "walk", title={"ja": "散歩", "en": "Walk", "ja-easy": "散歩"})
    make.release(cast.event)
    make.registration(cast.event, other)
    make.registration(cast.event, talk, name="Bo")
    move(talk)
    listed = "/console/events/fair/registrations?session=talk&amp;mail=without&amp;standing=accepted"
    before = text(cast.olga, f"{PAGE}?lang=en")
    assert (before.count(listed), before.count("session=walk")) == (1, 0)
    response = cast.olga.post(f"{PAGE}?lang=en", data=shown(cast.olga))
    assert response.headers["Location"] == f"{PAGE}?from=2&to=3"
    after = text(cast.olga, f"{PAGE}?from=2&to=3&lang=en")
    assert "1 letter was written. 1 without mail address has to be told in another way." in after
    assert (after.count(listed), after.count("session=walk")) == (1, 0)
    people = text(cast.olga, listed.replace("&amp;", "&") + "&lang=en")
    assert ("Bo" in people, "ana@example.jp" in people) == (True, False)


def test_whoever_has_booked_what_is_at_one_time_now_is_listed_before_and_after(
    cast: Cast, make: Make, talk: EventSession
) -> None:
    second = make.session(cast.event, "second", title=both("二つ目", "Second"), starts_at=NOON + timedelta(hours=2))
    make.release(cast.event)
    one, two = (make.registration(cast.event, talk, second, name=name) for name in ("Hana", "Ben"))
    make.registration(cast.event, second, name="Alone")
    assert "Booked, and at the same time" not in text(cast.olga, f"{PAGE}?lang=en")
    move(talk)
    before = text(cast.olga, f"{PAGE}?lang=en")
    done = cast.olga.post(PAGE, data=shown(cast.olga) | {"seen": ["room_twice", "not_translated"]})
    assert done.location == f"{PAGE}?from=2&to=3"
    for page in (before, text(cast.olga, f"{done.location}&lang=en")):
        told = page[page.index("Booked, and at the same time in this programme") :]
        assert "“Talk” and “Second”: 2 registrations" in told
        assert [f"/registrations/{row.uuid}" in told for row in (one, two)] == [True, True]
        assert "Alone" not in page


def test_the_same_form_sent_twice_releases_once(cast: Cast, talk: EventSession) -> None:
    move(talk)
    fields = shown(cast.olga)
    assert cast.olga.post(PAGE, data=fields).status_code == 303
    again = cast.olga.post(f"{PAGE}?lang=en", data=fields)
    assert (again.status_code, "There is nothing to release" in again.get_data(as_text=True)) == (409, True)
    assert (numbers(), letters()) == ([1, 2], 1)


def test_what_changed_meanwhile_is_shown_and_not_released(cast: Cast, talk: EventSession) -> None:
    move(talk)
    fields = shown(cast.olga)
    move(talk, hours=4)
    refused = cast.olga.post(f"{PAGE}?lang=en", data={**fields, "note_en": "Kept note"})
    page = refused.get_data(as_text=True)
    assert refused.status_code == 409
    for fact in ("The programme was changed meanwhile", "Sat 3 Oct 16:00–17:00", "Kept note"):
        assert fact in page
    assert (numbers(), letters()) == ([1], 0)
    assert cast.olga.post(PAGE, data=shown(cast.olga)).status_code == 303


def test_a_release_by_a_colleague_makes_the_page_stale(cast: Cast, talk: EventSession) -> None:
    move(talk)
    fields = shown(cast.olga)
    with transaction():
        release(cast.event.id, at=AT, actor=ANONYMOUS)
    edit(talk, status=SessionStatus.CANCELLED)
    assert cast.olga.post(PAGE, data=fields).status_code == 409
    assert numbers() == [1, 2]


@pytest.mark.parametrize("typed", ["", "nonsense", "0" * 64, "x" * 5000])
def test_a_form_that_shows_nothing_releases_nothing(cast: Cast, talk: EventSession, typed: str) -> None:
    move(talk)
    assert post(cast.olga, shown=typed).status_code == 409
    assert post(cast.olga).status_code == 409
    assert numbers() == [1]


def test_warnings_have_to_be_ticked(cast: Cast, make: Make, talk: EventSession) -> None:
    make.session(cast.event, "second", title=both("二つ目", "Second"))
    fields = shown(cast.olga)
    page = text(cast.olga, f"{PAGE}?lang=en")
    assert "are in Hall Main room at the same time." in page
    assert "“Second” has no title in やさしい日本語." in page
    for ticked in ([], ["room_twice"], ["nonsense"]):
        refused = cast.olga.post(f"{PAGE}?lang=en", data={**fields, "seen": ticked, "note_en": "Kept note"})
        assert refused.status_code == 422
        said = refused.get_data(as_text=True)
        assert ("Tick every point that is meant so" in said, "Kept note" in said) == (True, True)
    assert numbers() == [1]
    assert cast.olga.post(PAGE, data={**fields, "seen": ["room_twice", "not_translated"]}).status_code == 303


def test_errors_stop_a_release(cast: Cast, talk: EventSession) -> None:
    edit(talk, room_id=None)
    page = text(cast.olga, f"{PAGE}?lang=en")
    assert "“Talk” has neither a room nor an online address." in page
    assert 'name="shown"' not in page
    move(talk)
    assert post(cast.olga, shown="0" * 64).status_code == 409
    assert numbers() == [1]


def test_a_note_that_is_too_long_is_refused_and_kept(cast: Cast, talk: EventSession) -> None:
    move(talk)
    refused = cast.olga.post(PAGE, data={**shown(cast.olga), "note_ja": "長" * 2001})
    assert (refused.status_code, "長" * 2001 in refused.get_data(as_text=True)) == (422, True)
    assert numbers() == [1]


def test_what_somebody_types_into_a_note_is_text(cast: Cast, talk: EventSession) -> None:
    move(talk)
    cast.olga.post(PAGE, data={**shown(cast.olga), "note_ja": "<script>alert(1)</script>"})
    for page in (PAGE, "/events/fair/"):
        assert "&lt;script&gt;alert(1)" in text(cast.olga, page)


def test_the_first_release_is_made_here_too(cast: Cast, make: Make) -> None:
    make.session(cast.event, "talk", title={"ja": "講演", "en": "Talk", "ja-easy": "お話"})
    assert cast.stranger.get("/events/fair/").status_code == 404
    assert "This is the first release: 1 session." in text(cast.olga, f"{PAGE}?lang=en")
    assert cast.olga.post(PAGE, data=shown(cast.olga)).status_code == 303
    assert cast.stranger.get("/events/fair/").status_code == 200


def test_any_two_releases_are_compared_by_their_address(cast: Cast, make: Make, talk: EventSession) -> None:
    move(talk)
    make.release(cast.event)
    edit(talk, title={"ja": "講座", "en": "Course", "ja-easy": "お話"})
    make.release(cast.event)
    page = text(cast.olga, f"{PAGE}?from=1&to=3&lang=en")
    panel = page[page.index('id="comparison"') : page.index("Close the comparison")]
    assert [word in panel for word in ("Time changed", "Sat 3 Oct 14:00", "Text or details", "title")] == [True] * 4
    backwards = text(cast.olga, f"{PAGE}?from=3&to=1&lang=en")
    assert "Before: Sat 3 Oct 14:00" in backwards
    assert "No difference." in text(cast.olga, f"{PAGE}?from=2&to=2&lang=en")
    for address in ("?from=1&to=9", "?from=0&to=1", "?from=-1&to=1"):
        assert cast.olga.get(PAGE + address).status_code == 404
    for address in ("?from=1", "?from=x&to=y", "?from=&to="):
        assert cast.olga.get(PAGE + address).status_code == 200
    assert cast.sam.get(f"{PAGE}?from=1&to=3").status_code == 404


@pytest.mark.slow
def test_of_releases_made_at_one_moment_one_wins_and_the_others_are_told(
    app: Flask, cast: Cast, talk: EventSession
) -> None:
    move(talk)
    event_id, start = cast.event.id, threading.Barrier(8)

    def make(number: int) -> str:
        with app.app_context():
            shown = proposal_of(db.session.get_one(Event, event_id)).prepared()
            start.wait(30)
            try:
                with transaction():
                    told = release_and_tell(event_id, note={"ja": f"{number}"}, shown=shown, at=AT, actor=ANONYMOUS)
            except (ReleaseChanged, NothingNew):
                return "told"
            return f"released, {told.letters} letter"

    with ThreadPoolExecutor(8) as threads:
        came = sorted(threads.map(make, range(8)))
    assert came == ["released, 1 letter"] + ["told"] * 7
    db.session.rollback()
    assert (numbers(), letters()) == ([1, 2], 1)


@pytest.mark.slow
def test_two_people_who_press_the_button_at_one_moment_release_once(app: Flask, cast: Cast, talk: EventSession) -> None:
    move(talk)
    typed = {one: shown(one) for one in (cast.olga, cast.owner)}
    start = threading.Barrier(2)

    def press(client: FlaskClient) -> int:
        start.wait(30)
        with clock.frozen(AT):
            return client.post(PAGE, data=typed[client]).status_code

    with ThreadPoolExecutor(2) as threads:
        assert sorted(threads.map(press, typed)) == [303, 409]
    db.session.rollback()
    assert numbers() == [1, 2]


def test_the_history_has_20_releases_a_page_and_any_two_are_compared(cast: Cast, talk: EventSession) -> None:
    with transaction():
        for number in range(2, 42):
            db.session.add(Release(event_id=cast.event.id, number=number, released_at=AT, note={}, changes=[],
                                   snapshot=db.session.scalars(db.select(Release.snapshot)).first()))  # fmt: skip
    found = []
    for address in ("", "?page=2", "?page=3", "?page=99", "?page=0"):
        page = text(cast.olga, f"{PAGE}{address}")
        rows = page[page.index("<tbody") : page.index("</tbody>")]
        found.append([int(one) for one in re.findall(r'<th role="rowheader" scope="row">第(\d+)版', rows)])
        assert page.count("<option") == 82
    assert found == [[*range(41, 21, -1)], [*range(21, 1, -1)], [1], [1], [*range(41, 21, -1)]]


def test_the_page_asks_as_much_for_many_as_for_few(app: Flask, cast: Cast, make: Make, talk: EventSession) -> None:
    move(talk)
    text(cast.olga, PAGE)
    with counted_queries(app) as few:
        text(cast.olga, PAGE)
    for number in range(4):
        make.session(cast.event, f"more-{number}")
        make.registration(cast.event, talk, email=f"a{number}@example.jp")
    with transaction():
        release(cast.event.id, at=AT, actor=ANONYMOUS)
    move(talk, hours=5)
    text(cast.olga, PAGE)
    with counted_queries(app) as many:
        text(cast.olga, PAGE)
    assert len(few) == len(many)
