"""A keyboard scanner reads while something is open on the screen: the ticket is taken, or said not to be."""

from playwright.sync_api import Browser, Page, expect

from tests.journeys.product import Product, axe_faults
from tests.journeys.test_given_tickets import give
from tests.journeys.test_offline import PHONE, at_the_gallery, expect_verdict, ready, tickets, type_code
from tests.journeys.test_supervising import PIN, a_supervisors_phone, vouch

BURST = """text => {
  for (const key of [...text, 'Enter']) {
    const stroke = new KeyboardEvent('keydown', {key, code: '', bubbles: true, cancelable: true});
    document.activeElement.dispatchEvent(stroke);
  }
}"""
"""All its strokes at once: how fast a busy machine types is not what is tried here."""


def scan(page: Page, product: Product, code: str) -> None:
    page.evaluate(BURST, f"{product.base_url}/t/{code}")


def test_a_scan_while_somebody_is_asked_how_many_closes_that_and_is_taken(product: Product, browser: Browser) -> None:
    (code,) = tickets(browser, product, 1)
    context = browser.new_context(locale="ja-JP", viewport=PHONE)
    page = at_the_gallery(context, product)
    page.locator('.tab[data-tab="walk_in"]').click()
    page.locator(".tap").first.click(button="right")
    expect(page.get_by_role("dialog")).to_be_visible()
    scan(page, product, code)
    expect_verdict(page, "admitted")
    expect(page.get_by_role("dialog")).to_have_count(0)
    context.close()


def test_a_scan_while_a_supervisor_is_asked_is_told_as_not_taken(product: Product, browser: Browser) -> None:
    code, other = tickets(browser, product, 2)
    page = a_supervisors_phone(browser, product)
    type_code(page, code)
    expect_verdict(page, "admitted")
    type_code(page, code)
    expect_verdict(page, "already_in")
    page.get_by_role("button", name="責任者判断で入場").click()
    scan(page, product, other)
    sheet = page.get_by_role("dialog")
    expect(sheet.get_by_role("alert").first).to_contain_text("いまの読み取りは数えていません")
    assert axe_faults(page) == []
    sheet.get_by_role("button", name="閉じる").click()
    vouch(page, PIN)
    expect_verdict(page, "readmitted")
    scan(page, product, other)
    expect_verdict(page, "admitted")
    page.context.close()


def test_a_scan_while_the_numbers_of_a_party_are_asked_for_is_told_as_not_taken(
    product: Product, browser: Browser
) -> None:
    (other,) = tickets(browser, product, 1)
    page = a_supervisors_phone(browser, product)
    ready(page)
    give(page, 2)
    code = page.locator(".given-code").inner_text().replace(" ", "")
    page.keyboard.press("Escape")
    for way, verdict in [(1, "left"), (0, "confirm_party")]:
        page.locator(".where").click()
        page.locator("input[name=direction]").nth(way).press("Space")
        scan(page, product, code)
        expect_verdict(page, verdict)
    scan(page, product, other)
    expect(page.locator(".party [role=alert]")).to_contain_text("いまの読み取りは数えていません")
    assert axe_faults(page) == []
    page.locator(".party-acts .is-strong").click()
    expect_verdict(page, "readmitted")
    page.context.close()
