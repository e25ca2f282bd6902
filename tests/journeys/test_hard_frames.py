"""Hard frames before the camera of the door's page in a real browser: four in five are read, none wrongly, and nothing
where nothing is."""

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from tests.journeys.camera import film_of
from tests.journeys.looks import CANVAS, EMPTY, WATCHING, frames, seen_in
from tests.journeys.product import Product
from tests.journeys.test_main_job import PHONE, keep_gallery
from tests.journeys.test_offline import ready

IS_DONE = "number => isDone(number)"
ALL_DONE = "last => Array.from({ length: last }, (_, i) => i + 1).every(isDone)"


def test_of_308_hard_frames_four_in_five_are_read_none_wrongly_and_nothing_where_nothing_is(
    product: Product, browser: Browser
) -> None:
    page = a_door_without_a_network(browser, product, CANVAS)
    shown = []
    for frame in frames():
        page.evaluate("frame => holdUp(frame)", asdict(frame))
        page.wait_for_function(IS_DONE, arg=frame.number, timeout=120_000)
        shown.append(frame)
    seen = seen_in(page, shown)
    assert seen.wrong == []
    assert (len(shown), len(seen.shown), seen.shown[EMPTY]) == (332, 15, 24)
    assert seen.share >= 0.8, seen
    assert all(seen.read[family] > seen.shown[family] / 3 for family in seen.shown if family != EMPTY), seen
    expect(page.locator(".unsent")).to_contain_text(f"未送信{seen.read.total()}件")
    page.context.close()


def test_a_film_of_hard_frames_is_read_as_they_are(
    product: Product, with_camera: Callable[[Path], Browser], tmp_path: Path
) -> None:
    shown = list(frames(3, 4))
    film = film_of(tmp_path / "hard.mjpeg", (frame.picture() for frame in shown), hold=0.3, gap=0.1)
    page = a_door_without_a_network(with_camera(film), product)
    page.wait_for_function(ALL_DONE, arg=len(shown), timeout=600_000)
    seen = seen_in(page, shown)
    assert seen.wrong == []
    assert (len(shown), len(seen.shown), seen.shown[EMPTY]) == (46, 15, 4)
    assert seen.share >= 0.8, seen
    page.context.close()


def a_door_without_a_network(browser: Browser, product: Product, camera: str = "") -> Page:
    """Watched; what it reads waits on it."""
    context = browser.new_context(locale="ja-JP", viewport=PHONE, permissions=["camera"])
    context.add_init_script(f"{WATCHING.read_text()}\n{camera}")
    page = context.new_page()
    keep_gallery(page, product)
    expect(page.locator(".finder")).to_have_attribute("data-open", "true")
    ready(page)
    context.set_offline(True)
    return page
