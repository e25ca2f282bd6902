"""What one edition changed against another: people and visits by category, and visits by session where they differ."""

from collections.abc import Iterator

from flask_babel import gettext as _

from analytics.exports.table import Cell, Column, Row, Table
from analytics.queries.editions import Issued
from analytics.rules import Known, Missing
from analytics.rules.figures import Count, Figures
from app.web.languages import LocalText, local

Named = tuple[str, LocalText | str, str, Known]
"""Key, label, what it counts, and the number."""


def difference_table(before: Issued, after: Issued) -> Table:
    """Rows of what differs; none if nothing does."""
    old = {key: number for key, _label, _what, number in _numbers(before.figures)}
    new = list(_numbers(after.figures))
    gone = [one for one in _numbers(before.figures) if one[0] not in {key for key, *_rest in new}]
    rows = [
        Row(key, label, (old.get(key, Missing.UNKNOWN), number, _change(old.get(key, Missing.UNKNOWN), number)), detail)
        for key, label, detail, number in new
        if old.get(key, Missing.UNKNOWN) != number
    ]
    rows += [Row(key, label, (number, Missing.UNKNOWN, None), detail) for key, label, detail, number in gone]
    return Table(
        name="difference",
        title=_("Compared with edition %(number)s", number=before.number),
        head=_("What"),
        columns=(
            Column("before", _("Edition %(number)s", number=before.number)),
            Column("after", _("Edition %(number)s", number=after.number)),
            Column("change", _("Difference"), "words"),
        ),
        rows=tuple(rows),
        measures=(),
        provenance=(),
    )


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
