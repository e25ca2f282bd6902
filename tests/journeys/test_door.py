"""The door's page on a phone in one hand: what has to be seen is in view."""

import re
import sqlite3
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, ViewportSize, expect

from tests.journeys.product import Product, axe_faults
from tests.journeys.test_offline import database, expect_verdict, ready, type_code

PHONE = ViewportSize(width=390, height=844)
CLASS = {
    "group_name": "架空小学校", "group_grade": "4", "group_class": "2", "with-pupils": "30", "with-teachers": "2",
    "name": "架空 一郎", "email": "ichiro@example.invalid", "contact_phone": "000-0000-0000",
}  # fmt: skip
GALLERY = re.compile("ギャラリー|Gallery")


def test_a_camera_that_was_not_found_can_be_looked_for_again_once_it_is_plugged_in(
    product: Product, browser: Browser
) -> None:
    page = at_the_gallery(browser, product, "en")
    page.locator('.tab[data-tab="scan"]').click()
    again = page.get_by_role("button", name="Open the camera")
    again.click()
    expect(page.locator(".finder [role=status]").first).to_contain_text("No camera was found")
    expect(again).to_be_visible()


def test_who_has_no_camera_finds_the_other_ways_beside_the_words(product: Product, browser: Browser) -> None:
    page = at_the_gallery(browser, product, "en")
    page.locator('.tab[data-tab="scan"]').click()
    ways = page.locator(".finder-instead")
    assert in_view(ways.get_by_text("Read from a photo"), page.locator(".finder"))
    ways.get_by_role("button", name="Type").click()
    expect(page.locator("#code")).to_be_visible()
    expect(page.locator("#photo")).to_have_count(1)


@pytest.mark.parametrize("language", ["ja", "en", "ja-easy"])
def test_a_refused_walk_in_leaves_the_verdict_its_button_and_the_taps_in_view(
    product: Product, browser: Browser, language: str
) -> None:
    page = at_the_gallery(browser, product, language)
    page.locator('.tab[data-tab="walk_in"]').click()
    page.route("**/api/v1/events/*/scans", refuse)
    page.locator(".tap").first.click()
    expect(page.locator(".verdict")).to_have_attribute("data-verdict", "too_late")
    following = page.locator(".verdict-acts .button").last
    assert in_view(following, page.locator(".answer"))
    assert in_view(page.locator(".verdict-words"), page.locator(".answer"))
    assert in_view(page.locator(".tap").first, page.locator(".taps"))
    assert box(page.locator(".taps"))["height"] > 2 * box(page.locator(".tap").first)["height"]
    assert in_view(page.locator(".undo"), page.locator(".stage"))
    following.click()
    expect(page.locator(".verdict")).to_be_hidden()


@pytest.mark.parametrize("language", ["ja", "en", "ja-easy"])
def test_a_walk_in_refused_without_a_network_leaves_the_taps_and_their_undo_in_view(
    product: Product, browser: Browser, language: str
) -> None:
    page = at_the_gallery(browser, product, language)
    ready(page)
    page.context.set_offline(True)
    expect(page.locator(".note.is-offline")).to_be_visible(timeout=20_000)
    page.locator(".where").click()
    page.locator("dialog .row").last.click()
    page.locator('.tab[data-tab="walk_in"]').click()
    page.locator(".tap").first.click()
    expect(page.locator(".verdict")).to_have_attribute("data-verdict", "too_late")
    for one in (page.locator(".undo"), page.locator(".tap").first):
        assert in_view(one, page.locator(".walk-in"))
    assert in_view(page.locator(".verdict-words"), page.locator(".answer"))
    assert in_view(page.locator(".verdict-acts .button").last, page.locator(".answer"))
    page.context.close()


def test_the_times_of_what_is_on_are_in_view_without_contact_too(product: Product, browser: Browser) -> None:
    page = at_the_gallery(browser, product, "ja-easy")
    page.locator('.tab[data-tab="walk_in"]').click()
    page.route("**/api/v1/**", lambda route: route.abort())
    page.locator(".tap").first.click()
    expect(page.locator(".unsent")).to_be_visible(timeout=15_000)
    times = page.locator(".where .times")
    expect(times).to_contain_text("一日中")
    assert in_view(times, page.locator(".where"))
    assert times.evaluate("element => element.scrollWidth <= element.clientWidth + 1")


