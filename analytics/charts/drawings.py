"""The kinds of charts: bars, stacked days, hours of each day, pairs. Every length starts at zero, with its number."""

from analytics.charts.data import Bars, Chart, Days, Heat, Hours, Pairs, Series, Steps
from analytics.charts.heat import draw_heat, height_of_heat
from analytics.charts.hours import draw_hours, height_of_hours
from analytics.charts.key import Key, Part, draw_key, key_of
from analytics.charts.rows import BAR, BESIDE, Plot, Rows, plot, rows_for
from analytics.charts.sheet import Sheet, full_height
from analytics.charts.steps import draw_steps, height_of_steps
from analytics.charts.style import (
    ACCENT,
    HATCHES,
    HATCHES_AGAIN,
    INK,
    ON_SERIES,
    PALE,
    PAPER,
    PAPERS,
    SERIES,
    UNASKED,
    Format,
    Frame,
    Shape,
)


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


def size_of(chart: Chart, frame: Frame, *, shape: Shape) -> tuple[int, int]:
    """Width and height of the picture in hundredths of an inch, known without drawing it."""
    if isinstance(chart, Bars):
        height = _bars_height(chart, shape)
    elif isinstance(chart, Days):
        height = _days_key(chart, frame, shape).height + _days_rows(chart, shape).total
    elif isinstance(chart, Hours):
        height = height_of_hours(chart, shape)
    elif isinstance(chart, Steps):
        height = height_of_steps(chart, shape)
    elif isinstance(chart, Heat):
        height = height_of_heat(chart, shape)
    else:
        height = _pairs_key(chart, frame, shape).height + _pairs_rows(chart, shape).total
    return round(PAPERS[shape].width * 100), round(full_height(frame, shape, height) * 100)


def _bars_rows(chart: Bars, shape: Shape) -> Rows:
    return rows_for([(row.label, row.detail) for row in chart.rows], shape)


def _bars_height(chart: Bars, shape: Shape) -> float:
    return _bars_rows(chart, shape).total + (0.45 if chart.total else 0)


def _draw_bars(chart: Bars, frame: Frame, shape: Shape) -> Sheet:
    rows = _bars_rows(chart, shape)
    sheet = Sheet(frame, shape, height=_bars_height(chart, shape))
    words = max(sheet.text_width(row.words, weight="bold") for row in chart.rows) + 0.1
    drawn = plot(sheet, rows, top=0, largest=max(row.number or 0 for row in chart.rows), words=words)
    sheet.fill([drawn.box(index, row.number or 0) for index, row in enumerate(chart.rows)], colour=ACCENT)
    drawn.draw_baseline()
    for index, row in enumerate(chart.rows):
        drawn.write_words(index, row.words, end=row.number or 0, known=row.number is not None)
    if chart.total:
        _write_total(drawn, *chart.total)
    return sheet


def _write_total(plot: Plot, label: str, words: str) -> None:
    sheet, middle, size = plot.sheet, plot.top + plot.rows.total + 0.28, plot.rows.size + 1.5
    if plot.rows.above:
        sheet.write(plot.left, middle, f"{label}　{words}", size=size, weight="bold")
    else:
        sheet.write(plot.left - 0.15, middle, label, size=size, weight="bold", align="right")
        sheet.write(plot.left + BESIDE, middle, words, size=size, weight="bold")


def colours_of(series: Series) -> tuple[str, str, str]:
    """Fill, colour of numbers on it, hatch."""
    if series.mark is None:
        return UNASKED, PAPER, "----"
    again, index = divmod(series.mark, len(SERIES))
    return SERIES[index], ON_SERIES[index], (HATCHES_AGAIN if again % 2 else HATCHES)[index]


def _days_key(chart: Days, frame: Frame, shape: Shape) -> Key:
    parts = [Part(one.label, fill, hatch=hatch) for one in chart.series for fill, _, hatch in [colours_of(one)]]
    return key_of(parts, shape=shape, lang=frame.lang)


def _days_rows(chart: Days, shape: Shape) -> Rows:
    return rows_for([(row.label, "") for row in chart.rows], shape)


