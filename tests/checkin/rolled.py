"""The roll-ups of events against what their ledgers come to, cell by cell and as figures."""

from datetime import UTC, datetime
from unittest.mock import patch

from flask import current_app
from sqlalchemy import func

from analytics.queries.apart import parts_of, sent_beside
from analytics.queries.closing import closing_days
from analytics.queries.crossing import Kept, crossing_of, room_names
from analytics.queries.facts import facts_of
from analytics.queries.ledger import attributes_of, count_ledger, read_ledger
from analytics.queries.rolled import Asked, rolled_tally
from analytics.queries.running import kept_figures, kept_tally
from analytics.rules import Measure
from analytics.rules.crossed_in_columns import all_crossed
from analytics.rules.crossing import Dimension, Ground, cross
from analytics.rules.facts import Facts
from analytics.rules.laying_out import figures
from app.db import db
from app.direct import asking
from app.programme.models import Category, Event
from checkin.models import Entry, EntryNumber, RollUp
from checkin.queries import columns, door
from checkin.queries.kept import kept as kept_roll_ups
from checkin.queries.moved import standing_of
from checkin.queries.rollups import RolledUp, lines_in
from checkin.queries.summed import summed_from_ledger
from checkin.rules import Direction, EntryKind

CROSSED = (
    (Dimension.ROOM, Dimension.DAY, Measure.PEOPLE),
    (Dimension.CATEGORY, Dimension.SESSION, Measure.PEOPLE),
    (Dimension.ORGANISATION, Dimension.LEAD, Measure.PEOPLE),
    (Dimension.PARTY, Dimension.METHOD, Measure.VISITS),
)
"""As many sides of their own as there may be: three, one, none; in either order."""


def both(event_id: int) -> tuple[RolledUp, RolledUp]:
    """As they stand in their tables, and counted from nothing, at once or in parts and pieces as of a large ledger,
    these read side by side."""
    db.session.rollback()
    bind = door.connection()
    counted = summed_from_ledger(bind, event_id)
    half = lines_in(bind, event_id) // 2 + 1
    with patch.object(columns, "PIECE", half), asking() as one, asking() as other:
        assert summed_from_ledger(bind, event_id, at_once=half, readers=(one, other)) == counted
    return kept_roll_ups(bind, event_id), counted


def assert_rolled_up(only: int | None = None) -> None:
    """Of every event that there is, or of this one."""
    db.session.rollback()
    if not any(db.session.scalar(db.select(kind.event_id).limit(1)) for kind in (Entry, RollUp)):
        return
    chosen = db.select(Event) if only is None else db.select(Event).filter_by(id=only)
    for event in db.session.scalars(chosen).all():
        stand, counted = both(event.id)
        assert stand.places == counted.places
        assert stand.rooms.keys() == counted.rooms.keys()
        assert {one: found.people for one, found in stand.rooms.items()} == {
            one: found.people for one, found in counted.rooms.items()
        }
        assert {one: said for one, said in stand.apart.items() if any(said)} == counted.apart
        assert stand.cells == counted.cells
        assert_same_tallies(event)
        if event.id not in current_app.extensions.get("written_by_hand", ()):
            assert_same_at_day_close(event)


def assert_same_at_day_close(event: Event) -> None:
    """Who came in at each place, and how that is known, against the lines that stand, whose first entries doors tell
    from later ones; kept as made from nothing."""
    kept = closing_days(event)
    with patch.dict(current_app.extensions, {"uketsuke_sums": {}}):
        assert closing_days(event) == kept
    undone = db.select(Entry.undoes_id).where(Entry.undoes_id.is_not(None))
    standing = (Entry.event_id == event.id) & (Entry.kind != EntryKind.UNDO) & Entry.id.not_in(undone)
    came = (Entry.direction == Direction.IN) & Entry.reentry.is_(False) & (Entry.kind != EntryKind.ROOM_COUNT)
    people = (
        db.select(Entry.place_id, Category.key, func.sum(EntryNumber.number))
        .select_from(Entry)
        .join(EntryNumber, EntryNumber.entry_id == Entry.id)
        .join(Category, Category.id == EntryNumber.category_id)
        .where(standing, came)
        .group_by(Entry.place_id, Category.key)
    )
    counted = {(place, key): number for place, key, number in db.session.execute(people) if number and place}
    ways = {
        (place, way)
        for place, way in db.session.execute(db.select(Entry.place_id, Entry.method).where(standing).distinct())
    }
    listed = [one for day in kept.values() for one in day]
    shown = {one.place.id for one in listed}
    assert {(one.place.id, key): number for one in listed for key, number in one.counted.items()} == {
        (place, key): number for (place, key), number in counted.items() if place in shown
    }
    for one in listed:
        known = {way for place, way in ways if place == one.place.id}
        assert set(one.methods) <= known
        assert bool(one.methods) == bool(known)
    db.session.rollback()


def assert_same_tallies(event: Event) -> None:
    """What is read from the roll-ups, what is kept in memory and moved on, and every line counted by the measures
    themselves."""
    facts = facts_of(event)
    undivided = next((category.id for category in facts.categories if category.unknown), None)
    for corrected in (True, False):
        places = dict(facts.places)
        rolled = rolled_tally(event, places=places, undivided=undivided, corrected=corrected)
        counted = count_ledger(event, places=places, undivided=undivided, corrected=corrected)
        assert rolled == counted
        assert kept_tally(event, facts, corrected=corrected) == counted
        at = datetime.now(UTC)
        found = kept_figures(event, at=at, corrected=corrected)
        assert found == figures(facts, counted, at=at, newest_at=found.newest_at)
    assert_same_crossings(event, facts, undivided)


def assert_same_crossings(event: Event, facts: Facts, undivided: int | None) -> None:
    """What is kept in memory of two dimensions and moved on, all of it summed in columns, and every line counted by the
    measures themselves."""
    read, said = read_ledger(event, undivided=undivided), attributes_of(event.id)
    with current_app.test_request_context():
        ground, asked = Ground(facts.places, room_names(facts)), Asked(event, facts.places, undivided)
        bind = db.session.connection()
        lines, standing = lines_in(bind, event.id), standing_of(bind, event.id)
        made = all_crossed(ground, parts_of(bind, event.id, at_once=lines // 2 + 1), *sent_beside(bind, event.id))
        for rows, columns_, measure in CROSSED:
            counted = cross(read, said, ground, rows=rows, columns=columns_, measure=measure)
            assert crossing_of(event, facts, rows=rows, columns=columns_, measure=measure) == counted, (rows, columns_)
            pair = min(rows, columns_), max(rows, columns_), measure
            kept = Kept((event.id, *pair), standing=standing, sums=made.of(pair))
            kept.cross(bind, asked, ground)
            assert kept.crossing(turned=rows > columns_) == counted, (rows, columns_, measure, "in columns")
