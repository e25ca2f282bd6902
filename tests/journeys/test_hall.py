"""A hall's own network: it answers in place of the server until somebody has agreed to its terms, and some never do."""

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.network import State, network_to
from tests.journeys.product import Product, axe_faults
from tests.journeys.test_offline import (
    HAS_PACK,
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

PAGE = b"<!doctype html><title>Welcome</title><p>Agree to the terms of this hall's network."
HEAD = b"HTTP/1.1 %s\r\nContent-Type: text/html\r\nContent-Length: %d\r\nConnection: close\r\n\r\n"
PORTALS = {
    "page": HEAD % (b"200 OK", len(PAGE)) + PAGE,
    "half a page": HEAD % (b"200 OK", 2 * len(PAGE)) + PAGE,
    "elsewhere": HEAD % (b"302 Found\r\nLocation: http://portal.invalid/", len(PAGE)) + PAGE,
    "forbidden": HEAD % (b"403 Forbidden", len(PAGE)) + PAGE,
    "missing": HEAD % (b"404 Not Found", len(PAGE)) + PAGE,
}


@pytest.mark.parametrize("kind", PORTALS)
def test_a_door_goes_on_behind_a_page_for_guests(product: Product, browser: Browser, kind: str) -> None:
    code, other = tickets(browser, product, 2)
    with network_to(product.base_url) as network:
        context = browser.new_context(locale="ja-JP", viewport=PHONE)
        page = at_the_gallery(context, Product(network.base_url, product.data_dir, product.passwords))
        ready(page)
        before = scans(product)
        network.portal = PORTALS[kind]
        network.become(State.PORTAL)
        type_code(page, code)
        expect_verdict(page, "admitted")
        expect(page.locator(".contact")).to_have_attribute("data-contact", "unreached", timeout=20_000)
        assert page.evaluate(HAS_PACK)
        assert axe_faults(page) == []
        page.reload()
        expect(page.locator(".setup [role=status]")).to_contain_text("未送信1件")
        start(page)
        type_code(page, other)
        expect_verdict(page, "admitted")
        network.become(State.THERE)
        expect(page.locator(".contact")).to_have_attribute("data-contact", "reached", timeout=20_000)
        until(lambda: len(scans(product)) == len(before) + 2)
        context.close()
