"""The list of registrations as a file: one row a registration, and in a workbook a second sheet, one row a booking."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from sqlalchemy import select

from app.console.forms import words
from app.db import db
from app.programme.models import Category, Event
from app.web.languages import NAMES, plain, stamp
from app.web.spreadsheets import Cell, Workbooks, csv_file
from registrations.queries.listed import Standing, Wanted
from registrations.queries.questions import AskedOnce, asked_once
from registrations.queries.taken import TakenRegistration, sessions_by_id_of, taken
from registrations.rules import BookingState, spoken
from registrations.rules.questions import Value, said

FORMATS = {"xlsx": "xlsx", "csv": "csv", "cp932": "csv"}
"""What one can ask for, and how the file's name ends."""
Progress = Callable[[int], None]


class _Rows:
    """One event's rows, in the reader's language: everything that is the same for all of them is made once."""

    def __init__(self, event: Event) -> None:
        self.event_id = event.id
        categories = select(Category.id, Category.label).where(Category.event_id == event.id)
        found = db.session.execute(categories.order_by(Category.position))
        self.categories = {row.id: plain(row.label) for row in found}
        self.sessions = sessions_by_id_of(event.id)
        self.titles = {one: plain(row.title) for one, row in self.sessions.items()}
        self.kinds = {kind: str(word) for kind, word in words.KINDS.items()}
        self.sources = {source: str(word) for source, word in words.SOURCES.items()}
        self.states = {state: str(word) for state, word in words.STATES.items()}
        self.standings = {standing: str(word) for standing, word in words.STANDINGS.items()}
        self.yes = _("Yes")
        self.asked = asked_once(event.id)
        self.zone = event.timezone

    def headings(self) -> list[str]:
        return [
            _("Ticket number"), _("Name"), _("Reading in kana"), _("Kind of party"), _("School or group"),
            _("School year"), _("Class"), _("E-mail address"), _("Telephone"), _("Language"), _("How it came"),
            _("Registered on"), _("State"), _("People"), *self.categories.values(), _("Names of the party"),
            _("Sessions"), _("What they need"), _("Expected arrival"), _("Numbers confirmed"), _("No photographs"),
            _("Note for staff"), *(self._asked(one) for one in self.asked),
        ]  # fmt: skip

    def row(self, one: TakenRegistration) -> list[Cell]:
        row = one.row
        standing = Standing.CANCELLED if row.cancelled_at else Standing.BLOCKED if row.blocked_at else Standing.ACCEPTED
        booked = [self.sessions[line.session_id].code for line in one.bookings if line.state.holds_places]
        return [
            spoken(one.number) if one.number else None, row.contact_name, row.contact_reading,
            self.kinds[row.party_kind], row.group_name, row.group_grade, row.group_class, row.contact_email,
            row.contact_phone, NAMES.get(row.language, row.language), self.sources[row.source], row.created_at,
            self.standings[standing], sum(one.people.values()), *(one.people.get(key) for key in self.categories),
            _(", ").join(one.named) or None, " ".join(booked), row.needs, row.expected_at, row.numbers_confirmed_at,
            self.yes if row.no_photo else None, row.staff_note,
            *(self._answer(question, one.answers.get(question.id)) for question in self.asked),
        ]  # fmt: skip

    def _asked(self, question: AskedOnce) -> str:
        """A question over its column; one of earlier says until when it was asked."""
        if question.retired_at is None:
            return plain(question.label)
        until = plain(stamp(question.retired_at, self.zone))
        return str(_("%(question)s (until %(when)s)", question=plain(question.label), when=until))

    def _answer(self, question: AskedOnce, value: Value | None) -> Cell:
        """A number as a number, everything else in words."""
        parts = said(question.choices, value) if value is not None else []
        if parts and isinstance(parts[0], int):
            return parts[0]
        return _(", ").join(plain(part) if isinstance(part, Mapping) else str(part) for part in parts) or None

    def booking_headings(self) -> list[str]:
        return [
            _("Ticket number"), _("Name"), _("Code"), _("Session"), _("Start"), _("End"), _("People"), _("State"),
            _("Since"),
        ]  # fmt: skip

    def bookings(self, one: TakenRegistration) -> Iterator[list[Cell]]:
        number = spoken(one.number) if one.number else None
        for line in one.bookings:
            session = self.sessions[line.session_id]
            yield [
                number, one.row.contact_name, session.code, self.titles[session.id], session.starts_at,
                session.ends_at, line.number, self.states[BookingState(line.state)], line.since,
            ]  # fmt: skip


def registrations_file(event: Event, wanted: Wanted, *, kind: str, progress: Progress) -> bytes:
    """The file of one FORMATS kind; `progress` hears how many registrations are written."""
    rows, zone = _Rows(event), ZoneInfo(event.timezone)
    if kind == "xlsx":
        return _workbook(rows, wanted, zone=zone, progress=progress)
    table: list[list[Any]] = [rows.headings()]
    for portion in taken(event.id, wanted):
        table += [rows.row(one) for one in portion]
        progress(len(table) - 1)
    return csv_file(table, zone=zone, encoding="cp932" if kind == "cp932" else "utf-8")


def _workbook(rows: _Rows, wanted: Wanted, *, zone: ZoneInfo, progress: Progress) -> bytes:
    book, done = Workbooks(zone), 0
    people = book.sheet(_("Registrations"), rows.headings())
    booked = book.sheet(_("Bookings"), rows.booking_headings())
    for portion in taken(rows.event_id, wanted):
        for one in portion:
            people.add(rows.row(one))
            for line in rows.bookings(one):
                booked.add(line)
        done += len(portion)
        progress(done)
    return book.content()
