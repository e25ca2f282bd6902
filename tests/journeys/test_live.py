"""The page of the day stays fresh by itself, and says so when it is not."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Route, expect

from tests.journeys.product import Product, sign_in
from tests.journeys.test_door import GALLERY, at_the_gallery

TODAY = "/console/events/practice/today"
PATIENCE = 20_000
"""For a machine that does much else; the page asks every three seconds."""
GONE: dict[str, Callable[[Route], None]] = {
    "none": lambda route: route.abort(),
    "a guest page": lambda route: route.fulfill(status=200, content_type="text/html", body="<h1>Guest network</h1>"),
}
FIGURES = """() => {
    const part = document.querySelector("[data-fresh]").cloneNode(true);
    part.querySelectorAll(".live-age, [data-old]").forEach((one) => one.remove());
    return part.textContent;
}"""


def test_who_is_counted_at_a_door_is_on_the_page_of_today_soon_without_loading_it_again(
    product: Product, browser: Browser
) -> None:
    door = at_the_gallery(browser, product, "ja")
    door.locator('.tab[data-tab="walk_in"]').click()
    page = browser.new_context(base_url=product.base_url, locale="ja").new_page()
    sign_in(page, product, "olga", to=TODAY)
    page.evaluate("window.never = 'loaded again'")
    assert float(page.locator("[data-fresh]").get_attribute("data-fresh") or 9) <= 4, "5 s with the way there and back"
    expect(page.locator("[data-old]").first).to_be_hidden()
    here = page.locator("main tr", has_text=GALLERY).first.locator("td.is-number > span").first
    before = here.inner_text()
    door.locator(".tap").first.click()
    known = int(before.replace(",", "")) if before[:1].isdigit() else 0
    expect(here).to_have_text(f"{known + 1:,}", timeout=PATIENCE)
    assert page.evaluate("window.never") == "loaded again"


@pytest.mark.parametrize("answer", ["none", "a guest page"])
def test_old_figures_stay_and_are_called_old_when_the_server_is_gone(
    product: Product, browser: Browser, answer: str
) -> None:
    """Or when the hall's network answers in its place."""
    for path, who in ((TODAY, "olga"), ("/events/practice/room", None)):
        page = browser.new_context(base_url=product.base_url, locale="ja").new_page()
        page.clock.install()
        if who:
            sign_in(page, product, who, to=path)
        else:
            page.goto(path)
        shown = page.evaluate(FIGURES)
        page.route(f"**{path}*", GONE[answer])
        old = page.locator("[data-old]").first
        expect(old).to_be_hidden()
        wait = float(page.locator("[data-fresh]").get_attribute("data-old-after") or 15)
        page.clock.run_for(int(wait + 5) * 1000)
        expect(old).to_be_visible(timeout=PATIENCE)
        assert page.locator("[data-as-of]").last.inner_text() in old.inner_text(), "it says of when they are"
        assert page.evaluate(FIGURES) == shown


MULTIPLIED = """times => {
    for (const line of document.querySelectorAll("[data-turn]"))
        for (let time = 1; time < times; time += 1) line.after(line.cloneNode(true));
    document.dispatchEvent(new Event("renewed"));
}"""
FITS = """() => {
    const page = document.documentElement;
    return page.scrollHeight <= innerHeight && page.scrollWidth <= innerWidth;
}"""
SHOWN = """() => {
    const lines = [...document.querySelectorAll("[data-turn]")];
    return [lines.findIndex((one) => !one.hidden), lines.filter((one) => !one.hidden).length, lines.length];
}"""


@pytest.mark.parametrize(("width", "height"), [(1920, 1080), (1080, 1920)])
@pytest.mark.parametrize("path", [TODAY, "/events/practice/room"])
def test_nobody_scrolls_a_screen_on_a_wall(
    product: Product, browser: Browser, path: str, width: int, height: int
) -> None:  # fmt: skip
    context = browser.new_context(base_url=product.base_url, viewport={"width": width, "height": height})
    page = context.new_page()
    page.clock.install()
    if path == TODAY:
        sign_in(page, product, "olga", to=TODAY)
    for language in ("ja", "en", "ja-easy"):
        page.goto(f"{path}?screen=big&lang={language}")
        expect(page.locator("[data-turns]")).to_be_hidden()
        assert page.evaluate(FITS), language
        page.evaluate(MULTIPLIED, 40)
        assert page.evaluate(FITS), language
        first, number, of = page.evaluate(SHOWN)
        assert first == 0
        assert 3 <= number < of
        expect(page.locator("[data-words]")).to_have_text(f"1–{number} / {of}")
        page.route(f"**{path}*", lambda route: route.abort())
        page.clock.run_for(13_000)
        assert page.evaluate(FITS)
        assert page.evaluate(SHOWN)[0] == number
        page.locator("[data-turns] button").press("Space")
        page.clock.run_for(25_000)
        assert page.evaluate(SHOWN)[0] == number
        page.unroute(f"**{path}*")
    context.close()
