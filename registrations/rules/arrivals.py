"""The load at the doors: how many people said they come in each quarter of an hour. Plain values in and out."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic, Protocol, TypeVar
from zoneinfo import ZoneInfo

QUARTER = timedelta(minutes=15)


class Coming(Protocol):
    """Somebody who said when, and how many."""

    @property
    def at(self) -> datetime: ...

    @property
    def people(self) -> int: ...


Group = TypeVar("Group", bound=Coming)


@dataclass(frozen=True)
class Quarter(Generic[Group]):
    """Fifteen minutes on the event's clock, and who comes in them."""

    begins: datetime
    groups: tuple[Group, ...]

    @property
    def people(self) -> int:
        """Everybody of these groups."""
        return sum(one.people for one in self.groups)


def by_quarter(groups: Iterable[Group], zone: ZoneInfo) -> list[Quarter[Group]]:
    """The quarters in which somebody comes, in order."""
    found: dict[datetime, list[Group]] = {}
    for one in groups:
        local = one.at.astimezone(zone)
        begins = local.replace(minute=local.minute // 15 * 15, second=0, microsecond=0)
        found.setdefault(begins, []).append(one)
    return [Quarter(begins, tuple(coming)) for begins, coming in sorted(found.items())]
