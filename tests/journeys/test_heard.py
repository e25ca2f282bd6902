"""Registering as one hears it: names, descriptions and states that a screen reader is told, in each language."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Page

from tests.journeys.heard import Heard, heard, only
from tests.journeys.product import Product

FORM = "/events/practice/register?session=gallery-3"


@dataclass(frozen=True)
class Words:
    """What is said on the way in one language; names begin so."""

    form: str
    title: str
    faulty: str
    name: str
    name_missing: str
    category: str
    category_missing: str
    spectator: str
    belongs: str
    agree: str
    send: str
    done: str
    cancel: str
    ticket: str
    code: str


WORDS = {
    "en": Words(
        "Registration", "Registration", "Error: Registration", "Name or nickname*required",
        "Error Type your name or a nickname.", "Your category*required", "Error Choose your category.", "Spectator",
        "Coming to see and listen", "I agree to how my data are used", "Register and get the ticket",
        "You are registered", "Cancel the registration", "Ticket", "Square code of ticket",
    ),
    "ja": Words(
        "申込", "申込", "エラー：申込", "お名前またはニックネーム※必須",
        "エラー お名前またはニックネームを入力してください。", "あなたの区分※必須", "エラー 区分を選んでください。",
        "観覧者", "催しを見たり聞いたり", "個人情報の取扱いに同意します", "申し込んで参加票を受け取る",
        "申込が完了しました", "申込を取り消す", "参加票", "参加票 ",
    ),
    "ja-easy": Words(
        "申し込み", "申し込み", "エラー：申し込み", "名前か ニックネーム※かならず", "ニックネームを 書",
        "あなたは どれですか※かならず", "選", "見る 人・聞く 人", "", "この 使い方で いいです",
        "申し込んで チケットを もらう", "申し込みが できました", "申し込みを やめる", "チケット", "チケット ",
    ),
}  # fmt: skip


@pytest.fixture(params=WORDS)
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def page(browser: Browser, product: Product, language: str) -> Iterator[Page]:
    """Somebody who chose this language once."""
    context = browser.new_context(base_url=product.base_url)
    page = context.new_page()
    page.goto(f"/display?lang={language}&to=/")
    yield page
    context.close()


def headings(things: list[Heard]) -> list[int]:
    return [one.state["level"] for one in things if one.role == "heading"]


def test_registering_is_said_in_names_descriptions_and_states(page: Page, language: str) -> None:
    words = WORDS[language]
    page.goto(FORM)
    the_form(heard(page), words)
    page.locator("form.form button.is-large[type=submit]").click()
    page.locator(".error-summary").wait_for()
    the_faults(heard(page), words)
    page.fill("#name", "架空 花子")
    page.check("#category-1")
    page.check("#consent")
    page.locator("form.form button.is-large[type=submit]").click()
    page.wait_for_url("**/r/**")
    things = heard(page)
    assert only(things, "heading", words.done).state["level"] == 1
    only(things, "link", words.cancel)
    code = only(things, "image", words.code)
    assert sum(sign.isdigit() for sign in code.name) == 7
    assert [one for one in things if one.role == "status"]
    page.goto(str(page.locator("img[src*='qr.svg']").get_attribute("src")).removesuffix("/qr.svg"))
    things = heard(page)
    assert only(things, "heading", words.ticket).state["level"] == 1
    assert only(things, "image", words.code) == code


def the_form(things: list[Heard], words: Words) -> None:
    """Before anything is typed nothing is wrong, and what is needed is said."""
    only(things, "RootWebArea", words.title)
    assert only(things, "heading", words.form).state["level"] == 1
    assert sorted({one.role for one in things} & {"banner", "main", "contentinfo", "navigation", "form"}) == [
        "banner", "contentinfo", "form", "main", "navigation",
    ]  # fmt: skip
    name = only(things, "textbox", words.name)
    assert (name.description != "", name.state["required"], name.state["invalid"]) == (True, True, "false")
    only(things, "group", words.category)
    radio = only(things, "radio", words.spectator)
    assert radio.description.startswith(words.belongs)
    only(things, "button", words.send)
    typed = [one for one in things if one.role in ("textbox", "radio", "checkbox")]
    assert [one.name for one in typed if one.state.get("invalid") == "true"] == []
    assert {one.state["checked"] for one in typed if "checked" in one.state} == {"false"}
    assert [
        one
        for one in things
        if one.role in ("textbox", "radio", "checkbox", "button", "link", "image") and not one.name
    ] == []


def the_faults(things: list[Heard], words: Words) -> None:
    """The summary has the focus and leads to each fault; each field says its own."""
    only(things, "RootWebArea", words.faulty)
    assert only(things, "alert", "").state["focused"] is True
    name = only(things, "textbox", words.name)
    assert (words.name_missing in name.description, name.state["invalid"]) == (True, "true")
    assert words.category_missing in only(things, "group", words.category).description
    agree = only(things, "checkbox", words.agree)
    assert (agree.description != "", agree.state["invalid"]) == (True, "true")
    assert headings(things)[:2] == [1, 2]
