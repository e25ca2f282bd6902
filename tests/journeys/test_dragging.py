"""The timetable board with a mouse and with a finger: dragged, stretched, taken back, and never over somebody else."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.journeys.product import Product, axe_faults, sign_in

BOARD = "/console/events/practice/programme/board"


@pytest.fixture
def context(browser: Browser, product: Product) -> Iterator[BrowserContext]:
    opened = browser.new_context(base_url=product.base_url, viewport={"width": 1280, "height": 900}, locale="en")
    yield opened
    opened.close()


def board_of(context: BrowserContext, product: Product) -> Page:
    page = context.new_page()
    sign_in(page, product, "olga", to=BOARD)
    expect(page.locator(f'.plan-card[data-of="{movable(page)}"]')).to_be_visible()
    return page


def movable(page: Page) -> str:
    """A session of an hour or so that nobody booked: free to go anywhere."""
    found = page.evaluate(
        """() => [...document.querySelectorAll("article[data-start]")].map((one) => one.dataset).find((one) =>
             one.booked === "0" && Number(one.minutes) >= 40 && Number(one.minutes) <= 180).code"""
    )
    return str(found)


def standing(page: Page, code: str) -> tuple[str, int, str, int]:
    """Start, minutes, room and version as the page has them."""
    data = page.locator(f"#session-{code}").evaluate("one => ({...one.dataset})")
    return data["start"][11:16], int(data["minutes"]), data["room"], int(data["version"])


def middle(card: Locator) -> tuple[float, float]:
    card.scroll_into_view_if_needed()
    box = card.bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def later(clock: str, minutes: int) -> str:
    whole = int(clock[:2]) * 60 + int(clock[3:]) + minutes
    return f"{whole // 60:02}:{whole % 60:02}"


@contextmanager
def saved(page: Page) -> Iterator[None]:
    """A change is sent inside, and the page shows its answer afterwards."""
    with page.expect_response(lambda answer: answer.url.endswith("/board") and answer.request.method == "GET"):
        yield
    expect(page.locator("body:not(.is-saving)")).to_be_attached()


def drag(page: Page, card: Locator, by: tuple[float, float], *, edge: str = "") -> None:
    """With the mouse, in steps, and let go."""
    x, y = middle(card.locator(f".plan-edge.is-{edge}") if edge else card)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + by[0] / 2, y + by[1] / 2, steps=4)
    page.mouse.move(x + by[0], y + by[1], steps=4)
    expect(page.locator(".plan-label")).to_be_visible()
    with saved(page):
        page.mouse.up()


def test_a_session_is_dragged_stretched_and_taken_back_step_by_step(context: BrowserContext, product: Product) -> None:
    page = board_of(context, product)
    code = movable(page)
    card = page.locator(f'.plan-card[data-of="{code}"]')
    start, minutes, room, version = standing(page, code)
    drag(page, card, (0, 30 * 1.25))
    expect(page.get_by_role("status").filter(has_text="Moved:")).to_be_attached()
    assert standing(page, code) == (later(start, 30), minutes, room, version + 1)
    drag(page, card, (0, 20 * 1.25), edge="end")
    assert standing(page, code) == (later(start, 30), minutes + 20, room, version + 2)
    drag(page, card, (160, 0))
    assert standing(page, code)[2] not in ("", room)
    assert axe_faults(page) == []
    for _step in range(2):
        with saved(page):
            page.keyboard.press("Control+z")
    with saved(page):
        page.get_by_role("button", name=re.compile("Undo the last change")).click()
    assert standing(page, code) == (start, minutes, room, version + 6)
    expect(page.get_by_role("button", name=re.compile("Undo the last change"))).to_be_hidden()


def test_what_forms_and_keys_moved_is_taken_back_too(context: BrowserContext, product: Product) -> None:
    page = board_of(context, product)
    code = movable(page)
    card = page.locator(f"#session-{code}")
    start, minutes, room, version = standing(page, code)
    card.get_by_text("Move or resize").click()
    card.get_by_label("Length in minutes").fill(str(minutes + 10))
    card.get_by_role("button", name="Move", exact=True).click()
    undo = page.get_by_role("button", name=re.compile("Undo the last change"))
    expect(undo).to_be_visible()
    card.locator("[data-mover]").focus()
    for key in ("ArrowDown", "Enter"):
        page.keyboard.press(key)
    expect(page.get_by_text("Moved.", exact=False).first).to_be_visible()
    page.wait_for_function("([code, version]) => document.getElementById(code)?.dataset.version === version",
                           arg=[f"session-{code}", str(version + 2)])  # fmt: skip
    assert standing(page, code) == (later(start, 5), minutes + 10, room, version + 2)
    with saved(page):
        page.keyboard.press("Control+z")
    with saved(page):
        undo.click()
    assert standing(page, code) == (start, minutes, room, version + 4)
    expect(undo).to_be_hidden()


def test_escape_leaves_everything_and_what_would_be_taken_is_said_before(
    context: BrowserContext, product: Product
) -> None:
    page = board_of(context, product)
    code = movable(page)
    before = standing(page, code)
    other = page.evaluate(
        """([code, day]) => [...document.querySelectorAll("article[data-start]:not(.is-cancelled)")]
             .map((one) => one.dataset).find((one) => one.code !== code && one.room && Number(one.minutes) < 600 &&
             one.start.startsWith(day)).code""",
        [code, page.locator(f"#session-{code}").get_attribute("data-start")[:10]],  # type: ignore[index]
    )
    x, y = middle(page.locator(f'.plan-card[data-of="{code}"]'))
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 10, y + 10, steps=3)
    to_x, to_y = middle(page.locator(f'.plan-card[data-of="{other}"]'))
    page.mouse.move(to_x, to_y, steps=8)
    expect(page.locator(".plan-label .is-wrong").first).to_contain_text("at the same time")
    page.keyboard.press("Escape")
    expect(page.locator(".plan-label")).to_be_hidden()
    page.mouse.up()
    page.reload()
    assert standing(page, code) == before


def test_what_somebody_else_changed_is_shown_and_not_overwritten(context: BrowserContext, product: Product) -> None:
    mine, theirs = board_of(context, product), context.new_page()
    theirs.goto(BOARD)
    code = movable(mine)
    start = standing(mine, code)[0]
    drag(theirs, theirs.locator(f'.plan-card[data-of="{code}"]'), (0, 15 * 1.25))
    x, y = middle(mine.locator(f'.plan-card[data-of="{code}"]'))
    mine.mouse.move(x, y)
    mine.mouse.down()
    mine.mouse.move(x, y + 75, steps=5)
    with mine.expect_response(lambda answer: answer.status == 409):
        mine.mouse.up()
    expect(mine.get_by_role("alert")).to_contain_text("Somebody else changed this session meanwhile")
    assert standing(mine, code)[0] == later(start, 15)
    with saved(theirs):
        theirs.keyboard.press("Control+z")
    assert standing(theirs, code)[0] == start


def test_a_finger_scrolls_until_it_holds(browser: Browser, product: Product) -> None:
    context = browser.new_context(
        base_url=product.base_url, viewport={"width": 390, "height": 800}, locale="en", has_touch=True, is_mobile=True
    )
    page = board_of(context, product)
    code = movable(page)
    card = page.locator(f'.plan-card[data-of="{code}"]')
    start, minutes, room, version = standing(page, code)
    finger = Finger(page)
    x, y = middle(card)
    finger.glide(x, y, x, y - 60)
    page.wait_for_timeout(300)
    assert standing(page, code) == (start, minutes, room, version)
    x, y = middle(card)
    finger.down(x, y)
    expect(page.locator("body.is-dragging")).to_be_attached()
    for step in range(1, 6):
        finger.move(x, y + 5 * 1.25 * step)
    expect(page.locator(".plan-label")).to_contain_text(later(start, 25))
    with saved(page):
        finger.up()
    assert standing(page, code) == (later(start, 25), minutes, room, version + 1)
    with saved(page):
        page.get_by_role("button", name=re.compile("Undo the last change")).tap()
    assert standing(page, code)[:3] == (start, minutes, room)
    context.close()


class Finger:
    """One finger on the glass, as the browser's own touch events have it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.glass = page.context.new_cdp_session(page)

    def down(self, x: float, y: float) -> None:
        self._send("touchStart", [{"x": x, "y": y}])

    def move(self, x: float, y: float) -> None:
        self._send("touchMove", [{"x": x, "y": y}])

    def up(self) -> None:
        self._send("touchEnd", [])

    def glide(self, x: float, y: float, to_x: float, to_y: float) -> None:
        self.down(x, y)
        for step in range(1, 6):
            self.move(x + (to_x - x) * step / 5, y + (to_y - y) * step / 5)
        self.up()

    def _send(self, kind: str, points: list[dict[str, float]]) -> None:
        self.glass.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
