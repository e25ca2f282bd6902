"""A supervisor at the door admits anyway, with a reason and a PIN, with a network and without."""

import sqlite3

from playwright.sync_api import Browser, Page, expect

from tests.journeys.product import Product, sign_in
from tests.journeys.test_offline import PHONE, database, expect_verdict, ready, tickets, type_code, until

PIN = "2468"
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


def vouch(page: Page, pin: str) -> None:
    """The dialog, by its words; without a reason it says so."""
    page.get_by_role("button", name="責任者の判断で入場させる").click()
    sheet = page.get_by_role("dialog")
    sheet.get_by_role("button", name="責任者の判断で入場させる").click()
    expect(sheet.get_by_role("alert")).to_contain_text("理由を1つ選んでください")
    sheet.get_by_label("申込みの控えなどを見た").check()
    sheet.get_by_label("責任者のPIN").fill(pin)
    sheet.get_by_role("button", name="責任者の判断で入場させる").click()
    expect(sheet).to_have_count(0)


def a_supervisors_phone(browser: Browser, product: Product) -> Page:
    desk = browser.new_context(base_url=product.base_url, locale="ja").new_page()
    sign_in(desk, product, "olga")
    desk.goto("/console/events/practice/gates/mihon-city-hall/pairing")
    desk.locator("input[value=supervisor]").check(force=True)
    desk.locator("input[name=pin]").fill(PIN)
    desk.get_by_role("button", name="コードを表示").click()
    letters = desk.locator(".pairing-letters").inner_text()
    desk.context.close()
    page = browser.new_context(base_url=product.base_url, locale="ja", viewport=PHONE).new_page()
    page.goto(f"/scan/#pair={letters.replace('-', '')}")
    page.get_by_role("button", name="この端末を登録する").click()
    page.get_by_role("button", name="カメラを使わずに始める").click()
    page.locator('.tab[data-tab="type"]').click()
    return page
