"""Tables in files that somebody sends: CSV in UTF-8, UTF-16 or CP932, workbooks, and several of them packed as ZIP.

No formula is ever evaluated, no macro is opened, and nothing is unpacked beyond what a list can be.
"""

import csv
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO, StringIO
from pathlib import PurePosixPath
from shutil import copyfileobj
from typing import Any
from zipfile import ZIP_STORED, BadZipFile, ZipFile

from flask_babel import gettext as _

from app.errors import Invalid

MOST_UNPACKED = 40_000_000
"""Bytes that a workbook may hold unpacked."""
MOST_PARTS = 500
"""Files that a workbook or an archive may be made of."""
STEP = 65_536
DELIMITERS = ",;\t"
PACKED, OLD_WORKBOOK = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_NO_TEXT = re.compile("[\x00-\x08\x0b\x0e-\x1f]")
_MERGED = re.compile(rb"<(?:\w+:)?mergeCell\b[^>]*?\bref=\"([A-Z0-9:]{1,20})\"")


class Formula:
    """A cell that holds a formula: never evaluated."""


FORMULA = Formula()


@dataclass(frozen=True)
class Sheet:
    """One table of a file. name: the sheet's, or the file's without its ending; empty where it has none."""

    name: str
    rows: Iterator[list[Any]]


def table_of(content: bytes, *, most_columns: int) -> Iterator[list[Any]]:
    """The rows of a file's first table, a cell with a formula as FORMULA. Raises Invalid with a sentence, also while it
    is read."""
    for sheet in sheets_of(content, most_columns=most_columns):
        yield from sheet.rows
        return


def sheets_of(content: bytes, *, name: str = "", most_columns: int) -> Iterator[Sheet]:
    """Every table of a file, to be read one after the other. Raises Invalid with a sentence, also while it is read."""
    if content.startswith(OLD_WORKBOOK):
        raise Invalid("old", _("This workbook is of an old kind (XLS), or locked with a password. Save it as XLSX."))
    if not content.startswith(PACKED[:2]):
        yield Sheet(PurePosixPath(name).stem, _csv(content, most_columns))
        return
    with _unpacked(content) as packed:
        names = [one.filename for one in packed.infolist() if not one.is_dir()]
        if not any(one.startswith("xl/") for one in names):
            yield from _archive(packed, names, most_columns)
            return
        if any(one.lower().endswith("vbaproject.bin") for one in names):
            raise Invalid("macros", _("This workbook holds macros. Save it as XLSX, without macros."))
        yield from _workbook(packed, most_columns)


@contextmanager
def _unpacked(content: bytes) -> Iterator[ZipFile]:
    """A packed file, unpacked in memory after a look at how large it would be.

    Part by part, a little at a time and never beyond the size that it states: one that lies is cut off there, and what
    reads it afterwards finds nothing packed any more.
    """
    flat = BytesIO()
    with _readable():
        with ZipFile(BytesIO(content)) as packed, ZipFile(flat, "w", ZIP_STORED) as copy:
            parts = {one.filename: one for one in packed.infolist() if not one.is_dir()}
            if len(parts) > MOST_PARTS or sum(one.file_size for one in parts.values()) > MOST_UNPACKED:
                raise Invalid("too_large", _("Unpacked, this workbook is far too large. Divide it into several."))
            for name, part in parts.items():
                with packed.open(part) as source, copy.open(name, "w") as target:
                    copyfileobj(source, target, STEP)
        with ZipFile(flat) as copy:
            yield copy


@contextmanager
def _readable() -> Iterator[None]:
    """Every way in which a packed file can be broken is one sentence."""
    try:
        yield
    except (Invalid, GeneratorExit):
        raise
    except (BadZipFile, KeyError, ValueError, TypeError, AttributeError, IndexError, OSError, EOFError, SyntaxError,
            NotImplementedError, RuntimeError, OverflowError):  # fmt: skip
        raise Invalid("broken", _("This workbook cannot be read. Save it again as XLSX or CSV.")) from None


def _archive(packed: ZipFile, names: Iterable[str], most_columns: int) -> Iterator[Sheet]:
    """The CSV files of an archive."""
    tables = [name for name in names if name.lower().endswith((".csv", ".tsv", ".txt")) and "__MACOSX" not in name]
    if not tables:
        raise Invalid("broken", _("This archive holds no table. Put CSV files into it, or save an XLSX workbook."))
    for name in tables:
        yield Sheet(PurePosixPath(name).stem, _csv(packed.read(name), most_columns))


def _workbook(packed: ZipFile, most_columns: int) -> Iterator[Sheet]:
    from openpyxl import load_workbook

    book = load_workbook(packed.fp or BytesIO(), read_only=True, keep_links=False)
    for sheet in book.worksheets:
        yield Sheet(sheet.title, _cells(sheet, packed, most_columns))


def _cells(sheet: Any, packed: ZipFile, most_columns: int) -> Iterator[list[Any]]:
    """A sheet's rows; a cell with a formula is a Formula."""
    with _readable():
        if merged := _MERGED.findall(packed.read(sheet._worksheet_path)):
            cells = ", ".join(one.decode() for one in merged[:5])
            sentence = _("Cells are merged: %(cells)s. Undo that, so that each row stands alone.", cells=cells)
            raise Invalid("merged", sentence)
        for row in sheet.iter_rows(max_col=most_columns):
            yield [FORMULA if cell.data_type == "f" else cell.value for cell in row]


def _csv(content: bytes, most_columns: int) -> Iterator[list[Any]]:
    text = _decoded(content)
    try:
        for row in csv.reader(StringIO(text, newline=""), delimiter=_delimiter(text)):
            yield list(row[:most_columns])
    except csv.Error:
        raise Invalid("broken", _("This file is no table. Save it as XLSX or CSV.")) from None


def _delimiter(text: str) -> str:
    """What stands most often between the headings; a comma where nothing does."""
    first = re.sub('"[^"]*"', "", text.lstrip("\r\n").partition("\n")[0])
    return max(DELIMITERS, key=first.count)


def _decoded(content: bytes) -> str:
    marked = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "cp932"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not _NO_TEXT.search(text):
            return text
    raise Invalid("encoding", _("This file is no text in UTF-8 or CP932, and no XLSX workbook."))
