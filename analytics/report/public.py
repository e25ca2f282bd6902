"""Writes the public edition of a report: the same sections, from what an edition says to the public and nothing else.

Left out is what small numbers could come back by: people and visits by hour, venue, method and booking, and words that
somebody typed. What is hidden was settled when the edition was issued; here it is only counted.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import ngettext

from analytics.exports import public as tables
from analytics.exports import public_pictures as pictures
from analytics.exports.pictures import Drawn, no_taller
from analytics.exports.table import Table
from analytics.exports.words import HIDDEN, MISSING, from_to, provenance_words, sentences, sources_of
from analytics.report import glossary, parts
from analytics.report.document import Block, Fact, Facts, Grid, Key, Keys, Paragraph, Report, Section
from analytics.report.extent import not_over
from analytics.report.fitting import TALLEST
from analytics.report.tables import lines_of, printed, says_anything
from analytics.report.writing import numbered
from analytics.rules import Attendance, Missing
from analytics.rules.outline import Outline, Participants
from analytics.rules.public import Told
from analytics.rules.setting import Setting
from analytics.rules.suppression import LEAST, WIDTH
from app.web.languages import current_language, day_long, local


def public_report_of(told: Told, setting: Setting, *, at: datetime) -> Report:
    """The whole public report. Of its setting only what leaves the house is read."""
    sections = [one for one in _sections(told, setting) if one is not None]
    sections.insert(2, _counting(told, sections))
    issued = day_long(told.issued_at, told.zone)
    return Report(
        slug=told.slug,
        lang=current_language(),
        kicker=_("Public edition"),
        title=_("Report on attendance"),
        event=local(told.title),
        period=from_to(told.starts_on, told.ends_on),
        mark=_("Edition %(number)s", number=told.number),
        about=sentences([
            _("Edition %(number)s, issued on %(day)s. Its figures do not change any more.",
              number=told.number, day=issued),
            _("Small numbers are not shown: – stands in their place."),
        ]),
        made=_("Written on %(day)s.", day=day_long(at, told.zone)),
        source=sentences(sources_of(told.public.provenance, told.public.sources)),
        sections=tuple(numbered(sections)),
        on=at.astimezone(ZoneInfo(told.zone)).date(),
    )  # fmt: skip


def _sections(told: Told, setting: Setting) -> Iterator[Section | None]:
    """All but how it was counted, which says how much of these is hidden."""
    outline = setting.public_outline
    yield parts.outlined(outline, days=(told.starts_on, told.ends_on), sessions=told.sessions, elsewhere=told.elsewhere)
    yield _attendance(told)
    yield _organisations(told, outline)
    yield _programme(told)
    yield _days(told)
    yield _former(told, setting)
    yield Section("definitions", _("What the figures mean"), (Facts(tuple(_definitions(told))),))


def _attendance(told: Told) -> Section:
    table = tables.attendance(told.public)
    blocks = [Keys((_key(told), *_who(told))), *_table(table), *_picture(pictures.attendance(told, table.title))]
    return Section("attendance", _("Attendance"), tuple(blocks))


def _key(told: Told) -> Key:
    """The one figure that the event reports."""
    public = told.public
    unit = _("visits") if public.measure is Attendance.VISITS else _("people")
    note = {
        Attendance.PEOPLE: _("each person once"),
        Attendance.PEOPLE_BY_DAY: _("each person once a day"),
        Attendance.VISITS: _("each person once per session"),
    }[public.measure]
    name = tables.HEADS[public.measure]()
    number = tables.cell(public.attendance_total)
    value = str(MISSING[number]) if isinstance(number, Missing) else parts.with_unit(int(str(number)), unit)
    return Key(_("Attendance (%(measure)s)", measure=name), value, note, first=True)


def _who(told: Told) -> list[Key]:
    """Who took part, once somebody has confirmed anybody."""
    numbers = dict(told.took_part)
    if not any(numbers.values()):
        return []
    return [Key(_("Who took part"), parts.in_all(sum(numbers.values())), parts.groups_note(*numbers.values()))]


def _counting(told: Told, others: list[Section]) -> Section:
    """How it was counted, how many numbers of the tables are hidden, and why."""
    public = told.public
    blocks = [*parts.sources(public.sources), *map(Paragraph, _hidden(others))]
    if told.uncounted:
        blocks.append(
            Paragraph(
                ngettext(
                    "Of %(number)s session nobody knows how many came: it is not in the total.",
                    "Of %(number)s sessions nobody knows how many came: they are not in the total.",
                    told.uncounted,
                    number=told.uncounted,
                )
            )
        )
    blocks += not_over(told.not_over)
    blocks += parts.explained({*public.methods, *public.visit_methods})
    blocks.append(
        Paragraph(
            _(
                "Figures by hour, by venue, by way of counting and by booking are not in the public edition, so that "
                "nothing hidden can be worked out of them."
            ),
            small=True,
        )
    )
    return Section("counting", _("How the figures were counted"), tuple(blocks))


def _hidden(sections: list[Section]) -> list[str]:
    """How many, without saying which are small themselves."""
    cells = [
        cell
        for section in sections
        for block in section.blocks
        if isinstance(block, Grid)
        for row, _closing in lines_of(block.table)
        for cell in row.cells
        if isinstance(cell, int) or cell is Missing.HIDDEN
    ]
    hidden = sum(cell is Missing.HIDDEN for cell in cells)
    if not hidden:
        return [_("No number of the tables of this report is hidden.")]
    many = ngettext(
        "Of the %(all)s numbers in the tables of this report %(number)s is not shown; – stands in its place.",
        "Of the %(all)s numbers in the tables of this report %(number)s are not shown; – stands in their place.",
        hidden,
        all=len(cells),
        number=hidden,
    )
    why = _(
        "Numbers from 1 to %(most)s are hidden, because they could point to single people, and with them the fewest "
        "others from which such a number could be worked out by adding and subtracting. Each hidden number may be at "
        "least %(values)s different ones.",
        most=LEAST - 1,
        values=WIDTH + 1,
    )
    return [many, why]


def _organisations(told: Told, outline: Outline) -> Section | None:
    """By name those whose names are public, as many in all as the edition says."""
    named = {one.group: one.names for one in outline.participants}
    found = tuple(
        Participants(group, names := named.get(group, ())[:number], number - len(names))
        for group, number in told.took_part
        if number
    )
    return parts.organisations(replace(outline, participants=found))


def _programme(told: Told) -> Section:
    drawn = no_taller(TALLEST, lambda most: pictures.sessions(told, most))
    blocks = [*_table(tables.sessions(told.public, told.zone)), *_picture(drawn)]
    return Section("programme", _("Programme and attendance of each session"), tuple(blocks))


def _days(told: Told) -> Section | None:
    if len(told.public.days) < 2:
        return None
    blocks = [*_table(tables.days(told.public)), *_picture(pictures.days(told))]
    return Section("days", _("Attendance by day"), tuple(blocks))


def _former(told: Told, setting: Setting) -> Section | None:
    if not any(one.year < told.starts_on.year for one in setting.former):
        return None
    table = tables.former(told, setting.former, setting.hidden_years)
    return Section("former", _("Comparison with former years"), (Grid("", table),))


def _definitions(told: Told) -> Iterator[Fact]:
    if told.public.measure is not Attendance.VISITS:
        yield glossary.people()
    if told.public.measure is Attendance.PEOPLE_BY_DAY:
        yield glossary.people_by_day()
    yield glossary.visits()
    yield Fact(HIDDEN, (_("Not shown, because it is small or would give a small number away."),))
    yield glossary.unknown()


def _table(table: Table) -> list[Block]:
    """The table, or one sentence where nobody counted."""
    if says_anything(table) or any(cell is Missing.HIDDEN for row in table.rows for cell in row.cells):
        return [Grid("", printed(table), provenance_words(table.provenance))]
    return [Paragraph(_("%(what)s: unknown, because nobody counted it.", what=table.title))]


def _picture(drawn: Drawn | None) -> list[Block]:
    return parts.pictured(drawn.frame.title, drawn) if drawn else []
