"""The words of figures in the reader's language: methods, provenance, why a figure is missing, when, from where."""

from collections.abc import Iterable
from datetime import date, datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from analytics.rules import Measure, Missing, Provenance
from analytics.rules.facts import Source
from analytics.rules.figures import Count, Figures, share
from app.web.languages import clock, current_language, day, day_long, plain, stamp
from checkin.rules import Method

MIDNIGHT = "00:00"
HIDDEN = "–"
"""In place of a number that is not shown because it is small, or because it would give a small one away."""
METHODS = {
    Method.SCANNED: _l("Ticket scanned"),
    Method.GROUP_CONFIRMED: _l("Confirmed as a group"),
    Method.TAPPED: _l("Tapped by category"),
    Method.ROOM_COUNT: _l("Room count"),
    Method.TYPED: _l("Typed at the desk"),
    Method.PAPER: _l("Paper sheet"),
    Method.ESTIMATED: _l("Estimated"),
    Method.IMPORTED: _l("From the source"),
}
MISSING = {
    Missing.UNKNOWN: _l("unknown"),
    Missing.NOT_YET: _l("not over yet"),
    Missing.NO_BOOKING: _l("no booking needed"),
    Missing.CANCELLED: _l("does not take place"),
    Missing.NOT_COUNTED: _l("not counted"),
    Missing.HIDDEN: HIDDEN,
}
PROVENANCE = {
    Provenance.PUBLISHED: _l("Published figure"),
    Provenance.MEASURED: _l("Measured"),
    Provenance.MADE_UP: _l("Made up for practice"),
}
COUNTED = {
    Measure.PEOPLE: _l("Distinct people"),
    Measure.VISITS: _l("Visits"),
    Measure.PASSAGES: _l("Passages at entrances"),
}
GROUPS = {
    "organisations": _l("NPOs, companies, community groups"),
    "schools": _l("Schools"),
    "departments": _l("City departments"),
}


def method_words(count: Count | Missing) -> str:
    """How a figure is known: the method alone, or each with its number."""
    if isinstance(count, Missing):
        return str(MISSING[count])
    return ways_words(count.methods.items())


def ways_words(ways: Iterable[tuple[Method, int]]) -> str:
    """The same of a line: the method alone, or each with its number."""
    found = list(ways)
    if len(found) == 1:
        return str(METHODS[found[0][0]])
    return str(_(" · ")).join(f"{METHODS[method]} {number:,}" for method, number in found)


def shares_of(*counts: tuple[Measure, Count | Missing]) -> str:
    """How much of each figure is known in which way, with its share."""
    known = [(measure, one) for measure, one in counts if isinstance(one, Count) and one.methods]
    return str(_(" / ")).join(_shares(measure, one) for measure, one in known)


def _shares(measure: Measure, count: Count) -> str:
    parts = str(_(" · ")).join(
        f"{METHODS[method]} {number:,} ({share(number, count.number)}%)" for method, number in count.methods.items()
    )
    return str(_("%(measure)s %(number)s: %(ways)s", measure=COUNTED[measure], number=f"{count.number:,}", ways=parts))


def ways(*known: Iterable[Method] | str) -> str:
    """By what a table is known, without numbers: methods of counting in their order, and other words."""
    said = [
        [one] if isinstance(one, str) else [str(METHODS[method]) for method in Method if method in set(one)]
        for one in known
    ]
    return str(_(" · ")).join(dict.fromkeys(word for words in said for word in words if word))


def provenance_words(provenance: tuple[Provenance, ...]) -> str:
    """Measured, published or made up, in one cell."""
    return str(_(" · ")).join(str(PROVENANCE[one]) for one in provenance)


def standing_words(figures: Figures) -> str:
    """Preliminary, or of which edition."""
    if figures.edition is None:
        return str(_("Preliminary"))
    return str(_("Edition %(number)s", number=figures.edition))


def period(figures: Figures) -> str:
    """From the first day to the last; in easy Japanese with readings."""
    return from_to(figures.facts.starts_on, figures.facts.ends_on)


def from_to(first: date, last: date) -> str:
    """The same for two days."""
    if first == last:
        return day_long(first)
    until = day_long(last) if current_language() == "en" else day(last)
    return str(_("%(first)s – %(last)s", first=day_long(first), last=until))


def on_day(value: date | datetime, zone: str | None = None) -> str:
    """A day without readings: pictures and files have no place for them."""
    return plain(day(value, zone))


def on_day_from(on: date | None, starts_at: datetime | None, zone: str) -> str:
    """Day and beginning of a session, as far as they are known. An edition keeps no end: what starts at midnight lasts
    all day, and its hour says nothing."""
    hour = clock(starts_at, zone) if starts_at else ""
    if hour == MIDNIGHT:
        hour = plain(_("all day"))
    return " ".join(part for part in (on_day(on) if on else "", hour) if part)


def at_no_venue(elsewhere: frozenset[bool]) -> tuple[str, str]:
    """Key and words for where sessions are that have no venue: online, or nobody said."""
    if True not in elsewhere:
        return "nowhere", _("No venue entered")
    return "online", _("Online or no venue entered") if False in elsewhere else _("Online")


def source_line(figures: Figures, what: str) -> str:
    """What is shown, and where it comes from: printed under every picture and with every table."""
    return sentences([what, *_sources(figures), str(_("%(standing)s.", standing=standing_words(figures)))])


def sentences(parts: list[str]) -> str:
    """Sentences one after the other, as the language sets them."""
    return ("" if current_language() != "en" else " ").join(part for part in parts if part)


def side_by_side(parts: list[str]) -> str:
    """Short facts in one line, as the language sets them apart."""
    return (", " if current_language() == "en" else "　").join(part for part in parts if part)


def sources_of(provenance: tuple[Provenance, ...], sources: Iterable[Source]) -> list[str]:
    """From whom published figures are, and that others are made up."""
    lines = []
    if Provenance.PUBLISHED in provenance:
        lines += [_("Source: %(title)s (published figure).", title=plain(source.title)) for source in sources]
    if Provenance.MADE_UP in provenance:
        lines.append(_("Made up for practice: these figures are not of real people."))
    return lines


def _sources(figures: Figures) -> list[str]:
    lines = sources_of(figures.provenance, figures.facts.sources)
    if Provenance.MEASURED in figures.provenance or Provenance.MADE_UP in figures.provenance:
        lines.append(_as_of(figures))
    return lines


def _as_of(figures: Figures) -> str:
    if figures.newest_at is None:
        return ""
    return str(_("Ledger as of %(when)s.", when=stamp(figures.newest_at, figures.facts.zone)))
