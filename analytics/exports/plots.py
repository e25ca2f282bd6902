"""Pictures beside the standard ones: the registration curve, who is inside over time, arrivals by gate, and two
dimensions crossed. Each only where it shows more than its table."""

from collections.abc import Sequence
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from analytics.charts import Bar, Bars, Heat, Hours, Panel, Span, Steps, Track
from analytics.charts.heat import MOST_COLUMNS, MOST_ROWS
from analytics.exports.beside import titles_of
from analytics.exports.doors import gate_arrivals, gate_name
from analytics.exports.pictures import Drawn, frame_of
from analytics.exports.table import Cell, Table
from analytics.exports.words import MISSING, on_day, side_by_side
from analytics.queries.doors import GateSlots, Watched
from analytics.rules import Missing
from analytics.rules.arrivals import event_day
from analytics.rules.demand import CurveDay
from analytics.rules.figures import Figures
from analytics.rules.stays import Filled, Occupancy, occupancy
from app.web.languages import plain
from app.web.languages import plainly as _

MOST_PANELS = 12
MOST_SPANS = 12
TICKS = 8


def curve_picture(figures: Figures, days: Sequence[CurveDay], title: str) -> Drawn | None:
    """Registered so far and still registered, by days to go. Two days at least."""
    if len(days) < 2:
        return None
    last = days[-1]
    start, end = -days[0].days_to_go, -last.days_to_go
    points = [(-one.days_to_go, one) for one in days]
    given_back = any(one.left for one in days)
    panel = Panel(
        label="",
        tracks=(
            Track(_("Registered so far"), tuple((x, one.asked_so_far) for x, one in points)),
            *([Track(_("Still registered"), tuple((x, one.standing) for x, one in points))] if given_back else []),
        ),
        start=start,
        end=end,
        ticks=tuple((x, _days_to_go(-x)) for x in _ticks(start, end)),
    )
    words = _(
        "Lines over the days before the event: %(asked)s registered so far, %(standing)s of them still. "
        "The table below has the same figures.",
        asked=f"{last.asked_so_far:,}",
        standing=f"{last.standing:,}",
    )
    return Drawn(Steps((panel,)), frame_of(figures, title, words, _("By days to the first day of the event.")))


def _days_to_go(days: int) -> str:
    if days == 0:
        return _("first day")
    return _("%(days)s days before", days=days) if days > 0 else _("%(days)s days after", days=-days)


