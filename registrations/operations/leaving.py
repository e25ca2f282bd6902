"""Somebody does not want any more what is not theirs yet: a place in a queue, an offer, a name in a draw, a request."""

from datetime import datetime

from sqlalchemy.orm.attributes import flag_modified

from app.db import db
from registrations.models import Registration
from registrations.operations.holding import Plan, carry_out, held_bookings, held_registration
from registrations.operations.places import sessions_by_code
from registrations.operations.refusals import SessionsNotBookable
from registrations.operations.registering import write_letter
from registrations.rules.bookings import Stand


def leave(registration_id: int, code: str, *, at: datetime) -> Registration:
    """Give up what is not confirmed in one session; confirmed places stay. The organiser's date for changes does not
    bind it: nobody is kept waiting for what they do not want. A second time changes nothing. Raises a Refusal."""
    registration, event = held_registration(registration_id)
    asked = sessions_by_code(event.id, frozenset({code}))
    if code not in asked:
        raise SessionsNotBookable([code])
    bookings = held_bookings(registration, event, asked, at=at)
    session = asked[code].id
    stays = Stand(confirmed=bookings.now(session).confirmed)
    if session in bookings.staying or stays == bookings.now(session):
        return registration
    flag_modified(registration, "contact_name")
    db.session.flush()
    write_letter(registration, "changed", at=at)
    carry_out(Plan(bookings, {session: stays}), at=at)
    return registration
