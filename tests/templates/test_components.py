"""The parts that pages are made of: each is valid in every language and says in words what it shows."""

import re
from datetime import date
from types import SimpleNamespace
from typing import Any
from xml.etree.ElementTree import Element

import html5lib
import pytest
from flask import Flask, flash, g, render_template_string
from markupsafe import Markup
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, EmailField, IntegerField, RadioField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired, NumberRange

from app.web.forms import Form
from app.web.languages import LANGUAGES, Display
from tests.strict import faults_of

FRAME = '{% extends "base.html" %}{% block title %}Test{% endblock %}{% block content %}<h1>Test</h1>'
EVERYTHING = """
{% from "components/badges.html" import badge, availability, admission, phase, booking, cancelled, fictional_mark %}
{% from "components/cards.html" import event_card, session_card %}
{% from "components/empty.html" import empty %}
{% from "components/facts.html" import facts, fact %}
{% from "components/figures.html" import headline, tiles, count_table, chart %}
{% from "components/hero.html" import page_heading %}
{% from "components/notices.html" import notice %}
{% from "components/qr.html" import ticket, qr %}
{% from "components/timetable.html" import timetable, day_links %}
<p>{% for kind in ("plenty", "few", "full", "waiting", "closed", "not_needed") %}
{{ availability(kind) }}{% endfor %}</p>
<p>{% for rule in ("walk_in", "booking_and_walk_in", "booking_only", "approval", "lottery", "closed") %}
{{ admission(rule) }}{% endfor %}</p>
<p>{% for kind in ("now", "upcoming", "ended", "draft", "archived") %}{{ phase(kind) }}{% endfor %}</p>
<p>{% for state in ("confirmed", "applied", "pending", "offered", "waiting", "declined", "not_drawn", "expired",
"cancelled") %}{{ booking(state) }}{% endfor %}{{ cancelled() }}{{ fictional_mark() }}</p>
{{ event_card("Fair", "/events/fair/", first, last, "in October", "Hall", "A fair.", phase("now")) }}
{{ session_card("Talk", "/talk", "09:30", "12:00", "Room", badges=admission("walk_in")) }}
{% call empty("Nothing yet") %}<p>Later.</p>{% endcall %}
{% call facts() %}{% call fact("When", "calendar") %}in October{% endcall %}{% endcall %}
{% call tiles() %}{{ headline(1161, "People", "people", "published") }}{{ headline(none, "Visits") }}{% endcall %}
{{ count_table("By category", ["Category", "People"], [("Guardians", [101], 4)], total=[101], shares=[8.7]) }}
{% call chart("/chart.png", "One bar", "By category", "measured", [("PNG", "/chart.png")]) %}<p>x</p>{% endcall %}
{% for kind in ("info", "success", "warning", "error") %}
{% call notice(kind, "Title") %}<p>x</p>{% endcall %}{% endfor %}
{% call ticket("Fair", "in October") %}
{{ qr("/qr.svg", "123 456-7", "ABCDEFGHJKMNPQRSTVWXYZ2345", "Code") }}{% endcall %}
{{ day_links(days) }}{{ timetable(days) }}
"""
FORM = """
{% from "components/forms.html" import field, radio_cards, check, session_ticks, numbers, consent, error_summary %}
{% from "components/forms.html" import csrf, button, link_button, actions %}
{{ error_summary(form) }}<form method="post" action="/">{{ csrf() }}
{{ session_ticks(form.sessions, [("Monday", rows)]) }}{{ field(form.name, support="Any name", width=20) }}
{{ radio_cards(form.category, about={"guest": "Who comes to see"}) }}{{ check(form.news) }}
{{ numbers("How many", [(form.children, "At school")], id="people") }}
{% call consent(form.agree, "Privacy") %}<p>Why</p>{% endcall %}
{% call actions() %}{{ button("Send") }}{{ link_button("Back", "/", kind="quiet") }}{% endcall %}</form>
"""


