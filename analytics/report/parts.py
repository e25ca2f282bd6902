"""The sections of a report, each from the figures and the outline of the event."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import date

from flask_babel import gettext as _
from flask_babel import ngettext

from analytics.exports import by_time, counts, splits
from analytics.exports.former import former_table
from analytics.exports.pictures import Drawn, no_taller, picture_of
from analytics.exports.table import Table
from analytics.exports.words import GROUPS, METHODS, MISSING, PROVENANCE, at_no_venue, from_to, provenance_words
from analytics.report import glossary
from analytics.report.document import Block, Fact, Facts, Grid, Key, Keys, Listing, Paragraph, Picture, Section, Words
from analytics.report.extent import counted_so_far
from analytics.report.fitting import TALLEST
from analytics.report.tables import printed, says_anything
from analytics.rules import Attendance, Missing
from analytics.rules.absence import no_show
from analytics.rules.facts import Source
from analytics.rules.figures import Count, Figures, share
from analytics.rules.former import YearFigures
from analytics.rules.outline import Outline, Participants
from app.web import prose
from app.web.languages import LocalText, current_language, local, plain
from checkin.rules import Method

MOST_BARS = 40
"""In a picture on one page."""


def outline(figures: Figures, told: Outline) -> Section:
    """Purpose, dates with the era, venues, who organised."""
    facts = figures.facts
    sessions = len([one for one in facts.sessions if not one.cancelled])
    return outlined(told, days=(facts.starts_on, facts.ends_on), sessions=sessions, elsewhere=facts.elsewhere)


def outlined(told: Outline, *, days: tuple[date, date], sessions: int, elsewhere: frozenset[bool]) -> Section:
    """The same of an event of these days, with so many sessions. elsewhere: of those at no venue, whether they are
    online."""
    sites = [_site(local(one.name), local(one.address)) for one in told.sites]
    lines: list[tuple[str, Iterable[Words]]] = [
        (_("Purpose"), map(local, told.purpose) if told.purpose else prose.lines(local(told.summary))),
        (_("Dates"), [_when(*days)]),
        (_("Venues"), sites or [at_no_venue(elsewhere)[1]]),
        (_("Organisers"), (local(one) for one in told.organisers)),
        (_("In cooperation with"), (local(one) for one in told.cooperation)),
        (_("How to take part"), prose.lines(local(told.how_to_take_part))),
        (_("Fee"), [local(told.fee)] if told.fee else []),
        (_("Programme"), [ngettext("%(number)s session", "%(number)s sessions", sessions, number=sessions)]),
        (_("Based on"), [local(told.source)] if told.source else []),
    ]
    facts = tuple(Fact(name, found, listed=True) for name, what in lines if (found := tuple(what)))
    return Section("outline", _("Outline of the event"), (Facts(facts),))


def _when(first: date, last: date) -> str:
    """From when until when, and how many days that is: easy Japanese has no one reading for a number of days."""
    days = (last - first).days + 1
    if current_language() == "ja-easy":
        return from_to(first, last)
    length = ngettext("%(number)s day", "%(number)s days", days, number=days)
    return str(_("%(period)s (%(length)s)", period=from_to(first, last), length=length))


def _site(name: LocalText, address: LocalText) -> Words:
    if not address.text:
        return name
    brackets = "%s (%s)" if current_language() == "en" else "%s（%s）"
    return LocalText(brackets % (name.text, address.text), name.lang, fallback=name.fallback)


def attendance(figures: Figures, *, measure: Attendance | None) -> Section:
    """The published table first; visits beside it, and who took part."""
    blocks: list[Block] = [
        Keys(_keys(figures, measure)),
        *(_table(counts.people_by_day(figures)) if measure is Attendance.PEOPLE_BY_DAY else []),
        *_table(counts.people(figures)),
        *_picture(figures, "people"),
        *_table(counts.visits(figures), quiet=_nobody_came(figures)),
        *_table(counts.took_part(figures)),
    ]
    return Section("attendance", _("Attendance"), tuple(blocks))


def _keys(figures: Figures, measure: Attendance | None) -> tuple[Key, ...]:
    """The figure that the event reports goes first and says so."""
    found = [
        _key(figures.people, _("Distinct people"), _("people"), _("each person once"), measure is Attendance.PEOPLE),
        _key(figures.visits, _("Visits"), _("visits"), _("each person once per session"), measure is Attendance.VISITS),
    ]
    if measure is Attendance.PEOPLE_BY_DAY:
        name, total = _("Distinct people of each day, summed"), counts.each_day(figures)
        found.append(_key(total, name, _("people"), _("each person once a day"), True))  # noqa: FBT003
    return (*sorted(found, key=lambda one: not one.first), _who(figures))


def _key(count: Count | Missing, name: str, unit: str, note: str, first: bool) -> Key:  # noqa: FBT001
    label = _("Attendance (%(measure)s)", measure=name) if first else name
    return Key(label, _number(count, unit), note, first)


def _who(figures: Figures) -> Key:
    """Who took part; as long as nobody confirmed anybody, that is not none."""
    groups = figures.facts.took_part
    confirmed, proposed = [one.confirmed for one in groups], [one.proposed for one in groups]
    unsure = sum(confirmed) == 0 < sum(proposed)
    numbers = proposed if unsure else confirmed
    value = _("Not confirmed yet") if unsure else in_all(sum(confirmed))
    return Key(_("Who took part"), value, groups_note(*numbers))


def in_all(number: int) -> str:
    """How many took part, of all groups together."""
    return str(_("In all %(number)s", number=f"{number:,}"))


def groups_note(organisations: int, schools: int, departments: int) -> str:
    """How many of each group."""
    words = _(
        "%(organisations)s organisations, %(schools)s schools, %(departments)s departments",
        organisations=organisations,
        schools=schools,
        departments=departments,
    )
    return str(words)


def _number(count: Count | Missing, unit: str) -> str:
    if isinstance(count, Missing):
        return str(MISSING[count])
    return with_unit(count.number, unit)


def with_unit(number: int, unit: str) -> str:
    """A number and what it counts, as the language sets them."""
    return f"{number:,} {unit}" if current_language() == "en" else f"{number:,}{unit}"


def counting(figures: Figures) -> Section:
    """How each figure is known, what its source says, and which sessions were counted."""
    blocks = sources(figures.facts.sources)
    blocks += counted_so_far(figures)
    said, table = glossary.methods(), counts.methods(figures)
    rows = tuple(replace(row, detail=said[Method(row.key)]) for row in table.rows)
    blocks += _table(replace(table, rows=rows, about=_("Meaning")), quiet=_nobody_came(figures))
    return Section("counting", _("How the figures were counted"), tuple(blocks))


def sources(of: Iterable[Source]) -> list[Block]:
    """What each source says of measure and method."""
    facts = tuple(
        Fact(str(PROVENANCE[one.provenance]), (local(one.title), *_notes(one.measure_note, one.method_note)))
        for one in of
    )
    return [Facts(facts)] if facts else []


def explained(used: Collection[str]) -> list[Block]:
    """Each way of counting in a sentence."""
    said = glossary.methods()
    facts = tuple(Fact(str(METHODS[method]), (said[method],)) for method in Method if method in used)
    return [Facts(facts)] if facts else []


def _notes(*notes: object) -> list[Words]:
    found = [local(note) for note in notes if isinstance(note, dict) and note]
    return list(found)


def organisations(told: Outline) -> Section | None:
    """Who took part, by name."""
    if not told.participants:
        return None
    blocks = tuple(Listing(_group(one), _named(one)) for one in told.participants)
    return Section("organisations", _("Organisations, schools and departments"), blocks)


def _group(one: Participants) -> str:
    number = len(one.names) + one.nameless
    return str(_("%(group)s: %(number)s", group=GROUPS[one.group], number=number))


def _named(one: Participants) -> tuple[Words, ...]:
    names: tuple[Words, ...] = tuple(local(name) for name in one.names)
    return (*names, _("%(number)s more that the source does not name", number=one.nameless)) if one.nameless else names


def _nobody_came(figures: Figures) -> bool:
    """Counted, and found to be nobody: of none there are no parts, and to call these unknown would be wrong."""
    return isinstance(figures.visits, Count) and figures.visits.number == 0


def programme(figures: Figures) -> Section | None:
    """The programme with what is known of each session; none where there is no session."""
    if not figures.sessions:
        return None
    table = splits.sessions(figures)
    blocks: list[Block] = [
        _grid(table),
        *_picture(figures, "sessions"),
        *map(Paragraph, _booked(figures)),
        *_table(splits.session_categories(figures), quiet=True),
        *_table(splits.venues(figures), quiet=True),
    ]
    return Section("programme", _("Programme and attendance of each session"), tuple(blocks))


def _booked(figures: Figures) -> list[str]:
    """What a city wants to know of bookings: how many places stayed empty, and where there were too few."""
    words = []
    counted = [(one.confirmed, absent) for one in figures.sessions if isinstance(absent := no_show(one), int)]
    places = sum(given for given, _absent in counted if isinstance(given, int))
    if places:
        absent = sum(number for _given, number in counted)
        words.append(
            _(
                "Of %(places)s confirmed places in the sessions that were counted, %(absent)s stayed empty "
                "(%(share)s%%).",
                places=f"{places:,}",
                absent=f"{absent:,}",
                share=share(absent, places),
            )
        )
    known = [(one, one.registered, one.confirmed) for one in figures.sessions]
    wanted = [
        (asked - given, one, asked, given)
        for one, asked, given in known
        if isinstance(asked, int) and isinstance(given, int) and asked > given
    ]
    if wanted:
        _more, one, asked, given = max(wanted, key=lambda found: found[0])
        words.append(
            _(
                "Sessions for which more places are asked for than given: %(number)s. Most of all in %(session)s: "
                "%(asked)s asked for, %(given)s given.",
                number=len(wanted),
                session=plain(one.session.title),
                asked=f"{asked:,}",
                given=f"{given:,}",
            )
        )
    return words


def days(figures: Figures) -> Section:
    """Days and hours."""
    blocks: list[Block] = [*_table(splits.days(figures)), *_picture(figures, "days")]
    blocks += _table(splits.day_categories(figures), quiet=True)
    blocks += [*_table(by_time.arrivals(figures, 60), quiet=True), *_picture(figures, "arrivals")]
    return Section("days", _("Attendance by day and hour"), tuple(blocks))


def definitions(figures: Figures, *, measure: Attendance | None) -> Section:
    """What every measure of this report means."""
    return Section("definitions", _("What the figures mean"), (Facts(glossary.measures(figures, measure)),))


def _table(table: Table, *, quiet: bool = False) -> list[Block]:
    """The table, or one sentence where nobody counted; quiet: then not even that."""
    if says_anything(table):
        return [_grid(table)]
    if quiet:
        return []
    return [Paragraph(_("%(what)s: unknown, because nobody counted it.", what=table.title))]


def _grid(table: Table) -> Grid:
    return Grid("", printed(table), provenance_words(table.provenance))


def _picture(figures: Figures, name: str) -> list[Block]:
    return pictured(name, no_taller(TALLEST, lambda most: picture_of(name, figures, most=most)))


def pictured(name: str, drawn: Drawn | None) -> list[Block]:
    """The picture, where there is one; with more bars than a page can show the table says it better."""
    return [Picture("", name, drawn)] if drawn and drawn.lines <= MOST_BARS else []


def former(figures: Figures, years: tuple[YearFigures, ...], *, measure: Attendance | None) -> Section:
    """This year beside those before it."""
    what: Block = Paragraph(_("No figures of former years have been entered."))
    if years:
        what = Grid("", former_table(figures, years, measure))
    return Section("former", _("Comparison with former years"), (what,))


def comments(words: Mapping[str, str]) -> Section:
    """What the organiser adds, line by line."""
    return Section("comments", _("Comments of the organiser"), tuple(map(Paragraph, prose.lines(local(words)))))
