"""Ledger lines of every kind, written as the door would write them, in bulk; for tests of figures and for measuring."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import uuid4

from flask import current_app
from sqlalchemy import insert

from app.db import db, transaction
from app.programme.models import Category, Event
from checkin.models import Entry, EntryNumber, FigureSource
from checkin.operations.rebuilding import make_anew
from checkin.rules import Direction, EntryKind, Method
from registrations.models import Attendee, Registration, Ticket
from registrations.rules import PartyKind, Source, ticket_code
from tests.make import NOON, both

EPOCH_SLOT = 300


@dataclass(frozen=True)
class Holder:
    """A ticket as ledger lines know it. single: of one named person, even if the party is larger. stands_for: the
    ticket that this one was issued again for."""

    id: int
    kind: PartyKind
    single: bool
    stands_for: int | None = None

    @property
    def person(self) -> int:
        return self.stands_for or self.id


@dataclass(frozen=True)
class RawLine:
    """One ledger line as stored."""

    id: int
    kind: EntryKind
    method: Method
    at: datetime
    place: int | None
    numbers: Mapping[int, int]
    day: date | None
    out: bool = False
    holder: Holder | None = None
    new_today: bool | None = None
    booked: bool | None = None
    reentry: bool = False
    undoes: int | None = None
    source: int | None = None
    grown: bool = False

    @property
    def party_kind(self) -> PartyKind | None:
        """As the registration was then; `grown`: one person who has become a family."""
        return PartyKind.FAMILY if self.grown else self.holder.kind if self.holder else None

    @property
    def slot(self) -> int | None:
        return None if self.place is None else int(self.at.timestamp()) // EPOCH_SLOT


@dataclass
class Ledger:
    """The lines of one event, kept until `write` puts them into the database at once."""

    event: Event
    lines: list[RawLine] = field(default_factory=list)
    holders: list[Holder] = field(default_factory=list)
    first_id: int = 1
    registrations: dict[int, int] = field(default_factory=dict)

    def ticket(
        self, kind: PartyKind = PartyKind.PERSON, *, single: bool = False, organisation: int | None = None
    ) -> Holder:
        """A ticket of one person, of a party, or (`single`) of one named person of a party."""
        registration = self._registration(kind, organisation)
        with transaction():
            db.session.add(registration)
            db.session.flush()
            attendee = None
            if single:
                attendee = Attendee(registration_id=registration.id, category_id=min(self.categories()))
                db.session.add(attendee)
                db.session.flush()
            db.session.add(ticket := self._ticket(registration.id, attendee.id if attendee else None))
        return self._held(ticket, Holder(ticket.id, kind, single or kind is PartyKind.PERSON))

    def tickets(self, count: int, kind: PartyKind = PartyKind.PERSON) -> list[Holder]:
        """Many tickets at once."""
        with transaction():
            registrations = [self._registration(kind, None, index) for index in range(count)]
            db.session.add_all(registrations)
            db.session.flush()
            tickets = [self._ticket(one.id, None, index) for index, one in enumerate(registrations)]
            db.session.add_all(tickets)
        return [self._held(ticket, Holder(ticket.id, kind, kind is PartyKind.PERSON)) for ticket in tickets]

    def again(self, holder: Holder) -> Holder:
        """The same ticket issued again: the old one is replaced."""
        with transaction():
            old = db.session.get_one(Ticket, holder.id)
            db.session.add(new := self._ticket(old.registration_id, old.attendee_id))
            db.session.flush()
            old.replaced_at, old.replaced_by_id = NOON, new.id
        return self._held(new, Holder(new.id, holder.kind, holder.single, stands_for=holder.id))

    def enter(
        self,
        holder: Holder,
        place: int,
        numbers: Mapping[int, int],
        *,
        at: datetime = NOON,
        method: Method = Method.SCANNED,
        booked: bool | None = True,
        reentry: bool = False,
    ) -> RawLine:
        return self.add(EntryKind.ENTRY, method, at, place, numbers, holder=holder, booked=booked, reentry=reentry)

    def leave(self, holder: Holder, place: int, numbers: Mapping[int, int], *, at: datetime = NOON) -> RawLine:
        return self.add(EntryKind.EXIT, Method.SCANNED, at, place, numbers, holder=holder, out=True)

    def tap(
        self,
        place: int,
        numbers: Mapping[int, int],
        *,
        at: datetime = NOON,
        method: Method = Method.TAPPED,
        new_today: bool = True,
        booked: bool | None = False,
    ) -> RawLine:
        """Somebody without a ticket: tapped, counted, from paper, estimated."""
        return self.add(EntryKind.COUNT, method, at, place, numbers, new_today=new_today, booked=booked)

    def room_count(self, place: int, numbers: Mapping[int, int], *, at: datetime = NOON) -> RawLine:
        return self.add(EntryKind.ROOM_COUNT, Method.ROOM_COUNT, at, place, numbers)

    def undo(self, line: RawLine, *, at: datetime = NOON) -> RawLine:
        back = {category: -number for category, number in line.numbers.items()}
        return self.add(EntryKind.UNDO, line.method, at, line.place, back, holder=line.holder, undoes=line.id)

    def imported(self, numbers: Mapping[int, int], *, source: int | None = None) -> list[RawLine]:
        """Figures of a source that splits them by category only."""
        return [
            self.add(EntryKind.IMPORT, Method.IMPORTED, NOON, None, {category: number}, source=source)
            for category, number in numbers.items()
        ]

    def add(
        self,
        kind: EntryKind,
        method: Method,
        at: datetime,
        place: int | None,
        numbers: Mapping[int, int],
        *,
        holder: Holder | None = None,
        out: bool = False,
        new_today: bool | None = None,
        booked: bool | None = None,
        reentry: bool = False,
        undoes: int | None = None,
        source: int | None = None,
        grown: bool = False,
    ) -> RawLine:
        """Any line at all. The day ends at 04:00 in Japan."""
        line = RawLine(
            id=self.first_id + len(self.lines), kind=kind, method=method, at=at, place=place, numbers=dict(numbers),
            day=(at + timedelta(hours=9 - 4)).date() if place is not None else None, out=out, holder=holder,
            new_today=new_today, booked=booked, reentry=reentry, undoes=undoes, source=source,
            grown=grown,
        )  # fmt: skip
        self.lines.append(line)
        return line

    def write(self) -> None:
        """Put every line not yet there into the database. What it says need not be what doors could have written."""
        current_app.extensions.setdefault("written_by_hand", set()).add(self.event.id)
        tickets = db.session.execute(db.select(Ticket.id, Ticket.registration_id).filter_by(event_id=self.event.id))
        self.registrations = {**dict(tuple(row) for row in tickets), **self.registrations}
        rows = [self._row(line) for line in self.lines]
        numbers = [
            {"entry_id": line.id, "category_id": category, "number": number}
            for line in self.lines
            for category, number in line.numbers.items()
            if number
        ]
        with transaction():
            if rows:
                db.session.execute(insert(Entry), rows)
                db.session.execute(insert(EntryNumber), numbers)
            make_anew(db.session.connection(), self.event.id)
        self.first_id += len(self.lines)
        self.lines = []

    def source(self, measure: str | None = "people", provenance: str = "published") -> int:
        """Where imported figures come from."""
        source = FigureSource(
            event_id=self.event.id, provenance=provenance, title=both("進捗報告", "Progress report"), url=None,
            measure=measure, measure_note=both("当方の読み方です。", "This reading is ours."),
            method_note=both("記載はありません。", "Not stated."),
        )  # fmt: skip
        with transaction():
            db.session.add(source)
        return source.id

    def categories(self) -> list[int]:
        """The event's categories, by id."""
        return list(db.session.scalars(db.select(Category.id).filter_by(event_id=self.event.id)))

    def _registration(self, kind: PartyKind, organisation: int | None, index: int = 0) -> Registration:
        number = self.first_id + len(self.holders) + index
        return Registration(
            event_id=self.event.id, link=f"link-{self.event.id}-{number}", language="ja", source=Source.DESK,
            party_kind=kind, organisation_id=organisation, created_at=NOON,
        )  # fmt: skip

    def _ticket(self, registration_id: int, attendee_id: int | None, index: int = 0) -> Ticket:
        number = self.first_id + len(self.holders) + index
        return Ticket(
            event_id=self.event.id, registration_id=registration_id, attendee_id=attendee_id,
            code=ticket_code(self.event.id << 64 | number), rid=(self.event.id << 32 | number).to_bytes(12, "big"),
            number=f"{number:07d}", issued_at=NOON,
        )  # fmt: skip

    def _held(self, ticket: Ticket, holder: Holder) -> Holder:
        self.registrations[holder.id] = ticket.registration_id
        self.holders.append(holder)
        return holder

    def _row(self, line: RawLine) -> dict[str, object]:
        return {
            "id": line.id, "uuid": uuid4(), "event_id": self.event.id, "kind": line.kind,
            "direction": Direction.OUT if line.out else Direction.IN, "method": line.method, "place_id": line.place,
            "ticket_id": line.holder.id if line.holder else None,
            "registration_id": self.registrations.get(line.holder.id) if line.holder else None,
            "undoes_id": line.undoes, "source_id": line.source,
            "received_at": line.at, "at": line.at, "day": line.day, "slot": line.slot, "new_today": line.new_today,
            "booked": line.booked, "reentry": line.reentry,
            "party_kind": line.party_kind,
        }  # fmt: skip
