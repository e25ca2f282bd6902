"""Partner organisations: who may edit its own part of an event by a link, and what it suggests there."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, Text, TextClause, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Editable, Id, Model, Moment, OutwardId, enum_type
from app.programme.rules.partners import SuggestionState

_WAITS, _STANDS = text("state = 'waiting'"), text("ended_at IS NULL")


def _one(name: str, *columns: str, where: TextClause) -> Index:
    """At most one such row among those of which this holds."""
    return Index(name, *columns, unique=True, sqlite_where=where, postgresql_where=where)


class Partner(Editable, Model):
    """One organisation, invited for one event. Nothing personal but the contact's address.

    closes_at: suggestions until then. opened_at: somebody began at the link. as_it_stands_at: they said that the
    programme is right as it is. registration_id: its team, registered at the link.
    """

    __tablename__ = "partner"

    id: Mapped[Id]
    uuid: Mapped[OutwardId]
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    contact_email: Mapped[str | None] = mapped_column(String(254))
    language: Mapped[str] = mapped_column(String(10))
    closes_at: Mapped[Moment]
    created_at: Mapped[Moment]
    opened_at: Mapped[datetime | None]
    as_it_stands_at: Mapped[datetime | None]
    reminded_at: Mapped[datetime | None]
    registration_id: Mapped[int | None] = mapped_column(ForeignKey("registration.id"))

    __table_args__ = (UniqueConstraint("event_id", "organisation_id"),)


class PartnerLink(Model):
    """One link that a partner was given: of its secret only the hash is kept. At most one stands; ended ones stay, so
    that who comes by them is told."""

    __tablename__ = "partner_link"

    id: Mapped[Id]
    uuid: Mapped[OutwardId]
    partner_id: Mapped[int] = mapped_column(ForeignKey("partner.id", ondelete="CASCADE"))
    secret_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    made_at: Mapped[Moment]
    ended_at: Mapped[datetime | None]

    __table_args__ = (_one("uq_partner_link_one_stands", "partner_id", where=_STANDS),)


class Suggestion(Editable, Model):
    """What a partner would have otherwise in one of its sessions, or in what it exhibits in one role; nothing of it is
    in the programme before the organiser's yes.

    changes: field to {"was": in the programme when it was suggested, "wanted": instead}. needs, wish: words for the
    organiser. answer: the organiser's. taken: the fields that were accepted.
    """

    __tablename__ = "suggestion"

    id: Mapped[Id]
    uuid: Mapped[OutwardId]
    partner_id: Mapped[int] = mapped_column(ForeignKey("partner.id", ondelete="CASCADE"))
    session_id: Mapped[int | None] = mapped_column(ForeignKey("event_session.id", ondelete="CASCADE"), index=True)
    role: Mapped[str | None] = mapped_column(String(32))
    changes: Mapped[dict[str, Any]]
    needs: Mapped[str | None] = mapped_column(Text)
    wish: Mapped[str | None] = mapped_column(Text)
    state: Mapped[SuggestionState] = mapped_column(enum_type(SuggestionState, "state"))
    made_at: Mapped[Moment]
    answered_at: Mapped[datetime | None]
    answer: Mapped[str | None] = mapped_column(Text)
    taken: Mapped[list[str]] = mapped_column(default=list)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))

    __table_args__ = (
        CheckConstraint("(session_id IS NULL) <> (role IS NULL)", "one_subject"),
        _one("uq_suggestion_one_waits_session", "partner_id", "session_id", where=_WAITS),
        _one("uq_suggestion_one_waits_role", "partner_id", "role", where=_WAITS),
    )
