"""Gates, places, scans, and the attendance ledger, which is only ever added to."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
    Uuid,
    and_,
    or_,
)
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Editable, Id, Model, Moment, OutwardId, Texts, enum_type
from app.programme.rules import OrganisationKind
from checkin.rules import Act, ConflictKind, CountingState, Direction, EntryKind, GateKind, Method, Verdict
from registrations.rules import PartyKind


def _only(condition: str) -> dict[str, Any]:
    """An index on these rows alone: what plainly comes in is not written into it."""
    return {"sqlite_where": sql(condition), "postgresql_where": sql(condition)}


class Gate(Editable, Model):
    """Where a device stands: an entrance of a venue, or the door of one or more rooms. One that was used is retired,
    never deleted."""

    __tablename__ = "gate"

    id: Mapped[Id]
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    venue_id: Mapped[int] = mapped_column(ForeignKey("venue.id"))
    code: Mapped[str] = mapped_column(String(80))
    name: Mapped[Texts]
    kind: Mapped[GateKind] = mapped_column(enum_type(GateKind, "kind"))
    new_today: Mapped[bool]
    position: Mapped[int] = mapped_column(default=0)
    retired_at: Mapped[datetime | None]

    __table_args__ = (UniqueConstraint("event_id", "code"),)


class GateRoom(Model):
    """A room whose door a gate keeps."""

    __tablename__ = "gate_room"

    gate_id: Mapped[int] = mapped_column(ForeignKey("gate.id", ondelete="CASCADE"), primary_key=True)
    room_id: Mapped[int] = mapped_column(ForeignKey("room.id"), primary_key=True)


class GatePlace(Model):
    """A place that a gate leads to or once led to: whoever stood there may have counted people into it."""

    __tablename__ = "gate_place"

    place_id: Mapped[int] = mapped_column(ForeignKey("place.id", ondelete="CASCADE"), primary_key=True)
    gate_id: Mapped[int] = mapped_column(ForeignKey("gate.id", ondelete="CASCADE"), primary_key=True)


class Place(Model):
    """What one enters: an event session, or one venue's entrance on one event day."""

    __tablename__ = "place"

    id: Mapped[Id]
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    session_id: Mapped[int | None] = mapped_column(ForeignKey("event_session.id"), unique=True)
    venue_id: Mapped[int | None] = mapped_column(ForeignKey("venue.id"))
    day: Mapped[date | None]

    __table_args__ = (
        UniqueConstraint("event_id", "venue_id", "day"),
        CheckConstraint("(session_id IS NULL) <> (day IS NULL)", "session_or_entrance"),
        CheckConstraint("(venue_id IS NULL) = (day IS NULL)", "entrance_has_venue_and_day"),
    )


class Scan(Model):
    """A device's claim with the answer it got; the same id again gets the same answer.

    The text of a code that is not ours is never kept, only its kind.
    """

    __tablename__ = "scan"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    device_id: Mapped[int | None] = mapped_column(ForeignKey("device.id"))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    seq: Mapped[int | None]
    act: Mapped[Act] = mapped_column(enum_type(Act, "act"))
    gate_id: Mapped[int | None] = mapped_column(ForeignKey("gate.id"))
    place_id: Mapped[int | None] = mapped_column(ForeignKey("place.id"))
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("ticket.id"))
    code_kind: Mapped[str | None] = mapped_column(String(20))
    device_at: Mapped[datetime | None]
    received_at: Mapped[Moment]
    at: Mapped[Moment]
    body_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    verdict: Mapped[Verdict] = mapped_column(enum_type(Verdict, "verdict"))
    facts: Mapped[dict[str, Any]]
    shown: Mapped[Verdict | None] = mapped_column(enum_type(Verdict, "shown"))
    forced: Mapped[str | None] = mapped_column(String(40))

    __table_args__ = (Index("ix_scan_refused", "event_id", "ticket_id", **_only("verdict <> 'admitted'")),)


