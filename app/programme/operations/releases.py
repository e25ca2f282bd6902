"""Releasing: what the public sees from now on, and what changed since the last time."""

from datetime import datetime

from sqlalchemy import func, select

from app.audit import record
from app.db import db, lock
from app.programme.models import Event, Release
from app.programme.queries import programme_of_event, published
from app.programme.rules.documents import document_of
from app.programme.rules.facts import Texts
from app.programme.rules.releases import changes, for_the_public
from app.web.actors import Actor


def release(event_id: int, *, note: Texts | None = None, at: datetime, actor: Actor) -> Release:
    """Make the programme as it stands the one that the public sees."""
    (event,) = lock(Event, [event_id])
    number = db.session.scalar(select(func.max(Release.number)).where(Release.event_id == event.id)) or 0
    programme = for_the_public(programme_of_event(event))
    before = published(event.id).programme if number else None
    made = Release(
        event_id=event.id,
        number=number + 1,
        released_at=at,
        account_id=actor.account_id,
        note=note or {},
        snapshot=document_of(programme),
        changes=changes(before, programme),
    )
    db.session.add(made)
    db.session.flush()
    record(actor, "release", f"event:{event.uuid}", at=at, event_id=event.id, number=made.number)
    return made
