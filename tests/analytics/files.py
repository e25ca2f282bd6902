"""Reads the published table, people by category and their total, back from every file that leaves the house."""

import csv
import io
import json
import re
from collections.abc import Callable
from typing import Any

import docx
import html5lib
import openpyxl
import pypdf
from docx.table import Table as DocxTable

Numbers = list[int]
TABLE = "区分別の実人数"


def pdf_text(content: bytes) -> str:
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages)


def docx_tables(content: bytes) -> dict[str, list[list[str]]]:
    """Every table of the document by the caption above it."""
    found: dict[str, list[list[str]]] = {}
    caption = ""
    for block in docx.Document(io.BytesIO(content)).iter_inner_content():
        if isinstance(block, DocxTable):
            found.setdefault(caption, [[cell.text for cell in row.cells] for row in block.rows])
        else:
            style: Any = block.style
            caption = block.text if style.name == "Caption" else caption
    return found


def in_pdf(content: bytes) -> Numbers:
    """From the letters on the paper: the lines under the table's caption, up to the total."""
    after = re.split(rf"表1\s{TABLE}", pdf_text(content))[-1]
    lines = re.findall(r"^\S+ ([0-9,]+) ([0-9.]+)% ", after, flags=re.MULTILINE)
    return [_whole(number) for number, _share in lines[:6]]


def in_docx(content: bytes) -> Numbers:
    (rows,) = (rows for caption, rows in docx_tables(content).items() if TABLE in caption)
    return [_whole(row[1]) for row in rows[1:]]


def in_xlsx(content: bytes) -> Numbers:
    """Numbers as numbers: a cell that holds a text is none."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    (sheet,) = (sheet for sheet in book if TABLE in sheet.title)
    values = [row[1].value for row in sheet.iter_rows() if len(row) > 1]
    return [value for value in values if isinstance(value, int)]


def in_report_csv(content: bytes) -> Numbers:
    lines = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))
    return [int(line[4]) for line in lines if re.fullmatch(r"people\..+\.number", line[1])]


def in_report_html(content: bytes) -> Numbers:
    return in_first_table(content.decode())


def in_first_table(page: str) -> Numbers:
    """The first table of a page: the second cell of each line."""
    table = html5lib.parse(page, namespaceHTMLElements=False).find(".//table")
    assert table is not None
    rows = [["".join(cell.itertext()).strip() for cell in row] for row in table.iter("tr")]
    return [_whole(row[1]) for row in rows[1:]]


def in_svg(drawing: str) -> Numbers:
    """The words that a picture says to who cannot see it: category and number, then all."""
    found = re.search(r'<desc id="desc">横棒グラフ。(.+?)合計([0-9,]+)人。', drawing)
    assert found
    return [*(_whole(one.split()[-1]) for one in found[1].rstrip("。").split("　")), _whole(found[2])]


def in_open_csv(content: bytes) -> Numbers:
    rows = csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""))
    return [int(row["人数"]) for row in rows if row["指標"] == "people"]


def in_open_json(content: bytes) -> Numbers:
    return [row["number"] for row in json.loads(content)["rows"] if row["measure"] == "people"]


REPORTS: dict[str, Callable[[bytes], Numbers]] = {
    "pdf": in_pdf, "docx": in_docx, "xlsx": in_xlsx, "csv": in_report_csv, "html": in_report_html,
}  # fmt: skip


def _whole(text: str) -> int:
    return int(text.replace(",", ""))
