"""The main job, end to end: somebody registers, is let in by a camera, and is counted; a letter arrives."""

import io
import re
from collections.abc import Callable
from pathlib import Path

import zxingcpp
from PIL import Image
from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.journeys.camera import film
from tests.journeys.conftest import Mailbox
from tests.journeys.product import Product, sign_in

PHONE = ViewportSize(width=390, height=844)


def test_an_attendee_registers_is_admitted_by_the_camera_once_and_is_counted(
    product: Product, browser: Browser, with_camera: Callable[[Path], Browser], mailbox: Mailbox, tmp_path: Path
) -> None:
    organiser = browser.new_context(locale="ja-JP").new_page()
    sign_in(organiser, product, "olga")
    before = spectators(organiser, product)
    chart_before = chart(organiser, product)

    attendee = browser.new_context(locale="ja-JP", viewport=PHONE, base_url=product.base_url).new_page()
    picture = register(attendee, name="架空 花子", address="hanako@example.invalid")
    code = read(picture)
    assert re.fullmatch(re.escape(product.base_url.upper()) + r"/T/[A-Z2-7]{26}", code)

    letter = mailbox.letter_to("hanako@example.invalid")
    assert "れんしゅう" in str(letter["Subject"])
    inline = next(part for part in letter.walk() if part.get_content_type() == "image/png")
    assert read(Image.open(io.BytesIO(inline.get_payload(decode=True)))) == code  # type: ignore[arg-type]

    door = with_camera(film(tmp_path / "door.mjpeg", [picture], hold=1.5, gap=5))
    keeper = door.new_context(locale="ja-JP", viewport=PHONE, permissions=["camera"]).new_page()
    foreign: list[str] = []
    keeper.on("request", lambda request: foreign.append(request.url) if not is_here(request.url, product) else None)
    keep_gallery(keeper, product)
    verdict = keeper.locator(".verdict")
    expect(verdict).to_have_attribute("data-verdict", "admitted", timeout=30_000)
    expect(verdict).to_contain_text("入場できます")
    expect(verdict).to_contain_text("架空 花子")
    expect(verdict).to_have_attribute("data-verdict", "already_in", timeout=30_000)
    assert foreign == []

    assert spectators(organiser, product) == before + 1
    drawn_now = chart(organiser, product)
    assert b"<svg" in drawn_now
    assert drawn_now != chart_before
    organiser.goto(f"{product.base_url}/console/events/practice/attendance")
    expect(organiser.locator("table", has_text="観覧者").first).to_contain_text(f"{before + 1:,}")


def register(page: Page, *, name: str, address: str = "") -> Image.Image:
    """Register for the exhibition that is always open; the picture of the QR code as a phone shows it."""
    page.goto("/events/practice/")
    page.get_by_role("link", name=re.compile("終日展示")).first.click()
    page.get_by_role("link", name=re.compile("申し込む")).first.click()
    page.get_by_label(re.compile("お名前またはニックネーム")).fill(name)
    page.get_by_role("radio", name=re.compile("観覧者")).press("Space")  # a click may miss while fonts come in
    if address:
        page.locator("details.more summary").click()
        page.locator("input[name=email]").fill(address)
    page.get_by_label(re.compile("同意します")).press("Space")
    page.get_by_role("button", name=re.compile("申し込んで参加票を受け取る")).click()
    page.wait_for_url("**/r/**")
    code = page.locator("img[src*='qr.svg']")
    expect(code).to_be_visible()
    return Image.open(io.BytesIO(code.screenshot()))


def keep_gallery(page: Page, product: Product) -> None:
    """Sign in as door staff and start the camera at the exhibition's gate."""
    page.goto(f"{product.base_url}/scan/")
    address = next(address for address in product.passwords if address.startswith("dora"))
    page.locator("input[name=email]").fill(address)
    page.locator("input[name=password]").fill(product.passwords[address])
    page.locator("#sign-in button[type=submit]").click()
    page.get_by_text("展示ギャラリー").first.click()
    page.get_by_role("button", name="カメラを開いて始める").click()


def read(picture: Image.Image) -> str:
    """What a code reader sees in a picture."""
    (found,) = zxingcpp.read_barcodes(picture.convert("L"))
    return str(found.text)


def spectators(page: Page, product: Product) -> int:
    """People counted as 観覧者, as the organiser's API says."""
    answer = page.request.get(f"{product.base_url}/api/v1/events/practice/attendance")
    assert answer.ok
    rows = answer.json()["tables"]["people"]["rows"]
    return int(next(row["values"]["number"] for row in rows if row["key"] == "spectator") or 0)


def chart(page: Page, product: Product) -> bytes:
    """The chart of people by category, as drawn now; nothing as long as nobody was counted."""
    answer = page.request.get(f"{product.base_url}/console/events/practice/attendance/charts/people.svg")
    return answer.body() if answer.ok else b""


def is_here(url: str, product: Product) -> bool:
    return url.startswith((product.base_url, "data:", f"blob:{product.base_url}"))
