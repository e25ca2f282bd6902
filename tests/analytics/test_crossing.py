"""Two dimensions crossed: the sides are the figures of the overview, and nothing unknown becomes 0."""

import csv
import io
import random
from datetime import timedelta
from itertools import permutations

import pytest
from flask import Flask

from analytics.exports.crossed import Asked, crossed
from analytics.queries import figures_of
from analytics.queries.crossing import crossing_of, room_names
from analytics.queries.ledger import read_ledger
from analytics.rules import Measure, Missing
from analytics.rules.crossing import Attributes, Crossing, Dimension, Ground, Value, cross, rests_on_sums
from analytics.rules.figures import Count, Figures
from app.clock import frozen
from app.db import db
from app.programme.models import Event
from app.web.actors import Role
from app.web.languages import plain, speak
from checkin.models import Entry, Place
from checkin.rules import Method
from registrations.rules import PartyKind
from tests.analytics.ledger import Ledger
from tests.analytics.test_editions import places_of
from tests.make import NOON, Make, both

PATH = "/console/events/fair/attendance/crossed"
AFTER = NOON + timedelta(days=2)


@pytest.fixture
def fair(make: Make) -> Event:
    """Three days, two talks each, tickets of persons and classes, taps, a room count, re-entries, undone lines, by
    chance with a fixed seed. One session is not counted by anybody."""
    event, chance = make.event("fair"), random.Random(7)
    for number in range(6):
        make.session(event, f"t{number}", starts_at=NOON + timedelta(days=number // 2 - 1, hours=number % 2 * 2))
    make.session(event, "uncounted", starts_at=NOON + timedelta(hours=6))
    ledger = Ledger(event)
    categories = ledger.categories()
    places = list(db.session.scalars(db.select(Place).filter_by(event_id=event.id).order_by(Place.id)))
    uncounted = max(place.id for place in places if place.session_id)
    used = [place.id for place in places if place.id != uncounted]
    holders = [*ledger.tickets(12), *(ledger.ticket(PartyKind.CLASS) for _ in range(3))]
    holders.append(ledger.again(holders[0]))
    for minute in range(120):
        at = NOON + timedelta(days=chance.choice((-1, 0, 1)), minutes=minute)
        place, category = chance.choice(used), chance.choice(categories[:2])
        if chance.random() < 0.6:
            holder = chance.choice(holders)
            number = 1 if holder.kind is PartyKind.PERSON else chance.randint(5, 20)
            method = chance.choice((Method.SCANNED, Method.TYPED))
            line = ledger.enter(holder, place, {category: number}, at=at, method=method, reentry=chance.random() < 0.1)
        else:
            line = ledger.tap(place, {category: chance.randint(1, 3)}, at=at, new_today=chance.random() < 0.5)
        if chance.random() < 0.1:
            ledger.undo(line, at=at)
    ledger.room_count(used[-1], {categories[0]: 90}, at=NOON + timedelta(days=1, hours=3))
    ledger.write()
    return event


def words_of_parties(event: Event) -> dict[int, Attributes]:
    """Made-up words: those of its party on every line of a ticket, some of who has none, and none on the others."""
    chance, of_ticket, found = random.Random(8), dict[int, Attributes](), {}
    for entry_id, ticket in db.session.execute(db.select(Entry.id, Entry.ticket_id).filter_by(event_id=event.id)):
        if ticket is None:
            found[entry_id] = Attributes(language=chance.choice((None, "en")))
            continue
        if ticket not in of_ticket:
            organisation = chance.choice((None, "school"))
            lead, language = chance.choice(("same_day", "8-14")), chance.choice(("ja", "en"))
            of_ticket[ticket] = Attributes("person", organisation, language, lead)
        found[entry_id] = of_ticket[ticket]
    return found


def test_the_sides_are_the_figures_of_the_overview_whatever_is_crossed(app: Flask, fair: Event) -> None:
    figures, said = figures_of(fair, at=AFTER), words_of_parties(fair)
    read = read_ledger(fair, undivided=None)
    ground = Ground(figures.facts.places, room_names(figures.facts))
    for measure, whole in ((Measure.VISITS, figures.visits), (Measure.PEOPLE, figures.people)):
        assert isinstance(whole, Count)
        assert whole.number > 50
        for rows, columns in permutations(Dimension, 2):
            found = cross(read, said, ground, rows=rows, columns=columns, measure=measure)
            asked = (measure, rows, columns)
            assert found.total == whole.number, asked
            assert {key[0] for key in found.cells} == set(found.rows), asked
            if measure is Measure.VISITS or columns.adds_up:
                assert added(found) == found.rows, asked
            if measure is Measure.VISITS or rows.adds_up:
                assert sum(found.rows.values()) == whole.number, asked
            if (expected := of_overview(figures, rows, measure)) is not None:
                assert found.rows == expected, asked


def test_what_the_sums_of_an_event_say_is_what_its_lines_say(app: Flask, fair: Event) -> None:
    facts, read = figures_of(fair, at=AFTER).facts, read_ledger(fair, undivided=None)
    asked = [
        (rows, columns, measure)
        for measure in (Measure.VISITS, Measure.PEOPLE)
        for rows, columns in permutations(Dimension, 2)
        if rests_on_sums(rows, columns, measure)
    ]
    assert len(asked) == 32
    for rows, columns, measure in asked:
        with app.test_request_context():
            found = crossing_of(fair, facts, rows=rows, columns=columns, measure=measure)
            ground = Ground(facts.places, room_names(facts))
        assert found == cross(read, {}, ground, rows=rows, columns=columns, measure=measure), (rows, columns, measure)


def added(found: Crossing) -> dict[Value, int]:
    sums: dict[Value, int] = {}
    for (row, _), number in found.cells.items():
        sums[row] = sums.get(row, 0) + number
    return sums


def of_overview(figures: Figures, side: Dimension, measure: Measure) -> dict[Value, int] | None:
    """What the overview says of this side; None: it does not."""
    visits = measure is Measure.VISITS
    counts: dict[Dimension, dict[Value, object]] = {
        Dimension.DAY: {one.day: one.visits if visits else one.people for one in figures.days},
        Dimension.SITE: {
            one.venue.id if one.venue else "online": one.visits if visits else one.people for one in figures.venues
        },
        Dimension.CATEGORY: {one.category.id: one.visits if visits else one.people for one in figures.categories},
        Dimension.METHOD: dict((figures.visits if visits else figures.people).methods.items()),  # type: ignore[union-attr]
    }
    if visits:
        counts[Dimension.SESSION] = {one.session.id: one.visits for one in figures.sessions}
    if side not in counts:
        return None
    numbers = {key: one.number if isinstance(one, Count) else one for key, one in counts[side].items()}
    return {key: number for key, number in numbers.items() if isinstance(number, int) and number}


def test_a_session_that_nobody_counted_stays_unknown_in_every_cell(app: Flask, fair: Event) -> None:
    with app.test_request_context(), frozen(AFTER):
        asked = Asked(Dimension.SESSION, Dimension.CATEGORY, Measure.VISITS)
        figures = figures_of(fair, at=AFTER)
        crossing = crossing_of(fair, figures.facts, rows=asked.rows, columns=asked.columns, measure=asked.measure)
        table = crossed(figures, crossing, asked)
    cells = {row.key: row.cells for row in table.rows}
    assert set(cells["uncounted"]) == {Missing.UNKNOWN}
    assert all(isinstance(cell, int) for cell in cells["t0"])
    assert table.total is not None
    assert table.distinct is None


def test_people_over_days_are_said_not_to_add_up(app: Flask, fair: Event) -> None:
    with app.test_request_context(), frozen(AFTER):
        asked = Asked(Dimension.DAY, Dimension.SITE, Measure.PEOPLE)
        figures = figures_of(fair, at=AFTER)
        crossing = crossing_of(fair, figures.facts, rows=asked.rows, columns=asked.columns, measure=asked.measure)
        table = crossed(figures, crossing, asked)
    assert table.total is None
    assert isinstance(figures.people, Count)
    assert table.distinct is not None
    assert table.distinct[-1] == figures.people.number
    assert sum(row.cells[-1] for row in table.rows if isinstance(row.cells[-1], int)) > figures.people.number


def test_page_and_file_show_the_same_to_those_who_may_see_it(make: Make, fair: Event) -> None:
    query = {"rows": "category", "columns": "day", "of": "visits", "lang": "en"}
    other = make.event("other", host=make.host("elsewhere"))
    victor = make.signed_in(make.account("Victor", Role.VIEWER, fair))
    dora, sam = make.signed_in(make.dora(fair)), make.signed_in(make.account("Sam", Role.OWNER, other))
    for path in (PATH, f"{PATH}.csv"):
        assert dora.get(path).status_code == 403
        assert sam.get(path).status_code == 404
    with frozen(AFTER):
        page = victor.get(PATH, query_string=query).get_data(as_text=True)
        text = victor.get(f"{PATH}.csv", query_string=query).get_data().decode("utf-8-sig")
        figures = figures_of(fair, at=AFTER)
    rows = list(csv.reader(io.StringIO(text)))
    assert isinstance(figures.visits, Count)
    assert rows[-1][0] == "total"
    assert int(rows[-1][5]) == figures.visits.number
    assert f"{figures.visits.number:,}" in page
    assert "Visits: Category by Day" in page


@pytest.mark.parametrize("query", ["rows=day&columns=day", "rows=nothing&columns=day", "of=nothing", "rows=1"])
def test_an_address_that_makes_no_sense_gives_the_usual_table(make: Make, fair: Event, query: str) -> None:
    victor = make.signed_in(make.account("Victor", Role.VIEWER, fair))
    assert "Visits: Session by Category" in victor.get(f"{PATH}?lang=en&{query}").get_data(as_text=True)


def test_sessions_of_one_title_are_told_apart_by_their_days(app: Flask, make: Make) -> None:
    event = make.event("fair")
    for number, name in enumerate(("talk", "walk", "walk")):
        make.session(event, f"s{number}", title=both(name), starts_at=NOON + timedelta(days=number - 1))
    ledger = Ledger(event)
    ledger.tap(places_of(event)["s1"], {ledger.categories()[0]: 7}, at=NOON)
    ledger.write()
    asked = Asked(rows=Dimension.SESSION, columns=Dimension.CATEGORY)
    with app.test_request_context("/"):
        speak("en")
        figures = figures_of(event, at=AFTER)
        crossing = crossing_of(event, figures.facts, rows=asked.rows, columns=asked.columns, measure=asked.measure)
        table = crossed(figures, crossing, asked)
    assert [plain(row.label) for row in table.rows] == [
        "talk",
        "walk (Sat 3 Oct 12:00)",
        "walk (Sun 4 Oct 12:00)",
    ]