OF_A_REFUSED_SCAN = sql("scan.verdict <> 'admitted'")
OF_AN_EXIT, OF_A_ROOM_COUNT = sql("entry.kind = 'exit'"), sql("entry.kind = 'room_count'")
OF_A_CORRECTION = sql("entry.kind = 'correction'")
"""The few rows of these kinds, as the indexes on them alone say it: SQLite takes one only for the same words."""


class Entry(Model):
    """A line of the attendance ledger: never changed, never deleted (a trigger holds it).

    Numbers are signed: in is plus, out is minus, and an undo line is the undone one with every sign turned and all
    else equal but `at`, so that sums of lines are right without looking for pairs. `reentry`: came back, never counted
    again. Copied at the moment of entry: the dimensions counted later. `at` is the device's time corrected by its clock
    offset, fixed at entry; `day` the event's local day (ends at 04:00); `slot` = minutes since 1970-01-01 UTC // 5.
    `place_id` empty: an imported figure that its source does not split. `uuid` of a plain line, the only one of its
    scan, is the scan's: it is found without another index (`of_scan`). Lines of a ticket are looked for by its
    registration.
    """

    __tablename__ = "entry"

    id: Mapped[Id]
    uuid: Mapped[OutwardId]
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    kind: Mapped[EntryKind] = mapped_column(enum_type(EntryKind, "kind"))
    direction: Mapped[Direction | None] = mapped_column(enum_type(Direction, "direction"))
    method: Mapped[Method] = mapped_column(enum_type(Method, "method"))
    place_id: Mapped[int | None] = mapped_column(ForeignKey("place.id"))
    gate_id: Mapped[int | None] = mapped_column(ForeignKey("gate.id"))
    scan_id: Mapped[UUID | None] = mapped_column(ForeignKey("scan.id"))
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("ticket.id"))
    registration_id: Mapped[int | None] = mapped_column(ForeignKey("registration.id"), index=True)
    device_id: Mapped[int | None] = mapped_column(ForeignKey("device.id"))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    undoes_id: Mapped[int | None] = mapped_column(ForeignKey("entry.id"))
    source_id: Mapped[int | None] = mapped_column(ForeignKey("figure_source.id"))
    device_at: Mapped[datetime | None]
    received_at: Mapped[Moment]
    at: Mapped[Moment]
    day: Mapped[date | None]
    slot: Mapped[int | None]
    new_today: Mapped[bool | None]
    booked: Mapped[bool | None]
    reentry: Mapped[bool] = mapped_column(default=False)
    reason: Mapped[str | None] = mapped_column(String(40))
    party_kind: Mapped[PartyKind | None] = mapped_column(enum_type(PartyKind, "party_kind"))
    organisation_kind: Mapped[OrganisationKind | None] = mapped_column(enum_type(OrganisationKind, "organisation_kind"))
    language: Mapped[str | None] = mapped_column(String(10))
    lead_days: Mapped[str | None] = mapped_column(String(10))

    __table_args__ = (
        Index("ix_entry_event_place", "event_id", "place_id"),
        Index("ix_entry_event_day", "event_id", "day"),
        Index("ix_entry_device_place", "device_id", "place_id", **_only("ticket_id IS NULL")),
        Index("ix_entry_event_newest", "event_id", "id").ddl_if(dialect="postgresql"),
        Index("ix_entry_scan_id", "scan_id", **_only("scan_id <> uuid")),
        Index("uq_entry_undoes_id", "undoes_id", unique=True, **_only("undoes_id IS NOT NULL")),
        Index("ix_entry_exit", "event_id", "place_id", **_only("kind = 'exit'")),
        Index("ix_entry_room_count", "event_id", "place_id", **_only("kind = 'room_count'")),
        Index("ix_entry_correction", "event_id", "place_id", **_only("kind = 'correction'")),
        CheckConstraint("place_id IS NOT NULL OR method = 'imported'", "place_unless_imported"),
        CheckConstraint("(kind = 'undo') = (undoes_id IS NOT NULL)", "undo_names_what_it_undoes"),
    )


