"""Event sessions: rooms, people, organisations, and the places promised in them."""

from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    false,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Editable, Id, Model, Moment, OutwardId, Texts, enum_type
from app.programme.rules import (
    AdmissionRule,
    CapacityKind,
    ParticipationRole,
    Reentry,
    SessionStatus,
)


class EventSession(Editable, Model):
    """One thing at one time in one main room, or online.

    series: sessions that repeat each other share this word. one_party: whoever books first has it alone. drop_in: one
    comes for a while at any time, so it overlaps with nothing. booking_closes_at: bookings and applications until then.
    """

    __tablename__ = "event_session"

    id: Mapped[Id]
    uuid: Mapped[OutwardId]
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    room_id: Mapped[int | None] = mapped_column(ForeignKey("room.id"), index=True)
    code: Mapped[str] = mapped_column(String(80))
    title: Mapped[Texts]
    reading: Mapped[str | None] = mapped_column(String(300))
    description: Mapped[Texts]
    access: Mapped[Texts]
    kind: Mapped[Texts]
    track: Mapped[str | None] = mapped_column(String(80))
    series: Mapped[str | None] = mapped_column(String(80))
    for_children: Mapped[bool] = mapped_column(default=False)
    languages: Mapped[list[str]]
    status: Mapped[SessionStatus] = mapped_column(enum_type(SessionStatus, "status"), default=SessionStatus.PLANNED)
    starts_at: Mapped[Moment]
    ends_at: Mapped[Moment]
    online_url: Mapped[str | None] = mapped_column(String(500))
    capacity: Mapped[int | None]
    capacity_kind: Mapped[CapacityKind] = mapped_column(
        enum_type(CapacityKind, "capacity_kind"), default=CapacityKind.SEATS
    )
    one_party: Mapped[bool] = mapped_column(default=False, server_default=false())
    admission: Mapped[AdmissionRule] = mapped_column(enum_type(AdmissionRule, "admission"))
    reentry: Mapped[Reentry | None] = mapped_column(enum_type(Reentry, "reentry"))
    booking_closes_at: Mapped[datetime | None]
    drop_in: Mapped[bool] = mapped_column(default=False, server_default=false())
    door_opens_at: Mapped[Moment]
    door_closes_at: Mapped[Moment]
    also_spelled: Mapped[list[str]] = mapped_column(default=list)
    not_in_source: Mapped[list[str]] = mapped_column(default=list)

    __table_args__ = (
        UniqueConstraint("event_id", "code"),
        Index("ix_event_session_event_start", "event_id", "starts_at"),
        CheckConstraint("starts_at < ends_at", "starts_before_it_ends"),
        CheckConstraint("door_opens_at <= starts_at AND starts_at <= door_closes_at", "door_window_holds_the_start"),
        CheckConstraint("capacity >= 0", "capacity_not_negative"),
    )


class FurtherRoom(Model):
    """A room that an event session uses beside its main one."""

    __tablename__ = "further_room"

    session_id: Mapped[int] = mapped_column(ForeignKey("event_session.id", ondelete="CASCADE"), primary_key=True)
    room_id: Mapped[int] = mapped_column(ForeignKey("room.id"), primary_key=True)


class Speaker(Editable, Model):
    """A person of the programme, as published."""

    __tablename__ = "speaker"

    id: Mapped[Id]
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    code: Mapped[str] = mapped_column(String(80))
    name: Mapped[Texts]
    reading: Mapped[str | None] = mapped_column(String(300))
    not_in_source: Mapped[list[str]] = mapped_column(default=list)

    __table_args__ = (UniqueConstraint("event_id", "code"),)


class Appearance(Model):
    """A speaker's role in one event session, with the affiliation stated there."""

    __tablename__ = "appearance"

    session_id: Mapped[int] = mapped_column(ForeignKey("event_session.id", ondelete="CASCADE"), primary_key=True)
    speaker_id: Mapped[int] = mapped_column(ForeignKey("speaker.id"), primary_key=True)
    role: Mapped[str] = mapped_column(String(40))
    affiliation: Mapped[Texts]
    position: Mapped[int]


class SessionOrganisation(Model):
    """An organisation's role in one event session."""

    __tablename__ = "session_organisation"

    session_id: Mapped[int] = mapped_column(ForeignKey("event_session.id", ondelete="CASCADE"), primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    role: Mapped[ParticipationRole] = mapped_column(enum_type(ParticipationRole, "role"))
    position: Mapped[int]


class SessionPlaces(Model):
    """What is promised in one event session, and who came: the row that owns the limit.

    promised: places of confirmed and offered bookings. arrived: those of them admitted.
    present: everybody admitted (seats) or now inside (at once), arrived ones included, teams left out.
    anonymous: people without a ticket, in minus out (seats: in only); of `present` they are max(0, anonymous). A room
    count takes the place of those before it.
    waiting: parties on the waiting list; while there are any, nobody new is promised a place past them.
    counts_exits: somebody was counted out here, or the room was counted; without that nobody knows how full an at-once
    room is.
    Room left = capacity - present - (promised - arrived while held). `present` may exceed: who is in is a fact.
    """

    __tablename__ = "session_places"

    session_id: Mapped[int] = mapped_column(ForeignKey("event_session.id", ondelete="CASCADE"), primary_key=True)
    capacity: Mapped[int | None]
    promised: Mapped[int] = mapped_column(default=0)
    arrived: Mapped[int] = mapped_column(default=0)
    present: Mapped[int] = mapped_column(default=0)
    anonymous: Mapped[int] = mapped_column(default=0)
    counts_exits: Mapped[bool] = mapped_column(default=False)
    waiting: Mapped[int] = mapped_column(default=0, server_default="0")

    __table_args__ = (
        CheckConstraint("capacity IS NULL OR promised <= capacity", "promised_within_capacity"),
        CheckConstraint("promised >= 0", "promised_not_negative"),
        CheckConstraint("arrived >= 0", "arrived_not_negative"),
    )
