"""A report as one page of HTML that needs nothing else: its looks and pictures are inside."""

from base64 import b64encode
from pathlib import Path

from flask import render_template
from markupsafe import Markup

from analytics.charts.easel import easel
from analytics.report.cells import kind_of, shown, titled
from analytics.report.document import Block, Facts, Picture, Report
from analytics.report.tables import cells_of, lines_of
from app.web.languages import html_lang

_LOOKS = Path(__file__).with_name("report.css")


def html_file(report: Report) -> bytes:
    """The page, as UTF-8."""
    page = render_template(
        "analytics/report.html",
        report=report,
        page_language=html_lang(report.lang),
        kind=_kind,
        titled=titled,
        lines_of=lines_of,
        cells_of=cells_of,
        shown=shown,
        kind_of=kind_of,
        source_of=_source,
        defined=_defined(report),
        looks=Markup(f"<style>\n{_LOOKS.read_text()}</style>"),  # noqa: S704
    )
    return page.encode()


def _defined(report: Report) -> frozenset[str]:
    """What its question marks can lead to."""
    blocks = [block for section in report.sections for block in section.blocks if isinstance(block, Facts)]
    return frozenset(fact.key for block in blocks for fact in block.facts if fact.key)


def _kind(block: Block) -> str:
    return type(block).__name__.lower()


def _source(picture: Picture) -> str:
    svg = easel.draw(picture.drawn.chart, picture.drawn.frame, shape="wide", form="svg")
    return f"data:image/svg+xml;base64,{b64encode(svg).decode()}"
