"""Two dimensions of attendance crossed, as a table for page and file: what nobody counted stays unknown, never 0."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from analytics.exports.pictures import when
from analytics.exports.table import Cell, Column, Row, Table, Ways, ways_of
from analytics.exports.words import METHODS, at_no_venue, on_day, shares_of, standing_words
from analytics.queries.crossing import room_names
from analytics.rules import Known, Measure, Missing
from analytics.rules.crossing import ENTRANCE, NO_ORGANISATION, ONLINE, Crossing, Dimension, Value
from analytics.rules.figures import Count, Figures, SessionFigures
from app.web.languages import LocalText, current_language, local
from checkin.rules import Method

DIMENSIONS = {
    Dimension.CATEGORY: _l("Category"),
    Dimension.SESSION: _l("Session"),
    Dimension.DAY: _l("Day"),
    Dimension.SITE: _l("Venue"),
    Dimension.ROOM: _l("Room"),
    Dimension.ORGANISATION: _l("Kind of organisation"),
    Dimension.LANGUAGE: _l("Language"),
    Dimension.LEAD: _l("Registered how long before"),
    Dimension.METHOD: _l("How counted"),
    Dimension.PARTY: _l("Kind of party"),
}
MEASURES = {Measure.PEOPLE: _l("Distinct people"), Measure.VISITS: _l("Visits")}
ORGANISATIONS = {
    "npo": _l("Non-profit organisations"),
    "company": _l("Companies"),
    "community": _l("Community groups"),
    "school": _l("Schools"),
    "department": _l("City departments"),
    "other": _l("Other organisations"),
    NO_ORGANISATION: _l("Without an organisation"),
}
LANGUAGES = {"ja": "日本語", "en": "English", "ja-easy": "やさしい日本語"}
LEADS = {
    "same_day": _l("The same day"),
    "1-3": _l("1–3 days"),
    "4-7": _l("4–7 days"),
    "8-14": _l("8–14 days"),
    "15-30": _l("15–30 days"),
    "31+": _l("31 days or more"),
}
PARTIES = {
    "person": _l("One person"),
    "family": _l("Family or friends"),
    "class": _l("School class"),
    "delegation": _l("Delegation"),
    "team": _l("Team"),
}


@dataclass(frozen=True)
class Asked:
    """Which two dimensions of what. Usually sessions are the lines: as columns they would be wider than any screen."""

    rows: Dimension = Dimension.SESSION
    columns: Dimension = Dimension.CATEGORY
    measure: Measure = Measure.VISITS


@dataclass(frozen=True)
class Side:
    """One value along a side: its code in files, its words, and why it has no figures, if it has none."""

    value: Value
    key: str
    label: LocalText | str
    missing: Missing | None = None


def crossed(figures: Figures, crossing: Crossing, asked: Asked, known: Crossing | None = None) -> Table:
    """The table, with the totals that hold: sums where they add up, the number of different people where not. known:
    the same rows by method."""
    rows = _side(figures, asked.rows, crossing.rows, asked)
    columns = _side(figures, asked.columns, crossing.columns, asked)
    visits = asked.measure is Measure.VISITS
    everything = figures.visits if visits else figures.people
    across = _("Total") if visits or asked.columns.adds_up else _("People (not the sum)")
    bottom = (*(_known(crossing.columns.get(one.value, 0), one) for one in columns), crossing.total)
    adds = visits or asked.rows.adds_up
    measure = MEASURES[asked.measure]
    return Table(
        name="crossed",
        title=_("%(measure)s: %(rows)s by %(columns)s", measure=measure, rows=DIMENSIONS[asked.rows],
                columns=DIMENSIONS[asked.columns]),
        head=str(DIMENSIONS[asked.rows]),
        columns=(*(Column(one.key, one.label) for one in columns), Column("total", across)),
        rows=tuple(_row(one, columns, crossing, known) for one in rows) if isinstance(everything, Count) else (),
        measures=(asked.measure,),
        provenance=figures.provenance,
        method=shares_of((asked.measure, everything)),
        ways=ways_of(everything.methods) if isinstance(everything, Count) else (),
        total=bottom if adds else None,
        distinct=None if adds else bottom,
        notes=tuple(_notes(asked)),
        standing=standing_words(figures),
    )  # fmt: skip


def _row(row: Side, columns: list[Side], crossing: Crossing, known: Crossing | None) -> Row:
    cells = [row.missing or _known(crossing.cells.get((row.value, one.value), 0), one) for one in columns]
    whole: Cell = row.missing or crossing.rows.get(row.value, 0)
    return Row(row.key, row.label, (*cells, whole), ways=_ways(row, known) if known and not row.missing else ())


def _known(number: int, side: Side) -> Known:
    return side.missing or number


def _ways(row: Side, known: Crossing) -> Ways:
    numbers = ((method, known.cells.get((row.value, method.value), 0)) for method in Method)
    return tuple((method, number) for method, number in numbers if number)


def _notes(asked: Asked) -> list[str]:
    recorded = _(
        "“Not recorded”: the line does not say it, as of people without a ticket. 0 stands only where somebody counted."
    )
    if asked.measure is Measure.VISITS:
        return [_("Visits add up in both directions. Passages at entrances are not visits."), recorded]
    if asked.rows.adds_up and asked.columns.adds_up:
        return [_("People add up in both directions: each person has one place in this table."), recorded]
    return [
        _("Each person is counted once in each cell, so people do not add up over sessions, days, venues and rooms. "
          "The last line or column is the number of different people, not the sum."),
        _("Whoever is counted without a ticket stands where they were marked as new that day, and nowhere else."),
        recorded,
    ]  # fmt: skip


def _side(figures: Figures, dimension: Dimension, counted: Mapping[Value, int], asked: Asked) -> list[Side]:
    """The values in their order: all that the event has, then what else was counted, what is not recorded last."""
    of_event = _OF_EVENT[dimension](figures, asked) if dimension in _OF_EVENT else []
    sides = [replace(one, missing=None) if one.value in counted else one for one in of_event]
    known, order = {one.value for one in sides}, list(_WORDS.get(dimension, {}))
    others = sorted(
        (value for value in counted if value is not None and value not in known),
        key=lambda value: (order.index(str(value)) if str(value) in order else len(order), str(value)),
    )
    sides += [_other(figures, dimension, value) for value in others]
    if None in counted:
        sides.append(Side(None, "unknown", _("Not recorded")))
    return sides


def _other(figures: Figures, dimension: Dimension, value: Value) -> Side:
    """One that the figures of the event have no line for."""
    if value == ONLINE:
        return Side(value, *at_no_venue(figures.facts.elsewhere))
    return Side(value, str(value), _label(dimension, value))


def _label(dimension: Dimension, value: Value) -> str:
    if value == ENTRANCE:
        return str(_("At an entrance"))
    if isinstance(value, date):
        return on_day(value)
    words = _WORDS.get(dimension, {})
    return str(words.get(str(value), value))


_WORDS: dict[Dimension, Mapping[str, object]] = {
    Dimension.ORGANISATION: ORGANISATIONS,
    Dimension.LANGUAGE: LANGUAGES,
    Dimension.LEAD: LEADS,
    Dimension.PARTY: PARTIES,
    Dimension.METHOD: {method.value: words for method, words in METHODS.items()},
}


def _categories(figures: Figures, _asked: Asked) -> list[Side]:
    return [Side(one.category.id, one.category.key, local(one.category.label)) for one in figures.categories]


def _sessions(figures: Figures, _asked: Asked) -> list[Side]:
    """Each under its title; those that share one, with the day that tells them apart."""
    titles = [local(one.session.title) for one in figures.sessions]
    often = Counter(one.text for one in titles)
    return [
        Side(one.session.id, one.session.code, title if often[title.text] == 1 else _of_when(figures, one, title),
             _why(one.visits))
        for one, title in zip(figures.sessions, titles, strict=True)
    ]  # fmt: skip


def _of_when(figures: Figures, one: SessionFigures, title: LocalText) -> LocalText:
    brackets = "%s (%s)" if current_language() == "en" else "%s（%s）"
    return replace(title, text=brackets % (title.text, when(figures, one.session)))


def _days(figures: Figures, asked: Asked) -> list[Side]:
    counted = {one.day: one.visits if asked.measure is Measure.VISITS else one.people for one in figures.days}
    return [Side(day, day.isoformat(), on_day(day), _why(known)) for day, known in counted.items()]


def _sites(figures: Figures, asked: Asked) -> list[Side]:
    key, words = at_no_venue(figures.facts.elsewhere)
    return [
        Side(
            one.venue.id if one.venue else ONLINE,
            one.venue.slug if one.venue else key,
            local(one.venue.name) if one.venue else words,
            _why(one.visits if asked.measure is Measure.VISITS else one.people),
        )
        for one in figures.venues
    ]


def _rooms(figures: Figures, _asked: Asked) -> list[Side]:
    """Each room once; without figures if none of its sessions has any."""
    names, found = room_names(figures.facts), dict[str, Side]()
    key, words = at_no_venue(figures.facts.elsewhere)
    for one in figures.sessions:
        name = str(names[one.session.id])
        missing = _why(one.visits)
        if name not in found or (found[name].missing is not None and missing is None):
            found[name] = Side(name, *((name, name) if name != ONLINE else (key, words)), missing)
    return list(found.values())


def _why(known: Known) -> Missing | None:
    return known if isinstance(known, Missing) else None


_OF_EVENT: dict[Dimension, Callable[[Figures, Asked], list[Side]]] = {
    Dimension.CATEGORY: _categories,
    Dimension.SESSION: _sessions,
    Dimension.DAY: _days,
    Dimension.SITE: _sites,
    Dimension.ROOM: _rooms,
}
"""Of these the event knows all values beforehand; of the others a table has those that were counted."""
