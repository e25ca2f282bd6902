"""A whole event, through the door: scans, groups, taps, the desk and paper, with everything that happens at real doors.
At its end people by category are 62, 412, 485, 101 and 101, together 1,161, wherever one looks."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.cli import ScriptInfo

from analytics.charts import Bars, Days, Hours, Pairs
from analytics.cli import attendance
from analytics.exports.pictures import pictures_of
from analytics.exports.tables import tables_of
from analytics.queries import figures_of
from analytics.rules.figures import Count, Figures
from app.clock import frozen
from app.db import db
from app.programme.models import EventSession, EventVenue, Venue
from app.programme.rules import AdmissionRule
from app.web.languages import plain
from checkin.models import Entry, Place
from checkin.rules import Method
from registrations.models import Ticket
from registrations.rules import PartyKind
from tests.analytics.ledger import Ledger
from tests.analytics.reading import api_tables, get_api, get_csv, get_page
from tests.checkin.doorside import Doorside
from tests.make import NOON, Make, both

pytestmark = pytest.mark.slow

PUBLISHED = {"organisation": 62, "spectator": 412, "student": 485, "guardian": 101, "related": 101}
DAY = timedelta(days=1)
AFTERWARDS = NOON + 2 * DAY
LABELS = {
    "organisation": ("NPO・企業・地域", "NPOs and companies"),
    "guardian": ("保護者", "Guardians"),
    "related": ("関係者", "Staff and partners"),
}


class Story:
    """The event as its doors saw it, told in the order of time."""

    def __init__(self, app: Flask, make: Make) -> None:
        self.make, event = make, make.event("festa", fictional=True)
        for position, (key, label) in enumerate(LABELS.items()):
            make.category(event, key, label=both(*label), position=position + 3)
        self.door = Doorside(app, make, event, rights=("scan", "search", "supervisor"))
        self.event, self.waiting = event, list[dict[str, Any]]()
        self.talk, self.lab, self.summit = (
            self._session(code, NOON + offset * DAY) for code, offset in (("talk", -1), ("lab", 0), ("summit", 1))
        )
        self.entrance = f"entrance:{self._venue()}:{NOON.date()}"

    def tell(self) -> None:
        """From the first day to the last."""
        self.companies_come_on_two_days()
        self.classes_arrive_in_parts()
        self.spectators_are_tapped()
        self.the_desk_helps()
        self.wrong_taps_are_taken_back()
        self.sheets_of_paper_come_in()

    def companies_come_on_two_days(self) -> None:
        """62 tickets of companies, scanned on day 1; half of them again on day 2, ten come back after an exit."""
        tickets = [self.door.ticket({"organisation": 1}) for _ in range(62)]
        for ticket in tickets:
            self.claim(self.talk, ticket, at=NOON - DAY)
        for ticket in tickets[:31]:
            self.claim(self.lab, ticket, at=NOON)
        for ticket in tickets[:10]:
            self.claim(self.lab, ticket, at=NOON + timedelta(minutes=10), direction="out")
            self.claim(self.lab, ticket, at=NOON + timedelta(minutes=20))
        for ticket in [self.door.ticket({"spectator": 1}) for _ in range(60)]:
            self.claim(self.talk, ticket, at=NOON - DAY + timedelta(minutes=3))
        self.send(AFTERWARDS)

    def classes_arrive_in_parts(self) -> None:
        """14 classes of 31 pupils, 3 guardians, 2 teachers: 28 pupils first, 3 more later; next day fewer of them."""
        party = {"student": 31, "guardian": 3, "related": 2}
        classes = [self.door.ticket(party, party_kind=PartyKind.CLASS) for _ in range(14)]
        for ticket in classes:
            self.claim(self.lab, ticket, at=NOON, people={"student": 28, "guardian": 3, "related": 2})
        for ticket in classes:
            self.claim(self.lab, ticket, at=NOON + timedelta(minutes=15), people={"student": 3})
        for ticket in classes[:5]:
            self.claim(self.summit, ticket, at=NOON + DAY, people={"student": 20, "related": 1})
        self.send(AFTERWARDS)

    def spectators_are_tapped(self) -> None:
        """Who has no ticket is tapped where they come first that day, and counted without being new elsewhere."""
        for number in range(66):
            at = NOON - DAY + timedelta(minutes=number)
            self.claim(self.talk, act="walk_in", people={"spectator": 5}, new_today=True, at=at)
        self.claim(
            self.lab, act="walk_in", people={"spectator": 40}, new_today=False, at=NOON - DAY + timedelta(hours=2)
        )
        self.claim(self.lab, act="walk_in", people={"guardian": 59}, new_today=True)
        self.claim(self.summit, act="head_count", people={"student": 50}, new_today=True, at=NOON + DAY)
        self.claim(self.summit, act="head_count", people={"student": -14}, new_today=True, at=NOON + DAY)
        self.claim(self.entrance, act="walk_in", people={"related": 24}, new_today=True)
        self.send(AFTERWARDS)

    def the_desk_helps(self) -> None:
        """Short numbers typed at the desk; staff scanned at the entrance day after day, which is one person each."""
        for kind, number in (("student", 15), ("related", 22)):
            for ticket in [self.door.ticket({kind: 1}) for _ in range(number)]:
                self.claim(self.lab, ticket.number, at=NOON)
        for ticket in [self.door.ticket({"related": 1}) for _ in range(27)]:
            self.claim(self.entrance, ticket, at=NOON)
            self.claim(self.lab, ticket, at=NOON)
        self.send(AFTERWARDS)

    def wrong_taps_are_taken_back(self) -> None:
        """A wrong tap and a wrong scan, each undone."""
        tap = self.claim(self.talk, act="walk_in", people={"guardian": 7}, new_today=True)
        scan = self.claim(self.talk, self.door.ticket({"organisation": 1}))
        self.send(NOON)
        self.claim(self.talk, act="undo", undoes=tap["id"])
        self.claim(self.talk, act="undo", undoes=scan["id"])
        self.send(NOON)

    def sheets_of_paper_come_in(self) -> None:
        """22 spectators from a tally sheet, typed in later."""
        newest = db.session.scalar(db.select(db.func.max(Entry.id))) or 0
        ledger = Ledger(self.event, first_id=newest + 1)
        ledger.tap(self.place(self.lab), {self.door.categories["spectator"].id: 22}, method=Method.PAPER)
        ledger.write()

    def claim(self, place: EventSession | str, ticket: Ticket | str | None = None, **given: Any) -> dict[str, Any]:
        """One more scan that a device will send."""
        self.waiting.append(claim := self.door.claim(place, ticket, **given))
        return claim

    def send(self, at: datetime) -> None:
        """What waits, in batches, every scan of it let in; twice, for networks do that."""
        for start in range(0, len(self.waiting), 400):
            batch = self.waiting[start : start + 400]
            answers = self.door.send(*batch, at=at)
            assert {answer["verdict"] for answer in answers} <= {"admitted", "readmitted", "left", "counted", "undone"}
            assert self.door.send(*batch, at=at) == answers
        self.waiting = []

    def place(self, session: EventSession) -> int:
        place_id: int = db.session.scalars(db.select(Place.id).filter_by(session_id=session.id)).one()
        return place_id

    def figures(self) -> Figures:
        """What the event has now."""
        db.session.rollback()
        return figures_of(self.event, at=AFTERWARDS)

    def _session(self, code: str, starts_at: datetime) -> EventSession:
        """An hour that anybody may come to, at whatever time the scan says."""
        return self.make.session(
            self.event, code, admission=AdmissionRule.WALK_IN, starts_at=starts_at,
            door_opens_at=NOON - 3 * DAY, door_closes_at=NOON + 3 * DAY,
        )  # fmt: skip

    def _venue(self) -> str:
        found = db.select(Venue.slug).join(EventVenue, EventVenue.venue_id == Venue.id)
        slug: str = db.session.scalars(found.where(EventVenue.event_id == self.event.id)).one()
        return slug


@pytest.fixture
def story(app: Flask, make: Make) -> Story:
    told = Story(app, make)
    told.tell()
    return told


def by_category(figures: Figures) -> dict[str, int]:
    return {one.category.key: one.people.number for one in figures.categories if isinstance(one.people, Count)}


def test_the_event_has_its_published_people(story: Story) -> None:
    assert by_category(story.figures()) == PUBLISHED


def test_every_figure_of_people_says_how_it_is_known(story: Story) -> None:
    people = story.figures().people
    assert isinstance(people, Count)
    assert people.number == 1161
    assert people.methods == {
        Method.SCANNED: 62 + 60 + 27,
        Method.GROUP_CONFIRMED: 14 * 36,
        Method.TAPPED: 330 + 59 + 36 + 24,
        Method.TYPED: 15 + 22,
        Method.PAPER: 22,
    }
    assert people.anonymous == 330 + 59 + 36 + 24 + 22


def test_visits_are_each_person_once_per_session_and_passages_stay_apart(story: Story) -> None:
    figures = story.figures()
    visits = {one.session.code: one.visits for one in figures.sessions}
    assert visits == {
        "talk": 62 + 60 + 330,
        "lab": 31 + 14 * 36 + 40 + 59 + 15 + 22 + 27 + 22,
        "summit": 5 * 21 + 36,
    }
    assert isinstance(figures.visits, Count)
    assert isinstance(figures.passages, Count)
    assert figures.visits.number == sum(visit for visit in visits.values() if isinstance(visit, int))
    assert (figures.passages.number, figures.reentries) == (24 + 27, 10)


def test_people_of_the_days_are_more_than_people_of_the_event(story: Story) -> None:
    days = {one.day - NOON.date(): one.people for one in story.figures().days}
    assert days == {
        -DAY: 62 + 60 + 330,
        0 * DAY: 31 + 14 * 36 + 59 + 24 + 15 + 22 + 27 + 22,
        DAY: 5 * 21 + 36,
    }


def test_page_file_picture_api_and_command_say_the_same(story: Story) -> None:
    client = story.make.signed_in(story.make.olga(story.event))
    with frozen(AFTERWARDS):
        page, answer = get_page(client, "festa"), get_api(client, "festa")
        files = {name: get_csv(client, "festa", name) for name in page}
        command = CliRunner().invoke(attendance, ["festa"], obj=ScriptInfo(create_app=lambda: story.door.app))
    assert page == files
    assert page == api_tables(answer)
    assert {row[0]: row[1] for row in page["people"]} == {
        **{story.door.categories[key].label["ja"]: str(number) for key, number in PUBLISHED.items()},
        "合計": "1161",
    }
    assert [line.split()[1] for line in command.output.splitlines()[5:10]] == [
        str(PUBLISHED[key]) for key in story.door.categories if key in PUBLISHED
    ]
    assert answer["measures"]["people"]["number"] == 1161
    assert answer["provenance"] == ["made_up"]


def test_pictures_show_the_numbers_of_the_tables(story: Story) -> None:
    figures = story.figures()
    with story.door.app.test_request_context("/?lang=ja"):
        tables, drawn = tables_of(figures), pictures_of(figures)
    assert list(drawn) == ["people", "days", "sessions", "arrivals"]
    bars, days = drawn["people"].chart, drawn["days"].chart
    pairs, hours = drawn["sessions"].chart, drawn["arrivals"].chart
    assert isinstance(bars, Bars)
    assert isinstance(days, Days)
    assert isinstance(pairs, Pairs)
    assert isinstance(hours, Hours)
    assert [(bar.label, bar.number) for bar in bars.rows] == [
        (plain(row.label), row.cells[0]) for row in tables["people"].rows
    ]
    assert [(one.label, *one.numbers) for one in days.rows] == [
        (row.label, *row.cells[:-1]) for row in tables["day-categories"].rows
    ]
    assert [(pair.label, (pair.booked or 0) + (pair.walk_in or 0)) for pair in pairs.rows] == [
        (plain(row.label), row.cells[0]) for row in tables["sessions"].rows
    ]
    columns = list(zip(*(row.cells for row in tables["arrivals"].rows), strict=True))
    assert [[number for _, number in span.numbers] for span in hours.days] == [
        [number for number in column if number] for column in columns
    ]


def test_the_same_code_again_is_neither_a_person_nor_a_visit(story: Story) -> None:
    before = story.figures()
    ticket = db.session.scalars(db.select(Ticket).order_by(Ticket.id)).first()
    answer = story.door.scan(story.talk, ticket, at=NOON - DAY + timedelta(hours=1))
    assert answer["verdict"] == "readmitted"
    after = story.figures()
    assert (after.people, after.visits, after.reentries) == (before.people, before.visits, before.reentries + 1)


def test_taking_back_a_class_takes_its_people_and_visits_back(story: Story) -> None:
    before = story.figures()
    party = story.door.ticket({"student": 30, "guardian": 2}, party_kind=PartyKind.CLASS)
    claim = story.claim(story.lab, party, at=NOON, people={"student": 30, "guardian": 2})
    story.send(NOON)
    assert by_category(story.figures()) == {**PUBLISHED, "student": 515, "guardian": 103}
    story.claim(story.lab, act="undo", undoes=claim["id"])
    story.send(NOON)
    after = story.figures()
    assert (after.people, after.visits, after.arrivals) == (before.people, before.visits, before.arrivals)
