"""A tap whose answer a page did not live to hear: who went in is in, and one undo takes them back."""

import sqlite3
from typing import Any

from playwright.sync_api import Browser, Page, Route, expect

from tests.journeys.product import Product
from tests.journeys.test_door import at_the_gallery, start
from tests.journeys.test_offline import database, until

SCANS = "**/api/v1/events/*/scans"


def test_a_tap_that_waited_for_its_answer_when_the_page_went_is_counted_though_the_room_was_full(
    product: Product, browser: Browser
) -> None:
    page = at_the_gallery(browser, product, "ja")
    page.locator('.tab[data-tab="walk_in"]').click()
    number = page.locator(".tap-count").first
    before, standing = int(number.inner_text()), people(product)
    unheard: list[Route] = []
    page.route(SCANS, lambda route: as_if_full(route) if unheard else unheard.append(route))
    with page.expect_request(SCANS):
        page.locator(".tap").first.press("Space")
    expect(number).to_have_text(str(before + 1))
    page.reload()
    start(page)
    page.locator('.tab[data-tab="walk_in"]').click()
    expect(number).to_have_text(str(before + 1))
    until(lambda: people(product) == standing + 1)
    undo(page)
    expect(number).to_have_text(str(before))
    until(lambda: people(product) == standing)
    expect(page.locator(".verdict")).to_be_hidden()
    page.context.close()


def undo(page: Page) -> None:
    page.locator(".undo").press("Space")
    expect(page.locator(".walk-in [role=status]")).to_contain_text("取り消しました")


def as_if_full(route: Route) -> None:
    """Whatever the door does not say by itself is refused; what it says, and an undo, the server hears."""
    sent: Any = route.request.post_data_json
    asked = [scan for scan in sent["scans"] if scan["act"] == "walk_in" and "shown" not in scan]
    if asked:
        route.fulfill(json={"verdicts": [{"id": scan["id"], "verdict": "full"} for scan in asked]})
    else:
        route.continue_()


def people(product: Product) -> int:
    """Everybody who stands in the ledger, undone ones taken off."""
    with sqlite3.connect(database(product)) as connection:
        ((number,),) = connection.execute("SELECT coalesce(sum(number), 0) FROM entry_number").fetchall()
    return int(number)
