"""Organisations, events, categories, venues, rooms, event sessions, releases, and the places promised in them."""

from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    Numeric,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Editable, Id, Model, Moment, OutwardId, Texts, enum_type
from app.programme.rules import (
    AdmissionRule,
    CapacityKind,
    EventStatus,
    OrganisationKind,
    ParticipationRole,
    Reentry,
    SessionStatus,
)


class Organisation(Editable, Model):
    """Who takes part or organises. `named` false: the source counts it without naming it."""

    __tablename__ = "organisation"

    id: Mapped[Id]
    host_id: Mapped[int] = mapped_column(ForeignKey("host.id"))
    code: Mapped[str] = mapped_column(String(80))
    name: Mapped[Texts]
    reading: Mapped[str | None] = mapped_column(String(300))
    kind: Mapped[OrganisationKind] = mapped_column(enum_type(OrganisationKind, "kind"))
    ward: Mapped[str | None] = mapped_column(String(80))
    url: Mapped[str | None] = mapped_column(String(500))
    public: Mapped[bool] = mapped_column(default=True)
    named: Mapped[bool] = mapped_column(default=True)
    not_in_source: Mapped[list[str]] = mapped_column(default=list)

    __table_args__ = (UniqueConstraint("host_id", "code"),)


class Event(Editable, Model):
    """Several days, several venues, one programme, one set of categories, one time zone, one host."""

    __tablename__ = "event"

    id: Mapped[Id]
    uuid: Mapped[OutwardId]
    host_id: Mapped[int] = mapped_column(ForeignKey("host.id"), index=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    title: Mapped[Texts]
    reading: Mapped[str | None] = mapped_column(String(300))
    summary: Mapped[Texts]
    description: Mapped[Texts]
    purpose: Mapped[list[Any]]
    fee: Mapped[Texts]
    how_to_take_part: Mapped[Texts]
    access: Mapped[Texts]
    contact: Mapped[dict[str, Any]]
    source: Mapped[dict[str, Any]]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    timezone: Mapped[str] = mapped_column(String(64))
    day_ends_at: Mapped[time] = mapped_column(default=time(4))
    languages: Mapped[list[str]]
    status: Mapped[EventStatus] = mapped_column(enum_type(EventStatus, "status"))
    fictional: Mapped[bool] = mapped_column(default=False)
    registration_opens_at: Mapped[datetime | None]
    registration_closes_at: Mapped[datetime | None]
    reentry: Mapped[Reentry] = mapped_column(enum_type(Reentry, "reentry"), default=Reentry.FREE)
    held_minutes_after_start: Mapped[int] = mapped_column(default=5)
    party_limit: Mapped[int] = mapped_column(default=50)
    people_measure: Mapped[str | None] = mapped_column(String(20))
    scan_salt: Mapped[bytes] = mapped_column(LargeBinary(32))
    change_number: Mapped[int] = mapped_column(default=0)
    not_in_source: Mapped[list[str]] = mapped_column(default=list)
    created_at: Mapped[Moment]

    __table_args__ = (
        CheckConstraint("starts_on <= ends_on", "days_in_order"),
        CheckConstraint("change_number >= 0", "change_number_not_negative"),
    )


class Category(Editable, Model):
    """How an event counts people: data, ordered, with one sentence who belongs here."""

    __tablename__ = "category"

    id: Mapped[Id]
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    key: Mapped[str] = mapped_column(String(40))
    label: Mapped[Texts]
    belongs: Mapped[Texts]
    position: Mapped[int]
    unknown: Mapped[bool] = mapped_column(default=False)
    minor: Mapped[bool] = mapped_column(default=False)
    not_in_source: Mapped[list[str]] = mapped_column(default=list)

    __table_args__ = (
        UniqueConstraint("event_id", "key"),
        Index(
            "uq_category_one_unknown",
            "event_id",
            unique=True,
            sqlite_where=text("unknown"),
            postgresql_where=text("unknown"),
        ),
    )


class Venue(Editable, Model):
    """A site, owned by a host and used by its events."""

    __tablename__ = "venue"

    id: Mapped[Id]
    host_id: Mapped[int] = mapped_column(ForeignKey("host.id"))
    slug: Mapped[str] = mapped_column(String(80))
    name: Mapped[Texts]
    reading: Mapped[str | None] = mapped_column(String(300))
    address: Mapped[Texts]
    access: Mapped[Texts]
    latitude: Mapped[Decimal | None] = mapped_column(Numeric(9, 6))
    longitude: Mapped[Decimal | None] = mapped_column(Numeric(9, 6))
    step_free: Mapped[bool | None]
    not_in_source: Mapped[list[str]] = mapped_column(default=list)

    rooms: Mapped[list["Room"]] = relationship(lazy="raise", order_by="Room.position")

    __table_args__ = (UniqueConstraint("host_id", "slug"),)


class EventVenue(Model):
    """A venue as one event uses it."""

    __tablename__ = "event_venue"

    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), primary_key=True)
    venue_id: Mapped[int] = mapped_column(ForeignKey("venue.id"), primary_key=True)
    position: Mapped[int]


