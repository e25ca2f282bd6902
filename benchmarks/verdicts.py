"""From a frame that shows a new code to the verdict that is shown, in a real browser, without a network and with one.

The camera is a canvas, so that the moment at which a code is drawn is known to the millisecond; everything behind it is
the door's own page. A verdict counts when the frame that shows it was painted.
"""

import base64
import random
import sqlite3
import tempfile
from io import BytesIO
from pathlib import Path

from playwright.sync_api import Page, ViewportSize, expect, sync_playwright

from benchmarks.client import Measured
from benchmarks.rows import Row
from tests.journeys.camera import held_up
from tests.journeys.product import QUIET, Product, chromium_path, running
from tests.journeys.test_main_job import keep_gallery
from tests.journeys.test_offline import ready

CODES, WARM_UP = 60, 5
PHONE = ViewportSize(width=390, height=844)
CAMERA = """
const canvas = document.createElement("canvas");
[canvas.width, canvas.height] = [1280, 720];
const paper = canvas.getContext("2d", { alpha: false });
let shown = null;
const draw = () => {
  paper.fillStyle = "rgb(96, 92, 88)";
  paper.fillRect(0, 0, 1280, 720);
  if (shown) paper.drawImage(shown, 0, 0);
  paper.fillStyle = `rgb(${Math.floor(performance.now()) % 255}, 0, 0)`;
  paper.fillRect(0, 0, 4, 4);
};
setInterval(draw, 33);
navigator.mediaDevices.getUserMedia = async () => canvas.captureStream(30);
const picture = (text) => createImageBitmap(new Blob([Uint8Array.from(atob(text), (one) => one.charCodeAt(0))]));
window.takeAway = () => { shown = null; };
window.holdUp = async (text) => {
  const code = await picture(text);
  const panel = document.querySelector(".verdict");
  return new Promise((resolve) => {
    let begun = 0, asked = false;
    const look = new MutationObserver(() => {
      const said = panel.dataset.verdict;
      asked ||= said === "checking";
      if (!asked || said === "checking" || said === "waiting") return;
      look.disconnect();
      requestAnimationFrame(() => setTimeout(() => resolve([performance.now() - begun, said])));
    });
    look.observe(panel, { attributes: true, attributeFilter: ["data-verdict"] });
    shown = code;
    begun = performance.now();
    draw();
  });
};
"""


def measure_all(database: str) -> list[Row]:
    """Codes one after the other, each at a moment of its own against the camera's frames."""
    with (
        tempfile.TemporaryDirectory(prefix="uketsuke-bench-") as folder,
        running(Path(folder)) as product,
        sync_playwright() as playwright,
    ):
        codes = known_codes(product)
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=QUIET)
        context = browser.new_context(locale="ja-JP", viewport=PHONE)
        page = context.new_page()
        page.add_init_script(f"if (location.pathname === '/scan/') {{ {CAMERA} }}")
        keep_gallery(page, product)
        expect(page.locator(".finder")).to_have_attribute("data-open", "true")
        ready(page)
        rows = []
        for what, offline in (("without a network", True), ("with a network", False)):
            context.set_offline(offline)
            held(page, product, codes[:WARM_UP])
            measured, said = held(page, product, codes[WARM_UP : WARM_UP + CODES])
            codes = codes[WARM_UP + CODES :]
            rows.append(Row(f"code drawn to verdict, {what}", database, None, measured, said))
        browser.close()
    return rows


def held(page: Page, product: Product, codes: list[str]) -> tuple[Measured, str]:
    """How long each took, and which verdicts there were."""
    chance, measured = random.Random(7), Measured()
    said: set[str] = set()
    for code in codes:
        page.wait_for_timeout(chance.uniform(250, 450))
        milliseconds, verdict = page.evaluate("text => holdUp(text)", jpeg(f"{product.base_url.upper()}/T/{code}"))
        measured.milliseconds.append(milliseconds)
        measured.seconds += milliseconds / 1000
        said.add(verdict)
        page.evaluate("takeAway()")
    return measured, ", ".join(sorted(said))


def jpeg(text: str) -> str:
    """A code as it is held before a camera."""
    out = BytesIO()
    held_up(text).save(out, "JPEG", quality=88)
    return base64.b64encode(out.getvalue()).decode()


def known_codes(product: Product) -> list[str]:
    """Tickets of single visitors of the made-up event."""
    (found,) = product.data_dir.glob("*.sqlite3")
    with sqlite3.connect(found) as connection:
        rows = connection.execute(
            "SELECT ticket.code FROM ticket JOIN registration ON registration.id = ticket.registration_id"
            " JOIN event ON event.id = ticket.event_id WHERE event.slug = 'practice' AND party_kind = 'person'"
            " ORDER BY ticket.id LIMIT ?",
            (2 * (CODES + WARM_UP),),
        ).fetchall()
    return [str(code) for (code,) in rows]
