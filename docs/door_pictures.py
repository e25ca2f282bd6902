"""The door's own screens on the guide that volunteers hang on the wall: `make screenshots` takes them again."""

import io
import re
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, FloatRect, Locator, Page, ViewportSize, expect

from tests.journeys.product import Product
from tests.journeys.test_main_job import read, register

PICTURES = Path(__file__).resolve().parent.parent / "app" / "static" / "guide"
LANGUAGES = ("ja", "en", "ja-easy")
PHONE = ViewportSize(width=390, height=640)
HEIGHTS = {"ja": 582, "en": 632, "ja-easy": 800}
"""As much as the longest sentences of a language need."""
BESIDE_THE_FORM = {"ja": 36, "en": 0, "ja-easy": 64}
"""So much more where a verdict stands below the form for codes."""
GALLERY = re.compile("ギャラリー|Gallery")
SHOWN = (
    ("admitted", "admitted", "admitted"),
    ("already_in", "admitted", "already_in"),
    ("not_booked", "not_booked", "not_booked"),
    ("unknown", "unknown", "unknown"),
    ("class", "class", "confirm_party"),
)
"""Name of the picture, whose code, and what the door says to it."""
CLASS = {
    "group_name": "架空小学校", "group_grade": "4", "group_class": "2", "with-pupils": "30", "with-teachers": "2",
    "name": "架空 一郎", "email": "ichiro@example.invalid", "contact_phone": "000-0000-0000",
}  # fmt: skip


def door_pictures(browser: Browser, product: Product) -> None:
    """Every picture in every language, from one demonstration."""
    others = elsewhere(product)
    for language in LANGUAGES:
        visitor = browser.new_context(locale="ja-JP", viewport=PHONE, base_url=product.base_url).new_page()
        codes = {
            "admitted": read(register(visitor, name="架空 花子")).rpartition("/")[2],
            "class": read(register_class(visitor)).rpartition("/")[2],
            "not_booked": next(others),
            "unknown": "Q" * 26,
        }
        keep_pictures(at_the_gallery(browser, product, language), language, codes)
        visitor.context.close()


def keep_pictures(page: Page, language: str, codes: dict[str, str]) -> None:
    """What is shown for a ticket, again, for other codes, for a class, for a walk-in, and without a network."""
    folder = PICTURES / language
    folder.mkdir(parents=True, exist_ok=True)
    verdict = page.locator(".verdict")
    for name, code, expected in SHOWN:
        page.locator('.tab[data-tab="type"]').click()
        page.locator("#code").fill(codes[code])
        page.keyboard.press("Enter")
        expect(verdict).to_have_attribute("data-verdict", expected, timeout=15_000)
        keep(verdict, folder / f"{name}.png")
        if name != "admitted":  # its only button takes it back
            page.locator(".verdict-acts .button:not(.is-strong)").last.click()
    page.set_viewport_size({"width": PHONE["width"], "height": HEIGHTS[language]})
    page.locator('.tab[data-tab="walk_in"]').click()
    page.locator(".tap").first.click()
    expect(page.locator(".tap-count").first).to_have_text("1")
    keep_lower(page, page.locator(".tap").first, folder / "walk_in.png")
    page.context.set_offline(True)
    page.locator(".tap").first.click()
    expect(page.locator(".contact")).not_to_have_attribute("data-contact", "reached", timeout=20_000)
    expect(page.locator(".note.is-offline")).to_be_visible()
    keep_upper(page, page.locator(".note.is-offline"), folder / "offline.png")
    page.context.close()


def register_class(page: Page) -> Image.Image:
    """A class for the same exhibition; the picture of its code."""
    page.goto("/events/practice/register/class?session=gallery-3")
    for name, value in CLASS.items():
        page.locator(f"[name='{name}']").fill(value)
    page.get_by_label(re.compile("同意します")).press("Space")
    page.get_by_role("button", name=re.compile("申し込んで参加票を受け取る")).click()
    page.wait_for_url("**/r/**")
    code = page.locator("img[src*='qr.svg']")
    expect(code).to_be_visible()
    return Image.open(io.BytesIO(code.screenshot()))


def elsewhere(product: Product) -> Iterator[str]:
    """Codes of single visitors who come for something else."""
    (found,) = product.data_dir.glob("*.sqlite3")
    with sqlite3.connect(found) as connection:
        rows = connection.execute(
            "SELECT ticket.code FROM ticket JOIN registration ON registration.id = ticket.registration_id"
            " JOIN event ON event.id = ticket.event_id WHERE event.slug = 'practice' AND party_kind = 'person'"
            " AND ticket.replaced_at IS NULL AND registration.id NOT IN"
            " (SELECT registration_id FROM entry WHERE registration_id IS NOT NULL) ORDER BY ticket.id"
        ).fetchall()
    return iter([str(code) for (code,) in rows])


def at_the_gallery(browser: Browser, product: Product, language: str) -> Page:
    """A phone of door staff at the gate of the exhibition that is always open, without a camera."""
    size = ViewportSize(width=PHONE["width"], height=HEIGHTS[language] + BESIDE_THE_FORM[language])
    page = browser.new_context(locale="ja-JP", viewport=size, device_scale_factor=2).new_page()
    page.goto(f"{product.base_url}/scan/")
    address = next(address for address in product.passwords if address.startswith("dora"))
    page.locator("input[name=email]").fill(address)
    page.locator("input[name=password]").fill(product.passwords[address])
    page.locator("#sign-in button[type=submit]").click()
    expect(page.locator("input[name=gate]").first).to_be_attached()
    page.goto(f"{product.base_url}/scan/?lang={language}")
    page.locator(".row", has_text=GALLERY).first.click()
    page.locator(".setup-start .button").last.click()
    expect(page.locator(".door")).to_be_visible()
    return page


def keep(part: Locator, path: Path) -> None:
    """This part of the screen."""
    keep_picture(part.screenshot(), path)


def keep_upper(page: Page, last: Locator, path: Path) -> None:
    """The screen from its upper edge to the lower one of this part."""
    height = box(last)["y"] + box(last)["height"]
    keep_picture(page.screenshot(clip=FloatRect(x=0, y=0, width=PHONE["width"], height=height)), path)


def keep_lower(page: Page, first: Locator, path: Path) -> None:
    """The screen from the upper edge of this part to its lower one."""
    size, top = page.viewport_size or PHONE, box(first)["y"] - 8
    clip = FloatRect(x=0, y=top, width=size["width"], height=size["height"] - top)
    keep_picture(page.screenshot(clip=clip), path)


def box(part: Locator) -> FloatRect:
    while (found := part.bounding_box()) is None:  # it is being drawn anew
        part.page.wait_for_timeout(50)
    return found


def keep_picture(taken: bytes, path: Path) -> None:
    """A small PNG of few colours."""
    picture = Image.open(io.BytesIO(taken)).convert("RGB")
    smaller: Callable[..., Image.Image] = picture.quantize
    smaller(48, method=Image.Quantize.MEDIANCUT).save(path, optimize=True)
