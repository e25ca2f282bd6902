"""Typing at a door: what the field is for stays in view beside the answer; whoever types goes on where they were."""

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.journeys.product import Product, axe_faults
from tests.journeys.test_door import PHONE, at_the_gallery, box, in_view

SMALL = ViewportSize(width=320, height=640)
STRANGE = "Q" * 26
CUT = "element => [element.scrollWidth - element.clientWidth, element.scrollHeight - element.clientHeight]"


@pytest.mark.parametrize("language", ["ja", "en", "ja-easy"])
def test_beside_an_answer_the_field_keeps_its_label_and_the_photo_its_button(
    product: Product, browser: Browser, language: str
) -> None:
    page = typing(browser, product, language)
    answered(page)
    for size in (PHONE, SMALL):
        page.set_viewport_size(size)
        for part in ("label[for=code]", "#code", "label[for=photo]"):
            shown = page.locator(part)
            assert in_view(shown, page.locator(".work")), (size, part)
            assert box(shown)["width"] > 1, (size, part)
        assert box(page.locator("label[for=photo]"))["height"] >= 44
        assert in_view(page.locator(".verdict-words"), page.locator(".answer"))
        assert not overlap(page, ".verdict-words", ".verdict-acts"), size
    assert axe_faults(page) == []
    page.context.close()


def test_at_a_keyboard_the_next_code_is_typed_without_a_mouse(product: Product, browser: Browser) -> None:
    page = typing(browser, product, "en")
    answered(page)
    expect(page.locator("#code")).to_be_focused()
    page.keyboard.press("Tab")
    page.get_by_role("button", name="Next person").press("Enter")
    expect(page.locator(".verdict")).to_be_hidden()
    expect(page.locator("#code")).to_be_focused()
    page.context.close()


def test_on_a_phone_its_keyboard_makes_room_for_the_answer_and_a_reader_goes_on_there(
    product: Product, browser: Browser
) -> None:
    page = at_the_gallery(browser, product, "en", touched=True)
    page.locator('.tab[data-tab="type"]').click()
    answered(page)
    expect(page.locator(".verdict")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Next person")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".type")).to_be_focused()
    page.context.close()


def test_the_whole_name_of_the_place_is_read_on_a_narrow_screen(product: Product, browser: Browser) -> None:
    page = typing(browser, product, "ja-easy")
    page.set_viewport_size(SMALL)
    place = page.locator(".where-place")
    expect(place).to_contain_text("年")
    assert place.evaluate(CUT) == [0, 0]
    page.context.close()


def test_a_slip_stays_in_the_field_to_be_mended_and_no_answer_of_before_stays_beside_it(
    product: Product, browser: Browser
) -> None:
    page = typing(browser, product, "en")
    answered(page)
    page.locator("#code").fill("abcd efgh")
    page.keyboard.press("Enter")
    expect(page.locator(".verdict")).to_be_hidden()
    expect(page.locator("#code")).to_have_value("abcd efgh")
    expect(page.locator("#code")).to_be_focused()
    expect(page.locator("#code")).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_role("alert")).to_contain_text("this has 8")
    page.keyboard.type("x")
    expect(page.locator("#code")).to_have_value("x")
    expect(page.locator("#code-said")).to_be_empty()
    page.context.close()


def test_who_looks_for_a_name_beside_an_answer_hears_that_nobody_is_found(product: Product, browser: Browser) -> None:
    page = typing(browser, product, "en")
    answered(page)
    page.locator("details.search summary").click()
    page.locator("#sought").fill("Nobody Atall")
    page.keyboard.press("Enter")
    expect(page.locator(".search [role=status]")).to_be_visible()
    expect(page.locator(".search [role=status]")).to_contain_text("Nobody found")
    page.context.close()


def typing(browser: Browser, product: Product, language: str) -> Page:
    page = at_the_gallery(browser, product, language)
    page.locator('.tab[data-tab="type"]').click()
    return page


def answered(page: Page) -> None:
    """A code that no ticket has was typed, and refused."""
    page.locator("#code").fill(STRANGE)
    page.keyboard.press("Enter")
    expect(page.locator(".verdict")).to_have_attribute("data-verdict", "unknown")


def overlap(page: Page, one: str, other: str) -> bool:
    """Whether one hides a part of the other."""
    first, second = box(page.locator(one)), box(page.locator(other))
    return bool(first["y"] + first["height"] > second["y"] + 1)
