"""Crossed tables taken along: the page, the CSV and the workbook say the same, in whatever is crossed with what."""

import csv
import io
from itertools import permutations
from typing import Any

import openpyxl
import pytest
from flask import Flask
from flask.testing import FlaskClient

from analytics.exports.crossed import Asked, crossed
from analytics.exports.files import csv_file
from analytics.exports.sheets import xlsx_file
from analytics.queries import figures_of
from analytics.queries.crossing import crossing_of
from analytics.rules import Measure
from analytics.rules.crossing import Dimension
from app.clock import frozen
from app.programme.models import Event
from app.web.actors import Role
from app.web.languages import speak
from tests.analytics.reading import page_tables
from tests.analytics.test_crossing import AFTER, PATH
from tests.analytics.test_crossing import fair as fair  # noqa: PLC0414
from tests.make import Make

HEAD = 4
"""The line of the workbook that names the columns."""


def sheet_of(content: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(content)).active


def lines_of(sheet: Any) -> list[list[Any]]:
    """Label and cells of each line below the head, up to the line that is empty."""
    lines = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=HEAD + 1)]
    return lines[: next((at for at, line in enumerate(lines) if line[0] is None), len(lines))]


def test_every_pair_is_the_same_in_both_files_with_numbers_as_numbers(app: Flask, fair: Event) -> None:
    figures = figures_of(fair, at=AFTER)
    for measure in (Measure.VISITS, Measure.PEOPLE):
        for rows, columns in permutations(Dimension, 2):
            asked = Asked(rows, columns, measure)
            with app.test_request_context("/"):
                speak("ja")
                found = crossing_of(fair, figures.facts, rows=rows, columns=columns, measure=measure)
                table = crossed(figures, found, asked)
                text, sheet = csv_file(table).decode("utf-8-sig"), sheet_of(xlsx_file(table))
            said = [[line[1], *line[2 : 2 + len(table.columns)]] for line in csv.reader(io.StringIO(text))][1:]
            whole = [[cell for cell in line if cell is not None] for line in lines_of(sheet)]
            mine = [line[: len([one for one in other if one])] for line, other in zip(whole, said, strict=True)]
            assert [[str(cell) for cell in line] for line in mine] == [[c for c in line if c] for line in said], asked
            numbers = [cell for line in mine for cell in line[1:]]
            assert not [one for one in numbers if isinstance(one, str) and one.strip("-").isdigit()], asked
            last = table.total or table.distinct
            assert last is not None
            assert mine[-1][-1] == last[-1], asked
            if table.total and measure is Measure.VISITS:
                sums = [sum(one for one in line[1:-1] if isinstance(one, int)) for line in mine]
                assert sums == [line[-1] if isinstance(line[-1], int) else 0 for line in mine], asked


@pytest.fixture
def victor(make: Make, fair: Event) -> FlaskClient:
    return make.signed_in(make.account("Victor", Role.VIEWER, fair))


@pytest.mark.parametrize(("rows", "columns", "of"), [("session", "category", "visits"), ("day", "site", "people")])
def test_the_workbook_of_a_page_says_what_the_page_says(victor: FlaskClient, rows: str, columns: str, of: str) -> None:
    query = {"rows": rows, "columns": columns, "of": of, "lang": "ja"}
    with frozen(AFTER):
        page = page_tables(victor.get(PATH, query_string=query).get_data(as_text=True))["crossed"]
        sheet = sheet_of(victor.get(f"{PATH}.xlsx", query_string=query).data)
    whole = [[str(cell) for cell in line if cell is not None] for line in lines_of(sheet)]
    mine = [line[: len(page[0])] for line in whole]
    assert mine[-1] == page[-1]
    assert [line[1:] for line in mine] == [line[1:] for line in page]


def test_a_workbook_is_ready_to_print_and_keeps_head_and_labels_in_sight(victor: FlaskClient) -> None:
    with frozen(AFTER):
        sheet = sheet_of(victor.get(f"{PATH}.xlsx?rows=category&columns=session&lang=ja").data)
    assert sheet.freeze_panes == f"B{HEAD + 1}"
    assert sheet.print_title_rows == f"${HEAD}:${HEAD}"
    assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (int(sheet.PAPERSIZE_A4), "landscape")
    assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, 0)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage is True
    sides = {cell.alignment.horizontal for row in sheet.iter_rows(HEAD, sheet.max_row) for cell in row[1:-1]}
    assert sides - {"right"} <= {"general", None}, "words in the place of a number stood on another side than numbers"
    assert {cell.alignment.horizontal for cell in sheet[HEAD][1:-1]} == {"right"}
    assert sheet[HEAD][-1].alignment.indent == 1


@pytest.mark.parametrize(("lang", "word"), [("ja", "速報"), ("en", "Preliminary")])
def test_a_file_of_a_crossed_table_says_that_its_figures_are_preliminary(
    victor: FlaskClient, lang: str, word: str
) -> None:
    with frozen(AFTER):
        text = victor.get(f"{PATH}.csv?rows=category&columns=session&lang={lang}").data.decode("utf-8-sig")
        sheet = sheet_of(victor.get(f"{PATH}.xlsx?rows=category&columns=session&lang={lang}").data)
    _head, *lines = csv.reader(io.StringIO(text))
    assert {word in line[-2] for line in lines} == {True}
    assert word in sheet.cell(2, 1).value