def _ticks(start: int, end: int) -> list[int]:
    """Round numbers of days, the first day of the event among them."""
    apart = next(one for one in (1, 2, 5, 7, 14, 28, 56, 112) if (end - start) / one <= TICKS or one == 112)
    return [x for x in range(-(-start // apart) * apart, end + 1, apart)]  # noqa: C416


def occupancy_picture(figures: Figures, watched: Sequence[Watched]) -> Drawn | None:
    """A plot a session against its places; at most twelve, those with the most people."""
    titles = titles_of(figures)
    known = [(one, found) for one in watched if (found := occupancy(one.steps)).points]
    if not known:
        return None
    fullest = sorted(known, key=lambda one: _most(one[1]), reverse=True)[:MOST_PANELS]
    shown = [one for one in known if one in fullest]
    panels = tuple(_panel(figures, one, found, plain(titles[one.code])) for one, found in shown)
    top, found = fullest[0]
    words = _(
        "Lines over time, a plot for each session: who was inside, and its places as a dotted line. Most inside: "
        "%(session)s, %(number)s. The table below has the same figures.",
        session=plain(titles[top.code]),
        number=f"{_most(found):,}",
    )
    dotted = any(not track.joined for panel in panels for track in panel.tracks)
    what = _("Dots are room counts.") if dotted else ""
    return Drawn(Steps(panels), frame_of(figures, _("Inside over time"), words, what))


def _most(found: Occupancy) -> int:
    return found.most.inside if found.most else 0


def _panel(figures: Figures, one: Watched, found: Occupancy, title: str) -> Panel:
    day = _event_day(figures, found.points[0])
    points = tuple((_minute(figures, point, day), point.inside) for point in found.points)
    start, end = points[0][0] // 60 * 60, -(-points[-1][0] // 60) * 60
    hours = (end - start) // 60
    apart = next(step for step in (1, 2, 3, 4, 6, 12, 24, 48, max(hours, 1)) if hours / step <= TICKS)
    return Panel(
        label=side_by_side([title, on_day(day)]),
        tracks=(Track("", points, joined=found.throughout),),
        start=start,
        end=max(end, start + 60),
        ticks=tuple((at, f"{at // 60 % 24}:00") for at in range(start, end + 1, apart * 60)),
        limit=one.capacity,
        limit_words=_("%(number)s places", number=f"{one.capacity:,}") if one.capacity is not None else "",
    )


def _event_day(figures: Figures, point: Filled) -> date:
    return event_day(point.at.astimezone(ZoneInfo(figures.facts.zone)), figures.facts.day_ends_at)


def _minute(figures: Figures, point: Filled, day: date) -> int:
    local = point.at.astimezone(ZoneInfo(figures.facts.zone))
    return (local.date() - day) // timedelta(days=1) * 1440 + local.hour * 60 + local.minute


def gates_picture(figures: Figures, gates: Sequence[GateSlots], minutes: int) -> Drawn | None:
    """The hours of each gate and day under each other; more than twelve of them are no picture."""
    spans = []
    for gate in gates:
        found = gate_arrivals(figures, gate, minutes)
        for day in sorted({day for day, _at in found}):
            mine = tuple(sorted((at, number) for (on, at), number in found.items() if on == day))
            most = max(mine, key=lambda one: one[1])
            label = side_by_side([plain(gate_name(gate)), on_day(day)])
            spans.append(Span(label, mine, f"{most[0] // 60}:{most[0] % 60:02d}　{most[1]:,}"))
    if not 0 < len(spans) <= MOST_SPANS:
        return None
    words = _(
        "Columns for each %(minutes)s minutes of each gate and day. The table below has the same figures.",
        minutes=minutes,
    )
    title = _("Arrivals by gate, in %(minutes)s minutes", minutes=minutes)
    return Drawn(
        Hours(minutes, tuple(spans)), frame_of(figures, title, words, _("Everybody let in, without re-entries."))
    )


def crossed_picture(figures: Figures, table: Table) -> Drawn | None:
    """Fields for two sides that fit on a page, the longer side downwards; bars where one side has a single value. Where
    less than three numbers are known, or there are too many, the table says it better: None."""
    rows, heads = [plain(row.label) for row in table.rows], [plain(column.label) for column in table.columns[:-1]]
    cells = [row.cells[:-1] for row in table.rows]
    if len(heads) > max(len(rows), MOST_COLUMNS):
        rows, heads, cells = heads, rows, list(zip(*cells, strict=True))
    rows, cells = _counted(rows, cells)
    heads, turned = _counted(heads, list(zip(*cells, strict=True)))
    cells = list(zip(*turned, strict=True))
    known = [cell for line in cells for cell in line if isinstance(cell, int)]
    if len(known) < 3 or not any(known) or len(rows) > MOST_ROWS or len(heads) > MOST_COLUMNS:
        return None
    title = plain(table.title)
    what = _("People are counted once in each field.") if table.distinct is not None else ""
    if 1 in (len(heads), len(rows)):
        labels = rows if len(heads) == 1 else heads
        bars = tuple(
            Bar(label, cell if isinstance(cell, int) else None, _words(cell))
            for label, cell in zip(labels, (cell for line in cells for cell in line), strict=True)
        )
        listed = side_by_side([f"{bar.label} {bar.words}" for bar in bars])
        words = _("Horizontal bars: %(list)s. The table below has the same figures.", list=listed)
        return Drawn(Bars(bars), frame_of(figures, title, words, what))
    fields = tuple(tuple(cell if isinstance(cell, int) else _words(cell) for cell in line) for line in cells)
    words = _most_words(rows, heads, fields)
    return Drawn(Heat(tuple(rows), tuple(heads), fields), frame_of(figures, title, words, what))


def _counted(labels: list[str], lines: list[tuple[Cell, ...]]) -> tuple[list[str], list[tuple[Cell, ...]]]:
    """Without lines in which nothing is known; the table has them."""
    known = [index for index, line in enumerate(lines) if any(isinstance(cell, int) for cell in line)]
    return [labels[index] for index in known], [lines[index] for index in known]


def _most_words(rows: list[str], heads: list[str], fields: tuple[tuple[int | str, ...], ...]) -> str:
    numbers = [
        (cell, rows[down], heads[across])
        for down, line in enumerate(fields)
        for across, cell in enumerate(line)
        if isinstance(cell, int)
    ]
    number, row, column = max(numbers, key=lambda one: one[0])
    return _(
        "Fields with their numbers, the darker the more. Most: %(row)s, %(column)s, %(number)s. "
        "The table below has the same figures.",
        row=row,
        column=column,
        number=f"{number:,}",
    )


def _words(cell: object) -> str:
    if isinstance(cell, Missing):
        return plain(str(MISSING[cell]))
    return f"{cell:,}" if isinstance(cell, int) else ""
