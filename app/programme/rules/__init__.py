"""The programme's fixed words, and arithmetic on times and places."""

from enum import StrEnum

from app.values import at_hand


class EventStatus(StrEnum):
    """Where an event is in its life."""

    DRAFT = "draft"
    PUBLISHED = "published"
    CLOSED = "closed"
    ARCHIVED = "archived"


@at_hand
class OrganisationKind(StrEnum):
    """What an organisation is."""

    NPO = "npo"
    COMPANY = "company"
    COMMUNITY = "community"
    SCHOOL = "school"
    DEPARTMENT = "department"
    OTHER = "other"


class ParticipationRole(StrEnum):
    """How an organisation takes part in an event."""

    ORGANISER = "organiser"
    COOPERATION = "cooperation"
    SPEAKER = "speaker"
    EXHIBITOR = "exhibitor"
    SCHOOL_CLASS = "school_class"
    DEPARTMENT = "department"
    PARTICIPANT = "participant"


@at_hand
class SessionStatus(StrEnum):
    """Whether an event session takes place."""

    PLANNED = "planned"
    CANCELLED = "cancelled"


@at_hand
class CapacityKind(StrEnum):
    """Seats: each admission takes one until the end. At once: only who is present counts."""

    SEATS = "seats"
    AT_ONCE = "at_once"


@at_hand
class AdmissionRule(StrEnum):
    """How one takes part in an event session."""

    WALK_IN = "walk_in"
    BOOKING_AND_WALK_IN = "booking_and_walk_in"
    BOOKING_ONLY = "booking_only"
    APPROVAL = "approval"
    LOTTERY = "lottery"
    CLOSED = "closed"

    @property
    def takes_walk_ins(self) -> bool:
        return self in (AdmissionRule.WALK_IN, AdmissionRule.BOOKING_AND_WALK_IN)

    @property
    def takes_bookings(self) -> bool:
        """Whether one can book a place oneself, at once."""
        return self in (AdmissionRule.BOOKING_AND_WALK_IN, AdmissionRule.BOOKING_ONLY)

    @property
    def takes_applications(self) -> bool:
        """Whether one can ask for a place that is given later: by the organiser's yes, or by lot."""
        return self in (AdmissionRule.APPROVAL, AdmissionRule.LOTTERY)


@at_hand
class Reentry(StrEnum):
    """Whether the same ticket may come in again at the same place."""

    FREE = "free"
    AFTER_EXIT = "after_exit"
    NONE = "none"
