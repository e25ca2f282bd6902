"""The programme as a table for spreadsheets: one row a session, Japanese and English side by side."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.programme.exports.edition import Edition
from app.programme.rules import AdmissionRule
from app.programme.rules.facts import EventSessionFacts, Texts
from app.web.languages import plain
from app.web.spreadsheets import Workbooks
from app.web.tables import csv_bytes

ADMISSION = {
    AdmissionRule.WALK_IN: _l("Just come"),
    AdmissionRule.BOOKING_AND_WALK_IN: _l("Register, or come if there is room"),
    AdmissionRule.BOOKING_ONLY: _l("Register in advance"),
    AdmissionRule.APPROVAL: _l("Register; the organiser confirms"),
    AdmissionRule.LOTTERY: _l("Lottery"),
    AdmissionRule.CLOSED: _l("Staff and partners only"),
}


def programme_sheet(edition: Edition) -> bytes:
    """Comma-separated values; headings in the reader's language."""
    return csv_bytes([_headings(), *(_row(edition, one) for one in edition.programme.sessions)])


def programme_workbook(edition: Edition) -> bytes:
    """The same table as a workbook."""
    book = Workbooks(edition.event.zone)
    sheet = book.sheet(_("Programme"), _headings())
    for one in edition.programme.sessions:
        sheet.add(_row(edition, one))
    return book.content()


def _headings() -> list[str]:
    return [
        _("Code"),
        _("Date"),
        _("Begins"),
        _("Ends"),
        _("Venue"),
        _("Room"),
        _("Kind of session"),
        _("Title in Japanese"),
        _("Title in English"),
        _("Reading of the title"),
        _("Speakers"),
        _("Organisations"),
        _("Capacity"),
        _("How to take part"),
        _("State"),
        _("Web page"),
    ]


def _row(edition: Edition, session: EventSessionFacts) -> list[str]:
    zone, place, capacity = edition.event.zone, edition.where(session), edition.capacity(session)
    starts_at, ends_at = session.starts_at.astimezone(zone), session.ends_at.astimezone(zone)
    return [
        session.code,
        starts_at.date().isoformat(),
        starts_at.strftime("%H:%M"),
        ends_at.strftime("%H:%M"),
        plain(place[0].name) if place else _("Online") if session.online else "",
        " ".join(part for part in (place[1].floor, plain(place[1].name)) if part) if place else "",
        plain(session.kind),
        _in(session.title, "ja"),
        _in(session.title, "en"),
        session.reading or "",
        "、".join(edition.people(session)),
        "、".join(edition.organisations(session)),
        "" if capacity is None else str(capacity),
        str(ADMISSION[session.admission]),
        _("Called off") if session.cancelled else "",
        edition.session_url(session),
    ]


def _in(texts: Texts, language: str) -> str:
    return texts.get(language, "")
