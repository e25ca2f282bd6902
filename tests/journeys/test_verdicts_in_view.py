"""Whatever a door is told, the words and the buttons are in view together: on small phones, upright and on their side,
in every language."""

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.journeys.answers import ANSWERS, CODE, NUMBER, answer_with, verdict_of
from tests.journeys.product import Product
from tests.journeys.test_keyboard_scanner import BURST
from tests.journeys.test_offline import ready, tickets
from tests.journeys.test_supervising import a_code

SIZES = tuple(ViewportSize(width=width, height=height) for width, height in ((360, 640), (390, 844), (640, 360)))
OUT_OF_VIEW = """() => new Promise((tell) => requestAnimationFrame(() => requestAnimationFrame(() => {
  const [frame, work] = [".answer", ".work"].map((part) => document.querySelector(part).getBoundingClientRect());
  const top = Math.max(frame.top, work.top, 0) - 1, bottom = Math.min(frame.bottom, work.bottom, innerHeight) + 1;
  const acts = document.querySelector(".verdict-acts").getBoundingClientRect();
  const found = [];
  for (const one of document.querySelectorAll(".verdict :is(h2, p, li, button)")) {
    const {left, right, width, height, ...is} = one.getBoundingClientRect().toJSON();
    if (width < 2 || getComputedStyle(one).clipPath !== "none") continue;
    const isIn = is.top >= top && is.bottom <= bottom && left >= -1 && right <= innerWidth + 1;
    const isBeside = right <= acts.left + 1 || left >= acts.right - 1;
    const isApart = isBeside || is.bottom <= acts.top + 1 || is.top >= acts.bottom - 1;
    if (!isIn) found.push("out of view: " + one.textContent);
    if (!isApart && acts.height && !one.closest(".verdict-acts")) found.push("under the buttons: " + one.textContent);
    if (one.matches("button") && Math.min(width, height) < 43.9) found.push("too small: " + one.textContent);
  }
  tell(found);
})))"""


@pytest.mark.parametrize("language", ["ja", "en", "ja-easy"])
def test_words_and_buttons_of_every_verdict_are_in_view(product: Product, browser: Browser, language: str) -> None:
    page = a_phone(browser, product, language)
    found: dict[tuple[str, str], list[str]] = {}
    for tab in ("type", "scan"):
        page.locator(f'.tab[data-tab="{tab}"]').click()
        for name in ANSWERS:
            answer_with(page, name)
            read(page, CODE)
            expect(page.locator(".verdict")).to_have_attribute("data-verdict", verdict_of(name))
            if faults := out_of_view(page):
                found[tab, name] = faults
            if verdict_of(name) == "confirm_party":
                page.locator(".party-acts .button").first.click()
    assert found == {}
    page.context.close()


@pytest.mark.parametrize("language", ["ja", "en", "ja-easy"])
def test_so_are_those_of_a_door_without_a_network(product: Product, browser: Browser, language: str) -> None:
    (mine,) = tickets(browser, product, 1)
    page = a_phone(browser, product, language)
    ready(page)
    page.context.set_offline(True)
    expect(page.locator(".contact")).to_have_attribute("data-contact", "unreached")
    page.locator('.tab[data-tab="type"]').click()
    found: dict[str, list[str]] = {}
    for code, verdict in ((mine, "admitted"), (mine, "already_in"), (CODE, "provisional"), (NUMBER, "waiting")):
        page.locator("#code").fill(code)
        page.keyboard.press("Enter")
        expect(page.locator(".verdict")).to_have_attribute("data-verdict", verdict)
        if faults := out_of_view(page):
            found[verdict] = faults
    assert found == {}
    page.context.close()


def a_phone(browser: Browser, product: Product, language: str) -> Page:
    """A supervisor's, which has the most buttons."""
    page = browser.new_context(base_url=product.base_url, locale="ja", viewport=SIZES[0]).new_page()
    page.goto(f"/scan/?lang={language}#pair={a_code(browser, product)}")
    page.locator("form:has(#pairing-code) button[type=submit]").click()
    page.locator(".setup-start .button").last.click()
    expect(page.locator(".door")).to_be_visible()
    return page


def read(page: Page, code: str) -> None:
    page.evaluate(BURST, f"HTTPS://EXAMPLE.INVALID/T/{code}")


def out_of_view(page: Page) -> list[str]:
    """At every size what cannot be read or pressed without scrolling."""
    found = []
    for size in SIZES:
        page.set_viewport_size(size)
        found += [f"{size['width']}x{size['height']} {fault}" for fault in page.evaluate(OUT_OF_VIEW)]
    page.set_viewport_size(SIZES[0])
    return found
