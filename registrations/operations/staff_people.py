"""What staff do with the people of a party, on the telephone: names, tickets, one fewer, one more; recorded without
what anybody is called."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from app.audit import record
from app.db import lock
from app.errors import NotFound
from app.web.actors import Actor
from registrations.models import Registration
from registrations.operations.naming import Named, name_people, one_ticket_again, ticket_each
from registrations.operations.people import add_person, drop_person
from registrations.queries.people import people_of
from registrations.rules import Hand


def name_by_staff(
    registration_id: int, names: Mapping[int, Sequence[Named]], *, version: int, at: datetime, actor: Actor
) -> Registration:
    """The people are called this, as their own contact could say; what is so already is not recorded. Raises a Refusal
    like `name_people`."""
    before = _version(registration_id)
    changed = name_people(registration_id, names, version=version)
    if changed.version != before:
        record(actor, "registration.names", f"registration:{changed.uuid}", at=at, event_id=changed.event_id)
    return changed


def tickets_by_staff(registration_id: int, *, each: bool, at: datetime, actor: Actor) -> Registration:
    """A ticket each, or one for all again; what is so already is not recorded. Raises a Refusal like `ticket_each` and
    `one_ticket_again`."""
    before = _version(registration_id)
    changed = (ticket_each if each else one_ticket_again)(registration_id, at=at)
    if changed.version != before:
        subject = f"registration:{changed.uuid}"
        record(actor, "registration.tickets", subject, at=at, event_id=changed.event_id, each=each)
    return changed


def add_by_staff(
    registration_id: int, category_id: int, who: Named, *, everywhere: bool, version: int, at: datetime, actor: Actor
) -> Registration:
    """One more comes, by name, also once registration has closed. Raises a Refusal like `add_person`."""
    before = {one.uuid for one in people_of(registration_id)}
    changed = add_person(
        registration_id, category_id, who, everywhere=everywhere, version=version, at=at, hand=Hand.STAFF
    )
    (new,) = {one.uuid for one in people_of(registration_id)} - before
    subject = f"registration:{changed.uuid}"
    record(actor, "registration.add_person", subject, at=at, event_id=changed.event_id, attendee=str(new))
    return changed


def drop_by_staff(registration_id: int, attendee: UUID, *, at: datetime, actor: Actor) -> Registration:
    """This person does not come, as their own contact could say. Raises NotFound for who is not of the party (any
    more), and a Refusal like `drop_person`."""
    person = next((one for one in people_of(registration_id) if one.uuid == attendee), None)
    if person is None:
        raise NotFound
    changed = drop_person(registration_id, person.id, at=at)
    subject = f"registration:{changed.uuid}"
    record(actor, "registration.drop_person", subject, at=at, event_id=changed.event_id, attendee=str(attendee))
    return changed


def _version(registration_id: int) -> int:
    (stands,) = lock(Registration, [registration_id])
    return stands.version
