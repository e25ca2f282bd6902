"""Files that somebody sends to fill a programme: which tables they hold, row by row. Nothing here writes."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any
from uuid import UUID

from flask_babel import gettext as _

from app.errors import Invalid
from app.programme.queries.standing import Standing
from app.programme.rules import cells
from app.programme.rules.columns import EXPLANATIONS, TABLES, Table
from app.programme.rules.documents import document_of
from app.programme.rules.laid import call, known_in
from app.programme.rules.merging import Row
from app.programme.rules.tabled import CellFault, Names, alike
from app.programme.rules.timetables import NoTimetable, There, timetable_of
from app.web.tables import FORMULA_BEGINS
from app.web.uploads import Formula, Sheet, sheets_of

MOST_ROWS = 5_000
"""In one table."""
MOST_LINES = 100_000
"""Empty ones too."""
MOST_COLUMNS = 200
MOST_FILES = 20
LONGEST_CELL = 20_000
COMMENT = "#"


@dataclass
class Reading:
    """What files hold. uuids: outward ids of sessions that are new; gone: codes of sessions that a newer timetable does
    not have any more; notes: what was left unread, and why."""

    rows: list[Row] = field(default_factory=list)
    uuids: dict[str, UUID] = field(default_factory=dict)
    gone: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def read_files(files: Iterable[tuple[str, bytes]], standing: Standing) -> Reading:
    """Every row of the files (name, content). Raises Invalid with a sentence."""
    found = Reading()
    for name, content in files:
        if content.lstrip()[:1] == b"{":
            _read_timetable(name, content, standing, found)
        else:
            for sheet in sheets_of(content, name=name, most_columns=MOST_COLUMNS):
                _read_sheet(sheet, found)
    if not found.rows:
        nothing = _("There is no row to read. Fill in a template first.")
        raise Invalid("empty", " ".join([*found.notes[:3], nothing]))
    return found


def _read_timetable(name: str, content: bytes, standing: Standing, found: Reading) -> None:
    names = Names()
    known = known_in(document_of(standing.programme), standing.beside)
    for (section, key), one in known.items():
        hall = known.get(("venues", key[:1]), {}).get("name", {}) if section == "rooms" else {}
        call(names, section, one, {key[0]: hall})
    there = There(standing.programme, standing.event_uuid, standing.uuids, names)
    try:
        table = timetable_of(json.loads(content.decode("utf-8-sig")), there, sheet=PurePosixPath(name).name)
    except (NoTimetable, ValueError, RecursionError):
        sentence = _("This JSON file is no timetable. It must be a schedule.json as pretalx or frab write it.")
        raise Invalid("json", sentence) from None
    if len(table.rows) > MOST_ROWS:
        raise _too_long()
    found.rows += table.rows
    found.uuids |= table.uuids
    found.gone += table.gone


def _read_sheet(sheet: Sheet, found: Reading) -> None:
    if alike(sheet.name) in map(alike, EXPLANATIONS):
        return
    lines = _numbered(sheet.rows)
    first = next(lines, None)
    if first is None:
        found.notes.append(_("“%(sheet)s” is empty.", sheet=sheet.name[:80]))
        return
    headings = [cells.plain(cell) if not isinstance(cell, Formula) else "" for cell in first[1]]
    table = _table(sheet.name, headings)
    if table is None:
        found.notes.append(
            _("“%(sheet)s” was not read: its first row has no headings of a template.", sheet=sheet.name[:80])
        )
        for _line in lines:
            pass
        return
    columns = _columns(table, headings, sheet.name)
    for number, (line, row) in enumerate(lines, start=1):
        if number > MOST_ROWS:
            raise _too_long()
        found.rows.append(_row(table, sheet.name, line, {key: row[at] for at, key in columns.items() if at < len(row)}))


def _numbered(rows: Iterable[list[Any]]) -> Iterator[tuple[int, list[Any]]]:
    """The rows that say something, with their numbers; explanations begin with a #."""
    for line, row in enumerate(rows, start=1):
        if line > MOST_LINES:
            raise _too_long()
        shown = next((cell for cell in row if cell not in (None, "")), None)
        if shown is not None and not (isinstance(shown, str) and shown.startswith(COMMENT)):
            yield line, row


def _too_long() -> Invalid:
    sentence = _("The file has more than %(most)s rows. Divide it into several.", most=f"{MOST_ROWS:,}")
    return Invalid("too_long", sentence)


def _table(title: str, headings: list[str]) -> Table | None:
    """Which table this is: by its headings, and by its title where they say nothing certain."""
    given = {alike(text) for text in headings if text}
    scores = {}
    for table in TABLES.values():
        meant = _meanings(table)
        own = {meant[text] for text in given if text in meant}
        called = alike(title) in (alike(table.key), alike(table.ja), alike(table.en))
        if set(table.own) <= own or (table.key == "event" and called):
            scores[table.key] = (called, sum(text in meant for text in given) - len(given))
    return TABLES[max(scores, key=lambda key: scores[key])] if scores else None


def _meanings(table: Table) -> dict[str, str]:
    return {alike(text): column.key for column in table.columns for text in (column.key, column.ja, column.en)}


def _columns(table: Table, headings: list[str], sheet: str) -> dict[int, str]:
    """Position to column. Raises Invalid for a heading that is not known, or stands twice."""
    meant, found = _meanings(table), dict[int, str]()
    for at, heading in enumerate(headings):
        if not heading:
            continue
        key, where = meant.get(alike(heading)), {"heading": heading[:80], "sheet": sheet[:80]}
        if key is None:
            raise Invalid(
                "headings", _("%(sheet)s: the heading “%(heading)s” is not known. Use the template.", **where)
            )
        if key in found.values():
            raise Invalid("headings", _("%(sheet)s: the heading “%(heading)s” stands twice.", **where))
        found[at] = key
    return found


def _row(table: Table, sheet: str, line: int, given: dict[str, Any]) -> Row:
    faults = [CellFault(key, "formula") for key, cell in given.items() if isinstance(cell, Formula)]
    long = [key for key, cell in given.items() if len(str(cell)) > LONGEST_CELL]
    faults += [CellFault(key, "too_long", str(given[key])[:20]) for key in long]
    wrong = {fault.column for fault in faults}
    read = {key: None if key in wrong else _bare(cell) for key, cell in given.items()}
    return Row(table.key, sheet, line, read, tuple(faults))


def _bare(cell: Any) -> Any:
    """Without the sign that keeps our own tables from running as formulas."""
    if isinstance(cell, str) and cell.startswith("'") and cell[1:].startswith(FORMULA_BEGINS):
        return cell[1:]
    return cell
