"""A booked session is moved on the board and released, with the keyboard alone; the letter has the new time."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import Mailbox
from tests.journeys.keys import Keys
from tests.journeys.product import Product, axe_faults, running, sign_in

ADDRESS = "release@example.invalid"


@pytest.fixture
def alone(mailbox: Mailbox, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """A demonstration of its own: other journeys go by the practice event's times."""
    with running(tmp_path_factory.mktemp("alone"), UKETSUKE_MAIL_URL=f"smtp+plain://127.0.0.1:{mailbox.port}") as it:
        yield it


def test_a_session_moved_on_the_board_is_released_by_keyboard_and_told_by_letter(
    alone: Product, browser: Browser, mailbox: Mailbox
) -> None:
    product = alone
    booked = register(browser.new_context(locale="en", base_url=product.base_url).new_page())
    confirmed = mailbox.letter_to(ADDRESS)

    page = browser.new_context(locale="en", base_url=product.base_url).new_page()
    sign_in(page, product, "olga", to="/console/events/practice/programme/board")
    clock = move_by_keyboard(page, booked)
    page.goto("/console/events/practice/releases")
    expect(page.locator(".change-list")).to_contain_text("Time changed")
    expect(page.locator(".change-list")).to_contain_text(clock)
    assert axe_faults(page) == []
    release_by_keyboard(page)
    expect(page.get_by_role("status")).to_contain_text("1 letter was written.")
    expect(page.get_by_text("Everything is released")).to_be_visible()

    letter = mailbox.next_letter_to(ADDRESS, confirmed)
    body = letter.get_body(("plain",))
    assert body is not None
    assert "New time:" in body.get_content()
    assert clock in body.get_content()
    (calendar,) = letter.iter_attachments()
    assert f"T{clock.replace(':', '')}00" in calendar.get_content()

    page.goto("/events/practice/")
    expect(page.get_by_role("heading", name="Last change of the programme")).to_be_visible()
    expect(page.get_by_text("The hall was double-booked.")).to_be_visible()
    assert axe_faults(page) == []


def move_by_keyboard(page: Page, code: str) -> str:
    """25 minutes later, with the arrow keys; its new start on the clock."""
    keys, card = Keys(page), f"#session-{code}"
    start = page.locator(f"#starts-{code}")
    before = datetime.fromisoformat(start.input_value())
    keys.to(f"{card} [data-mover]")
    for _step in range(5):
        page.keyboard.press("ArrowDown")
    expect(page.locator(f"{card} [data-proposal]")).to_be_visible()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    after = before + timedelta(minutes=25)
    expect(page.get_by_role("status").filter(has_text="Moved.")).to_be_visible()
    expect(start).to_have_value(f"{after:%Y-%m-%dT%H:%M}")
    return f"{after:%H:%M}"


def release_by_keyboard(page: Page) -> None:
    """Tab from the top of the page to each tick, to the English note and to the button."""
    keys = Keys(page)
    keys.tick_everything("input[type=checkbox]", until="#note_ja")
    keys.write("#note_en", "The hall was double-booked.")
    keys.follow("Release", "main button")


def register(page: Page) -> str:
    """Book the last session that one still can, with an address; its code."""
    page.goto("/events/practice/register")
    box = page.locator("input[name=sessions]:enabled").last
    box.check(force=True)
    code = str(box.get_attribute("value"))
    page.locator("input[name=name]").fill("Kakuu Hanako")
    page.get_by_role("radio").first.check(force=True)
    page.locator("details.more summary").click()
    page.locator("input[name=email]").fill(ADDRESS)
    page.get_by_label(re.compile("I agree")).check(force=True)
    page.locator("main form button[type=submit]").click()
    page.wait_for_url("**/r/**")
    return code
