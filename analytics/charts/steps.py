"""Numbers over time as steps, plots under each other: each with its own scale from zero, its largest number written."""

from dataclasses import dataclass

from analytics.charts.data import Panel, Steps, Track
from analytics.charts.sheet import Point, Sheet
from analytics.charts.style import ACCENT, EDGE, INK, LINE, PAPERS, RULE, SERIES, SOFT, Frame, Shape, wrapped

HEIGHT = 1.35
ALONE = 2.6
UNDER = 0.42
"""For the words of the time below a plot."""
ABOVE = 1.08
MARK = 3 / 72
PAD = 6 / 72


@dataclass(frozen=True)
class _Look:
    """How a track is drawn."""

    colour: str
    width: float
    dashes: tuple[float, ...] | None = None


LOOKS = (_Look(ACCENT, 2), _Look(SERIES[3], 1.6, (4, 2)))


@dataclass(frozen=True)
class _Plot:
    """One panel's plot: its box in inches, and the number at its upper edge."""

    sheet: Sheet
    panel: Panel
    left: float
    top: float
    width: float
    height: float
    largest: int

    @property
    def right(self) -> float:
        return self.left + self.width

    @property
    def until(self) -> int:
        return max(self.panel.end, self.panel.start + 1)

    def at(self, x: int) -> float:
        return self.left + self.width * (x - self.panel.start) / (self.until - self.panel.start)

    def up(self, number: float) -> float:
        return self.top + self.height * (1 - number / (self.largest * ABOVE))


def height_of_steps(chart: Steps, shape: Shape) -> float:
    """Of all panels with their labels, in inches."""
    return sum(head + _plot_height(chart) + UNDER for _lines, head in _labels(chart, shape))


def _plot_height(chart: Steps) -> float:
    return ALONE if len(chart.panels) == 1 else HEIGHT


def _labels(chart: Steps, shape: Shape) -> list[tuple[list[str], float]]:
    """Of each panel the lines of its label, and how high they are."""
    columns, line = 46 if shape == "narrow" else 100, PAPERS[shape].text * LINE / 72
    labels = [wrapped(panel.label, columns=columns, lines=2) if panel.label else [] for panel in chart.panels]
    return [(lines, len(lines) * line + (0.28 if lines else 0.05)) for lines in labels]


def draw_steps(chart: Steps, frame: Frame, shape: Shape) -> Sheet:
    """A plot a panel, its label above it."""
    height = _plot_height(chart)
    sheet = Sheet(frame, shape, height=height_of_steps(chart, shape))
    top = 0.0
    for panel, (lines, head) in zip(chart.panels, _labels(chart, shape), strict=True):
        sheet.write(EDGE, top + 0.02, "\n".join(lines), hang="top")
        _draw_panel(_plot(sheet, panel, top + head, height))
        top += head + height + UNDER
    return sheet


def _plot(sheet: Sheet, panel: Panel, top: float, height: float) -> _Plot:
    small = sheet.paper.small
    ends = [f"{track.label} {track.points[-1][1]:,}" for track in panel.tracks if track.points and track.label]
    right = max((sheet.text_width(one, size=small, weight="bold") for one in ends), default=0.0) + 0.15
    largest = max([n for track in panel.tracks for _x, n in track.points] + [panel.limit or 0, 1])
    left = EDGE + sheet.text_width(f"{largest:,}", size=small) + 0.12
    return _Plot(sheet, panel, left, top, sheet.width - left - EDGE - right, height, largest)


def _draw_panel(plot: _Plot) -> None:
    sheet, panel, small = plot.sheet, plot.panel, plot.sheet.paper.small
    for track, look in zip(panel.tracks, LOOKS, strict=False):
        _draw_track(plot, track, look)
    _write_ends(plot)
    if panel.limit is not None:
        height = plot.up(panel.limit)
        sheet.stroke([[(plot.left, height), (plot.right, height)]], colour=INK, width=1, dashes=(1, 1.65))
        sheet.write(plot.left + 4 / 72, height - 2 / 72, panel.limit_words, size=small, hang="bottom")
    for number in (0, plot.largest):
        sheet.write(plot.left - PAD, plot.up(number), f"{number:,}", size=small, colour=SOFT, align="right")
    _mark_times(plot)
    base = plot.up(0)
    sheet.stroke([[(plot.left, base), (plot.right, base)]], colour=INK, width=1)


def _mark_times(plot: _Plot) -> None:
    base, places = plot.up(0), [(plot.at(x), label) for x, label in _fitting(plot)]
    plot.sheet.stroke([[(at, base), (at, base + MARK)] for at, _label in places], colour=RULE, width=0.8)
    for at, label in places:
        plot.sheet.write(
            at, base + MARK + PAD, label, size=plot.sheet.paper.small, colour=SOFT, align="center", hang="top"
        )


def _fitting(plot: _Plot) -> list[tuple[int, str]]:
    """Every tick, or every second, third …, as many as fit with their words; the last one is always among them."""
    sheet, panel = plot.sheet, plot.panel
    ticks = [(x, label) for x, label in panel.ticks if panel.start <= x <= panel.end]
    widest = max((sheet.text_width(label, size=sheet.paper.small) for _x, label in ticks), default=0.0) + 0.2
    apart = max(1, int(-(-len(ticks) * widest // plot.width)))
    return [tick for index, tick in enumerate(reversed(ticks)) if index % apart == 0]


def _draw_track(plot: _Plot, track: Track, look: _Look) -> None:
    if not track.points:
        return
    if not track.joined:
        plot.sheet.dots([(plot.at(x), plot.up(n)) for x, n in track.points], colour=look.colour, size=7)
        return
    path: list[Point] = []
    for x, number in track.points:
        if path:
            path.append((plot.at(x), path[-1][1]))
        path.append((plot.at(x), plot.up(number)))
    path.append((plot.at(max(plot.panel.end, track.points[-1][0])), path[-1][1]))
    plot.sheet.stroke([path], colour=look.colour, width=look.width, dashes=look.dashes)


def _write_ends(plot: _Plot) -> None:
    """What each track is, at its end; two that end close to each other are set apart."""
    small = plot.sheet.paper.small
    before: float | None = None
    tracks = [(track, look) for track, look in zip(plot.panel.tracks, LOOKS, strict=False) if track.label]
    shown = [(track.points[-1][1], track.label, look) for track, look in tracks if track.points]
    for number, label, look in sorted(shown, key=lambda one: one[0], reverse=True):
        at = plot.up(number) if before is None else max(plot.up(number), before + small * LINE / 72)
        plot.sheet.write(plot.right + PAD, at, f"{label} {number:,}", size=small, weight="bold", colour=look.colour)
        before = at
