"""Every page of figures is looked at by axe-core in a browser, or is named here with who looks at it instead."""

from flask import Flask
from werkzeug.exceptions import NotFound

from tests.journeys.test_everyone import PUBLIC, STAFF

FIGURES = {
    "attendance", "closing", "corrections", "door_figures", "editions", "figures", "forecasts", "former",
    "registering_figures", "today",
}  # fmt: skip
"""Blueprints whose pages show what was counted."""
FILES = (".<form>", ".csv", ".json")
"""What the path of a table, a picture or open data has: no page."""
ELSEWHERE = {
    "attendance.report": "a file; as a page it is looked at in test_report_page.py",
    "former.show": "has no address before a year is typed in: pages_of_a_former_year",
}


def test_axe_looks_at_every_page_of_figures_or_it_is_said_who_does(app: Flask) -> None:
    addresses, seen = app.url_map.bind("localhost"), set()
    for address in (*PUBLIC, *STAFF):
        try:
            seen.add(addresses.match(address.partition("?")[0])[0])
        except NotFound:
            assert address == "/nowhere"
    pages = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if rule.endpoint.partition(".")[0] in FIGURES
        and "GET" in (rule.methods or ())
        and not any(part in rule.rule for part in FILES)
    }
    assert {name.partition(".")[0] for name in pages} == FIGURES
    assert pages - seen == set(ELSEWHERE)
