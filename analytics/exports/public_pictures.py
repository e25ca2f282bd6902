"""Charts of what an edition says to the public: bars with their numbers, and a dash where a number is hidden."""

from collections.abc import Callable

from analytics.charts import Bar, Bars, Frame
from analytics.exports.pictures import MOST_BARS, Drawn, highest
from analytics.exports.words import MISSING, from_to, on_day, on_day_from, sentences, side_by_side, sources_of
from analytics.rules import Attendance, Missing, Provenance
from analytics.rules.editions import UNSPLIT, Shown, Sitting, Standing
from analytics.rules.public import Told
from app.web.languages import current_language, html_lang, plain
from app.web.languages import plainly as _

NOBODY = (Standing.UNKNOWN, Standing.NOT_YET, Standing.CANCELLED)
WHY = {Standing.HIDDEN: Missing.HIDDEN, Standing.NOT_YET: Missing.NOT_YET, Standing.CANCELLED: Missing.CANCELLED}


def attendance(told: Told, title: str) -> Drawn | None:
    """The one figure by category."""
    public = told.public
    unit = _visits if public.measure is Attendance.VISITS else _people
    labels = [(plain(one.label), "") for one in public.categories]
    total = (_("Total"), _words(public.attendance_total, unit))
    return _drawn(told, title, list(zip(labels, public.attendance, strict=True)), unit, public.provenance, total=total)


def sessions(told: Told, most: int = MOST_BARS) -> Drawn | None:
    """Visits of each session that anybody counted, of at most so many."""
    known = [one for one in told.public.sittings if one.total.standing not in NOBODY]
    labelled = [(_named(one, told.zone), one.total) for one in known]
    rows, not_all = highest(labelled, lambda row: row[1].number or 0, most)
    return _drawn(told, _("Visits by session"), rows, _visits, told.public.visit_provenance, what=not_all)


def days(told: Told) -> Drawn | None:
    """Visits of each day; one day alone is no picture."""
    rows = [((on_day(one.day), ""), one.total) for one in told.public.days if one.day is not None]
    return _drawn(told, _("Visits by day"), rows, _visits, told.public.visit_provenance) if len(rows) > 1 else None


def _drawn(
    told: Told,
    title: str,
    rows: list[tuple[tuple[str, str], Shown]],
    unit: Callable[[int], str],
    provenance: tuple[Provenance, ...],
    *,
    total: tuple[str, str] | None = None,
    what: str = "",
) -> Drawn | None:
    """None where no number is shown at all."""
    if not any(shown.number for _label, shown in rows):
        return None
    bars = tuple(Bar(label, shown.number, _words(shown, unit), detail) for (label, detail), shown in rows)
    listed = side_by_side([f"{bar.label} {bar.words}" for bar in bars])
    words = [_("Horizontal bars: %(list)s. The table below has the same figures.", list=listed)]
    if any(shown.standing is Standing.HIDDEN for _label, shown in rows):
        words.append(_("– stands for a number that is not shown."))
    edition = _("Edition %(number)s", number=told.number)
    source = sentences([what, *sources_of(provenance, told.public.sources), _("%(standing)s.", standing=edition)])
    return Drawn(
        Bars(bars, total=total),
        Frame(
            title=title,
            subtitle=side_by_side([plain(told.title), plain(from_to(told.starts_on, told.ends_on))]),
            words=sentences(words),
            source=plain(source),
            lang=html_lang(current_language()),
        ),
    )


def _words(shown: Shown, unit: Callable[[int], str]) -> str:
    if shown.number is None:
        return plain(str(MISSING[WHY.get(shown.standing, Missing.UNKNOWN)]))
    return unit(shown.number)


def _people(number: int) -> str:
    return _("%(number)s people", number=f"{number:,}")


def _visits(number: int) -> str:
    return _("%(number)s visits", number=f"{number:,}")


def _named(one: Sitting, zone: str) -> tuple[str, str]:
    title = _("Not split by session") if one.code == UNSPLIT else plain(one.title)
    return title, on_day_from(one.day, one.starts_at, zone)
