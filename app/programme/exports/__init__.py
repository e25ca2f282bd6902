"""The programme as files that leave the house: our own for the staff, and those that other programs read."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l

from app.programme.exports.calendar import calendar_feed
from app.programme.exports.document import event_file
from app.programme.exports.edition import Edition, edition_of
from app.programme.exports.linked import linked_event
from app.programme.exports.national import core_model
from app.programme.exports.open_data import event_list
from app.programme.exports.open_data_b import event_list_b
from app.programme.exports.schedule import schedule_json
from app.programme.exports.sheet import programme_sheet, programme_workbook
from app.web.spreadsheets import XLSX

__all__ = ["FORMATS", "Edition", "Format", "edition_of", "event_file", "event_list"]


@dataclass(frozen=True)
class Format:
    """A form in which the released programme leaves: its name on the command line, its file's ending, its type,
    and what people call it."""

    name: str
    ending: str
    media_type: str
    label: Any
    write: Callable[[Edition], bytes]


FORMATS = {
    one.name: one
    for one in (
        Format(
            "ics",
            "programme.ics",
            "text/calendar; charset=utf-8",
            _l("Calendar (iCalendar): subscribe to it and it stays up to date"),
            calendar_feed,
        ),
        Format(
            "csv",
            "programme.csv",
            "text/csv; charset=utf-8",
            _l("Table for spreadsheets (CSV)"),
            programme_sheet,
        ),
        Format(
            "event-list-a",
            "event-list.csv",
            "text/csv; charset=utf-8",
            _l("Municipal open data, event list (CSV)"),
            event_list,
        ),
        Format(
            "xlsx",
            "programme.xlsx",
            XLSX,
            _l("Table for spreadsheets (Excel)"),
            programme_workbook,
        ),
        Format(
            "event-list-b",
            "event-list-b.csv",
            "text/csv; charset=utf-8",
            _l("Municipal open data, event list of the base registry (CSV)"),
            event_list_b,
        ),
        Format(
            "core-model",
            "core-model.json",
            "application/json",
            _l("National core data model for events (JSON)"),
            core_model,
        ),
        Format(
            "schedule-json",
            "schedule.json",
            "application/json",
            _l("Timetable for apps (schedule.json)"),
            schedule_json,
        ),
        Format(
            "jsonld",
            "programme.jsonld",
            "application/ld+json",
            _l("Linked data of schema.org (JSON-LD)"),
            linked_event,
        ),
    )
}
"""What the public may take along, by name. The staff's own file is `event_file`."""
