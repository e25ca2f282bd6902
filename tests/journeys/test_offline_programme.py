"""The programme in a full hall: read without a network, told how old it is, and fresh again once there is one."""

import json
import sqlite3
from collections.abc import Iterator
from time import monotonic, sleep

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Page, ViewportSize, expect

from tests.journeys.network import Network, State, network_to
from tests.journeys.product import Product, axe_faults, running, sign_in
from tests.journeys.test_offline import until

PHONE = ViewportSize(width=390, height=844)
TIMETABLE = "/events/practice/timetable"
SESSION = "/events/practice/sessions/first-robot"
NOTE = ".copy-note"
KEPT = """async () => {
  const found = {};
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    const list = await cache.match("/events/practice/offline.json");
    if (list) found[(await list.json()).version] = (await cache.keys()).map((one) => new URL(one.url).pathname);
  }
  return found;
}"""
WAITING = """() => navigator.serviceWorker.getRegistration("/events/practice/").then((one) => Boolean(one?.waiting))"""


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """A demonstration of its own: here its programme is released anew, and its event closed."""
    with running(tmp_path_factory.mktemp("offline-programme")) as it:
        yield it


@pytest.fixture
def network(alone: Product) -> Iterator[Network]:
    with network_to(alone.base_url) as it:
        yield it


@pytest.fixture
def context(browser: Browser, network: Network) -> Iterator[BrowserContext]:
    context = browser.new_context(base_url=network.base_url, locale="en", viewport=PHONE)
    yield context
    context.close()


def test_what_was_visited_once_is_read_without_a_network(context: BrowserContext, network: Network) -> None:
    page = visited(context)
    (kept,) = page.evaluate(KEPT).values()
    assert [one for one in kept if not one.startswith(("/events/practice/", "/static/"))] == []
    assert [one for one in kept if "register" in one or "embed" in one] == []

    network.become(State.CUT)
    page.goto("/events/practice/")
    page.get_by_role("link", name="Timetable").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Timetable")
    expect(page.get_by_role("status").first).to_contain_text("Without a network: this is the programme as of")
    expect(page.locator(NOTE)).to_contain_text("That is a moment ago.")
    assert page.locator(f"{NOTE} time").inner_text().count(":") == 1
    assert page.evaluate("document.styleSheets.length > 0 && document.styleSheets[0].cssRules.length > 100")
    assert axe_faults(page) == []
    page.locator(f'.session-card a[href="{SESSION}"]').first.click()
    page.wait_for_url(f"**{SESSION}")
    expect(page.locator(NOTE)).to_be_visible()
    page.goto("/events/practice/venues/mihon-city-hall")
    expect(page.locator(NOTE)).to_be_visible()
    page.goto(f"{TIMETABLE}?q=robot")
    expect(page.locator(NOTE)).to_contain_text("Searching needs a network: all sessions are shown.")

    network.become(State.THERE)
    page.locator(NOTE).get_by_role("link", name="Load again").click()
    expect(page.locator(NOTE)).to_be_hidden()
    assert f"GET {TIMETABLE}?q=robot HTTP/1.1" in network.asked


def test_pages_that_are_not_in_the_copy_say_so_and_private_ones_are_not_touched(
    context: BrowserContext, network: Network
) -> None:
    page = visited(context)
    page.goto("/r/" + "x" * 26)
    page.goto("/events/practice/register")
    network.become(State.CUT)
    for path in ("/events/practice/register", "/events/practice/find", "/events/practice/sessions/no-such-session"):
        page.goto(path)
        expect(page.get_by_role("heading", level=1)).to_have_text("There is no network")
        expect(page.locator("main")).to_contain_text("Registering, searching and changing a registration need")
    assert axe_faults(page) == []
    narrow(page)
    for path in ("/r/" + "x" * 26, "/sign-in", "/", "/events/practice/embed", "/events/practice/data/programme.json"):
        with pytest.raises(Error, match="ERR_"):
            page.goto(path)
        page.wait_for_timeout(300)
    network.become(State.THERE)
    page.goto("/events/practice/register")
    expect(page.locator("form button[type=submit]").last).to_be_visible()
    (kept,) = page.evaluate(KEPT).values()
    assert "/events/practice/register" not in kept


