"""A whole event that never was, told to its real door and desk: scans, groups, taps, head counts, sheets of paper, and
everything that happens at real doors. At its end people by category are 62, 412, 485, 101 and 101, together 1,161.

The programme is that of the practice event, six days in three venues; here it lies around NOON.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from flask import Flask

from app.clock import frozen
from app.db import db, transaction
from app.programme.models import EventSession
from checkin.models import Place
from checkin.operations.gates import prepare_door
from registrations.models import Ticket
from registrations.rules import Group, PartyKind
from tests.checkin.doorside import EVERY_RIGHT, Doorside
from tests.console.test_corrections import fields
from tests.console.test_gates import post
from tests.make import NOON, Make
from tests.programme.files import demo, publish

SLUG = "festa"
FIRST = NOON.date() - timedelta(days=2)
AFTERWARDS = NOON + timedelta(days=5)
HALL, CENTRE = "mihon-city-hall", "mihon-civic-centre"
CLASS = {"student": 31, "guardian": 3, "related": 2}
PASSED = {"admitted", "readmitted", "left", "counted", "undone"}


class Festa:
    """The event as its doors saw it, told in the order of time."""

    def __init__(self, app: Flask, make: Make) -> None:
        document = demo("practice")
        document["event"] |= {"slug": SLUG}
        for one in document["participations"]:
            one["took_part"] = True  # as the organiser confirms it afterwards
        self.make, self.host = make, make.host()
        self.event = publish(self.host, document)
        with transaction():
            prepare_door(self.event)
        self.door = Doorside(app, make, self.event, rights=EVERY_RIGHT)
        self.waiting: list[dict[str, Any]] = []
        self.olga = make.signed_in(make.olga(self.event))
        found = db.session.scalars(db.select(EventSession).filter_by(event_id=self.event.id))
        self.sessions = {session.code: session for session in found}

    def tell(self) -> None:
        """From the first day to the last, and then what people find out later."""
        self.companies_come_on_two_days()
        self.spectators_have_tickets_or_are_tapped()
        self.classes_arrive_in_parts()
        self.the_desk_helps()
        self.wrong_taps_are_taken_back()
        self.a_room_is_counted()
        self.a_sheet_of_paper_comes_in()
        self.who_was_not_asked_is_estimated()

    def companies_come_on_two_days(self) -> None:
        """22 people of companies, scanned on day 1; half of them again on day 3, five go out and come back. A team of
        28 shows its stands."""
        tickets = [self.registered({"organisation": 1}) for _ in range(22)]
        self.scan("opening", tickets, at=moment(1, "11:05"))
        self.scan("childrens-lab-1", tickets[:11], at=moment(3, "10:10"))
        self.scan("childrens-lab-1", tickets[:5], at=moment(3, "10:30"), direction="out")
        self.scan("childrens-lab-1", tickets[:5], at=moment(3, "10:50"))
        team = self.registered({"organisation": 28}, kind=PartyKind.TEAM)
        self.scan("gallery-1", [team], at=moment(1, "09:00"), people={"organisation": 28})

    def spectators_have_tickets_or_are_tapped(self) -> None:
        """30 people and ten families of four with tickets; 190 tapped at the entrance and 100 in the gallery; 40 of
        them once more in a room, where they are not new."""
        self.scan("opening", [self.registered({"spectator": 1}) for _ in range(30)], at=moment(1, "11:10"))
        for _ in range(10):
            family = self.registered({"spectator": 4})
            self.scan("voices", [family], at=moment(2, "10:00"), people={"spectator": 4})
        for number in range(38):
            self.tap(f"entrance:{HALL}:{day(1)}", {"spectator": 5}, at=moment(1, "10:00", number))
        for number in range(20):
            self.tap("gallery-2", {"spectator": 5}, at=moment(2, "12:00", number))
        self.tap("childrens-lab-2", {"spectator": 40}, at=moment(4, "10:30"), new_today=False)

    def classes_arrive_in_parts(self) -> None:
        """14 classes of 31 pupils, 3 guardians, 2 teachers on two days: 28 pupils first, 3 more later. Two of them come
        to the laboratory too, with fewer. 36 pupils more are counted as a number, after 14 were too many at first."""
        for number in range(14):
            gallery, when = (("gallery-3", 3), ("gallery-4", 4))[number // 7]
            party = self.registered(CLASS, gallery, kind=PartyKind.CLASS, group=Group(f"架空の学校 {number + 1}"))
            self.scan(gallery, [party], at=moment(when, "10:00", number), people={**CLASS, "student": 28})
            self.scan(gallery, [party], at=moment(when, "10:20", number), people={"student": 3})
            if number in (7, 8):
                fewer = {"student": 10, "related": 1}
                self.scan("childrens-lab-2", [party], at=moment(4, "13:00", number), people=fewer)
        for people in (50, -14):
            self.tell_door("childrens-lab-1", act="head_count", people={"student": people}, new_today=True,
                           at=moment(3, "13:00"))  # fmt: skip
        self.tap(f"entrance:{CENTRE}:{day(3)}", {"guardian": 59}, at=moment(3, "10:00"))

    def the_desk_helps(self) -> None:
        """Short numbers typed; staff scanned at the entrance day after day, which is one person each."""
        for kind, number, where, at in (
            ("organisation", 12, "voices", moment(2, "10:20")),
            ("student", 15, "gallery-5", moment(5, "11:00")),
            ("related", 22, "gallery-6", moment(6, "09:00")),
        ):
            booked = (where,) if where.startswith("gallery") else ()
            self.scan(where, [self.registered({kind: 1}, *booked).number for _ in range(number)], at=at)
        staff = [self.registered({"related": 1}) for _ in range(27)]
        for number in (1, 2, 6):
            self.scan(f"entrance:{HALL}:{day(number)}", staff, at=moment(number, "08:30"))
        self.tap(f"entrance:{HALL}:{day(6)}", {"related": 24}, at=moment(6, "08:40"))

    def wrong_taps_are_taken_back(self) -> None:
        """A wrong tap, a wrong scan and a whole class that was another one, each undone."""
        wrong = self.registered(CLASS, kind=PartyKind.CLASS, group=Group("架空の学校 20"))
        at = moment(1, "16:10")
        self.tap("flyer-awards", {"guardian": 7}, at=at)
        self.scan("flyer-awards", [self.registered({"organisation": 1})], at=at)
        self.scan("flyer-awards", [wrong], at=at, people=CLASS)
        undone = [claim["id"] for claim in self.waiting[-3:]]
        self.send()
        for one in undone:
            self.tell_door("flyer-awards", act="undo", undoes=one, at=AFTERWARDS)
        self.send()

    def a_room_is_counted(self) -> None:
        """20 people are tapped into a room, then 63 are seen there: visits of people who are not new."""
        self.tap("working-together", {"spectator": 20}, at=moment(1, "13:40"), new_today=False)
        self.tell_door("working-together", act="room_count", people={"spectator": 63}, at=moment(1, "14:00"))
        self.send()

    def a_sheet_of_paper_comes_in(self) -> None:
        """42 spectators on a tally sheet, typed into the console when all is over."""
        sheet = {"counted_at": f"{day(2)}T11:10", "sheet": str(uuid4()), "number_spectator": "42", "new_today": "y"}
        assert self.post("tallies/session:dialogue", sheet)[0] == 303

    def who_was_not_asked_is_estimated(self) -> None:
        """Ten people were counted without being asked; the organiser takes them for spectators, and says so."""
        place = f"entrance:{CENTRE}:{day(2)}"
        self.tap(place, {"unknown": 10}, at=moment(2, "09:30"))
        self.send()
        path = f"corrections/{place}"
        wish = {"reason": "estimated", "number_unknown": "0", "number_spectator": "10"}
        status, looked_at = self.post(path, {**fields(self.page(path)), **wish})
        assert status == 200
        assert self.post(path, {**fields(looked_at), "sure": "yes"})[0] == 303

    def close_and_issue(self) -> None:
        """The organiser says of every place that it was counted, and issues the edition that the public reads."""
        for number in range(1, 7):
            places = db.session.scalars(closed_on(self.event.id, day(number)))
            assert self.post(f"closing/{day(number)}", {f"place_{one}": "counted" for one in places})[0] == 303
        page = fields(self.page("editions"))
        assert self.post("editions", {"measure": "people", "sure": "y", "after": page["after"]})[0] == 303

    def registered(self, numbers: Mapping[str, int], *sessions: str, **given: Any) -> Ticket:
        """The ticket of somebody who registered weeks ago."""
        chosen = [self.sessions[code] for code in sessions]
        return self.make.ticket(self.make.registration(self.event, *chosen, numbers=numbers, **given))

    def scan(self, where: str, tickets: Iterable[Ticket | str], *, at: datetime, **given: Any) -> None:
        """One ticket after the other, a few seconds apart."""
        for number, ticket in enumerate(tickets):
            self.tell_door(where, ticket, at=at + timedelta(seconds=5 * number), **given)

    def tap(self, where: str, people: Mapping[str, int], *, at: datetime, new_today: bool = True) -> None:
        self.tell_door(where, act="walk_in", people=dict(people), new_today=new_today, at=at)

    def tell_door(self, where: str, ticket: Ticket | str | None = None, **given: Any) -> dict[str, Any]:
        """One more claim that a device keeps until it has a connection."""
        place = where if where.startswith("entrance:") else f"session:{where}"
        self.waiting.append(claim := self.door.claim(place, ticket, gate=HALL, **given))
        return claim

    def send(self) -> None:
        """What waits, in batches, in the order of time; twice, for networks do that."""
        self.waiting.sort(key=lambda claim: datetime.fromisoformat(claim["at"]))
        for start in range(0, len(self.waiting), 400):
            batch = self.waiting[start : start + 400]
            answers = self.door.send(*batch, at=AFTERWARDS)
            refused = [one for one in answers if one["verdict"] not in PASSED]
            assert refused == [], refused[:3]
            assert self.door.send(*batch, at=AFTERWARDS) == answers
        self.waiting = []

    def page(self, path: str) -> str:
        """A page of the console, when the event is over."""
        with frozen(AFTERWARDS):
            return self.olga.get(f"/console/events/{SLUG}/{path}").get_data(as_text=True)

    def post(self, path: str, form: Mapping[str, str]) -> tuple[int, str]:
        """A form of the console, sent when the event is over: the status, and the page that answers."""
        with frozen(AFTERWARDS):
            answer = post(self.olga, f"/console/events/{SLUG}/{path}", **form)
        return answer.status_code, answer.get_data(as_text=True)


def closed_on(event_id: int, when: date) -> Any:
    """The places of one day: its entrances, and the sessions that begin on it."""
    begins = datetime.combine(when, time(0), ZoneInfo("Asia/Tokyo"))
    session = (EventSession.starts_at >= begins) & (EventSession.starts_at < begins + timedelta(days=1))
    chosen = db.select(Place.id).outerjoin(EventSession, EventSession.id == Place.session_id)
    return chosen.where(Place.event_id == event_id, (Place.day == when) | session)


def day(number: int) -> date:
    """The event's day of this number."""
    return FIRST + timedelta(days=number - 1)


def moment(number: int, clock: str, minutes: int = 0) -> datetime:
    """A time of day of one of the event's days, in Japan."""
    return datetime.combine(day(number), time.fromisoformat(clock), ZoneInfo("Asia/Tokyo")) + timedelta(minutes=minutes)
