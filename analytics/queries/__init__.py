"""The figures of an event, for whoever was found to be allowed to see them."""

from datetime import datetime

from analytics.queries.facts import facts_of
from analytics.queries.ledger import count_ledger, state_of
from analytics.rules.figures import Figures, figures
from app.programme.models import Event


def figures_of(event: Event, *, at: datetime) -> Figures:
    """Everything counted of an event, as it stands at the moment `at`."""
    facts = facts_of(event)
    undivided = next((category.id for category in facts.categories if category.unknown), None)
    counted = count_ledger(event, places=dict(facts.places), undivided=undivided)
    return figures(facts, counted, at=at, newest_at=state_of(event.id).newest_at)
