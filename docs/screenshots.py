"""The pictures of README and guide, taken from the running product: `make screenshots`."""

import io
import tempfile
from collections.abc import Callable
from pathlib import Path

from door_pictures import door_pictures
from PIL import Image
from playwright.sync_api import Browser, Page, Playwright, ViewportSize, expect, sync_playwright
from pypdfium2 import PdfDocument

from tests.journeys.camera import film
from tests.journeys.product import QUIET, Product, chromium_path, running, showing, sign_in
from tests.journeys.test_main_job import keep_gallery, register

PICTURES = Path(__file__).parent / "pictures"
PHONE = ViewportSize(width=390, height=844)
DESK = ViewportSize(width=1280, height=860)


def main() -> None:
    """Start the demonstration, take every picture, stop."""
    with tempfile.TemporaryDirectory() as folder, running(Path(folder)) as product, sync_playwright() as playwright:
        browser = launch(playwright)
        on_phone(browser, product, "event", "/events/practice/")
        on_desk(browser, product, "timetable", "/events/yocolab-2023/timetable")
        on_phone(browser, product, "easy-japanese", "/events/practice/timetable?lang=ja-easy")
        code = ticket(browser, product)
        door(playwright, product, code, Path(folder))
        attendance(browser, product)
        door_pictures(browser, product)
        on_paper(browser, product)
        browser.close()


def launch(playwright: Playwright, *arguments: str) -> Browser:
    return playwright.chromium.launch(executable_path=chromium_path(), args=[*QUIET, *arguments])


def on_phone(browser: Browser, product: Product, name: str, address: str) -> None:
    """One page as a phone shows it first."""
    page = browser.new_page(viewport=PHONE, device_scale_factor=2, locale="ja-JP")
    page.goto(product.base_url + address)
    keep(page, name)


def on_desk(browser: Browser, product: Product, name: str, address: str) -> None:
    """One page as a wide screen shows it first."""
    page = browser.new_page(viewport=DESK, locale="ja-JP")
    page.goto(product.base_url + address)
    keep(page, name)


def ticket(browser: Browser, product: Product) -> Image.Image:
    """The form and the ticket of somebody who registers; returns the code on the screen."""
    page = browser.new_page(viewport=PHONE, device_scale_factor=2, locale="ja-JP", base_url=product.base_url)
    page.goto("/events/practice/register?session=gallery-3")
    keep(page, "register")
    code = register(page, name="架空 花子")
    page.locator(".ticket").first.scroll_into_view_if_needed()
    keep(page, "ticket")
    return code


def door(playwright: Playwright, product: Product, code: Image.Image, folder: Path) -> None:
    """The scanner when it has read that code."""
    browser = launch(playwright, *showing(film(folder / "door.mjpeg", [code], hold=20, gap=0.1)))
    context = browser.new_context(viewport=PHONE, device_scale_factor=2, locale="ja-JP", permissions=["camera"])
    page = context.new_page()
    keep_gallery(page, product)
    expect(page.locator(".verdict")).to_have_attribute("data-verdict", "admitted", timeout=30_000)
    expect(page.locator("body")).to_contain_text("299人", timeout=10_000)  # one of 300 places is taken
    keep(page, "door")
    browser.close()


def attendance(browser: Browser, product: Product) -> None:
    """The published table of the real event, as its organiser sees it."""
    page = browser.new_page(viewport=DESK, locale="ja-JP")
    sign_in(page, product, "olga")
    page.goto(f"{product.base_url}/console/events/yocolab-2023/attendance")
    page.wait_for_load_state("networkidle")
    keep(page, "attendance")


def on_paper(browser: Browser, product: Product) -> None:
    """The guide for volunteers as it comes out of the printer."""
    page = browser.new_page(viewport=DESK, locale="ja-JP")
    sign_in(page, product, "olga")
    page.goto(f"{product.base_url}/console/events/practice/volunteers?lang=ja")
    page.wait_for_load_state("networkidle")
    (sheet,) = PdfDocument(page.pdf(prefer_css_page_size=True))
    keep_picture(sheet.render(scale=1.4).to_pil(), "volunteers")


def keep(page: Page, name: str) -> None:
    """The screen as a small PNG."""
    keep_picture(Image.open(io.BytesIO(page.screenshot())), name)


def keep_picture(taken: Image.Image, name: str) -> None:
    picture = taken.convert("RGB")
    smaller: Callable[..., Image.Image] = picture.quantize
    smaller(192, method=Image.Quantize.MEDIANCUT).save(PICTURES / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()
