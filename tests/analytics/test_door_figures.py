"""Arrivals by gate, who was inside over time, and how long people stayed: by hand, on pages, and in files."""

import io
import re
from datetime import datetime, timedelta

import openpyxl
import pytest
from flask import Flask

from analytics.charts import Bars, Heat, Steps
from analytics.exports.doors import gate_arrivals, gates_table
from analytics.exports.plots import crossed_picture, occupancy_picture
from analytics.exports.table import Column, Row, Table
from analytics.queries import figures_of
from analytics.queries.doors import gates_of, watched_of
from analytics.rules import Missing
from analytics.rules.stays import Step, occupancy, stays
from app.clock import frozen
from app.programme.models import Event
from registrations.rules import PartyKind
from tests.analytics.ledger import Ledger
from tests.analytics.reading import csv_table, page_tables
from tests.analytics.test_editions import places_of
from tests.checkin.doorside import Doorside
from tests.console.conftest import Cast
from tests.console.conftest import cast as cast  # noqa: PLC0414
from tests.make import NOON, Make, both
from tests.statements import noted

PAGE = "/console/events/fair/attendance/rooms"


def after(minutes: float) -> datetime:
    return NOON + timedelta(minutes=minutes)


def came(minutes: float, ticket: int | None, number: int = 1, *, reentry: bool = False) -> Step:
    return Step(after(minutes), ticket, number, reentry=reentry)


def left(minutes: float, ticket: int | None, number: int = 1) -> Step:
    return Step(after(minutes), ticket, number, out=True)


def counted(minutes: float, number: int) -> Step:
    return Step(after(minutes), None, number, counted=True)


def test_a_stay_is_from_each_entry_to_the_exit_after_it() -> None:
    found = stays([left(70, 1), came(0, 1), left(30, 1), came(40, 1, reentry=True), came(0, 2), left(20, 2)])
    assert (found.known, found.people, found.lower, found.median, found.upper) == (2, 2, 30, 40, 50)


@pytest.mark.parametrize(
    ("what", "steps"),
    [
        ("never left", [came(0, 1)]),
        ("came twice without leaving", [came(0, 1), came(5, 1, reentry=True), left(9, 1)]),
        ("left before coming", [left(0, 1), came(5, 1)]),
        ("a part of a party left", [came(0, 1, 3), left(9, 1, 2), left(12, 1)]),
        ("a party in parts", [came(0, 1), came(5, 1, 2), left(9, 1, 3)]),
        ("inside again", [came(0, 1), left(5, 1), came(9, 1, reentry=True)]),
        ("without a ticket", [came(0, None, 2), left(9, None, 2)]),
    ],
)
def test_a_stay_that_is_not_known_is_not_zero(what: str, steps: list[Step]) -> None:
    found = stays(steps)
    assert (found.known, found.median) == (0, None), what
    assert found.people == sum(one.number for one in steps if not one.out and not one.reentry)


def test_a_party_that_comes_and_goes_as_one_counts_with_all_its_people() -> None:
    found = stays([came(0, 1, 3), left(60, 1, 3), came(0, 2), left(10, 2)])
    assert (found.known, found.people, found.median) == (4, 4, 60)


def test_inside_are_those_whose_last_line_is_an_entry_and_the_others_who_have_not_left() -> None:
    found = occupancy([came(1, 1), came(2, None, 5), left(11, None, 7), came(21, None, 2), left(22, 1), left(23, 1)])
    assert [(one.at - NOON, one.inside) for one in found.points] == [
        (timedelta(minutes=5), 6),
        (timedelta(minutes=15), 1),
        (timedelta(minutes=25), 0),
    ]
    assert found.throughout


def test_a_room_count_replaces_those_without_a_ticket() -> None:
    found = occupancy([came(1, 1, 4), came(2, None, 5), counted(10, 30), left(16, None, 6), left(21, 1, 4)])
    assert [one.inside for one in found.points] == [9, 30, 24, 20]


def test_without_exits_only_the_moments_of_room_counts_are_known() -> None:
    found = occupancy([came(1, 1, 4), counted(10, 3), came(12, None, 9), counted(31, 20)])
    assert ([one.inside for one in found.points], found.throughout) == ([4, 20], False)
    assert found.most is not None
    assert found.most.inside == 20
    assert occupancy([came(1, 1)]).points == ()


