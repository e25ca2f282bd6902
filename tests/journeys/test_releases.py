"""An organiser moves a booked session and releases it with the keyboard alone; the letter arrives with the new time."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import Mailbox
from tests.journeys.product import ROOT, Product, axe_faults, plain_environment, running, sign_in

ADDRESS = "release@example.invalid"


@pytest.fixture
def alone(mailbox: Mailbox, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """A demonstration of its own: other journeys go by the practice event's times."""
    with running(tmp_path_factory.mktemp("alone"), UKETSUKE_MAIL_URL=f"smtp+plain://127.0.0.1:{mailbox.port}") as it:
        yield it


def test_a_moved_session_is_released_by_keyboard_and_told_by_letter(
    alone: Product, browser: Browser, mailbox: Mailbox, tmp_path: Path
) -> None:
    product = alone
    booked = register(browser.new_context(locale="en", base_url=product.base_url).new_page())
    confirmed = mailbox.letter_to(ADDRESS)
    move(product, tmp_path, booked)

    page = browser.new_context(locale="en", base_url=product.base_url).new_page()
    sign_in(page, product, "olga", to="/console/events/practice/releases")
    expect(page.locator(".change-list")).to_contain_text("Other time")
    expect(page.locator(".change-list")).to_contain_text("23:45")
    assert axe_faults(page) == []
    release_by_keyboard(page)
    expect(page.get_by_role("status")).to_contain_text("1 letter was written.")
    expect(page.get_by_text("Everything is released")).to_be_visible()

    letter = mailbox.next_letter_to(ADDRESS, confirmed)
    body = letter.get_body(("plain",))
    assert body is not None
    assert "New time:" in body.get_content()
    assert "23:45" in body.get_content()
    (calendar,) = letter.iter_attachments()
    assert "T234500" in calendar.get_content()

    page.goto("/events/practice/")
    expect(page.get_by_role("heading", name="Last change of the programme")).to_be_visible()
    expect(page.get_by_text("The hall was double-booked.")).to_be_visible()
    assert axe_faults(page) == []


def release_by_keyboard(page: Page) -> None:
    """Tab from the top of the page to each tick, to the English note and to the button."""
    for _ in range(120):
        page.keyboard.press("Tab")
        here = page.evaluate("({id: document.activeElement.id, type: document.activeElement.type, "
                             "text: document.activeElement.textContent.trim()})")  # fmt: skip
        if here["type"] == "checkbox":
            page.keyboard.press("Space")
        elif here["id"] == "note_en":
            page.keyboard.type("The hall was double-booked.")
        elif here["type"] == "submit" and here["text"] == "Release":
            page.keyboard.press("Enter")
            return
    raise AssertionError("the keyboard did not reach the button")


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


def move(product: Product, folder: Path, code: str) -> None:
    """To the last quarter of an hour of its day, by a changed file."""
    whole = document(product, folder)
    for one in whole["sessions"]:
        if one["code"] == code:
            one["starts_at"] = f"{one['starts_at'][:11]}23:45{one['starts_at'][16:]}"
            one["ends_at"] = f"{one['starts_at'][:11]}23:59{one['starts_at'][16:]}"
    (folder / "moved.json").write_text(json.dumps(whole))
    command(product, "event", "import", str(folder / "moved.json"))


def document(product: Product, folder: Path) -> dict[str, Any]:
    command(product, "event", "export", "practice", "--out", str(folder / "practice.json"))
    read: dict[str, Any] = json.loads((folder / "practice.json").read_text())
    return read


def command(product: Product, *words: str) -> None:
    environment = plain_environment() | {"UKETSUKE_DATA_DIR": str(product.data_dir)}
    program = str(Path(sys.executable).with_name("uketsuke"))
    subprocess.run([program, *words], env=environment, cwd=ROOT, check=True, capture_output=True)