def test_after_a_reload_nothing_that_waits_is_forgotten_and_the_last_tap_can_be_undone(
    product: Product, browser: Browser
) -> None:
    page = at_the_gallery(browser, product, "ja")
    page.locator('.tab[data-tab="walk_in"]').click()
    page.route("**/api/v1/events/*/scans", lambda route: route.abort())
    page.locator(".tap").first.click()
    expect(page.locator(".unsent")).to_contain_text("未送信1件", timeout=15_000)
    page.reload()
    expect(page.locator(".setup [role=status]")).to_contain_text("未送信1件")
    start(page)
    page.locator('.tab[data-tab="walk_in"]').click()
    expect(page.locator(".tap-count").first).to_have_text("1")
    page.unroute("**/api/v1/events/*/scans")
    expect(page.locator(".contact")).to_have_attribute("data-contact", "reached", timeout=15_000)
    page.reload()
    start(page)
    page.locator('.tab[data-tab="walk_in"]').click()
    expect(page.locator(".tap-count").first).to_have_text("1", timeout=15_000)
    page.locator(".undo").click()
    expect(page.locator(".walk-in [role=status]")).to_contain_text("取り消しました")
    expect(page.locator(".tap-count").first).to_have_text("0")
    expect(page.locator(".verdict")).to_be_hidden()


@pytest.mark.parametrize("language", ["ja", "en", "ja-easy"])
def test_a_tap_pressed_long_counts_several_at_once_and_one_undo_takes_them_back(
    product: Product, browser: Browser, language: str
) -> None:
    page = at_the_gallery(browser, product, language)
    page.locator('.tab[data-tab="walk_in"]').click()
    tap, number = page.locator(".tap").first, page.locator(".tap-count").first
    before = int(number.inner_text())
    tap.click(delay=700)
    expect(page.locator(".sheet .several")).to_be_visible()
    expect(number).to_have_text(str(before))
    assert axe_faults(page) == []
    page.locator(".several .button").nth(3).click()
    expect(number).to_have_text(str(before + 5))
    expect(page.locator(".undo")).to_contain_text("+5")
    tap.click(button="right")
    page.locator("#several").fill("１２３４")
    page.keyboard.press("Enter")
    expect(page.locator("#several-said")).not_to_be_empty()
    page.locator("#several").fill("１２")
    page.keyboard.press("Enter")
    expect(number).to_have_text(str(before + 17))
    page.locator(".undo").click()
    expect(number).to_have_text(str(before + 5))
    tap.press("Enter")
    expect(number).to_have_text(str(before + 6))
    tap.click()
    expect(number).to_have_text(str(before + 7))
    page.context.close()


def test_what_a_thumb_needs_stays_in_reach(product: Product, browser: Browser) -> None:
    page = at_the_gallery(browser, product, "ja-easy")
    page.locator(".where").click()
    page.locator("dialog .switch-choice").last.click()
    expect(page.locator(".note.is-leave")).to_be_visible()
    expect(page.locator(".where")).to_be_focused()
    page.locator(".note.is-leave button").click()
    expect(page.locator(".where")).to_be_focused()
    page.locator('.tab[data-tab="walk_in"]').click()
    page.locator(".tap").first.click()
    expect(page.locator(".tap-count").first).not_to_have_text("0")
    assert in_view(page.locator(".tap").nth(2), page.locator(".taps"))
    page.locator('.tab[data-tab="count"]').click()
    assert in_view(page.locator(".count-row").nth(2), page.locator(".count-rows"))
    page.set_viewport_size({"width": 390, "height": 500})
    page.locator(".menu").click()
    page.locator(".sheet").evaluate("sheet => sheet.scrollTo(0, 130)")
    page.locator(".sheet-close").click(timeout=5_000)
    expect(page.locator(".sheet")).to_have_count(0)
    page.context.close()


