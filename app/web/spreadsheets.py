"""Tables as spreadsheets: cells keep their types, and no text ever runs as a formula.

openpyxl makes the workbook, its styles and headings. The rows themselves are written here: for 20,000 registrations
openpyxl was seen to need six times as long.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile
from zoneinfo import ZoneInfo

from app.web.tables import BYTE_ORDER_MARK, csv_text

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LONGEST_CELL = 32_767
Cell = str | int | datetime | None
MOST_CHOSEN = 5000
"""The last row whose cells offer words to choose from."""
_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001
_DAY = 86_400
_NEVER = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_RUNS = ("=", "+", "-", "@", "#", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_ROWS_END = b"</sheetData>"
# What CP932 has under another code point than the one that people type.
_CP932 = str.maketrans({"〜": "～", "−": "－", "–": "－", "—": "―", "‖": "∥", "¢": "￠", "£": "￡", "¬": "￢"})


@dataclass(frozen=True)
class Shape:
    """How a sheet looks that people fill in: widths of its columns in characters, and what cells of a column (numbered
    from 0) offer to choose from; other words may be typed there too. Words have no comma."""

    widths: Sequence[int] = ()
    choices: Mapping[int, Sequence[str]] = field(default_factory=dict)


class Table:
    """One sheet, filled row by row. Moments are shown on the clock of `zone`."""

    def __init__(self, book: Any, title: str, headings: Sequence[str], *, zone: ZoneInfo, shape: Shape) -> None:
        from openpyxl.cell import WriteOnlyCell
        from openpyxl.styles import Alignment, Font
        from openpyxl.utils import get_column_letter

        self.letters = [get_column_letter(number) for number in range(1, len(headings) + 1)]
        self.sheet = book.create_sheet(title[:31])
        self.sheet.freeze_panes = "A2"
        for letter, width in zip(self.letters, shape.widths, strict=False):
            self.sheet.column_dimensions[letter].width = width
        for number, words in shape.choices.items():
            self._offer(self.letters[number], words)
        cells = [_text_cell(self.sheet, heading) for heading in headings]
        for cell in cells:
            cell.font = Font(bold=True)
        self.sheet.append(cells)
        moment = WriteOnlyCell(self.sheet)
        moment.number_format = "yyyy-mm-dd hh:mm"
        self.moment, self.text = moment.style_id, _text_cell(self.sheet, "").style_id
        wrapped = _text_cell(self.sheet, "")
        wrapped.alignment = Alignment(wrap_text=True, vertical="top")
        self.wrapped = wrapped.style_id
        self.zone = zone
        self.rows: list[str] = []

    def add(self, row: Iterable[Cell], *, wrapped: bool = False) -> None:
        """One more row. wrapped: its texts stand in several lines where a column is narrow."""
        number = len(self.rows) + 2
        cells = (
            self._cell(f"{letter}{number}", value, wrapped=wrapped)
            for letter, value in zip(self.letters, row, strict=False)
            if value is not None and value != ""
        )
        self.rows.append(f'<row r="{number}">{"".join(cells)}</row>')

    def _offer(self, letter: str, words: Sequence[str]) -> None:
        from openpyxl.worksheet.datavalidation import DataValidation

        offered = DataValidation(type="list", formula1=f'"{",".join(words)}"', allow_blank=True, showErrorMessage=False)
        offered.add(f"{letter}2:{letter}{MOST_CHOSEN}")
        self.sheet.data_validations.append(offered)

    def _cell(self, at: str, value: str | int | datetime, *, wrapped: bool = False) -> str:
        if isinstance(value, str):
            kept = escape(_NEVER.sub("\ufffd", value[:LONGEST_CELL])).replace("\r", "&#13;")
            style = f' s="{self.wrapped}"' if wrapped else f' s="{self.text}"' if value.startswith(_RUNS) else ""
            return f'<c r="{at}"{style} t="inlineStr"><is><t xml:space="preserve">{kept}</t></is></c>'
        if isinstance(value, datetime):
            days = (value.astimezone(self.zone).replace(tzinfo=None, microsecond=0) - _EPOCH).total_seconds() / _DAY
            return f'<c r="{at}" s="{self.moment}"><v>{days:.10f}</v></c>'
        return f'<c r="{at}"><v>{value}</v></c>'


class Workbooks:
    """A workbook of several sheets."""

    def __init__(self, zone: ZoneInfo) -> None:
        from openpyxl import Workbook

        self.book = Workbook(write_only=True)
        self.zone = zone
        self.tables: list[Table] = []

    def sheet(self, title: str, headings: Sequence[str], shape: Shape | None = None) -> Table:
        """One more sheet with its headings, which stay in sight."""
        self.tables.append(Table(self.book, title, headings, zone=self.zone, shape=shape or Shape()))
        return self.tables[-1]

    def content(self) -> bytes:
        """The finished file."""
        frame, finished = BytesIO(), BytesIO()
        self.book.save(frame)
        rows = {f"xl/worksheets/sheet{at}.xml": table.rows for at, table in enumerate(self.tables, start=1)}
        with ZipFile(frame) as old, ZipFile(finished, "w", ZIP_DEFLATED, compresslevel=3) as new:
            for one in old.infolist():
                part = old.read(one)
                if one.filename in rows:
                    filled = "".join(rows[one.filename]).encode()
                    part = part.replace(_ROWS_END, filled + _ROWS_END)
                new.writestr(one.filename, part)
        return finished.getvalue()


def csv_file(rows: Iterable[Iterable[Cell]], *, zone: ZoneInfo, encoding: str = "utf-8") -> bytes:
    """The same rows as comma-separated values: UTF-8 with a byte order mark, or CP932, where what it lacks is 〓."""
    text = csv_text(list(_as_text(rows, zone)))
    if encoding == "cp932":
        return "".join(map(_in_cp932, text.translate(_CP932))).encode("cp932")
    return (BYTE_ORDER_MARK + text).encode()


def _as_text(rows: Iterable[Iterable[Cell]], zone: ZoneInfo) -> Iterator[list[str]]:
    for row in rows:
        yield [_plain(value, zone) for value in row]


def _plain(value: Cell, zone: ZoneInfo) -> str:
    if isinstance(value, datetime):
        return f"{value.astimezone(zone):%Y-%m-%d %H:%M}"
    return "" if value is None else _NEVER.sub("\ufffd", str(value))


def storable(text: str) -> str:
    """The text without what no workbook can hold, and not longer than a cell."""
    return _NEVER.sub("\ufffd", text)[:LONGEST_CELL]


def _text_cell(sheet: Any, value: str) -> Any:
    """A text that stays one, also after somebody has edited its cell."""
    from openpyxl.cell import WriteOnlyCell

    cell = WriteOnlyCell(sheet, storable(value))
    cell.data_type = "s"
    cell.quotePrefix = True
    return cell


def _in_cp932(sign: str) -> str:
    try:
        sign.encode("cp932")
    except UnicodeEncodeError:
        return "〓"
    return sign
