"""When letters go out by the clock, as the organiser sets it."""

from app.audit import AuditEntry
from app.db import db
from app.programme.models import Event
from tests.console.conftest import Cast
from tests.console.editing import opened, post

TIMES = "/console/events/fair/letters/times"


def kept() -> tuple[list[int], int | None, str | None]:
    db.session.rollback()
    event = db.session.scalars(db.select(Event).filter_by(slug="fair")).one()
    db.session.refresh(event)
    return event.reminder_days, event.thanks_days, event.feedback_url


def test_only_who_edits_the_event_sets_them(cast: Cast) -> None:
    statuses = cast.statuses(TIMES)
    assert {name for name, status in statuses.items() if status == 200} == {"owner", "olga"}
    assert (statuses["sam"], statuses["stranger"], statuses["dora"]) == (404, 302, 403)
    for who, status in (("sam", 404), ("victor", 403)):
        assert post(getattr(cast, who), TIMES, {"reminder_days": "1"}).status_code == status
    assert cast.stranger.post(TIMES, data={"reminder_days": "1"}).status_code == 401
    assert kept() == ([], None, None)


def test_days_are_typed_in_any_width_and_order_and_kept(cast: Cast) -> None:
    form = opened(cast.olga, TIMES)
    typed = {"reminder_days": "０、7 , 1、1", "thanks_days": "2", "feedback_url": "https://example.jp/q"}
    assert post(cast.olga, TIMES, form, **typed).status_code == 303
    assert kept() == ([7, 1, 0], 2, "https://example.jp/q")
    assert opened(cast.olga, TIMES)["reminder_days"] == "7, 1, 0"
    assert post(cast.olga, TIMES, opened(cast.olga, TIMES), reminder_days="", thanks_days="").status_code == 303
    assert kept() == ([], None, "https://example.jp/q")
    assert db.session.scalars(db.select(AuditEntry.verb)).all().count("event.change") == 2


def test_what_are_no_days_is_said_and_kept(cast: Cast) -> None:
    form = opened(cast.olga, TIMES)
    for name, typed in (
        ("reminder_days", "tomorrow"),
        ("reminder_days", "61"),
        ("reminder_days", "-1"),
        ("reminder_days", "6, 5, 4, 3, 2, 1"),
        ("thanks_days", "x"),
        ("feedback_url", "javascript:alert(1)"),
    ):
        answer = post(cast.olga, TIMES, form, **{name: typed})
        assert answer.status_code == 422
        assert typed in answer.get_data(as_text=True)
    assert kept() == ([], None, None)


def test_what_somebody_else_changed_meanwhile_is_shown_beside(cast: Cast) -> None:
    mine = opened(cast.olga, TIMES)
    post(cast.owner, TIMES, opened(cast.owner, TIMES), reminder_days="3")
    answer = post(cast.olga, TIMES, mine, thanks_days="1")
    assert answer.status_code == 409
    assert kept()[0] == [3]
