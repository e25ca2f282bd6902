"""A ticket that a door gave out to somebody without one: a registration without anybody's data, and its ticket."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, or_, select, update

from app.direct import Bound, Direct
from app.rows import whole_row
from registrations.models import PartyNumber, Registration, Ticket
from registrations.operations.tickets import free_number, raise_change_number
from registrations.rules import PartyKind, Source, derive

LANGUAGE = "ja"


@dataclass(frozen=True)
class Given:
    """The rows that came of it, by their numbers, and what one reads aloud."""

    registration_id: int
    ticket_id: int
    number: str
    party_kind: PartyKind


def is_taken(bind: Bound, event_id: int, salt: bytes, code: str, uuid: UUID) -> bool:
    """Whether a ticket or a registration has this code, its row id, or this id already, in whatever event."""
    asked = {"code": code, "event_id": event_id, "rid": derive(salt, code).rid, "uuid": uuid}
    return bool(_TAKEN.rows(bind, asked))


def give_out(
    bind: Bound, event_id: int, salt: bytes, *, code: str, uuid: UUID, numbers: Mapping[int, int], at: datetime
) -> Given:
    """Write it. Locks the event's row until the end: call it after all other locks. A party of several has one ticket,
    with numbers by category id."""
    kind = PartyKind.PERSON if sum(numbers.values()) == 1 else PartyKind.FAMILY
    row = {"uuid": uuid, "event_id": event_id, "link": secrets.token_urlsafe(24), "language": LANGUAGE}
    row |= {"source": Source.DOOR, "party_kind": kind, "created_at": at}
    ((registration_id,),) = _REGISTRATION.rows(bind, row)
    people = [{"registration_id": registration_id, "category_id": one, "number": n} for one, n in numbers.items()]
    _NUMBERS.write(bind, people)
    change_number = raise_change_number(event_id, bind)
    number = free_number(bind, event_id)
    ticket = {"event_id": event_id, "registration_id": registration_id, "code": code, "rid": derive(salt, code).rid}
    ticket |= {"number": number, "issued_at": at, "change_number": change_number}
    ((ticket_id,),) = _TICKET.rows(bind, ticket)
    return Given(registration_id, ticket_id, number, kind)


def take_back_given(bind: Bound, event_id: int, registration_id: int, *, at: datetime) -> None:
    """It was given out by mistake: it is good for nothing any more. The registration is locked by then."""
    _CANCEL.write(bind, [{"which": registration_id, "when": at}])
    change_number = raise_change_number(event_id, bind)
    _TELL.write(bind, [{"which": registration_id, "change": change_number}])


_TAKEN = Direct(
    select(Registration.id)
    .outerjoin(Ticket, Ticket.registration_id == Registration.id)
    .where(
        or_(
            Registration.uuid == bindparam("uuid"),
            Ticket.code == bindparam("code"),
            (Ticket.event_id == bindparam("event_id")) & (Ticket.rid == bindparam("rid")),
        )
    )
    .limit(1)
)
_REGISTRATION = Direct(whole_row(Registration).returning(Registration.id))
_TICKET = Direct(whole_row(Ticket).returning(Ticket.id))
_NUMBERS = Direct(whole_row(PartyNumber))
_CANCEL = Direct(
    update(Registration).where(Registration.id == bindparam("which")).values(cancelled_at=bindparam("when"))
)
_TELL = Direct(
    update(Ticket).where(Ticket.registration_id == bindparam("which")).values(change_number=bindparam("change"))
)
