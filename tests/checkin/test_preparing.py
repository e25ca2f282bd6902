"""A programme gets its door, published figures get their lines, and a play leaves counters that its ledger explains."""

from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import func, select

from app import demo
from app.clock import frozen
from app.db import db, transaction
from app.errors import Invalid, Refused
from app.programme.models import Category, Event, EventSession, SessionPlaces
from app.programme.rules.facts import AttendanceFacts, SourceFacts
from app.web.actors import ANONYMOUS
from checkin.models import Entry, EntryNumber, FigureSource, Gate, GateRoom, Place
from checkin.operations import Practice, import_attendance, prepare_door
from checkin.rules import EntryKind, GateKind, Method
from tests.checkin.test_recount import recount
from tests.make import NOON, Make

MORNING = datetime(2026, 10, 2, 23, 0, tzinfo=UTC)
FIGURES = AttendanceFacts(
    source=SourceFacts(provenance="published", title={"ja": "報告", "en": "Report"}, measure="people"),
    people={"spectator": 412, "student": 485},
)


def counts() -> dict[str, int]:
    kinds = (Gate, GateRoom, Place)
    return {kind.__name__: db.session.scalar(select(func.count()).select_from(kind)) or 0 for kind in kinds}


def test_every_venue_has_an_entrance_a_day_and_every_room_a_gate(app: Flask) -> None:
    with frozen(MORNING):
        demo.load()
    event = db.session.scalars(select(Event).filter_by(slug="practice")).one()
    gates = db.session.scalars(select(Gate).filter_by(event_id=event.id)).all()
    entrances = [gate for gate in gates if gate.kind is GateKind.ENTRANCE]
    assert (len(entrances), {gate.new_today for gate in entrances}) == (3, {True})
    assert {gate.new_today for gate in gates if gate.kind is GateKind.ROOMS} == {False}
    days = (event.ends_on - event.starts_on).days + 1
    places = db.session.scalars(select(Place).filter_by(event_id=event.id)).all()
    assert len([place for place in places if place.day]) == days * len(entrances)
    sessions = set(db.session.scalars(select(EventSession.id).filter_by(event_id=event.id)))
    assert {place.session_id for place in places if place.session_id} == sessions


def test_preparing_the_door_again_changes_nothing(app: Flask) -> None:
    with frozen(MORNING):
        demo.load()
    before = counts()
    for event in db.session.scalars(select(Event)).all():
        with transaction():
            prepare_door(event)
    assert counts() == before


def test_what_is_new_in_the_programme_gets_its_place(make: Make) -> None:
    event = make.event()
    make.session(event, "talk")
    with transaction():
        prepare_door(event)
    before = counts()
    with transaction():
        event.ends_on = event.ends_on.replace(day=event.ends_on.day + 1)
        prepare_door(event)
    assert counts() == {**before, "Place": before["Place"] + 1}


def test_published_figures_become_one_line_a_category_at_no_place(make: Make) -> None:
    event = make.event()
    with transaction():
        source = import_attendance(event, FIGURES, at=NOON, actor=ANONYMOUS)
    rows = db.session.execute(
        select(Entry.kind, Entry.method, Entry.place_id, Entry.source_id, Category.key, EntryNumber.number)
        .join(EntryNumber, EntryNumber.entry_id == Entry.id)
        .join(Category, Category.id == EntryNumber.category_id)
        .order_by(Category.key)
    ).all()
    assert [tuple(row) for row in rows] == [
        (EntryKind.IMPORT, Method.IMPORTED, None, source.id, "spectator", 412),
        (EntryKind.IMPORT, Method.IMPORTED, None, source.id, "student", 485),
    ]
    assert (source.provenance, source.measure) == ("published", "people")


def test_the_same_figures_are_not_brought_in_twice_nor_under_a_category_that_is_not_there(make: Make) -> None:
    event = make.event()
    wrong = AttendanceFacts(source=FIGURES.source, people={"martian": 1})
    with pytest.raises(Invalid), transaction():
        import_attendance(event, wrong, at=NOON, actor=ANONYMOUS)
    with transaction():
        import_attendance(event, FIGURES, at=NOON, actor=ANONYMOUS)
    with pytest.raises(Refused), transaction():
        import_attendance(event, FIGURES, at=NOON, actor=ANONYMOUS)
    assert db.session.scalar(select(func.count()).select_from(FigureSource)) == 1


def test_nobody_made_up_comes_to_a_real_event(make: Make) -> None:
    with pytest.raises(Refused):
        Practice(make.event(), {"seed": 1}, at=NOON)


def test_a_played_event_has_counters_that_equal_a_recount(app: Flask) -> None:
    with frozen(MORNING):
        demo.load()
    event = db.session.scalars(select(Event).filter_by(slug="practice")).one()
    sessions = db.session.scalars(select(EventSession).filter_by(event_id=event.id)).all()
    told = {one.code: db.session.get_one(SessionPlaces, one.id) for one in sessions}
    figures = {code: (one.present, one.arrived, one.anonymous, one.counts_exits) for code, one in told.items()}
    assert figures == {one.code: recount(one) for one in sessions}
    assert sum(present for present, *_ in figures.values()) > 300