def _draw_days(chart: Days, frame: Frame, shape: Shape) -> Sheet:
    key, rows = _days_key(chart, frame, shape), _days_rows(chart, shape)
    sheet = Sheet(frame, shape, height=key.height + rows.total)
    draw_key(sheet, key)
    words = max(sheet.text_width(row.words, weight="bold") for row in chart.rows) + 0.1
    drawn = plot(sheet, rows, top=key.height, largest=max(sum(row.numbers) for row in chart.rows), words=words)
    for index, series in enumerate(chart.series):
        _draw_series(drawn, chart, index, series)
    drawn.draw_baseline()
    for index, row in enumerate(chart.rows):
        drawn.write_words(index, row.words, end=sum(row.numbers), known=bool(row.numbers))
    return sheet


def _draw_series(plot: Plot, chart: Days, place: int, series: Series) -> None:
    """One series on every day, with its numbers where they fit."""
    fill, ink, hatch = colours_of(series)
    sheet, size = plot.sheet, plot.sheet.paper.small
    parts = [
        (row, sum(day.numbers[:place]), day.numbers[place]) for row, day in enumerate(chart.rows) if any(day.numbers)
    ]
    boxes = [plot.box(row, number, start=start) for row, start, number in parts]
    sheet.fill(boxes, colour=fill, edge=PAPER, hatch=hatch, line=1.2)
    placed = [(f"{number:,}", plot.end(start + number / 2), plot.middle(row), number) for row, start, number in parts]
    fitting = [
        (words, across, middle)
        for words, across, middle, number in placed
        if number and sheet.text_width(words, size=size, weight="bold") + 0.1 <= number / plot.per_inch
    ]
    if hatch:
        cleared = [sheet.room_for(x, y, words, size=size, weight="bold") for words, x, y in fitting]
        sheet.fill(cleared, colour=fill)
    for words, across, middle in fitting:
        sheet.write(across, middle, words, size=size, weight="bold", colour=ink, align="center")


def _pairs_key(chart: Pairs, frame: Frame, shape: Shape) -> Key:
    parts = [Part(chart.booked, ACCENT), Part(chart.walk_in, PALE, hatch="////"), Part(chart.confirmed, PAPER, INK)]
    return key_of(parts, shape=shape, lang=frame.lang)


def _pairs_rows(chart: Pairs, shape: Shape) -> Rows:
    return rows_for([(row.label, row.detail) for row in chart.rows], shape, columns=40)


def _draw_pairs(chart: Pairs, frame: Frame, shape: Shape) -> Sheet:
    key, rows = _pairs_key(chart, frame, shape), _pairs_rows(chart, shape)
    sheet = Sheet(frame, shape, height=key.height + rows.total)
    draw_key(sheet, key)
    ends = [max(row.confirmed or 0, (row.booked or 0) + (row.walk_in or 0)) for row in chart.rows]
    words = max(sheet.text_width(row.words, weight="bold") for row in chart.rows) + 0.1
    drawn = plot(sheet, rows, top=key.height, largest=max(ends), words=words)
    _draw_each_pair(drawn, chart)
    drawn.draw_baseline()
    for index, (row, end) in enumerate(zip(chart.rows, ends, strict=True)):
        drawn.write_words(index, row.words, end=end, known=row.booked is not None)
    return sheet


def _draw_each_pair(plot: Plot, chart: Pairs) -> None:
    """Who came, booked or not, inside the frames of the confirmed places."""
    each, thin = list(enumerate(chart.rows)), BAR * 0.62
    booked = [plot.box(index, row.booked or 0, height=thin) for index, row in each]
    walk_in = [plot.box(index, row.walk_in or 0, start=row.booked or 0, height=thin) for index, row in each]
    plot.sheet.fill(booked, colour=ACCENT)
    plot.sheet.fill(walk_in, colour=PALE, hatch="////")
    confirmed = [plot.box(index, row.confirmed or 0) for index, row in each]
    plot.sheet.fill(confirmed, colour="none", edge=INK, line=1.2)
