"""Editions: numbered, whole, unchangeable; what leaves the house is what they say, with small numbers hidden."""

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.cli import ScriptInfo
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from analytics.cli import report
from analytics.operations.editions import (
    IssuedMeanwhile,
    NothingCounted,
    NotStanding,
    draft_edition,
    issue_edition,
    withdraw_edition,
)
from analytics.queries import figures_of
from analytics.queries.editions import edition_numbered, editions_of, newest_edition, withdrawn_edition
from analytics.report import public_report_on, report_on
from analytics.rules import Attendance
from analytics.rules.editions import PublicFigures, Shown, Standing, WhyWithdrawn, public_figures
from app.audit import AuditEntry
from app.db import db, transaction
from app.errors import NotFound
from app.programme.models import Event, EventSession
from app.web.actors import ANONYMOUS
from app.web.languages import speak
from checkin.models import Place, PlaceClose
from checkin.rules import CountingState
from tests.analytics.ledger import Ledger
from tests.make import NOON, Make

AFTER = NOON + timedelta(days=3)


@pytest.fixture
def fair(make: Make) -> Event:
    """Two talks and an entrance. Three pupils in the one talk, 40 in the other."""
    event = make.event("fair")
    make.session(event, "one")
    make.session(event, "two")
    make.session(event, "none", starts_at=NOON + timedelta(hours=2))
    ledger, places = Ledger(event), places_of(event)
    spectator, student, _ = ledger.categories()
    ledger.tap(places["2026-10-03"], {spectator: 60, student: 45}, at=NOON - timedelta(hours=1), new_today=True)
    ledger.tap(places["one"], {spectator: 20, student: 3}, at=NOON, new_today=False)
    ledger.tap(places["two"], {spectator: 11, student: 40}, at=NOON, new_today=False)
    ledger.write()
    return event


def places_of(event: Event) -> dict[str, int]:
    """The event's places by the codes of its sessions and the days of its entrances."""
    found = db.session.execute(
        db.select(Place.id, EventSession.code, Place.day)
        .outerjoin(EventSession, EventSession.id == Place.session_id)
        .where(Place.event_id == event.id)
    )
    return {code or str(day): place for place, code, day in found}


def issue(event: Event, measure: Attendance = Attendance.PEOPLE) -> int:
    draft = draft_edition(event, measure, figures_of(event, at=AFTER))
    with transaction():
        return issue_edition(event, draft, still_open={"conflicts": 2}, at=AFTER, actor=ANONYMOUS).number


def test_an_edition_keeps_every_figure_as_it_was(fair: Event) -> None:
    figures = figures_of(fair, at=AFTER)
    assert newest_edition(fair.id) is None
    assert issue(fair) == 1
    kept = newest_edition(fair.id)
    assert kept is not None
    assert (replace(kept.figures, edition=None), kept.figures.edition, kept.original) == (figures, 1, None)
    assert (kept.number, kept.still_open) == (1, {"conflicts": 2})
    assert db.session.scalars(db.select(AuditEntry.verb)).all() == ["edition.issue"]


def test_later_lines_change_no_edition_and_the_newest_is_what_the_public_reads(fair: Event) -> None:
    issue(fair)
    ledger = Ledger(fair, first_id=900)
    spectator, *_ = ledger.categories()
    ledger.tap(places_of(fair)["2026-10-03"], {spectator: 7}, at=NOON, new_today=True)
    ledger.write()
    assert heads(edition_numbered(fair.id, 1).public) == [60, 45, 105]
    assert issue(fair, Attendance.VISITS) == 2
    newest = newest_edition(fair.id)
    assert newest is not None
    assert (newest.number, heads(newest.public)) == (2, [31, 43, 74])
    assert [(one.number, one.measure) for one in editions_of(fair.id)] == [
        (2, Attendance.VISITS),
        (1, Attendance.PEOPLE),
    ]
    with pytest.raises(NotFound):
        edition_numbered(fair.id, 3)


