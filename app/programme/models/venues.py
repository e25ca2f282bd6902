"""Sites, their rooms, and which event uses them."""

from decimal import Decimal

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Numeric,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Editable, Id, Model, Texts


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
    parking: Mapped[Texts] = mapped_column(default=dict, server_default="{}")
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
