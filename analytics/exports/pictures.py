"""Which pictures there are of an event, what they show, and what they say to who cannot see them."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from analytics.charts import Bar, Bars, Chart, Day, Days, Frame, Hours, Pair, Pairs, Series, Shape, Span, size_of
from analytics.exports.by_time import minute_of
from analytics.exports.words import MISSING, on_day, period, sentences, side_by_side, source_line
from analytics.rules import Known, Missing
from analytics.rules.arrivals import every
from analytics.rules.facts import Session
from analytics.rules.figures import Count, Figures, SessionFigures, share
from app.clock import lasts_all_day
from app.web.languages import clock, current_language, html_lang, plain
from app.web.languages import plainly as _

_Thing = TypeVar("_Thing")


@dataclass(frozen=True)
class Drawn:
    """A chart and all words around it."""

    chart: Chart
    frame: Frame

    def size(self, shape: Shape) -> tuple[int, int]:
        """Width and height in hundredths of an inch, so that a page keeps the room for it."""
        return size_of(self.chart, self.frame, shape=shape)

    @property
    def content(self) -> str:
        """Names every number and word of it, in few letters."""
        return hashlib.blake2b(repr(self).encode(), digest_size=12).hexdigest()

    @property
    def lines(self) -> int:
        """How many bars stand below each other; 0 where none do."""
        return len(self.chart.rows) if isinstance(self.chart, Bars | Days | Pairs) else 0


MOST_BARS = 30
"""More of them could not be read on a screen."""


def picture_of(name: str, figures: Figures, *, minutes: int = 60, most: int = MOST_BARS) -> Drawn | None:
    """The picture of this name, with at most so many sessions; None if there is none, or nothing to draw."""
    if name == "sessions":
        return _sessions(figures, most)
    make = _MAKERS.get(name)
    return make(figures, minutes) if make else None


def pictures_of(figures: Figures, *, minutes: int = 60) -> dict[str, Drawn]:
    """Every picture that has something to show."""
    made = {name: picture_of(name, figures, minutes=minutes) for name in PICTURES}
    return {name: drawn for name, drawn in made.items() if drawn is not None}


def no_taller(tallest: int, make: Callable[[int], Drawn | None]) -> Drawn | None:
    """The picture with as many bars as it may have, to be at most so many hundredths of an inch tall: on paper a taller
    one would be made smaller, and its words could not be read. make: the picture with at most so many bars."""
    most = MOST_BARS
    while (drawn := make(most)) and most > 1 and (height := drawn.size("wide")[1]) > tallest:
        most = min(most, drawn.lines)
        most = max(1, min(most - 1, most * tallest // height))
    return drawn


def highest(
    things: Sequence[_Thing], number: Callable[[_Thing], int], most: int = MOST_BARS
) -> tuple[list[_Thing], str]:
    """Those with the highest numbers, in their order; and a sentence that says so, if these are not all."""
    if len(things) <= most:
        return list(things), ""
    kept = sorted(sorted(range(len(things)), key=lambda at: -number(things[at]))[:most])
    return [things[at] for at in kept], _("The %(number)s with the highest numbers; the table has all.", number=most)


def _people(figures: Figures, _minutes: int) -> Drawn | None:
    if isinstance(figures.people, Missing):
        return None
    total = figures.people.number
    rows = tuple(
        Bar(plain(one.category.label), one.people.number, _with_share(one.people.number, total))
        for one in figures.categories
        if isinstance(one.people, Count)
    )
    listed = side_by_side([f"{row.label} {row.number:,}" for row in rows if row.number is not None])
    words = _(
        "Horizontal bars: %(list)s; together %(total)s people. The table below has the same figures.",
        list=listed,
        total=f"{total:,}",
    )
    chart = Bars(rows, total=(_("Total"), _("%(number)s people", number=f"{total:,}")))
    return Drawn(chart, frame_of(figures, _("Distinct people by category"), words, _("Distinct people over all days.")))


def _with_share(number: int, total: int) -> str:
    people = _("%(number)s people", number=f"{number:,}")
    part = share(number, total)
    return people if part is None else f"{people}　{part:.1f}%"


def _days(figures: Figures, _minutes: int) -> Drawn | None:
    known = [one for one in figures.days if isinstance(one.visits, int)]
    if not any(one.visits for one in known) or isinstance(figures.visits, Missing):
        return None
    shown = [
        (index, one)
        for index, one in enumerate(figures.categories)
        if any(found.by_category.get(one.category.id) for found in known)
    ]
    series = tuple(Series(plain(one.category.label), None if one.category.unknown else index) for index, one in shown)
    rows = tuple(
        Day(
            on_day(one.day),
            tuple(one.by_category.get(of.category.id, 0) for _index, of in shown) if one in known else (),
            _visits_words(one.visits),
        )
        for one in figures.days
    )
    most = max(known, key=lambda one: one.visits if isinstance(one.visits, int) else 0)
    words = _(
        "Stacked bars, one for each day, split by category. Most visits on %(day)s: %(number)s of %(total)s. "
        "The table below has the same figures.",
        day=on_day(most.day),
        number=_number(most.visits),
        total=f"{figures.visits.number:,}",
    )
    what = _("Visits: each person once per session.")
    return Drawn(Days(series, rows), frame_of(figures, _("Visits by day and category"), words, what))


def _arrivals(figures: Figures, minutes: int) -> Drawn | None:
    steps = [one for one in every(minutes, figures.arrivals) if one.visits]
    if not steps:
        return None
    spans = tuple(
        Span(
            on_day(one.day),
            mine := tuple((minute_of(step), step.visits) for step in steps if step.day == one.day),
            _peak(mine) if mine else plain(str(MISSING[_why_empty(one.visits)])),
        )
        for one in figures.days
    )
    busiest = max(steps, key=lambda one: one.visits)
    words = _(
        "Columns for each %(minutes)s minutes of each day. The most in one interval: %(day)s from %(time)s, "
        "%(number)s visits. The table below has the same figures.",
        minutes=minutes,
        day=on_day(busiest.day),
        time=clock(busiest.at, figures.facts.zone),
        number=f"{busiest.visits:,}",
    )
    title = {60: _("Arrivals by the hour"), 15: _("Arrivals in 15 minutes"), 5: _("Arrivals in 5 minutes")}[minutes]
    what = _("Visits by the time of coming in.")
    return Drawn(Hours(minutes, spans), frame_of(figures, title, words, what))


def _peak(numbers: tuple[tuple[int, int], ...]) -> str:
    minute, number = max(numbers, key=lambda one: (one[1], -one[0]))
    return f"{minute // 60}:{minute % 60:02d}　{number:,}"


def _why_empty(visits: Known) -> Missing:
    return visits if isinstance(visits, Missing) else Missing.UNKNOWN


def _sessions(figures: Figures, most: int) -> Drawn | None:
    known = [one for one in figures.sessions if isinstance(one.visits, int) or _some(one.confirmed)]
    if not any(map(_longest, known)):
        return None
    shown, not_all = highest(known, _longest, most)
    rows = tuple(
        Pair(
            plain(one.session.title),
            when(figures, one.session),
            one.confirmed if isinstance(one.confirmed, int) else None,
            one.booked if isinstance(one.booked, int) else None,
            one.visits - one.booked if isinstance(one.visits, int) and isinstance(one.booked, int) else None,
            _pair_words(one),
        )
        for one in shown
    )
    top = max(shown, key=lambda one: one.visits if isinstance(one.visits, int) else -1)
    words = _(
        "Bars for each session: who came, booked or not, inside a frame of the confirmed places. "
        "Most came to %(session)s: %(number)s. The table below has the same figures.",
        session=plain(top.session.title),
        number=_number(top.visits),
    )
    chart = Pairs(rows, confirmed=_("Confirmed places"), booked=_("Came, booked"), walk_in=_("Came, not booked"))
    what = sentences([_("Visits and confirmed places of each session."), not_all])
    return Drawn(chart, frame_of(figures, _("Booked and came, by session"), words, what))


def _longest(one: SessionFigures) -> int:
    return max((found for found in (one.visits, one.confirmed) if isinstance(found, int)), default=0)


def when(figures: Figures, one: Session) -> str:
    """On which day and from when a session is."""
    starts_at, zone = one.starts_at, figures.facts.zone
    if lasts_all_day(one.starts_at, one.ends_at):
        return side_by_side([on_day(starts_at, zone), _("all day")])
    return f"{on_day(starts_at, zone)} {clock(starts_at, zone)}"


def _some(known: Known) -> bool:
    return isinstance(known, int) and known > 0


def _pair_words(one: SessionFigures) -> str:
    came = _("%(number)s came", number=_number(one.visits)) if isinstance(one.visits, int) else _number(one.visits)
    if not _some(one.confirmed):
        return came
    return side_by_side([came, _("%(number)s confirmed", number=_number(one.confirmed))])


def _visits_words(visits: Known) -> str:
    return _("%(number)s visits", number=f"{visits:,}") if isinstance(visits, int) else plain(str(MISSING[visits]))


def _number(known: Known) -> str:
    return f"{known:,}" if isinstance(known, int) else plain(str(MISSING[known]))


def frame_of(figures: Figures, title: str, words: str, what: str) -> Frame:
    """What stands around a picture. words: what it says to who cannot see it; what: what is shown."""
    subtitle = side_by_side([plain(figures.facts.title), plain(period(figures))])
    source = plain(source_line(figures, what))
    return Frame(title=title, subtitle=subtitle, words=words, source=source, lang=html_lang(current_language()))


_MAKERS: dict[str, Callable[[Figures, int], Drawn | None]] = {
    "people": _people,
    "days": _days,
    "arrivals": _arrivals,
}
PICTURES = ("people", "days", "sessions", "arrivals")
