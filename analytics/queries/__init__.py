"""The figures of an event, for whoever was found to be allowed to see them."""

from datetime import datetime

from analytics.queries.ledger import has_corrections
from analytics.queries.running import kept_figures
from analytics.rules.figures import Figures
from app.programme.models import Event


def figures_of(event: Event, *, at: datetime) -> Figures:
    """Everything counted of an event, as it stands at the moment `at`."""
    return kept_figures(event, at=at)


def original_figures_of(event: Event, *, at: datetime) -> Figures | None:
    """The same without the corrections that people made; None: there are none that stand."""
    return kept_figures(event, at=at, corrected=False) if has_corrections(event.id) else None
