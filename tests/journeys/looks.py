"""Hard frames before the scanner's camera, and what its reader sees in each.

Nothing of the reader is replaced: its worker is the one that the server sends, under the page's own rules. The page is
only watched: each picture has its number in a corner, and what the worker answers is kept under the number of the
frame that it got. So a busy machine makes a run longer and changes nothing of what is read.
"""

import json
import subprocess
from base64 import b64decode
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw
from playwright.sync_api import Page

from tests.journeys.camera import SIZE, TABLE
from tests.journeys.product import ROOT

WATCHING = Path(__file__).with_name("looks.js")
CANVAS = f"openCanvas({SIZE[0]}, {SIZE[1]}, 'rgb{TABLE}')"
CELL, CELLS = 16, 10
EMPTY = "empty"


@dataclass(frozen=True)
class Frame:
    """One picture, as `tests/checkin/scanner/frames.js` draws it: what is wrong with it, and the text of its code."""

    number: int
    family: str
    text: str | None
    width: int
    height: int
    grey: str

    def picture(self) -> Image.Image:
        """In the middle of what a camera sees, its number in the corner."""
        whole = Image.new("RGB", SIZE, TABLE)
        part = Image.frombytes("L", (self.width, self.height), b64decode(self.grey))
        whole.paste(part, ((SIZE[0] - self.width) // 2, (SIZE[1] - self.height) // 2))
        pen = ImageDraw.Draw(whole)
        for cell in range(CELLS):
            colour = "white" if self.number >> (CELLS - 1 - cell) & 1 else "black"
            pen.rectangle((CELL * cell, 0, CELL * cell + CELL - 1, CELL - 1), fill=colour)
        return whole


def frames(*numbers: int) -> Iterator[Frame]:
    """One after the other while they are drawn. numbers: so many of each family, and so many empty ones; else all."""
    command = [".ci/node", "node", "tests/checkin/scanner/draw-frames.js", *map(str, numbers)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as drawing:
        assert drawing.stdout
        for number, line in enumerate(drawing.stdout, start=1):
            yield Frame(number=number, **json.loads(line))
    assert drawing.returncode == 0


@dataclass(frozen=True)
class Seen:
    """How many frames were shown, and how many of them were read, by family; and what should not be."""

    shown: Counter[str]
    read: Counter[str]
    wrong: list[Any]

    @property
    def share(self) -> float:
        """Of those with a code."""
        return self.read.total() / (self.shown.total() - self.shown[EMPTY])


def seen_in(page: Page, shown: list[Frame]) -> Seen:
    """By the answers of the worker to each picture, and to what was to be seen between them."""
    looks = page.evaluate("looks")
    truth = {str(frame.number): frame.text for frame in shown}
    texts = {number: {look["text"] for look in all_looks} - {None} for number, all_looks in looks.items()}
    return Seen(
        shown=Counter(frame.family for frame in shown),
        read=Counter(frame.family for frame in shown if texts[str(frame.number)]),
        wrong=[
            (number, look)
            for number, all_looks in looks.items()
            for look in all_looks
            if look["fault"] or look["text"] not in (None, truth.get(number))
        ],
    )
