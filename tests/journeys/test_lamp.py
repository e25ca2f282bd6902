"""A lamp that does not light: the door says so in words, and where to read instead."""

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, expect

from tests.journeys.camera import film
from tests.journeys.product import Product, axe_faults, sign_in
from tests.journeys.test_offline import PHONE

A_LAMP_THAT_REFUSES = """
  MediaStreamTrack.prototype.getCapabilities = () => ({ torch: true });
  MediaStreamTrack.prototype.applyConstraints = async () => { throw new DOMException("", "OperationError"); };
"""


def test_a_lamp_that_does_not_light_is_told_in_words(
    product: Product, with_camera: Callable[[Path], Browser], tmp_path: Path
) -> None:
    door = with_camera(film(tmp_path / "dark.mjpeg", ["nothing of ours"], hold=0.1, gap=5))
    context = door.new_context(locale="ja-JP", viewport=PHONE)
    context.add_init_script(A_LAMP_THAT_REFUSES)
    page = context.new_page()
    sign_in(page, product, "dora", to="/scan/")
    page.get_by_text("展示ギャラリー").first.click()
    page.locator(".setup-start .is-strong").click()
    lamp = page.get_by_role("button", name="ライト")
    lamp.click(timeout=20_000)
    expect(page.get_by_role("alert").filter(has_text="ライトを切り替えられません")).to_be_visible()
    expect(lamp).to_have_attribute("aria-pressed", "false")
    expect(lamp).to_be_focused()
    assert axe_faults(page) == []
    page.screenshot(path=tmp_path / "lamp.png")
    context.close()
