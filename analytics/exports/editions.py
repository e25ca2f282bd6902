"""What an edition publishes, as tables for the staff."""

from flask_babel import gettext as _

from analytics.exports.public import COUNTED
from analytics.exports.table import Cell, Column, Row, Table
from analytics.queries.editions import Issued
from analytics.rules import Missing
from analytics.rules.editions import Shown, Standing, attendance_of
from app.web.languages import local


def shown_table(edition: Issued, *, stands: bool) -> Table:
    """The one figure by category: as it is, and as the public sees it, or saw it while this edition stood."""
    whole = attendance_of(edition.figures, edition.measure)
    public = edition.public
    rows = tuple(
        Row(category.key, local(category.label), (_whole(whole, category.key), shown_cell(shown)))
        for category, shown in zip(public.categories, public.attendance, strict=True)
    )
    return Table(
        name="published",
        title=_("Published attendance"),
        head=_("Category"),
        columns=(
            Column("number", _("Number of people")),
            Column("public", _("On the public page") if stands else _("On the public page then"), "words"),
        ),
        rows=rows,
        measures=(COUNTED[public.measure],),
        provenance=public.provenance,
        total=(
            whole if isinstance(whole, Missing) else sum(whole.values()),
            shown_cell(public.attendance_total),
        ),
    )


def shown_cell(shown: Shown) -> Cell:
    """What the public reads in its place."""
    if shown.standing is Standing.HIDDEN:
        return "–"
    return Missing.UNKNOWN if shown.number is None else f"{shown.number:,}"


def _whole(whole: dict[str, int] | Missing, key: str) -> Cell:
    return whole if isinstance(whole, Missing) else whole.get(key, 0)
