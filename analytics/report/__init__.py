"""The report on attendance: one document, and a file of it in each format."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from analytics.queries import figures_of
from analytics.queries.editions import Issued, edition_numbered, is_withdrawn, newest_edition, newest_number
from analytics.queries.setting import setting_of
from analytics.report.document import Report
from analytics.report.paper import pdf_file
from analytics.report.public import public_report_of
from analytics.report.rows import csv_file
from analytics.report.web import html_file
from analytics.report.word import docx_file
from analytics.report.workbook import xlsx_file
from analytics.report.writing import Issue, Material, report_of
from analytics.rules import Attendance
from analytics.rules.public import told
from app.errors import NotFound
from app.programme.models import Event
from app.programme.queries import is_released
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


def measure_of(event: Event) -> Attendance | None:
    """The measure that the event reports, if one was named."""
    return Attendance(event.people_measure) if event.people_measure in set(Attendance) else None


def report_on(event: Event, *, at: datetime, edition: int | None = None) -> Report:
    """The report of an event in the language spoken now, read from the database; making a file of it reads no more. It
    is of the newest edition, or of the one asked for; while none stands, of the figures as they are.

    Raises NotFound for an edition that there is not, or that was withdrawn.
    """
    chosen = newest_edition(event.id) if edition is None else _standing(event, edition)
    if chosen is None:
        return report_of(Material(figures_of(event, at=at), setting_of(event), measure_of(event)), at=at)
    issue = Issue(chosen.number, chosen.issued_at)
    material = Material(chosen.figures, chosen.setting or setting_of(event), chosen.measure, issue)
    return report_of(material, at=_written_at(chosen, at))


def public_report_on(event: Event, *, at: datetime, edition: int | None = None) -> Report:
    """The public edition of the report: of the newest edition, or of the one asked for, and of nothing else.

    Raises NotFound if there is no edition, it was withdrawn, or the programme was never released.
    """
    if not is_released(event.id):
        raise NotFound
    chosen = _standing(event, newest_number(event.id) if edition is None else edition)
    known = told(chosen.figures.facts, chosen.public, number=chosen.number, issued_at=chosen.issued_at)
    return public_report_of(known, chosen.setting or setting_of(event), at=_written_at(chosen, at))


def _standing(event: Event, number: int) -> Issued:
    """A report would go on saying what was taken back."""
    chosen = edition_numbered(event.id, number)
    if is_withdrawn(chosen.id):
        raise NotFound
    return chosen


def _written_at(edition: Issued, at: datetime) -> datetime:
    """An edition is written when it is issued; what kept no setting is written anew each time."""
    return edition.issued_at if edition.setting else at
