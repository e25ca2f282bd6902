"""An organiser writes to many: begun once, written out in pieces, stopped at any time."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite

from app.audit import record
from app.db import Texts, db, lock
from app.errors import NotFound
from app.outbox.models import Letter, Mailing
from app.outbox.operations import Draft, enqueue_all
from app.outbox.rules import LetterState
from app.programme.models import Event
from app.web.actors import Actor
from registrations.models import Registration
from registrations.queries.mailings import Addressees, chosen

PIECE = 250
"""How many letters are written in one transaction."""
WITHDRAWN_AT_ONCE = 1000


def begin_mailing(
    event: Event,
    *,
    key: UUID,
    subject: Texts,
    body: Texts,
    meant: Addressees,
    per_minute: int,
    at: datetime,
    actor: Actor,
) -> Mailing:
    """A mailing of which no letter is written yet (see `next_letters`). The same `key` gives the first one back."""
    row: dict[str, Any] = {
        "uuid": key,
        "event_id": event.id,
        "account_id": actor.account_id,
        "subject": subject,
        "body": body,
        "addressees": meant.facts() | {"next": 0},
        "letters": 0,
        "per_minute": per_minute,
        "created_at": at,
    }
    if db.session.execute(_once(), [row]).one_or_none() is not None:
        record(actor, "mailing_begun", f"mailing:{key}", at=at, event_id=event.id, addressees=meant.facts())
    found = db.session.scalars(select(Mailing).filter_by(uuid=key, event_id=event.id)).one_or_none()
    if found is None:
        raise NotFound
    return found


def next_letters(mailing_id: int, *, most: int = PIECE) -> int:
    """Write the next letters of a mailing, spread over time as its pace says; how many. 0: all are written.

    Who registers after it was begun is not meant.
    """
    (mailing,) = lock(Mailing, [mailing_id])
    last = mailing.addressees.get("next")
    if last is None or mailing.stopped_at is not None:
        return 0
    rows = db.session.execute(
        select(Registration.id, Registration.uuid, Registration.language, Registration.contact_email)
        .where(
            *chosen(mailing.event_id, Addressees.of(mailing.addressees)),
            Registration.contact_email.is_not(None),
            Registration.created_at <= mailing.created_at,
            Registration.id > last,
        )
        .order_by(Registration.id)
        .limit(most)
    ).all()
    drafts = [
        Draft(
            one.id,
            f"mailing:{mailing.uuid}:{one.uuid}",
            one.language,
            one.contact_email,
            mailing_id=mailing.id,
            due_at=mailing.created_at + timedelta(seconds=60 * (mailing.letters + place) / mailing.per_minute),
        )
        for place, one in enumerate(rows)
    ]
    enqueue_all(mailing.event_id, drafts, kind="mailing", at=mailing.created_at)
    mailing.letters += len(drafts)
    mailing.addressees = mailing.addressees | {"next": rows[-1].id if len(rows) == most else None}
    db.session.flush()
    return len(drafts)


def stop_mailing(mailing_id: int, *, at: datetime, actor: Actor) -> None:
    """No letter of it is sent any more; what is on its way arrives. A second time changes nothing."""
    (mailing,) = lock(Mailing, [mailing_id])
    if mailing.stopped_at is None:
        mailing.stopped_at = at
        record(actor, "mailing_stopped", f"mailing:{mailing.uuid}", at=at, event_id=mailing.event_id)
        db.session.flush()


def withdraw_letters(mailing_id: int, *, most: int = WITHDRAWN_AT_ONCE) -> int:
    """Take back letters of a stopped mailing that nobody has tried to send; how many. 0: none is left."""
    waiting = (
        select(Letter.id)
        .where(Letter.mailing_id == mailing_id, Letter.state == LetterState.QUEUED)
        .order_by(Letter.id)
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    ids = db.session.scalars(waiting).all()
    never = update(Letter).where(Letter.id.in_(ids)).values(state=LetterState.WITHDRAWN, due_at=None)
    db.session.execute(never.execution_options(synchronize_session=False))
    return len(ids)


def _once() -> Any:
    dialect = db.session.get_bind().dialect.name
    new = postgresql.insert(Mailing) if dialect == "postgresql" else sqlite.insert(Mailing)
    return new.on_conflict_do_nothing(index_elements=[Mailing.uuid]).returning(Mailing.id)
