"""The frame of every page in a real browser: settings, number buttons, narrow screens, other people's colours."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.pages import pages_of_a_family, pages_of_one_who_waits, pages_of_people
from tests.journeys.product import Product, sign_in

PAGES = [
    "/",
    "/accessibility",
    "/on-this-device",
    "/sign-in",
    "/events/yocolab-2023/",
    "/events/yocolab-2023/timetable",
    "/events/yocolab-2023/figures",
    "/events/practice/",
    "/events/practice/timetable",
    "/events/practice/room",
    "/events/practice/room?screen=big",
    "/events/practice/shortlist?s=first-robot&s=opening&s=morning-briefing",
    "/events/practice/print",
    "/events/practice/embed",
    "/events/practice/offline",
    "/events/practice/offline/marked",
    "/events/practice/register",
    "/events/practice/register/class",
    "/events/practice/register/delegation",
    "/events/practice/sessions/gallery-3",
    "/events/practice/sessions/youth-summit/draw",
    "/events/practice/venues/mihon-city-hall",
    "/events/practice/privacy",
    "/measures",
    "/events/practice/find",
    "/events/practice/mail-sent",
    "/nowhere",
]
CONSOLE = [
    "/console/",
    "/console/events/practice/",
    "/console/events/practice/registrations",
    "/console/events/practice/registrations/new",
    "/console/events/practice/registrations/new?kind=team",
    "/console/events/practice/registrations/imports",
    "/console/events/practice/registrations/doubles",
    "/console/events/practice/questions",
    "/console/events/practice/questions/new?kind=ward",
    "/console/events/practice/registration/settings",
    "/console/events/practice/programme/sessions/first-robot",
    "/console/events/practice/programme/board",
    "/console/events/practice/partners",
    "/console/events/practice/partners/new",
    "/console/events/practice/partners/organisations/fictional-npo-3",
    "/console/events/practice/programme/files",
    "/console/events/practice/handouts",
    "/console/events/practice/letters",
    "/console/events/practice/door-settings",
    "/console/events/practice/devices",
    "/console/events/practice/devices/queue",
    "/console/events/practice/gates",
    "/console/events/practice/gates/mihon-city-hall/pairing",
    "/console/events/practice/conflicts",
    "/console/events/practice/check-in",
    "/console/events/practice/check-in/session:first-robot/booked",
    "/console/events/practice/tallies/session:first-robot",
    "/console/events/practice/tallies/session:first-robot/roster",
    "/console/events/practice/volunteers",
]

CONSOLE_LINKS = [f"/console/events/practice/{part}" for part in ("closing", "corrections", "gates", "conflicts")]


@pytest.fixture
def page(browser: Browser, product: Product) -> Iterator[Page]:
    """A window of a phone's size, nobody signed in, no cookies."""
    context = browser.new_context(base_url=product.base_url, viewport={"width": 390, "height": 800}, locale="ja")
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("language", ["ja", "en", "ja-easy"])
def test_no_page_scrolls_sideways_on_the_narrowest_screen_with_the_largest_text(
    page: Page, product: Product, language: str
) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(f"/display?lang={language}&size=largest&to=/")
    assert too_wide(page, [*PAGES, *pages_of_a_family(page), *pages_of_one_who_waits(page, product)]) == []


@pytest.mark.parametrize("language", ["ja", "en"])
def test_no_staff_page_does_either(page: Page, product: Product, language: str) -> None:
    page.goto(f"/display?lang={language}&to=/")
    sign_in(page, product, "owner")
    page.set_viewport_size({"width": 320, "height": 640})
    assert too_wide(page, [*CONSOLE, *pages_of_people(page)]) == []


def test_a_link_that_stands_alone_is_wide_and_high_enough_for_a_finger(page: Page, product: Product) -> None:
    pages = [*PAGES, *pages_of_a_family(page), *pages_of_one_who_waits(page, product)]
    assert too_small(page, pages) == {}
    sign_in(page, product, "owner")
    assert too_small(page, CONSOLE_LINKS) == {}


def too_small(page: Page, addresses: list[str]) -> dict[str, list[str]]:
    """By page the links in rows of links that are less than 24 px wide or high."""
    look = """() => [...document.querySelectorAll("main :is(.actions, .inline-list > li) > a")].filter((link) => {
        const { width, height } = link.getBoundingClientRect();
        return width > 0 && Math.min(width, height) < 24;
    }).map((link) => link.textContent.trim())"""
    found = {}
    for address in addresses:
        page.goto(address)
        if small := page.evaluate(look):
            found[address] = small
    return found


def test_what_is_hidden_is_not_seen(page: Page) -> None:
    page.goto("/on-this-device?lang=en")
    expect(page.get_by_text("No copy is on this device.")).to_be_visible()
    expect(page.locator("[data-throw-away]")).to_be_hidden()


