"""A lost phone and a wrong clock: what was done is kept, nobody's name is, and the door says what is the matter."""

import json
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request, expect

from tests.journeys.product import Product, axe_faults, sign_in
from tests.journeys.test_offline import (
    PHONE,
    at_the_gallery,
    database,
    expect_verdict,
    ready,
    start,
    tickets,
    type_code,
    until,
)
from tests.journeys.test_supervising import a_code, a_supervisors_phone

ASKED = "消去の指示待ち"
DAY_AHEAD = """globalThis.Date = class extends Date {
  constructor(...given) { given.length ? super(...given) : super(Date.now()); }
  static now() { return super.now() + Number(localStorage.ahead ?? 0); }
};"""
KEPT = """() => new Promise((resolve) => {
  const asked = indexedDB.open("uketsuke-door");
  asked.onsuccess = () => {
    const got = asked.result.transaction("device").objectStore("device").getAllKeys();
    got.onsuccess = () => { resolve(got.result); asked.result.close(); };
  };
})"""


def test_a_device_that_is_stopped_and_wiped_sends_what_it_has_and_forgets_everything(
    product: Product, browser: Browser
) -> None:
    (code,) = tickets(browser, product, 1)
    page = a_supervisors_phone(browser, product)
    ready(page)
    page.context.set_offline(True)
    type_code(page, code)
    expect_verdict(page, "admitted")
    desk = browser.new_context(base_url=product.base_url, locale="ja").new_page()
    stop_the_newest(desk, product)
    expect(desk.get_by_text(ASKED)).to_have_count(1)
    page.context.set_offline(False)
    expect(page.locator(".note").first).to_contain_text("主催者に新しいコードを見せてもらい", timeout=20_000)
    assert axe_faults(page) == []
    expect(page.get_by_label("登録用のコード")).to_be_visible(timeout=45_000)
    assert page.evaluate(KEPT) == []
    assert page.get_by_text("架空 一郎").count() == 0
    desk.reload()
    expect(desk.get_by_text(ASKED)).to_have_count(0)
    until(lambda: kept_apart(product) == [("scan",)])
    for one in (page, desk):
        one.context.close()


def test_a_clock_a_day_ahead_is_said_and_with_a_network_the_right_place_is_offered_at_once(
    product: Product, browser: Browser
) -> None:
    (code,) = tickets(browser, product, 1)
    context = browser.new_context(locale="ja-JP", viewport=PHONE)
    context.add_init_script(DAY_AHEAD)
    until_nothing_is_asked = asking(context)
    page = at_the_gallery(context, product)
    ready(page)
    context.set_offline(True)
    expect(page.locator(".contact")).to_have_attribute("data-contact", "unreached", timeout=20_000)
    until_nothing_is_asked()  # an answer that is on its way still would tell the time
    page.evaluate("localStorage.ahead = 26 * 3600e3")
    type_code(page, code)
    expect_verdict(page, "too_late")
    expect(page.locator(".verdict-facts")).to_contain_text(
        "として判定しました。違うときは、この端末の時刻を合わせてください"
    )
    assert axe_faults(page) == []
    page.reload()
    start(page)
    expect(page.locator(".contact")).to_have_attribute("data-contact", "unreached", timeout=20_000)
    expect(page.locator(".note.is-now")).to_have_count(0)
    context.set_offline(False)
    expect(page.locator(".note.is-now")).to_be_visible(timeout=20_000)
    context.close()


def test_scans_made_before_the_clock_was_set_right_are_kept_at_the_time_at_which_they_were_made(
    product: Product, browser: Browser
) -> None:
    (code,) = tickets(browser, product, 1)
    context = browser.new_context(locale="ja-JP", viewport=PHONE)
    context.add_init_script(DAY_AHEAD)
    context.add_init_script("localStorage.ahead ??= -3 * 3600e3")
    page = at_the_gallery(context, product)
    ready(page)
    before = datetime.now(UTC) - timedelta(seconds=5)
    context.set_offline(True)
    type_code(page, code)
    expect_verdict(page, "admitted")
    page.evaluate("localStorage.ahead = 0")
    page.reload()
    start(page)
    context.set_offline(False)
    until(lambda: bool(times_of(product, code)))
    (at,) = times_of(product, code)
    assert before < at < datetime.now(UTC)
    context.close()


