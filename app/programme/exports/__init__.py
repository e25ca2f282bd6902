"""The programme as files that leave the house: our own for the staff, and those that other programs read."""

from collections.abc import Callable
from dataclasses import dataclass

from app.programme.exports.calendar import calendar_feed
from app.programme.exports.document import event_file
from app.programme.exports.edition import Edition, edition_of
from app.programme.exports.linked import linked_event
from app.programme.exports.open_data import event_list
from app.programme.exports.schedule import schedule_json
from app.programme.exports.sheet import programme_sheet

__all__ = ["FORMATS", "Edition", "Format", "edition_of", "event_file", "event_list"]


@dataclass(frozen=True)
class Format:
    """A form in which the released programme leaves: its name on the command line, its file's ending, its type."""

    name: str
    ending: str
    media_type: str
    write: Callable[[Edition], bytes]


FORMATS = {
    one.name: one
    for one in (
        Format("csv", "programme.csv", "text/csv; charset=utf-8", programme_sheet),
        Format("ics", "programme.ics", "text/calendar; charset=utf-8", calendar_feed),
        Format("jsonld", "programme.jsonld", "application/ld+json", linked_event),
        Format("schedule-json", "schedule.json", "application/json", schedule_json),
        Format("event-list-a", "event-list.csv", "text/csv; charset=utf-8", event_list),
    )
}
"""What the public may take along, by name. The staff's own file is `event_file`."""