class Example(Form):
    """One of each kind of field."""

    sessions = SelectMultipleField(
        "Sessions",
        choices=[SelectChoice("S1", "Talk"), SelectChoice("S2", "Walk")],
        validators=[InputRequired("Tick one.")],
    )
    name = StringField("Name", validators=[InputRequired("Write a name.")])
    category = RadioField(
        "Category",
        choices=[SelectChoice("guest", "Guest"), SelectChoice("child", "Child")],
        validators=[InputRequired("Choose one.")],
    )
    mail = EmailField("Mail")
    children = IntegerField("Children", validators=[NumberRange(0, 9, "From 0 to 9.")])
    news = BooleanField("News")
    agree = BooleanField("I agree", validators=[InputRequired("Please agree.")])


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("body", [EVERYTHING, FORM], ids=["everything", "form"])
def test_every_part_is_valid_in_every_language(app: Flask, language: str, body: str) -> None:
    assert faults_of(page(app, body, language=language)) == []


def test_every_error_is_linked_from_the_top_and_tied_to_its_field(app: Flask) -> None:
    tree = parsed(page(app, FORM))
    summary = {str(link.get("href")): text_of(link) for link in find(tree, "error-summary").iter("a")}
    assert summary == {
        "#sessions": "Tick one.",
        "#name": "Write a name.",
        "#category-0": "Choose one.",
        "#children": "From 0 to 9.",
        "#agree": "Please agree.",
    }
    assert [address for address in summary if by_id(tree, address[1:]) is None] == []
    assert by_id(tree, "name").get("aria-describedby") == "name-support name-error"
    assert by_id(tree, "name").get("aria-invalid") == "true"


def test_what_was_typed_stays_after_an_error(app: Flask) -> None:
    tree = parsed(page(app, FORM))
    assert by_id(tree, "children").get("value") == "12"
    assert by_id(tree, "category-1").get("checked") is None


def test_a_person_chooses_a_category_nobody_chose_it_for_them(app: Flask) -> None:
    tree = parsed(page(app, FORM))
    assert [option.get("checked") for option in tree.iter("input") if option.get("type") == "radio"] == [None, None]
    assert by_id(tree, "category-0").get("aria-describedby") == "category-0-about"


def test_a_timetable_says_each_session_once_and_places_it_by_classes(app: Flask) -> None:
    tree = parsed(page(app, EVERYTHING))
    slots = [one for one in tree.iter("li") if "slot" in (one.get("class") or "").split()]
    assert [one.get("class") for one in slots] == [
        "slot col-1 h9 m6 to-h12 to-m0",
        "slot col-2 h10 m11 to-h25 to-m1",
        "slot",
    ]
    assert [text_of(one).count("Morning") for one in slots] == [1, 0, 0]
    grids = [one.get("class") for one in tree.iter("ol") if "day-list" in (one.get("class") or "")]
    assert grids == ["day-list is-grid day-h9", "day-list"]


def test_unknown_is_a_word_and_never_zero(app: Flask) -> None:
    body = '{% from "components/figures.html" import number %}<p class="cell">{{ number(value) }}</p>'
    shown = {value: cell(page(app, body, value=value)) for value in (None, 0, "suppressed", 1161)}
    assert shown == {None: "unknown", 0: "0", "suppressed": "–", 1161: "1,161"}


@pytest.mark.parametrize(("kind", "words"), [("sum", "合計"), ("distinct", "実人数（合計ではありません）")])
def test_a_total_says_whether_people_were_added(app: Flask, kind: str, words: str) -> None:
    body = """{% from "components/figures.html" import count_table %}
    {{ count_table("By day", ["Day", "People"], [("Monday", [3])], total=[3], total_kind=kind) }}"""
    foot = next(parsed(page(app, body, language="ja", kind=kind)).iter("tfoot"))
    assert text_of(next(foot.iter("th"))) == words


