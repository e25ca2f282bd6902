"""A hostile name goes the whole way: form, private page, paper, letter, the organiser's list, workbook and CSV."""

import csv
from collections.abc import Iterator
from datetime import timedelta
from email.message import EmailMessage
from io import BytesIO, StringIO

import pytest
from flask import Flask
from markupsafe import escape
from openpyxl import load_workbook

from app.clock import frozen
from app.console.exports.lists import registrations_file
from app.db import transaction
from app.outbox.operations import claim
from app.programme.models import Event
from registrations.letters import compose
from registrations.queries.listed import Wanted
from tests.make import NOON, Make, both
from tests.registrations.paper import words_of
from tests.registrations.views.forms import send

AT = NOON - timedelta(days=30)
NAMES = [
    "'\"`quotes`\"'",
    "{0} {name} %s ${x} {{7*7}}",
    "<script>alert(1)</script>",
    "</title><b>",
    "=1+1",
    "+81-45-000-0000",
    "#let x = $a_b$ \\u{41}",
    "\u202enimda\u202c",
    "𠮷田 辻\U000e0100 髙﨑",
    "👩‍👩‍👧‍👦",
    "名" * 200,
    "漢字《かんじ》",
    "a\u2028b",
]
UNSEEN = "\u202e\u202c\u200b"
"""What paper has not, or has more than was typed: marks that turn the direction, places where a line may break."""


@pytest.fixture(autouse=True)
def a_month_before(app: Flask) -> Iterator[None]:
    app.extensions["uketsuke_limits"].on = False
    with frozen(AT):
        yield


def bodies(letter: EmailMessage) -> tuple[str, str]:
    plain, rich = letter.get_body(("plain",)), letter.get_body(("html",))
    assert plain is not None
    assert rich is not None
    return str(plain.get_content()), str(rich.get_content())


def letters(text: str) -> str:
    """What can be seen of it."""
    return "".join(sign for sign in "".join(text.split()) if sign not in UNSEEN)


def test_a_name_is_the_same_everywhere(app: Flask, make: Make) -> None:
    event = make.event(title=both("まつり", "Fair"))
    make.session(event, "talk", title=both("講演", "Talk"))
    make.release(event)
    client, olga = app.test_client(), make.signed_in(make.olga(event))
    kept, wrong = {}, []
    for number, name in enumerate(NAMES):
        answer = send(client, event, "?lang=en", name=name, sessions=["talk"], email=f"{number}@example.jp")
        assert answer.status_code == 303, name
        kept[f"{number}@example.jp"] = " ".join(name.split())
        page = client.get(f"{answer.location}&lang=en").get_data(as_text=True)
        paper = client.get(f"{answer.location.partition('?')[0]}/ticket.pdf").get_data()
        if f"<bdi>{escape(kept[f'{number}@example.jp'])}</bdi>" not in page:
            wrong.append(("page", name))
        if name.isascii() and letters(name) not in letters(words_of(paper)):
            wrong.append(("paper", name))
    assert wrong == []
    the_list(olga.get(f"/console/events/{event.slug}/registrations?lang=en").get_data(as_text=True), kept)
    the_letters(app, kept)
    the_files(event, kept)


def the_list(page: str, kept: dict[str, str]) -> None:
    assert [name for name in kept.values() if str(escape(name)) not in page] == []


def the_letters(app: Flask, kept: dict[str, str]) -> None:
    with transaction():
        due = claim(at=AT, most=50)
    found = {}
    for one in due:
        with app.app_context():
            letter = compose(one)
        assert letter is not None
        found[one.to_address] = bodies(letter)
    assert sorted(found) == sorted(kept)
    for address, name in kept.items():
        plain, rich = found[address]
        assert name in plain
        assert str(escape(name)) in rich
        assert "<script" not in rich


def the_files(event: Event, kept: dict[str, str]) -> None:
    book = load_workbook(BytesIO(registrations_file(event, Wanted(), kind="xlsx", progress=lambda _done: None)))
    cells = {row[1] for row in book.worksheets[0].iter_rows(min_row=2, values_only=True)}
    assert cells == set(kept.values())
    assert {cell.data_type for cell in book.worksheets[0]["B"]} == {"s"}
    content = registrations_file(event, Wanted(), kind="csv", progress=lambda _done: None).decode("utf-8-sig")
    names = {row[1] for row in list(csv.reader(StringIO(content)))[1:]}
    assert names == {f"'{one}" if one.startswith(("=", "+")) else one for one in kept.values()}
