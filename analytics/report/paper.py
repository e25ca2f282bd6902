"""A report as PDF: what goes into the drawing, part by part."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from analytics.charts.easel import easel
from analytics.exports.table import Cell, Column, Row, Table
from analytics.pdf import report_pdf
from analytics.report.cells import kind_of, set_together, shown, titled
from analytics.report.document import Block, Facts, Grid, Keys, Listing, Paragraph, Picture, Report, Words
from analytics.report.fitting import breakable, facts_of, pieces, spans, undivided
from analytics.report.tables import cells_of, lines_of
from analytics.rules import Missing
from app.web.languages import LocalText, html_lang
from registrations.pdf.words import said

MOST_WHOLE = 6
"""Columns beside each other whose heads have room for more than a word in a line."""


def pdf_file(report: Report) -> bytes:
    """The report on A4."""
    return report_pdf(
        {
            "lang": html_lang(report.lang),
            "easy": report.lang == "ja-easy",
            "title": report.name,
            "on": report.on and [report.on.year, report.on.month, report.on.day],
            "heading": said(report.title),
            "kicker": said(report.kicker),
            "event": said(report.event),
            "running": said(report.name),
            "period": said(report.period),
            "mark": said(report.mark),
            "made": said(report.made),
            "about": [said(one) for one in (report.about, report.source) if one],
            "sections": [
                {"number": one.number, "title": said(one.title), "blocks": [_block(block) for block in one.blocks]}
                for one in report.sections
            ],
        }
    )


def _block(block: Block) -> dict[str, Any]:
    kind, make = _KINDS[type(block)]
    return {"kind": kind} | make(block)


def _paragraph(block: Paragraph) -> dict[str, Any]:
    return {"words": said(breakable(block.words)), "small": block.small}


def _facts(block: Facts) -> dict[str, Any]:
    return {
        "facts": [
            {"name": said(fact.name), "lines": [said(breakable(line)) for line in fact.lines], "listed": fact.listed}
            for fact in block.facts
        ]
    }


def _listing(block: Listing) -> dict[str, Any]:
    return {"name": said(block.name), "items": [said(breakable(item)) for item in block.items]}


def _keys(block: Keys) -> dict[str, Any]:
    return {
        "keys": [
            {"label": said(key.label), "value": said(key.value), "note": said(key.note), "first": key.first}
            for key in block.keys
        ]
    }


def _grid(block: Grid) -> dict[str, Any]:
    table = block.table
    return {
        "number": said(block.number),
        "title": said(titled(block)),
        "head": said(table.head),
        "columns": [_column(table, at) for at in range(len(table.columns))],
        "rows": [_row(table, row) for row, closing in lines_of(table) if not closing],
        "closing": [_row(table, row) for row, closing in lines_of(table) if closing],
        "notes": [said(note) for note in table.notes],
    }


def _column(table: Table, at: int) -> dict[str, Any]:
    """widest: what a column of numbers must have room for."""
    column, lines = table.columns[at], [row for row, _closing in lines_of(table)]
    cells = {row.cells[at] for row in lines if spans(row.cells)[at] == 1} if column.kind != "words" else set()
    alone = {one for cell in cells if isinstance(cell, Missing) for one in pieces(shown(column, cell))}
    numbers = (str(shown(column, cell)) for cell in cells if isinstance(cell, int | float))
    return {
        "label": said(column.label),
        "pieces": [said(one) for one in pieces(column.label, crowded=len(table.columns) > MOST_WHOLE)],
        "kind": column.kind,
        "widest": [said(one) for one in (max(numbers, key=len, default=""), *sorted(map(str, alone)))],
    }


def _row(table: Table, row: Row) -> dict[str, Any]:
    return {
        "label": said(breakable(row.label)),
        "words": _pieces(breakable(row.label)),
        "detail": _pieces(row.detail) if row.detail else None,
        "cells": [
            _cell(column, cell, span)
            for (column, cell), span in zip(cells_of(table, row), spans(row.cells), strict=True)
            if span
        ],
    }


def _pieces(words: Words) -> list[dict[str, Any]]:
    """A line in pieces: words of easy Japanese, days, rooms."""
    if isinstance(words, LocalText):
        return [{"words": said(replace(words, text=one)), "whole": undivided(one)} for one in facts_of(words.text)]
    return [{"words": said(one), "whole": undivided(one)} for one in facts_of(words)]


def _cell(column: Column, cell: Cell, span: int) -> dict[str, Any]:
    """span: how many columns it takes."""
    kind, words = kind_of(cell), set_together(shown(column, cell))
    return {
        "kind": kind,
        "side": column.kind,
        "span": span,
        "words": said(words),
        "parts": _parts(kind, words),
    }


def _parts(kind: str, words: Words) -> list[dict[str, Any]]:
    if kind == "missing":
        return [{"words": said(one), "whole": True} for one in pieces(words)]
    if kind == "words" and isinstance(words, str):
        return _pieces(words)
    return [{"words": said(words), "whole": False}]


def _picture(block: Picture) -> dict[str, Any]:
    frame = block.drawn.frame
    svg = easel.draw(block.drawn.chart, frame, shape="wide", form="svg").decode()
    return {"number": said(block.number), "title": said(frame.title), "alt": frame.words, "svg": svg}


_KINDS: dict[type[Any], tuple[str, Callable[[Any], dict[str, Any]]]] = {
    Paragraph: ("paragraph", _paragraph),
    Facts: ("facts", _facts),
    Listing: ("listing", _listing),
    Keys: ("keys", _keys),
    Grid: ("grid", _grid),
    Picture: ("picture", _picture),
}
