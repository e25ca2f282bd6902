"""The fixed words of registration."""

from enum import StrEnum


class PartyKind(StrEnum):
    """Who a registration speaks for."""

    PERSON = "person"
    FAMILY = "family"
    CLASS = "class"
    DELEGATION = "delegation"
    TEAM = "team"


class BookingState(StrEnum):
    """The state of places in one event session; only confirmed and offered hold places."""

    APPLIED = "applied"
    PENDING = "pending"
    CONFIRMED = "confirmed"
    OFFERED = "offered"
    WAITING = "waiting"
    DECLINED = "declined"
    NOT_DRAWN = "not_drawn"
    EXPIRED = "expired"
    CANCELLED = "cancelled"

    @property
    def holds_places(self) -> bool:
        return self in (BookingState.CONFIRMED, BookingState.OFFERED)


class Source(StrEnum):
    """How a registration reached us."""

    WEB = "web"
    DESK = "desk"
    DOOR = "door"
    IMPORT = "import"
    DEMONSTRATION = "demonstration"


class ConsentKind(StrEnum):
    """What somebody agreed to."""

    PRIVACY = "privacy"
    PHOTO = "photo"
    GUARDIAN = "guardian"
