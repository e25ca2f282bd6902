"""The figures of an event, for whoever was found to be allowed to see them."""

from datetime import datetime
from typing import Any

from flask import current_app

from analytics.queries.facts import facts_of
from analytics.queries.ledger import State, has_corrections, state_of
from analytics.queries.rolled import rolled_tally
from analytics.rules.facts import Facts
from analytics.rules.figures import Figures, figures
from analytics.rules.ledger import Tally
from app.programme.models import Event

KEPT = 20


def figures_of(event: Event, *, at: datetime) -> Figures:
    """Everything counted of an event, as it stands at the moment `at`."""
    facts, state = facts_of(event), state_of(event.id)
    return figures(facts, _tally(event, facts, state), at=at, newest_at=state.newest_at)


def original_figures_of(event: Event, *, at: datetime) -> Figures | None:
    """The same without the corrections that people made; None: there are none that stand."""
    if not has_corrections(event.id):
        return None
    facts, state = facts_of(event), state_of(event.id)
    return figures(facts, _tally(event, facts, state, corrected=False), at=at, newest_at=state.newest_at)


def _tally(event: Event, facts: Facts, state: State, *, corrected: bool = True) -> Tally:
    """The ledger as its roll-ups tell it. The last tally of an event is good until a line is added, for none is ever
    changed, or a registration is, for a party is never more people than it has."""
    kept: dict[tuple[int, bool], tuple[Any, Tally]] = current_app.extensions.setdefault("uketsuke_tallies", {})
    rests_on = (state, facts.places, event.people_measure, event.change_number)
    found = kept.get((event.id, corrected))
    if found is not None and found[0] == rests_on:
        return found[1]
    undivided = next((category.id for category in facts.categories if category.unknown), None)
    counted = rolled_tally(event, places=facts.places, undivided=undivided, corrected=corrected)
    if len(kept) >= KEPT:
        kept.clear()
    kept[event.id, corrected] = (rests_on, counted)
    return counted
