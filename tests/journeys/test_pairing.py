"""A volunteer's phone becomes a door by the code on the organiser's screen, without an account."""

from playwright.sync_api import Browser, expect

from tests.journeys.product import Product, sign_in


def test_a_phone_pairs_by_the_code_and_stays_at_its_gate(browser: Browser, product: Product) -> None:
    desk = browser.new_context(base_url=product.base_url, locale="ja").new_page()
    sign_in(desk, product, "olga")
    desk.goto("/console/events/practice/gates/mihon-city-hall/pairing")
    desk.get_by_role("button", name="コードを表示").click()
    code = desk.locator(".pairing-letters").inner_text()
    phone = browser.new_context(
        base_url=product.base_url, locale="ja", viewport={"width": 390, "height": 800}
    ).new_page()
    phone.goto(f"/scan/#pair={code.replace('-', '')}")
    expect(phone.get_by_label("登録用のコード")).to_have_value(code.replace("-", ""))
    phone.get_by_label("この端末の名前").fill("入口の電話")
    phone.get_by_role("button", name="この端末を登録する").click()
    expect(phone.locator("input[name=gate]")).to_have_count(1)
    assert "#" not in phone.url
    phone.get_by_role("button", name="カメラを使わずに始める").click()
    expect(phone.get_by_text("接続中")).to_be_visible()
    phone.reload()
    expect(phone.locator("input[name=gate]")).to_have_count(1)
    again = browser.new_context(base_url=product.base_url, locale="ja").new_page()
    again.goto("/scan/")
    again.get_by_label("登録用のコード").fill(code)
    again.get_by_role("button", name="この端末を登録する").click()
    expect(again.get_by_role("alert").filter(has_text="新しいコード")).to_be_visible()
    desk.goto("/console/events/practice/devices")
    expect(desk.get_by_text("入口の電話").first).to_be_visible()
    for page in (desk, phone, again):
        page.context.close()