class Room(Editable, Model):
    """A part of a venue. Without capacity there is no limit."""

    __tablename__ = "room"

    id: Mapped[Id]
    venue_id: Mapped[int] = mapped_column(ForeignKey("venue.id"))
    code: Mapped[str] = mapped_column(String(80))
    name: Mapped[Texts]
    reading: Mapped[str | None] = mapped_column(String(300))
    floor: Mapped[str | None] = mapped_column(String(20))
    capacity: Mapped[int | None]
    access: Mapped[Texts]
    step_free: Mapped[bool | None]
    position: Mapped[int]
    not_in_source: Mapped[list[str]] = mapped_column(default=list)

    __table_args__ = (
        UniqueConstraint("venue_id", "code"),
        CheckConstraint("capacity >= 0", "capacity_not_negative"),
    )


class EventSession(Editable, Model):
    """One thing at one time in one main room, or online."""

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
    admission: Mapped[AdmissionRule] = mapped_column(enum_type(AdmissionRule, "admission"))
    reentry: Mapped[Reentry | None] = mapped_column(enum_type(Reentry, "reentry"))
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


class Participation(Editable, Model):
    """How an organisation takes part in an event; `took_part` empty: proposed, not yet confirmed afterwards."""

    __tablename__ = "participation"

    id: Mapped[Id]
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    role: Mapped[ParticipationRole] = mapped_column(enum_type(ParticipationRole, "role"))
    exhibits: Mapped[list[Any]] = mapped_column(default=list)
    took_part: Mapped[bool | None]
    position: Mapped[int] = mapped_column(default=0)

    __table_args__ = (UniqueConstraint("event_id", "organisation_id", "role"),)


class SessionPlaces(Model):
    """What is promised in one event session, and who came: the row that owns the limit.

    promised: places of confirmed and offered bookings. arrived: those of them admitted.
    present: everybody admitted (seats) or now inside (at once), arrived ones included, teams left out.
    anonymous: people without a ticket, in minus out (seats: in only); of `present` they are max(0, anonymous).
    counts_exits: somebody was counted out here; without that nobody knows how full an at-once room is.
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

    __table_args__ = (
        CheckConstraint("capacity IS NULL OR promised <= capacity", "promised_within_capacity"),
        CheckConstraint("promised >= 0", "promised_not_negative"),
        CheckConstraint("arrived >= 0", "arrived_not_negative"),
    )


class PrivacyNotice(Model):
    """One version of the text that people consent to; versions are only added."""

    __tablename__ = "privacy_notice"

    id: Mapped[Id]
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    number: Mapped[int]
    text: Mapped[Texts]
    created_at: Mapped[Moment]

    __table_args__ = (UniqueConstraint("event_id", "number"),)


class Release(Model):
    """A state of the programme as the public sees it: a stored snapshot and what changed since the last one."""

    __tablename__ = "release"

    id: Mapped[Id]
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    number: Mapped[int]
    released_at: Mapped[Moment]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    note: Mapped[Texts]
    snapshot: Mapped[dict[str, Any]]
    changes: Mapped[list[Any]]

    __table_args__ = (UniqueConstraint("event_id", "number"),)