def test_on_a_phone_the_word_about_room_stands_below_its_session(page: Page) -> None:
    page.goto("/events/practice/room")
    line = page.locator(".room-line").first
    above, word = line.locator("> div").bounding_box(), line.locator(".room-word").bounding_box()
    assert above is not None
    assert word is not None
    assert word["y"] >= above["y"] + above["height"]


def too_wide(page: Page, addresses: list[str]) -> list[str]:
    """Those on which one has to scroll sideways."""
    found = []
    for address in addresses:
        page.goto(address)
        if page.evaluate("document.documentElement.scrollWidth") > 320:
            found.append(address)
    return found


def test_settings_open_by_keyboard_are_remembered_and_close_by_escape(page: Page) -> None:
    page.goto("/events/practice/timetable")
    summary = page.locator("details.settings summary")
    summary.press("Enter")
    expect(page.locator(".settings-sheet")).to_be_visible()
    page.locator(".settings-sheet a").first.press("Escape")
    expect(page.locator(".settings-sheet")).to_be_hidden()
    expect(summary).to_be_focused()
    summary.press("Enter")
    page.get_by_role("link", name="黒").press("Enter")
    page.wait_for_url("**/events/practice/timetable")
    assert page.locator("html").get_attribute("data-colours") == "dark"
    page.goto("/")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(26, 26, 26)"


def test_people_are_counted_with_large_buttons_that_stop_at_the_ends(page: Page) -> None:
    page.goto("/events/practice/register")
    page.locator("details.more summary").click()
    stepper = page.locator("[data-stepper]").first
    number = stepper.locator("input")
    fewer, more = stepper.get_by_role("button").first, stepper.get_by_role("button").last
    expect(fewer).to_be_disabled()
    more.click()
    more.click()
    fewer.click()
    expect(number).to_have_value("1")
    number.fill(str(number.get_attribute("max")))
    expect(more).to_be_disabled()
    box = more.bounding_box()
    assert box is not None
    assert min(box["width"], box["height"]) >= 44


def test_after_an_error_the_summary_is_focused_and_leads_to_the_field(page: Page) -> None:
    page.goto("/events/practice/register")
    page.locator("main form button[type=submit]").click()
    expect(page.locator(".error-summary")).to_be_focused()
    page.locator(".error-summary a").first.click()
    assert page.evaluate("document.activeElement.id") == "name"


def test_a_chosen_session_still_shows_in_the_readers_own_colours(browser: Browser, product: Product) -> None:
    context = browser.new_context(base_url=product.base_url, forced_colors="active")
    page = context.new_page()
    page.goto("/events/practice/register")
    tick = page.locator("input[name=sessions]:enabled").first
    before = tick.evaluate("box => getComputedStyle(box).backgroundColor")
    tick.check()
    assert tick.evaluate("box => getComputedStyle(box).backgroundColor") != before
    context.close()


def test_paper_leaves_out_what_one_cannot_press(page: Page) -> None:
    page.goto("/events/yocolab-2023/timetable")
    page.emulate_media(media="print")
    for name in (".masthead-tools", ".footer", ".day-links"):
        expect(page.locator(name)).to_be_hidden()
    assert page.locator(".session-card:visible").count() == 13


def test_stars_are_remembered_on_the_device_and_lead_to_the_list(page: Page) -> None:
    page.goto("/events/practice/timetable?lang=en")
    stars = page.locator("input[type=checkbox][name=s]")
    codes = [str(stars.nth(number).get_attribute("value")) for number in (0, 1)]
    for number in (0, 1):
        stars.nth(number).check()
    page.goto("/events/practice/timetable?lang=en&q=zzz")
    page.goto("/events/practice/timetable?lang=en")
    assert [stars.nth(number).is_checked() for number in (0, 1, 2)] == [True, True, False]
    page.get_by_role("button", name="Show my list").click()
    expect(page.get_by_role("heading", name="My list")).to_be_visible()
    assert all(f"s={code}" in page.url for code in codes)
    page.locator(f"[data-remove='{codes[0]}']").click()
    page.goto("/events/practice/shortlist?lang=en")
    page.wait_for_url(f"**/shortlist?lang=en&s={codes[1]}")
    expect(page.locator("[data-remove]")).to_have_count(1)


def test_a_list_sent_by_somebody_else_is_kept_only_when_one_says_so(page: Page) -> None:
    page.goto("/events/practice/shortlist?lang=en&s=opening")
    button = page.get_by_role("button", name="Keep this list on this device")
    expect(button).to_be_visible()
    page.goto("/events/practice/shortlist?lang=en")
    expect(page.get_by_text("Nothing is on your list yet")).to_be_visible()
    page.go_back()
    button.click()
    expect(button).to_be_hidden()
    page.goto("/events/practice/shortlist?lang=en")
    page.wait_for_url("**/shortlist?lang=en&s=opening")