@pytest.mark.parametrize("state", [State.SILENT, State.HALTING])
def test_a_network_that_hangs_is_waited_for_three_seconds(
    context: BrowserContext, network: Network, state: State
) -> None:
    """Before it answers, or in the middle of a page that the browser has not seen yet."""
    page = visited(context)
    network.become(state)
    began = monotonic()
    page.goto(f"{TIMETABLE}?q=robot")
    expect(page.locator(NOTE)).to_be_visible()
    assert monotonic() - began >= 3
    narrow(page)


def test_the_list_of_stars_is_made_on_the_device(context: BrowserContext, network: Network) -> None:
    page = visited(context)
    network.become(State.CUT)
    page.goto(TIMETABLE)
    for code in ("first-robot", "opening"):
        page.locator(f"input[name=s][value={code}]").press("Space")
    page.get_by_role("button", name="Show my list").click()
    page.wait_for_url("**/shortlist?**")
    expect(page.get_by_role("heading", level=1)).to_have_text("My list")
    expect(page.locator("[data-code]:visible")).to_have_count(2)
    expect(page.locator(NOTE)).to_be_visible()
    assert axe_faults(page) == []
    page.locator(f'a[href="{SESSION}"]').click()
    page.wait_for_url(f"**{SESSION}")
    expect(page.locator(NOTE)).to_be_visible()


def test_the_browsers_own_word_that_it_is_offline_shows_it_too(context: BrowserContext) -> None:
    page = visited(context)
    context.set_offline(True)
    page.goto(SESSION)
    expect(page.locator(NOTE)).to_be_visible()
    context.set_offline(False)
    page.reload()
    expect(page.locator(NOTE)).to_be_hidden()


def test_who_saves_data_gets_no_copy(context: BrowserContext, network: Network) -> None:
    context.add_init_script("Object.defineProperty(navigator, 'connection', {value: {saveData: true}})")
    page = context.new_page()
    page.goto(TIMETABLE)
    page.wait_for_timeout(4000)
    assert page.evaluate("navigator.serviceWorker.getRegistrations().then((all) => all.length)") == 0
    assert [one for one in network.asked if "offline" in one] == []


def test_the_copy_speaks_the_readers_language_and_can_be_thrown_away(context: BrowserContext, network: Network) -> None:
    page = visited(context)
    page.goto(f"/display?lang=ja-easy&size=largest&to={TIMETABLE}")
    renewed(page, version_on(page))
    network.become(State.CUT)
    page.goto(SESSION)
    expect(page.locator(NOTE)).to_contain_text("インターネットに つながりません。")
    expect(page.locator("html")).to_have_attribute("data-size", "largest")
    narrow(page)
    network.become(State.THERE)
    page.goto("/display?lang=en&to=/on-this-device")
    expect(page.get_by_text("A copy is on this device.")).to_be_visible()
    assert axe_faults(page) == []
    throw_away(page)
    assert page.evaluate("caches.keys()") == []
    network.become(State.CUT)
    with pytest.raises(Error, match="ERR_"):
        page.goto(TIMETABLE)


@pytest.mark.parametrize("late", ["offline.json", SESSION])
def test_a_copy_thrown_away_while_written_stays_away(context: BrowserContext, network: Network, late: str) -> None:
    """Both a newer copy and a page of this one may be under way when it goes."""
    page = visited(context)
    network.asked.clear()
    with network.holding(late):
        page.goto(SESSION if late == SESSION else f"/display?lang=ja&to={TIMETABLE}", wait_until="commit")
        asked_for(network, late)
        other = context.new_page()
        other.goto("/on-this-device?lang=en")
        throw_away(other)
    other.wait_for_timeout(1000)
    assert other.evaluate("caches.keys()") == []


