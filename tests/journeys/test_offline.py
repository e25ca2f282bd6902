"""A door without a network: it decides by itself, loses nothing, and the server has each scan once in the end."""

import os
import signal
import sqlite3
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from time import monotonic, sleep
from uuid import UUID

from playwright.sync_api import Browser, BrowserContext, Error, Page, Playwright, ViewportSize, expect

from tests.journeys.camera import film
from tests.journeys.product import QUIET, Product, chromium_path
from tests.journeys.test_main_job import keep_gallery, register

PHONE = ViewportSize(width=390, height=844)
STRANGE = "HTTPS://EXAMPLE.INVALID/T/" + "Q" * 26


def test_offline_doors_decide_by_themselves_and_the_server_has_each_scan_once(
    product: Product, browser: Browser
) -> None:
    code, other = tickets(browser, product, 2)
    context = browser.new_context(locale="ja-JP", viewport=PHONE)
    page = at_the_gallery(context, product)
    ready(page)
    before = scans(product)
    context.set_offline(True)
    type_code(page, code)
    expect_verdict(page, "admitted")
    expect(page.locator(".verdict")).to_contain_text("架空 一郎")
    expect(page.locator(".verdict-source")).to_be_visible()
    expect(page.locator(".contact")).to_have_attribute("data-contact", "unreached")
    type_code(page, code)
    expect_verdict(page, "already_in")
    type_code(page, STRANGE)
    expect_verdict(page, "provisional")
    expect(page.locator(".note.is-offline")).to_be_visible()
    page.reload()
    expect(page.locator(".setup [role=status]")).to_contain_text("未送信3件")
    start(page)
    type_code(page, code)
    expect_verdict(page, "already_in")
    assert scans(product) == before
    context.set_offline(False)
    expect(page.locator(".contact")).to_have_attribute("data-contact", "reached", timeout=20_000)
    until(lambda: len(scans(product)) == len(before) + 4)
    new = [row for row in scans(product) if row not in before]
    assert sorted(verdict for _, verdict in new) == ["admitted", "already_in", "already_in", "provisional"]
    type_code(page, other)
    expect_verdict(page, "admitted")
    assert page.locator(".verdict-source").count() == 0
    context.close()


def tickets(browser: Browser, product: Product, number: int) -> list[str]:
    """Codes of so many people who have just registered for the exhibition."""
    page = browser.new_context(locale="ja-JP", viewport=PHONE, base_url=product.base_url).new_page()
    for one in range(number):
        register(page, name=("架空 一郎", "架空 二郎", "架空 三郎", "架空 四郎")[one])
    page.context.close()
    with sqlite3.connect(database(product)) as connection:
        rows = connection.execute("SELECT code FROM ticket ORDER BY id DESC LIMIT ?", (number,)).fetchall()
    return [str(code) for (code,) in reversed(rows)]


def scans(product: Product) -> list[tuple[UUID, str]]:
    """Every scan the server has, with its verdict."""
    with sqlite3.connect(database(product)) as connection:
        rows = connection.execute("SELECT id, verdict FROM scan").fetchall()
    return [(UUID(str(row[0])), row[1]) for row in rows]


def database(product: Product) -> Path:
    (found,) = product.data_dir.glob("*.sqlite3")
    return found


def at_the_gallery(context: BrowserContext, product: Product) -> Page:
    page = context.new_page()
    page.goto(f"{product.base_url}/scan/")
    address = next(address for address in product.passwords if address.startswith("dora"))
    page.locator("input[name=email]").fill(address)
    page.locator("input[name=password]").fill(product.passwords[address])
    page.locator("#sign-in button[type=submit]").click()
    page.get_by_text("展示ギャラリー").first.click()
    start(page)
    return page


def start(page: Page) -> None:
    """Without a camera, at the gate that is chosen."""
    page.locator(".setup-start .button").last.click()
    expect(page.locator(".door")).to_be_visible()
    page.locator('.tab[data-tab="type"]').click()


def ready(page: Page) -> None:
    """Until the page, and what it decides from, are on the device."""
    page.evaluate("navigator.serviceWorker.ready.then(() => null)")
    until(lambda: bool(page.evaluate(HAS_PACK)))


HAS_PACK = """() => new Promise((resolve) => {
  const asked = indexedDB.open("uketsuke-door");
  asked.onsuccess = () => {
    const got = asked.result.transaction("device").objectStore("device").get("pack");
    got.onsuccess = () => { resolve(Boolean(got.result)); asked.result.close(); };
  };
})"""


def type_code(page: Page, code: str) -> None:
    page.locator("#code").fill(code)
    page.keyboard.press("Enter")


def expect_verdict(page: Page, verdict: str) -> None:
    expect(page.locator(".verdict")).to_have_attribute("data-verdict", verdict, timeout=10_000)


def until(is_so: Callable[[], bool], *, seconds: float = 30) -> None:
    end = monotonic() + seconds
    while not is_so():
        assert monotonic() < end
        sleep(0.1)


