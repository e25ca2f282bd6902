"""An edition stays what it was: everything is changed afterwards, and no page and no file of it says another word."""

import io
import zipfile
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from analytics.models import Edition, FormerNumber, FormerYear, ReportComment
from analytics.queries.editions import edition_numbered
from analytics.report import FORMATS, Report, public_report_on, report_on
from analytics.rules import Attendance, Missing
from app.clock import frozen
from app.db import db, transaction
from app.programme.models import (
    Category,
    Event,
    EventSession,
    EventVenue,
    Organisation,
    Participation,
    Room,
    SessionPlaces,
    Venue,
)
from app.programme.rules import EventStatus, OrganisationKind, ParticipationRole
from app.web.languages import plain, speak
from registrations.models import BookingLine
from tests.analytics.ledger import Ledger
from tests.analytics.test_editions import AFTER, issue, places_of
from tests.make import NOON, Make, both

LATER = AFTER + timedelta(days=400)
BOOK_TIMES = ("docProps/core.xml",)
"""The one part of a workbook in which the program that writes it says when."""
PUBLIC = ("figures", "data/attendance.csv", "data/attendance.json", "data/attendance.csv-metadata.json")


@pytest.fixture
def fair(make: Make) -> Event:
    """A fair with everything that a report can speak of: words, venues, organisations, places asked for, former
    years, comments, a licence; counted and released."""
    event = make.event(
        "fair", purpose=[both("市民の交流", "Meeting")], people_measure="people",
        licence="CC BY 4.0", licence_url="https://creativecommons.org/licenses/by/4.0/deed.ja",
        source={"title": both("実施計画", "Plan")},
    )  # fmt: skip
    talk = make.session(event, "talk", capacity=40)
    make.registration(event, talk, numbers={"spectator": 2})
    ledger, places = Ledger(event), places_of(event)
    spectator, student, _ = ledger.categories()
    ledger.tap(places["2026-10-03"], {spectator: 600, student: 85}, at=NOON, new_today=True)
    ledger.tap(places["talk"], {spectator: 300, student: 44}, at=NOON, new_today=False)
    ledger.write()
    with transaction():
        one = Organisation(
            host_id=event.host_id, code="npo", name=both("青空の会", "Blue sky"), kind=OrganisationKind.NPO, public=True
        )
        db.session.add(one)
        db.session.add(ReportComment(event_id=event.id, words=both("雨天のため屋外は中止。", "It rained.")))
        db.session.flush()
        for position, role in enumerate((ParticipationRole.ORGANISER, ParticipationRole.EXHIBITOR)):
            db.session.add(
                Participation(event_id=event.id, organisation_id=one.id, role=role, took_part=True, position=position)
            )
        db.session.get_one(Event, event.id).status = EventStatus.CLOSED
    add_year(event, 2025, {spectator: 500, student: 60}, 560)
    return make.release(event)


def add_year(event: Event, year: int, numbers: Mapping[int, int], total: int) -> FormerYear:
    with transaction():
        row = FormerYear(
            event_id=event.id, year=year, measure="people", methods=["tapped"], total=total, source="実施報告書",
            provenance="published", created_at=NOON,
        )  # fmt: skip
        db.session.add(row)
        db.session.flush()
        for category, number in numbers.items():
            db.session.add(FormerNumber(former_year_id=row.id, category_id=category, number=number))
    return row


def change_everything(make: Make, event: Event) -> None:
    """Each word and number that the report reads, in every table that it reads them from."""
    other = both("変更後", "Changed")
    with transaction():
        for kind in (Event, EventSession, Venue, Room, Category, Organisation):
            for row in db.session.scalars(db.select(kind)):
                _rename(row, other)
        mine = db.session.get_one(Event, event.id)
        mine.licence, mine.licence_url, mine.people_measure = "別のライセンス", None, "visits"
        mine.purpose, mine.source = [other, other], {"title": other}
        for found in db.session.scalars(db.select(Organisation)):
            found.kind, found.public, found.named = OrganisationKind.SCHOOL, False, False
        db.session.execute(db.delete(Participation).filter_by(role=ParticipationRole.ORGANISER))
        for took in db.session.scalars(db.select(Participation)):
            took.took_part, took.role = False, ParticipationRole.COOPERATION
        for year in db.session.scalars(db.select(FormerYear)):
            year.total, year.source, year.measure, year.methods = 9, "別の出典", "visits", []
        for number in db.session.scalars(db.select(FormerNumber)):
            number.number = 7
        for places in db.session.scalars(db.select(SessionPlaces)):
            places.capacity = 99
        db.session.get_one(ReportComment, event.id).words = other
    add_year(event, 2024, {}, 77)
    with transaction():
        for line in db.session.scalars(db.select(BookingLine)):
            line.number = 5
    ledger = Ledger(event, first_id=900)
    ledger.tap(places_of(event)["talk"], {ledger.categories()[0]: 31}, at=NOON, new_today=True)
    ledger.write()
    with transaction():
        db.session.execute(db.delete(EventVenue))
    make.venue(event, "annex")
    make.release(event)


def _rename(row: Any, words: dict[str, str]) -> None:
    for name in ("title", "name", "label", "belongs", "summary", "fee", "how_to_take_part", "address", "kind"):
        if isinstance(getattr(row, name, None), dict):
            setattr(row, name, words)


def said(app: Flask, event: Event) -> dict[str, bytes]:
    """Every file of edition 1 by its name, and the public page."""
    found: dict[str, bytes] = {}
    for reader, write in (("staff", report_on), ("public", public_report_on)):
        for form, language in [*((form, "ja") for form in FORMATS), ("html", "en"), ("html", "ja-easy")]:
            with app.test_request_context("/"):
                speak(language)
                content = FORMATS[form].make(write(event, at=NOON + timedelta(days=4), edition=1))
            found |= {f"{reader} {language} {name}": part for name, part in _parts(form, content)}
    return found


