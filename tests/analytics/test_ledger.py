"""The measures, counted twice: by the product and by a slow second reading of their definitions."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analytics.queries.facts import facts_of
from analytics.queries.ledger import count_ledger
from analytics.rules.ledger import Line, Place, Tally, tally
from analytics.rules.rooms import Movement, room_visits
from app.db import db, transaction
from app.programme.models import Event, Room
from checkin.models import Place as DoorPlace
from checkin.rules import EntryKind, Method
from registrations.models import PartyNumber
from registrations.rules import PartyKind
from tests.analytics.ledger import Holder, Ledger, RawLine
from tests.analytics.naive import Recount
from tests.make import NOON, Make

pytestmark = pytest.mark.slow

CATEGORIES = (1, 2, 3)
UNDIVIDED = 3
PLACES = {
    11: Place(session=1, venue=1),
    12: Place(session=2, venue=1),
    13: Place(session=3, venue=2),
    14: Place(session=4, venue=None),
    21: Place(session=None, venue=1),
    22: Place(session=None, venue=2),
}
PERSON, SINGLE = Holder(1, PartyKind.PERSON, single=True), Holder(2, PartyKind.FAMILY, single=True)
AGAIN = Holder(4, PartyKind.PERSON, single=True, stands_for=1)
HOLDERS = (PERSON, AGAIN, Holder(5, PartyKind.PERSON, single=True), SINGLE, Holder(3, PartyKind.CLASS, single=False))
EVENT = Event(id=1)
SIZES = {3: 20}


@st.composite
def ledgers(draw: st.DrawFn) -> list[RawLine]:
    """Any ledger that a small event could have: few places, tickets and categories, everything in any order."""
    ledger = Ledger(EVENT)
    for _ in range(draw(st.integers(0, 25))):
        at = NOON + timedelta(minutes=draw(st.integers(0, 3000)))
        place = draw(st.sampled_from(sorted(PLACES)))
        act = draw(st.sampled_from(("single", "single", "grown", "party", "leave", "tap", "count", "undo", "correct")))
        category = draw(st.sampled_from(CATEGORIES))
        method = draw(st.sampled_from((Method.SCANNED, Method.TYPED, Method.GROUP_CONFIRMED)))
        if act == "single":
            holder, again = draw(st.sampled_from(HOLDERS[:4])), draw(st.booleans())
            ledger.enter(holder, place, {category: 1}, at=at, method=method, reentry=again)
        elif act == "grown":
            ledger.add(EntryKind.ENTRY, method, at, place, {1: 1, category: 2}, holder=PERSON, grown=True)
        elif act == "party":
            numbers = draw(st.dictionaries(st.sampled_from(CATEGORIES), st.integers(-5, 30), min_size=1))
            ledger.enter(HOLDERS[4], place, numbers, at=at, method=method, reentry=draw(st.booleans()))
        elif act == "leave":
            holder = draw(st.sampled_from(HOLDERS))
            ledger.leave(holder, place, {category: 1 if holder.single else draw(st.integers(1, 9))}, at=at)
        elif act == "tap":
            number = draw(st.integers(-3, 9))
            ledger.tap(place, {category: number}, at=at, new_today=draw(st.booleans()))
        elif act == "count":
            numbers = draw(st.dictionaries(st.sampled_from(CATEGORIES), st.integers(1, 40), min_size=1))
            ledger.room_count(place, numbers, at=at)
        elif act == "correct":
            line = draw(st.sampled_from(({1: -1, 2: 1}, {1: 1, 2: -1})))
            ledger.add(EntryKind.CORRECTION, Method.ESTIMATED, at, place, line, holder=draw(st.sampled_from(HOLDERS)))
        elif open_lines := [one for one in ledger.lines if one.kind is not EntryKind.UNDO and not _undone(ledger, one)]:
            ledger.undo(draw(st.sampled_from(open_lines)), at=at)
    return [line for line in ledger.lines if any(line.numbers.values())]


def _undone(ledger: Ledger, line: RawLine) -> bool:
    return line.id in {one.undoes for one in ledger.lines}


@given(ledgers())
@settings(max_examples=400, deadline=None)
def test_every_measure_equals_a_slow_recount_whatever_the_ledger(lines: list[RawLine]) -> None:
    assert_equal(counted(lines), Recount(lines, PLACES, UNDIVIDED, SIZES), PLACES, CATEGORIES)


@given(ledgers(), st.randoms(use_true_random=False))
@settings(max_examples=100, deadline=None)
def test_undoing_a_line_is_as_if_it_had_never_been(lines: list[RawLine], random: Any) -> None:
    ledger = Ledger(EVENT, lines=list(lines), first_id=1000)
    if open_lines := [one for one in lines if one.kind is not EntryKind.UNDO and not _undone(ledger, one)]:
        line = random.choice(open_lines)
        ledger.undo(line)
        assert counted(ledger.lines) == counted([one for one in lines if one is not line])


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lines=ledgers())
def test_the_database_counts_what_the_rules_count(app: Flask, make: Make, lines: list[RawLine]) -> None:
    event, places, categories, holders = a_small_event(make)
    ledger = Ledger(event, first_id=make.made * 1000)
    make.made += 1
    moved = [_moved(line, ledger.first_id, places, categories, holders) for line in lines]
    ledger.lines = moved
    ledger.write()
    known = dict(facts_of(event).places)
    found = count_ledger(event, places=known, undivided=categories[UNDIVIDED])
    sizes = {holders[ticket].id: size for ticket, size in SIZES.items()}
    assert_equal(found, Recount(moved, known, categories[UNDIVIDED], sizes), known, tuple(categories.values()))


def counted(lines: list[RawLine]) -> Tally:
    """A ledger through the rules, as the database would hand it over."""
    naive = Recount(lines, PLACES, UNDIVIDED)
    rooms = {line.place for line in naive.standing if line.kind is EntryKind.ROOM_COUNT}
    movements = [
        Movement(line.id, line.kind, line.out, line.holder.person if line.holder else None, line.place or 0, category,
                 number, line.day, line.slot, line.reentry)
        for line in naive.standing
        if line.place in rooms
        for category, number in sorted(line.numbers.items())
        if number
    ]  # fmt: skip
    singles = {holder.id for holder in HOLDERS if holder.single and holder.kind is not PartyKind.PERSON}
    standing = [line for one in naive.inward for line in as_lines(one)]
    return tally(standing, places=PLACES, singles=singles, sizes=SIZES, reissued={PERSON.id: AGAIN.id},
                 rooms=room_visits(movements, undivided=UNDIVIDED))  # fmt: skip


def as_lines(line: RawLine) -> list[Line]:
    return [
        Line(line.holder.id if line.holder else None, line.party_kind, line.place or 0, category, number,
             line.method, line.day, line.slot, line.new_today, line.booked, line.reentry, line.at, line.id)
        for category, number in sorted(line.numbers.items())
        if number
    ]  # fmt: skip


def assert_equal(found: Tally, naive: Recount, places: Mapping[int, Place], categories: tuple[int, ...]) -> None:
    """Every figure of a tally, against the same figure asked one by one."""
    days = {line.day for line in naive.inward}
    venues = {place.venue for place in places.values()}
    assert sums(found.people, lambda key: key.category) == asked(categories, naive.people)
    assert sums(found.people_by_day, lambda key: (key.where, key.category)) == asked(
        [(day, category) for day in days for category in categories],
        lambda pair: naive.people(pair[1], day=pair[0]),
    )
    assert sums(found.people_by_venue, lambda key: (key.where, key.category)) == asked(
        [(venue, category) for venue in venues for category in categories],
        lambda pair: naive.people(pair[1], venue=pair[0]),
    )
    assert sums(found.admissions, lambda key: (key.place, key.category)) == asked(
        [(place, category) for place in places for category in categories], lambda pair: naive.visits(*pair)
    )
    assert sums(found.arrivals, lambda key: key[0]) == sums(found.admissions, lambda key: key.place)
    assert found.reentries == asked(places, naive.reentries)


def sums(cells: Mapping[Any, int], key_of: Callable[[Any], Any]) -> dict[Any, int]:
    total: dict[Any, int] = defaultdict(int)
    for key, number in cells.items():
        total[key_of(key)] += number
    return {key: number for key, number in total.items() if number}


def asked(keys: Any, ask: Callable[[Any], int]) -> dict[Any, int]:
    return {key: number for key in keys if (number := ask(key))}


def a_small_event(make: Make) -> tuple[Event, dict[int, int], dict[int, int], dict[int, Holder]]:
    """Places, categories and tickets in the database, by the ids the generated ledgers use."""
    event = make.event(f"small-{make.made}")
    annex = make.venue(event, "annex")
    room = db.session.scalars(db.select(Room.id).filter_by(venue_id=annex.id)).one()
    sessions = [make.session(event), make.session(event), make.session(event, room_id=room)]
    sessions.append(make.session(event, room_id=None))
    in_session = {place.session_id: place.id for place in db.session.scalars(db.select(DoorPlace))}
    entrance = db.session.scalars(db.select(DoorPlace.id).filter_by(event_id=event.id, session_id=None)).first()
    with transaction():
        db.session.add(of_annex := DoorPlace(event_id=event.id, venue_id=annex.id, day=NOON.date()))
    places = [*(in_session[session.id] for session in sessions), entrance or 0, of_annex.id]
    ledger = Ledger(event, first_id=make.made * 1000)
    holders = {one.id: ledger.ticket(one.kind, single=one is SINGLE) for one in HOLDERS if one is not AGAIN}
    holders[AGAIN.id] = ledger.again(holders[PERSON.id])
    categories = [row.id for row in make.categories(event).values()]
    with transaction():
        for ticket, size in SIZES.items():
            party = ledger.registrations[holders[ticket].id]
            db.session.add(PartyNumber(registration_id=party, category_id=categories[0], number=size))
    return event, dict(zip(PLACES, places, strict=True)), dict(zip(CATEGORIES, categories, strict=True)), holders


def _moved(
    line: RawLine,
    first_id: int,
    places: Mapping[int, int],
    categories: Mapping[int, int],
    holders: Mapping[int, Holder],
) -> RawLine:
    return replace(
        line,
        id=line.id + first_id,
        undoes=line.undoes + first_id if line.undoes else None,
        place=places[line.place or 0],
        numbers={categories[category]: number for category, number in line.numbers.items() if number},
        holder=holders[line.holder.id] if line.holder else None,
    )
