"""What an event has left in the world: while there is any of it, the event is archived and never deleted."""

from enum import StrEnum
from typing import Any

from sqlalchemy import exists, select

from app.db import db
from app.outbox.models import Letter
from app.programme.models import Event, Release
from app.programme.rules import EventStatus
from checkin.models import Entry, Scan
from registrations.models import Registration


class Trace(StrEnum):
    """Why an event stays."""

    NO_DRAFT = "no_draft"
    RELEASED = "released"
    REGISTERED = "registered"
    READ = "read"
    COUNTED = "counted"
    WRITTEN = "written"


_LEFT_BY: dict[Trace, Any] = {
    Trace.RELEASED: Release,
    Trace.REGISTERED: Registration,
    Trace.READ: Scan,
    Trace.COUNTED: Entry,
    Trace.WRITTEN: Letter,
}


def traces_of(event: Event) -> list[Trace]:
    """Everything that keeps this event from being deleted; nothing: it may be."""
    left = [exists().where(kind.event_id == event.id) for kind in _LEFT_BY.values()]
    answers = db.session.execute(select(*left)).one()
    found = [trace for trace, answer in zip(_LEFT_BY, answers, strict=True) if answer]
    return found if event.status is EventStatus.DRAFT else [Trace.NO_DRAFT, *found]
