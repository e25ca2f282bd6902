"""Whom a letter to many would reach, and the mailings that were sent; reads only."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Self
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, func, or_, select

from app.accounts.models import Account
from app.db import db
from app.errors import NotFound
from app.outbox.models import Letter, Mailing
from app.outbox.rules import LetterState
from app.programme.models import Category, EventSession
from registrations.models import Booking, BookingLine, PartyNumber, Registration
from registrations.rules import BookingState, PartyKind

GIVEN_UP_AFTER = timedelta(days=2)
"""A mailing that is not written out after this time stays as it is."""


@dataclass(frozen=True)
class Addressees:
    """Who is meant: empty means no matter which. `standing`: None for all, False for cancelled registrations only."""

    sessions: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    parties: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    standing: bool | None = True

    @classmethod
    def of(cls, facts: Mapping[str, Any]) -> Self:
        """As they were kept with a mailing."""
        lists = {name: tuple(facts.get(name, ())) for name in LISTS}
        return cls(**lists, standing=facts.get("standing", True))

    def facts(self) -> dict[str, Any]:
        """For the record."""
        return {name: list(getattr(self, name)) for name in LISTS} | {"standing": self.standing}


LISTS = ("sessions", "states", "categories", "parties", "languages")


@dataclass(frozen=True)
class Reach:
    """How many registrations are meant: with and without a mail address."""

    with_address: int = 0
    without_address: int = 0


@dataclass(frozen=True)
class AddresseeLine:
    """One registration that is meant, as the organiser's list shows it."""

    name: str | None
    language: str
    reachable: bool


@dataclass(frozen=True)
class MailingLine:
    """A mailing with what became of its letters."""

    mailing: Mailing
    by: str | None
    counts: Mapping[LetterState, int] = field(default_factory=dict)

    @property
    def sent(self) -> int:
        return self.counts.get(LetterState.SENT, 0) + self.counts.get(LetterState.PERHAPS_SENT, 0)

    @property
    def waiting(self) -> int:
        return self.counts.get(LetterState.QUEUED, 0) + self.counts.get(LetterState.CLAIMED, 0)

    @property
    def failed(self) -> int:
        return self.counts.get(LetterState.FAILED, 0)

    @property
    def withdrawn(self) -> int:
        return self.counts.get(LetterState.WITHDRAWN, 0)

    @property
    def written_out(self) -> bool:
        return self.mailing.addressees.get("next") is None


def chosen(event_id: int, meant: Addressees) -> list[ColumnElement[bool]]:
    """What holds for a registration that is meant; erased and stopped ones never are."""
    where = [Registration.event_id == event_id, Registration.erased_at.is_(None), Registration.blocked_at.is_(None)]
    if meant.standing is not None:
        cancelled = Registration.cancelled_at.is_not(None)
        where.append(~cancelled if meant.standing else cancelled)
    if meant.languages:
        where.append(Registration.language.in_(meant.languages))
    if meant.parties:
        where.append(Registration.party_kind.in_([PartyKind(one) for one in meant.parties]))
    if meant.categories:
        where.append(_comes_with(event_id, meant.categories))
    if meant.sessions or meant.states:
        where.append(_has_booked(event_id, meant))
    return where


def reach_of(event_id: int, meant: Addressees) -> Reach:
    """How many that are."""
    query = select(func.count(), func.count(Registration.contact_email)).where(*chosen(event_id, meant))
    every, some = db.session.execute(query).one()
    return Reach(int(some), int(every) - int(some))


def addressee_lines(event_id: int, meant: Addressees, *, limit: int, skip: int) -> list[AddresseeLine]:
    """Who that is: those without an address first, because they have to be told in another way."""
    reachable = Registration.contact_email.is_not(None)
    query = (
        select(Registration.contact_name, Registration.language, reachable)
        .where(*chosen(event_id, meant))
        .order_by(reachable, Registration.id)
    )
    return [AddresseeLine(*row) for row in db.session.execute(query.limit(limit).offset(skip))]


def first_in(event_id: int, meant: Addressees, language: str) -> int | None:
    """A registration that a preview in this language can show."""
    reachable = Registration.contact_email.is_not(None)
    query = select(func.min(Registration.id)).where(
        *chosen(event_id, meant), reachable, Registration.language == language
    )
    found: int | None = db.session.scalar(query)
    return found


def mailings_of(event_id: int) -> list[MailingLine]:
    """Every mailing of an event, newest first, in two queries."""
    return _lines(Mailing.event_id == event_id)


def mailing_in(event_id: int, uuid: UUID) -> MailingLine:
    """One of them. Raises NotFound."""
    found = _lines(and_(Mailing.event_id == event_id, Mailing.uuid == uuid))
    if not found:
        raise NotFound
    return found[0]


def unfinished(at: datetime) -> int | None:
    """A mailing of which letters are yet to be written."""
    query = select(Mailing.id, Mailing.addressees).where(
        Mailing.stopped_at.is_(None), Mailing.created_at > at - GIVEN_UP_AFTER
    )
    return next((one.id for one in db.session.execute(query) if one.addressees.get("next") is not None), None)


def _lines(where: ColumnElement[bool]) -> list[MailingLine]:
    rows = db.session.execute(
        select(Mailing, Account.name)
        .outerjoin(Account, Account.id == Mailing.account_id)
        .where(where)
        .order_by(Mailing.created_at.desc(), Mailing.id.desc())
    ).all()
    ids = [row[0].id for row in rows]
    counted = select(Letter.mailing_id, Letter.state, func.count()).where(Letter.mailing_id.in_(ids))
    counts: dict[int, dict[LetterState, int]] = {one: {} for one in ids}
    for mailing_id, state, number in db.session.execute(counted.group_by(Letter.mailing_id, Letter.state)):
        if mailing_id is not None:
            counts[mailing_id][state] = int(number)
    return [MailingLine(mailing, name, counts[mailing.id]) for mailing, name in rows]


def _comes_with(event_id: int, keys: tuple[str, ...]) -> ColumnElement[bool]:
    return exists().where(
        PartyNumber.registration_id == Registration.id,
        PartyNumber.category_id.in_(select(Category.id).where(Category.event_id == event_id, Category.key.in_(keys))),
    )


def _has_booked(event_id: int, meant: Addressees) -> ColumnElement[bool]:
    """In one of these sessions, in one of these states; without a state: whatever was not given back, or in a
    cancelled registration whatever it was."""
    held = (
        select(Booking.id)
        .join(BookingLine, BookingLine.booking_id == Booking.id)
        .where(Booking.registration_id == Registration.id)
    )
    if meant.sessions:
        ids = select(EventSession.id).where(EventSession.event_id == event_id, EventSession.code.in_(meant.sessions))
        held = held.where(Booking.session_id.in_(ids))
    if meant.states:
        held = held.where(BookingLine.state.in_([BookingState(one) for one in meant.states]))
    else:
        stands = BookingLine.state != BookingState.CANCELLED
        held = held.where(or_(stands, Registration.cancelled_at.is_not(None)))
    return held.correlate(Registration).exists()
