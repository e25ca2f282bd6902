"""How far the counting went: a report that is silent about it claims too much."""

from flask_babel import gettext as _
from flask_babel import ngettext

from analytics.report.document import Block, Paragraph
from analytics.rules import Missing
from analytics.rules.figures import Figures
from checkin.rules import CountingState


def counted_so_far(figures: Figures) -> list[Block]:
    """Which sessions the organiser has called counted, of which nothing is known, and which were not over."""
    known = [one for one in figures.sessions if not one.session.cancelled]
    if not known:
        return [Paragraph(_("The programme has no session."))]
    later = len([one for one in known if one.visits is Missing.NOT_YET])
    whole = len([one for one in known if one.session.closed is CountingState.COUNTED])
    partly = len([one for one in known if one.partly])
    lines = len([one for one in known if isinstance(one.visits, int)]) - whole - partly
    words = _(
        "Of %(all)s sessions, the organiser has called %(whole)s counted and %(partly)s counted in part; of %(lines)s "
        "there are entries, of %(unknown)s there are none, so that their attendance is unknown.",
        all=len(known),
        whole=whole,
        partly=partly,
        lines=max(0, lines),
        unknown=len([one for one in known if isinstance(one.visits, Missing)]) - later,
    )
    return [Paragraph(str(words)), *not_over(later)]


def not_over(number: int) -> list[Block]:
    """How many sessions are in no total because they were not over yet."""
    words = ngettext(
        "%(number)s session was not over at the time of these figures: it is not in the total.",
        "%(number)s sessions were not over at the time of these figures: they are not in the total.",
        number,
        number=number,
    )
    return [Paragraph(words)] if number else []
