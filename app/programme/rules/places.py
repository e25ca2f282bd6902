"""How many places are left in an event session, in numbers and in a word."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from app.programme.rules import AdmissionRule

FEW_SHARE, FEW_AT_LEAST = 5, 3
"""Few places: a fifth of the capacity or less, or three or fewer."""


class Availability(StrEnum):
    """The word that the public reads."""

    PLENTY = "plenty"
    FEW = "few"
    FULL = "full"
    WAITING = "waiting"
    CLOSED = "closed"
    NOT_NEEDED = "not_needed"


@dataclass(frozen=True)
class Places:
    """What is promised in one event session and who came; without capacity there is no limit.

    one_party: whoever holds places there has it alone, so nothing is left for anybody else. waiting: parties that wait;
    what becomes free is theirs. waits_until_minutes: the list ends so long before the start; None: there is none.
    """

    capacity: int | None = None
    promised: int = 0
    arrived: int = 0
    present: int = 0
    one_party: bool = False
    waiting: int = 0
    waits_until_minutes: int | None = None

    def lets_wait(self, starts_at: datetime, at: datetime) -> bool:
        """Whether one may join those who wait: while somebody could still be moved up before the start."""
        return self.waits_until_minutes is not None and at < starts_at - timedelta(minutes=self.waits_until_minutes)

    @property
    def left(self) -> int | None:
        """Places that can still be booked: none that is promised, or taken by somebody who just came."""
        if self.waiting or (self.one_party and self.promised):
            return 0
        if self.capacity is None:
            return None
        here_or_expected = self.present + max(0, self.promised - self.arrived)
        return max(0, self.capacity - max(self.promised, here_or_expected))

    @property
    def word(self) -> Availability:
        """Plenty, few or full; of what one party has alone there is never a little left."""
        left = self.left
        if left == 0:
            return Availability.FULL
        if left is None or self.capacity is None or self.one_party:
            return Availability.PLENTY
        few = left <= FEW_AT_LEAST or left * FEW_SHARE <= self.capacity
        return Availability.FEW if few else Availability.PLENTY


def availability(
    admission: AdmissionRule, places: Places, *, open_for_booking: bool, lets_wait: bool = False
) -> Availability | None:
    """The word for one event session; None where places are not simply taken (lottery, approval, invited people)."""
    if admission is AdmissionRule.WALK_IN:
        return Availability.NOT_NEEDED
    if admission.takes_applications:
        return None if open_for_booking else Availability.CLOSED
    if not admission.takes_bookings:
        return None
    if not open_for_booking:
        return Availability.CLOSED
    return Availability.WAITING if lets_wait and places.word is Availability.FULL else places.word