def test_a_camera_reads_three_tickets_offline(
    product: Product, browser: Browser, with_camera: Callable[[Path], Browser], tmp_path: Path
) -> None:
    one, two = tickets(browser, product, 2)
    shown = [address(product, code) for code in (one, two, "Q" * 26)]
    camera = with_camera(film(tmp_path / "offline.mjpeg", shown, hold=2.0, gap=4.0))
    context = camera.new_context(locale="ja-JP", viewport=PHONE, permissions=["camera"])
    page = context.new_page()
    keep_gallery(page, product)
    ready(page)
    context.set_offline(True)
    before = scans(product)
    seen: set[str] = set()
    until(lambda: {"admitted", "provisional", "already_in"} <= with_verdict(page, seen), seconds=60)
    assert scans(product) == before
    context.set_offline(False)
    expect(page.locator(".contact")).to_have_attribute("data-contact", "reached", timeout=20_000)
    until(lambda: sum(verdict == "admitted" for _, verdict in set(scans(product)) - set(before)) == 2)
    assert sum(verdict == "provisional" for _, verdict in set(scans(product)) - set(before)) == 1
    context.close()


def test_a_browser_that_is_killed_right_after_a_verdict_loses_nothing(
    product: Product, browser: Browser, playwright: Playwright, tmp_path: Path
) -> None:
    codes = tickets(browser, product, 2)
    before = scans(product)
    context = persistent(playwright, tmp_path / "profile")
    page = at_the_gallery(context, product)
    ready(page)
    context.set_offline(True)
    for code in codes:
        type_code(page, code)
        expect_verdict(page, "admitted")
    kill(tmp_path / "profile")
    with suppress(Error):
        context.close()
    assert scans(product) == before
    again = persistent(playwright, tmp_path / "profile")
    page = again.new_page()
    page.goto(f"{product.base_url}/scan/")
    until(lambda: len(scans(product)) == len(before) + 2)
    assert [verdict for scan, verdict in scans(product) if (scan, verdict) not in before] == ["admitted", "admitted"]
    again.close()


def test_two_pages_of_one_device_send_each_scan_once(product: Product, browser: Browser) -> None:
    codes = tickets(browser, product, 4)
    context = browser.new_context(locale="ja-JP", viewport=PHONE)
    pages = [at_the_gallery(context, product)]
    ready(pages[0])
    pages.append(context.new_page())
    pages[1].goto(f"{product.base_url}/scan/")
    start(pages[1])
    before = scans(product)
    context.set_offline(True)
    for place, code in enumerate(codes):
        page = pages[place % 2]
        page.bring_to_front()
        type_code(page, code)
        expect_verdict(page, "admitted")
    type_code(pages[1], codes[2])
    expect_verdict(pages[1], "already_in")
    context.set_offline(False)
    until(lambda: len(scans(product)) == len(before) + 5)
    for page in pages:
        expect(page.locator(".contact")).to_have_attribute("data-contact", "reached", timeout=20_000)
        expect(page.locator(".unsent")).to_have_count(0)
    new = set(scans(product)) - set(before)
    assert sorted(verdict for _, verdict in new) == ["admitted"] * 4 + ["already_in"]
    context.close()


def test_two_doors_offline_admit_one_ticket_once_and_both_learn_of_it(product: Product, browser: Browser) -> None:
    (code,) = tickets(browser, product, 1)
    contexts = [browser.new_context(locale="ja-JP", viewport=PHONE) for _ in range(2)]
    pages = [at_the_gallery(context, product) for context in contexts]
    for page, context in zip(pages, contexts, strict=True):
        ready(page)
        context.set_offline(True)
        type_code(page, code)
        expect_verdict(page, "admitted")
        page.locator('.tab[data-tab="scan"]').click()
        page.locator('.tab[data-tab="type"]').click()
    before = scans(product)
    for context in contexts:
        context.set_offline(False)
    until(lambda: len(scans(product)) == len(before) + 2)
    new = set(scans(product)) - set(before)
    assert sorted(verdict for _, verdict in new) == ["admitted", "already_in"]
    until(lambda: any(page.locator(".idle-last .badge").count() for page in pages))
    (told,) = [page for page in pages if page.locator(".idle-last .badge").count()]
    told.set_viewport_size({"width": 320, "height": 844})
    assert told.evaluate("document.querySelector('.work').scrollWidth <= innerWidth")
    expect(told.locator(".idle-last .badge")).to_be_in_viewport(ratio=1)
    for context in contexts:
        context.close()


def address(product: Product, code: str) -> str:
    """What a ticket's picture says."""
    return f"{product.base_url.upper()}/T/{code}"


def with_verdict(page: Page, seen: set[str]) -> set[str]:
    """What was seen, and the verdict that is shown now, if any."""
    seen.add(page.locator(".verdict").get_attribute("data-verdict") or "")
    return seen


def persistent(playwright: Playwright, profile: Path) -> BrowserContext:
    """A browser whose profile stays on disk."""
    return playwright.chromium.launch_persistent_context(
        profile, executable_path=chromium_path(), args=QUIET, locale="ja-JP", viewport=PHONE
    )


def kill(profile: Path) -> None:
    """No farewell: the browser with this profile is gone at once."""
    owner = (profile / "SingletonLock").readlink().name
    os.kill(int(owner.rpartition("-")[2]), signal.SIGKILL)
