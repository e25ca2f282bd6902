"""The hours of several days under each other, on one scale of time and of numbers."""

from dataclasses import dataclass

from analytics.charts.data import Hours, Span
from analytics.charts.letters import Weight
from analytics.charts.sheet import Align, Sheet
from analytics.charts.style import ACCENT, EDGE, INK, LINE, PAPERS, RULE, SOFT, Frame, Shape

HOURS_BELOW = 0.4
"""Inches for the hours under the last day that has numbers."""
ABOVE = 1.35
"""The highest of a plot over its largest number, which is written above it."""
MARK = 3 / 72
PAD = 6 / 72


def height_of_hours(chart: Hours, shape: Shape) -> float:
    """Of all days and the hours, in inches."""
    return sum(_heights(chart, shape)) + HOURS_BELOW


def _heights(chart: Hours, shape: Shape) -> list[float]:
    line = PAPERS[shape].text * LINE / 72
    return [(0.85 + line if shape == "narrow" else 1.0) if day.numbers else line + 0.1 for day in chart.days]


def draw_hours(chart: Hours, frame: Frame, shape: Shape) -> Sheet:
    narrow = shape == "narrow"
    line = PAPERS[shape].text * LINE / 72
    sheet = Sheet(frame, shape, height=height_of_hours(chart, shape))
    left = 0.5 if narrow else EDGE + max(sheet.text_width(day.label) for day in chart.days) + 0.65
    scale = _Scale.of(chart, left, sheet.width - left - 0.35)
    last = max((index for index, day in enumerate(chart.days) if day.numbers), default=0)
    top = 0.0
    for index, (day, height) in enumerate(zip(chart.days, _heights(chart, shape), strict=True)):
        _write_day(sheet, day, top=top, left=left, above=narrow)
        if day.numbers:
            head = line + 0.05 if narrow else 0.1
            plot = _Plot(sheet, day, scale, top + height - 0.13, height - head - 0.15)
            _draw_span(plot)
            _mark_hours(plot, labelled=index == last)
        top += height + (HOURS_BELOW if index == last else 0)
    return sheet


@dataclass(frozen=True)
class _Scale:
    """What all days share: step, left edge and width of the plot, first and last hour, the largest number."""

    step: int
    left: float
    width: float
    first: int
    last: int
    largest: int

    @classmethod
    def of(cls, chart: Hours, left: float, width: float) -> "_Scale":
        minutes = [minute for day in chart.days for minute, _ in day.numbers] or [600]
        largest = max((number for day in chart.days for _, number in day.numbers), default=1)
        return cls(chart.step, left, width, min(minutes) // 60, -(-(max(minutes) + chart.step) // 60), largest)

    @property
    def bar_width(self) -> float:
        return self.width * self.step / ((self.last - self.first) * 60)

    def at(self, minute: float) -> float:
        """How far to the right a minute of the day lies."""
        return self.left + self.width * self.share(minute)

    def share(self, minute: float) -> float:
        """How far between the first and the last hour."""
        return (minute / 60 - self.first) / (self.last - self.first)


@dataclass(frozen=True)
class _Plot:
    """One day's plot: where zero is, from the top, and how high it is."""

    sheet: Sheet
    day: Span
    scale: _Scale
    base: float
    height: float

    def up(self, number: float) -> float:
        """Where a number lies, from the top."""
        return self.base - self.height * number / (self.scale.largest * ABOVE)

    def over(self, number: int) -> float:
        """Where words over a bar stand."""
        return self.up(number + self.scale.largest * 0.05)


def _write_day(sheet: Sheet, day: Span, *, top: float, left: float, above: bool) -> None:
    sheet.write(EDGE, top + 0.04, day.label, hang="top")
    if not day.numbers:
        beside = EDGE + sheet.text_width(day.label) + 0.2 if above else left
        sheet.write(beside, top + 0.04, day.words, colour=SOFT, hang="top")


def _draw_span(plot: _Plot) -> None:
    """Bars with their numbers; where these do not fit, the number of the highest and a line to read the others by."""
    scale, numbers, small = plot.scale, plot.day.numbers, plot.sheet.paper.small
    first, last = scale.left, scale.left + scale.width
    peak = max(range(len(numbers)), key=lambda index: (numbers[index][1], -index))
    if plot.sheet.text_width(f"{scale.largest:,}", size=small, weight="bold") <= scale.bar_width:
        _write_numbers(plot, peak)
    else:
        tick = _tick(scale.largest)
        plot.sheet.stroke([[(first, plot.up(tick)), (last, plot.up(tick))]], colour=RULE, width=0.8)
        for number in (0, tick):
            plot.sheet.write(first - PAD, plot.up(number), f"{number:,}", size=small, colour=SOFT, align="right")
        _write_peak(plot, peak)
    boxes = [(scale.at(at), plot.up(number), scale.at(at + scale.step * 0.92), plot.base) for at, number in numbers]
    plot.sheet.fill(boxes, colour=ACCENT)
    plot.sheet.stroke([[(first, plot.base), (last, plot.base)]], colour=INK, width=1)


def _write_numbers(plot: _Plot, peak: int) -> None:
    size, step = plot.sheet.paper.small, plot.scale.step
    for index, (minute, number) in enumerate(plot.day.numbers):
        weight: Weight = "bold" if index == peak else "normal"
        colour, middle = INK if index == peak else SOFT, plot.scale.at(minute + step * 0.46)
        plot.sheet.write(
            middle, plot.over(number), f"{number:,}", size=size, weight=weight, colour=colour, align="center",
            hang="bottom",
        )  # fmt: skip


def _write_peak(plot: _Plot, peak: int) -> None:
    minute, number = plot.day.numbers[peak]
    share = plot.scale.share(minute)
    align: Align = "left" if share < 0.15 else "right" if share > 0.85 else "center"
    middle = plot.scale.at(minute + plot.scale.step * 0.46)
    plot.sheet.write(
        middle, plot.over(number), plot.day.words, size=plot.sheet.paper.small, weight="bold", align=align,
        hang="bottom",
    )  # fmt: skip


def _mark_hours(plot: _Plot, *, labelled: bool) -> None:
    sheet, scale = plot.sheet, plot.scale
    room = int(scale.width / (sheet.text_width("00:00", size=sheet.paper.small) + 0.2))
    hours = scale.last - scale.first
    apart = next(one for one in (1, 2, 3, 4, 6, 12, 24, hours) if hours / one + 1 <= room or one == hours)
    marks = range(scale.first, scale.last + 1, apart)
    places = [(scale.at(hour * 60), f"{hour}:00") for hour in marks]
    sheet.stroke([[(at, plot.base), (at, plot.base + MARK)] for at, _ in places], colour=RULE, width=0.8)
    if labelled:
        for at, words in places:
            sheet.write(
                at, plot.base + MARK + PAD, words, size=sheet.paper.small, colour=SOFT, align="center", hang="top"
            )


def _tick(largest: int) -> int:
    """The roundest number at most the largest."""
    power: int = 10 ** (len(str(largest)) - 1)
    return max(int(one) for one in (power, 2 * power, 5 * power) if one <= largest)
