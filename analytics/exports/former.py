"""Former years beside this one, as a table; a change only where measure and method agree."""

from collections.abc import Iterable, Sequence
from datetime import date

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from analytics.exports.table import Cell, Column, Row, Table, mark_of
from analytics.exports.words import METHODS, PROVENANCE
from analytics.rules import Attendance, Measure, Missing, Provenance
from analytics.rules.editions import attendance_of
from analytics.rules.figures import Count, Figures
from analytics.rules.former import Change, Hidden, YearFigures, YearMeasure, change_to, gaps
from app.web.eras import era_year
from app.web.languages import current_language, local
from checkin.rules import Method

MEASURES = {
    YearMeasure.PEOPLE: _l("Distinct people"),
    YearMeasure.PEOPLE_BY_DAY: _l("Distinct people of each day, summed"),
    YearMeasure.VISITS: _l("Visits"),
    YearMeasure.UNSTATED: _l("not stated"),
}


def this_year(figures: Figures, measure: Attendance | None) -> YearFigures:
    """The event's own figures as a year among years, without a measure those of people. A published figure does not say
    how it was counted."""
    measure = measure or Attendance.PEOPLE
    numbers = attendance_of(figures, measure)
    known = numbers if isinstance(numbers, dict) else {}
    count = figures.visits if measure is Attendance.VISITS else figures.people
    methods = frozenset(count.methods) if isinstance(count, Count) else frozenset()
    return YearFigures(
        year=figures.facts.starts_on.year,
        measure=YearMeasure(measure.value),
        methods=frozenset() if Method.IMPORTED in methods else frozenset(one.value for one in methods),
        numbers={one.category.id: known[one.category.key] for one in figures.categories if one.category.key in known},
        total=sum(known.values()) if isinstance(numbers, dict) else None,
        provenance=figures.provenance[0].value if figures.provenance else "",
    )


def former_table(figures: Figures, former: Sequence[YearFigures], measure: Attendance | None) -> Table:
    """Every year that was typed in, years of which nothing is known, and this one last."""
    heads = [
        (one.category.id, Column(one.category.key, local(one.category.label), mark=mark_of(index, one)))
        for index, one in enumerate(figures.categories)
    ]
    return years_table(former, this_year(figures, measure), heads)


def years_table(
    former: Iterable[YearFigures],
    mine: YearFigures,
    heads: Sequence[tuple[int, Column]],
    *,
    hidden: Hidden = frozenset(),
) -> Table:
    """The same for a year that is known already. heads: categories, in order; hidden: what is not shown."""
    years = sorted((one for one in former if (one.year, one.measure) != (mine.year, mine.measure)), key=_place)
    everything = [*years, mine]
    kinds = [kind for kind, _column in heads]
    rows = [_row(kinds, one, everything, hidden) for one in years]
    rows += [Row(str(year), _year(year), _nothing(kinds)) for year in gaps(everything)]
    rows.sort(key=lambda row: row.key)
    return Table(
        name="former-years",
        title=_("Comparison with former years"),
        head=_("Year"),
        columns=(
            *(column for _kind, column in heads),
            Column("total", _("Total")),
            Column("change", _("Increase or decrease"), "words"),
        ),
        rows=(*rows, _row(kinds, mine, everything, hidden)),
        measures=(Measure.PEOPLE, Measure.PEOPLE_BY_DAY, Measure.VISITS),
        provenance=(),
        notes=(
            _("A change is reckoned against the last year before with the same measure, and only if it was counted in "
              "the same way. Otherwise the figures cannot be compared."),
        ),
    )  # fmt: skip


def _place(one: YearFigures) -> tuple[int, str]:
    return (one.year, one.measure.value)


def _row(kinds: Sequence[int], one: YearFigures, years: Iterable[YearFigures], hidden: Hidden) -> Row:
    def cell(key: int | None, number: int | None) -> Cell:
        if (one.year, key) in hidden:
            return Missing.HIDDEN
        return Missing.UNKNOWN if number is None else number

    cells = [cell(kind, one.numbers.get(kind)) for kind in kinds]
    return Row(str(one.year), _year(one.year), (*cells, cell(None, one.total), _change(one, years)), detail=_known(one))


def _nothing(kinds: Sequence[int]) -> tuple[Cell, ...]:
    return (*(Missing.UNKNOWN,) * (len(kinds) + 1), None)


def _year(year: int) -> str:
    """2023年（令和5年）; the era is that of the year's end."""
    if current_language() != "ja":
        return str(year) if current_language() == "en" else str(_("Year %(year)s", year=year))
    era = era_year(date(year, 12, 31))
    return f"{year}年（{era}）" if era else f"{year}年"


def _change(one: YearFigures, years: Iterable[YearFigures]) -> Cell:
    change = change_to(one, years)
    if not isinstance(change, Change):
        return None if change else _("cannot be compared")
    sign = "+" if change.number >= 0 else "−"
    words = str(_("%(change)s since %(year)s", change=f"{sign}{abs(change.number):,}", year=change.since))
    return words if change.per_cent is None else f"{words} ({sign}{abs(change.per_cent):.1f}%)"


def _known(one: YearFigures) -> str:
    """What was counted, how, by whose word."""
    methods = [str(METHODS[method]) for method in Method if method in one.methods] or [_("way of counting not stated")]
    parts = [str(MEASURES[one.measure]), _(" · ").join(methods), one.source]
    if one.provenance in set(Provenance):
        parts.append(str(PROVENANCE[Provenance(one.provenance)]))
    return " / ".join(part for part in (*parts, one.note) if part)
