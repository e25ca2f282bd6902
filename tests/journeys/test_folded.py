"""Tables for which a phone has no room are folded or stand in blocks, without JavaScript; elsewhere they are whole."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.pages import issued_edition, pages_of_a_former_year, withdraw
from tests.journeys.product import Product, axe_faults, sign_in

WHERE = "/console/events/practice/attendance"
TABLES = ("methods", "visits", "sessions", "session-categories", "days", "day-categories", "arrivals")


def attendance(browser: Browser, product: Product, *, width: int, scripts: bool = True) -> Page:
    page = plain_page(browser, product, width=width, scripts=scripts)
    sign_in(page, product, "olga", to=WHERE)
    return page


def plain_page(browser: Browser, product: Product, *, width: int, scripts: bool = True) -> Page:
    context = browser.new_context(
        base_url=product.base_url,
        locale="ja",
        viewport={"width": width, "height": 844},
        java_script_enabled=scripts,
    )
    return context.new_page()


def standing(page: Page) -> list[str]:
    """The tables that are there to be read."""
    return [name for name in TABLES if page.locator(f"#table-{name} table").is_visible()]


def test_a_phone_shows_charts_first_and_opens_a_table_without_javascript(browser: Browser, product: Product) -> None:
    page = attendance(browser, product, width=390, scripts=False)
    assert standing(page) == []
    page.locator(".is-folded > summary", has_text="プログラム別").first.press("Enter")
    expect(page.locator("#table-sessions table")).to_be_visible()
    assert standing(page) == ["sessions"]


def test_a_phone_is_led_into_a_folded_table_by_its_address_and_axe_finds_nothing(
    browser: Browser, product: Product
) -> None:
    page = attendance(browser, product, width=390)
    assert axe_faults(page) == []
    page.goto(f"{WHERE}#table-days")
    assert standing(page) == ["days"]
    assert axe_faults(page) == []


@pytest.mark.parametrize("width", [1280, 390])
def test_wide_screens_and_paper_show_every_table_and_nothing_to_unfold(
    browser: Browser, product: Product, width: int
) -> None:
    page = attendance(browser, product, width=width)
    page.emulate_media(media="print" if width == 390 else "screen")
    assert standing(page) == list(TABLES)
    assert page.locator(".is-folded > summary:visible").count() == 0


@pytest.mark.parametrize("language", ["ja", "en", "ja-easy"])
def test_no_table_of_attendance_is_scrolled_sideways_on_a_wide_screen(
    browser: Browser, product: Product, language: str
) -> None:
    page = attendance(browser, product, width=1280)
    pages_of_a_former_year(page)
    page.goto(f"{WHERE}?lang={language}")
    assert page.evaluate(SIDEWAYS) == []


@pytest.mark.parametrize("language", ["ja", "en", "ja-easy"])
def test_the_public_table_of_sessions_stands_in_blocks_on_a_phone(
    browser: Browser, product: Product, language: str
) -> None:
    """Nothing is scrolled sideways, each number has its heading before it, and why there is none is said once."""
    staff = attendance(browser, product, width=1280)
    edition = issued_edition(staff)
    public = f"/events/practice/figures?lang={language}"
    phone = plain_page(browser, product, width=390, scripts=False)
    phone.goto(public)
    table = phone.locator("#sessions ~ .table-region table").first
    first = table.locator("tbody tr").first
    assert (first.locator(".stacked-head:visible").count(), table.locator("thead .ask").count()) == (6, 0)
    assert {row.locator("td:visible").count() for row in table.locator("tr.is-alike").all()} == {1}
    assert phone.evaluate("document.documentElement.scrollWidth") == 390
    assert phone.evaluate(SIDEWAYS) == []
    looked = plain_page(browser, product, width=390)
    looked.goto(public)
    assert axe_faults(looked) == []
    wide = plain_page(browser, product, width=1280)
    wide.goto(public)
    assert wide.locator(".stacked-head:visible").count() == 0
    assert axe_faults(wide) == []
    withdraw(staff, edition)


SIDEWAYS = """[...document.querySelectorAll(".table-region")].filter(one => one.scrollWidth > one.clientWidth)
    .map(one => one.getAttribute("aria-label"))"""
