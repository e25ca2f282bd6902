"""Words for a PDF, which matplotlib writes letters into: each line straight where it was laid out."""

from typing import Any

from matplotlib.artist import Artist
from matplotlib.backend_bases import RendererBase
from matplotlib.font_manager import FontProperties

from analytics.charts.letters import Words


class Writing(Artist):
    """Lines of text, each with its font; `base` of the words is from the lower edge of the paper, in inches."""

    def __init__(self, lines: list[tuple[Words, FontProperties]], *, above: float) -> None:
        super().__init__()
        self.set_zorder(above)
        self._lines = lines

    def draw(self, renderer: RendererBase) -> None:
        figure: Any = self.get_figure(root=True)
        for words, font in self._lines:
            left, base = words.left * figure.dpi, words.base * figure.dpi
            pen = renderer.new_gc()
            pen.set_foreground(words.colour)
            height = figure.bbox.height - base if renderer.flipy() else base
            renderer.draw_text(pen, left, height, words.text, font, 0)
            pen.restore()
