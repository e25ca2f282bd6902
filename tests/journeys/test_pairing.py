"""A volunteer's phone becomes a door by the code on the organiser's screen, without an account."""

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.journeys.camera import film
from tests.journeys.product import Product, axe_faults, sign_in
from tests.journeys.test_offline import HAS_PACK, PHONE, ready, until


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
    expect(phone.get_by_label("この端末の名前")).to_be_hidden()  # it has one
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


def test_the_code_is_read_from_the_organisers_screen_by_the_camera_inside_the_page(
    browser: Browser, product: Product, with_camera: Callable[[Path], Browser], tmp_path: Path
) -> None:
    desk = browser.new_context(base_url=product.base_url, locale="ja").new_page()
    sign_in(desk, product, "olga")
    code = code_at_the_hall(desk)
    camera = with_camera(film(tmp_path / "code.mjpeg", [f"{product.base_url}/scan/#pair={code}"], hold=2.0, gap=6.0))
    page = camera.new_context(base_url=product.base_url, locale="ja", viewport=PHONE, permissions=["camera"]).new_page()
    page.goto("/scan/")
    page.get_by_role("button", name="カメラで読み取る").click()
    expect(page.locator(".setup-finder .finder-video")).to_be_in_viewport(ratio=0.9)
    assert page.locator(".setup-finder .finder").evaluate("one => one.clientHeight") > 200
    expect(page.get_by_label("登録用のコード")).to_have_value(code, timeout=30_000)
    expect(page.get_by_role("button", name="この端末を登録する")).to_be_focused()
    for one in (desk, page):
        one.context.close()


def test_a_wrong_code_and_one_that_is_used_up_are_told_at_the_field(browser: Browser, product: Product) -> None:
    desk = browser.new_context(base_url=product.base_url, locale="ja").new_page()
    sign_in(desk, product, "olga")
    used = code_at_the_hall(desk)
    paired(browser, product, used).context.close()
    small = ViewportSize(width=360, height=640)
    page = browser.new_context(base_url=product.base_url, locale="en", viewport=small).new_page()
    page.goto("/scan/?lang=en")
    code, pair = page.get_by_label("Code for devices"), page.get_by_role("button", name="Pair this device")
    for typed, words in (("ABC", "eight characters"), (used, "older than 15 minutes, or used up")):
        code.fill(typed)
        pair.click()
        expect(code).to_be_focused()
        expect(code).to_have_attribute("aria-invalid", "true")
        expect(code).to_have_accessible_description(re.compile(words))
        expect(page.locator("#pairing-said")).to_be_in_viewport(ratio=1)
        assert axe_faults(page) == []
    for one in (desk, page):
        one.context.close()


def test_a_device_that_is_stopped_says_so_in_an_open_menu_and_forgets_its_list_at_once(
    browser: Browser, product: Product
) -> None:
    desk = browser.new_context(base_url=product.base_url, locale="ja").new_page()
    sign_in(desk, product, "olga")
    phone = paired(browser, product, code_at_the_hall(desk), name="止める電話")
    phone.get_by_role("button", name="カメラを使わずに始める").click()
    ready(phone)
    phone.locator(".menu").click()
    state = phone.locator(".menu-state")
    expect(state).to_contain_text("オフラインの準備ができています")
    desk.goto("/console/events/practice/devices")
    row = desk.locator("tr", has_text="止める電話")
    row.locator("summary").click()
    row.get_by_role("button", name="使用を停止する").click()
    expect(state).to_contain_text("主催者が止めました", timeout=20_000)
    expect(state).not_to_contain_text("準備")
    until(lambda: not phone.evaluate(HAS_PACK), seconds=3)
    phone.locator(".sheet-close").click()
    expect(phone.locator(".contact")).to_contain_text("停止中")
    expect(phone.get_by_role("link", name="登録し直す")).to_be_visible()
    for one in (desk, phone):
        one.context.close()


def test_the_word_that_stops_a_device_is_not_broken(browser: Browser, product: Product) -> None:
    desk = browser.new_context(base_url=product.base_url, locale="en").new_page()
    sign_in(desk, product, "olga")
    paired(browser, product, code_at_the_hall(desk, button="Show the code")).context.close()
    desk.goto("/console/events/practice/devices")
    word = desk.locator(".row-actions summary").first
    for width in (390, 1000, 1280):
        desk.set_viewport_size({"width": width, "height": 800})
        lines = """one => {
          const range = document.createRange();
          range.selectNodeContents(one.firstChild);
          return range.getClientRects().length;
        }"""
        assert word.evaluate(lines) == 1
        assert desk.evaluate("document.documentElement.scrollWidth") <= width
    desk.context.close()


def test_a_code_that_arrives_while_the_page_is_open_is_taken_too(browser: Browser, product: Product) -> None:
    desk = browser.new_context(base_url=product.base_url, locale="ja").new_page()
    sign_in(desk, product, "olga")
    code = code_at_the_hall(desk)
    phone = browser.new_context(base_url=product.base_url, locale="ja", viewport=PHONE).new_page()
    phone.goto("/scan/")
    expect(phone.get_by_label("登録用のコード")).to_have_value("")
    phone.goto(f"/scan/#pair={code}")
    expect(phone.get_by_label("登録用のコード")).to_have_value(code)
    expect(phone.locator("#pairing-install")).to_contain_text("ホーム画面に追加して使うときは、先に追加し")
    from_the_home_screen(phone)
    expect(phone.get_by_label("登録用のコード")).to_have_value(code)
    expect(phone.locator("#pairing-install")).to_have_count(0)
    for one in (desk, phone):
        one.context.close()


def test_the_language_of_the_address_stays_when_the_code_is_used(browser: Browser, product: Product) -> None:
    desk = browser.new_context(base_url=product.base_url, locale="ja").new_page()
    sign_in(desk, product, "olga")
    phone = browser.new_context(base_url=product.base_url, locale="ja", viewport=PHONE).new_page()
    phone.goto(f"/scan/?lang=en#pair={code_at_the_hall(desk)}")
    with phone.expect_response(re.compile("/display")):
        phone.get_by_role("button", name="Pair this device").click()
    expect(phone.locator("input[name=gate]")).to_have_count(1)
    phone.reload()
    expect(phone.locator("input[name=gate]")).to_have_count(1)
    expect(phone.locator("html")).to_have_attribute("lang", "en")
    for one in (desk, phone):
        one.context.close()


def from_the_home_screen(page: Page) -> None:
    """Opened again as an installed application would; this browser cannot be told to be one."""
    page.add_init_script("""const asked = window.matchMedia;
        window.matchMedia = (query) => query.includes("standalone") ? { matches: true } : asked.call(window, query);""")
    page.reload()


def code_at_the_hall(desk: Page, button: str = "コードを表示") -> str:
    """Another pairing code at the hall's entrance, for one device."""
    desk.goto("/console/events/practice/gates/mihon-city-hall/pairing")
    desk.get_by_role("button", name=button).click()
    return desk.locator(".pairing-letters").inner_text().replace("-", "")


def paired(browser: Browser, product: Product, code: str, *, name: str = "電話") -> Page:
    """A phone that the code made a scanner."""
    page = browser.new_context(base_url=product.base_url, locale="ja", viewport=PHONE).new_page()
    page.goto(f"/scan/#pair={code}")
    page.get_by_label("この端末の名前").fill(name)
    page.get_by_role("button", name="この端末を登録する").click()
    expect(page.locator("input[name=gate]")).to_have_count(1)
    return page
