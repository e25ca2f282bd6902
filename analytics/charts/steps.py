"""Numbers over time as steps, plots under each other: each with its own scale from zero, its largest number written."""

from typing import TYPE_CHECKING, Any

from analytics.charts.data import Panel, Steps, Track
from analytics.charts.style import ACCENT, EDGE, INK, LINE, RULE, SERIES, SOFT, Frame, Shape, Sheet, wrapped

if TYPE_CHECKING:
    from matplotlib.axes import Axes

HEIGHT = 1.35
ALONE = 2.6
LOOKS: tuple[dict[str, Any], ...] = (
    {"color": ACCENT, "linewidth": 2},
    {"color": SERIES[3], "linewidth": 1.6, "linestyle": (0, (4, 2))},
)


def draw_steps(chart: Steps, frame: Frame, shape: Shape) -> Sheet:
    """A plot a panel, its label above it."""
    height = ALONE if len(chart.panels) == 1 else HEIGHT
    columns = 46 if shape == "narrow" else 100
    labels = [wrapped(panel.label, columns=columns, lines=2) if panel.label else [] for panel in chart.panels]
    heads = [len(lines) * 11.5 * LINE / 72 + (0.28 if lines else 0.05) for lines in labels]
    sheet = Sheet(frame, shape, height=sum(heads) + len(chart.panels) * (height + 0.42))
    top = 0.0
    for panel, lines, head in zip(chart.panels, labels, heads, strict=True):
        looks: dict[str, Any] = {"fontsize": sheet.paper.text, "color": INK, "ha": "left", "va": "top"}
        place = 1 - (sheet.head + top + 0.02) / sheet.height
        sheet.figure.text(EDGE / sheet.width, place, "\n".join(lines), linespacing=LINE, **looks)
        _draw_panel(sheet, panel, top + head, height)
        top += head + height + 0.42
    return sheet


def _draw_panel(sheet: Sheet, panel: Panel, top: float, height: float) -> None:
    small = sheet.paper.small
    ends = [f"{track.label} {track.points[-1][1]:,}" if track.label else "" for track in panel.tracks if track.points]
    right = max((sheet.text_width(one, size=small) for one in ends), default=0.0) + 0.15
    largest = max([n for track in panel.tracks for _x, n in track.points] + [panel.limit or 0, 1])
    left = EDGE + sheet.text_width(f"{largest:,}", size=small) + 0.12
    axes = sheet.axes(left, top, sheet.width - left - EDGE - right, height)
    axes.set_xlim(panel.start, max(panel.end, panel.start + 1))
    axes.set_ylim(0, largest * 1.08)
    for track, looks in zip(panel.tracks, LOOKS, strict=False):
        _draw_track(axes, track, panel, looks)
    _write_ends(sheet, axes, panel, largest=largest, height=height)
    if panel.limit is not None:
        axes.hlines(
            panel.limit, panel.start, max(panel.end, panel.start + 1), color=INK, linewidth=1, linestyle="dotted"
        )
        axes.annotate(
            panel.limit_words, (panel.start, panel.limit), xytext=(4, 2), textcoords="offset points", fontsize=small,
            color=INK, ha="left", va="bottom",
        )  # fmt: skip
    axes.set_yticks([0, largest], ["0", f"{largest:,}"], fontsize=small, color=SOFT)
    ticks = _fitting(sheet, panel, sheet.width - left - EDGE - right)
    axes.set_xticks([x for x, _label in ticks], [label for _x, label in ticks], fontsize=small, color=SOFT)
    axes.tick_params(axis="x", length=3, color=RULE)
    axes.hlines(0, panel.start, max(panel.end, panel.start + 1), color=INK, linewidth=1, clip_on=False, zorder=3)


def _fitting(sheet: Sheet, panel: Panel, width: float) -> list[tuple[int, str]]:
    """Every tick, or every second, third …, as many as fit with their words; the last one is always among them."""
    ticks = [(x, label) for x, label in panel.ticks if panel.start <= x <= panel.end]
    widest = max((sheet.text_width(label, size=sheet.paper.small) for _x, label in ticks), default=0.0) + 0.2
    apart = max(1, -(-len(ticks) * widest // width))
    return [tick for index, tick in enumerate(reversed(ticks)) if index % apart == 0]


def _draw_track(axes: "Axes", track: Track, panel: Panel, looks: dict[str, Any]) -> None:
    if not track.points:
        return
    if not track.joined:
        axes.plot(*zip(*track.points, strict=True), "o", color=looks["color"], markersize=6, clip_on=False)
        return
    points = [*track.points, (max(panel.end, track.points[-1][0]), track.points[-1][1])]
    axes.step([x for x, _n in points], [n for _x, n in points], where="post", **looks)


def _write_ends(sheet: Sheet, axes: "Axes", panel: Panel, *, largest: int, height: float) -> None:
    """What each track is, at its end; two that end close to each other are set apart."""
    line = sheet.paper.small * LINE / 72 * largest * 1.08 / height
    before: float | None = None
    tracks = [(track, looks) for track, looks in zip(panel.tracks, LOOKS, strict=False) if track.label and track.points]
    for track, looks in sorted(tracks, key=lambda one: one[0].points[-1][1], reverse=True):
        number = track.points[-1][1]
        at = number if before is None else min(number, before - line)
        axes.annotate(
            f"{track.label} {number:,}", (1, at), xycoords=("axes fraction", "data"), xytext=(6, 0),
            textcoords="offset points", ha="left", va="center", fontsize=sheet.paper.small, color=looks["color"],
            fontweight="bold", annotation_clip=False,
        )  # fmt: skip
        before = at
