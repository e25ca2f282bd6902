"""The kinds of charts: bars, stacked days, hours of each day, pairs. Every length starts at zero, with its number."""

from typing import TYPE_CHECKING, Any

from analytics.charts.data import Bars, Chart, Days, Heat, Hours, Pairs, Series, Steps
from analytics.charts.heat import draw_heat
from analytics.charts.hours import draw_hours
from analytics.charts.key import Part, draw_key, key_of
from analytics.charts.rows import BAR, Rows, bar, bars, plot, rows_for, write_words
from analytics.charts.steps import draw_steps
from analytics.charts.style import (
    ACCENT,
    HATCHES,
    INK,
    ON_SERIES,
    PALE,
    PAPER,
    SERIES,
    UNASKED,
    Format,
    Frame,
    Shape,
    Sheet,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def draw(chart: Chart, frame: Frame, *, shape: Shape, form: Format) -> bytes:
    """The chart as a file."""
    if isinstance(chart, Bars):
        sheet = _draw_bars(chart, frame, shape)
    elif isinstance(chart, Days):
        sheet = _draw_days(chart, frame, shape)
    elif isinstance(chart, Hours):
        sheet = draw_hours(chart, frame, shape)
    elif isinstance(chart, Steps):
        sheet = draw_steps(chart, frame, shape)
    elif isinstance(chart, Heat):
        sheet = draw_heat(chart, frame, shape)
    else:
        sheet = _draw_pairs(chart, frame, shape)
    return sheet.saved(form)


def _draw_bars(chart: Bars, frame: Frame, shape: Shape) -> Sheet:
    rows = rows_for([(row.label, row.detail) for row in chart.rows], shape)
    sheet = Sheet(frame, shape, height=rows.total + (0.45 if chart.total else 0))
    words = max(sheet.text_width(row.words, weight="bold") for row in chart.rows) + 0.1
    axes, per_inch = plot(sheet, rows, top=0, largest=max(row.number or 0 for row in chart.rows), words=words)
    bars(axes, [(rows.middle(index), 0, row.number or 0) for index, row in enumerate(chart.rows)], facecolor=ACCENT)
    for index, row in enumerate(chart.rows):
        write_words(axes, rows, index, row.words, end=(row.number or 0) + 0.1 * per_inch, known=row.number is not None)
    if chart.total:
        _write_total(axes, rows, chart.total, per_inch)
    return sheet


def _write_total(axes: "Axes", rows: Rows, total: tuple[str, str], per_inch: float) -> None:
    label, words = total
    middle = rows.total + 0.28
    looks: dict[str, Any] = {
        "va": "center",
        "fontsize": rows.size + 1.5,
        "fontweight": "bold",
        "color": INK,
        "clip_on": False,
    }
    if rows.above:
        axes.text(0, middle, f"{label}　{words}", ha="left", **looks)
    else:
        axes.text(-0.15 * per_inch, middle, label, ha="right", **looks)
        axes.text(0.1 * per_inch, middle, words, ha="left", **looks)


def _colours(series: Series) -> tuple[str, str, str]:
    """Fill, colour of numbers on it, hatch."""
    if series.mark is None:
        return UNASKED, PAPER, "----"
    index = series.mark % len(SERIES)
    return SERIES[index], ON_SERIES[index], HATCHES[index]


def _draw_days(chart: Days, frame: Frame, shape: Shape) -> Sheet:
    parts = [Part(one.label, fill, hatch=hatch) for one in chart.series for fill, _, hatch in [_colours(one)]]
    key = key_of(parts, shape=shape, lang=frame.lang)
    rows = rows_for([(row.label, "") for row in chart.rows], shape)
    sheet = Sheet(frame, shape, height=key.height + rows.total)
    draw_key(sheet, key)
    words = max(sheet.text_width(row.words, weight="bold") for row in chart.rows) + 0.1
    axes, per_inch = plot(sheet, rows, top=key.height, largest=max(sum(row.numbers) for row in chart.rows), words=words)
    for index, row in enumerate(chart.rows):
        end = 0
        for series, number in zip(chart.series, row.numbers, strict=False):
            _segment(sheet, axes, series, middle=rows.middle(index), start=end, number=number, per_inch=per_inch)
            end += number
        write_words(axes, rows, index, row.words, end=end + 0.1 * per_inch, known=bool(row.numbers))
    return sheet


def _segment(
    sheet: Sheet, axes: "Axes", series: Series, *, middle: float, start: int, number: int, per_inch: float
) -> None:
    fill, ink, hatch = _colours(series)
    if number <= 0:
        return
    bar(axes, middle, number, start=start, facecolor=fill, edgecolor=PAPER, hatch=hatch, linewidth=1.2)
    size = sheet.paper.small
    if sheet.text_width(f"{number:,}", size=size, weight="bold") + 0.1 <= number / per_inch:
        box = {"facecolor": fill, "edgecolor": "none", "pad": 1.2}
        axes.text(
            start + number / 2, middle, f"{number:,}", ha="center", va="center", fontsize=size, fontweight="bold",
            color=ink, bbox=box,
        )  # fmt: skip


def _draw_pairs(chart: Pairs, frame: Frame, shape: Shape) -> Sheet:
    parts = [Part(chart.booked, ACCENT), Part(chart.walk_in, PALE, hatch="////"), Part(chart.confirmed, PAPER, INK)]
    key = key_of(parts, shape=shape, lang=frame.lang)
    rows = rows_for([(row.label, row.detail) for row in chart.rows], shape, columns=40)
    sheet = Sheet(frame, shape, height=key.height + rows.total)
    draw_key(sheet, key)
    largest = max(max(row.confirmed or 0, (row.booked or 0) + (row.walk_in or 0)) for row in chart.rows)
    words = max(sheet.text_width(row.words) for row in chart.rows) + 0.1
    axes, per_inch = plot(sheet, rows, top=key.height, largest=largest, words=words)
    _draw_each_pair(axes, chart, rows)
    for index, row in enumerate(chart.rows):
        end = max(row.confirmed or 0, (row.booked or 0) + (row.walk_in or 0))
        write_words(axes, rows, index, row.words, end=end + 0.1 * per_inch, known=row.booked is not None)
    return sheet


def _draw_each_pair(axes: "Axes", chart: Pairs, rows: Rows) -> None:
    """Who came, booked or not, inside the frames of the confirmed places."""
    each, thin = [(rows.middle(index), row) for index, row in enumerate(chart.rows)], BAR * 0.62
    booked = [(middle, 0, row.booked or 0) for middle, row in each]
    walk_in = [(middle, row.booked or 0, row.walk_in or 0) for middle, row in each]
    bars(axes, booked, height=thin, facecolor=ACCENT)
    bars(axes, walk_in, height=thin, facecolor=PALE, hatch="////", edgecolor=PAPER)
    confirmed = [(middle, 0, row.confirmed or 0) for middle, row in each]
    bars(axes, confirmed, facecolor="none", edgecolor=INK, linewidth=1.2)
