"""A supervisor at the door admits anyway, with a reason and a PIN, offline too, and finds people by name."""

import sqlite3

from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.journeys.product import Product, axe_faults, sign_in
from tests.journeys.test_main_job import register
from tests.journeys.test_offline import PHONE, database, expect_verdict, ready, tickets, type_code, until

PIN = "2468"
SMALL = ViewportSize(width=360, height=640)
KEPT = """() => new Promise((resolve) => {
  const asked = indexedDB.open("uketsuke-door");
  asked.onsuccess = () => {
    const got = asked.result.transaction("queue").objectStore("queue").getAll();
    got.onsuccess = () => { resolve(JSON.stringify(got.result)); asked.result.close(); };
  };
})"""


def test_a_supervisor_admits_anyway_with_a_reason_and_the_pin(product: Product, browser: Browser) -> None:
    (code,) = tickets(browser, product, 1)
    page = a_supervisors_phone(browser, product)
    type_code(page, code)
    expect_verdict(page, "admitted")
    type_code(page, code)
    expect_verdict(page, "already_in")
    vouch(page, "1357")
    expect(page.locator(".verdict")).to_contain_text("PINが確認できませんでした")
    vouch(page, PIN)
    expect_verdict(page, "readmitted")
    ready(page)
    page.context.set_offline(True)
    type_code(page, code)
    expect_verdict(page, "already_in")
    vouch(page, PIN)
    expect_verdict(page, "readmitted")
    kept = page.evaluate(KEPT)
    assert "proof_shown" in kept
    assert PIN not in kept
    page.context.set_offline(False)
    until(lambda: page.evaluate(KEPT) == "[]")
    with sqlite3.connect(database(product)) as connection:
        kinds = connection.execute(
            "SELECT kind FROM conflict JOIN ticket ON ticket.id = conflict.ticket_id WHERE ticket.code = ?", (code,)
        ).fetchall()
    assert [kind for (kind,) in kinds] == ["override", "double_admission"]
    page.context.close()


def test_somebody_without_a_ticket_at_hand_is_found_by_name(product: Product, browser: Browser) -> None:
    phone = browser.new_context(locale="ja-JP", viewport=PHONE, base_url=product.base_url).new_page()
    register(phone, name="架空 七郎")
    phone.context.close()
    page = a_supervisors_phone(browser, product)
    page.locator("details.search summary").click()
    page.locator("#sought").fill("架空 しちろう？")
    page.keyboard.press("Enter")
    expect(page.locator(".search [role=status]")).to_contain_text("見つかりません")
    expect(page.locator(".search [role=status]")).to_be_in_viewport(ratio=1)
    page.locator("#sought").fill("七郎 架空")
    page.keyboard.press("Enter")
    expect(page.locator(".search .row", has_text="架空 七郎")).to_be_in_viewport(ratio=1)
    assert axe_faults(page) == []
    page.locator(".search .row", has_text="架空 七郎").click()
    expect_verdict(page, "admitted")
    expect(page.locator(".verdict")).to_be_in_viewport(ratio=0.9)
    expect(page.locator(".search .row")).to_have_count(0)
    assert "七郎" not in page.evaluate(EVERYTHING_KEPT)
    page.context.close()


def test_who_is_looked_for_after_a_ticket_that_was_turned_away_is_found_in_view(
    product: Product, browser: Browser
) -> None:
    phone = browser.new_context(locale="ja-JP", viewport=PHONE, base_url=product.base_url).new_page()
    register(phone, name="架空 九郎")
    phone.context.close()
    page = a_supervisors_phone(browser, product)
    type_code(page, "Q" * 26)
    expect_verdict(page, "unknown")
    page.locator("details.search summary").click()
    expect(page.locator(".verdict")).to_be_hidden()
    page.locator("#sought").fill("架空 九郎")
    page.keyboard.press("Enter")
    expect(page.locator(".search .row", has_text="架空 九郎")).to_be_visible()
    expect(page.locator(".search [role=status]")).to_be_in_viewport(ratio=1)
    expect(page.locator(".search .row").first).to_be_in_viewport(ratio=1)
    page.context.close()


