"""No-show: confirmed places that nobody came on, where everybody was counted."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar

from analytics.rules import Known, Missing
from analytics.rules.figures import SessionFigures, share
from checkin.rules import CountingState

Key = TypeVar("Key")


@dataclass(frozen=True)
class Party:
    """A party's places in one session that was counted, and how many of it came on them. lead: how long before it had
    registered; organisation: of which kind, None without one."""

    session: str
    places: int
    came: int
    lead: str
    kind: str
    language: str
    organisation: str | None = None


@dataclass(frozen=True)
class Absence:
    """Of several parties: their places, and who came on them, of each party never more than it had places."""

    places: int
    came: int

    @property
    def number(self) -> int:
        return self.places - self.came

    @property
    def per_cent(self) -> float | None:
        return share(self.number, self.places)


def no_show(one: SessionFigures) -> Known:
    """Confirmed minus admitted on them; known only where the organiser has said at day close that it was counted."""
    if isinstance(one.confirmed, Missing):
        return one.confirmed
    if one.session.closed is not CountingState.COUNTED:
        return Missing.CANCELLED if one.session.cancelled else Missing.NOT_COUNTED
    return one.booked if isinstance(one.booked, Missing) else max(0, one.confirmed - one.booked)


def absences(parties: Iterable[Party], key: Callable[[Party], Key]) -> dict[Key, Absence]:
    """Summed by what `key` says of a party. They add up over every key."""
    sums: dict[Key, list[int]] = defaultdict(lambda: [0, 0])
    for one in parties:
        found = sums[key(one)]
        found[0] += one.places
        found[1] += min(one.came, one.places)
    return {group: Absence(*found) for group, found in sums.items()}
