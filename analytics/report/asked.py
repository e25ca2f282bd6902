"""The part of the report that says what was asked for: places by session, waiting lists, lotteries."""

from collections.abc import Sequence

from flask_babel import gettext as _

from analytics.exports.demand import demand_table, queue_table
from analytics.exports.demand_picture import demand_picture
from analytics.exports.pictures import no_taller
from analytics.exports.words import provenance_words
from analytics.report.document import Block, Grid, Paragraph, Picture, Section
from analytics.report.fitting import TALLEST
from analytics.report.tables import printed, says_anything, without_zeroes
from analytics.rules.demand import Demand
from analytics.rules.figures import Figures


def asked(figures: Figures, demand: Sequence[Demand]) -> Section | None:
    """Nothing, if nobody asked for a place."""
    wanted = [one for one in demand if one.asked]
    if not wanted:
        return None
    drawn = no_taller(TALLEST, lambda most: demand_picture(figures, wanted, most))
    tables = [table for table in (demand_table(figures, wanted), queue_table(figures, wanted)) if says_anything(table)]
    blocks: list[Block] = [
        Paragraph(_("Places asked for are as they stood on the day on which this report was written.")),
        *(Grid("", printed(without_zeroes(table)), provenance_words(table.provenance)) for table in tables),
        *([Picture("", "demand", drawn)] if drawn else []),
    ]
    return Section("asked", _("Places asked for"), tuple(blocks))
