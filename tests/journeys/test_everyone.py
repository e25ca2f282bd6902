"""Nobody is left out: axe-core finds nothing on any page in any language and colours; keyboard alone; no JavaScript."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.journeys.made import pages_of_made_things
from tests.journeys.pages import (
    pages_of_a_family,
    pages_of_a_former_year,
    pages_of_a_withdrawn_edition,
    pages_of_one_who_waits,
    pages_of_people,
)
from tests.journeys.product import Product, axe_faults, sign_in

PUBLIC = [
    "/",
    "/accessibility",
    "/measures",
    "/on-this-device",
    "/sign-in",
    "/events/yocolab-2023/",
    "/events/yocolab-2023/timetable",
    "/events/yocolab-2023/sessions/s02",
    "/events/yocolab-2023/figures",
    "/events/practice/",
    "/events/practice/timetable",
    "/events/practice/room",
    "/events/practice/room?screen=big",
    "/events/practice/shortlist?s=first-robot&s=opening",
    "/events/practice/print",
    "/events/practice/embed",
    "/events/practice/offline",
    "/events/practice/offline/marked",
    "/events/practice/sessions/gallery-3",
    "/events/practice/venues/mihon-city-hall",
    "/events/practice/privacy",
    "/events/practice/register",
    "/events/practice/register?session=gallery-3",
    "/events/practice/register/class",
    "/events/practice/find",
    "/events/practice/mail-sent",
    "/events/practice/register/delegation",
    "/events/practice/sessions/youth-summit/draw",
    "/scan/",
    "/scan/offline",
    "/nowhere",
]
STAFF = [
    "/console/",
    "/console/measures",
    "/console/password",
    "/console/events/practice/",
    "/console/events/practice/attendance",
    "/console/events/yocolab-2023/attendance",
    "/console/events/practice/closing",
    "/console/events/yocolab-2023/closing/2023-10-30",
    "/console/events/practice/corrections",
    "/console/events/practice/corrections/session:first-robot",
    "/console/events/practice/editions",
    "/console/events/yocolab-2023/editions/1",
    "/console/events/practice/attendance/former-years",
    "/console/events/practice/attendance/comments",
    "/console/events/practice/registrations",
    "/console/events/practice/print",
    "/console/events/practice/arrivals",
    "/console/events/practice/today",
    "/console/events/practice/forecasts",
    "/console/events/practice/attendance/crossed",
    "/console/events/practice/attendance/registrations",
    "/console/events/practice/attendance/rooms",
    "/console/events/practice/today?screen=big",
    "/console/events/practice/registration/settings",
    "/console/events/practice/registration/notices",
    "/console/events/practice/questions",
    "/console/events/practice/questions/new?kind=ward",
    "/console/events/practice/questions/preview/people/ja-easy",
    "/console/events/practice/questions/preview/class/en",
    "/console/events/practice/applications",
    "/console/events/practice/applications/youth-summit",
    "/console/events/practice/registrations/new",
    "/console/events/practice/registrations/doubles",
    "/console/events/practice/registrations/imports",
    "/console/events/practice/letters",
    "/console/events/practice/letters/words",
    "/console/events/practice/letters/words/offer/ja",
    "/console/events/practice/letters/times",
    "/console/events/practice/letters/mailings",
    "/console/events/practice/letters/mailings/new?state=confirmed",
    "/console/events/practice/devices",
    "/console/events/practice/devices/queue",
    "/console/events/practice/tallies",
    "/console/events/practice/tallies/session:first-robot",
    "/console/events/practice/tallies/session:first-robot/sheet",
    "/console/events/practice/tallies/session:first-robot/roster",
    "/console/events/practice/check-in",
    "/console/events/practice/check-in/session:first-robot/booked",
    "/console/events/practice/volunteers",
    "/console/events/practice/conflicts",
    "/console/events/practice/conflicts?state=settled",
    "/console/events/practice/gates",
    "/console/events/practice/gates/new",
    "/console/events/practice/gates/mihon-city-hall",
    "/console/events/practice/door-settings",
    "/console/events/practice/gates/mihon-city-hall/pairing",
    "/console/events/practice/people",
    "/console/events/new",
    "/console/events/practice/programme/",
    "/console/events/practice/programme/event",
    "/console/events/practice/programme/files",
    "/console/events/practice/programme/categories",
    "/console/events/practice/programme/venues",
    "/console/events/practice/programme/venues/mihon-city-hall",
    "/console/events/practice/programme/organisations",
    "/console/events/practice/programme/speakers",
    "/console/events/practice/programme/new/organisations",
    "/console/events/practice/programme/sessions",
    "/console/events/practice/programme/sessions/first-robot",
    "/console/events/practice/programme/sessions/first-robot/repeats",
    "/console/events/practice/programme/new-session",
    "/console/events/practice/programme/board",
    "/console/events/practice/programme/slots",
    "/console/events/practice/programme/copy",
    "/console/events/practice/programme/end",
    "/console/events/practice/programme/known-organisations",
    "/console/events/practice/partners",
    "/console/events/practice/partners/new",
    "/console/events/practice/partners/organisations/fictional-npo-3",
    "/console/events/practice/releases",
    "/console/events/practice/handouts",
    "/console/events/practice/registrations/new?kind=team",
]


@pytest.fixture
def context(browser: Browser, product: Product) -> Iterator[BrowserContext]:
    opened = browser.new_context(base_url=product.base_url, viewport={"width": 390, "height": 844}, locale="ja")
    yield opened
    opened.close()


@pytest.mark.parametrize(
    ("language", "colours"),
    [("ja", "standard"), ("en", "standard"), ("ja-easy", "standard"), ("ja", "dark"), ("ja", "contrast")],
)
def test_axe_finds_nothing_on_public_pages(context: BrowserContext, language: str, colours: str) -> None:
    page = context.new_page()
    page.goto(f"/display?lang={language}&colours={colours}&to=/")
    assert found_on(page, PUBLIC) == {}


@pytest.mark.parametrize(("language", "colours"), [("ja", "standard"), ("ja-easy", "standard"), ("en", "dark")])
def test_axe_finds_nothing_on_the_pages_of_a_private_link(
    context: BrowserContext, product: Product, language: str, colours: str
) -> None:
    page = context.new_page()
    page.goto(f"/display?lang={language}&colours={colours}&to=/")
    assert found_on(page, [*pages_of_a_family(page), *pages_of_one_who_waits(page, product)]) == {}


@pytest.mark.parametrize("language", ["ja", "en"])
def test_axe_finds_nothing_on_staff_pages(context: BrowserContext, product: Product, language: str) -> None:
    page = context.new_page()
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(f"/display?lang={language}&to=/")
    sign_in(page, product, "owner")
    assert found_on(page, [*STAFF, *pages_of_people(page), *pages_of_a_former_year(page)]) == {}


@pytest.mark.parametrize("language", ["ja", "en"])
def test_axe_finds_nothing_on_what_staff_make(context: BrowserContext, product: Product, language: str) -> None:
    page = context.new_page()
    page.goto(f"/display?lang={language}&to=/")
    pages_of_one_who_waits(page, product)
    sign_in(page, product, "owner")
    assert found_on(page, pages_of_made_things(page)) == {}


@pytest.mark.parametrize(("language", "colours"), [("ja", "standard"), ("ja-easy", "dark"), ("en", "contrast")])
def test_axe_finds_nothing_on_the_pages_of_a_withdrawn_edition(
    context: BrowserContext, product: Product, language: str, colours: str
) -> None:
    page = context.new_page()
    page.goto(f"/display?lang={language}&colours={colours}&to=/")
    sign_in(page, product, "olga")
    addresses = pages_of_a_withdrawn_edition(page)
    assert found_on(page, addresses) == {}


def found_on(page: Page, addresses: list[str]) -> dict[str, list[str]]:
    """What axe-core finds, by page."""
    found = {}
    for address in addresses:
        page.goto(address)
        if faults := axe_faults(page):
            found[address] = faults
    return found


def test_somebody_registers_by_keyboard_alone(context: BrowserContext) -> None:
    page = context.new_page()
    page.goto("/events/practice/register?session=gallery-3")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    tab_to(page, "input[name=name]")
    page.keyboard.type("架空 次郎")
    tab_to(page, "input[name=category]")
    page.keyboard.press("ArrowDown")
    tab_to(page, "input[name=consent]")
    page.keyboard.press("Space")
    tab_to(page, "main button[type=submit]")
    page.keyboard.press("Enter")
    page.wait_for_url("**/r/**")
    expect(page.locator("img[src*='qr.svg']")).to_be_visible()


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until the focus is there; it must be seen."""
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement?.matches(selector) ?? false", selector):
            return
    raise AssertionError(f"the keyboard does not reach {selector}")


