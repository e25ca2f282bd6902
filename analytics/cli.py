"""Attendance on the command line: `uketsuke attendance` prints the published table, `uketsuke report` writes a file."""

import unicodedata
from pathlib import Path
from typing import Any

import click
from flask.cli import with_appcontext

from analytics.exports.files import cell_text, closing_rows, csv_file
from analytics.exports.table import Cell, Table
from analytics.exports.tables import NAMES, tables_of
from analytics.exports.words import source_line
from analytics.queries import figures_of
from analytics.queries.editions import edition_numbered, is_withdrawn, newest_number
from analytics.report import FORMATS, public_report_on, report_on
from app.clock import now
from app.errors import NotFound
from app.programme.cli import event_called
from app.programme.models import Event
from app.web.languages import LANGUAGES, plain, speak

GAP = "  "


@click.command(short_help="attendance of an event as figures")
@click.argument("slug")
@click.option("--table", "name", type=click.Choice(NAMES), default="people", show_default=True, help="Which table.")
@click.option("--lang", type=click.Choice(["ja", "en"]), default="ja", show_default=True, help="Its language.")
@click.option("--csv", "as_csv", is_flag=True, help="As comma-separated values instead of columns.")
@with_appcontext
def attendance(slug: str, name: str, lang: str, as_csv: bool) -> None:  # noqa: FBT001
    """Print a table of the attendance of the event SLUG; without --table the published one, people by category."""
    speak(lang)
    event = event_called(slug)
    figures = figures_of(event, at=now())
    table = tables_of(figures)[name]
    if as_csv:
        click.echo(csv_file(table), nl=False)
        return
    lines = [plain(event.title), table.title, "", *laid_out(table), "", *table.notes, source_line(figures, "")]
    click.echo("\n".join(lines).rstrip())


@click.command(short_help="the report on an event's attendance")
@click.argument("slug")
@click.option("--lang", type=click.Choice(LANGUAGES), default="ja", show_default=True, help="Its language.")
@click.option("--format", "name", type=click.Choice(list(FORMATS)), default="pdf", show_default=True, help="Its form.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="The file to write.")
@click.option("--edition", type=click.IntRange(min=1), help="Of this edition. Without it of the newest.")
@click.option("--public", is_flag=True, help="The public edition: small numbers are hidden as in the open data.")
@with_appcontext
def report(slug: str, lang: str, name: str, out: Path, **which: Any) -> None:
    """Write the report on the attendance of the event SLUG into a file: the annex that a city is handed."""
    speak(lang)
    event = event_called(slug)
    write = public_report_on if which["public"] else report_on
    try:
        written = write(event, at=now(), edition=which["edition"])
    except NotFound as no:
        raise click.ClickException(_why_no_report(event, which["edition"])) from no
    out.write_bytes(FORMATS[name].make(written))
    click.echo(f"The report is in {out}.")


def _why_no_report(event: Event, edition: int | None) -> str:
    newest = newest_number(event.id)
    if newest == 0:
        return f"No edition of {event.slug} has been issued yet, so there is no public edition of its report."
    number = edition or newest
    if number > newest:
        return f"There is no edition {number} of {event.slug}. The newest is {newest}."
    if is_withdrawn(edition_numbered(event.id, number).id):
        return f"Edition {number} of {event.slug} was withdrawn, so there is no report of it. Issue the next one first."
    return f"The programme of {event.slug} was never released, so there is no public edition of its report."


def laid_out(table: Table) -> list[str]:
    """The table in columns of a terminal, where a full-width letter takes two."""
    head = [table.head, *(plain(column.label) for column in table.columns)]
    closing = closing_rows(table)
    rows = [[plain(row.label), *(_shown(cell) for cell in row.cells)] for row in (*table.rows, *closing)]
    widths = [max(_width(line[index]) for line in (head, *rows)) for index in range(len(head))]
    lines = [_line(table, line, widths) for line in (head, *rows)]
    rule = "-" * (sum(widths) + len(GAP) * (len(widths) - 1))
    body = [*lines[1 : 1 + len(table.rows)], *([rule] if closing else []), *lines[1 + len(table.rows) :]]
    return [lines[0], rule, *body]


def _shown(cell: Cell) -> str:
    if isinstance(cell, float):
        return f"{cell:.1f}%"
    return f"{cell:,}" if isinstance(cell, int) else cell_text(cell)


def _line(table: Table, cells: list[str], widths: list[int]) -> str:
    aligned = []
    for index, (cell, width) in enumerate(zip(cells, widths, strict=True)):
        blank = " " * (width - _width(cell))
        words = index == 0 or table.columns[index - 1].kind == "words"
        aligned.append(cell + blank if words else blank + cell)
    return GAP.join(aligned).rstrip()


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(letter) in "WFA" else 1 for letter in text)
