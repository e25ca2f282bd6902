"""The programme as tables to be filled in, changed and read back: XLSX with a sheet a table, or CSV files in a ZIP.

What is written here and read again changes nothing (app.programme.rules.merging).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from unicodedata import east_asian_width
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo
from zoneinfo import ZoneInfo

from app.programme.rules.columns import EXPLANATIONS, TABLES, Column, Table
from app.programme.rules.documents import document_of
from app.programme.rules.facts import Programme
from app.programme.rules.laid import written
from app.web.spreadsheets import Shape, Workbooks, csv_file

ZIP = "application/zip"
_LONG_AGO = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Tables:
    """Headings and rows of every table in the words of a language; explained: with what belongs there."""

    language: str
    zone: ZoneInfo
    rows: Mapping[str, list[dict[str, str]]]
    explained: bool = False

    def lines(self, table: Table) -> Iterator[list[str]]:
        """What stands under the headings of one table."""
        if self.explained:
            about = [column.explained(self.language) for column in table.columns]
            yield [f"# {about[0]}", *about[1:]]
        for row in self.rows.get(table.key, []):
            yield [row[column.key] for column in table.columns]

    def headings(self, table: Table) -> list[str]:
        return [column.heading(self.language) for column in table.columns]


def templates(language: str, zone: ZoneInfo) -> Tables:
    """Empty tables, each column explained."""
    return Tables(language, zone, {}, explained=True)


def tables_of(programme: Programme, language: str) -> Tables:
    """The programme as the staff work on it."""
    document, zone = document_of(programme), programme.event.zone
    rows = {key: written(document, table, language=language, zone=zone) for key, table in TABLES.items()}
    return Tables(language, zone, rows)


def one_csv(tables: Tables, table: Table, *, encoding: str = "utf-8") -> bytes:
    """One table as comma-separated values."""
    return csv_file([tables.headings(table), *tables.lines(table)], zone=tables.zone, encoding=encoding)


def zipped_csv(tables: Tables, *, encoding: str = "utf-8") -> bytes:
    """Every table as a CSV file, and one that explains the columns."""
    buffer = BytesIO()
    with ZipFile(buffer, "w", ZIP_DEFLATED) as packed:
        for table in TABLES.values():
            _put(packed, table.key, one_csv(tables, table, encoding=encoding))
        explained = csv_file([_EXPLAINED, *_explanations()], zone=tables.zone, encoding=encoding)
        _put(packed, EXPLANATIONS[-1], explained)
    return buffer.getvalue()


def workbook(tables: Tables) -> bytes:
    """A sheet a table, and one that explains the columns."""
    book = Workbooks(tables.zone)
    for table in TABLES.values():
        sheet = book.sheet(table.title(tables.language), tables.headings(table), _shape(table, tables.language))
        for number, line in enumerate(tables.lines(table)):
            sheet.add(line, wrapped=tables.explained and number == 0)
    sheet = book.sheet(EXPLANATIONS[1 if tables.language == "en" else 0], _EXPLAINED, Shape((14, 24, 60) * 2))
    for line in _explanations():
        sheet.add(line, wrapped=True)
    return book.content()


def _shape(table: Table, language: str) -> Shape:
    """Columns as wide as their headings and texts need, and the words of those that take one of a few."""
    columns = list(enumerate(table.columns))
    widths = [max(_WIDE.get(column.reads, 14), _width(column.heading(language)) + 2) for _number, column in columns]
    return Shape(widths, {number: words for number, column in columns if (words := _choices(column, language))})


def _choices(column: Column, language: str) -> list[str]:
    """The words of which its cells take one; none where they take anything else, or several."""
    at = 1 if language == "en" else 0
    if column.reads == "yes_no":
        return [["はい", "いいえ"], ["yes", "no"]][at]
    return [word[at].replace(",", "") for word in column.words.values()] if column.reads == "word" else []


def _width(text: str) -> int:
    """Characters, with a Japanese one as wide as two."""
    return sum(2 if east_asian_width(one) in "WF" else 1 for one in text)


_WIDE = {"line": 24, "code": 16, "people": 32, "roles": 32, "list": 32, "lines": 32, "prose": 48}
_EXPLAINED = ["表", "列", "説明", "Table", "Column", "What belongs there"]


def _explanations() -> Iterator[list[str]]:
    for table in TABLES.values():
        for column in table.columns:
            ja, en = ([table.title(one), column.heading(one), column.explained(one)] for one in ("ja", "en"))
            yield [*ja, *en]


def _put(packed: ZipFile, name: str, content: bytes) -> None:
    """The same programme makes the same file."""
    packed.writestr(ZipInfo(f"{name}.csv", _LONG_AGO), content, ZIP_DEFLATED)
