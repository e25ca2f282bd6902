"""A gate of several rooms whose sessions overlap: a wrong guess is one tap away, and what was chosen stays."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.moved import Day, a_day
from tests.journeys.product import axe_faults, sign_in
from tests.journeys.test_offline import PHONE, ready, start

GATE = "/console/events/practice/gates/mihon-civic-centre-space-ab"
"""With the other rooms of its venue: at eleven a workshop (10:30–11:30), a consultation (11:00–16:00) and a laboratory
(10:00–15:00) are on there."""


@pytest.fixture
def day(tmp_path: Path) -> Iterator[Day]:
    with a_day(tmp_path) as it:
        yield it


def test_what_else_is_on_is_one_tap_away_and_stays_chosen_until_it_is_over(day: Day, browser: Browser) -> None:
    context = day.phone(browser.new_context(locale="en", viewport=PHONE))
    page = at_the_desk(day, browser, context.new_page())
    ready(page)
    expect(page.locator(".where-place")).to_have_text("Co-creation consultation")
    also = page.get_by_role("group", name="Also on").get_by_role("button")
    expect(also).to_have_text(["Children's Lab (day 1)Collaboration Lab", "My first robotSpace A and B"])
    for one in also.all():
        expect(one).to_be_in_viewport(ratio=1)
    assert axe_faults(page) == []
    expect(page.locator(".figures-main")).to_contain_text("6")
    also.last.click()
    expect(page.locator(".where-place")).to_have_text("My first robot")
    for is_offline in (False, True):
        context.set_offline(is_offline)
        page.reload()
        start(page)
        expect(page.locator(".where-place")).to_have_text("My first robot")
        expect(page.locator(".is-now")).to_have_count(0)
    day.go_on(minutes=31)
    page.reload()
    start(page)
    expect(page.locator(".where-place")).to_have_text("Co-creation consultation")
    context.close()


def at_the_desk(day: Day, browser: Browser, page: Page) -> Page:
    """The gate is given its rooms; paired by a code that is typed, in English."""
    staff = browser.new_context(base_url=day.product.base_url, locale="ja").new_page()
    sign_in(staff, day.product, "olga")
    staff.goto(GATE)
    for room in ("lab", "desk"):
        staff.locator(f"input[name=rooms][value='mihon-civic-centre/{room}']").press("Space")
    staff.get_by_role("button", name="保存").press("Enter")
    staff.wait_for_url("**/gates")
    staff.goto(f"{GATE}/pairing")
    staff.get_by_role("button", name="コードを表示").click()
    code = staff.locator(".pairing-letters").inner_text()
    staff.context.close()
    page.goto(f"{day.product.base_url}/scan/?lang=en")
    page.get_by_label("Code for devices").fill(code.lower())
    page.get_by_role("button", name="Pair this device").click()
    expect(page.locator("input[name=gate]")).to_have_count(1)
    start(page)
    return page
