"""What may become of something that was listed for people to look at; figures change by further ledger lines alone."""

from enum import StrEnum

from checkin.rules import ConflictKind


class Settlement(StrEnum):
    """What became of it."""

    COUNTED = "counted"
    LEFT_OUT = "left_out"
    STANDS = "stands"
    TAKEN_OFF = "taken_off"
    NOTED = "noted"
    LINKED = "linked"
    RETOLD = "retold"
    TIED = "tied"


_UNCOUNTED = (ConflictKind.DOUBLE_ADMISSION, ConflictKind.SURPLUS, ConflictKind.QUARANTINED)
ACCEPTED: dict[ConflictKind, Settlement] = {
    **dict.fromkeys(ConflictKind, Settlement.STANDS),
    **dict.fromkeys(_UNCOUNTED, Settlement.COUNTED),
    ConflictKind.CLOCK: Settlement.NOTED,
}
"""Who says yes: what was not counted is, what was counted stays."""
DISMISSED: dict[ConflictKind, Settlement] = {
    kind: Settlement.LEFT_OUT if kind in _UNCOUNTED else Settlement.TAKEN_OFF
    for kind in ConflictKind
    if kind is not ConflictKind.CLOCK
}
"""Who says no: what was not counted stays so, what was counted is taken back."""
REVOCABLE = (Settlement.LEFT_OUT, Settlement.STANDS, Settlement.NOTED)
"""A word of people that left every figure as it was: it can be taken back without a line of the ledger."""
TOLD_AT_ONCE = (
    ConflictKind.DOUBLE_ADMISSION,
    ConflictKind.NOT_ENTITLED,
    ConflictKind.OVER_CAPACITY,
    ConflictKind.SURPLUS,
    ConflictKind.UNKNOWN_TICKET,
)
"""What the doors hear of as soon as it is found; of the others they know already."""