def test_somebody_registers_changes_and_cancels_without_javascript(browser: Browser, product: Product) -> None:
    context = browser.new_context(base_url=product.base_url, locale="en", java_script_enabled=False)
    page = context.new_page()
    page.goto("/events/practice/register")
    page.get_by_role("button", name="Register and get the ticket").click()
    expect(page.locator(".error-summary, [role=alert]").first).to_be_visible()
    page.locator("input[name=name]").fill("Fictional <b>Ana</b> {0} 𠮷")
    page.locator("input[name=category][value=guardian]").check(force=True)
    page.locator("input[name=consent]").check(force=True)
    page.get_by_role("button", name="Register and get the ticket").click()
    page.wait_for_url("**/r/**")
    expect(page.locator("main")).to_contain_text("Fictional <b>Ana</b> {0} 𠮷")
    page.get_by_role("link", name=re.compile("Change")).first.click()
    page.locator("input[name=name]").fill("Fictional Ana")
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url(re.compile("/r/[^/]+$|/r/[^/]+\\?"))
    expect(page.locator("main")).to_contain_text("Fictional Ana")
    page.get_by_role("link", name=re.compile("Cancel")).first.click()
    page.locator("main form button[type=submit]").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("cancelled")
    context.close()


def test_a_phone_on_the_public_pages_gets_no_cookie_and_asks_no_other_host(
    context: BrowserContext, product: Product
) -> None:
    page, foreign = context.new_page(), []
    page.on("request", lambda request: foreign.append(request.url) if product.base_url not in request.url else None)
    for address in ("/", "/events/practice/", "/events/practice/timetable", "/events/practice/register"):
        page.goto(address)
        page.wait_for_load_state("networkidle")
    assert [url for url in foreign if not url.startswith("data:")] == []
    assert context.cookies() == []
