"""A registration is changed or cancelled by whoever holds its private link."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm.attributes import flag_modified

from app.db import db
from app.outbox.operations import withdraw
from registrations.models import Booking, Registration
from registrations.operations.consents import Answered, write_guardian
from registrations.operations.holding import Bookings, Plan, carry_out, held_bookings, held_registration
from registrations.operations.parties import (
    numbers_by_category,
    numbers_stand_since,
    party_limit,
    party_of,
    refuse_numbers,
    refuse_overlaps,
    rewrite_party,
)
from registrations.operations.places import Bookable, room_of, sessions_by_code
from registrations.operations.refusals import (
    AlreadyCancelled,
    ChangedElsewhere,
    LargerThanSession,
    NoOffer,
    RegistrationClosed,
    SessionsFull,
    SessionsNotBookable,
)
from registrations.operations.registering import group_columns, group_of, write_letter
from registrations.operations.seeking import write_sought
from registrations.queries.people import people_of, seats_by_name
from registrations.rules import GROUPS, Application, Hand, PartyKind, Window, party_kind, party_total
from registrations.rules.bookings import (
    GONE,
    NOBODY,
    Asking,
    NoRoom,
    Seats,
    Stand,
    added,
    by_category,
    common,
    total,
    wished,
)


def change(
    registration_id: int,
    application: Application,
    *,
    version: int,
    at: datetime,
    hand: Hand = Hand.PUBLIC,
    answered: Answered | None = None,
) -> Registration:
    """Make the registration what the form says: sessions, numbers, name, address, language, a group's own words.

    `version` is the one the form showed. Bookings whose door has opened, or on which somebody was let in before, stay
    as they are. Giving back is possible until the event ends, adding only while registration is open; the staff's hand
    adds later too. Where only a part of the party is booked, that part stays, as far as it is still there. The same
    change sent twice is made once. answered: who answers for children who come now. A class's numbers stand only if the
    form says so.
    Raises a Refusal, or Invalid for a category that the event does not have.
    """
    registration, event = held_registration(registration_id)
    kind = registration.party_kind if registration.party_kind in GROUPS else None
    numbers = numbers_by_category(event, application.numbers, limit=party_limit(event, kind))
    party = party_of(registration_id)
    named = people_of(registration_id)
    refuse_numbers(named, numbers, party=party)
    people = seats_by_name(named)
    asked = _asked(event.id, application.sessions | application.waiting)
    bookings = held_bookings(registration, event, asked, at=at)
    _refuse_unbookable(bookings, asked, at, hand)
    seats = {one.id: part(bookings.now(one.id), party, numbers, people) for one in asked.values()}
    waits = {one.id for code, one in asked.items() if code in application.waiting}
    plan = planned(bookings, seats, waits=waits, at=at)
    stand = numbers_stand_since(registration, application, at=at, anew=numbers != party)
    same = numbers == party and _same_contact(registration, application) and stand == registration.numbers_confirmed_at
    if not plan.changes and same:
        return registration
    if registration.version != version:
        raise ChangedElsewhere
    more = plan.grows or party_total(numbers) > party_total(party)
    if more and hand is Hand.PUBLIC and event.window(at) is not Window.OPEN:
        raise RegistrationClosed
    refuse_overlapping(plan, numbers)
    letter = _letter_for(registration, application)
    registration.numbers_confirmed_at = stand
    _write_contact(registration, application, numbers)
    if numbers != party:
        rewrite_party(registration_id, numbers)
    if answered is not None:
        write_guardian(registration, answered, at=at)
    write_letter(registration, letter, at=at)
    carry_out(plan, at=at)
    return registration


def attend(registration_id: int, code: str, seats: Seats, *, waits: bool, at: datetime) -> Registration:
    """Only these people of the party come to one session; nobody gives its places back. Raises a Refusal."""
    registration, event = held_registration(registration_id)
    asked = _asked(event.id, frozenset({code}))
    bookings = held_bookings(registration, event, asked, at=at)
    if total(seats):
        _refuse_unbookable(bookings, asked, at)
    party, people = party_of(registration_id), seats_by_name(people_of(registration_id))
    if people is not None and any(one[1] is None for one in seats):
        raise ChangedElsewhere
    chosen = common(seats, people if people is not None else seats_of(party))
    session = asked[code].id
    kept = {one: bookings.now(one).whole for one in bookings.stands if one != session}
    plan = planned(bookings, {**kept, session: chosen}, waits={session} if waits else set(), at=at)
    if not plan.changes:
        return registration
    if plan.grows and event.window(at) is not Window.OPEN:
        raise RegistrationClosed
    refuse_overlapping(plan, party)
    flag_modified(registration, "contact_name")
    db.session.flush()
    write_letter(registration, "changed", at=at)
    carry_out(plan, at=at)
    return registration


def accept(registration_id: int, code: str, *, at: datetime) -> Registration:
    """Take the places that are offered in one session. A second time changes nothing. Raises NoOffer once it ended."""
    registration, event = held_registration(registration_id)
    asked = _asked(event.id, frozenset({code}))
    bookings = held_bookings(registration, event, asked, at=at)
    session = asked[code].id
    now = bookings.now(session)
    if not total(now.offered):
        if total(now.confirmed):
            return registration
        raise NoOffer
    ends_at = db.session.scalar(select(Booking.offer_ends_at).where(Booking.id == bookings.stands[session].booking_id))
    if ends_at is not None and at >= ends_at:
        raise NoOffer
    taken = Stand(confirmed=added(now.confirmed, now.offered), waiting=now.waiting)
    flag_modified(registration, "contact_name")
    db.session.flush()
    write_letter(registration, "changed", at=at)
    carry_out(Plan(bookings, {session: taken}), at=at)
    return registration


def confirm_numbers(registration_id: int, *, at: datetime) -> Registration:
    """The contact of a class says that its numbers stand."""
    registration, _ = held_registration(registration_id)
    registration.numbers_confirmed_at = at
    db.session.flush()
    return registration


def cancel(registration_id: int, *, at: datetime) -> Registration:
    """Give every place back whose door has not opened and that nobody was let in on before, and end the registration; a
    second time changes nothing.

    Raises a Refusal: what an event came to when it was closed stays.
    """
    try:
        registration, event = held_registration(registration_id)
    except AlreadyCancelled:
        return db.session.get_one(Registration, registration_id)
    bookings = held_bookings(registration, event, {}, at=at)
    registration.cancelled_at = at
    db.session.flush()
    write_letter(registration, "cancelled", at=at)
    carry_out(Plan(bookings, {one: GONE for one in bookings.stands if one not in bookings.staying}), at=at)
    return registration


def _asked(event_id: int, codes: frozenset[str]) -> dict[str, Bookable]:
    asked = sessions_by_code(event_id, codes)
    if wrong := codes - set(asked):
        raise SessionsNotBookable(sorted(wrong))
    return asked


def _refuse_unbookable(
    bookings: Bookings, asked: Mapping[str, Bookable], at: datetime, hand: Hand = Hand.PUBLIC
) -> None:
    """What one has can be kept, whatever became of the session."""
    new = [one for one in asked.values() if bookings.now(one.id).empty]
    if hand is Hand.STAFF and bookings.registration.party_kind is PartyKind.TEAM:
        wrong = sorted(one.code for one in new if not one.takes_teams(at))
    else:
        wrong = sorted(one.code for one in new if not one.takes_bookings(at, hand))
    if wrong:
        raise SessionsNotBookable(wrong)


def planned(bookings: Bookings, seats: Mapping[int, Seats], *, waits: set[int], at: datetime) -> Plan:
    """What every session of the registration becomes if these people come, and nobody where no one is named. Raises
    SessionsFull, LargerThanSession."""
    stands: dict[int, Stand] = {}
    full: list[str] = []
    too_small: list[str] = []
    for session_id in sorted({*bookings.stands, *seats}):
        if session_id in bookings.staying:
            continue
        try:
            stands[session_id] = _wished(bookings, session_id, seats.get(session_id, NOBODY), waits, at)
        except NoRoom as no:
            (too_small if no.too_large else full).append(bookings.sessions[session_id].code)
    if full:
        raise SessionsFull(
            full, waits=(one.code for one in bookings.sessions.values() if one.lets_wait(bookings.event, at))
        )
    if too_small:
        raise LargerThanSession(too_small)
    return Plan(bookings, stands)


def _wished(bookings: Bookings, session_id: int, seats: Seats, waits: set[int], at: datetime) -> Stand:
    now, session = bookings.now(session_id), bookings.sessions[session_id]
    if now.whole == seats or not total(seats):
        return now if total(seats) else GONE
    if bookings.registration.party_kind is PartyKind.TEAM:
        return Stand(confirmed=seats)
    grows_in_part = bookings.registration.party_kind is PartyKind.CLASS
    may_wait = (session_id in waits or (grows_in_part and now.held > 0)) and session.lets_wait(bookings.event, at)
    room = room_of(bookings.places[session_id], session, own=now.held, waits=may_wait)
    asking = session.asking if session.takes_bookings(at) else Asking.PLACES
    return wished(now, seats, asking, room, in_part=grows_in_part)


def part(
    now: Stand, party: Mapping[int, int], numbers: Mapping[int, int], people: Seats | None = None
) -> dict[tuple[int, int | None], int]:
    """Who comes to a session after the party changed: all of it, or the part of it that was to come. `people`: by name,
    where everybody has a ticket of their own; then numbers do not change."""
    if people is not None:
        return dict(now.whole or people)
    if now.empty or by_category(now.whole) == party:
        return seats_of(numbers)
    return common(now.whole, seats_of(numbers)) or seats_of(numbers)


def seats_of(numbers: Mapping[int, int]) -> dict[tuple[int, int | None], int]:
    """Seats that are nobody's by name."""
    return {(category, None): number for category, number in numbers.items()}