@pytest.mark.parametrize(
    "statement", ["UPDATE edition SET measure = 'visits'", "UPDATE edition SET figures = '{}'", "DELETE FROM edition"]
)
def test_the_database_refuses_to_change_one(fair: Event, statement: str) -> None:
    issue(fair)
    with pytest.raises(DBAPIError, match="append-only"), transaction():
        db.session.execute(text(statement))
    assert heads(edition_numbered(fair.id, 1).public) == [60, 45, 105]


def test_two_people_who_issue_at_once_issue_one(fair: Event) -> None:
    drafts = [draft_edition(fair, Attendance.PEOPLE, figures_of(fair, at=AFTER)) for _ in range(2)]
    with transaction():
        issue_edition(fair, drafts[0], still_open={}, at=AFTER, actor=ANONYMOUS)
    with pytest.raises(IssuedMeanwhile), transaction():
        issue_edition(fair, drafts[1], still_open={}, at=AFTER, actor=ANONYMOUS)
    assert len(editions_of(fair.id)) == 1


def test_where_nobody_was_counted_there_is_nothing_to_issue(make: Make) -> None:
    event = make.event("empty")
    for measure in Attendance:
        with pytest.raises(NothingCounted):
            draft_edition(event, measure, figures_of(event, at=AFTER))


def test_people_per_day_are_summed_over_the_days(fair: Event) -> None:
    ledger = Ledger(fair, first_id=900)
    spectator, student, _ = ledger.categories()
    ledger.tap(places_of(fair)["2026-10-04"], {spectator: 7, student: 5}, at=NOON + timedelta(1), new_today=True)
    ledger.write()
    issue(fair, Attendance.PEOPLE_BY_DAY)
    assert heads(edition_numbered(fair.id, 1).public) == [67, 50, 117]


def test_a_small_number_is_hidden_with_others_and_stays_hidden_in_the_next_edition(fair: Event) -> None:
    issue(fair)
    public = edition_numbered(fair.id, 1).public
    hidden, shown = Shown(None, Standing.HIDDEN), [[one.number for one in row.numbers] for row in public.sittings]
    assert [row.code for row in public.sittings] == ["one", "two", "none"]
    assert shown == [[None, None], [None, None], [None, None]]
    assert public.sittings[0].numbers == (hidden, hidden)
    assert public.sittings[2].total == Shown(None, Standing.UNKNOWN)
    assert [row.total.number for row in public.sittings[:2]] == [23, 51]
    assert (public.visits_total.number, [one.number for one in public.visits]) == (74, [31, 43])
    ledger = Ledger(fair, first_id=900)
    _, student, _ = ledger.categories()
    ledger.tap(places_of(fair)["one"], {student: 30}, at=NOON, new_today=False)
    ledger.write()
    issue(fair)
    again = edition_numbered(fair.id, 2).public
    assert [[one.number for one in row.numbers] for row in again.sittings[:2]] == [[None, None], [None, None]]


def test_what_lasts_all_day_stands_on_its_own_day_though_the_night_is_of_the_day_before(make: Make) -> None:
    event = make.event("fair")
    midnight = NOON.astimezone(ZoneInfo(event.timezone)).replace(hour=0)
    for code in ("open", "closed"):
        make.session(event, code, starts_at=midnight, ends_at=midnight + timedelta(days=1))
    make.session(event, "talk")
    ledger, places = Ledger(event), places_of(event)
    ledger.tap(places["talk"], {ledger.categories()[0]: 20}, at=NOON, new_today=True)
    ledger.write()
    with transaction():
        db.session.add(PlaceClose(place_id=places["closed"], state=CountingState.COUNTED, closed_at=AFTER))
    public = public_figures(figures_of(event, at=AFTER), Attendance.VISITS)
    assert {one.code: (one.day, one.total.standing) for one in public.sittings} == {
        "open": (NOON.date(), Standing.UNKNOWN),
        "closed": (NOON.date(), Standing.COUNTED),
        "talk": (NOON.date(), Standing.COUNTED),
    }
    assert [one.day for one in public.days] == [NOON.date()]


