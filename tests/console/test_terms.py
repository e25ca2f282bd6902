"""How one registers is set in the console: kept, judged, put beside what somebody else changed, and closed to Sam."""

from datetime import UTC, datetime
from typing import Any

from app.db import db
from app.programme.models import Event
from tests.console.conftest import Cast
from tests.console.editing import post, typed_in
from tests.registrations.views.forms import errors_on

PAGE = "/console/events/fair/registration/settings"
CLASSES = {"classes": "y", "pupils": "student", "teachers": "spectator", "guardians": "spectator"}


def form_on(cast: Cast, **changed: Any) -> dict[str, Any]:
    page = cast.olga.get(PAGE)
    assert page.status_code == 200
    assert 'role="alert"' not in page.get_data(as_text=True), "nobody changed anything meanwhile"
    return {**typed_in(page.get_data(as_text=True)), **changed}


def event(cast: Cast) -> Event:
    db.session.rollback()
    return db.session.get_one(Event, cast.event.id, populate_existing=True)


def test_what_is_set_is_kept_on_the_events_clock(cast: Cast) -> None:
    given = {**CLASSES, "class_numbers_due_at": "2026-09-25T17:00", "waiting_mode": "offer", "offer_hours": "1",
             "offer_rest": "30", "waiting_ends_minutes": "90", "address_limit": "２", "confirms_mail": "y"}  # fmt: skip
    assert post(cast.olga, PAGE, form_on(cast, **given)).status_code == 303
    kept = event(cast)
    assert (kept.party_kinds, kept.class_categories) == (
        ["person", "family", "class"],
        {"pupils": "student", "teachers": "spectator", "guardians": "spectator"},
    )
    assert kept.class_numbers_due_at == datetime(2026, 9, 25, 8, 0, tzinfo=UTC)
    assert (kept.waiting_mode, kept.offer_minutes, kept.waiting_ends_minutes) == ("offer", 90, 90)
    assert (kept.address_limit, kept.confirms_mail, kept.asks_photo) == (2, True, False)
    again = form_on(cast)
    assert (again["offer_hours"], again["offer_rest"]) == ("1", "30")
    assert (again["pupils"], again["class_numbers_due_at"]) == (["student"], "2026-09-25T17:00")


def test_what_cannot_be_is_said_and_stays_as_typed(cast: Cast) -> None:
    page = post(
        cast.olga, f"{PAGE}?lang=en", form_on(cast, classes="y", offer_hours="0", offer_rest="0", address_limit="many")
    )
    assert (page.status_code, errors_on(page)) == (
        422,
        [
            "Choose a category for pupils, teachers and guardians.",
            "Give people some time: at least one minute.",
            "Type a whole number from 1 to 1000.",
        ],
    )
    assert 'value="many"' in page.get_data(as_text=True)
    assert event(cast).party_kinds == ["person", "family"]


def test_two_people_overwrite_nothing(cast: Cast) -> None:
    mine, theirs = form_on(cast, offer_hours="48"), form_on(cast, guardian_age="15")
    assert post(cast.owner, PAGE, theirs).status_code == 303
    page = post(cast.olga, PAGE, mine)
    assert (page.status_code, 'role="alert"' in page.get_data(as_text=True)) == (409, True)
    assert post(cast.olga, PAGE, typed_in(page.get_data(as_text=True))).status_code == 303
    assert (event(cast).offer_minutes, event(cast).guardian_age) == (2880, 15)


def test_only_who_edits_the_event_sets_it(cast: Cast) -> None:
    assert cast.statuses(PAGE) == {
        "owner": 200, "olga": 200, "dora": 403, "victor": 403, "sam": 404, "stranger": 302,
    }  # fmt: skip
    for who, status in ((cast.dora, 403), (cast.sam, 404)):
        assert post(who, PAGE, {"waiting_mode": "off"}).status_code == status
    assert event(cast).waiting_mode == "promote"
