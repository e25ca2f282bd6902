"""What the words of a report mean: the same sentences as the page that defines every measure."""

from flask_babel import gettext as _

from analytics.exports.words import MISSING
from analytics.report.document import Fact
from analytics.rules import Attendance, Measure, Missing
from analytics.rules.figures import Count, Figures
from checkin.rules import Method


def measures(figures: Figures, measure: Attendance | None) -> tuple[Fact, ...]:
    """Each measure that this report uses. measure: the one that the event reports."""
    facts = [people(), *([people_by_day()] if measure is Attendance.PEOPLE_BY_DAY else []), visits()]
    if isinstance(figures.passages, Count):
        facts.append(
            Fact(
                _("Passages at entrances"),
                (_("How often people came past a venue's entrance: each person once per venue and day."),),
                key=Measure.PASSAGES,
            )
        )
    if figures.reentries:
        facts.append(
            Fact(
                _("Re-entries"),
                (_("How often somebody came back to where they had been admitted already."),),
                key=Measure.REENTRIES,
            )
        )
    if figures.facts.has_registrations:
        facts += [
            Fact(
                _("Registered and confirmed"),
                (_("Places that people asked for in a session, and those of them that are held for them."),),
                key=Measure.REGISTERED,
            ),
            Fact(
                _("Came, booked and not booked"),
                (_("Who came to a session with a confirmed place, and who came without."),),
                key=Measure.CAME,
            ),
            Fact(
                _("Demand"),
                (_("How many places of a session were asked for, and what became of them."),),
                key=Measure.DEMAND,
            ),
        ]
    return (
        *facts,
        unknown(),
    )


def people() -> Fact:
    """What distinct people are."""
    return Fact(
        _("Distinct people"),
        (
            _("How many different people came to the event, over all its days and sessions."),
            _("They add up over categories, never over sessions, days or venues."),
        ),
        key=Measure.PEOPLE,
    )


def people_by_day() -> Fact:
    """What distinct people of each day are."""
    return Fact(
        _("Distinct people of each day, summed"),
        (_("How many different people came on each day, added up: who came on two days counts twice."),),
        key=Measure.PEOPLE_BY_DAY,
    )


def visits() -> Fact:
    """What visits are."""
    return Fact(
        _("Visits"),
        (_("How often people came to sessions: each person once per session."),),
        key=Measure.VISITS,
    )


def unknown() -> Fact:
    """What is meant where nobody counted."""
    words = _("Nobody counted. Never shown as zero; 0 means that somebody counted and nobody came.")
    return Fact(str(MISSING[Missing.UNKNOWN]), (words,))


def methods() -> dict[Method, str]:
    """Each way of counting in a sentence."""
    return {
        Method.SCANNED: _("A code was read at the door."),
        Method.GROUP_CONFIRMED: _(
            "The code of a party was read, and the door confirmed how many of each category came."
        ),
        Method.TAPPED: _("The door tapped a category for somebody without a ticket."),
        Method.ROOM_COUNT: _("Somebody counted who was in the room."),
        Method.TYPED: _("Typed in at the desk, by number or by name."),
        Method.PAPER: _("From a tally sheet, typed in later."),
        Method.ESTIMATED: _("An estimate that somebody answers for."),
        Method.IMPORTED: _("Taken over from a source."),
    }
