"""A camera before which tickets pass while a sheet lies over its picture: nobody is read whom nobody means to read."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.camera import film
from tests.journeys.product import Product
from tests.journeys.test_main_job import PHONE, keep_gallery
from tests.journeys.test_offline import tickets

HOLD, GAP = 1.5, 5.0
PLAYED = "seconds => document.querySelector('video').currentTime > seconds"


@pytest.fixture
def page(product: Product, browser: Browser, with_camera: Callable[[Path], Browser], tmp_path: Path) -> Page:
    """A door before whose camera one ticket comes and goes."""
    (code,) = tickets(browser, product, 1)
    door = with_camera(film(tmp_path / "door.mjpeg", [f"{product.base_url.upper()}/T/{code}"], hold=HOLD, gap=GAP))
    keeper = door.new_context(locale="ja-JP", viewport=PHONE, permissions=["camera"]).new_page()
    keep_gallery(keeper, product)
    expect(keeper.locator(".verdict")).to_have_attribute("data-verdict", "admitted", timeout=30_000)
    return keeper


def test_while_a_sheet_is_open_the_camera_reads_nobody_and_goes_on_when_it_is_closed(page: Page) -> None:
    page.locator(".menu").click()
    expect(page.locator("dialog[open]")).to_be_visible()
    expect(page.locator(".verdict")).to_be_hidden(timeout=20_000)
    since = page.evaluate("document.querySelector('video').currentTime")
    page.wait_for_function(PLAYED, arg=since + 2 * (HOLD + 2 * GAP), timeout=60_000)
    expect(page.locator("dialog[open]")).to_be_visible()
    expect(page.locator(".verdict")).to_be_hidden()
    page.locator(".sheet-close").click()
    expect(page.locator(".verdict")).to_have_attribute("data-verdict", "already_in", timeout=30_000)
