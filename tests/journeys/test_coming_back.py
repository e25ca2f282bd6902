"""A page that was killed by a call or an empty battery: whoever stood at a gate goes on there with one press."""

from playwright.sync_api import Browser, expect

from tests.journeys.product import Product, axe_faults
from tests.journeys.test_offline import PHONE, at_the_gallery, ready


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
    page.evaluate("indexedDB.deleteDatabase('uketsuke-door')")
    page.reload()
    expect(page.locator(".setup-gates .row").first).to_be_visible()
    expect(page.locator(".setup-again")).to_have_count(0)
    context.close()
