"""A walk-in gets a ticket at a door without a network, photographs it, and is known at the next door, soon or late."""

import re
import sqlite3
from io import BytesIO
from typing import Any

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.journeys.product import Product, axe_faults
from tests.journeys.test_offline import PHONE, at_the_gallery, database, expect_verdict, ready, type_code, until
from tests.journeys.test_supervising import a_supervisors_phone


@pytest.mark.parametrize("heard_of", ["after", "before"])
def test_a_ticket_given_offline_is_good_at_another_door_before_and_after_it_is_heard_of(
    product: Product, browser: Browser, heard_of: str
) -> None:
    giving, other = (browser.new_context(locale="ja-JP", viewport=PHONE) for _ in range(2))
    first, second = at_the_gallery(giving, product), at_the_gallery(other, product)
    ready(first)
    giving.set_offline(True)
    give(first, 2)
    assert axe_faults(first) == []
    text = photographed(first)
    assert text.startswith(f"{product.base_url}/T/".upper())
    code = text.rsplit("/", 1)[1]
    letters = first.locator(".given-code").inner_text().replace(" ", "")
    assert letters == code
    first.set_viewport_size({"width": 640, "height": 360})
    assert photographed(first) == text
    first.set_viewport_size(PHONE)
    first.locator(".given .sheet-close").click()
    tab(first, "type")
    type_code(first, code)
    expect_verdict(first, "already_in")
    if heard_of == "before":
        giving.set_offline(False)
        until(lambda: len(asked(product, "SELECT id FROM ticket WHERE code = ?", code)) == 1)
        type_code(second, code)
        expect_verdict(second, "already_in")
    else:
        type_code(second, code)
        expect_verdict(second, "provisional")
        giving.set_offline(False)
    until(lambda: len(asked(product, "SELECT id FROM ticket WHERE code = ?", code)) == 1)
    until(lambda: asked(product, "SELECT * FROM awaited_ticket") == [])
    counted = """SELECT sum(entry_number.number) FROM entry JOIN entry_number ON entry_id = entry.id
        JOIN ticket ON ticket_id = ticket.id WHERE code = ? AND direction = 'in' AND NOT reentry"""
    assert asked(product, counted, code) == [(2,)]
    unsettled = """SELECT kind FROM conflict WHERE kind = 'unknown_ticket' AND resolved_at IS NULL AND scan_id IN
        (SELECT scan.id FROM scan JOIN ticket ON ticket_id = ticket.id WHERE code = ?)"""
    assert asked(product, unsettled, code) == []
    for context in (giving, other):
        context.close()


@pytest.mark.parametrize("language", ["ja", "en", "ja-easy"])
def test_every_screen_of_the_scanner_is_clear_to_all_and_fits_the_narrowest_phone(
    product: Product, browser: Browser, language: str
) -> None:
    page = a_supervisors_phone(browser, product)
    ready(page)
    page.locator(".menu").click()
    page.locator(f'.sheet input[value="{language}"]').check(force=True)
    page.keyboard.press("Escape")
    page.set_viewport_size({"width": 320, "height": 640})
    found = {}
    for name, screen in SCREENS.items():
        screen(page)
        faults = axe_faults(page)
        page.set_viewport_size({"width": 640, "height": 360})
        faults += [f"on its side: {fault}" for fault in axe_faults(page)]
        page.set_viewport_size({"width": 320, "height": 640})
        if wide := page.evaluate("document.documentElement.scrollWidth > 320"):
            faults = [*faults, "too wide"]
        if faults or wide:
            found[name] = faults
        page.keyboard.press("Escape")
    page.context.close()
    assert found == {}


def give(page: Page, people: int) -> None:
    """A ticket for so many of the first category."""
    tab(page, "walk_in")
    page.locator(".give").click()
    for _ in range(people):
        page.locator(".sheet .party-row").first.locator(".step").last.click()
    page.locator(".sheet .is-strong").click()
    expect(page.locator(".given-picture svg")).to_be_visible()


