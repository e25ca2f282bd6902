"""A page that was killed by a call or an empty battery: whoever stood at a gate goes on there with one press."""

from playwright.sync_api import Browser, expect

from tests.journeys.product import Product, axe_faults
from tests.journeys.test_offline import PHONE, at_the_gallery, ready

FORGET = """new Promise((done) => {
  indexedDB.deleteDatabase("uketsuke-door").onsuccess = () => done(null);
})"""


def test_after_a_reload_one_press_in_view_goes_on_at_the_same_gate(product: Product, browser: Browser) -> None:
    context = browser.new_context(locale="ja-JP", viewport=PHONE)
    page = at_the_gallery(context, product)
    ready(page)
    for is_offline in (False, True):
        context.set_offline(is_offline)
        page.reload()
        again = page.get_by_role("button", name="展示ギャラリーで続ける")
        expect(again).to_be_in_viewport(ratio=1)
        assert axe_faults(page) == []
        again.click()
        expect(page.locator(".door .where-gate")).to_contain_text("展示ギャラリー")
    context.close()


def test_who_was_at_no_gate_before_is_asked_for_one(product: Product, browser: Browser) -> None:
    context = browser.new_context(locale="ja-JP", viewport=PHONE)
    page = at_the_gallery(context, product)
    page.goto(f"{product.base_url}/healthz")  # an open door keeps what it is, whatever happens to its disk
    page.evaluate(FORGET)
    page.goto(f"{product.base_url}/scan/")
    expect(page.locator(".setup-gates .row").first).to_be_visible()
    expect(page.locator(".setup-again")).to_have_count(0)
    context.close()


def test_another_day_that_somebody_chose_stays_chosen_over_a_reload(product: Product, browser: Browser) -> None:
    context = browser.new_context(locale="ja-JP", viewport=PHONE)
    page = at_the_gallery(context, product)
    ready(page)
    page.locator(".where").click()
    other = page.locator(".sheet .row:not([aria-current])").first
    when = other.locator(".times").inner_text()
    other.click()
    expect(page.locator(".bar .times")).to_have_text(when)
    for is_offline in (False, True):
        context.set_offline(is_offline)
        page.reload()
        expect(page.locator(".setup-gates .row", has_text="展示ギャラリー").locator(".times")).to_have_text(when)
        page.get_by_role("button", name="展示ギャラリーで続ける").click()
        expect(page.locator(".bar .times")).to_have_text(when)
        expect(page.locator(".is-now")).to_have_count(0)
    context.close()
