"""What a search finds a registration by follows its names."""

from collections.abc import Iterable

from registrations.models import Registration
from registrations.queries.people import Person
from registrations.rules.sought import sought_as


def write_sought(registration: Registration, people: Iterable[Person]) -> None:
    """By its contact, its group, and everybody of the party who has a name: these, read before the registration is
    changed, so that it is written once."""
    registration.sought_as = sought_as(
        name=registration.contact_name,
        reading=registration.contact_reading,
        group=registration.group_name,
        people=[text for one in people for text in (one.name, one.reading)],
    )
