"""What keeps robots from taking places for nobody: an address that is confirmed, and a limit per address."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select

from app.db import db, lock
from app.outbox.models import Letter
from app.outbox.operations import enqueue
from app.outbox.rules import LetterState
from app.programme.models import Event
from app.programme.rules import EventStatus
from registrations.models import Registration
from registrations.operations.changing import cancel
from registrations.operations.refusals import AddressUsed, Refusal
from registrations.operations.registering import write_letter
from registrations.queries.own import ASKED_TO_CONFIRM, CONFIRM

KEPT_FOR = timedelta(hours=24)
"""How long places are held for an address that nobody confirms."""


def refuse_crowd(registration: Registration, *, limit: int | None) -> None:
    """Raises AddressUsed if more registrations of the event stand under this address than the organiser allows.

    Call it last in the transaction: the event's row is locked by then, so that two cannot both be the last one.
    """
    if limit is None or registration.contact_email is None:
        return
    same = select(func.count()).where(
        Registration.contact_email == registration.contact_email, Registration.event_id == registration.event_id,
        Registration.cancelled_at.is_(None),
    )  # fmt: skip
    if (db.session.scalar(same) or 0) > limit:
        raise AddressUsed(limit)


def ask_to_confirm(registration: Registration, *, at: datetime) -> bool:
    """Write to the address and wait until somebody opens that letter; whether there is anything to wait for.

    The letter takes the place of the confirmation that the same transaction has written: the ticket comes afterwards.
    """
    if registration.contact_email is None or registration.mail_confirmed_at is not None:
        return False
    cause = CONFIRM + str(registration.uuid)
    if db.session.scalar(select(Letter.id).where(Letter.cause == cause)) is None:
        unsent = (Letter.registration_id == registration.id, Letter.state == LetterState.QUEUED)
        db.session.execute(delete(Letter).where(*unsent))
        enqueue(
            registration.event_id,
            registration_id=registration.id,
            kind="received",
            cause=cause,
            language=registration.language,
            to_address=registration.contact_email,
            at=at,
            confirm=True,
        )
    return True


def confirm_mail(registration_id: int, *, at: datetime) -> Registration:
    """The address is right: from now on the link shows the ticket. A second time changes nothing."""
    (registration,) = lock(Registration, [registration_id])
    if registration.mail_confirmed_at is None and registration.cancelled_at is None:
        registration.mail_confirmed_at = at
        db.session.flush()
        write_letter(registration, "confirmed", at=at)
    return registration


def drop_unconfirmed(at: datetime, *, most: int = 50) -> int:
    """Cancel registrations whose address nobody confirmed in time, `most` at a time; how many. For the worker's chores:
    call it again while it says `most`."""
    return sum(_dropped(one, at) for one in unconfirmed(at, most=most))


def unconfirmed(at: datetime, *, most: int) -> Sequence[int]:
    """Registrations whose address nobody confirmed in time, the first so many; a read."""
    late = (
        select(Registration.id)
        .join(Event, Event.id == Registration.event_id)
        .where(Event.status == EventStatus.PUBLISHED)
        .where(Registration.mail_confirmed_at.is_(None), Registration.cancelled_at.is_(None))
        .where(Registration.erased_at.is_(None))
        .where(Registration.blocked_at.is_(None), Registration.created_at <= at - KEPT_FOR, ASKED_TO_CONFIRM)
        .order_by(Registration.id)
        .limit(most)
    )
    return db.session.scalars(late).all()


def _dropped(registration_id: int, at: datetime) -> bool:
    (registration,) = lock(Registration, [registration_id])
    if registration.mail_confirmed_at is not None:
        return False
    try:
        cancel(registration_id, at=at)
    except Refusal:
        return False
    return True