def test_a_new_worker_takes_over_when_the_event_is_left_and_clears_up_after_the_old(
    context: BrowserContext, network: Network
) -> None:
    """Until then the old one answers: to end it while it does could leave its reader without the page."""
    network.changes = {b"max-age=600": b"max-age=000"}
    page = visited(context)
    before = page.evaluate("caches.keys()")
    network.changes = {**network.changes, b"}1/`": b"}2/`"}
    page.goto(TIMETABLE)
    until(lambda: bool(page.evaluate(WAITING)))
    page.goto(SESSION)
    assert page.evaluate(WAITING)
    assert page.evaluate("caches.keys()") == before
    page.goto("/on-this-device")
    until(lambda: page.evaluate("caches.keys()") == [])
    page.goto(TIMETABLE)
    renewed(page, version_on(page))
    (name,) = page.evaluate("caches.keys()")
    assert name.startswith("uketsuke-programme/2/")
    network.become(State.CUT)
    page.goto(SESSION)
    expect(page.locator(NOTE)).to_be_visible()


def test_a_new_release_makes_a_new_copy_and_a_closed_event_leaves_none(
    context: BrowserContext, network: Network, alone: Product, browser: Browser
) -> None:
    page = visited(context)
    before = version_on(page)
    olga = browser.new_context(locale="en", base_url=alone.base_url).new_page()
    sign_in(olga, alone, "olga", to="/console/events/practice/programme/sessions/first-robot")
    olga.locator("[name=title-en]").fill("My second robot")
    olga.locator("main form button[type=submit]").first.click()
    olga.goto("/console/events/practice/releases")
    olga.get_by_role("button", name="Release").last.click()
    page.goto(TIMETABLE)
    after = version_on(page)
    assert after != before
    renewed(page, after)
    network.become(State.CUT)
    page.goto(SESSION)
    expect(page.get_by_role("heading", level=1)).to_have_text("My second robot")
    expect(page.locator(NOTE)).to_be_visible()

    network.become(State.THERE)
    (database,) = alone.data_dir.glob("*.sqlite3")
    with sqlite3.connect(database) as connection:
        connection.execute("UPDATE event SET status = 'closed' WHERE slug = 'practice'")
    page.goto(TIMETABLE)
    end = monotonic() + 20
    while page.evaluate("navigator.serviceWorker.getRegistrations().then((all) => all.length)") or page.evaluate(KEPT):
        assert monotonic() < end
        sleep(0.2)


def visited(context: BrowserContext) -> Page:
    """After one visit, when the copy is there."""
    page = context.new_page()
    page.goto("/events/practice/")
    renewed(page, version_on(page))
    return page


def throw_away(page: Page) -> None:
    """By the button of the page that says what is kept; its word is in the page from the start, but not shown."""
    button = page.get_by_role("button", name="Throw the copy away")
    button.press("Enter")
    expect(page.get_by_text("The copy is gone.")).to_be_visible()
    expect(button).to_be_hidden()


def asked_for(network: Network, path: str) -> None:
    end = monotonic() + 20
    while not any(path in line for line in network.asked):
        assert monotonic() < end
        sleep(0.1)


def version_on(page: Page) -> str:
    return page.locator("[data-copy]").get_attribute("data-copy") or ""


def renewed(page: Page, version: str) -> None:
    """Until the copy is of this version, and no other is left."""
    end = monotonic() + 40
    while list(page.evaluate(KEPT)) != [version]:
        assert monotonic() < end, json.dumps(page.evaluate(KEPT))
        sleep(0.2)


def narrow(page: Page) -> None:
    """Nothing scrolls sideways on the narrowest screen."""
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.set_viewport_size(PHONE)