def test_of_a_count_by_category_the_ticket_holders_of_each_are_taken_off() -> None:
    spectators, pupils = 1, 2
    three = came(0, 7, 3)._replace(category=pupils)
    five = counted(5, 5)._replace(category=spectators, line=9)
    one = counted(5, 1)._replace(category=pupils, line=9)
    assert [point.inside for point in occupancy([three, five, one]).points] == [8], "five spectators and three pupils"
    assert [point.inside for point in occupancy([three, counted(5, 5)]).points] == [5], "of whom nobody asked"
    lower = counted(5, 4)._replace(category=spectators, line=8)
    assert [point.inside for point in occupancy([three, five, one, lower]).points] == [8], "the one that finds more"


@pytest.fixture
def doors(cast: Cast, make: Make) -> Event:
    """A talk whose door counts exits, a walk that does not, and no gate."""
    make.session(cast.event, "talk", title=both("talk"), capacity=8)
    make.session(cast.event, "walk", title=both("walk"))
    ledger, places = Ledger(cast.event), places_of(cast.event)
    spectator, student, _ = ledger.categories()
    one, family = ledger.ticket(), ledger.ticket(PartyKind.FAMILY)
    ledger.enter(one, places["talk"], {spectator: 1}, at=after(1))
    ledger.enter(family, places["talk"], {spectator: 2, student: 1}, at=after(2))
    ledger.tap(places["talk"], {spectator: 5}, at=after(17), new_today=False)
    ledger.undo(ledger.tap(places["talk"], {spectator: 9}, at=after(18), new_today=False), at=after(19))
    ledger.leave(family, places["talk"], {spectator: -2, student: -1}, at=after(42))
    ledger.leave(one, places["talk"], {spectator: -1}, at=after(31))
    ledger.tap(places["walk"], {student: 6}, at=after(61), new_today=False)
    ledger.write()
    return cast.event


def test_arrivals_by_gate_on_page_csv_and_workbook(cast: Cast, doors: Event) -> None:
    with frozen(NOON + timedelta(days=2)):
        page = page_tables(cast.olga.get(f"{PAGE}?lang=en&every=15").get_data(as_text=True))
        for name in page:
            csv = cast.olga.get(f"{PAGE}/{name}.csv?lang=en&every=15").data
            assert csv_table(csv) == page[name]
            book = openpyxl.load_workbook(io.BytesIO(cast.olga.get(f"{PAGE}/{name}.xlsx?lang=en").data))
            assert all(cell.data_type != "f" for sheet in book for row in sheet.iter_rows() for cell in row)
    assert [row[1] for row in page["gates"]] == ["4", "5", "0", "0", "6", "15"]
    assert page["occupancy"] == [["talk", "9", "Sat 3 Oct 12:20", "8", "112.5", "Exits"]]
    assert page["stays"] == [["talk", "38", "40", "40", "4", "9"]]
    shown = cast.olga.get(f"{PAGE}?lang=en").get_data(as_text=True)
    known_by = "No gate: Ticket scanned 4 · Tapped by category 11"
    assert re.findall(r"Known by: ([^<]*) <", shown) == [known_by, "Exits", "Exits"]
    for name, known in {"gates": known_by, "stays": "Exits"}.items():
        assert cast.olga.get(f"{PAGE}/{name}.csv?lang=en").get_data(as_text=True).splitlines()[1].endswith(known)


def test_the_sum_by_gate_is_that_of_all_arrivals(doors: Event) -> None:
    figures = figures_of(doors, at=NOON)
    everything = sum(one.visits + one.passages for one in figures.arrivals)
    for minutes in (5, 15, 60):
        gates = gates_of(doors)
        assert sum(sum(gate_arrivals(figures, one, minutes).values()) for one in gates) == everything == 15
        assert gates_table(figures, gates, minutes).total == (15,)


def test_who_sees_it_and_what_is_not_there(cast: Cast, doors: Event) -> None:
    for path in (PAGE, f"{PAGE}/gates.csv", f"{PAGE}/stays.xlsx", f"{PAGE}/charts/occupancy.svg"):
        assert cast.statuses(path) == {
            "owner": 200, "olga": 200, "dora": 403, "victor": 200, "sam": 404, "stranger": 302,
        }, path  # fmt: skip
    missing = (f"{PAGE}/none.csv", f"{PAGE}/gates.txt", f"{PAGE}/charts/none.svg", f"{PAGE}/charts/gates.txt")
    assert [cast.olga.get(path).status_code for path in missing] == [404] * 4


