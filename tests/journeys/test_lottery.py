"""A lottery, from the hash that nobody could choose to the letters that say who won; repeated by hand from the page."""

import hashlib
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import Mailbox
from tests.journeys.product import Product, axe_faults, sign_in

SUMMIT, LARGE = "youth-summit", 40
"""Of 60 places; two parties of 40 cannot both win."""
DRAW = f"/events/practice/sessions/{SUMMIT}/draw?lang=en"
HERE = datetime.now(UTC).astimezone(ZoneInfo("Asia/Tokyo"))
CODE = re.compile(r"\b[0-9a-f]{64}\b")


@pytest.fixture
def page(browser: Browser, product: Product) -> Iterator[Page]:
    context = browser.new_context(base_url=product.base_url, locale="en")
    yield context.new_page()
    context.close()


def apply(page: Page, address: str) -> str:
    """A delegation that takes part in the draw; its private link."""
    page.goto("/events/practice/register/delegation?lang=en")
    page.fill("#group_name", "見本団体")
    page.fill("#with-student", str(LARGE))
    page.check(f"#sessions-{SUMMIT}")
    page.fill("#name", "架空 三郎")
    page.fill("#email", address)
    page.check("#adult-0", force=True)
    page.check("#consent")
    page.locator("form.form button.is-large[type=submit]").click()
    expect(page.get_by_role("heading", name="You are registered")).to_be_visible()
    expect(page.locator("main")).to_contain_text("Your name in the draw")
    return page.url.partition("?")[0]


def set_times(page: Page, **moments: datetime) -> None:
    """The organiser changes moments of the session."""
    page.goto(f"/console/events/practice/programme/sessions/{SUMMIT}?lang=en")
    for field, moment in moments.items():
        page.fill(f"#{field}", f"{moment:%Y-%m-%dT%H:%M}")
    page.get_by_role("button", name="Save").first.click()
    expect(page.get_by_role("status").first).to_contain_text("Saved")


def open_applications(page: Page) -> None:
    """The session is in two days, whatever time it is now, and that is released."""
    begins = HERE.replace(hour=19, minute=0) + timedelta(days=2)
    set_times(page, starts_at=begins, ends_at=begins + timedelta(hours=1), booking_closes_at=HERE + timedelta(days=1))
    page.goto("/console/events/practice/releases?lang=en")
    for box in page.locator("main form input[type=checkbox]").all():
        box.check(force=True)
    page.get_by_role("button", name="Release", exact=True).click()
    expect(page.get_by_role("status").first).to_contain_text("is out")


def name_in_the_draw(page: Page, link: str) -> str:
    page.goto(f"{link}?lang=en")
    (name,) = re.findall(r"\b[0-9a-f]{32}\b", page.inner_text("main"))
    return str(name)


def anybody_can_ask_to_leave(page: Page, link: str) -> None:
    """The page that asks once more is for everybody, on the narrowest screen too."""
    before = page.viewport_size
    page.set_viewport_size({"width": 320, "height": 640})
    for language in ("ja-easy", "ja", "en"):
        page.goto(f"{link}/sessions/{SUMMIT}/leaving?lang={language}")
        assert axe_faults(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") == 320
    expect(page.get_by_role("heading", level=1)).to_have_text("Withdraw what you asked for?")
    expect(page.locator("main")).not_to_contain_text("This cannot be taken back")
    if before is not None:
        page.set_viewport_size(before)


def said(letter: EmailMessage) -> str:
    body = letter.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def test_who_wins_follows_from_a_seed_that_was_fixed_before_anybody_applied(
    page: Page, product: Product, mailbox: Mailbox, browser: Browser
) -> None:
    staff = browser.new_context(base_url=product.base_url, locale="en").new_page()
    sign_in(staff, product, "olga")
    open_applications(staff)
    page.goto(DRAW)
    (commitment,) = CODE.findall(page.inner_text("main"))
    addresses = ["lots-1@example.invalid", "lots-2@example.invalid"]
    links = [apply(page, one) for one in addresses]
    received = [mailbox.letter_to(one) for one in addresses]
    names = [name_in_the_draw(page, one) for one in links]
    anybody_can_ask_to_leave(page, links[0])
    set_times(staff, booking_closes_at=HERE - timedelta(hours=1))
    staff.goto(f"/console/events/practice/applications/{SUMMIT}?lang=en")
    staff.get_by_role("button", name="Draw").click()
    expect(staff.locator("main")).to_contain_text("1 party has won a place")
    page.goto(DRAW)
    found = CODE.findall(page.inner_text("main"))
    seed = next(one for one in found if one != commitment)
    assert hashlib.sha256(seed.encode()).hexdigest() == commitment
    expect(page.locator("main")).to_contain_text("Places that were drawn for")
    shown = re.findall(r"\b[0-9a-f]{32}\b", page.inner_text("main table"))
    order = sorted(names, key=lambda name: hashlib.sha256(f"{seed}:{name}".encode()).hexdigest())
    assert shown == order
    winner, loser = order
    won, lost = (addresses[names.index(one)] for one in (winner, loser))
    first = mailbox.next_letter_to(won, *received)
    second = mailbox.next_letter_to(lost, *received)
    assert "You have places in:" in said(first)
    assert "Unfortunately you have no places in:" in said(second)
    assert [one.get_content_type() for one in first.iter_attachments()].count("text/calendar") == 1
    page.goto(f"{links[names.index(loser)]}?lang=en")
    expect(page.locator("main")).to_contain_text("Number 1 on the waiting list")
    page.goto(f"{links[names.index(winner)]}?lang=en")
    expect(page.locator(".booked").first).to_contain_text("40 people")
    expect(page.locator("main")).not_to_contain_text("waiting list")
    staff.context.close()
