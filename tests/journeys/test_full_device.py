"""A device whose browser has no room left, or takes the disk away: it says so, loses nothing, and goes on."""

import json
from pathlib import Path

from playwright.sync_api import Browser, expect

from tests.journeys.product import Product, axe_faults
from tests.journeys.test_offline import (
    PHONE,
    at_the_gallery,
    expect_verdict,
    ready,
    scans,
    start,
    tickets,
    type_code,
    until,
)

FULL = ".note[role=alert]"
NO_ROOM = """
  const add = IDBObjectStore.prototype.add;
  IDBObjectStore.prototype.add = function (...given) {
    if (globalThis.isFull && this.name === "queue") throw new DOMException("No room is left.", "QuotaExceededError");
    return add.apply(this, given);
  };
"""
"""What IndexedDB says of a scan on a full disk; a real one takes minutes to fill."""


def test_a_full_device_says_so_keeps_what_it_has_and_recovers(product: Product, browser: Browser) -> None:
    first, second = tickets(browser, product, 2)
    context = browser.new_context(locale="ja-JP", viewport=PHONE)
    context.add_init_script(NO_ROOM)
    page = at_the_gallery(context, product)
    ready(page)
    before = scans(product)
    context.set_offline(True)
    page.evaluate("() => { globalThis.isFull = true; }")
    type_code(page, first)
    expect_verdict(page, "admitted")
    expect(page.locator(FULL)).to_contain_text("1件の読み取りを保存できていません")
    page.set_viewport_size({"width": 390, "height": 600})
    expect(page.locator(".verdict-words")).to_be_in_viewport(ratio=1)
    expect(page.locator(FULL).get_by_role("button")).to_be_in_viewport(ratio=0.9)
    assert axe_faults(page) == []
    page.set_viewport_size(PHONE)
    with page.expect_download() as saved:
        page.locator(FULL).get_by_role("button").click()
    kept = json.loads(Path(saved.value.path()).read_text())["scans"]
    assert [(one["code"], one["shown"]) for one in kept] == [(first, "admitted")]
    page.evaluate("() => { globalThis.isFull = false; }")
    type_code(page, second)
    expect_verdict(page, "admitted")
    expect(page.locator(FULL)).to_have_count(0)
    page.reload()
    expect(page.locator(".setup [role=status]")).to_contain_text("未送信2件")
    start(page)
    context.set_offline(False)
    until(lambda: len(scans(product)) == len(before) + 2)
    assert sorted(verdict for _, verdict in scans(product) if _ not in dict(before)) == ["admitted", "admitted"]
    context.close()


LOST = """
  const transaction = IDBDatabase.prototype.transaction;
  IDBDatabase.prototype.transaction = function (...given) {
    globalThis.connection = this;
    return transaction.apply(this, given);
  };
"""
"""Lets a test take the connection away as a browser does with a page that was out of sight."""


def test_a_connection_to_the_disk_that_the_browser_took_away_is_made_anew(product: Product, browser: Browser) -> None:
    first, second = tickets(browser, product, 2)
    context = browser.new_context(locale="ja-JP", viewport=PHONE)
    context.add_init_script(LOST)
    page = at_the_gallery(context, product)
    ready(page)
    before = scans(product)
    page.evaluate("() => { connection.close(); connection.dispatchEvent(new Event('close')); }")
    type_code(page, first)
    expect_verdict(page, "admitted")
    expect(page.locator(FULL)).to_have_count(0)
    until(lambda: len(scans(product)) == len(before) + 1)
    context.set_offline(True)
    page.evaluate("() => { connection.close(); connection.dispatchEvent(new Event('close')); }")
    type_code(page, second)
    expect_verdict(page, "admitted")
    page.reload()
    expect(page.locator(".setup [role=status]")).to_contain_text("未送信1件")
    context.close()


def test_a_disk_that_the_browser_empties_under_a_page_gets_device_list_and_scans_again(
    product: Product, browser: Browser
) -> None:
    first, second = tickets(browser, product, 2)
    context = browser.new_context(locale="ja-JP", viewport=PHONE)
    page = at_the_gallery(context, product)
    ready(page)
    before = scans(product)
    context.set_offline(True)
    type_code(page, first)
    expect_verdict(page, "admitted")
    emptied = {"origin": product.base_url, "storageTypes": "indexeddb"}
    context.new_cdp_session(page).send("Storage.clearDataForOrigin", emptied)
    type_code(page, second)
    expect_verdict(page, "admitted")
    expect(page.locator(".unsent")).to_contain_text("未送信2件")
    ready(page)
    page.reload()
    expect(page.locator(".setup [role=status]")).to_contain_text("未送信2件")
    start(page)
    type_code(page, first)
    expect_verdict(page, "already_in")
    context.set_offline(False)
    until(lambda: len(scans(product)) == len(before) + 3)
    new = [verdict for scan, verdict in scans(product) if (scan, verdict) not in before]
    assert sorted(new) == ["admitted", "admitted", "already_in"]
    context.close()


def test_a_disk_that_another_page_takes_for_itself_is_opened_again(product: Product, browser: Browser) -> None:
    (first,) = tickets(browser, product, 1)
    context = browser.new_context(locale="ja-JP", viewport=PHONE)
    page = at_the_gallery(context, product)
    ready(page)
    before = scans(product)
    page.evaluate("""() => new Promise((resolve) => {
        indexedDB.deleteDatabase("uketsuke-door").onsuccess = () => resolve(null);
    })""")
    type_code(page, first)
    expect_verdict(page, "admitted")
    until(lambda: len(scans(product)) == len(before) + 1)
    page.reload()
    expect(page.locator("input[name=gate]").first).to_be_attached()
    context.close()
