"""A ticket that nobody can read, at a door without a network: counted with its number, and tied to it afterwards."""

import sqlite3

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.product import Product, axe_faults, sign_in
from tests.journeys.test_numbers import number_of
from tests.journeys.test_offline import (
    PHONE,
    at_the_gallery,
    database,
    expect_verdict,
    ready,
    tickets,
    type_code,
    until,
)

STANDING = """SELECT ticket.code, sum(entry_number.number) FROM entry JOIN entry_number ON entry_id = entry.id
    LEFT JOIN ticket ON ticket.id = ticket_id
    WHERE scan_id IN (SELECT scan_id FROM conflict WHERE kind = 'unread_ticket')
    GROUP BY ticket.code HAVING sum(entry_number.number) <> 0"""
CLEAR = {"ja": "番号を控えて数える", "en": "Count, and note the number", "ja-easy": "メモして"}


def test_a_ticket_that_nobody_can_read_is_counted_offline_and_tied_later(product: Product, browser: Browser) -> None:
    (code,) = tickets(browser, product, 1)
    number = number_of(product, code)
    door = browser.new_context(locale="ja-JP", viewport=PHONE)
    page = at_the_gallery(door, product)
    ready(page)
    before = len(asked(product, "SELECT id FROM conflict"))
    door.set_offline(True)
    type_code(page, number)
    expect(page.locator(".verdict")).to_have_attribute("data-verdict", "waiting")
    note(page)
    expect_verdict(page, "counted")
    expect(page.locator(".verdict")).to_contain_text(f"番号 {number[:3]}-{number[3:]} を控えました")
    expect(page.locator("#code")).to_have_value("")
    assert len(asked(product, "SELECT id FROM conflict")) == before
    door.set_offline(False)
    until(lambda: len(asked(product, "SELECT id FROM conflict")) == before + 1)
    assert asked(product, STANDING) == [(None, 1)]
    type_code(page, number[:-1] + str((int(number[-1]) + 1) % 10))
    expect_verdict(page, "unreadable")

    desk = browser.new_context(locale="ja-JP", viewport=PHONE, base_url=product.base_url)
    staff = desk.new_page()
    sign_in(staff, product, "olga", "/console/events/practice/conflicts?kind=unread_ticket")
    expect(staff.locator("main table")).to_contain_text("架空 一郎")
    assert axe_faults(staff) == []
    staff.get_by_role("button", name="この参加票に結び付ける").press("Enter")
    expect(staff.locator("main")).to_contain_text("確認が必要な記録はありません")
    assert asked(product, STANDING) == [(code, 1)]
    type_code(page, code)
    expect_verdict(page, "already_in")
    for context in (door, desk):
        context.close()


@pytest.mark.parametrize("language", ["ja", "en", "ja-easy"])
def test_the_way_to_it_is_clear_in_every_language(product: Product, browser: Browser, language: str) -> None:
    (code,) = tickets(browser, product, 1)
    page = at_the_gallery(browser.new_context(locale="ja-JP", viewport=PHONE), product)
    ready(page)
    page.locator(".menu").click()
    page.locator(f'.sheet input[value="{language}"]').check(force=True)
    page.keyboard.press("Escape")
    page.context.set_offline(True)
    type_code(page, number_of(product, code))
    button = page.locator(".verdict-acts [aria-haspopup=dialog]")
    expect(button).to_contain_text(CLEAR[language])
    assert axe_faults(page) == []
    button.scroll_into_view_if_needed()
    expect(button).to_be_in_viewport(ratio=1)
    button.press("Space")
    assert axe_faults(page) == []
    expect(page.locator(".sheet .is-strong")).to_be_disabled()
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth <= 320")
    page.keyboard.press("Escape")
    page.context.close()


def note(page: Page) -> None:
    """One person of the first category."""
    page.locator(".verdict-acts [aria-haspopup=dialog]").press("Space")
    page.locator(".sheet .party-row").first.locator(".step").last.press("Space")
    page.locator(".sheet .is-strong").press("Space")


def asked(product: Product, question: str) -> list[tuple[object, ...]]:
    with sqlite3.connect(database(product)) as connection:
        return connection.execute(question).fetchall()
