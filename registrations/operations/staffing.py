"""What the organiser's staff do with a registration: take it down at the desk, correct, cancel, block, restore it.

Each is recorded. Facts of the record are ids, codes and numbers, never what somebody is called.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from app.audit import record
from app.db import db, lock
from app.errors import Refused
from app.outbox.operations import enqueue
from app.web.actors import Actor
from registrations.models import Registration
from registrations.operations.changing import cancel, change
from registrations.operations.refusals import ChangedElsewhere, TeamStays
from registrations.operations.registering import register
from registrations.operations.restoring import HeldLine, held_lines
from registrations.operations.seeking import write_sought
from registrations.operations.tickets import tell_doors
from registrations.queries import party_of, registration_by_form_key
from registrations.queries.people import people_of
from registrations.rules import GROUPS, Application, Hand, PartyKind, Source
from registrations.rules.questions import Answered

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


def register_by_staff(
    event_id: int,
    application: Application,
    facts: StaffFacts,
    *,
    source: Source = Source.DESK,
    form_key: str | None = None,
    answers: Iterable[Answered] = (),
    at: datetime,
    actor: Actor,
) -> Registration:
    """Take down what came by telephone, fax or postcard, also outside the dates of registration; the same `form_key`
    again gives the first one back, unchanged. Raises a Refusal or Invalid like `register`."""
    if form_key is not None and (first := registration_by_form_key(form_key)) is not None:
        return first
    asked = replace(application, kind=facts.kind)
    made = register(event_id, asked, at=at, form_key=form_key, answers=answers, source=source, hand=Hand.STAFF)
    write_facts(made, facts)
    record(actor, "registration.add", _subject(made), at=at, event_id=event_id, source=source.value)
    return made


def change_by_staff(
    registration_id: int, application: Application, facts: StaffFacts, *, version: int, at: datetime, actor: Actor
) -> Registration:
    """Correct it, also after the dates of registration; what is so already is not recorded. Raises a Refusal or Invalid
    like `change`."""
    (stands,) = lock(Registration, [registration_id])
    before = (stands.version, facts_of(stands))
    if stands.version != version and facts_of(stands) != facts:
        raise ChangedElsewhere
    if (facts.kind is PartyKind.TEAM) != (stands.party_kind is PartyKind.TEAM):
        raise TeamStays
    changed = change(registration_id, application, version=version, at=at, hand=Hand.STAFF)
    db.session.flush()
    if (changed.version, facts) == before:
        return changed
    write_facts(changed, facts)
    tell_doors(changed)
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
    people, party = people_of(registration.id), party_of(registration.id)
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
        alone = sum(one.number for one in party) == 1
        registration.party_kind = facts.kind or (PartyKind.PERSON if alone else PartyKind.FAMILY)
    write_sought(registration, people)
    db.session.flush()


def cancel_by_staff(registration_id: int, *, at: datetime, actor: Actor) -> list[HeldLine] | None:
    """Cancel it as its own person could, and say what it held until now. None: it was cancelled already, and nothing
    was done. Raises a Refusal: blocked ones are unblocked first, and what an event came to when it closed stays."""
    (before,) = lock(Registration, [registration_id])
    if before.cancelled_at is not None or before.erased_at is not None:
        return None
    held = held_lines(registration_id)
    cancelled = cancel(registration_id, at=at)
    codes = sorted({line.code for line in held})
    record(actor, "registration.cancel", _subject(cancelled), at=at, event_id=cancelled.event_id, sessions=codes)
    return held


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


def _set_blocked(registration_id: int, *, blocked_at: datetime | None, at: datetime, actor: Actor) -> bool:
    (registration,) = lock(Registration, [registration_id])
    if (registration.blocked_at is None) == (blocked_at is None):
        return False
    registration.blocked_at = blocked_at
    db.session.flush()
    tell_doors(registration)
    verb = "registration.block" if blocked_at else "registration.unblock"
    record(actor, verb, _subject(registration), at=at, event_id=registration.event_id)
    return True


def _subject(registration: Registration) -> str:
    return f"registration:{registration.uuid}"