def withdraw(event: Event, number: int, reason: WhyWithdrawn = WhyWithdrawn.NUMBERS) -> None:
    with transaction():
        withdraw_edition(event, number, reason=reason, at=AFTER, actor=ANONYMOUS)


def test_a_withdrawn_edition_is_no_more_what_the_public_reads_and_its_number_is_not_used_again(fair: Event) -> None:
    issue(fair)
    issue(fair)
    withdraw(fair, 2)
    assert newest_edition(fair.id) is None, "the one before was replaced and does not come back"
    taken_back = withdrawn_edition(fair.id)
    assert taken_back is not None
    assert (taken_back.number, taken_back.at, taken_back.reason) == (2, AFTER, WhyWithdrawn.NUMBERS)
    assert [one.withdrawn is not None for one in editions_of(fair.id)] == [True, False]
    assert heads(edition_numbered(fair.id, 2).public) == [60, 45, 105], "it is kept"
    assert issue(fair) == 3
    newest = newest_edition(fair.id)
    assert newest is not None
    assert (newest.number, withdrawn_edition(fair.id)) == (3, None)
    verbs = ["edition.issue", "edition.issue", "edition.withdraw", "edition.issue"]
    assert db.session.scalars(db.select(AuditEntry.verb).order_by(AuditEntry.id)).all() == verbs


@pytest.mark.parametrize("number", [1, 2])
def test_only_the_newest_edition_is_withdrawn_and_only_once(fair: Event, number: int) -> None:
    issue(fair)
    issue(fair)
    withdraw(fair, 2)
    with pytest.raises(NotStanding):
        withdraw(fair, number)


def test_an_edition_of_another_event_is_not_there_to_withdraw(fair: Event, make: Make) -> None:
    issue(fair)
    with pytest.raises(NotStanding):
        withdraw(make.event("other"), 1)


@pytest.mark.parametrize(
    "statement", ["UPDATE edition_withdrawal SET reason = 'words'", "DELETE FROM edition_withdrawal"]
)
def test_a_withdrawal_stays(fair: Event, statement: str) -> None:
    issue(fair)
    withdraw(fair, 1)
    with pytest.raises(DBAPIError, match="append-only"), transaction():
        db.session.execute(text(statement))


def test_what_a_withdrawn_edition_showed_stays_known_to_the_next(fair: Event) -> None:
    """As if it had only been replaced: with what it showed, a number that has grown since would tell the small one."""
    issue(fair)
    withdraw(fair, 1)
    ledger = Ledger(fair, first_id=900)
    _spectator, student, _unknown = ledger.categories()
    ledger.tap(places_of(fair)["one"], {student: 9}, at=NOON, new_today=False)
    ledger.write()
    figures = figures_of(fair, at=AFTER)
    first = edition_numbered(fair.id, 1).public
    draft = draft_edition(fair, Attendance.PEOPLE, figures)
    assert draft.public == public_figures(figures, Attendance.PEOPLE, editions=[first])
    assert draft.public != public_figures(figures, Attendance.PEOPLE)


def test_no_report_is_made_of_a_withdrawn_edition(app: Flask, make: Make, fair: Event) -> None:
    issue(fair)
    make.release(fair)
    withdraw(fair, 1)
    with app.test_request_context("/"):
        speak("en")
        assert report_on(fair, at=AFTER).mark == "Preliminary"
        for write, number in ((report_on, 1), (public_report_on, None), (public_report_on, 1)):
            with pytest.raises(NotFound):
                write(fair, at=AFTER, edition=number)
    command = ["fair", "--out", "report.pdf", "--public"]
    ran = CliRunner().invoke(report, command, obj=ScriptInfo(create_app=lambda: app))
    assert (ran.exit_code, "Edition 1 of fair was withdrawn" in ran.output) == (1, True)


def heads(public: PublicFigures) -> list[int | None]:
    """The one figure by category, and its total; the category for who was not asked is not there."""
    return [*(one.number for one in public.attendance), public.attendance_total.number]
