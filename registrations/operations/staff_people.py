"""What staff do with one person of a party, on the telephone: recorded without the name."""

from datetime import datetime
from uuid import UUID

from app.audit import record
from app.errors import NotFound
from app.web.actors import Actor
from registrations.models import Registration
from registrations.operations.people import drop_person
from registrations.queries.people import people_of


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
