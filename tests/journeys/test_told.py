"""What a screen reader is told at a door, each verdict once, and that figures take the keyboard away from nobody."""

import re
from itertools import pairwise
from typing import Any

from playwright.sync_api import Browser, Page, expect

from tests.journeys.product import Product
from tests.journeys.test_offline import PHONE, at_the_gallery, expect_verdict, ready, tickets, type_code

LISTENING = """(() => {
  const told = globalThis.told = [];
  const parts = '[aria-live], [role=status], [role=alert], output';
  const words = (part) => {
    const copy = part.cloneNode(true);
    copy.querySelectorAll('rt, rp').forEach((one) => one.remove());
    return copy.textContent.replace(/[\\s\\u200b]+/g, '');
  };
  new MutationObserver((changes) => {
    const places = changes.map(({target}) => (target.closest ? target : target.parentElement));
    const changed = new Set(places.map((place) => place?.closest(parts)));
    const came = changes.flatMap(({addedNodes}) => [...addedNodes]).filter(({nodeType}) => nodeType === 1)
      .flatMap((one) => [one, ...one.querySelectorAll('*')]).filter((one) => one.matches(parts));
    for (const part of changed) if (part?.isConnected && words(part)) told.push(words(part));
    for (const part of came) if (part.isConnected && words(part)) told.push(`new: ${words(part)}`);
  }).observe(document, {subtree: true, childList: true, characterData: true});
})()"""
"""Notes what changes in the parts of the page that are told by themselves, and which of them came with their words."""


NOT_THERE = """() => [...document.querySelectorAll('[role=status], [role=alert], [aria-live]')]
  .filter((part) => part.parentElement.checkVisibility() && getComputedStyle(part).display === 'none')
  .map((part) => `${part.parentElement.className} > ${part.className}`)"""
"""A part that only comes into the page's tree with its words is told by some screen readers and not by others."""


def told(page: Page) -> list[str]:
    """What was told since the last look."""
    found: Any = page.evaluate("told.splice(0)")
    return [str(one) for one in found]


def test_each_verdict_is_told_once_and_contact_when_it_changes(product: Product, browser: Browser) -> None:
    code, other = tickets(browser, product, 2)
    context = browser.new_context(locale="ja-JP", viewport=PHONE)
    context.add_init_script(LISTENING)
    page = at_the_gallery(context, product)
    ready(page)
    figures = "/counts"
    with page.expect_response(lambda answer: figures in answer.url):
        told(page)
    with page.expect_response(lambda answer: figures in answer.url):
        type_code(page, code)
        expect_verdict(page, "admitted")
    assert told(page) == ["入場できます架空一郎観覧者"]
    context.set_offline(True)
    expect(page.locator(".contact")).to_have_attribute("data-contact", "unreached")
    contact = told(page)
    assert contact[-1] == "未接続"
    assert all(one != then for one, then in pairwise(contact)), "an answer under way may still be heard, nothing twice"
    type_code(page, other)
    expect_verdict(page, "admitted")
    expect(page.locator(".contact .unsent")).to_be_visible()
    (words,) = told(page)
    assert words.startswith("入場できます架空二郎観覧者この端末の判定")
    with page.expect_response(lambda answer: "/scans" in answer.url):
        context.set_offline(False)
    expect(page.locator(".verdict-source")).to_have_count(0)
    assert told(page) == ["接続中"]
    context.close()


def test_who_is_counted_is_told_once_in_words_and_figures_that_come_tell_nothing(
    product: Product, browser: Browser
) -> None:
    context = browser.new_context(locale="ja-JP", viewport=PHONE)
    context.add_init_script(LISTENING)
    page = at_the_gallery(context, product)
    page.locator('.tab[data-tab="count"]').click()
    told(page)
    for _ in range(2):
        page.wait_for_event("response", lambda answer: "/counts" in answer.url)
    assert told(page) == []
    page.locator(".count-more").nth(1).press("Space")
    expect(page.locator(".counting [role=status]")).to_contain_text("観覧者")
    assert told(page) == ["観覧者1人を数えました"]
    context.close()


def test_a_room_that_was_counted_is_told_with_its_time(product: Product, browser: Browser) -> None:
    context = browser.new_context(locale="ja-JP", viewport=PHONE)
    context.add_init_script(LISTENING)
    page = at_the_gallery(context, product)
    page.locator('.tab[data-tab="count"]').click()
    page.get_by_label("在室数", exact=True).press("Space")
    told(page)
    page.locator("#room-total").fill("3")
    page.keyboard.press("Enter")
    expect(page.locator(".counting .undo")).to_contain_text("3人")
    expect(page.locator(".count-heard")).not_to_be_empty()
    (words,) = told(page)
    assert re.fullmatch(r"\d\d:\d\dに3人と記録しました", words)
    page.locator(".counting .undo").press("Space")
    expect(page.locator(".count-heard")).to_have_text("取り消しました")
    assert told(page) == ["取り消しました"]
    context.close()


def test_the_parts_that_are_told_are_there_before_their_words(product: Product, browser: Browser) -> None:
    context = browser.new_context(locale="ja-JP", viewport=PHONE)
    page = at_the_gallery(context, product)
    missing = {}
    for tab in ("scan", "type", "walk_in", "count"):
        page.locator(f'.tab[data-tab="{tab}"]').click()
        missing[tab] = page.evaluate(NOT_THERE)
    page.get_by_label("在室数", exact=True).press("Space")
    missing["room"] = page.evaluate(NOT_THERE)
    page.locator('.tab[data-tab="type"]').click()
    type_code(page, "Q" * 26)
    expect_verdict(page, "unknown")
    missing["answered"] = page.evaluate(NOT_THERE)
    assert [one for found in missing.values() for one in found] == [], missing
    context.close()


def test_of_those_who_get_a_ticket_only_the_number_that_changed_is_told(product: Product, browser: Browser) -> None:
    context = browser.new_context(locale="ja-JP", viewport=PHONE)
    context.add_init_script(LISTENING)
    page = at_the_gallery(context, product)
    page.locator('.tab[data-tab="walk_in"]').click()
    expect(page.locator(".give")).to_be_enabled(timeout=30_000)
    page.locator(".give").press("Space")
    told(page)
    page.locator(".give-sheet .step").nth(1).press("Space")
    expect(page.locator(".give-sheet output").first).to_have_text("1")
    assert told(page) == ["1"]
    context.close()


def test_a_button_among_the_notices_keeps_the_keyboard_while_figures_come(product: Product, browser: Browser) -> None:
    context = browser.new_context(locale="ja-JP", viewport=PHONE)
    page = at_the_gallery(context, product)
    page.locator(".where").click()
    page.locator("input[name=direction]").nth(1).press("Space")
    page.keyboard.press("Escape")
    button = page.locator(".note.is-leave .button")
    button.focus()
    for _ in range(2):
        page.wait_for_event("response", lambda answer: "/counts" in answer.url)
    expect(button).to_be_focused()
    button.press("Enter")
    expect(page.locator(".note.is-leave")).to_have_count(0)
    context.close()
