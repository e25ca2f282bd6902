"""What people consent to: each text is a version of its own, and stays as it was agreed to."""

from datetime import datetime

from sqlalchemy import func, select

from app.audit import record
from app.db import Texts, db, lock
from app.programme.models import Event, PrivacyNotice
from app.programme.queries import current_notice
from app.web.actors import Actor

KINDS = ("privacy", "photo")


def add_notice(event: Event, kind: str, text: Texts, *, at: datetime, actor: Actor) -> PrivacyNotice:
    """The next version of this kind; the same text again makes none."""
    lock(Event, [event.id])
    newest = current_notice(event.id, kind)
    if newest is not None and newest.text == text:
        return newest
    highest = db.session.scalar(select(func.max(PrivacyNotice.number)).filter_by(event_id=event.id, kind=kind))
    made = PrivacyNotice(event_id=event.id, kind=kind, number=(highest or 0) + 1, text=text, created_at=at)
    db.session.add(made)
    db.session.flush()
    record(actor, "notice.add", f"event:{event.uuid}", at=at, event_id=event.id, kind=kind, number=made.number)
    return made
