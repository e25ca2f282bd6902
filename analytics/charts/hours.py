"""The hours of several days under each other, on one scale of time and of numbers."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from analytics.charts.data import Hours, Span
from analytics.charts.style import ACCENT, EDGE, INK, LINE, PAPERS, RULE, SOFT, Frame, Shape, Sheet

if TYPE_CHECKING:
    from matplotlib.axes import Axes

HOURS_BELOW = 0.4
"""Inches for the hours under the last day that has numbers."""


def draw_hours(chart: Hours, frame: Frame, shape: Shape) -> Sheet:
    narrow = shape == "narrow"
    line = PAPERS[shape].text * LINE / 72
    heights = [(0.85 + line if narrow else 1.0) if day.numbers else line + 0.1 for day in chart.days]
    sheet = Sheet(frame, shape, height=sum(heights) + HOURS_BELOW)
    left = 0.5 if narrow else EDGE + max(sheet.text_width(day.label) for day in chart.days) + 0.65
    scale = _Scale.of(chart, sheet.width - left - 0.35)
    last = max((index for index, day in enumerate(chart.days) if day.numbers), default=0)
    top = 0.0
    for index, (day, height) in enumerate(zip(chart.days, heights, strict=True)):
        _write_day(sheet, day, top=top, left=left, above=narrow)
        if day.numbers:
            head = line + 0.05 if narrow else 0.1
            axes = sheet.axes(left, top + head + 0.02, scale.width, height - head - 0.15)
            _draw_span(sheet, axes, day, scale)
            _mark_hours(sheet, axes, scale, labelled=index == last)
        top += height + (HOURS_BELOW if index == last else 0)
    return sheet


@dataclass(frozen=True)
class _Scale:
    """What all days share: step and width of the plot, first and last hour, the largest number."""

    step: int
    width: float
    first: int
    last: int
    largest: int

    @classmethod
    def of(cls, chart: Hours, width: float) -> "_Scale":
        minutes = [minute for day in chart.days for minute, _ in day.numbers] or [600]
        largest = max((number for day in chart.days for _, number in day.numbers), default=1)
        return cls(chart.step, width, min(minutes) // 60, -(-(max(minutes) + chart.step) // 60), largest)

    @property
    def bar_width(self) -> float:
        return self.width * self.step / ((self.last - self.first) * 60)


def _write_day(sheet: Sheet, day: Span, *, top: float, left: float, above: bool) -> None:
    looks: dict[str, Any] = {"fontsize": sheet.paper.text, "color": INK, "ha": "left", "va": "top"}
    height = 1 - (sheet.head + top + 0.04) / sheet.height
    sheet.figure.text(EDGE / sheet.width, height, day.label, **looks)
    if not day.numbers:
        beside = EDGE + sheet.text_width(day.label) + 0.2 if above else left
        sheet.figure.text(beside / sheet.width, height, day.words, **{**looks, "color": SOFT})


def _draw_span(sheet: Sheet, axes: "Axes", day: Span, scale: _Scale) -> None:
    """Bars with their numbers; where these do not fit, the number of the highest and a line to read the others by."""
    axes.set_xlim(scale.first * 60, scale.last * 60)
    axes.set_ylim(0, scale.largest * 1.35)
    minutes, numbers = zip(*day.numbers, strict=True)
    axes.bar(minutes, numbers, width=scale.step * 0.92, align="edge", color=ACCENT, linewidth=0)
    peak = max(range(len(numbers)), key=lambda index: (numbers[index], -index))
    if sheet.text_width(f"{scale.largest:,}", size=sheet.paper.small, weight="bold") <= scale.bar_width:
        _write_numbers(sheet, axes, day, scale, peak)
        axes.set_yticks([])
    else:
        _write_peak(sheet, axes, day, scale, peak)
        tick = _tick(scale.largest)
        axes.set_yticks([0, tick], ["0", f"{tick:,}"], fontsize=sheet.paper.small, color=SOFT)
        axes.hlines(tick, scale.first * 60, scale.last * 60, color=RULE, linewidth=0.8, zorder=0)
    axes.hlines(0, scale.first * 60, scale.last * 60, color=INK, linewidth=1, zorder=3)


def _write_numbers(sheet: Sheet, axes: "Axes", day: Span, scale: _Scale, peak: int) -> None:
    for index, (minute, number) in enumerate(day.numbers):
        looks: dict[str, Any] = {"fontweight": "bold", "color": INK} if index == peak else {"color": SOFT}
        axes.text(
            minute + scale.step * 0.46, number + scale.largest * 0.05, f"{number:,}", ha="center", va="bottom",
            fontsize=sheet.paper.small, **looks,
        )  # fmt: skip


def _write_peak(sheet: Sheet, axes: "Axes", day: Span, scale: _Scale, peak: int) -> None:
    minute, number = day.numbers[peak]
    share = (minute / 60 - scale.first) / (scale.last - scale.first)
    axes.text(
        minute + scale.step * 0.46, number + scale.largest * 0.05, day.words, va="bottom", fontsize=sheet.paper.small,
        ha="left" if share < 0.15 else "right" if share > 0.85 else "center", fontweight="bold", color=INK,
    )  # fmt: skip


def _mark_hours(sheet: Sheet, axes: "Axes", scale: _Scale, *, labelled: bool) -> None:
    room = int(scale.width / (sheet.text_width("00:00", size=sheet.paper.small) + 0.2))
    hours = scale.last - scale.first
    apart = next(one for one in (1, 2, 3, 4, 6, 12, 24, hours) if hours / one + 1 <= room or one == hours)
    marks = range(scale.first, scale.last + 1, apart)
    labels = [f"{hour}:00" if labelled else "" for hour in marks]
    axes.set_xticks([hour * 60 for hour in marks], labels, fontsize=sheet.paper.small, color=SOFT)
    axes.tick_params(axis="x", length=3, color=RULE)


def _tick(largest: int) -> int:
    """The roundest number at most the largest."""
    power: int = 10 ** (len(str(largest)) - 1)
    return max(int(one) for one in (power, 2 * power, 5 * power) if one <= largest)