def test_scans_of_a_device_whose_time_is_over_can_be_saved_and_go_out_when_it_keeps_a_door_again(
    product: Product, browser: Browser
) -> None:
    (code,) = tickets(browser, product, 1)
    page = a_supervisors_phone(browser, product)
    ready(page)
    page.context.set_offline(True)
    type_code(page, code)
    expect_verdict(page, "admitted")
    with sqlite3.connect(database(product)) as connection:
        connection.execute("UPDATE device SET expires_at = '2020-01-01' WHERE id = (SELECT max(id) FROM device)")
        ((device,),) = connection.execute("SELECT uuid FROM device ORDER BY id DESC LIMIT 1").fetchall()
    page.context.set_offline(False)
    page.reload()
    expect(page.get_by_label("登録用のコード")).to_be_visible()
    expect(page.locator(".setup [role=status]").first).to_contain_text("未送信1件")
    assert axe_faults(page) == []
    page.reload()
    with page.expect_download() as saved:
        page.get_by_role("button", name="未送信の読み取りをファイルに保存").click()
    kept = json.loads(Path(saved.value.path()).read_text())
    assert (kept["event"], UUID(kept["device"])) == ("practice", UUID(device))
    assert [(one["code"], one["shown"]) for one in kept["scans"]] == [(code, "admitted")]
    assert times_of(product, code) == []
    page.get_by_label("登録用のコード").fill(a_code(browser, product))
    page.get_by_role("button", name="この端末を登録する").click()
    page.get_by_role("button", name="カメラを使わずに始める").click()
    until(lambda: len(times_of(product, code)) == 1)
    page.context.close()


@pytest.mark.parametrize("language", ["ja", "en", "ja-easy"])
def test_that_a_device_is_stopped_is_read_to_its_end_beside_an_answer(
    product: Product, browser: Browser, language: str
) -> None:
    page = a_supervisors_phone(browser, product)
    page.locator(".menu").click()
    page.locator(f'.sheet input[value="{language}"]').check(force=True)
    page.keyboard.press("Escape")
    refusal = {"status": 401, "content_type": "application/problem+json", "body": "{}"}
    page.route("**/api/v1/**", lambda route: route.fulfill(**refusal))
    expect(page.locator(".note.is-stopped")).to_be_visible(timeout=20_000)
    type_code(page, "BEGIN:VCARD")
    expect_verdict(page, "unreadable")
    for width, height in ((360, 640), (390, 844), (640, 360)):
        page.set_viewport_size({"width": width, "height": height})
        notes = page.locator(".notes")
        assert notes.evaluate("element => element.scrollHeight <= element.clientHeight + 1"), (width, height)
        expect(page.locator(".note.is-stopped a")).to_be_in_viewport(ratio=1)
        expect(page.locator(".verdict-words")).to_be_in_viewport(ratio=1)
    page.context.close()


def asking(context: BrowserContext) -> Callable[[], None]:
    """Waits, once it is called, until what its pages ask from now on is answered or has failed."""
    asked: set[Request] = set()

    def begun(one: Request) -> None:
        asked.add(one)

    def ended(one: Request) -> None:
        asked.discard(one)

    context.on("request", begun)
    context.on("requestfinished", ended)
    context.on("requestfailed", ended)

    def until_nothing_is_asked() -> None:
        while asked:
            context.pages[0].wait_for_timeout(50)

    return until_nothing_is_asked


def times_of(product: Product, code: str) -> list[datetime]:
    """When this ticket was scanned, by our clock."""
    asked = "SELECT scan.at FROM scan JOIN ticket ON ticket_id = ticket.id WHERE code = ?"
    with sqlite3.connect(database(product)) as connection:
        rows = connection.execute(asked, (code,)).fetchall()
    return [datetime.fromisoformat(at).replace(tzinfo=UTC) for (at,) in rows]


def stop_the_newest(desk: Page, product: Product) -> None:
    """The device that was paired last is stopped, and told to forget everything."""
    with sqlite3.connect(database(product)) as connection:
        ((device,),) = connection.execute("SELECT uuid FROM device ORDER BY id DESC LIMIT 1").fetchall()
    sign_in(desk, product, "olga", to="/console/events/practice/devices")
    form = desk.locator(f"form[action$='{UUID(device)}/wipe']")
    desk.locator("details.more").filter(has=form).locator("summary").click()
    form.locator("button").click()


def kept_apart(product: Product) -> list[tuple[str]]:
    """What of the newest device's scans wait for the organiser."""
    with sqlite3.connect(database(product)) as connection:
        return connection.execute(
            """SELECT act FROM scan JOIN conflict ON scan_id = scan.id AND kind = 'quarantined'
            WHERE device_id = (SELECT max(id) FROM device)"""
        ).fetchall()
