"""Sums of the attendance ledger, moved on in the transaction that writes its lines."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Model, enum_type
from checkin.rules import Cut


class RollUp(Model):
    """Sums of the ledger, moved on in the transaction that writes its lines. One row for each device, so that no two
    doors wait for each other; whoever reads adds them up.

    A column that a cut is not divided by is 0 (-1 for `booked`, empty for `method`), because what is empty is equal to
    nothing. `day`: counted from 1 January of the year 1. `corrected`: only by lines with which somebody corrected it.
    """

    __tablename__ = "roll_up"

    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), primary_key=True)
    cut: Mapped[Cut] = mapped_column(enum_type(Cut, "cut"), primary_key=True)
    place_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    venue_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    day: Mapped[int] = mapped_column(primary_key=True)
    slot: Mapped[int] = mapped_column(primary_key=True)
    category_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    method: Mapped[str] = mapped_column(String(32), primary_key=True)
    booked: Mapped[int] = mapped_column(primary_key=True)
    anonymous: Mapped[bool] = mapped_column(primary_key=True)
    corrected: Mapped[bool] = mapped_column(primary_key=True)
    device_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    number: Mapped[int]

    __table_args__ = ({"sqlite_with_rowid": False},)


class RollUpPlace(Model):
    """A place with lines, for the roll-ups. venue_id: under which venue its people were added up, 0 if online;
    counted_at: the newest room count that stands."""

    __tablename__ = "roll_up_place"

    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"), primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)
    venue_id: Mapped[int] = mapped_column(BigInteger)
    counted_at: Mapped[datetime | None]


class RollUpRoom(Model):
    """People without a ticket whom the room counts of a place find, in place of who was counted there one by one."""

    __tablename__ = "roll_up_room"

    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"), primary_key=True)
    category_id: Mapped[int] = mapped_column(ForeignKey("category.id"), primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)
    day: Mapped[int]
    slot: Mapped[int]
    number: Mapped[int]


class RollUpApart(Model):
    """A registration whose people may be other than the sums say, so it is looked at whenever they are read. people:
    so many were at different places, and may be more than the party is now; tickets: they came on several for one."""

    __tablename__ = "roll_up_apart"

    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"), primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)
    people: Mapped[int]
    tickets: Mapped[bool]