NOT_PLAIN = Entry.scan_id != Entry.uuid
"""Every line of a scan but a plain one; the words of the index on them."""


def of_scan(chosen: Callable[[Any], ColumnElement[bool]]) -> ColumnElement[bool]:
    """Lines of the scans that `chosen` says of a column: of a plain line its id, of any other what names its scan."""
    return or_(and_(chosen(Entry.uuid), Entry.scan_id == Entry.uuid), and_(chosen(Entry.scan_id), NOT_PLAIN))


class EntryNumber(Model):
    """Signed numbers per category of one ledger line; append-only like it."""

    __tablename__ = "entry_number"

    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id"), primary_key=True)
    category_id: Mapped[int] = mapped_column(ForeignKey("category.id"), primary_key=True)
    number: Mapped[int]

    __table_args__ = (CheckConstraint("number <> 0", "number_not_zero"), {"sqlite_with_rowid": False})


class FigureSource(Model):
    """Where imported or typed figures come from: title, address, and what the source says of measure and method."""

    __tablename__ = "figure_source"

    id: Mapped[Id]
    uuid: Mapped[OutwardId]
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)
    provenance: Mapped[str] = mapped_column(String(20))
    title: Mapped[Texts]
    url: Mapped[str | None] = mapped_column(String(500))
    measure: Mapped[str | None] = mapped_column(String(20))
    measure_note: Mapped[Texts]
    method_note: Mapped[Texts]


class Conflict(Model):
    """Something stored as a fact that people should look at; resolving it adds to the ledger, never changes it."""

    __tablename__ = "conflict"

    id: Mapped[Id]
    uuid: Mapped[OutwardId]
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    kind: Mapped[ConflictKind] = mapped_column(enum_type(ConflictKind, "kind"))
    scan_id: Mapped[UUID | None] = mapped_column(ForeignKey("scan.id"))
    entry_id: Mapped[int | None] = mapped_column(ForeignKey("entry.id"))
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("ticket.id"))
    place_id: Mapped[int | None] = mapped_column(ForeignKey("place.id"))
    found_at: Mapped[Moment]
    resolved_at: Mapped[datetime | None]
    resolved_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    resolution: Mapped[str | None] = mapped_column(String(40))

    __table_args__ = (Index("ix_conflict_event_resolved", "event_id", "resolved_at"),)


class PlaceClose(Model):
    """The organiser's word, at day close, whether a place was counted."""

    __tablename__ = "place_close"

    id: Mapped[Id]
    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"), unique=True)
    state: Mapped[CountingState] = mapped_column(enum_type(CountingState, "state"))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    closed_at: Mapped[Moment]


class GivenTicket(Model):
    """A ticket that a device gave out to a walk-in, and the scan that says so."""

    __tablename__ = "given_ticket"

    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id", ondelete="CASCADE"), primary_key=True)
    scan_id: Mapped[UUID] = mapped_column(ForeignKey("scan.id", ondelete="CASCADE"), unique=True)
    device_id: Mapped[int | None] = mapped_column(ForeignKey("device.id"))
    given_at: Mapped[Moment]

    __table_args__ = (Index("ix_given_ticket_device_given", "device_id", "given_at"),)


class AwaitedTicket(Model):
    """A scan of a code that a door gave out and that we have not heard of yet: kept by the row id that the ticket will
    have, never by its code, until the ticket is here."""

    __tablename__ = "awaited_ticket"

    scan_id: Mapped[UUID] = mapped_column(ForeignKey("scan.id", ondelete="CASCADE"), primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    rid: Mapped[bytes] = mapped_column(LargeBinary(12))

    __table_args__ = (Index("ix_awaited_ticket_event_rid", "event_id", "rid"),)


class Seal(Model):
    """A hash over all ledger lines since the last seal and over that seal; append-only."""

    __tablename__ = "seal"

    id: Mapped[Id]
    last_entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id"), unique=True)
    lines: Mapped[int]
    digest: Mapped[bytes] = mapped_column(LargeBinary(32))
    sealed_at: Mapped[Moment]
