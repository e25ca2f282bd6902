"""What one may ask of a report: which file, in which language."""

from flask_babel import lazy_gettext as _l
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]

from app.web.forms import Form
from app.web.languages import NAMES

KINDS = {
    "pdf": _l("PDF: to print and hand in"),
    "docx": _l("Word document: to edit further"),
    "xlsx": _l("Excel workbook: every table with its numbers"),
    "csv": _l("CSV: one line a figure, for programs"),
    "html": _l("Web page: to read on a screen"),
}


READERS = {
    "staff": _l("For the city: every figure"),
    "public": _l("For the public: small numbers are hidden"),
}


class ReportForm(Form):
    """Sent by the address, because it only reads. lang is the language of the answer, so of the report. For the public
    only once an edition is issued."""

    reader = SelectField(_l("Who it is for"), choices=[SelectChoice(value, label) for value, label in READERS.items()])
    format = SelectField(_l("Kind of file"), choices=[SelectChoice(value, label) for value, label in KINDS.items()])
    lang = SelectField(_l("Language"), choices=[SelectChoice(value, label) for value, label in NAMES.items()])
