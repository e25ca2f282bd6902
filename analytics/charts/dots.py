"""A picture of dots: letters and shapes have few colours, so the file holds a table of them. It is half as large, and
written in a third of the time."""

import zlib
from functools import lru_cache
from io import BytesIO
from itertools import product
from math import dist
from typing import TYPE_CHECKING, Any

from analytics.charts.printing import Size, dots
from analytics.charts.style import INK, PAPER, dots_per_inch

if TYPE_CHECKING:
    from matplotlib.patches import Patch
    from PIL.Image import Image

COLOURS = 256
MOST_SHADES = 15
ROWS = 100
"""At once: memory of less than a megabyte is used again, a larger piece is asked for anew each time."""
APART = 11
"""Pillow looks a colour up by the corner of a cube of four steps each way. A shade further than this from a colour that
is drawn, the root of the sum of squares, is never taken for it."""
Colour = tuple[int, ...]
"""Red, green, blue, each from 0 to 255."""


def png(size: Size, patches: "list[Patch]", *, about: dict[str, str]) -> bytes:
    """The file; patches: all that is drawn, on paper of this size in inches; about: words kept inside. Only runs of one
    colour are pressed, which a chart is full of: as large as with a search for what comes again, give or take a tenth,
    in half of the time."""
    from PIL.PngImagePlugin import PngInfo

    words, buffer, density = PngInfo(), BytesIO(), dots_per_inch(*size)
    drawn = dots(size, patches, density)
    for name, value in about.items():
        words.add_text(name, value)
    few = _few(drawn, _table(_colours(patches)))
    few.save(buffer, "png", dpi=(density, density), pnginfo=words, compress_type=zlib.Z_RLE)
    return buffer.getvalue()


def _few(drawn: Any, table: "Image") -> "Image":
    """The dots of a buffer in the colours of a table. A few rows at a time, read where they were drawn: another copy
    or two of the whole picture cost as much time as drawing it."""
    from PIL import Image

    height, width, _ = drawn.shape
    few = Image.new("P", (width, height))
    few.putpalette(table.getpalette() or [])
    for top in range(0, height, ROWS):
        band = width, min(ROWS, height - top)
        dots = Image.frombuffer("RGBX", band, drawn[top : top + ROWS].cast("B"), "raw", "RGBX", 0, 1)
        few.paste(dots.convert("RGB").quantize(palette=table, dither=Image.Dither.NONE), (0, top))
    return few


def _colours(patches: "list[Patch]") -> tuple[Colour, ...]:
    from matplotlib.colors import to_rgba

    looks: Any = [one for patch in patches for one in (patch.get_facecolor(), patch.get_edgecolor())]
    seen = [to_rgba(PAPER), to_rgba(INK), *(to_rgba(look) for look in looks)]
    return tuple(dict.fromkeys(tuple(round(part * 255) for part in one[:3]) for one in seen if one[3]))


@lru_cache(maxsize=100)
def _table(colours: tuple[Colour, ...]) -> "Image":
    """Every colour that is drawn, and what soft edges are made of: its shades towards the paper and towards the ink."""
    from PIL import Image

    shades = min((COLOURS - len(colours)) // (2 * len(colours)), MOST_SHADES)
    mixed = [
        tuple(round(far + (near - far) * step / (shades + 1)) for near, far in zip(colour, end, strict=True))
        for colour, end, step in product(colours, colours[:2], range(1, shades + 1))
    ]
    apart = [one for one in mixed if all(dist(one, colour) > APART for colour in colours)]
    table = Image.new("P", (1, 1))
    table.putpalette([part for colour in (*colours, *apart) for part in colour])
    return table
