"""A desk at which registrations change in every way that there is: drawn by chance, done by the operations."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from flask import Flask
from hypothesis import strategies as st
from sqlalchemy import func, select, update

from app.db import db, transaction
from app.errors import Refused
from app.outbox.models import Letter
from app.outbox.operations import enqueue
from app.outbox.rules import LetterState
from app.programme.models import Event, EventSession, SessionPlaces
from app.programme.rules import AdmissionRule
from app.web.actors import ANONYMOUS
from checkin.models import PlaceClose
from checkin.rules import CountingState
from registrations.models import Booking, BookingLine, Registration
from registrations.operations import cancel, change
from registrations.operations.approving import approve, decline
from registrations.operations.erasing import erase
from registrations.operations.handing import agree, hand_over, reissue
from registrations.operations.lottery import draw
from registrations.operations.merging import merge
from registrations.operations.naming import Named, name_people, ticket_each
from registrations.operations.restoring import restore
from registrations.operations.staffing import StaffFacts, block, cancel_by_staff, change_by_staff, unblock
from registrations.operations.waiting import expire_offers, promote
from registrations.rules import Application, BookingState, Group, PartyKind
from registrations.rules.waiting import WaitingMode
from tests.analytics.test_editions import places_of
from tests.checkin.doorside import Doorside
from tests.make import NOON, Make

CODES = ("talk", "lab", "asked", "drawn", "later")
BEFORE = NOON - timedelta(days=30)
DOES = (
    "register", "register", "register", "cancel", "change", "staff", "approve", "decline", "draw", "free", "expire",
    "merge", "erase", "hand_over", "name", "reissue", "block", "restore", "move", "close", "remind", "offer",
)  # fmt: skip


@dataclass(frozen=True)
class Act:
    """One thing that somebody does; what does not concern it is left unused. reads: pages are opened afterwards."""

    does: str
    who: int
    other: int
    sessions: frozenset[str]
    number: int
    reads: bool


ACTS = st.builds(
    Act,
    does=st.sampled_from(DOES),
    who=st.integers(0, 9),
    other=st.integers(0, 9),
    sessions=st.frozensets(st.sampled_from(CODES), min_size=1, max_size=2),
    number=st.integers(1, 3),
    reads=st.booleans(),
)


@dataclass
class Desk:
    """An event with waiting lists, approvals and a draw, and those who registered for it, in their order."""

    app: Flask
    make: Make
    who: list[int] = field(default_factory=list)
    minute: int = 0

    def __post_init__(self) -> None:
        make = self.make
        self.door = Doorside(self.app, make, make.event(f"desk-{make.made}"))
        self.event = self.door.event
        rules = {"asked": AdmissionRule.APPROVAL, "drawn": AdmissionRule.LOTTERY}
        self.sessions = {
            code: make.session(
                self.event, code, capacity=4, starts_at=NOON + timedelta(hours=2 * hour),
                admission=rules.get(code, AdmissionRule.BOOKING_AND_WALK_IN),
                booking_closes_at=NOON - timedelta(days=9) if code == "drawn" else None,
            )
            for hour, code in enumerate(CODES)
        }  # fmt: skip
        for _ in range(3):
            self.do(Act("register", 0, 0, frozenset(CODES), 2, reads=False))

    def do(self, act: Act) -> None:
        """What is refused leaves no trace."""
        self.minute += 7
        tell: Callable[[Act], None] = getattr(self, f"_{act.does}")
        with suppress(Refused), transaction():
            tell(act)
        db.session.rollback()
        db.session.expire_all()

    @property
    def at(self) -> Any:
        """Some hours later each time, so that several days have registrations."""
        return BEFORE + timedelta(hours=self.minute)

    def _one(self, number: int) -> Registration:
        return db.session.get_one(Registration, self.who[number % len(self.who)], populate_existing=True)

    def _session(self, act: Act) -> int:
        return self.sessions[min(act.sessions)].id

    def _bookings(self, act: Act, state: BookingState) -> list[int]:
        found = select(Booking.id).join(BookingLine).where(Booking.session_id == self._session(act))
        return list(db.session.scalars(found.where(BookingLine.state == state).order_by(Booking.id).limit(act.number)))

    def _wish(self, act: Act, kind: PartyKind | None = None) -> Application:
        group = Group("みなと小学校") if kind in (PartyKind.CLASS, PartyKind.DELEGATION) else None
        return Application(
            f"Ana {act.who}", {"spectator": act.number}, act.sessions, waiting=act.sessions, kind=kind, group=group,
            email=f"ana{act.who}@example.jp",
        )  # fmt: skip

    def _register(self, act: Act) -> None:
        from registrations.operations import register

        kind = PartyKind.TEAM if act.other == 0 and act.who == 9 else None
        wish = self._wish(act, kind)
        self.who.append(register(self.event.id, wish, at=self.at).id)

    def _cancel(self, act: Act) -> None:
        cancel(self._one(act.who).id, at=self.at)

    def _change(self, act: Act) -> None:
        one = self._one(act.who)
        change(one.id, self._wish(act), version=one.version, at=self.at)

    def _staff(self, act: Act) -> None:
        one = self._one(act.who)
        kind = (None, PartyKind.DELEGATION, PartyKind.CLASS)[act.other % 3]
        facts = StaffFacts(kind=kind, staff_note=str(act.number))
        change_by_staff(one.id, self._wish(act), facts, version=one.version, at=self.at, actor=ANONYMOUS)

    def _approve(self, act: Act) -> None:
        approve(self.event.id, self._pending(act), at=self.at, actor=ANONYMOUS)

    def _decline(self, act: Act) -> None:
        decline(self.event.id, self._pending(act), at=self.at, actor=ANONYMOUS)

    def _pending(self, act: Act) -> list[int]:
        found = select(Booking.id).join(BookingLine).where(BookingLine.state == BookingState.PENDING)
        return list(db.session.scalars(found.order_by(Booking.id).limit(act.number)))

    def _draw(self, _act: Act) -> None:
        draw(self.sessions["drawn"].id, at=NOON - timedelta(days=8), actor=ANONYMOUS)

    def _free(self, act: Act) -> None:
        """The room is larger than was thought."""
        larger = update(SessionPlaces).where(SessionPlaces.session_id == self._session(act))
        db.session.execute(larger.values(capacity=SessionPlaces.capacity + act.number))
        promote(self._session(act), at=self.at)

    def _offer(self, act: Act) -> None:
        event = db.session.get_one(Event, self.event.id)
        event.waiting_mode = WaitingMode.OFFER if act.number == 1 else WaitingMode.PROMOTE

    def _expire(self, act: Act) -> None:
        expire_offers(self._session(act), at=NOON - timedelta(days=3))

    def _merge(self, act: Act) -> None:
        kept, other = self._one(act.who).id, self._one(act.other).id
        if kept != other:
            merge(kept, other, at=self.at, actor=ANONYMOUS)

    def _erase(self, act: Act) -> None:
        erase(self._one(act.who).id, at=self.at)

    def _hand_over(self, act: Act) -> None:
        one = self._one(act.who)
        hand_over(one.id, name="Ben", address="ben@example.jp", at=self.at)
        if act.number > 1:
            agree(one.id, notice_id=None, language="en", at=self.at)

    def _name(self, act: Act) -> None:
        one, spectator = self._one(act.who), self.make.categories(self.event)["spectator"].id
        names = [Named(f"Ana {number}", "") for number in range(act.number)]
        name_people(one.id, {spectator: names}, version=one.version)
        ticket_each(one.id, at=self.at)

    def _reissue(self, act: Act) -> None:
        reissue(self._one(act.who).id, at=self.at)

    def _block(self, act: Act) -> None:
        (block if act.number > 1 else unblock)(self._one(act.who).id, at=self.at, actor=ANONYMOUS)

    def _restore(self, act: Act) -> None:
        one = self._one(act.who)
        held = cancel_by_staff(one.id, at=self.at, actor=ANONYMOUS)
        if held is not None and act.number > 1:
            restore(one.id, held, cancelled_at=self.at, at=self.at + timedelta(hours=1), actor=ANONYMOUS)

    def _move(self, act: Act) -> None:
        session = db.session.get_one(EventSession, self._session(act))
        for name in ("starts_at", "ends_at", "door_opens_at", "door_closes_at"):
            setattr(session, name, getattr(session, name) + timedelta(days=act.number - 2))

    def _close(self, act: Act) -> None:
        place = places_of(self.event)[min(act.sessions)]
        if db.session.scalar(select(PlaceClose.id).where(PlaceClose.place_id == place)) is None:
            db.session.add(PlaceClose(place_id=place, state=CountingState.COUNTED, closed_at=NOON))

    def _remind(self, act: Act) -> None:
        """One reminder is written, and some that are on their way arrive."""
        one = self._one(act.who)
        enqueue(
            self.event.id, registration_id=one.id, kind="reminder", cause=f"reminder:{one.id}:{self.minute}",
            language="ja", to_address="ana@example.jp", at=self.at,
        )  # fmt: skip
        going = select(func.min(Letter.id)).where(Letter.kind == "reminder", Letter.state == LetterState.QUEUED)
        state = {1: LetterState.SENT, 2: LetterState.WITHDRAWN}.get(act.number)
        if state is not None:
            db.session.flush()
            arrived = update(Letter).where(Letter.id == db.session.scalar(going))
            db.session.execute(arrived.values(state=state, due_at=None))
