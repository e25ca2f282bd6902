"""A draft that left nothing in the world is taken away; its row stays, emptied, because the record of acts names it.

It stands here because it reaches through every floor below: doors, questions, programme, roles, paired devices.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from app.accounts.models import Device, Membership, Pairing
from app.audit import record
from app.db import db, lock, savepoint
from app.errors import Refused
from app.outbox.models import Mailing
from app.programme.models import (
    Category,
    Event,
    EventSession,
    EventVenue,
    Participation,
    Partner,
    PrivacyNotice,
    SessionPlaces,
    Speaker,
)
from app.programme.operations.rows import set_columns
from checkin.models import FigureSource, Gate, Place, PlaceClose
from checkin.queries.traces import Trace, traces_of
from registrations.models import LetterText, Question

TOLD = {
    Trace.NO_DRAFT: "it is not a draft",
    Trace.RELEASED: "the public has seen it",
    Trace.REGISTERED: "people registered",
    Trace.READ: "codes were read at its doors",
    Trace.COUNTED: "people were counted",
    Trace.WRITTEN: "letters were written",
}
_OF_THE_EVENT: tuple[Any, ...] = (
    Partner, Question, LetterText, Mailing, PrivacyNotice, Device, Pairing, FigureSource, Gate, Place, Participation,
    EventSession, Speaker, EventVenue, Category, Membership,
)  # fmt: skip
"""In this order nothing is taken away that something else still names; what hangs on these rows goes with them."""
_TEXTS = (
    "title",
    "summary",
    "description",
    "fee",
    "how_to_take_part",
    "access",
    "contact",
    "source",
    "class_categories",
    "party_first_words",
)
_LISTS = ("purpose", "reminder_days", "not_in_source")
_LINES = ("reading", "licence", "licence_url", "municipality", "municipality_code", "feedback_url")
_EMPTY: dict[str, Any] = {name: {} for name in _TEXTS} | {name: [] for name in _LISTS} | dict.fromkeys(_LINES)


class StillNeeded(Refused):
    """The event left traces; `traces` says which."""

    def __init__(self, slug: str, traces: list[Trace]) -> None:
        self.traces = tuple(traces)
        why = "; ".join(TOLD[one] for one in traces)
        super().__init__("still_needed", f"{slug} cannot be deleted: {why}. Archive it instead.")


def delete_draft(event: Event, *, at: datetime, actor: Any) -> None:
    """Take the event away with all that was prepared for it; venues and organisations stay with the host, and its
    address is free again. Raises StillNeeded."""
    sessions = list(db.session.scalars(select(EventSession.id).where(EventSession.event_id == event.id)))
    lock(SessionPlaces, sessions)
    (event,) = lock(Event, [event.id])
    if traces := traces_of(event):
        raise StillNeeded(event.slug, traces)
    slug = event.slug
    try:
        with savepoint():
            _delete_parts(event)
    except IntegrityError:
        raise StillNeeded(slug, [Trace.REGISTERED]) from None
    db.session.expunge_all()
    (event,) = lock(Event, [event.id])
    set_columns(event, {**_EMPTY, "slug": f"deleted-{event.uuid}", "deleted_at": at})
    db.session.flush()
    record(actor, "event.delete", f"event:{event.uuid}", at=at, event_id=event.id, slug=slug)


def _delete_parts(event: Event) -> None:
    places = select(Place.id).where(Place.event_id == event.id)
    db.session.execute(delete(PlaceClose).where(PlaceClose.place_id.in_(places)))
    for kind in _OF_THE_EVENT:
        db.session.execute(delete(kind).where(kind.event_id == event.id).execution_options(synchronize_session=False))
