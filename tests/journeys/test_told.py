"""What a screen reader is told at a door, each verdict once, and that figures take the keyboard away from nobody."""

from itertools import pairwise
from typing import Any

from playwright.sync_api import Browser, Page, expect

from tests.journeys.product import Product
from tests.journeys.test_offline import PHONE, at_the_gallery, expect_verdict, ready, tickets, type_code

LISTENING = """(() => {
  const told = globalThis.told = [];
  const parts = '[aria-live], [role=status], [role=alert]';
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
