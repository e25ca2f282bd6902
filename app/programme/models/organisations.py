"""Organisations, and how they take part in an event."""

from typing import Any

from sqlalchemy import (
    ForeignKey,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Editable, Id, Model, Texts, enum_type
from app.programme.rules import (
    OrganisationKind,
    ParticipationRole,
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
