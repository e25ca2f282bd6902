"""What a report prints beside the figures; an edition keeps it with them, so that nothing it says ever changes."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from analytics.rules.demand import Demand
from analytics.rules.former import YearFigures
from analytics.rules.outline import Outline


@dataclass(frozen=True)
class Setting:
    """Everything beside the figures. public_outline: what of the outline leaves the house; hidden_years: what does not
    of former years; demand: places asked for; comments: the organiser's words by language."""

    outline: Outline
    public_outline: Outline
    former: tuple[YearFigures, ...] = ()
    hidden_years: frozenset[tuple[int, int | None]] = frozenset()
    demand: tuple[Demand, ...] = ()
    comments: Mapping[str, str] = field(default_factory=dict)
    licence: str | None = None
    licence_url: str | None = None
