"""Heads are counted at a door without a network, by plus and minus and a whole room at once, and each arrives once."""

import sqlite3
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.product import Product, axe_faults
from tests.journeys.test_offline import PHONE, at_the_gallery, database, ready, start, until

Line = tuple[str, int, str | None]


@pytest.fixture
def gallery(product: Product, browser: Browser) -> Iterator[Page]:
    context = browser.new_context(locale="ja-JP", viewport=PHONE)
    page = at_the_gallery(context, product)
    ready(page)
    count_tab(page)
    yield page
    context.close()


def test_heads_and_a_room_counted_offline_arrive_once_each_in_the_order_of_time(
    product: Product, gallery: Page
) -> None:
    page, before = gallery, lines(product)
    first = int(page.locator(".count-number").first.inner_text())
    page.context.set_offline(True)
    page.locator(".count-row").first.locator(".count-more").click(click_count=3)
    expect(page.locator(".count-number").first).to_have_text(str(first + 3))
    page.locator(".count-row").first.locator(".count-less").click()
    expect(page.locator(".count-number").first).to_have_text(str(first + 2))
    page.get_by_label("2回目から", exact=True).check(force=True)
    page.locator(".count-row").last.locator(".count-more").click()
    page.get_by_label("在室数", exact=True).check(force=True)
    page.locator("#room-total").fill("６３")
    page.locator(".room-form [type=submit]").click()
    expect(page.locator(".counting .undo")).to_contain_text("63人")
    page.reload()
    start(page)
    count_tab(page)
    expect(page.locator(".count-number").first).to_have_text(str(first + 2))
    assert lines(product) == before
    page.get_by_label("在室数", exact=True).check(force=True)
    expect(page.locator(".counting .undo")).to_contain_text("63人")
    page.context.set_offline(False)
    until(lambda: len(lines(product)) == len(before) + 6)
    new = lines(product)[len(before) :]
    assert [(kind, number) for kind, number, _ in new] == [
        *[("count", 1)] * 3,
        ("count", -1),
        ("count", 1),
        ("room_count", 63),
    ]
    expect(page.locator(".contact")).to_have_attribute("data-contact", "reached", timeout=20_000)
    page.locator(".counting .undo").click()
    until(lambda: lines(product)[-1][:2] == ("undo", -63))
    page.get_by_label("1人ずつ", exact=True).check(force=True)
    for button in [page.locator(".counting .undo")] * 5:
        button.click()
        expect(page.locator(".counting [role=status]")).to_contain_text("1人を")
    until(lambda: len(lines(product)) == len(before) + 12)
    assert sum(number for _, number, _ in lines(product)) == sum(number for _, number, _ in before)


def test_at_an_entrance_heads_are_counted_and_there_is_no_room(product: Product, gallery: Page) -> None:
    expect(gallery.locator(".count-manner")).to_be_visible()
    assert axe_faults(gallery) == []
    gallery.get_by_label("在室数", exact=True).check(force=True)
    assert axe_faults(gallery) == []
    gallery.set_viewport_size({"width": 320, "height": 640})
    assert gallery.evaluate("document.documentElement.scrollWidth") == 320
    gallery.set_viewport_size(PHONE)
    gallery.locator(".menu").click()
    gallery.locator(".sheet-end .button").first.click()
    gallery.get_by_text("会場の入口").first.click()
    start(gallery)
    count_tab(gallery)
    expect(gallery.locator(".count-rows")).to_be_visible()
    expect(gallery.locator(".count-manner")).to_be_hidden()


def test_figures_of_an_entrance_follow_the_taps_that_wait(product: Product, gallery: Page) -> None:
    page = gallery
    page.locator(".menu").click()
    page.locator(".sheet-end .button").first.click()
    page.get_by_text("会場の入口").first.click()
    start(page)
    page.locator('.tab[data-tab="walk_in"]').click()
    expect(page.locator(".figures-age")).not_to_be_empty()
    before = present(page)
    page.context.set_offline(True)
    page.locator(".tap").first.click(click_count=3)
    page.locator(".tap").last.click()
    expect(page.locator(".contact")).to_have_attribute("data-contact", "unreached", timeout=20_000)
    expect(page.locator(".unsent")).to_contain_text("未送信4件")
    expect(page.locator(".figures-main .figure").first).to_contain_text(f"{before + 4}人")
    page.locator(".undo").click()
    expect(page.locator(".figures-main .figure").first).to_contain_text(f"{before + 3}人")
    page.context.set_offline(False)
    expect(page.locator(".contact")).to_have_attribute("data-contact", "reached", timeout=20_000)
    expect(page.locator(".unsent")).to_have_count(0, timeout=20_000)
    expect(page.locator(".figures-main .figure").first).to_contain_text(f"{before + 3}人")


def present(page: Page) -> int:
    """How many are in, as the edge of the screen says."""
    return int(page.locator(".figures-main dd").first.inner_text().removesuffix("人"))


def count_tab(page: Page) -> None:
    page.locator('.tab[data-tab="count"]').click()


def lines(product: Product) -> list[Line]:
    """Kind, number and whether new today of every line without a ticket."""
    asked = """SELECT kind, number, new_today FROM entry JOIN entry_number ON entry_id = entry.id
        WHERE ticket_id IS NULL AND device_id IS NOT NULL ORDER BY entry.id"""
    with sqlite3.connect(database(product)) as connection:
        return [tuple(row) for row in connection.execute(asked)]
