"""Hosts, the people on their staff, their sign-ins, paired devices and the codes that pair them."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, false, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Editable, Id, Model, Moment, OutwardId, Texts, enum_type
from app.web.actors import Role


class Host(Editable, Model):
    """Who owns events, venues and organisations; hosts see nothing of each other."""

    __tablename__ = "host"

    id: Mapped[Id]
    uuid: Mapped[OutwardId]
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    name: Mapped[Texts]
    created_at: Mapped[Moment]


class Account(Editable, Model):
    """A person on the staff of a host; attendees have none."""

    __tablename__ = "account"

    id: Mapped[Id]
    uuid: Mapped[OutwardId]
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    password_hash: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[Moment]
    disabled_at: Mapped[datetime | None]

    __table_args__ = (CheckConstraint("email = lower(email)", "email_in_lower_case"),)


class Membership(Model):
    """A role of an account: in one event, or (`event_id` empty) in every event of the host.

    `known_as`: the name that this host wrote when the person joined; what another host calls them is not its to see.
    """

    __tablename__ = "membership"

    id: Mapped[Id]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    host_id: Mapped[int] = mapped_column(ForeignKey("host.id"))
    event_id: Mapped[int | None] = mapped_column(ForeignKey("event.id"))
    role: Mapped[Role] = mapped_column(enum_type(Role, "role"))
    known_as: Mapped[str | None] = mapped_column(String(200))
    created_at: Mapped[Moment]

    __table_args__ = (
        Index("uq_membership_event", "account_id", "event_id", unique=True),
        Index(
            "uq_membership_host",
            "account_id",
            "host_id",
            unique=True,
            sqlite_where=text("event_id IS NULL"),
            postgresql_where=text("event_id IS NULL"),
        ),
    )


class SignIn(Model):
    """One signed-in browser, kept on the server; only the hash of its token is stored."""

    __tablename__ = "sign_in"

    id: Mapped[Id]
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[Moment]
    expires_at: Mapped[Moment]
    ended_at: Mapped[datetime | None]


class Device(Editable, Model):
    """A paired scanner of one event: time-boxed, revocable, known by the hash of its token. `paired`: by a code, and so
    bound to its gate; a device that somebody made by signing in goes with that person."""

    __tablename__ = "device"

    id: Mapped[Id]
    uuid: Mapped[OutwardId]
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)
    gate_id: Mapped[int | None] = mapped_column(ForeignKey("gate.id"))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    name: Mapped[str] = mapped_column(String(80))
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    rights: Mapped[list[str]]
    created_at: Mapped[Moment]
    expires_at: Mapped[Moment]
    revoked_at: Mapped[datetime | None]
    wipe_asked_at: Mapped[datetime | None]
    pin_hash: Mapped[str | None] = mapped_column(String(200))
    paired: Mapped[bool] = mapped_column(default=False, server_default=false())


class DeviceGate(Model):
    """A gate where a device stands or once stood, and since when: what it did there may come in much later."""

    __tablename__ = "device_gate"

    device_id: Mapped[int] = mapped_column(ForeignKey("device.id", ondelete="CASCADE"), primary_key=True)
    gate_id: Mapped[int] = mapped_column(ForeignKey("gate.id"), primary_key=True)
    since: Mapped[Moment]


class Pairing(Editable, Model):
    """A code that makes scanners of devices at one gate: short-lived, for so many devices, known by its keyed hash.

    `devices_end_at`: when the devices that it makes end. `pin_hash`: of a supervisor's number, asked by the device.
    """

    __tablename__ = "pairing"

    id: Mapped[Id]
    uuid: Mapped[OutwardId]
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)
    gate_id: Mapped[int] = mapped_column(ForeignKey("gate.id"))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    code_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    rights: Mapped[list[str]]
    pin_hash: Mapped[str | None] = mapped_column(String(200))
    devices: Mapped[int]
    joined: Mapped[int] = mapped_column(default=0)
    devices_end_at: Mapped[Moment]
    created_at: Mapped[Moment]
    expires_at: Mapped[Moment]

    __table_args__ = (CheckConstraint("joined >= 0 AND joined <= devices", "joined_at_most_devices"),)


class DeviceContact(Model):
    """When a device was last heard of and what it said of itself, apart from the device so that a scan never edits it.

    `version`: of the scanner's page. `pack`, `pack_at`: which list of tickets it holds, and of when. `storage`: how its
    browser keeps things. `told_until`: up to when it heard of conflicts. `wipe_told_at`: when it was told to forget.
    """

    __tablename__ = "device_contact"

    device_id: Mapped[int] = mapped_column(ForeignKey("device.id", ondelete="CASCADE"), primary_key=True)
    last_seen_at: Mapped[Moment]
    last_seq: Mapped[int | None]
    clock_offset_ms: Mapped[int | None]
    queue_length: Mapped[int | None]
    version: Mapped[str | None] = mapped_column(String(80))
    pack: Mapped[str | None] = mapped_column(String(200))
    pack_at: Mapped[datetime | None]
    storage: Mapped[str | None] = mapped_column(String(80))
    told_until: Mapped[datetime | None]
    wipe_told_at: Mapped[datetime | None]
