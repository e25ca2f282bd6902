"""Figures of somebody else's source enter the ledger as lines of their own, with where they come from."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select

from app.audit import record
from app.db import db
from app.errors import Invalid, Refused
from app.programme.models import Category, Event
from app.programme.rules.facts import AttendanceFacts
from app.web.actors import Actor
from checkin.models import Entry, EntryNumber, FigureSource
from checkin.operations.rolling import count_placeless
from checkin.rules import EntryKind, Method


def import_attendance(event: Event, attendance: AttendanceFacts, *, at: datetime, actor: Actor) -> FigureSource:
    """One line per category, method imported, at no place: the source does not split them.

    Raises Refused if figures of this event were imported before, Invalid for a category that it does not have.
    """
    already = select(FigureSource.id).where(FigureSource.event_id == event.id)
    if db.session.scalar(already.limit(1)) is not None:
        raise Refused("imported_before", "Figures of this event were imported before.")
    source = _source(event.id, attendance)
    categories = _categories(event.id, attendance.people)
    for key, number in attendance.people.items():
        line = Entry(
            event_id=event.id,
            kind=EntryKind.IMPORT,
            method=Method.IMPORTED,
            source_id=source.id,
            account_id=actor.account_id,
            received_at=at,
            at=at,
        )
        db.session.add(line)
        db.session.flush()
        db.session.add(EntryNumber(entry_id=line.id, category_id=categories[key], number=number))
    count_placeless(event.id, len(attendance.people))
    record(actor, "attendance.import", f"figure_source:{source.uuid}", at=at, event_id=event.id)
    return source


def _source(event_id: int, attendance: AttendanceFacts) -> FigureSource:
    told = attendance.source
    source = FigureSource(
        event_id=event_id,
        provenance=told.provenance,
        title=told.title,
        url=told.url,
        measure=told.measure,
        measure_note=told.measure_note,
        method_note=told.method_note,
    )
    db.session.add(source)
    db.session.flush()
    return source


def _categories(event_id: int, people: Mapping[str, int]) -> dict[str, int]:
    rows = db.session.execute(select(Category.key, Category.id).where(Category.event_id == event_id))
    known = {row.key: row.id for row in rows}
    if missing := sorted(set(people) - set(known)):
        raise Invalid("no_category", f"This event has no category {missing[0]}.")
    return known
