"""What a public report may know of an edition: its public figures, and of the event what is no number of people.

This is the only way from an edition to its public report, so that no hidden number can get there: not in a table, not
as the length of a bar, not in the words for a picture.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from analytics.rules.editions import UNSPLIT, PublicFigures, Standing
from analytics.rules.facts import Facts, Texts


@dataclass(frozen=True)
class Told:
    """An edition as the public may have it. took_part: by group how many organisations were confirmed; keys: the ids of
    categories, for years that were typed in; elsewhere: as of the facts."""

    slug: str
    title: Texts
    zone: str
    starts_on: date
    ends_on: date
    number: int
    issued_at: datetime
    public: PublicFigures
    took_part: tuple[tuple[str, int], ...]
    keys: Mapping[str, int]
    elsewhere: frozenset[bool]

    @property
    def sessions(self) -> int:
        """How many sessions took place, or will."""
        held = (one for one in self.public.sittings if one.total.standing is not Standing.CANCELLED)
        return len({one.code for one in held if one.code != UNSPLIT})

    @property
    def not_over(self) -> int:
        """How many of them were not over when the edition was issued."""
        return sum(one.total.standing is Standing.NOT_YET for one in self.public.sittings)

    @property
    def uncounted(self) -> int:
        """Of how many of them nothing is known."""
        return sum(one.total.standing is Standing.UNKNOWN for one in self.public.sittings)


def told(facts: Facts, public: PublicFigures, *, number: int, issued_at: datetime) -> Told:
    """What may be told of an edition."""
    return Told(
        slug=facts.slug,
        title=facts.title,
        zone=facts.zone,
        starts_on=facts.starts_on,
        ends_on=facts.ends_on,
        number=number,
        issued_at=issued_at,
        public=public,
        took_part=tuple((one.group, one.confirmed) for one in facts.took_part),
        keys={one.key: one.id for one in facts.categories},
        elsewhere=facts.elsewhere,
    )