def _parts(form: str, content: bytes) -> Iterator[tuple[str, bytes]]:
    if form not in ("docx", "xlsx"):
        yield form, content
        return
    archive = zipfile.ZipFile(io.BytesIO(content))
    yield from ((f"{form} {name}", archive.read(name)) for name in archive.namelist() if name not in BOOK_TIMES)


def pages(app: Flask) -> dict[str, bytes]:
    return {path: app.test_client().get(f"/events/fair/{path}?lang=ja").data for path in PUBLIC}


def test_whatever_is_changed_afterwards_no_file_of_an_edition_changes(app: Flask, make: Make, fair: Event) -> None:
    issue(fair)
    before = said(app, fair)
    change_everything(make, fair)
    with frozen(LATER):
        after = said(app, db.session.get_one(Event, fair.id))
    assert [name for name in before | after if before.get(name) != after.get(name)] == []


def test_nor_does_the_public_page_or_the_open_data(app: Flask, make: Make, fair: Event) -> None:
    issue(fair)
    before = pages(app)
    change_everything(make, fair)
    after = pages(app)
    assert [name for name in PUBLIC if name != "figures" and before[name] != after[name]] == []
    assert _main(before["figures"]) == _main(after["figures"])
    assert "市民まつり".encode() in _main(after["figures"])


def _main(page: bytes) -> bytes:
    """What the page says; around it stand the product's own head and foot."""
    return page[page.index(b"<main") : page.index(b"</main>")]


def test_the_next_edition_says_what_is_true_by_then(app: Flask, make: Make, fair: Event) -> None:
    issue(fair)
    change_everything(make, fair)
    issue(db.session.get_one(Event, fair.id), Attendance.VISITS)
    with app.test_request_context("/"):
        speak("en")
        first, second = (report_on(fair, at=LATER, edition=number) for number in (1, 2))
    assert (plain(first.event), plain(second.event)) == ("Fair", "Changed")
    assert [row.key for row in years(first).rows] == ["2025", "2026"]
    assert [row.key for row in years(second).rows] == ["2024", "2025", "2026"]


def years(report: Report) -> Any:
    return next(grid.table for _section, grid in report.grids() if grid.table.name == "former-years")


def test_an_edition_from_before_its_setting_was_kept_is_read_as_before(app: Flask, make: Make, fair: Event) -> None:
    """It says what the tables say now, as it did when it was issued."""
    issue(fair)
    kept = db.session.scalars(db.select(Edition.figures)).one()
    older = {name: part for name, part in kept.items() if name != "setting"}
    with transaction():
        db.session.add(
            Edition(event_id=fair.id, number=2, measure="people", issued_at=AFTER, account_id=None, figures=older)
        )
        db.session.get_one(ReportComment, fair.id).words = both("後から", "Written later")
    assert edition_numbered(fair.id, 2).setting is None
    with app.test_request_context("/"):
        speak("en")
        words = FORMATS["html"].make(report_on(fair, at=LATER, edition=2)).decode()
        public = FORMATS["html"].make(public_report_on(fair, at=LATER, edition=2)).decode()
    assert ("Written later" in words, "Blue sky" in public) == (True, True)


def test_the_report_of_an_edition_reports_the_measure_that_was_named(app: Flask, fair: Event) -> None:
    """The event's own choice of today is of the next one."""
    issue(fair, Attendance.VISITS)
    with app.test_request_context("/"):
        speak("en")
        report = report_on(fair, at=LATER, edition=1)
    keys = next(block.keys for section in report.sections for block in section.blocks if hasattr(block, "keys"))
    assert (str(keys[0].label), keys[0].value) == ("Attendance (Visits)", "344 visits")
    assert years(report).rows[-1].cells[2] == 344


def test_what_a_former_year_hid_stays_hidden_when_it_is_corrected(app: Flask, fair: Event) -> None:
    """Three pupils beside twelve others are hidden together; seven would say that they had been three."""
    spectator, student, unknown = Ledger(fair).categories()
    row = add_year(fair, 2024, {spectator: 50, student: 3, unknown: 12}, 65)
    issue(fair)
    with transaction():
        number = db.session.get_one(FormerNumber, (row.id, student))
        number.number = 7
        db.session.get_one(FormerYear, row.id).total = 69
    issue(fair)
    with app.test_request_context("/"):
        speak("en")
        first, second = (years(public_report_on(fair, at=AFTER, edition=number)).rows[0] for number in (1, 2))
    assert first.cells[:3] == (50, Missing.HIDDEN, 65)
    assert second.cells[:3] == (50, Missing.HIDDEN, 69)


def test_people_of_each_day_summed_come_first_where_an_edition_reports_them(app: Flask, fair: Event) -> None:
    ledger = Ledger(fair, first_id=900)
    ledger.tap(places_of(fair)["2026-10-04"], {ledger.categories()[0]: 90}, at=NOON + timedelta(1), new_today=True)
    ledger.write()
    issue(fair, Attendance.PEOPLE_BY_DAY)
    with app.test_request_context("/"):
        speak("en")
        report = report_on(fair, at=LATER, edition=1)
    keys = next(block.keys for section in report.sections for block in section.blocks if hasattr(block, "keys"))
    table = next(grid.table for _section, grid in report.grids() if grid.table.name == "people-by-day")
    assert (str(keys[0].label), keys[0].value) == ("Attendance (Distinct people of each day, summed)", "775 people")
    assert (table.rows[0].cells[0], table.total) == (690, (775, 100.0))
    assert years(report).rows[-1].cells[2] == 775
