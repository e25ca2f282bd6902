"""A door without a network: it decides by itself, loses nothing, and the server has each scan once in the end."""

import sqlite3
from collections.abc import Callable
from pathlib import Path
from time import monotonic, sleep
from uuid import UUID

from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect

from tests.journeys.product import Product
from tests.journeys.test_main_job import register

PHONE = ViewportSize(width=390, height=844)
STRANGE = "HTTPS://EXAMPLE.INVALID/T/" + "Q" * 26


def test_offline_doors_decide_by_themselves_and_the_server_has_each_scan_once(
    product: Product, browser: Browser
) -> None:
    code, other = tickets(browser, product, 2)
    context = browser.new_context(locale="ja-JP", viewport=PHONE)
    page = at_the_gallery(context, product)
    ready(page)
    before = scans(product)
    context.set_offline(True)
    type_code(page, code)
    expect_verdict(page, "admitted")
    expect(page.locator(".verdict")).to_contain_text("架空 一郎")
    expect(page.locator(".verdict-source")).to_be_visible()
    expect(page.locator(".contact")).to_have_attribute("data-contact", "unreached")
    type_code(page, code)
    expect_verdict(page, "already_in")
    type_code(page, STRANGE)
    expect_verdict(page, "provisional")
    expect(page.locator(".note.is-offline")).to_be_visible()
    page.reload()
    expect(page.locator(".setup [role=status]")).to_contain_text("未送信3件")
    start(page)
    type_code(page, code)
    expect_verdict(page, "already_in")
    assert scans(product) == before
    context.set_offline(False)
    expect(page.locator(".contact")).to_have_attribute("data-contact", "reached", timeout=20_000)
    until(lambda: len(scans(product)) == len(before) + 4)
    new = [row for row in scans(product) if row not in before]
    assert sorted(verdict for _, verdict in new) == ["admitted", "already_in", "already_in", "provisional"]
    type_code(page, other)
    expect_verdict(page, "admitted")
    assert page.locator(".verdict-source").count() == 0
    context.close()


def tickets(browser: Browser, product: Product, number: int) -> list[str]:
    """Codes of so many people who have just registered for the exhibition."""
    page = browser.new_context(locale="ja-JP", viewport=PHONE, base_url=product.base_url).new_page()
    for one in range(number):
        register(page, name=("架空 一郎", "架空 二郎", "架空 三郎", "架空 四郎")[one])
    page.context.close()
    with sqlite3.connect(database(product)) as connection:
        rows = connection.execute("SELECT code FROM ticket ORDER BY id DESC LIMIT ?", (number,)).fetchall()
    return [str(code) for (code,) in reversed(rows)]


def scans(product: Product) -> list[tuple[UUID, str]]:
    """Every scan the server has, with its verdict."""
    with sqlite3.connect(database(product)) as connection:
        rows = connection.execute("SELECT id, verdict FROM scan").fetchall()
    return [(UUID(str(row[0])), row[1]) for row in rows]


def database(product: Product) -> Path:
    (found,) = product.data_dir.glob("*.sqlite3")
    return found


def at_the_gallery(context: BrowserContext, product: Product) -> Page:
    page = context.new_page()
    page.goto(f"{product.base_url}/scan/")
    address = next(address for address in product.passwords if address.startswith("dora"))
    page.locator("input[name=email]").fill(address)
    page.locator("input[name=password]").fill(product.passwords[address])
    page.locator("form button[type=submit]").first.click()
    page.get_by_text("展示ギャラリー").first.click()
    start(page)
    return page


def start(page: Page) -> None:
    """Without a camera, at the gate that is chosen."""
    page.locator(".setup-start .button").last.click()
    expect(page.locator(".door")).to_be_visible()
    page.locator('.tab[data-tab="type"]').click()


def ready(page: Page) -> None:
    """Until the page, and what it decides from, are on the device."""
    page.wait_for_function("navigator.serviceWorker.controller !== null")
    until(lambda: bool(page.evaluate(HAS_PACK)))


HAS_PACK = """() => new Promise((resolve) => {
  const asked = indexedDB.open("uketsuke-door");
  asked.onsuccess = () => {
    const got = asked.result.transaction("device").objectStore("device").get("pack");
    got.onsuccess = () => { resolve(Boolean(got.result)); asked.result.close(); };
  };
})"""


def type_code(page: Page, code: str) -> None:
    page.locator("#code").fill(code)
    page.keyboard.press("Enter")


def expect_verdict(page: Page, verdict: str) -> None:
    expect(page.locator(".verdict")).to_have_attribute("data-verdict", verdict, timeout=10_000)


def until(is_so: Callable[[], bool]) -> None:
    end = monotonic() + 20
    while not is_so():
        assert monotonic() < end
        sleep(0.1)
