"""What differs between two editions, or by corrections: people and visits by category, and visits by session."""

from collections.abc import Iterator

from flask_babel import gettext as _

from analytics.exports.table import Cell, Column, Row, Table
from analytics.queries.editions import Issued
from analytics.rules import Known, Measure, Missing
from analytics.rules.figures import Count, Figures
from app.web.languages import LocalText, local

Named = tuple[str, LocalText | str, str, Known]
"""Key, label, what it counts, and the number."""


def difference_table(before: Issued, after: Issued) -> Table:
    """Rows of what differs; none if nothing does."""
    return Table(
        name="difference",
        title=_("Compared with edition %(number)s", number=before.number),
        head=_("What"),
        columns=_columns(_("Edition %(number)s", number=before.number), _("Edition %(number)s", number=after.number)),
        rows=_rows(before.figures, after.figures),
        measures=(Measure.PEOPLE, Measure.VISITS),
        provenance=(),
    )


def correction_table(original: Figures, corrected: Figures) -> Table:
    """What corrections have changed."""
    return Table(
        name="corrections",
        title=_("Before and after the corrections"),
        head=_("What"),
        columns=_columns(_("As counted"), _("After corrections")),
        rows=_rows(original, corrected),
        measures=(Measure.PEOPLE, Measure.VISITS),
        provenance=(),
    )


def _columns(before: str, after: str) -> tuple[Column, ...]:
    return (Column("before", before), Column("after", after), Column("change", _("Difference"), "words"))


def _rows(before: Figures, after: Figures) -> tuple[Row, ...]:
    old = {key: number for key, _label, _what, number in _numbers(before)}
    new = list(_numbers(after))
    gone = [one for one in _numbers(before) if one[0] not in {key for key, *_rest in new}]
    rows = [
        Row(key, label, (old.get(key, Missing.UNKNOWN), number, _change(old.get(key, Missing.UNKNOWN), number)), detail)
        for key, label, detail, number in new
        if old.get(key, Missing.UNKNOWN) != number
    ]
    rows += [Row(key, label, (number, Missing.UNKNOWN, None), detail) for key, label, detail, number in gone]
    return tuple(rows)


def _numbers(figures: Figures) -> Iterator[Named]:
    yield "people", _("Distinct people"), _("Total"), _known(figures.people)
    yield "visits", _("Visits"), _("Total"), _known(figures.visits)
    for one in figures.categories:
        yield f"people:{one.category.key}", local(one.category.label), _("Distinct people"), _known(one.people)
        yield f"visits:{one.category.key}", local(one.category.label), _("Visits"), _known(one.visits)
    for session in figures.sessions:
        yield f"session:{session.session.code}", local(session.session.title), _("Visits"), session.visits


def _known(count: Count | Missing) -> Known:
    return count.number if isinstance(count, Count) else count


def _change(before: Known, after: Known) -> Cell:
    if isinstance(before, Missing) or isinstance(after, Missing):
        return None
    return f"{after - before:+,}"