@pytest.mark.parametrize("language", ["ja", "en", "ja-easy"])
def test_the_numbers_of_a_class_and_their_button_are_in_view_on_a_phone_on_its_side(
    product: Product, browser: Browser, language: str
) -> None:
    code = register_class(browser, product)
    page = at_the_gallery(browser, product, language)
    page.locator('.tab[data-tab="type"]').click()
    type_code(page, code)
    expect_verdict(page, "confirm_party")
    page.set_viewport_size({"width": 640, "height": 360})
    for one in (*page.locator(".party-row").first.locator(".step").all(), page.locator(".party-acts .is-strong")):
        expect(one).to_be_in_viewport(ratio=0.99)
    names = [one.get_attribute("aria-label") or "" for one in page.locator(".party-row .step").all()]
    assert len(names) == 4
    assert not any("（" in name for name in names), "readings are for the eye"
    assert axe_faults(page) == []
    page.locator(".party-row .step").first.click()
    page.locator(".party-acts .is-strong").click()
    expect_verdict(page, "admitted")
    type_code(page, code)
    expect_verdict(page, "confirm_party")
    expect(page.locator(".party-number").first).to_have_text("1")
    page.context.close()


@pytest.mark.parametrize("language", ["ja", "en", "ja-easy"])
def test_the_undo_of_a_tap_is_in_view_on_the_smallest_phones_without_a_network(
    product: Product, browser: Browser, language: str
) -> None:
    page = at_the_gallery(browser, product, language)
    page.locator('.tab[data-tab="walk_in"]').click()
    page.locator(".tap").first.click()
    page.context.set_offline(True)
    expect(page.locator(".note.is-offline")).to_be_visible(timeout=20_000)
    for height in (640, 568):
        page.set_viewport_size({"width": 320, "height": height})
        assert in_view(page.locator(".undo"), page.locator(".work"))
        assert in_view(page.locator(".tap").first, page.locator(".taps"))
        expect(page.locator(".menu")).to_be_in_viewport(ratio=1)
    page.context.close()


def register_class(browser: Browser, product: Product) -> str:
    """A class of 30 with 2 teachers for the exhibition; the code of its ticket."""
    page = browser.new_context(locale="ja-JP", base_url=product.base_url).new_page()
    page.goto("/events/practice/register/class?session=gallery-3")
    for name, value in CLASS.items():
        page.locator(f"[name='{name}']").fill(value)
    page.get_by_label(re.compile("同意します")).press("Space")
    page.get_by_role("button", name=re.compile("申し込んで参加票を受け取る")).press("Space")
    page.wait_for_url("**/r/**")
    page.context.close()
    with sqlite3.connect(database(product)) as connection:
        ((code,),) = connection.execute("SELECT code FROM ticket ORDER BY id DESC LIMIT 1").fetchall()
    return str(code)


def at_the_gallery(browser: Browser, product: Product, language: str, *, touched: bool = False) -> Page:
    """A phone of door staff at the gate of the exhibition that is always open; touched: without keyboard and mouse."""
    page = browser.new_context(locale="ja-JP", viewport=PHONE, is_mobile=touched, has_touch=touched).new_page()
    page.goto(f"{product.base_url}/scan/")
    address = next(address for address in product.passwords if address.startswith("dora"))
    page.locator("input[name=email]").fill(address)
    page.locator("input[name=password]").fill(product.passwords[address])
    page.locator("#sign-in button[type=submit]").click()
    expect(page.locator("input[name=gate]").first).to_be_attached()
    page.goto(f"{product.base_url}/scan/?lang={language}")
    page.locator(".row", has_text=GALLERY).first.click()
    start(page)
    return page


def start(page: Page) -> None:
    """Without a camera, at the gate that is chosen."""
    page.locator(".setup-start .button").last.click()
    expect(page.locator(".door")).to_be_visible()


def refuse(route: Route) -> None:
    """As the server does once the door is closed."""
    sent: Any = route.request.post_data_json
    window = {"from": None, "to": "2026-10-03T03:00:00Z"}
    route.fulfill(
        json={"verdicts": [{"id": scan["id"], "verdict": "too_late", "window": window} for scan in sent["scans"]]}
    )


def box(element: Locator) -> Any:
    found = element.bounding_box()
    assert found is not None
    return found


def in_view(element: Locator, frame: Locator) -> bool:
    """Whether the whole of it is within the frame that cuts it off."""
    inner, outer = box(element), box(frame)
    return bool(
        inner["x"] >= outer["x"] - 1
        and inner["y"] >= outer["y"] - 1
        and inner["x"] + inner["width"] <= outer["x"] + outer["width"] + 1
        and inner["y"] + inner["height"] <= outer["y"] + outer["height"] + 1
    )
