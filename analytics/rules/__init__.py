"""The measures of attendance and their fixed words: what is counted, how it is known, and why a figure is missing."""

from enum import StrEnum


class Measure(StrEnum):
    """What a figure counts. The page of measures has a section for each, under this name."""

    PEOPLE = "people"
    PEOPLE_BY_DAY = "people-by-day"
    VISITS = "visits"
    PASSAGES = "passages"
    REENTRIES = "reentries"
    WITHOUT_TICKET = "without-ticket"
    REGISTERED = "registered"
    CAME = "came"
    NO_SHOW = "no-show"
    DEMAND = "demand"
    ARRIVAL = "arrival"
    OCCUPANCY = "occupancy"
    STAY = "stay"
    FILL = "fill"
    TOOK_PART = "took-part"


class Attendance(StrEnum):
    """The measure of the one figure that an event reports; the organiser names it."""

    PEOPLE = "people"
    PEOPLE_BY_DAY = "people_by_day"
    VISITS = "visits"


class Provenance(StrEnum):
    """Where a figure comes from; every table, file and picture says it."""

    PUBLISHED = "published"
    MEASURED = "measured"
    MADE_UP = "made_up"


class Missing(StrEnum):
    """Why there is no figure. None of these is zero. hidden: small, or it would give a small one away."""

    UNKNOWN = "unknown"
    NOT_YET = "not_yet"
    NO_BOOKING = "no_booking"
    CANCELLED = "cancelled"
    NOT_COUNTED = "not_counted"
    HIDDEN = "hidden"


Known = int | Missing
"""A number that somebody counted, or the reason why there is none."""
