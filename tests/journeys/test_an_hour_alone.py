"""A door without a network for more than an hour: everything it did arrives once, at its time, and what two doors could
not know of each other is listed."""

import sqlite3
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Page, Playwright, expect

from tests.journeys.moved import Day, a_day
from tests.journeys.product import sign_in
from tests.journeys.test_door import register_class
from tests.journeys.test_offline import (
    PHONE,
    at_the_gallery,
    database,
    expect_verdict,
    kill,
    persistent,
    ready,
    scans,
    start,
    tickets,
    type_code,
    until,
)

STEP = timedelta(minutes=15)
DONE = [
    (0, "entry", 1, "a person"),
    (1, "entry", 31, "a class"),
    (2, "entry", 1, "a walk-in"),
    (2, "entry", 1, "another"),
    (2, "undo", -1, "that one was nobody"),
    (3, "entry", 1, "after the browser was killed"),
    (4, "count", 1, "heads"),
    (4, "count", 1, "heads"),
    (4, "count", -1, "one head less"),
    (5, "entry", 1, "the network is back"),
]
"""What the ledger holds in the end, in order: after so many steps, kind of line, people."""


@pytest.fixture
def day(tmp_path: Path) -> Iterator[Day]:
    with a_day(tmp_path) as it:
        yield it


def test_more_than_an_hour_without_a_network_loses_nothing_and_keeps_every_time(
    day: Day, browser: Browser, playwright: Playwright, tmp_path: Path
) -> None:
    one, two, three = tickets(browser, day.product, 3)
    group = register_class(browser, day.product)
    other = day.phone(browser.new_context(locale="ja-JP", viewport=PHONE))
    elsewhere = at_the_gallery(other, day.product)
    context = day.phone(persistent(playwright, tmp_path / "profile"))
    page = paired_at_the_gallery(browser, context, day)
    for door in (elsewhere, page):
        ready(door)
        door.context.set_offline(True)
        expect(door.locator(".contact")).to_have_attribute("data-contact", "unreached", timeout=20_000)
    before, known = lines(day), len(scans(day.product))
    began = datetime.now(UTC) + timedelta(seconds=day.ahead)

    type_code(page, one)
    expect_verdict(page, "admitted")
    go_on(day)
    type_code(page, group)
    expect_verdict(page, "confirm_party")
    page.locator(".party-row").first.locator(".step").first.click()
    page.locator(".party-acts .is-strong").click()
    expect_verdict(page, "admitted")
    go_on(day)
    page.locator('.tab[data-tab="walk_in"]').click()
    for number in ("1", "2"):
        page.locator(".tap").first.click()
        expect(page.locator(".tap-count").first).to_have_text(number)
    page.locator(".undo").click()
    expect(page.locator(".tap-count").first).to_have_text("1")
    go_on(day)
    type_code(elsewhere, one)
    expect_verdict(elsewhere, "admitted")
    context, page = killed_and_opened_again(day, context, playwright, tmp_path / "profile")
    type_code(page, one)
    expect_verdict(page, "already_in")
    type_code(page, two)
    expect_verdict(page, "admitted")
    go_on(day)
    page.locator('.tab[data-tab="count"]').click()
    for button, number in (("more", "2"), ("more", "3"), ("less", "2")):
        page.locator(".count-row").first.locator(f".count-{button}").click()
        expect(page.locator(".count-number").first).to_have_text(number)
    go_on(day)
    assert lines(day) == before

    for door in (page, elsewhere):
        door.context.set_offline(False)
        expect(door.locator(".contact")).to_have_attribute("data-contact", "reached", timeout=30_000)
        expect(door.locator(".unsent")).to_have_count(0)
    page.locator('.tab[data-tab="type"]').click()
    type_code(page, three)
    expect_verdict(page, "admitted")
    assert page.locator(".verdict-source").count() == 0, "the server knows this device still"
    until(lambda: len(lines(day)) >= len(before) + len(DONE))
    new = lines(day)[len(before) :]
    assert [(round((at - began) / STEP), kind, number) for at, kind, number in new] == [line[:3] for line in DONE]
    assert len(scans(day.product)) == known + len(DONE) + 2, "each once, and the two who were in already"
    assert conflicts(day) == ["double_admission"]
    context.close()
    other.close()


def paired_at_the_gallery(browser: Browser, context: BrowserContext, day: Day) -> Page:
    """By a code, as a volunteer's phone is."""
    desk = browser.new_context(base_url=day.product.base_url, locale="ja").new_page()
    sign_in(desk, day.product, "olga")
    desk.goto("/console/events/practice/gates/mihon-city-hall-gallery/pairing")
    desk.get_by_role("button", name="コードを表示").click()
    code = desk.locator(".pairing-letters").inner_text().replace("-", "")
    desk.context.close()
    page = context.new_page()
    page.goto(f"{day.product.base_url}/scan/#pair={code}")
    page.get_by_role("button", name="この端末を登録する").click()
    expect(page.locator("input[name=gate]")).to_have_count(1)
    start(page)
    return page


def go_on(day: Day) -> None:
    day.go_on(seconds=STEP.total_seconds())


def killed_and_opened_again(
    day: Day, context: BrowserContext, playwright: Playwright, profile: Path
) -> tuple[BrowserContext, Page]:
    """Without a network all the while."""
    kill(profile)
    with suppress(Error):
        context.close()
    day.phones.remove(context)
    again = day.phone(persistent(playwright, profile))
    again.set_offline(True)
    page = again.new_page()
    page.goto(f"{day.product.base_url}/scan/")
    start(page)
    return again, page


def lines(day: Day) -> list[tuple[datetime, str, int]]:
    """Of devices, in the order of their times: when, kind, people."""
    asked = """SELECT entry.at, entry.kind, sum(number) FROM entry JOIN entry_number ON entry_id = entry.id
        WHERE device_id IS NOT NULL GROUP BY entry.id ORDER BY entry.at, entry.id"""
    with sqlite3.connect(database(day.product)) as connection:
        rows = connection.execute(asked).fetchall()
    return [(datetime.fromisoformat(at).replace(tzinfo=UTC), kind, number) for at, kind, number in rows]


def conflicts(day: Day) -> list[str]:
    with sqlite3.connect(database(day.product)) as connection:
        return [kind for (kind,) in connection.execute("SELECT kind FROM conflict WHERE resolved_at IS NULL")]
