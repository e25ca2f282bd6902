"""The picture of the places asked for by session, for the page and the report."""

from collections.abc import Sequence

from analytics.charts import Bar, Bars
from analytics.exports.beside import titles_of
from analytics.exports.pictures import Drawn, frame_of, highest, when
from analytics.exports.words import sentences, side_by_side
from analytics.rules.demand import Demand
from analytics.rules.figures import Figures
from app.web.languages import plain
from app.web.languages import plainly as _

MOST_BARS = 20


def demand_picture(figures: Figures, demand: Sequence[Demand], most: int = MOST_BARS) -> Drawn | None:
    """A bar a session for the places asked for; at most so many and twenty, those for which most were."""
    titles, sessions = titles_of(figures), {one.code: one for one in figures.facts.sessions}
    wanted = [one for one in demand if one.asked and one.code in sessions]
    shown, not_all = highest(sorted(wanted, key=lambda one: -one.asked), lambda one: one.asked, min(most, MOST_BARS))
    if len(shown) < 2:
        return None
    bars = tuple(Bar(plain(titles[one.code]), one.asked, _bar_words(one), _day_of(figures, one)) for one in shown)
    listed = side_by_side([f"{bar.label} {bar.words}" for bar in bars])
    words = _("Horizontal bars: %(list)s. The table below has the same figures.", list=listed)
    what = _("Places asked for, whatever became of them, and how much that is of the places that there are.")
    what = sentences([what, not_all])
    return Drawn(Bars(bars), frame_of(figures, _("Places asked for by session"), words, what))


def _bar_words(one: Demand) -> str:
    if one.per_cent is None:
        return f"{one.asked:,}"
    return _("%(asked)s, %(share)s%% of %(places)s", asked=f"{one.asked:,}", share=one.per_cent,
             places=f"{one.capacity:,}")  # fmt: skip


def _day_of(figures: Figures, one: Demand) -> str:
    return when(figures, next(of for of in figures.facts.sessions if of.code == one.code))
