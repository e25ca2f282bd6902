"""The door's fixed words; what they mean for one scan is decided in `decision`."""

from enum import StrEnum

from app.values import at_hand


@at_hand
class GateKind(StrEnum):
    """Where a device stands."""

    ENTRANCE = "entrance"
    ROOMS = "rooms"


@at_hand
class Act(StrEnum):
    """What a scan claims to have happened."""

    SCAN = "scan"
    WALK_IN = "walk_in"
    HEAD_COUNT = "head_count"
    ROOM_COUNT = "room_count"
    UNDO = "undo"

    @property
    def is_count(self) -> bool:
        """Whether it says how many somebody saw, which no door is asked for first."""
        return self in (Act.HEAD_COUNT, Act.ROOM_COUNT)


@at_hand
class Direction(StrEnum):
    """In or out."""

    IN = "in"
    OUT = "out"


@at_hand
class Verdict(StrEnum):
    """Our answer to a scan."""

    ADMITTED = "admitted"
    READMITTED = "readmitted"
    PROVISIONAL = "provisional"
    LEFT = "left"
    ALREADY_IN = "already_in"
    NOT_BOOKED = "not_booked"
    WAITLISTED = "waitlisted"
    PENDING = "pending"
    FULL = "full"
    TOO_EARLY = "too_early"
    TOO_LATE = "too_late"
    CANCELLED = "cancelled"
    BLOCKED = "blocked"
    REPLACED = "replaced"
    OTHER_EVENT = "other_event"
    UNKNOWN = "unknown"
    UNREADABLE = "unreadable"
    CONFIRM_PARTY = "confirm_party"
    UNDONE = "undone"
    COUNTED = "counted"
    REFUSED = "refused"

    @property
    def lets_in(self) -> bool:
        return self in (Verdict.ADMITTED, Verdict.READMITTED, Verdict.PROVISIONAL, Verdict.COUNTED)


@at_hand
class DeviceRight(StrEnum):
    """What a paired scanner may do: scan; look up names and short numbers; admit anyway and undo what others did; hold
    everybody's names while there is no network."""

    SCAN = "scan"
    SEARCH = "search"
    SUPERVISOR = "supervisor"
    NAMES = "names"


@at_hand
class Reason(StrEnum):
    """Why somebody was admitted anyway: one of a list, because the ledger holds no free text."""

    IDENTITY_CHECKED = "identity_checked"
    PROOF_SHOWN = "proof_shown"
    ORGANISER_ALLOWED = "organiser_allowed"
    SYSTEM_WRONG = "system_wrong"
    OTHER = "other"


@at_hand
class Method(StrEnum):
    """How a ledger line is known."""

    SCANNED = "scanned"
    GROUP_CONFIRMED = "group_confirmed"
    TAPPED = "tapped"
    ROOM_COUNT = "room_count"
    TYPED = "typed"
    PAPER = "paper"
    ESTIMATED = "estimated"
    IMPORTED = "imported"


@at_hand
class EntryKind(StrEnum):
    """What a ledger line does."""

    ENTRY = "entry"
    EXIT = "exit"
    COUNT = "count"
    ROOM_COUNT = "room_count"
    UNDO = "undo"
    CORRECTION = "correction"
    IMPORT = "import"


@at_hand
class Cut(StrEnum):
    """What a row of the roll-ups is a sum of, and by what it is divided.

    entries: who came in, by place, day, slot, category, method and whether it was booked. returns: by place. people: by
    category and method; days, venues: different people within one, by category. once: who came in and was never seen
    again, which is most: an entry, and one of the people of the event, its day and its venue, said by one row. lines:
    all there are, by place.
    """

    ONCE = "once"
    ENTRIES = "entries"
    RETURNS = "returns"
    PEOPLE = "people"
    DAYS = "days"
    VENUES = "venues"
    LINES = "lines"


class CountingState(StrEnum):
    """What the organiser says of a place at day close."""

    COUNTED = "counted"
    PARTLY = "partly"
    NOT_COUNTED = "not_counted"


@at_hand
class ConflictKind(StrEnum):
    """What came in as a fact although it should not have."""

    DOUBLE_ADMISSION = "double_admission"
    NOT_ENTITLED = "not_entitled"
    OVER_CAPACITY = "over_capacity"
    OVERRIDE = "override"
    UNKNOWN_TICKET = "unknown_ticket"
    SURPLUS = "surplus"
    CLOCK = "clock"
    QUARANTINED = "quarantined"
    LATE_UPLOAD = "late_upload"
    UNREAD_TICKET = "unread_ticket"
    OTHER_GATE = "other_gate"
