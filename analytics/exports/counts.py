"""Tables of whole figures: people, visits, how they were counted, who took part."""

from collections.abc import Callable
from dataclasses import replace

from flask_babel import gettext as _

from analytics.exports.table import Cell, Column, Row, Table, Ways, mark_of, ways_of
from analytics.exports.words import GROUPS, METHODS, method_words, shares_of, ways
from analytics.rules import Attendance, Measure, Missing
from analytics.rules.editions import attendance_of
from analytics.rules.facts import provenance
from analytics.rules.figures import CategoryFigures, Count, Figures, share
from app.web.languages import local
from checkin.rules import Method


def people(figures: Figures) -> Table:
    table = _by_category(figures, figures.people, lambda one: one.people, _("Distinct people"), Measure.PEOPLE)
    notes = [
        _("People add up over the categories. A ticket counts once over all days, whoever is counted without one "
          "once a day."),
        _("Shares are rounded."),
    ]  # fmt: skip
    return replace(
        table,
        name="people",
        title=_("Distinct people by category"),
        notes=tuple(notes),
        method=shares_of((Measure.PEOPLE, figures.people)),
        ways=_ways(figures.people),
    )


def people_by_day(figures: Figures) -> Table:
    """Who came on two days counts twice: the figure that some events report."""
    numbers, total = attendance_of(figures, Attendance.PEOPLE_BY_DAY), each_day(figures)
    known = numbers if isinstance(numbers, dict) else {}
    whole = total.number if isinstance(total, Count) else 0

    def cells(number: int | Missing) -> tuple[Cell, ...]:
        return (number, number if isinstance(number, Missing) else share(number, whole))

    return Table(
        name="people-by-day",
        title=_("Distinct people of each day, summed, by category"),
        head=_("Category"),
        columns=(Column("number", _("Distinct people of each day, summed")), Column("share", _("Share"), "share")),
        rows=tuple(
            Row(one.category.key, local(one.category.label), cells(known.get(one.category.key, Missing.UNKNOWN)))
            for one in figures.categories
        ),
        measures=(Measure.PEOPLE_BY_DAY,),
        provenance=figures.provenance,
        total=cells(total if isinstance(total, Missing) else total.number),
        method=ways(figures.people.methods) if isinstance(figures.people, Count) else "",
        notes=(_("Shares are rounded."),),
    )


def each_day(figures: Figures) -> Count | Missing:
    """People of each day, summed over the days that are known."""
    numbers = attendance_of(figures, Attendance.PEOPLE_BY_DAY)
    return numbers if isinstance(numbers, Missing) else Count(sum(numbers.values()))


def visits(figures: Figures) -> Table:
    table = _by_category(figures, figures.visits, lambda one: one.visits, _("Visits"), Measure.VISITS)
    notes = [_("Visits add up. Somebody who came to three sessions is one person with three visits.")]
    if isinstance(figures.passages, Count):
        notes.append(
            _("Besides, %(number)s passages at entrances; they are never added to visits.",
              number=f"{figures.passages.number:,}")
        )  # fmt: skip
    if figures.reentries:
        notes.append(_("Re-entries, not included: %(number)s.", number=f"{figures.reentries:,}"))
    return replace(
        table,
        name="visits",
        title=_("Visits by category"),
        notes=tuple(notes),
        method=shares_of((Measure.VISITS, figures.visits)),
        ways=_ways(figures.visits),
    )


def _by_category(
    figures: Figures,
    total: Count | Missing,
    of: Callable[[CategoryFigures], Count | Missing],
    label: str,
    measure: Measure,
) -> Table:
    rows = tuple(
        Row(
            one.category.key,
            local(one.category.label),
            count_cells(of(one), total),
            mark=mark_of(index, one),
            ways=_ways(of(one)),
        )
        for index, one in enumerate(figures.categories)
    )
    return Table(
        name="",
        title="",
        head=_("Category"),
        columns=(
            Column("number", label, asks=measure),
            Column("share", _("Share"), "share", asks=measure),
            Column("anonymous", _("Without a ticket"), asks=Measure.WITHOUT_TICKET),
            Column("method", _("How counted"), "words"),
        ),
        rows=rows,
        measures=(measure,),
        provenance=provenance(figures.facts, total.methods) if isinstance(total, Count) else (),
        total=count_cells(total, total),
    )


def _ways(count: Count | Missing) -> Ways:
    return ways_of(count.methods) if isinstance(count, Count) else ()


def count_cells(count: Count | Missing, total: Count | Missing) -> tuple[Cell, ...]:
    if isinstance(count, Missing) or isinstance(total, Missing):
        missing = count if isinstance(count, Missing) else Missing.UNKNOWN
        return (missing, missing, missing, missing)
    without: Cell = Missing.UNKNOWN if Method.IMPORTED in count.methods else count.anonymous
    return (count.number, share(count.number, total.number), without, method_words(count))


def took_part(figures: Figures) -> Table:
    groups = figures.facts.took_part
    rows = tuple(Row(one.group, str(GROUPS[one.group]), (one.confirmed, one.proposed)) for one in groups)
    return Table(
        name="took-part",
        title=_("Organisations that took part"),
        head=_("Kind"),
        columns=(Column("confirmed", _("Took part")), Column("proposed", _("Not confirmed yet"))),
        rows=rows,
        measures=(Measure.TOOK_PART,),
        provenance=figures.provenance,
        total=(sum(one.confirmed for one in groups), sum(one.proposed for one in groups)),
        notes=(
            _("An organisation took part when the organiser has confirmed it afterwards. It is proposed when it has a "
              "role in the event or a party of it was admitted."),
        ),
    )  # fmt: skip


def methods(figures: Figures) -> Table:
    counts = [count for count in (figures.people, figures.visits) if isinstance(count, Count)]
    used = [method for method in Method if any(method in count.methods for count in counts)]
    rows = tuple(
        Row(
            method.value,
            str(METHODS[method]),
            (*_method_cells(figures.people, method), *_method_cells(figures.visits, method)),
        )
        for method in used
    )
    return Table(
        name="methods",
        title=_("How it was counted"),
        head=_("How counted"),
        columns=(
            Column("people", _("Distinct people"), asks=Measure.PEOPLE),
            Column("people-share", _("Share of people"), "share", asks=Measure.PEOPLE),
            Column("visits", _("Visits"), asks=Measure.VISITS),
            Column("visits-share", _("Share of visits"), "share", asks=Measure.VISITS),
        ),
        rows=rows,
        measures=(Measure.PEOPLE, Measure.VISITS),
        provenance=figures.provenance,
        total=(*_total_cells(figures.people), *_total_cells(figures.visits)),
    )


def _method_cells(count: Count | Missing, method: Method) -> tuple[Cell, Cell]:
    if isinstance(count, Missing):
        return (count, count)
    number = count.methods.get(method, 0)
    return (number, share(number, count.number))


def _total_cells(count: Count | Missing) -> tuple[Cell, Cell]:
    return (count, count) if isinstance(count, Missing) else (count.number, share(count.number, count.number))
