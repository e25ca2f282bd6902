"""The report on attendance: one document, and a file of it in each format."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from analytics.queries import figures_of
from analytics.queries.editions import edition_numbered, newest_edition, newest_number
from analytics.queries.former import comments_of, former_years
from analytics.queries.outline import outline_of, public_outline_of
from analytics.queries.registering import demand_of
from analytics.report.document import Report
from analytics.report.paper import pdf_file
from analytics.report.public import public_report_of
from analytics.report.rows import csv_file
from analytics.report.web import html_file
from analytics.report.word import docx_file
from analytics.report.workbook import xlsx_file
from analytics.report.writing import Issue, Material, report_of
from analytics.rules import Measure
from analytics.rules.public import told
from app.programme.models import Event
from app.web.spreadsheets import XLSX

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
__all__ = ["FORMATS", "Format", "Report", "measure_of", "public_report_on", "report_on"]


@dataclass(frozen=True)
class Format:
    """One kind of file: how its name ends, its media type, who makes it."""

    ending: str
    media: str
    make: Callable[[Report], bytes]


FORMATS = {
    one.ending: one
    for one in (
        Format("pdf", "application/pdf", pdf_file),
        Format("docx", DOCX, docx_file),
        Format("xlsx", XLSX, xlsx_file),
        Format("csv", "text/csv", csv_file),
        Format("html", "text/html", html_file),
    )
}


def measure_of(event: Event) -> Measure | None:
    """The measure that the event reports, if one was named."""
    return Measure(event.people_measure) if event.people_measure in set(Measure) else None


def report_on(event: Event, *, at: datetime, edition: int | None = None) -> Report:
    """The report of an event in the language spoken now, read from the database; making a file of it reads no more. It
    is of the newest edition, or of the one asked for; until one is issued, of the figures as they stand.

    Raises NotFound for an edition that there is not.
    """
    chosen = newest_edition(event.id) if edition is None else edition_numbered(event.id, edition)
    material = Material(
        figures=chosen.figures if chosen else figures_of(event, at=at),
        outline=outline_of(event),
        measure=measure_of(event),
        former=tuple(one.figures for one in former_years(event.id)),
        demand=tuple(demand_of(event)),
        comments=comments_of(event.id),
        issue=Issue(chosen.number, chosen.issued_at) if chosen else None,
    )
    return report_of(material, at=at)


def public_report_on(event: Event, *, at: datetime, edition: int | None = None) -> Report:
    """The public edition of the report: of the newest edition, or of the one asked for, and of nothing else.

    Raises NotFound if there is no edition, or the programme was never released.
    """
    number = newest_number(event.id) if edition is None else edition
    chosen = edition_numbered(event.id, number)
    known = told(chosen.figures.facts, chosen.public, number=chosen.number, issued_at=chosen.issued_at)
    years = tuple(one.figures for one in former_years(event.id))
    return public_report_of(known, public_outline_of(event), years, at=at)
