"""A short number at a door whose network is gone: nobody is counted by it whom the door was not told of."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.journeys.network import Network, State, network_to
from tests.journeys.product import Product, axe_faults
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

COUNTED = """SELECT coalesce(sum(entry_number.number), 0) FROM entry JOIN entry_number ON entry_id = entry.id
JOIN ticket ON ticket_id = ticket.id WHERE code = ?"""


def test_a_number_without_a_network_is_queued_nowhere_and_looked_up_once_there_is_one(
    product: Product, browser: Browser
) -> None:
    first, second = tickets(browser, product, 2)
    context = browser.new_context(locale="ja-JP", viewport=PHONE)
    page = at_a_searching_door(context, product)
    offline(context, page)
    type_code(page, number_of(product, first))
    expect(page.locator(".verdict")).to_contain_text("まだ数えていません")
    expect(page.locator(".verdict")).to_contain_text(number_of(product, first)[:3] + "-")
    expect(page.locator("#code")).to_have_value(number_of(product, first))
    expect(page.locator(".unsent")).to_have_count(0)
    assert axe_faults(page) == []
    page.get_by_role("button", name="次の人へ").press("Enter")
    type_code(page, number_of(product, second))
    context.set_offline(False)
    expect_verdict(page, "admitted")
    expect(page.locator("#code")).to_have_value("")
    assert (counted(product, first), counted(product, second)) == (0, 1)
    context.close()


def test_a_number_asked_as_the_network_went_silent_counts_nobody_once_the_door_went_on(
    product: Product, browser: Browser
) -> None:
    with asked_into_silence(product, browser) as (page, network, code):
        page.get_by_role("button", name="次の人へ").press("Enter")
        network.become(State.THERE)
        until(lambda: verdicts_by_number(product, code) == ["refused"])
        assert counted(product, code) == 0


def test_a_second_tab_of_the_device_leaves_the_number_that_the_first_is_asking_about(
    product: Product, browser: Browser
) -> None:
    with asked_into_silence(product, browser) as (page, network, code):
        second = page.context.new_page()
        second.goto(page.url)
        expect(second.locator(".setup [role=status]")).to_contain_text("未送信1件")
        network.become(State.THERE)
        expect_verdict(page, "admitted")
        assert counted(product, code) == 1


@contextmanager
def asked_into_silence(product: Product, browser: Browser) -> Iterator[tuple[Page, Network, str]]:
    """A door that has asked about a ticket's number as its network went silent; the network, and the ticket's code."""
    (code,) = tickets(browser, product, 1)
    with network_to(product.base_url) as network:
        context = browser.new_context(locale="ja-JP", viewport=PHONE)
        page = at_a_searching_door(context, Product(network.base_url, product.data_dir, product.passwords))
        network.become(State.SILENT)
        type_code(page, number_of(product, code))
        expect(page.locator(".verdict")).to_contain_text("まだ数えていません", timeout=10_000)
        yield page, network, code
        context.close()


def at_a_searching_door(context: BrowserContext, product: Product) -> Page:
    page = at_the_gallery(context, product)
    ready(page)
    return page


def offline(context: BrowserContext, page: Page) -> None:
    """Until the door knows it."""
    context.set_offline(True)
    expect(page.locator(".contact")).to_have_attribute("data-contact", "unreached", timeout=20_000)


def number_of(product: Product, code: str) -> str:
    with sqlite3.connect(database(product)) as connection:
        (found,) = connection.execute("SELECT number FROM ticket WHERE code = ?", (code,)).fetchone()
    return str(found)


def counted(product: Product, code: str) -> int:
    """How many the ledger holds of this ticket."""
    with sqlite3.connect(database(product)) as connection:
        (found,) = connection.execute(COUNTED, (code,)).fetchone()
    return int(found)


def verdicts_by_number(product: Product, code: str) -> list[str]:
    """What was answered to this ticket's short number."""
    asked = "SELECT verdict FROM scan JOIN ticket ON ticket_id = ticket.id WHERE code = ? AND code_kind = 'number'"
    with sqlite3.connect(database(product)) as connection:
        return [str(verdict) for (verdict,) in connection.execute(asked, (code,))]