def test_a_message_after_an_act_is_announced(app: Flask) -> None:
    tree = parsed(page(app, "", message=("error", "That did not work.")))
    (shown,) = (one for one in tree.iter("div") if "notice" in (one.get("class") or "").split())
    assert shown.get("role") == "alert"
    assert text_of(shown) == "Not possible That did not work."


def test_a_made_up_event_says_so(app: Flask) -> None:
    assert text_of(find(parsed(page(app, "", fictional=True)), "fictional")).startswith(
        "Practice This event is made up"
    )
    assert 'class="fictional"' not in page(app, "")


def test_the_language_switch_leads_back_to_this_page(app: Flask) -> None:
    links = list(find(parsed(page(app, "")), "languages").iter("a"))
    assert [link.get("href") for link in links] == [
        f"/display?lang={one}&to=/here?a%3D1" for one in ("ja", "en", "ja-easy")
    ]
    assert [link.get("aria-current") for link in links] == [None, "true", None]


@pytest.mark.parametrize("status", [400, 403, 404, 405, 409, 410, 413, 422, 429, 500, 503])
@pytest.mark.parametrize("language", LANGUAGES)
def test_an_error_page_says_what_happened_and_what_to_do_next(app: Flask, status: int, language: str) -> None:
    with app.test_request_context("/nowhere"):
        g.display = Display(language)
        shown = app.jinja_env.get_template("errors/error.html").render(
            status=status, message="", code="", **context(app)
        )
    assert faults_of(shown) == []
    content = find(parsed(shown), "error-page")
    assert text_of(next(content.iter("h1"))) != ""
    assert len(list(content.iter("li"))) >= 1


def page(app: Flask, body: str, *, language: str = "en", message: tuple[str, str] | None = None, **given: Any) -> str:
    """A page with this content, as a reader of that language gets it."""
    with app.test_request_context("/here?a=1"):
        g.display = Display(language)
        form = Example(MultiDict({"children": "12"}))
        form.validate()
        if message:
            flash(message[1], message[0])
        facts = {"first": date(2023, 10, 30), "last": date(2023, 11, 4), "days": days(), "rows": rows(), "form": form}
        return render_template_string(FRAME + body + "{% endblock %}", **(facts | given))


def context(app: Flask) -> dict[str, Any]:
    """What Flask adds when a view renders."""
    values: dict[str, Any] = {}
    app.update_template_context(values)
    return values


def days() -> list[SimpleNamespace]:
    morning = session("Morning", "09:30", "12:00", 1)
    night = session("Night", "10:55", "25:05", 2)
    return [
        SimpleNamespace(anchor="d1", heading="Monday", today=True, rooms=["One", "Two"], sessions=[morning, night]),
        SimpleNamespace(anchor="d2", heading="Tuesday", rooms=["One"], sessions=[session("Late", "15:00", "16:00", 1)]),
    ]


def session(title: str, starts: str, ends: str, column: int) -> SimpleNamespace:
    facts = {"url": "/s", "room": "One", "kind": None, "badges": Markup("<b>x</b>")}
    return SimpleNamespace(title=title, starts=starts, ends=ends, column=column, **facts)


def rows() -> list[SimpleNamespace]:
    facts = {
        "url": None,
        "badges": None,
        "about": None,
        "room": "One",
        "when": "9:30",
        "checked": False,
        "disabled": False,
    }
    return [SimpleNamespace(value=one, title=one, **facts) for one in ("S1", "S2")]


def parsed(text: str) -> Element:
    tree: Element = html5lib.parse(text, namespaceHTMLElements=False)
    return tree


def find(tree: Element, name: str) -> Element:
    """The first element of that class."""
    return next(one for one in tree.iter() if name in (one.get("class") or "").split())


def by_id(tree: Element, wanted: str) -> Any:
    return next((one for one in tree.iter() if one.get("id") == wanted), None)


def cell(text: str) -> str:
    return text_of(find(parsed(text), "cell"))


def text_of(element: Element) -> str:
    return re.sub(r"\s+", " ", "".join(element.itertext())).strip()
