"""Every table of attendance, by name: the same rows for the page, the file and the API."""

from dataclasses import replace

from analytics.exports import by_time, counts, splits
from analytics.exports.table import Table
from analytics.exports.words import standing_words
from analytics.rules.figures import Figures

NAMES = (
    "people",
    "took-part",
    "methods",
    "visits",
    "sessions",
    "session-categories",
    "days",
    "day-categories",
    "venues",
    "arrivals",
    "passages",
)


def tables_of(figures: Figures, *, minutes: int = 60) -> dict[str, Table]:
    """Every table by its name; arrivals in steps of so many minutes."""
    made = (
        counts.people(figures),
        counts.took_part(figures),
        counts.methods(figures),
        counts.visits(figures),
        splits.sessions(figures),
        splits.session_categories(figures),
        splits.days(figures),
        splits.day_categories(figures),
        splits.venues(figures),
        by_time.arrivals(figures, minutes),
        by_time.passages(figures, minutes),
    )
    return {table.name: replace(table, standing=standing_words(figures)) for table in made}