def test_a_name_that_is_typed_where_a_code_belongs_is_looked_for(product: Product, browser: Browser) -> None:
    phone = browser.new_context(locale="ja-JP", viewport=PHONE, base_url=product.base_url).new_page()
    register(phone, name="架空 八重")
    phone.context.close()
    page = a_supervisors_phone(browser, product)
    page.set_viewport_size(SMALL)
    type_code(page, "Q" * 26)
    expect_verdict(page, "unknown")
    type_code(page, "八重")
    expect(page.locator(".verdict")).to_be_hidden()
    expect(page.locator(".search .row", has_text="架空 八重")).to_be_in_viewport(ratio=1)
    expect(page.locator("#code")).to_have_value("")
    expect(page.locator("#sought")).to_have_value("八重")
    assert axe_faults(page) == []
    page.locator(".search .row", has_text="架空 八重").click()
    expect_verdict(page, "admitted")
    page.context.close()


def test_names_are_found_without_a_network_from_memory_alone(product: Product, browser: Browser) -> None:
    phone = browser.new_context(locale="ja-JP", viewport=PHONE, base_url=product.base_url).new_page()
    register(phone, name="架空 見晴")
    phone.context.close()
    page = a_supervisors_phone(browser, product, names=True)
    ready(page)
    page.context.set_offline(True)
    page.locator("details.search summary").click()
    page.locator("#sought").fill("見晴 架空")
    page.keyboard.press("Enter")
    page.locator(".search .row", has_text="架空 見晴").last.click()
    expect_verdict(page, "admitted")
    assert "見晴" not in page.evaluate(EVERYTHING_KEPT)
    page.reload()
    page.get_by_role("button", name="カメラを使わずに始める").click()
    page.locator('.tab[data-tab="type"]').click()
    page.locator("details.search summary").click()
    page.locator("#sought").fill("見晴 架空")
    page.keyboard.press("Enter")
    expect(page.locator(".search [role=status]")).to_contain_text("いまは検索できません")
    expect(page.locator(".search [role=status]")).to_be_in_viewport(ratio=1)
    page.context.close()


EVERYTHING_KEPT = """async () => {
  const asked = indexedDB.open("uketsuke-door");
  const database = await new Promise((resolve) => { asked.onsuccess = () => resolve(asked.result); });
  const told = [JSON.stringify({ ...localStorage }), JSON.stringify({ ...sessionStorage })];
  for (const name of database.objectStoreNames) {
    const got = database.transaction(name).objectStore(name).getAll();
    told.push(JSON.stringify(await new Promise((resolve) => { got.onsuccess = () => resolve(got.result); })));
  }
  database.close();
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) {
      if (!/searches|scans|names/.test(request.url)) continue;
      told.push(request.url, await (await cache.match(request)).text(), "一郎");
    }
  }
  return told.join();
}"""


def vouch(page: Page, pin: str) -> None:
    """The dialog, by its words; without a reason it says so."""
    page.get_by_role("button", name="責任者判断で入場").click()
    sheet = page.get_by_role("dialog")
    sheet.get_by_role("button", name="責任者判断で入場").click()
    page.set_viewport_size(SMALL)
    expect(sheet.locator("#vouch-said")).to_contain_text("理由を1つ選んでください")
    expect(sheet.locator("#vouch-said")).to_be_in_viewport(ratio=1)
    assert axe_faults(page) == []
    page.set_viewport_size(PHONE)
    sheet.get_by_label("申込みの控えなどを見た").check()
    sheet.get_by_label("責任者のPIN").fill(pin)
    sheet.get_by_role("button", name="責任者判断で入場").click()
    expect(sheet).to_have_count(0)


def a_supervisors_phone(browser: Browser, product: Product, *, names: bool = False) -> Page:
    page = browser.new_context(base_url=product.base_url, locale="ja", viewport=PHONE).new_page()
    page.goto(f"/scan/#pair={a_code(browser, product, names=names)}")
    page.get_by_role("button", name="この端末を登録する").click()
    page.get_by_role("button", name="カメラを使わずに始める").click()
    page.locator('.tab[data-tab="type"]').click()
    return page


def a_code(browser: Browser, product: Product, *, names: bool = False) -> str:
    """What the organiser shows to pair a supervisor's device."""
    desk = browser.new_context(base_url=product.base_url, locale="ja").new_page()
    sign_in(desk, product, "olga")
    desk.goto("/console/events/practice/gates/mihon-city-hall/pairing")
    desk.locator("input[value=supervisor]").check(force=True)
    desk.locator("input[name=pin]").fill(PIN)
    desk.locator("input[name=names]").set_checked(names, force=True)
    desk.get_by_role("button", name="コードを表示").click()
    letters = desk.locator(".pairing-letters").inner_text()
    desk.context.close()
    return letters.replace("-", "")
