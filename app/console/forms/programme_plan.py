"""What files would make of an event's programme, and that in sentences: one for each cell that cannot be taken."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.console.forms.programme_files import Reading, read_files
from app.programme.forms import faults_of
from app.programme.queries.standing import Standing
from app.programme.rules.columns import TABLES, Column
from app.programme.rules.faults import Fault
from app.programme.rules.merging import Fate, Plan, What, plan_of
from app.programme.rules.tabled import CellFault

SENTENCES = {
    "missing": _l("This is missing. Fill it in."),
    "day": _l("“%(value)s” is no day. Write it as 2026-10-30 or R8.10.30."),
    "unreal_day": _l("There is no day “%(value)s”. Check it."),
    "clock": _l("“%(value)s” is no clear time. Write it as 9:30 or 13:30."),
    "moment": _l("“%(value)s” is no day and time. Write both, as 2026-10-30 17:00."),
    "duration": _l("“%(value)s” is no duration such as 01:30. Mend it in the file."),
    "number": _l("“%(value)s” is no whole number. Write digits."),
    "degrees": _l("“%(value)s” are no degrees. Write them as 35.4501."),
    "yes_no": _l("“%(value)s” is neither yes nor no."),
    "word": _l("“%(value)s” is not known here."),
    "formula": _l("The cell holds a formula, which is never run. Put its value there instead."),
    "too_long": _l("“%(value)s…” is too long. Shorten it."),
    "too_many_parts": _l("“%(value)s” has more parts between its bars than belong there."),
    "no_rooms": _l("There is no room “%(value)s”. Add it to its table, or correct it."),
    "no_venues": _l("There is no venue “%(value)s”. Add it to its table, or correct it."),
    "several_rooms": _l("Several rooms are called “%(value)s”. Write venue-code/room-code."),
    "no_speakers": _l("Nobody has the code “%(value)s”. Add the person to the table of speakers, or write the name."),
    "several_speakers": _l("Several people are called “%(value)s”. Write the code."),
    "no_organisations": _l("There is no organisation “%(value)s”. Add it to its table, or correct it."),
    "several_organisations": _l("Several organisations are called “%(value)s”. Write the code."),
    "twice": _l("Row %(value)s has this already. Each may stand once."),
    "other_event": _l("This row is about the event “%(value)s”. Choose the file for this event."),
    "others": _l("With this, “%(value)s” would not fit any more. Change that first."),
    "order": _l("It has to end after it starts, and bookings before it ends. Check the times."),
    "outside": _l("“%(value)s” is on no day of the event. Check the date, or change the days of the event first."),
    "unreal": _l("“%(value)s” does not exist. Check day and time."),
    "skipped": _l("The clocks skip “%(value)s” that day. Choose another time."),
    "twice_a_day": _l("The clocks show “%(value)s” twice that day. Choose another time."),
    "door": _l("The door would close before the start. Let it close later."),
    "promised": _l("More places are promised already than %(value)s. Leave at least that many."),
    "shared": _l("People have booked already, so it cannot become one for a party alone."),
    "notice": _l("The text changed, so the notice needs a higher number."),
    "expected": _l("“%(value)s” does not fit here."),
}
JUDGE = Callable[[Mapping[str, Any]], Iterator[Fault]]


@dataclass(frozen=True)
class Laid:
    """Files laid over the programme. mark: of the programme that they were laid over; gone: sessions that a newer
    timetable does not have any more."""

    plan: Plan
    mark: str
    uuids: dict[str, UUID]
    gone: list[str]
    notes: list[str]

    @property
    def counts(self) -> dict[str, int]:
        return {what.value: self.plan.count(what) for what in What}


def laid_over(
    files: Iterable[tuple[str, bytes]], standing: Standing, *, language: str, today: date, progress: Callable[[], None]
) -> Laid:
    """Read the files and lay them over the programme. Raises Invalid with a sentence. progress: called now and then."""
    reading: Reading = read_files(files, standing)
    progress()

    def judge(document: Mapping[str, Any]) -> Iterator[Fault]:
        progress()
        yield from faults_of(document)
        yield from standing.promises_broken(document)

    plan = plan_of(
        standing.programme, reading.rows, beside=standing.beside, language=language, judge=judge, today=today
    )
    made = {fate.row.cells.get("code") for fate in plan.fates if fate.what is What.NEW and fate.row.table == "sessions"}
    uuids = {code: uuid for code, uuid in reading.uuids.items() if code in made}
    return Laid(plan, standing.mark, uuids, reading.gone, reading.notes)


def why(fate: Fate, language: str) -> list[tuple[str, str]]:
    """Heading of the column and sentence, for everything wrong with a row."""
    table = TABLES[fate.row.table]
    return [(table.by_key[one.column].heading(language), sentence_of(table.by_key[one.column], one, language))
            for one in fate.faults]  # fmt: skip


def sentence_of(column: Column, fault: CellFault, language: str) -> str:
    """What is wrong with one cell, and what belongs there."""
    kind = "twice_a_day" if fault.kind == "twice" and column.key in ("begins", "ends") else fault.kind
    said = str(SENTENCES.get(kind, SENTENCES["expected"])) % {"value": fault.value}
    if kind in ("word", "expected", "missing", "too_many_parts") and (about := column.belongs(language)):
        said = _("%(said)s What belongs there: %(about)s", said=said, about=about)
    return said