def test_the_ledger_is_as_of_the_arrival_of_its_newest_line_however_early_it_happened(
    app: Flask, cast: Cast, make: Make
) -> None:
    session = make.session(cast.event, "talk")
    door = Doorside(app, make, cast.event)
    door.send(door.claim(session, act="walk_in", people={"student": 1}, at=after(0)), at=after(480))
    assert figures_of(cast.event, at=after(481)).newest_at == after(480)
    page = cast.olga.get(f"{PAGE}?lang=en").get_data(as_text=True)
    assert "20:00" in page.partition("Ledger as of ")[2][:40]


def test_more_lines_ask_no_more_of_the_database(cast: Cast, doors: Event) -> None:
    def statements(first_id: int, lines: int) -> int:
        """After so many lines more, so that everything is counted anew."""
        ledger = Ledger(doors, first_id=first_id)
        for at in range(lines):
            ledger.enter(ledger.ticket(), places_of(doors)["talk"], {ledger.categories()[0]: 1}, at=after(at))
        ledger.write()
        with noted() as seen:
            assert cast.olga.get(PAGE).status_code == 200
        return len(seen)

    statements(500, 1)
    assert statements(600, 1) == statements(700, 5)


def test_the_picture_of_who_was_inside_has_a_plot_with_the_places_for_each_session(doors: Event) -> None:
    drawn = occupancy_picture(figures_of(doors, at=NOON), watched_of(doors))
    assert drawn is not None
    assert isinstance(drawn.chart, Steps)
    assert [(len(one.tracks[0].points), one.limit) for one in drawn.chart.panels] == [(4, 8)]


def test_two_dimensions_are_fields_bars_or_no_picture(doors: Event) -> None:
    figures = figures_of(doors, at=NOON)

    def drawn(rows: int, columns: int, number: object = 3) -> object:
        table = Table(
            name="crossed", title="crossed", head="", measures=(), provenance=(),
            columns=(*(Column(str(one), str(one)) for one in range(columns)), Column("total", "")),
            rows=tuple(Row(str(one), str(one), (number,) * (columns + 1)) for one in range(rows)),  # type: ignore[arg-type]
        )  # fmt: skip
        found = crossed_picture(figures, table)
        return found and found.chart

    assert isinstance(drawn(3, 4), Heat)
    assert isinstance(drawn(3, 1), Bars)
    assert isinstance(drawn(1, 3), Bars)
    turned = drawn(3, 26)
    assert isinstance(turned, Heat)
    assert (len(turned.rows), len(turned.columns)) == (26, 3)
    assert [drawn(1, 2), drawn(40, 40), drawn(3, 3, 0), drawn(3, 3, Missing.UNKNOWN)] == [None] * 4


def test_the_crossed_table_is_a_picture_and_a_workbook_at_the_same_address(cast: Cast, doors: Event) -> None:
    crossed = "/console/events/fair/attendance/crossed"
    query = "?rows=session&columns=category&of=visits&lang=en"
    page = cast.olga.get(f"{crossed}{query}").get_data(as_text=True)
    for form, start in (("svg", b"<?xml"), ("png", b"\x89PNG"), ("pdf", b"%PDF")):
        assert f"{crossed}/chart.{form}?" in page
        assert cast.olga.get(f"{crossed}/chart.{form}{query}").data.startswith(start)
    svg = cast.olga.get(f"{crossed}/chart.svg{query}").get_data(as_text=True)
    assert "Most: talk, spectator, 8." in svg
    assert cast.statuses(f"{crossed}/chart.svg{query}") == {
        "owner": 200, "olga": 200, "dora": 403, "victor": 200, "sam": 404, "stranger": 302,
    }  # fmt: skip
    rows = list(openpyxl.load_workbook(io.BytesIO(cast.olga.get(f"{crossed}.xlsx{query}").data)).worksheets[0].values)
    assert [row[:4] for row in rows[4:7]] == [("talk", 8, 1, 9), ("walk", 0, 6, 6), ("Total", 8, 7, 15)]
    assert cast.olga.get(f"{crossed}.txt").status_code == 404
