"""Every page is looked at by axe-core in a browser, or is named here with who looks at it instead."""

from flask import Flask
from werkzeug.exceptions import NotFound

from tests.journeys.test_everyone import PUBLIC, STAFF

FILES = (
    ".<form>",
    ".csv",
    ".json",
    ".ics",
    ".js",
    ".pdf",
    ".png",
    ".svg",
    ".crt",
    "manifest",
    "/api/",
    "/static/",
    "/data/",
)
"""What the path of a table, a picture, open data or a part of a page has: no page."""
NO_PAGE = {"health.alive", "health.ready", "pages.choose_display"}
MADE = {
    "attendance.report": "a file; as a page it is looked at in test_report_page.py",
    "former.show": "pages_of_a_former_year",
    "letter_words.look": "runs no scripts, so that axe-core cannot run in it either",
    "trust.steps": "test_https.py",
    "suggestions.show": "test_partners.py",
    **dict.fromkeys(
        ("one_registration.show", "one_registration.ask_change", "staff_answers.ask", "staff_names.show", "desk.taken"),
        "pages_of_people",
    ),
    **dict.fromkeys(
        (
            "acts.show", "check_in.ticket", "console.letter", "files.show", "imports.show", "mailings.show",
            "pairings.show", "programme_files.show", "questions.show",
        ),
        "pages_of_made_things",
    ),
    **dict.fromkeys(
        (
            "private_link.show", "private_link.ask_change", "private_link.ask_cancel", "answers.ask", "one_session.ask",
            "own_registration.ask_agreement", "own_registration.ask_codes", "own_registration.ask_erasure",
            "own_registration.ask_hand_over", "own_registration.ask_mail", "named_people.show", "named_people.ask_drop",
            "ticket.show",
        ),
        "pages_of_a_family",
    ),
    "leaving.ask": "pages_of_one_who_waits",
    **dict.fromkeys(
        ("partners.home", "partners.exhibits", "partners.figures", "partners.session", "partners.team"),
        "test_partners.py",
    ),
}  # fmt: skip
"""Pages that have no address before somebody makes what they show, and where they are looked at."""


def test_axe_looks_at_every_page_or_it_is_said_who_does(app: Flask) -> None:
    addresses, seen = app.url_map.bind("localhost"), set()
    for address in (*PUBLIC, *STAFF):
        try:
            seen.add(addresses.match(address.partition("?")[0])[0])
        except NotFound:
            assert address == "/nowhere"
    pages = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and not any(part in rule.rule for part in FILES)
    }
    assert pages - seen - NO_PAGE == set(MADE)
