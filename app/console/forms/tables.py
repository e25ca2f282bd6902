"""Tables in files that somebody sends: CSV in UTF-8 or CP932, and workbooks.

No formula is ever evaluated; a workbook is never unpacked beyond what a list can be.
"""

import csv
import re
from collections.abc import Iterator
from io import BytesIO, StringIO
from typing import Any
from zipfile import BadZipFile, ZipFile

from flask_babel import gettext as _

from app.errors import Invalid

MOST_UNPACKED = 40_000_000
"""Bytes that a workbook may hold unpacked."""
_NO_TEXT = re.compile("[\x00-\x08\x0b\x0e-\x1f]")


class Formula:
    """A cell that holds a formula: never evaluated."""


FORMULA = Formula()


def table_of(content: bytes, *, most_columns: int) -> Iterator[list[Any]]:
    """The rows of a file, a cell with a formula as FORMULA. Raises Invalid with a sentence, also while it is read."""
    if content.startswith(b"PK"):
        return _workbook(content, most_columns)
    return _csv(content, most_columns)


def _workbook(content: bytes, most_columns: int) -> Iterator[list[Any]]:
    """The first sheet's rows; a cell with a formula is a Formula."""
    from openpyxl import load_workbook

    try:
        with ZipFile(BytesIO(content)) as packed:
            unpacked = sum(one.file_size for one in packed.infolist())
        if unpacked > MOST_UNPACKED:
            raise Invalid("too_large", _("Unpacked, this workbook is far too large. Divide it into several."))
        book = load_workbook(BytesIO(content), read_only=True, keep_links=False)
        sheet = book[book.sheetnames[0]]
        for row in sheet.iter_rows(max_col=most_columns):
            yield [FORMULA if cell.data_type == "f" else cell.value for cell in row]
    except Invalid:
        raise
    except (BadZipFile, KeyError, ValueError, TypeError, AttributeError, IndexError, OSError, EOFError, SyntaxError):
        raise Invalid("broken", _("This workbook cannot be read. Save it again as XLSX or CSV.")) from None


def _csv(content: bytes, most_columns: int) -> Iterator[list[Any]]:
    text = _decoded(content)
    try:
        for row in csv.reader(StringIO(text, newline="")):
            yield list(row[:most_columns])
    except csv.Error:
        raise Invalid("broken", _("This file is no table. Save it as XLSX or CSV.")) from None


def _decoded(content: bytes) -> str:
    for encoding in ("utf-8-sig", "cp932"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not _NO_TEXT.search(text):
            return text
    raise Invalid("encoding", _("This file is no text in UTF-8 or CP932, and no XLSX workbook."))