def refuse_overlapping(plan: Plan, party: Mapping[int, int]) -> None:
    """Raises SessionsOverlap. What waits for a draw, or was lost in one and waits, overlaps with nothing of its kind:
    the first win takes back the rest. A team comes and goes."""
    of = plan.of
    if of.registration.party_kind is PartyKind.TEAM:
        return
    stands = {one: plan.stands.get(one, of.now(one)) for one in {*of.stands, *plan.stands}}
    counted = {one: added(stand.whole, {}) for one, stand in stands.items() if not total(stand.applied)}
    lost = {one for one in counted if of.sessions[one].asking is Asking.LOTTERY and not stands[one].held}
    for left_out in [lost - {one} for one in lost] or [lost]:
        chosen = {one: seats for one, seats in counted.items() if one not in left_out}
        names = {one: frozenset(who for _, who in seats if who is not None) for one, seats in chosen.items()}
        stays = [(of.sessions[one], by_category(seats)) for one, seats in chosen.items() if seats]
        refuse_overlaps(stays, party, attendees=names)


def _same_contact(registration: Registration, application: Application) -> bool:
    stands = (registration.contact_name, registration.contact_email, registration.language)
    same = stands == (application.name, application.email, application.language)
    return same and (application.group is None or application.group == group_of(registration))


def _letter_for(registration: Registration, application: Application) -> str:
    """Which letter this change writes. What waits for another address is not sent there any more; a confirmation that
    nobody has had yet goes to the new one."""
    if registration.contact_email == application.email:
        return "changed"
    return "confirmed" if "confirmed" in withdraw(registration.id) else "changed"


def _write_contact(registration: Registration, application: Application, numbers: Mapping[int, int]) -> None:
    """Name, address and language; the version rises even if only bookings change, so that a stale form is noticed."""
    people = people_of(registration.id)
    registration.contact_name = application.name
    registration.contact_email = application.email
    registration.language = application.language
    registration.party_kind = party_kind(numbers, registration.party_kind)
    for name, value in group_columns(application.group).items():
        setattr(registration, name, value)
    write_sought(registration, people)
    flag_modified(registration, "contact_name")
    db.session.flush()
