"""A registration is taken: its party, answers, consent, places, ticket and letter, whole or not at all."""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy.dialects import postgresql, sqlite

from app.direct import Direct, here
from app.outbox.operations import enqueue
from app.rows import as_read, whole_row
from registrations.models import Consent, Registration
from registrations.operations.answering import write_answers
from registrations.operations.consents import Photo, write_photo
from registrations.operations.lines import Wanted, write_bookings
from registrations.operations.lottery import open_lotteries
from registrations.operations.parties import numbers_by_category, party_limit, refuse_overlaps, write_party
from registrations.operations.places import (
    Bookable,
    hold_places,
    join_queue,
    sessions_by_code,
    take_places,
)
from registrations.operations.refusals import (
    LargerThanSession,
    RegistrationClosed,
    SessionsFull,
    SessionsNotBookable,
)
from registrations.operations.tickets import issue_ticket, raise_change_number
from registrations.operations.waiting import serve_queues
from registrations.queries import LiveEvent, live_event, registration_by_form_key
from registrations.rules import Application, ConsentKind, Group, Hand, Source, Window, party_kind, party_total
from registrations.rules.bookings import Asking, Seats, Stand
from registrations.rules.questions import Answered
from registrations.rules.sought import sought_as


def _new(make: Any) -> Direct:
    once = whole_row(Registration, make).on_conflict_do_nothing(index_elements=[Registration.form_key])
    return Direct(once.returning(Registration.id))


_NEW = {"sqlite": _new(sqlite.insert), "postgresql": _new(postgresql.insert)}
_CONSENT = Direct(whole_row(Consent))


def register(
    event_id: int,
    application: Application,
    *,
    at: datetime,
    form_key: str | None = None,
    notice_id: int | None = None,
    photo: Photo | None = None,
    answered_by: str | None = None,
    answers: Iterable[Answered] = (),
    source: Source = Source.WEB,
    hand: Hand = Hand.PUBLIC,
) -> Registration:
    """Take a registration; the same `form_key` again gives the first one back. The staff's hand is not bound by dates
    until which one registers, and writes no consent down that nobody gave. A team takes no seat of the audience.
    Raises a Refusal, and Invalid for a category that the event does not have."""
    event = live_event(event_id)
    if (first := _first_of(form_key)) is not None:
        return first
    if hand is Hand.PUBLIC and event.window(at) is not Window.OPEN:
        raise RegistrationClosed
    numbers = numbers_by_category(event, application.numbers, limit=party_limit(event, application.kind))
    sessions = _wanted(event_id, application, at, hand)
    if not application.is_team:
        refuse_overlaps([(one, numbers) for one in sessions if one.asking is not Asking.LOTTERY], numbers)
    registration = _kept(
        {
            "uuid": uuid4(),
            "event_id": event_id,
            "link": secrets.token_urlsafe(24),
            "form_key": form_key,
            "language": application.language,
            "source": source,
            "party_kind": party_kind(numbers, application.kind),
            "contact_name": application.name,
            "contact_email": application.email,
            "sought_as": sought_as(name=application.name, group=application.group.name if application.group else None),
            "created_at": at,
            **group_columns(application.group),
        }
    )
    if registration is None:
        return _the_first_of(form_key)
    write_party(registration.id, numbers)
    write_answers(registration.id, answers)
    if hand is Hand.PUBLIC:
        _write_consent(registration, notice_id, at)
    if answered_by is not None:
        _write_consent(registration, notice_id, at, kind=ConsentKind.GUARDIAN, given_by=answered_by)
    if photo is not None:
        write_photo(registration, photo, at=at)
    got = (
        _seatless(sessions, numbers)
        if application.is_team
        else _take(event, sessions, numbers, waiting=application.waiting, at=at)
    )
    write_letter(registration, _letter_for(got.wanted), at=at)
    change_number = raise_change_number(event_id)
    write_bookings(registration.id, got.wanted, at=at, change_number=change_number)
    if got.queued:
        serve_queues(event, hold_places(got.queued).values(), at=at, change_number=change_number)
    issue_ticket(event, registration.id, at=at, change_number=change_number)
    return registration


def write_letter(registration: Registration, kind: str, *, at: datetime) -> None:
    """A letter about what just happened, if there is an address. One for each state of the registration."""
    if registration.contact_email is None:
        return
    enqueue(
        registration.event_id,
        registration_id=registration.id,
        kind=kind,
        cause=f"registration:{registration.uuid}:{registration.version}:{kind}",
        language=registration.language,
        to_address=registration.contact_email,
        at=at,
    )


