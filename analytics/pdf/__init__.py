"""Reports on attendance as tagged PDF (PDF/UA-1), drawn by typst; words go in as data and never become markup."""

from pathlib import Path
from typing import Any

from registrations.pdf.press import press

_REPORT = Path(__file__).with_name("report.typ")


def report_pdf(content: dict[str, Any]) -> bytes:
    """The report whose parts are in `content`, as analytics.report.paper lays them out."""
    return press(_REPORT, content)
