"""Holding an event again: a draft made from an event that is there."""

from datetime import date, datetime

from sqlalchemy import select

from app.audit import record
from app.db import db
from app.errors import Refused
from app.programme.models import Event
from app.programme.operations.imports import import_event
from app.programme.queries import programme_of_event
from app.programme.rules.copies import copied
from app.programme.rules.documents import session_document
from app.programme.rules.faults import BadDocument
from app.programme.rules.times import times_of_session
from app.web.actors import Actor


class SlugTaken(Refused):
    """Another event has this address."""

    def __init__(self, slug: str) -> None:
        super().__init__("slug_taken", f"There is an event {slug} already; choose another address.")


def copy_event(event: Event, *, slug: str, starts_on: date, with_sessions: bool, at: datetime, actor: Actor) -> Event:
    """A draft of the same host with the same venues, categories and organisations. Raises SlugTaken, BadDocument."""
    if db.session.scalar(select(Event.id).where(Event.slug == slug)) is not None:
        raise SlugTaken(slug)
    programme = copied(programme_of_event(event), slug=slug, starts_on=starts_on, with_sessions=with_sessions)
    faults = [
        fault
        for one in programme.sessions
        for fault in times_of_session(programme.event, session_document(one, programme.event))
    ]
    if faults:
        raise BadDocument(faults)
    made = db.session.get_one(Event, import_event(event.host_id, programme, at=at, actor=actor).event_id)
    record(actor, "event.copy", f"event:{made.uuid}", at=at, event_id=made.id, of=str(event.uuid))
    return made
