"""What the organiser's staff do with a registration: take it down at the desk, correct, cancel, block, restore it.

Each is recorded. Facts of the record are ids, codes and numbers, never what somebody is called.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from app.audit import record
from app.db import db, lock
from app.errors import Refused
from app.outbox.operations import enqueue, withdraw
from app.programme.rules import EventStatus
from app.web.actors import Actor
from registrations.models import Booking, BookingLine, Registration, Ticket
from registrations.operations.changing import cancel, change
from registrations.operations.places import sessions_by_id, take_places
from registrations.operations.refusals import ChangedElsewhere, RegistrationClosed, TeamStays
from registrations.operations.registering import register, write_letter
from registrations.operations.tickets import raise_change_number
from registrations.queries import live_event, party_of, registration_by_form_key
from registrations.rules import GROUPS, Application, BookingState, Hand, PartyKind, Source
from registrations.rules.sought import sought_as

BY_STAFF = GROUPS
"""Kinds of parties that do not follow from numbers: staff say so."""


class NoAddress(Refused):
    """A registration that nobody can write to."""

    def __init__(self) -> None:
        super().__init__("no_address", "This registration has no mail address.")


class NotStanding(Refused):
    """A cancelled or erased registration, of which this cannot be asked."""

    def __init__(self) -> None:
        super().__init__("not_standing", "This registration was cancelled or erased.")


class ChangedSince(Refused):
    """What should be restored is not any more as it was left."""

    def __init__(self) -> None:
        super().__init__("changed_since", "The registration was changed meanwhile.")


@dataclass(frozen=True)
class StaffFacts:
    """What staff know of a registration beside the application itself; None: not known."""

    reading: str | None = None
    phone: str | None = None
    group_name: str | None = None
    group_grade: str | None = None
    group_class: str | None = None
    needs: str | None = None
    staff_note: str | None = None
    kind: PartyKind | None = None
    organisation_id: int | None = None


@dataclass(frozen=True)
class HeldLine:
    """Places of a booking as they stood before they were given back."""

    line_id: int
    session_id: int
    code: str
    number: int
    state: BookingState


def register_by_staff(
    event_id: int,
    application: Application,
    facts: StaffFacts,
    *,
    source: Source = Source.DESK,
    form_key: str | None = None,
    at: datetime,
    actor: Actor,
) -> Registration:
    """Take down what came by telephone, fax or postcard, also outside the dates of registration; the same `form_key`
    again gives the first one back, unchanged. Raises a Refusal or Invalid like `register`."""
    if form_key is not None and (first := registration_by_form_key(form_key)) is not None:
        return first
    asked = replace(application, kind=facts.kind)
    made = register(event_id, asked, at=at, form_key=form_key, source=source, hand=Hand.STAFF)
    write_facts(made, facts)
    record(actor, "registration.add", _subject(made), at=at, event_id=event_id, source=source.value)
    return made


def change_by_staff(
    registration_id: int, application: Application, facts: StaffFacts, *, version: int, at: datetime, actor: Actor
) -> Registration:
    """Correct it, also after the dates of registration. Raises a Refusal or Invalid like `change`."""
    (stands,) = lock(Registration, [registration_id])
    if stands.version != version and facts_of(stands) != facts:
        raise ChangedElsewhere
    if (facts.kind is PartyKind.TEAM) != (stands.party_kind is PartyKind.TEAM):
        raise TeamStays
    changed = change(registration_id, application, version=version, at=at, hand=Hand.STAFF)
    write_facts(changed, facts)
    record(actor, "registration.change", _subject(changed), at=at, event_id=changed.event_id)
    return changed


def facts_of(registration: Registration) -> StaffFacts:
    """What stands there."""
    return StaffFacts(
        reading=registration.contact_reading,
        phone=registration.contact_phone,
        group_name=registration.group_name,
        group_grade=registration.group_grade,
        group_class=registration.group_class,
        needs=registration.needs,
        staff_note=registration.staff_note,
        kind=registration.party_kind if registration.party_kind in BY_STAFF else None,
        organisation_id=registration.organisation_id if registration.party_kind is PartyKind.TEAM else None,
    )


def write_facts(registration: Registration, facts: StaffFacts) -> None:
    """Keep them, and what searches look through."""
    registration.contact_reading = facts.reading
    registration.contact_phone = facts.phone
    registration.group_name = facts.group_name
    registration.group_grade = facts.group_grade
    registration.group_class = facts.group_class
    registration.needs = facts.needs
    registration.staff_note = facts.staff_note
    if facts.kind is PartyKind.TEAM:
        registration.organisation_id = facts.organisation_id
    if facts.kind is not None or registration.party_kind in BY_STAFF:
        people = sum(one.number for one in party_of(registration.id))
        registration.party_kind = facts.kind or (PartyKind.PERSON if people == 1 else PartyKind.FAMILY)
    registration.sought_as = sought_as(
        name=registration.contact_name, reading=registration.contact_reading, group=registration.group_name
    )
    db.session.flush()


def held_lines(registration_id: int) -> list[HeldLine]:
    """The booking lines that a cancellation would end: what `restore` needs to know."""
    query = (
        select(BookingLine.id, Booking.session_id, BookingLine.number, BookingLine.state)
        .join(Booking, Booking.id == BookingLine.booking_id)
        .where(Booking.registration_id == registration_id, BookingLine.state != BookingState.CANCELLED)
        .order_by(BookingLine.id)
    )
    rows = db.session.execute(query).all()
    sessions = sessions_by_id(frozenset(row.session_id for row in rows))
    return [HeldLine(row.id, row.session_id, sessions[row.session_id].code, row.number, row.state) for row in rows]


def cancel_by_staff(registration_id: int, *, at: datetime, actor: Actor) -> list[HeldLine] | None:
    """Cancel it as its own person could, and say what it held until now. None: it was cancelled already, and nothing
    was done. Raises a Refusal: blocked ones are unblocked first, and what an event came to when it closed stays."""
    (before,) = lock(Registration, [registration_id])
    if before.cancelled_at is not None:
        return None
    held = held_lines(registration_id)
    cancelled = cancel(registration_id, at=at)
    codes = sorted({line.code for line in held})
    record(actor, "registration.cancel", _subject(cancelled), at=at, event_id=cancelled.event_id, sessions=codes)
    return held


def restore(
    registration_id: int, held: Iterable[HeldLine], *, cancelled_at: datetime, at: datetime, actor: Actor
) -> list[str]:
    """Undo a cancellation: the registration stands again, and so do its places where they are still free. Gives back
    the codes of the event sessions whose places it did not get again: they are full, over, not held any more, or were
    a place in a queue. Raises ChangedSince if anything happened to it since, RegistrationClosed."""
    (registration,) = lock(Registration, [registration_id])
    lock(Ticket, db.session.scalars(select(Ticket.id).where(Ticket.registration_id == registration_id)).all())
    if registration.cancelled_at != cancelled_at or registration.blocked_at or registration.erased_at:
        raise ChangedSince
    if live_event(registration.event_id).status is not EventStatus.PUBLISHED:
        raise RegistrationClosed
    registration.cancelled_at = None
    db.session.flush()
    unsent = withdraw(registration_id)
    if "cancelled" not in unsent or "confirmed" in unsent:
        write_letter(registration, "confirmed" if "confirmed" in unsent else "changed", at=at)
    lost, again = [], []
    team = registration.party_kind is PartyKind.TEAM
    for session_id, lines in sorted(_by_session(held).items()):
        if _taken_again(session_id, lines, cancelled_at=cancelled_at, at=at, team=team):
            again.append(lines[0].code)
        elif any(_still_cancelled(line, cancelled_at) for line in lines):
            lost.append(lines[0].code)
    change_number = raise_change_number(registration.event_id)
    touched = update(Booking).where(Booking.registration_id == registration_id)
    db.session.execute(touched.values(change_number=change_number).execution_options(synchronize_session=False))
    _tell_doors(registration_id, change_number)
    record(
        actor, "registration.restore", _subject(registration), at=at, event_id=registration.event_id,
        sessions=again, lost=lost,
    )  # fmt: skip
    return lost


def block(registration_id: int, *, at: datetime, actor: Actor) -> bool:
    """Let no door admit on it, and nobody change it by its link; its places stay held. False: it was so already."""
    return _set_blocked(registration_id, blocked_at=at, at=at, actor=actor)


def unblock(registration_id: int, *, at: datetime, actor: Actor) -> bool:
    """Undo a block. False: it was not blocked."""
    return _set_blocked(registration_id, blocked_at=None, at=at, actor=actor)


def send_again(registration_id: int, *, at: datetime, actor: Actor) -> None:
    """Write the confirmation once more, with ticket and private link; within one minute once. Raises NoAddress and
    NotStanding."""
    (registration,) = lock(Registration, [registration_id])
    if registration.cancelled_at or registration.blocked_at or registration.erased_at:
        raise NotStanding
    if registration.contact_email is None:
        raise NoAddress
    enqueue(
        registration.event_id,
        registration_id=registration.id,
        kind="confirmed",
        cause=f"registration:{registration.uuid}:again:{at:%Y%m%d%H%M}",
        language=registration.language,
        to_address=registration.contact_email,
        at=at,
    )
    record(actor, "registration.resend", _subject(registration), at=at, event_id=registration.event_id)


def note_double(registration_id: int, *, kept: str, at: datetime, actor: Actor) -> None:
    """Record of which other registration (its outward id) this one was a double."""
    registration = db.session.get_one(Registration, registration_id)
    event_id = registration.event_id
    record(actor, "registration.double", _subject(registration), at=at, event_id=event_id, kept=f"registration:{kept}")


def _set_blocked(registration_id: int, *, blocked_at: datetime | None, at: datetime, actor: Actor) -> bool:
    (registration,) = lock(Registration, [registration_id])
    if (registration.blocked_at is None) == (blocked_at is None):
        return False
    lock(Ticket, db.session.scalars(select(Ticket.id).where(Ticket.registration_id == registration_id)).all())
    registration.blocked_at = blocked_at
    db.session.flush()
    _tell_doors(registration_id, raise_change_number(registration.event_id))
    verb = "registration.block" if blocked_at else "registration.unblock"
    record(actor, verb, _subject(registration), at=at, event_id=registration.event_id)
    return True


def _tell_doors(registration_id: int, change_number: int) -> None:
    tickets = update(Ticket).where(Ticket.registration_id == registration_id).values(change_number=change_number)
    db.session.execute(tickets.execution_options(synchronize_session=False))


def _by_session(held: Iterable[HeldLine]) -> Mapping[int, list[HeldLine]]:
    found: dict[int, list[HeldLine]] = {}
    for line in held:
        found.setdefault(line.session_id, []).append(line)
    return found


def _taken_again(session_id: int, lines: list[HeldLine], *, cancelled_at: datetime, at: datetime, team: bool) -> bool:
    """Take the places of one session as they were, of a team none; False if it cannot be: then nothing changed."""
    session = sessions_by_id(frozenset([session_id]))[session_id]
    whole = all(line.state.holds_places and _still_cancelled(line, cancelled_at) for line in lines)
    if not whole or not (session.takes_teams(at) if team else session.takes_bookings(at, Hand.STAFF)):
        return False
    if not team and (session.door_has_opened(at) or not take_places(session, sum(line.number for line in lines))):
        return False
    for line in lines:
        _set_line(line, at=at)
    return True


def _still_cancelled(line: HeldLine, cancelled_at: datetime) -> bool:
    query = select(BookingLine.state, BookingLine.state_at).where(BookingLine.id == line.line_id)
    row = db.session.execute(query).one_or_none()
    return row is not None and row.state is BookingState.CANCELLED and row.state_at == cancelled_at


def _set_line(line: HeldLine, *, at: datetime) -> None:
    stands: dict[str, Any] = {"state": line.state, "state_at": at, "number": line.number}
    change_line = update(BookingLine).where(BookingLine.id == line.line_id).values(**stands)
    db.session.execute(change_line.execution_options(synchronize_session=False))


def _subject(registration: Registration) -> str:
    return f"registration:{registration.uuid}"
