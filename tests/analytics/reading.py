"""Reads tables of attendance back: from the page, from the file, from the API; each as rows of plain words."""

import csv
import io
from typing import Any

import html5lib
from flask.testing import FlaskClient

from analytics.rules import Missing

Rows = list[list[str]]
WORDS = {
    "ja": {
        "unknown": "不明",
        "not_yet": "終了前",
        "no_booking": "申込不要",
        "cancelled": "中止",
        "not_counted": "計数していません",
    },
    "en": {
        "unknown": "unknown",
        "not_yet": "not over yet",
        "no_booking": "no booking needed",
        "cancelled": "does not take place",
        "not_counted": "not counted",
    },
}


def page_tables(page: str) -> dict[str, Rows]:
    """Every table of the page by its name: label and cells of each line, without separators and units."""
    tree = html5lib.parse(page, namespaceHTMLElements=False)
    tables = {}
    for block in tree.iter("div"):
        name = str(block.get("id") or "")
        if name.startswith("table-"):
            lines = [line for part in ("tbody", "tfoot") for line in block.findall(f".//{part}/tr")]
            tables[name.removeprefix("table-")] = [[_label(line[0]), *map(_cell, line[1:])] for line in lines]
    return tables


def csv_table(content: bytes) -> Rows:
    """Label and cells of each line; the first line and the columns for programs left out."""
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    told_apart = rows[0][-1] in ("数値の種類", "Provenance")
    return [row[1 : -1 if told_apart else -2] for row in rows[1:]]


def api_tables(answer: dict[str, Any], language: str = "ja") -> dict[str, Rows]:
    """Every table of the API's answer."""
    return {
        name: [_api_row(table, row, language) for row in (*table["rows"], *table["closing"])]
        for name, table in answer["tables"].items()
    }


def get_page(client: FlaskClient, slug: str, language: str = "ja") -> dict[str, Rows]:
    answer = client.get(f"/console/events/{slug}/attendance?lang={language}")
    assert answer.status_code == 200
    return page_tables(answer.get_data(as_text=True))


def get_csv(client: FlaskClient, slug: str, name: str, language: str = "ja") -> Rows:
    answer = client.get(f"/console/events/{slug}/attendance/{name}.csv?lang={language}")
    assert (answer.status_code, answer.mimetype) == (200, "text/csv")
    return csv_table(answer.data)


def get_api(client: FlaskClient, slug: str, language: str = "ja") -> dict[str, Any]:
    answer = client.get(f"/api/v1/events/{slug}/attendance?lang={language}")
    assert answer.status_code == 200
    found: dict[str, Any] = answer.get_json()
    return found


def _api_row(table: dict[str, Any], row: dict[str, Any], language: str) -> list[str]:
    cells = []
    for column in table["columns"]:
        value = row["values"][column["key"]]
        missing = row["missing"].get(column["key"])
        assert missing is None or (value is None and missing in set(Missing))
        cells.append(WORDS[language][missing] if missing else "" if value is None else str(value))
    return [row["label"], *cells]


def _label(cell: Any) -> str:
    """The name of a line, without the smaller words under it."""
    parts = [cell.text or ""]
    for child in cell:
        if child.tag == "br":
            break
        parts += ["".join(child.itertext()), child.tail or ""]
    return "".join(parts).strip()


def _cell(cell: Any) -> str:
    text = " ".join("".join(cell.itertext()).split())
    number = text.replace(",", "").rstrip("%")
    return number if number.replace(".", "").isdigit() else text
