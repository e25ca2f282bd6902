"""Two dimensions of an event's attendance: from its sums where they say enough, else counted from its ledger."""

from collections import defaultdict

from flask import current_app

from analytics.queries.ledger import attributes_of, read_ledger
from analytics.queries.running import kept_tally
from analytics.rules import Measure
from analytics.rules.crossing import (
    OF_THE_PARTY,
    ONLINE,
    Crossing,
    Dimension,
    Ground,
    Value,
    cross,
    cross_sums,
    rests_on_sums,
)
from analytics.rules.facts import Facts, Session
from app.db import is_writing
from app.direct import here
from app.programme.models import Event
from app.web.languages import plain
from checkin.queries.moved import standing_of

KEPT = 40


def crossing_of(event: Event, facts: Facts, *, rows: Dimension, columns: Dimension, measure: Measure) -> Crossing:
    """People or visits by two dimensions."""
    if rests_on_sums(rows, columns, measure):
        ground = Ground(facts.places, room_names(facts))
        return cross_sums(kept_tally(event), ground, rows=rows, columns=columns, measure=measure)
    return _from_lines(event, facts, rows=rows, columns=columns, measure=measure)


def _from_lines(event: Event, facts: Facts, *, rows: Dimension, columns: Dimension, measure: Measure) -> Crossing:
    """What was counted is kept until a line comes or a registration or a session changes."""
    kept: dict[tuple[object, ...], tuple[object, Facts, Crossing]]
    kept = current_app.extensions.setdefault("uketsuke_crossings", {})
    which, rests_on = (event.id, rows, columns, measure), (standing_of(here(), event.id), event.people_measure)
    found = kept.get(which)
    if found is not None and found[0] == rests_on and found[1] is facts:
        return found[2]
    counted = _counted(event, facts, rows=rows, columns=columns, measure=measure)
    if not is_writing():
        if len(kept) >= KEPT:
            kept.clear()
        kept[which] = rests_on, facts, counted
    return counted


def _counted(event: Event, facts: Facts, *, rows: Dimension, columns: Dimension, measure: Measure) -> Crossing:
    """What lines say of parties is read only if it is asked for."""
    undivided = next((category.id for category in facts.categories if category.unknown), None)
    read = read_ledger(event, undivided=undivided)
    said = attributes_of(event.id) if {rows, columns} & set(OF_THE_PARTY) else {}
    return cross(read, said, Ground(facts.places, room_names(facts)), rows=rows, columns=columns, measure=measure)


def room_names(facts: Facts) -> dict[int, Value]:
    """By session what its room is called, with the venue where two venues have one of that name; else it is online."""
    venues = {venue.id: plain(venue.name) for venue in facts.venues}
    where: dict[str, set[int | None]] = defaultdict(set)
    for one in facts.sessions:
        where[plain(one.room)].add(one.venue)
    return {one.id: _room_name(one, venues, shared=len(where[plain(one.room)]) > 1) for one in facts.sessions}


def _room_name(session: Session, venues: dict[int, str], *, shared: bool) -> str:
    name = plain(session.room)
    if not name:
        return ONLINE
    return f"{venues.get(session.venue or 0, '')} {name}".strip() if shared else name
