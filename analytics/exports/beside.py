"""What tables beside the standard ones have in common: they are read as things stand, never of an edition."""

from dataclasses import replace

from analytics.exports.table import Table
from analytics.exports.words import standing_words
from analytics.rules import Provenance
from analytics.rules.figures import Figures
from app.web.languages import LocalText, local


def preliminary(figures: Figures, **given: object) -> Table:
    """A table of what was measured, or made up for practice."""
    kind = Provenance.MADE_UP if figures.facts.fictional else Provenance.MEASURED
    table = Table(provenance=(kind,), **given)  # type: ignore[arg-type]
    return replace(table, standing=standing_words(replace(figures, edition=None)))


def titles_of(figures: Figures) -> dict[str, LocalText]:
    """What each session is called, by code."""
    return {one.code: local(one.title) for one in figures.facts.sessions}
