"""Beside each figure of the staff's pages a question mark leads to what it counts."""

from datetime import timedelta
from itertools import zip_longest
from typing import Any

import html5lib
import pytest
from flask import Flask
from flask.testing import FlaskClient

from analytics.rules import Measure
from app import demo
from app.accounts.models import Host
from app.clock import frozen
from app.db import db
from app.programme.models import Event
from app.web.actors import Role
from tests.make import NOON, Make

OF_EVENT = (
    "",
    "today",
    "forecasts",
    "arrivals",
    "applications",
    "devices",
    "programme/sessions",
    "attendance",
    "attendance/crossed",
    "attendance/registrations",
    "attendance/rooms?every=15",
    "attendance/former-years",
    "corrections",
    "closing/{day}",
)
NAMED = {"ja": "数え方：", "en": "How this is counted: "}
MEASURES = "/console/measures"


@pytest.mark.slow
def test_each_figure_has_one(app: Flask, make: Make) -> None:
    """On every page of figures, of an event in full swing and of one of which only totals were published."""
    with frozen(NOON + timedelta(hours=2)):
        demo.load()
        owner = make.signed_in(make.account("Osamu", Role.OWNER, host=db.session.scalars(db.select(Host)).one()))
        for language, beginning in NAMED.items():
            asked: dict[str, str] = {}
            for slug in (demo.PRACTICE, demo.PUBLISHED):
                day = db.session.scalars(db.select(Event.starts_on).filter_by(slug=slug)).one()
                for path in OF_EVENT:
                    address = f"/console/events/{slug}/{path.format(day=day)}"
                    page = tree_of(owner, address, language)
                    assert (address, without_one(page)) == (address, [])
                    asked |= {str(one.get("href")): words_of(one) for one in marks_in(page)}
            sections = {str(one.get("id")) for one in tree_of(owner, MEASURES, language).iter("section")}
            assert {one.partition("#")[0] for one in asked} == {MEASURES}
            assert {one.partition("#")[2] for one in asked} - sections == set()
            assert [
                one for one in asked.values() if not one.removeprefix(f"?{beginning}").strip() or beginning not in one
            ] == []


def test_each_measure_has_a_name(app: Flask) -> None:
    with app.test_request_context():
        asks = app.jinja_env.get_template("analytics/ask.html").module
        named = [str(asks.measure_name(one.value)) for one in Measure]  # type: ignore[attr-defined]
    assert [one for one, name in zip(Measure, named, strict=True) if not name] == []


def tree_of(client: FlaskClient, address: str, language: str) -> Any:
    answer = client.get(f"{address}{'&' if '?' in address else '?'}lang={language}")
    assert answer.status_code == 200, address
    return html5lib.parse(answer.get_data(as_text=True), namespaceHTMLElements=False)


def without_one(page: Any) -> list[str]:
    """Tiles, and heads of columns with numbers, that have none. A table's title may have it for all its columns."""
    missing = [words_of(one) for one in page.iter() if "headline" in classes(one) and not marks_in(one)]
    for table in page.iter("table"):
        caption = table.find("caption")
        if caption is not None and marks_in(caption):
            continue
        heads = table.findall("thead/tr/th")
        lines = [line for line in table.findall("tbody/tr") if len(line) == len(heads)]
        missing += [
            words_of(head) for head, *cells in zip_longest(heads, *lines) if counts(cells) and not marks_in(head)
        ]
    return missing


def counts(cells: list[Any]) -> bool:
    """Whether a column has numbers."""
    return any(cell.tag == "td" and any("numeric" in classes(one) for one in cell.iter()) for cell in cells)


def marks_in(part: Any) -> list[Any]:
    return [one for one in part.iter("a") if "ask" in classes(one)]


def classes(one: Any) -> list[str]:
    return str(one.get("class") or "").split()


def words_of(one: Any) -> str:
    return " ".join("".join(one.itertext()).split())


@pytest.mark.slow
def test_each_public_figure_has_one(app: Flask, client: FlaskClient) -> None:
    """To a page that everybody may read, on published figures, on the event's own page and on where there is room."""
    with frozen(NOON + timedelta(hours=2)):
        demo.load()
        sections = {str(one.get("id")) for one in tree_of(client, "/measures", "ja").iter("section")}
        for language, beginning in (NAMED | {"ja-easy": NAMED["ja"]}).items():
            for path in (f"{demo.PUBLISHED}/figures", f"{demo.PUBLISHED}/", f"{demo.PRACTICE}/room"):
                page = tree_of(client, f"/events/{path}", language)
                marks = {str(one.get("href")): words_of(one) for one in marks_in(page)}
                assert (path, without_one(page), bool(marks)) == (path, [], True)
                assert {one.partition("#")[0] for one in marks} == {"/measures"}
                assert {one.partition("#")[2] for one in marks} - sections == set()
                assert [one for one in marks.values() if not one.removeprefix("?").startswith(beginning)] == []
