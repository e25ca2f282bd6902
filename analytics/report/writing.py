"""Writes the report of an event in the language spoken now: sections in order, tables and pictures numbered."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import count
from zoneinfo import ZoneInfo

from flask_babel import gettext as _

from analytics.exports.words import period, source_line
from analytics.report import parts
from analytics.report.asked import asked
from analytics.report.document import Block, Grid, Picture, Report, Section
from analytics.rules import Attendance
from analytics.rules.figures import Figures
from analytics.rules.setting import Setting
from app.web.languages import current_language, day_long, local


@dataclass(frozen=True)
class Issue:
    """An edition that was issued: its figures do not change any more."""

    number: int
    at: datetime


@dataclass(frozen=True)
class Material:
    """All that a report is written from. measure: the one that the event reports; issue: the edition that all of it is
    of, without it everything is preliminary."""

    figures: Figures
    setting: Setting
    measure: Attendance | None
    issue: Issue | None = None


def report_of(material: Material, *, at: datetime) -> Report:
    """The whole report, as it stands at the moment `at`. Without an edition it is preliminary."""
    figures = material.figures
    facts = figures.facts
    mark, about = _standing(material.issue, facts.zone)
    return Report(
        slug=facts.slug,
        lang=current_language(),
        kicker=_("Annex"),
        title=_("Report on attendance"),
        event=local(facts.title),
        period=period(figures),
        mark=mark,
        about=about,
        made=_("Written on %(day)s.", day=day_long(at, facts.zone)),
        source=source_line(figures, "") if figures.provenance else "",
        sections=tuple(numbered(_sections(material))),
        on=at.astimezone(ZoneInfo(facts.zone)).date(),
    )


def _standing(issue: Issue | None, zone: str) -> tuple[str, str]:
    """Preliminary, or which edition; and what that means."""
    if issue is None:
        about = _("Preliminary: these figures are of no edition. They may still change.")
        return _("Preliminary"), about
    about = _("Edition %(number)s, issued on %(day)s. Its figures do not change any more.",
              number=issue.number, day=day_long(issue.at, zone))  # fmt: skip
    return _("Edition %(number)s", number=issue.number), about


def _sections(material: Material) -> Iterator[Section]:
    figures, setting = material.figures, material.setting
    wanted = (
        parts.outline(figures, setting.outline),
        parts.attendance(figures, measure=material.measure),
        parts.counting(figures),
        parts.organisations(setting.outline),
        parts.programme(figures),
        asked(figures, setting.demand),
        parts.days(figures),
        parts.former(figures, setting.former, measure=material.measure),
        parts.comments(setting.comments) if setting.comments else None,
        parts.definitions(figures, measure=material.measure),
    )
    for section in wanted:
        if section is not None:
            yield section


def numbered(sections: Iterable[Section]) -> Iterator[Section]:
    """Sections, tables and pictures get their numbers in the order in which they stand."""
    tables, pictures = count(1), count(1)

    def number(block: Block) -> Block:
        if isinstance(block, Grid):
            return replace(block, number=_("Table %(number)s", number=next(tables)))
        if isinstance(block, Picture):
            return replace(block, number=_("Figure %(number)s", number=next(pictures)))
        return block

    for place, section in enumerate(sections, start=1):
        yield replace(section, number=str(place), blocks=tuple(map(number, section.blocks)))
