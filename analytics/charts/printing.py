"""Shapes into a file: they are handed to what matplotlib writes each kind of file with. Its own figure, made for charts
with axes of every kind, would do no more, and loads 8 MiB that nothing here asks for."""

from collections.abc import Sequence
from io import BytesIO, StringIO
from operator import methodcaller
from typing import TYPE_CHECKING, Any, cast

from analytics.charts.style import PAPER

if TYPE_CHECKING:
    from matplotlib.artist import Artist

POINTS = 72
"""Dots to an inch of a file that is drawn as lines, whatever its size on a screen."""
Size = tuple[float, float]
"""Of the paper, in inches."""
About = dict[str, str | None]
"""What is told in the file about it."""


def svg(size: Size, artists: "Sequence[Artist]", about: About) -> str:
    """The file; artists are in inches from the lower left corner."""
    from matplotlib.backends import backend_svg

    written, written_by = StringIO(), cast("Any", backend_svg)
    renderer = written_by.RendererSVG(size[0] * POINTS, size[1] * POINTS, written, metadata=about)
    _draw(renderer, size, artists, POINTS)
    renderer.finalize()
    return written.getvalue()


def pdf(size: Size, artists: "Sequence[Artist]", about: About) -> bytes:
    """The same as PDF, one page."""
    from matplotlib.backends import backend_pdf

    written, written_by = BytesIO(), cast("Any", backend_pdf)
    file = written_by.PdfFile(written, metadata=about)
    try:
        file.newPage(*size)
        renderer = written_by.RendererPdf(file, POINTS, size[1], size[0])
        _draw(renderer, size, artists, POINTS)
        renderer.finalize()
        file.finalize()
    finally:
        file.close()
    return written.getvalue()


def dots(size: Size, artists: "Sequence[Artist]", dots_per_inch: float) -> memoryview:
    """The same as rows of dots, each red, green, blue and opaque."""
    from matplotlib.backends import backend_agg

    width, height = (int(side * dots_per_inch) for side in size)
    renderer = cast("Any", backend_agg).RendererAgg(width, height, dots_per_inch)
    _draw(renderer, size, artists, dots_per_inch)
    return memoryview(renderer.buffer_rgba())


def _draw(renderer: Any, size: Size, artists: "Sequence[Artist]", dots_per_inch: float) -> None:
    from matplotlib.patches import Rectangle
    from matplotlib.transforms import Affine2D

    paper = Rectangle((0, 0), *size, facecolor=PAPER, edgecolor=PAPER, linewidth=0, antialiased=False)
    renderer.open_group("figure")
    for artist in (paper, *sorted(artists, key=methodcaller("get_zorder"))):
        artist.set_transform(Affine2D().scale(dots_per_inch))
        artist.draw(renderer)
    renderer.close_group("figure")