def photographed(page: Page) -> str:
    """What a camera reads on the screen."""
    picture = Image.open(BytesIO(page.screenshot()))
    (found,) = zxingcpp.read_barcodes(picture)
    return str(found.text)


def asked(product: Product, query: str, *given: Any) -> list[Any]:
    with sqlite3.connect(database(product)) as connection:
        return connection.execute(query, given).fetchall()


def tab(page: Page, name: str) -> None:
    page.locator(f'.tab[data-tab="{name}"]').click()


def _search(page: Page) -> None:
    tab(page, "type")
    page.locator("details.search summary").click()


def _found(page: Page) -> None:
    """In the search that is open."""
    page.locator("#sought").fill("架空")
    page.keyboard.press("Enter")
    expect(page.locator(".search .row").first).to_be_visible()


def _vouch(page: Page) -> None:
    give(page, 1)
    code = page.locator(".given-code").inner_text().replace(" ", "")
    page.keyboard.press("Escape")
    tab(page, "type")
    type_code(page, code)
    expect_verdict(page, "already_in")
    page.locator(".verdict-acts [aria-haspopup=dialog]").click()


def _replace(page: Page) -> None:
    """Of the ticket just given, found by its short number."""
    page.locator('.tab[data-tab="walk_in"]').click()
    give(page, 1)
    number = page.locator(".given-number")
    expect(number).to_contain_text(re.compile("[0-9]{3}-[0-9]{4}"), timeout=15_000)
    digits = re.sub("[^0-9]", "", number.inner_text())
    page.keyboard.press("Escape")
    tab(page, "type")
    type_code(page, digits)
    expect_verdict(page, "already_in")
    page.locator(".verdict-acts .is-quiet[aria-haspopup=dialog]").click()


def _replaced(page: Page) -> None:
    page.locator(".verdict-acts .is-quiet[aria-haspopup=dialog]").click()
    page.locator(".sheet .is-strong").click()
    expect(page.locator(".given-picture svg")).to_be_visible()


def _restore(page: Page) -> None:
    page.locator(".verdict-acts .is-quiet[aria-haspopup=dialog]").click()
    page.locator(".restore summary").click()
    page.locator(".restore .is-strong").click()
    expect(page.locator(".restore [role=alert]")).not_to_be_empty()


def _restored(page: Page) -> None:
    _restore(page)
    page.locator(".restore input").first.check()
    page.locator(".restore .is-strong").click()
    expect(page.locator(".given-restored")).to_be_visible()
    expect(page.locator(".restore")).to_have_count(0)


def _count(page: Page) -> None:
    page.locator(".verdict-acts .button:not(.is-quiet)").last.click()
    tab(page, "count")


def _unsent(page: Page) -> None:
    """Without a network, with scans that wait."""
    page.context.set_offline(True)
    for _ in range(2):
        page.locator(".count-more").first.click()
    expect(page.locator(".contact .unsent")).to_be_visible()
    tab(page, "walk_in")
    expect(page.locator(".figures-age")).to_be_visible()
    for button in (page.locator(".tap").first, page.locator(".walk-in .undo"), page.locator(".give")):
        expect(button).to_be_in_viewport(ratio=0.9)


def _question(page: Page) -> None:
    tab(page, "walk_in")
    page.locator(".give").click()


SCREENS = {
    "scan": lambda page: tab(page, "scan"),
    "search": _search,
    "found": _found,
    "walk-in": lambda page: tab(page, "walk_in"),
    "numbers of a ticket": _question,
    "ticket": lambda page: give(page, 2),
    "admit anyway": _vouch,
    "replace a lost ticket": _replace,
    "the new ticket": _replaced,
    "take the replacement back": _restore,
    "it is taken back": _restored,
    "count": _count,
    "unsent": _unsent,
}
