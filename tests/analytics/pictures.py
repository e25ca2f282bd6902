"""Charts as they were when somebody last looked at them, kept as small pictures beside the tests.

`make pictures` draws them again; look at every one that changed before you keep it.
"""

import io
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from analytics.charts import (
    Bar,
    Bars,
    Chart,
    Day,
    Days,
    Frame,
    Heat,
    Hours,
    Pair,
    Pairs,
    Panel,
    Series,
    Shape,
    Span,
    Steps,
    Track,
    draw,
)

FOLDER = Path(__file__).with_name("kept")
SHRUNK, TILE, COLOURS = 2, 12, 256
FRAME = Frame(
    title="区分別の実人数 <𠮷>",
    subtitle="市民まつり　2026年10月2日～4日",
    words="横棒グラフ。観覧者 412 & 児童 485。",
    source="出典：報告書（公表値）。",
    lang="ja",
)
LONG = "とても長い題名のプログラムは二行に分けて書き、それでも入らない分は省いて、省いたことを点々で示します"
CHARTS: dict[str, Chart] = {
    "bars": Bars((Bar("観覧者", 412, "412人"), Bar("児童", 0, "0人"), Bar("保護者", None, "不明")), ("合計", "412人")),
    "days": Days(
        (Series("観覧者", 0), Series("児童", 2), Series("区分不明", None)),
        (
            Day("10月2日（金）", (40, 3, 1), "延べ44人"),
            Day("10月3日（土）", (), "不明"),
            Day("10月4日（日）", (0, 0, 0), "延べ0人"),
        ),
    ),
    "hours": Hours(
        60, (Span("10月2日（金）", ((540, 12), (600, 48), (1500, 3)), "10:00　48"), Span("10月3日（土）", (), "不明"))
    ),
    "minutes": Hours(5, (Span("10月2日（金）", tuple((minute, minute) for minute in range(540, 1140, 5)), "1,135"),)),
    "pairs": Pairs(
        (Pair(LONG, "10月2日（金）", 40, 33, 5, "来場38人"), Pair("講演", "10月3日（土）", None, None, None, "不明")),
        "確定した予約",
        "来場（予約あり）",
        "来場（当日参加）",
    ),
    "steps": Steps(
        (
            Panel(
                "講演　講堂",
                (Track("予約", ((0, 0), (30, 12), (90, 38))), Track("来場", ((0, 0), (60, 25), (95, 36)))),
                0,
                120,
                ((0, "9:00"), (60, "10:00"), (120, "11:00")),
                limit=40,
                limit_words="定員40",
            ),
            Panel(LONG, (Track("", ((20, 3), (80, 7)), joined=False),), 0, 120, ((0, "9:00"), (120, "11:00"))),
        )
    ),
    "heat": Heat(
        ("観覧者", LONG, "合計"),
        ("10月2日（金）", "みなと図書館", "オンライン"),
        ((1204, 30, 0), (3, "不明", 660), (0, "–", 41)),
    ),
}
NARROW = ("bars", "pairs", "steps", "heat")
KEPT: tuple[tuple[str, Shape], ...] = (
    *((name, "sheet") for name in CHARTS),
    *((name, "narrow") for name in NARROW),
)


def drawn(chart: Chart, shape: Shape) -> Image.Image:
    """A chart as it is drawn now, at half its size."""
    picture = Image.open(io.BytesIO(draw(chart, FRAME, shape=shape, form="png"))).convert("RGB")
    return picture.resize((picture.width // SHRUNK, picture.height // SHRUNK), Image.Resampling.BOX)


def file_of(name: str, shape: Shape) -> Path:
    return FOLDER / f"{name}-{shape}.png"


def difference(one: Image.Image, other: Image.Image) -> float:
    """How far two pictures are apart where they are furthest: the root of the mean square, of 255, in the worst small
    square. One of another size is as far away as can be."""
    if one.size != other.size:
        return 255.0
    apart = (_numbers(one) - _numbers(other)) ** 2
    high, wide = (length // TILE * TILE for length in apart.shape[:2])
    squares = apart[:high, :wide].reshape(high // TILE, TILE, wide // TILE, TILE, 3)
    return float(np.sqrt(squares.mean(axis=(1, 3, 4)).max()))


def keep_all() -> None:
    """Draw them again and keep what changed."""
    FOLDER.mkdir(exist_ok=True)
    for name, shape in KEPT:
        picture = drawn(CHARTS[name], shape)
        small = picture.quantize(COLOURS, dither=Image.Dither.NONE)
        small.save(file_of(name, shape), optimize=True)


def _numbers(picture: Image.Image) -> NDArray[np.float64]:
    return np.asarray(picture.convert("RGB"), dtype=np.float64)


if __name__ == "__main__":
    keep_all()
