"""How many people a session's room still takes: capacity, who is there, and whose booked place is held."""

from datetime import datetime

from app.programme.rules import CapacityKind
from app.values import Value, replace
from checkin.rules.people import total
from checkin.rules.stay import NEVER_CAME, Stay


class Space(Value, frozen=True):
    """The figures of one event session; see the table `session_places`. `held_until`: late places are released then."""

    kind: CapacityKind
    capacity: int | None
    promised: int
    arrived: int
    present: int
    anonymous: int
    counts_exits: bool
    held_until: datetime

    @property
    def is_known(self) -> bool:
        """Whether room left is a number: there is a limit, and who leaves is counted where that matters."""
        return self.capacity is not None and (self.kind is CapacityKind.SEATS or self.counts_exits)

    def held(self, at: datetime) -> int:
        """Booked places that nobody has taken yet and that are still kept."""
        if at > self.held_until or self.promised <= self.arrived:
            return 0
        return self.promised - self.arrived

    def seats_left(self) -> int | None:
        """Places that nobody takes now, held ones included; None: no limit, or not known."""
        capacity = self.capacity
        if capacity is None or not (self.counts_exits or self.kind is CapacityKind.SEATS):
            return None
        return capacity - self.present

    def room_left(self, at: datetime) -> int | None:
        """Places for people without a booking; None: no limit, or not known."""
        left = self.seats_left()
        if left is None:
            return None
        left -= self.held(at)
        return left if left > 0 else 0

    def takes(self, everybody: int, others: int, at: datetime) -> bool:
        """Whether there is room for so many; `others` of them have no booked place, and held places are kept."""
        seats, room = self.seats_left(), self.room_left(at)
        return seats is None or room is None or everybody == 0 or (everybody <= seats and others <= room)

    def besides(self, everybody: int, others: int, at: datetime) -> int | None:
        """Places for people without a booking once so many are in, `others` of them without a booked place; None: no
        limit, or not known."""
        seats, room = self.seats_left(), self.room_left(at)
        return None if seats is None or room is None else max(0, min(seats - everybody, room - others))

    def with_stay(self, before: Stay, after: Stay) -> "Space":
        """The same room after a ticket's stay changed."""
        if before is NEVER_CAME:
            return self._with(self.arrived + total(after.booked), self.present + self._taken(after), self.anonymous)
        present = self.present + self._taken(after) - self._taken(before)
        return self._with(self.arrived + total(after.booked) - total(before.booked), present, self.anonymous)

    def with_newcomer(self, *, booked: bool) -> "Space":
        """The same room after one person of a ticket of their own came for the first time."""
        return self._with(self.arrived + booked, self.present + 1, self.anonymous)

    def with_anonymous(self, number: int, *, leaving: bool = False) -> "Space":
        """The same room after people without a ticket came (or, negative and `leaving`, left)."""
        return self if leaving and self.kind is CapacityKind.SEATS else self.holding(self.anonymous + number)

    def holding(self, anonymous: int) -> "Space":
        """The same room with so many people without a ticket, in minus out."""
        change = max(0, anonymous) - max(0, self.anonymous)
        return self._with(self.arrived, self.present + change, anonymous)

    def with_exits_counted(self, *, counted: bool = True) -> "Space":
        """The same room once somebody was counted out or the room was counted, or neither stands any more."""
        return self if self.counts_exits is counted else replace(self, counts_exits=counted)

    def _with(self, arrived: int, present: int, anonymous: int) -> "Space":
        """`replace` for what every scan changes, at a fifth of its cost."""
        promised, exits = self.promised, self.counts_exits
        return Space(self.kind, self.capacity, promised, arrived, present, anonymous, exits, self.held_until)

    def _taken(self, stay: Stay) -> int:
        return total(stay.admitted if self.kind is CapacityKind.SEATS else stay.inside)
