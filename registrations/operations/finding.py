"""Links that were lost are written again to the address they belong to, and to no other."""

from datetime import datetime
from uuid import uuid4

from sqlalchemy import delete

from app.db import db
from app.outbox.models import Letter
from app.outbox.operations import enqueue
from registrations.models import Registration
from registrations.operations.erasing import LINK_AGAIN
from registrations.queries.own import standing_with_address


def send_links(event_id: int, *, address: str, language: str, at: datetime) -> None:
    """One letter with the links of all standing registrations of this address; none if there is none.

    Whether there is one shows neither in the answer nor in the time it takes: the letter is written in any case, and
    taken away again in the same transaction if it has nothing to say.
    """
    found = standing_with_address(event_id, address)
    cause = f"{LINK_AGAIN}:{uuid4()}"
    enqueue(
        event_id,
        registration_id=found[0].id if found else None,
        kind=LINK_AGAIN,
        cause=cause,
        language=found[0].language if found else language,
        to_address=address,
        at=at,
        registrations=[one.id for one in found],
    )
    db.session.execute(delete(Letter).where(Letter.cause == (cause if not found else "")))


def send_again(registration: Registration, *, at: datetime) -> None:
    """The confirmation once more, as things stand now. Nothing without an address."""
    if registration.contact_email is not None:
        enqueue(
            registration.event_id,
            registration_id=registration.id,
            kind="confirmed",
            cause=f"again:{uuid4()}",
            language=registration.language,
            to_address=registration.contact_email,
            at=at,
        )