def group_columns(group: Group | None) -> dict[str, Any]:
    """What a class or a delegation says about itself, as the registration's columns; nothing for others."""
    if group is None:
        return {}
    return {
        "group_name": group.name,
        "group_grade": group.grade,
        "group_class": group.class_name,
        "contact_phone": group.phone,
        "needs": group.needs,
        "expected_at": group.expected_at,
    }


def group_of(registration: Registration) -> Group | None:
    """What a class or delegation said about itself."""
    if registration.group_name is None:
        return None
    return Group(
        name=registration.group_name,
        grade=registration.group_grade,
        class_name=registration.group_class,
        phone=registration.contact_phone,
        needs=registration.needs,
        expected_at=registration.expected_at,
    )


@dataclass(frozen=True)
class _Taken:
    """What a new registration gets, and the sessions in whose queue it stands now."""

    wanted: list[Wanted]
    queued: list[int]


def _take(
    event: LiveEvent, sessions: Sequence[Bookable], numbers: Mapping[int, int], *, waiting: frozenset[str], at: datetime
) -> _Taken:
    """Places, a place in the queue, or an application in each session, in ascending id. Raises SessionsFull,
    LargerThanSession."""
    seats: Seats = {(category, None): number for category, number in numbers.items()}
    people = party_total(numbers)
    wanted: list[Wanted] = []
    queued, full, too_small = [], [], []
    for session in sessions:
        if not session.could_take(people):
            too_small.append(session.code)
        elif session.asking is Asking.APPROVAL:
            wanted.append(Wanted(session.id, Stand(pending=seats)))
        elif session.asking is Asking.LOTTERY:
            wanted.append(Wanted(session.id, Stand(applied=seats)))
        elif take_places(session, people):
            wanted.append(Wanted(session.id, Stand(confirmed=seats)))
        elif session.code not in waiting or not session.lets_wait(event, at):
            full.append(session.code)
        elif join_queue(session, people):
            wanted.append(Wanted(session.id, Stand(waiting=seats)))
            queued.append(session.id)
        else:
            too_small.append(session.code)
    if full:
        open_lists = (one.code for one in sessions if one.lets_wait(event, at))
        raise SessionsFull(full, waits=open_lists)
    if too_small:
        raise LargerThanSession(too_small)
    open_lotteries([one.session_id for one in wanted if one.stand.applied], at=at)
    return _Taken(wanted, queued)


def _seatless(sessions: Iterable[Bookable], numbers: Mapping[int, int]) -> _Taken:
    """A team is expected in each session, and no place of it is promised to them."""
    seats: Seats = {(category, None): number for category, number in numbers.items()}
    return _Taken([Wanted(session.id, Stand(confirmed=seats)) for session in sessions], [])


def _letter_for(wanted: Iterable[Wanted]) -> str:
    """Confirmed if anything is, or if nothing was asked for; else the list waited on, or that it was received."""
    stands = [one.stand for one in wanted]
    if not stands or any(one.confirmed for one in stands):
        return "confirmed"
    return "waiting" if any(one.waiting for one in stands) else "received"


def _first_of(form_key: str | None) -> Registration | None:
    return registration_by_form_key(form_key) if form_key is not None else None


def _the_first_of(form_key: str | None) -> Registration:
    first = _first_of(form_key)
    assert first is not None
    return first


def _wanted(event_id: int, application: Application, at: datetime, hand: Hand) -> list[Bookable]:
    codes = application.sessions | application.waiting
    found = sessions_by_code(event_id, codes)
    takes = {
        code: one.takes_teams(at) if application.is_team else one.takes_bookings(at, hand)
        for code, one in found.items()
    }
    wrong = sorted(code for code in codes if not takes.get(code))
    if wrong:
        raise SessionsNotBookable(wrong)
    return sorted(found.values(), key=lambda session: session.id)


def _kept(row: dict[str, Any]) -> Registration | None:
    """The new registration. None if the same form was sent twice at the same moment and the other one came first."""
    connection = here()
    made = _NEW[connection.dialect.name].rows(connection, row)
    return as_read(Registration, {"id": made[0].id, **row}) if made else None


def _write_consent(
    registration: Registration,
    notice_id: int | None,
    at: datetime,
    *,
    kind: ConsentKind = ConsentKind.PRIVACY,
    given_by: str = "contact",
) -> None:
    row = {
        "registration_id": registration.id,
        "kind": kind,
        "notice_id": notice_id,
        "language": registration.language,
        "given_by": given_by,
        "given_at": at,
    }
    _CONSENT.write(here(), [row])
