"""Events that happened: drawn by chance, told to the real door and desk, with all that a ledger can hold."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import uuid4

from flask import Flask
from hypothesis import strategies as st

from app.db import db, transaction
from app.errors import Refused
from app.programme.models import Event, EventSession, Organisation, Participation, Room
from app.programme.rules import AdmissionRule, CapacityKind, OrganisationKind, ParticipationRole, SessionStatus
from app.web.actors import ANONYMOUS
from checkin.models import Place
from checkin.operations.closing import close_places
from checkin.operations.correcting import Correction, NotWithoutTicket, correct
from checkin.operations.paper import Sheet, type_sheet
from checkin.queries.corrections import counted_at
from checkin.rules import CountingState
from checkin.rules.correcting import CorrectionReason
from registrations.models import Booking, BookingLine, Lottery, Registration, Ticket
from registrations.operations import change
from registrations.operations.handing import reissue
from registrations.operations.naming import Named, name_people, ticket_each
from registrations.rules import Application, BookingState, Group, PartyKind
from tests.checkin.doorside import EVERY_RIGHT, Doorside
from tests.make import NOON, Make, both

DAY = timedelta(days=1)
SENT = NOON + 2 * DAY
CODES = ("talk", "lab", "annex", "online")
PARTIES: dict[str, dict[str, int]] = {
    "ana": {"spectator": 1},
    "ben": {"student": 1},
    "chie": {"spectator": 1},
    "family": {"spectator": 2, "student": 2},
    "named": {"spectator": 2},
    "class": {"student": 12, "spectator": 2},
    "team": {"spectator": 3},
}
KINDS = {"class": PartyKind.CLASS, "team": PartyKind.TEAM}
CHANGES = {"ana": {"student": 1}, "family": {"spectator": 3, "student": 1}, "class": {"student": 10, "spectator": 4}}
"""What becomes of a party when somebody corrects its categories while the event is on."""


@dataclass(frozen=True)
class Act:
    """One thing that somebody does at a door; what does not concern it is left unused."""

    does: str
    place: int
    who: str
    minute: int
    category: str
    number: int
    yes: bool


ACTS = st.builds(
    Act,
    does=st.sampled_from(
        ("scan", "scan", "scan", "offline", "leave", "leave", "tap", "tap", "head_count", "room_count", "undo", "sheet",
         "correct", "reissue", "change", "entrance")
    ),
    place=st.integers(0, len(CODES) - 1),
    who=st.sampled_from(sorted(PARTIES)),
    minute=st.integers(-1500, 2200),
    category=st.sampled_from(("spectator", "student", "unknown")),
    number=st.integers(-3, 9),
    yes=st.booleans(),
)  # fmt: skip


@dataclass
class Eventful:
    """A small event: three days, two venues, five sessions, everybody of the cast registered through the front door."""

    app: Flask
    make: Make
    closed: tuple[CountingState | None, ...] = ()
    sent: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        make = self.make
        self.event = make.event(f"eventful-{make.made}")
        annex = make.venue(self.event, f"annex-{make.made}")
        room = db.session.scalars(db.select(Room.id).filter_by(venue_id=annex.id)).one()
        with transaction():
            db.session.add(Place(event_id=self.event.id, venue_id=annex.id, day=NOON.date()))
        self.sessions = (
            self._session("talk", starts_at=NOON - DAY, admission=AdmissionRule.WALK_IN),
            self._session("lab", capacity_kind=CapacityKind.AT_ONCE, capacity=30),
            self._session("annex", room_id=room, starts_at=NOON + timedelta(hours=2)),
            self._session("online", room_id=None, starts_at=NOON + DAY),
            self._session("quiet", starts_at=NOON + DAY),
            self._session("off", status=SessionStatus.CANCELLED),
        )
        self.school = self._organisations()
        self.door = Doorside(self.app, make, self.event, rights=EVERY_RIGHT)
        self.registered = {name: self._registered(name) for name in PARTIES}
        self._states_of_bookings()
        self.tickets: dict[str, list[str]] = {name: self._codes(name) for name in PARTIES}
        self._everybody_named()

    def happen(self, acts: list[Act]) -> None:
        """Each in its turn; what a door refuses leaves no trace. Then the day is closed."""
        for act in acts:
            tell: Callable[[Act], None] = getattr(self, f"_{act.does}", self._at_the_door)
            tell(act)
        days = zip(self.sessions, self.closed, strict=False)
        states = {self.place_of(one): state for one, state in days if state is not None}
        with transaction():
            close_places(self._fresh(), NOON.date(), states, at=SENT, actor=ANONYMOUS)
        db.session.expire_all()

    def place_of(self, session: EventSession) -> int:
        found: int = db.session.scalars(db.select(Place.id).filter_by(session_id=session.id)).one()
        return found

    def _at_the_door(self, act: Act) -> None:
        """A scan, a tap, a count, sent as a device sends them."""
        place: Any = self.sessions[act.place]
        at = NOON + timedelta(minutes=act.minute)
        given: dict[str, Any] = {"at": at}
        if act.does in ("scan", "offline", "leave", "entrance"):
            codes = self.tickets[act.who]
            given["code"] = codes[act.number % len(codes)]
            given |= {"people": self._some(act)} if act.who in ("class", "family") and act.yes else {}
            given |= {"direction": "out"} if act.does == "leave" else {}
            given |= {"shown": "admitted"} if act.does == "offline" else {}
            place = self._entrance(act) if act.does == "entrance" else place
        elif act.does == "tap":
            given |= {"act": "walk_in", "people": {act.category: max(1, act.number)}, "new_today": act.yes}
        else:
            number = act.number or 1 if act.does == "head_count" else abs(act.number) * 3 + 1
            given |= {"act": act.does, "people": {act.category: number}}
            given |= {"new_today": act.yes} if act.does == "head_count" else {}
        claim = self.door.claim(place, **given)
        self.door.send(claim, at=SENT)
        self.sent.append(claim["id"])

    def _undo(self, act: Act) -> None:
        if self.sent:
            place = self.sessions[act.place]
            undoes = self.sent[act.minute % len(self.sent)]
            self.door.send(self.door.claim(place, act="undo", undoes=undoes, at=SENT), at=SENT)

    def _sheet(self, act: Act) -> None:
        at = NOON + timedelta(minutes=act.minute)
        sheet = Sheet(uuid4(), self._code(act), at, {act.category: abs(act.number) + 1}, new_today=act.yes)
        with transaction():
            type_sheet(self._fresh(), sheet, at=SENT, actor=ANONYMOUS)

    def _correct(self, act: Act) -> None:
        """More people found later, or moved to the right category."""
        place = self.place_of(self.sessions[act.place])
        changes = {"student": 2} if act.yes else {"spectator": -1, "student": 1}
        reason = CorrectionReason.FOUND_LATER if act.yes else CorrectionReason.WRONG_CATEGORY
        stood = counted_at(self.event.id, place)
        wish = Correction(uuid4(), f"session:{CODES[act.place]}", SENT, changes, stood, new_today=act.number > 0,
                          reason=reason)  # fmt: skip
        try:
            with transaction():
                correct(self._fresh(), wish, at=SENT, actor=ANONYMOUS)
        except NotWithoutTicket:
            db.session.rollback()

    def _reissue(self, act: Act) -> None:
        """New codes for the party; both the old papers and the new ones come to the door afterwards."""
        with transaction():
            reissue(self.registered[act.who], at=SENT)
        self.tickets[act.who] = self._codes(act.who)

    def _change(self, act: Act) -> None:
        """The categories of a party are corrected."""
        name = act.who if act.who in CHANGES else "ana"
        before = db.session.get_one(Registration, self.registered[name], populate_existing=True)
        codes = frozenset({"lab", "annex"})
        group = Group("みなと小学校") if name == "class" else None
        wish = Application("Ana", CHANGES[name] if act.yes else PARTIES[name], codes, kind=KINDS.get(name), group=group)
        try:
            with transaction():
                change(before.id, wish, version=before.version, at=NOON - DAY)
        except Refused:
            db.session.rollback()

    def _some(self, act: Act) -> dict[str, int]:
        """How many of a party came, less than all."""
        return {key: max(1, number - act.number % 3) for key, number in PARTIES[act.who].items()}

    def _entrance(self, act: Act) -> str:
        day = (NOON + (act.number % 3 - 1) * DAY).date()
        return f"entrance:hall-{self.event.id}:{day}"

    def _code(self, act: Act) -> str:
        return f"session:{CODES[act.place]}"

    def _fresh(self) -> Event:
        return db.session.get_one(Event, self.event.id, populate_existing=True)

    def _session(self, code: str, **given: Any) -> EventSession:
        """Open to whoever comes, at whatever time."""
        return self.make.session(self.event, code, door_opens_at=NOON - 3 * DAY, door_closes_at=NOON + 3 * DAY, **given)

    def _registered(self, name: str) -> int:
        facts: dict[str, Any] = {"numbers": PARTIES[name]}
        if name in KINDS:
            facts |= {"kind": KINDS[name], "group": Group("みなと小学校")}
        language = "en" if name in ("ben", "family") else "ja"
        before = NOON - timedelta(days=3 * len(name))
        made = self.make.registration(self.event, *self.sessions[1:3], at=before, language=language, **facts)
        if name == "class":
            with transaction():
                db.session.get_one(Registration, made.id).organisation_id = self.school
        return made.id

    def _organisations(self) -> int:
        """A company that exhibits, a department that did not come after all, and a school whose class may come."""
        kinds = {OrganisationKind.COMPANY: True, OrganisationKind.DEPARTMENT: False, OrganisationKind.SCHOOL: None}
        with transaction():
            for kind, came in kinds.items():
                one = Organisation(
                    host_id=self.event.host_id, code=f"{kind.value}-{self.event.id}", name=both(kind.value), kind=kind
                )
                db.session.add(one)
                db.session.flush()
                if came is not None:
                    db.session.add(
                        Participation(
                            event_id=self.event.id, organisation_id=one.id, role=ParticipationRole.EXHIBITOR,
                            took_part=came,
                        )
                    )  # fmt: skip
            return one.id

    def _states_of_bookings(self) -> None:
        """Not all who asked for a place hold one."""
        lines = db.session.scalars(db.select(BookingLine).order_by(BookingLine.id)).all()
        states = (BookingState.CONFIRMED, BookingState.CONFIRMED, BookingState.WAITING, BookingState.OFFERED,
                  BookingState.CANCELLED, BookingState.PENDING)  # fmt: skip
        with transaction():
            for number, line in enumerate(lines[-12:]):
                db.session.get_one(BookingLine, line.id).state = states[number % len(states)]
                self._waited(line.booking_id, number)
            won = [[line.booking_id, line.number, number % 2] for number, line in enumerate(lines)]
            drawn = Lottery(session_id=self.sessions[1].id, seed=bytes(32), opened_at=NOON, drawn_at=NOON, result=won)
            db.session.add(drawn)

    def _waited(self, booking_id: int, number: int) -> None:
        """What became of a party on a waiting list."""
        booking = db.session.get_one(Booking, booking_id)
        booking.waited_at = NOON - 3 * DAY if number % 2 else None
        booking.promoted_at = NOON - 2 * DAY if number % 5 == 1 else None
        booking.offered_at, booking.lapsed_at = (NOON - 2 * DAY, NOON - DAY) if number % 4 == 3 else (None, None)
        booking.passed_over = number % 3

    def _everybody_named(self) -> None:
        """Two friends have tickets of their own; somebody still holds the paper for both."""
        one = db.session.get_one(Registration, self.registered["named"], populate_existing=True)
        spectator = self.make.categories(self.event)["spectator"].id
        with transaction():
            name_people(one.id, {spectator: [Named("Dan", ""), Named("Emi", "")]}, version=one.version)
            ticket_each(one.id, at=NOON - DAY)
        self.tickets["named"] = self._codes("named")

    def _codes(self, name: str) -> list[str]:
        """Codes of all papers of a party, those that were replaced too."""
        chosen = db.select(Ticket.code).filter_by(registration_id=self.registered[name]).order_by(Ticket.id)
        return list(db.session.scalars(chosen))
