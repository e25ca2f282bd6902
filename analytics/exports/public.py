"""What an edition says to the public, as tables and pictures of its report: the numbers of the open data, no others.

Everything here is made from `PublicFigures` alone, which never held a hidden number. So nothing can be worked out of a
report that the open data does not already say.
"""

from collections.abc import Iterable
from dataclasses import replace

from flask_babel import gettext as _

from analytics.exports.former import years_table
from analytics.exports.table import Cell, Column, Row, Table
from analytics.exports.words import METHODS, on_day, on_day_from, side_by_side
from analytics.rules import Attendance, Measure, Missing
from analytics.rules.editions import UNSPLIT, PublicFigures, Shown, Sitting, Standing
from analytics.rules.figures import share
from analytics.rules.former import Hidden, YearFigures, YearMeasure
from analytics.rules.public import Told
from app.web.languages import LocalText, local, plain
from checkin.rules import Method

TITLES = {
    Attendance.PEOPLE: lambda: _("Distinct people by category"),
    Attendance.PEOPLE_BY_DAY: lambda: _("Distinct people of each day, summed, by category"),
    Attendance.VISITS: lambda: _("Visits by category"),
}
HEADS = {
    Attendance.PEOPLE: lambda: _("Distinct people"),
    Attendance.PEOPLE_BY_DAY: lambda: _("Distinct people of each day, summed"),
    Attendance.VISITS: lambda: _("Visits"),
}
COUNTED = {
    Attendance.PEOPLE: Measure.PEOPLE,
    Attendance.PEOPLE_BY_DAY: Measure.PEOPLE_BY_DAY,
    Attendance.VISITS: Measure.VISITS,
}
WHY = {
    Standing.HIDDEN: Missing.HIDDEN,
    Standing.UNKNOWN: Missing.UNKNOWN,
    Standing.NOT_YET: Missing.NOT_YET,
    Standing.CANCELLED: Missing.CANCELLED,
}


def cell(shown: Shown) -> Cell:
    """The number, or why there is none."""
    return WHY[shown.standing] if shown.number is None else shown.number


def attendance(public: PublicFigures) -> Table:
    """The one figure by category. Shares only where every number is shown."""
    total = public.attendance_total.number
    whole = total is not None and all(one.number is not None for one in public.attendance)

    def cells(shown: Shown) -> tuple[Cell, ...]:
        part = (share(shown.number or 0, total or 0),) if whole else ()
        return (cell(shown), *part)

    return Table(
        name="attendance",
        title=TITLES[public.measure](),
        head=_("Category"),
        columns=(
            Column("number", HEADS[public.measure]()),
            *([Column("share", _("Share"), "share")] if whole else []),
        ),
        rows=tuple(
            Row(one.key, local(one.label), cells(shown))
            for one, shown in zip(public.categories, public.attendance, strict=True)
        ),
        measures=(COUNTED[public.measure],),
        provenance=public.provenance,
        method=methods_of(public.methods),
        total=cells(public.attendance_total),
        notes=(_("Shares are rounded."),) if whole else (),
    )


def sessions(public: PublicFigures, zone: str) -> Table:
    """Visits by session and category, a line for each of its days."""
    rows = tuple(
        Row(_key(one, public), _title(one), _cells(one.numbers, one.total), detail=_when_and_where(one, zone))
        for one in public.sittings
    )
    return _by_category(public, "sessions", _("Visits by session and category"), _("Session"), rows)


def days(public: PublicFigures) -> Table:
    """Visits by day and category."""
    rows = tuple(
        Row(
            one.day.isoformat() if one.day else UNSPLIT,
            on_day(one.day) if one.day else _("Not split by day"),
            _cells(one.numbers, one.total),
        )
        for one in public.days
    )
    return _by_category(public, "days", _("Visits by day and category"), _("Event day"), rows)


def _by_category(public: PublicFigures, name: str, title: str, head: str, rows: tuple[Row, ...]) -> Table:
    return Table(
        name=name,
        title=title,
        head=head,
        columns=(*(Column(one.key, local(one.label)) for one in public.categories), Column("visits", _("Visits"))),
        rows=rows,
        measures=(Measure.VISITS,),
        provenance=public.visit_provenance,
        method=methods_of(public.visit_methods),
        total=_cells(public.visits, public.visits_total),
        notes=(_("Visits add up in both directions."),),
    )


def former(told: Told, years: Iterable[YearFigures], hidden_years: Hidden) -> Table:
    """This year beside those before it, whose small numbers are hidden too."""
    public, year, ids = told.public, told.starts_on.year, told.keys
    before = [one for one in years if one.year < year]
    hidden = set(hidden_years)
    shown = [_without(one, hidden) for one in before]
    mine = list(zip((ids[one.key] for one in public.categories), public.attendance, strict=True))
    hidden |= {
        (year, key) for key, number in (*mine, (None, public.attendance_total)) if number.standing is Standing.HIDDEN
    }
    heads = [(ids[one.key], Column(one.key, local(one.label))) for one in public.categories]
    return years_table(shown, _this_year(told, mine), heads, hidden=hidden)


def _without(one: YearFigures, hidden: Hidden) -> YearFigures:
    """A former year without what is hidden of it; nor with words of whoever typed it, which may hold numbers."""
    numbers = {key: number for key, number in one.numbers.items() if (one.year, key) not in hidden}
    return replace(one, numbers=numbers, total=None if (one.year, None) in hidden else one.total, note="")


def _this_year(told: Told, numbers: list[tuple[int, Shown]]) -> YearFigures:
    public = told.public
    known = frozenset() if Method.IMPORTED in public.methods else frozenset(one.value for one in public.methods)
    return YearFigures(
        year=told.starts_on.year,
        measure=YearMeasure(public.measure.value),
        methods=known,
        numbers={key: shown.number for key, shown in numbers if shown.number is not None},
        total=public.attendance_total.number,
        provenance=public.provenance[0].value if public.provenance else "",
    )


def _cells(numbers: tuple[Shown, ...], total: Shown) -> tuple[Cell, ...]:
    return tuple(cell(one) for one in (*numbers, total))


def _key(one: Sitting, public: PublicFigures) -> str:
    """Its code; with the day where it has several."""
    several = sum(other.code == one.code for other in public.sittings) > 1
    return f"{one.code}:{one.day.isoformat()}" if several and one.day else one.code


def _title(one: Sitting) -> LocalText | str:
    return _("Not split by session") if one.code == UNSPLIT else local(one.title)


def _when_and_where(one: Sitting, zone: str) -> str:
    partly = _("counted in part") if one.total.standing is Standing.PARTLY else ""
    return side_by_side([on_day_from(one.day, one.starts_at, zone), plain(local(one.room)) if one.room else "", partly])


def methods_of(methods: Iterable[Method]) -> str:
    """Which ways of counting, without how many by each."""
    return str(_(" · ")).join(str(METHODS[one]) for one in methods)
