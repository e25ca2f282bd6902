"""What a device claims: scans and batches of them, understood but not judged yet."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from app.values import Value
from checkin.rules import Act, Direction, Reason, Verdict
from checkin.rules.desk import UndoReason
from checkin.rules.times import Reading


class Claim(Value, frozen=True):
    """One scan as a device claims it; `at` by the device's own clock, `clock`: what else it knew of the time. `body`: a
    hash of everything it says. `paper`: it was written down first, and typed in afterwards. `number`: of people who are
    tapped, the short number of a ticket that nobody could read or look up."""

    id: UUID
    body: bytes
    act: Act
    at: datetime
    gate: str
    place: str
    seq: int | None = None
    code: str | None = None
    rid: UUID | None = None
    new_code: str | None = None
    direction: Direction = Direction.IN
    people: Mapping[str, int] | None = None
    new_today: bool | None = None
    force: Reason | None = None
    undoes: UUID | None = None
    why: UndoReason | None = None
    shown: Verdict | None = None
    dry_run: bool = False
    paper: bool = False
    clock: Reading | None = None
    number: str | None = None


class Malformed(Value, frozen=True):
    """A scan that cannot be understood: its id as it was sent, and every fault of it."""

    id: str | None
    faults: tuple[str, ...]


class Batch(Value, frozen=True):
    """What a device sends at once, in the order it happened."""

    sent_at: datetime
    scans: tuple[Claim | Malformed, ...]
    pack: str | None = None
    clock: Reading | None = None

    @property
    def last_seq(self) -> int | None:
        """The highest number that the device gave to what is understood of it."""
        given = (one.seq for one in self.scans if isinstance(one, Claim) and one.seq is not None)
        return max(given, default=None)
