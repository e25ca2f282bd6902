"""Taking a registration: what it leaves behind, and what it refuses without a trace."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from app.db import db, transaction
from app.errors import Invalid
from app.outbox.models import Letter
from app.programme.models import Event, EventSession, PrivacyNotice, SessionPlaces
from app.programme.rules import AdmissionRule, EventStatus, SessionStatus
from registrations.models import Booking, BookingLine, Consent, PartyNumber, Registration, Ticket
from registrations.operations import (
    LargerThanSession,
    PartyTooLarge,
    RegistrationClosed,
    SessionsFull,
    SessionsNotBookable,
    SessionsOverlap,
    register,
)
from registrations.rules import (
    Application,
    BookingState,
    ConsentKind,
    PartyKind,
    Source,
    derive,
    is_short_number,
    read_code,
    short_number,
)
from tests.make import NOON, Make
from tests.statements import noted

AT = NOON - timedelta(days=30)


def ask(event: Event, *sessions: EventSession, at: Any = AT, **given: Any) -> Registration:
    """Ana registers, as a view would: in a transaction of its own."""
    more = {name: given.pop(name) for name in ("form_key", "notice_id") if name in given}
    facts: dict[str, Any] = {"name": "Ana", "numbers": {"spectator": 1}, **given}
    with transaction():
        return register(event.id, Application(sessions=frozenset(one.code for one in sessions), **facts), at=at, **more)


def promised(session: EventSession) -> int:
    db.session.rollback()
    return db.session.get_one(SessionPlaces, session.id, populate_existing=True).promised


def count(kind: Any) -> int:
    return int(db.session.scalar(db.select(db.func.count()).select_from(kind)) or 0)


def test_a_registration_holds_what_was_asked(make: Make) -> None:
    event = make.event()
    session = make.session(event, capacity=10)
    made = ask(event, session, numbers={"spectator": 1, "student": 3}, email="ana@example.jp", language="en")
    assert (made.contact_name, made.contact_email, made.language) == ("Ana", "ana@example.jp", "en")
    assert (made.source, made.party_kind, made.created_at) == (Source.WEB, PartyKind.FAMILY, AT)
    categories = make.categories(event)
    numbers = {categories["spectator"].id: 1, categories["student"].id: 3}
    assert {row.category_id: row.number for row in db.session.scalars(db.select(PartyNumber))} == numbers
    lines = db.session.scalars(db.select(BookingLine)).all()
    assert {(line.category_id, line.number, line.state) for line in lines} == {
        (category, number, BookingState.CONFIRMED) for category, number in numbers.items()
    }
    assert promised(session) == 4


def test_one_person_is_no_family(make: Make) -> None:
    assert ask(make.event()).party_kind is PartyKind.PERSON


def test_a_registration_without_any_session_is_a_ticket_for_the_event(make: Make) -> None:
    made = ask(make.event())
    assert (count(Booking), make.ticket(made).registration_id) == (0, made.id)


def test_a_ticket_has_a_code_its_row_id_and_a_number_with_check_digit(make: Make) -> None:
    event = make.event(scan_salt=b"salt of this event, 32 bytes long")
    ticket = make.ticket(ask(event))
    assert read_code(ticket.code).code == ticket.code
    assert ticket.rid == derive(event.scan_salt, ticket.code).rid
    assert is_short_number(ticket.number)


def test_links_and_codes_are_never_alike(make: Make) -> None:
    event = make.event()
    made = [ask(event) for _ in range(3)]
    assert len({one.link for one in made}) == len({make.ticket(one).code for one in made}) == 3
    assert min(len(one.link) for one in made) == 32


def test_consent_keeps_version_language_and_time(make: Make) -> None:
    event = make.event()
    notice = db.session.scalars(db.select(PrivacyNotice)).one()
    ask(event, notice_id=notice.id, language="ja-easy")
    consent = db.session.scalars(db.select(Consent)).one()
    assert (consent.kind, consent.notice_id, consent.language) == (ConsentKind.PRIVACY, notice.id, "ja-easy")
    assert (consent.given_by, consent.given_at) == ("contact", AT)


def test_each_registration_raises_the_events_change_number_and_copies_it(make: Make) -> None:
    event = make.event()
    session = make.session(event)
    ask(event)
    second = ask(event, session)
    booking = db.session.scalars(db.select(Booking)).one()
    assert (make.ticket(second).change_number, booking.change_number) == (2, 2)
    db.session.refresh(event)
    assert (event.change_number, event.version) == (2, 1)


def test_a_letter_is_written_only_to_an_address(make: Make) -> None:
    event = make.event()
    ask(event)
    made = ask(event, email="ana@example.jp", language="en")
    letter = db.session.scalars(db.select(Letter)).one()
    assert (letter.kind, letter.registration_id, letter.to_address) == ("confirmed", made.id, "ana@example.jp")
    assert (letter.language, letter.due_at) == ("en", AT)


def test_the_same_form_sent_twice_finds_the_first_registration(make: Make) -> None:
    event = make.event()
    session = make.session(event, capacity=1)
    first = ask(event, session, form_key="k", email="ana@example.jp")
    second = ask(event, session, form_key="k", name="Somebody else")
    assert second.id == first.id
    assert (second.contact_name, count(Registration), count(Ticket), count(Letter)) == ("Ana", 1, 1, 1)
    assert promised(session) == 1


def test_a_full_session_is_named_and_nothing_is_kept(make: Make) -> None:
    event = make.event()
    roomy, tight = make.session(event, capacity=9), make.session(event, capacity=2, starts_at=NOON + timedelta(hours=3))
    ask(event, tight, numbers={"spectator": 2})
    with pytest.raises(SessionsFull) as refused:
        ask(event, roomy, tight, email="ana@example.jp")
    assert refused.value.codes == (tight.code,)
    assert (promised(roomy), promised(tight)) == (0, 2)
    assert (count(Registration), count(Ticket), count(Letter), count(Consent)) == (1, 1, 0, 1)


def test_every_full_session_is_named_at_once(make: Make) -> None:
    event = make.event()
    two = [make.session(event, capacity=1, starts_at=NOON + timedelta(hours=n)) for n in (0, 2)]
    make.registration(event, *two)
    with pytest.raises(SessionsFull) as refused:
        ask(event, *two)
    assert refused.value.codes == tuple(one.code for one in two)


def test_a_party_takes_its_places_whole_or_not_at_all(make: Make) -> None:
    event = make.event()
    session = make.session(event, capacity=4)
    make.registration(event, session)
    with pytest.raises(SessionsFull):
        ask(event, session, numbers={"spectator": 2, "student": 2})
    assert promised(session) == 1
    with pytest.raises(LargerThanSession):
        ask(event, session, numbers={"spectator": 3, "student": 2})


@pytest.mark.parametrize(
    ("numbers", "size", "taken"),
    [
        ((10, 4, 0, 0), 6, True),
        ((10, 4, 0, 0), 7, False),
        ((10, 4, 4, 9), 1, True),
        ((10, 4, 4, 10), 1, False),
        ((10, 4, 2, 6), 2, True),
        ((10, 4, 2, 6), 3, False),
        ((10, 8, 8, 1), 2, True),
        ((10, 8, 8, 1), 3, False),
        ((10, 0, 0, 12), 1, False),
        ((None, 500, 0, 900), 50, True),
    ],
)
def test_bookable_is_what_neither_promises_nor_people_inside_take(
    make: Make, numbers: tuple[int | None, int, int, int], size: int, taken: bool
) -> None:
    capacity, promised_before, arrived, present = numbers
    event = make.event()
    session = make.session(event, capacity=capacity)
    with transaction():
        places = db.session.get_one(SessionPlaces, session.id)
        places.promised, places.arrived, places.present = promised_before, arrived, present
    if taken:
        ask(event, session, numbers={"spectator": size})
    else:
        with pytest.raises(SessionsFull):
            ask(event, session, numbers={"spectator": size})
    assert promised(session) == promised_before + (size if taken else 0)


def test_sessions_at_the_same_time_are_refused_and_named(make: Make) -> None:
    event = make.event()
    first, second = make.session(event), make.session(event, starts_at=NOON + timedelta(minutes=59))
    with pytest.raises(SessionsOverlap) as refused:
        ask(event, first, second)
    assert refused.value.groups == ((first.code, second.code),)


def test_one_session_may_follow_the_other(make: Make) -> None:
    event = make.event()
    ask(event, make.session(event), make.session(event, starts_at=NOON + timedelta(hours=1)))
    assert count(Booking) == 2


@pytest.mark.parametrize("rule", [AdmissionRule.WALK_IN, AdmissionRule.CLOSED])
def test_only_sessions_that_take_bookings_are_booked(make: Make, rule: AdmissionRule) -> None:
    event = make.event()
    session = make.session(event, admission=rule)
    with pytest.raises(SessionsNotBookable) as refused:
        ask(event, session)
    assert refused.value.codes == (session.code,)


def test_a_cancelled_session_is_not_booked(make: Make) -> None:
    event = make.event()
    with pytest.raises(SessionsNotBookable):
        ask(event, make.session(event, status=SessionStatus.CANCELLED))


def test_a_session_can_be_booked_until_it_ends(make: Make) -> None:
    event = make.event()
    session = make.session(event)
    ask(event, session, at=session.ends_at - timedelta(seconds=1))
    with pytest.raises(SessionsNotBookable):
        ask(event, session, at=session.ends_at)


def test_an_event_takes_registrations_until_the_end_of_its_last_day_where_it_is(make: Make) -> None:
    event = make.event()
    four = datetime(event.ends_on.year, event.ends_on.month, event.ends_on.day, 19, tzinfo=UTC)
    ask(event, at=four - timedelta(seconds=1))
    with pytest.raises(RegistrationClosed):
        ask(event, at=four)


def test_a_session_of_another_event_is_not_found(make: Make) -> None:
    session = make.session(make.event("other"))
    with pytest.raises(SessionsNotBookable):
        ask(make.event(), session)


@pytest.mark.parametrize("status", [EventStatus.DRAFT, EventStatus.CLOSED, EventStatus.ARCHIVED])
def test_only_a_published_event_takes_registrations(make: Make, status: EventStatus) -> None:
    with pytest.raises(RegistrationClosed):
        ask(make.event(status=status))


def test_the_registration_window_is_kept_to_the_second(make: Make) -> None:
    event = make.event(registration_opens_at=AT, registration_closes_at=NOON)
    for closed in (AT - timedelta(seconds=1), NOON):
        with pytest.raises(RegistrationClosed):
            ask(event, at=closed)
    for opened in (AT, NOON - timedelta(seconds=1)):
        ask(event, at=opened)
    assert count(Registration) == 2


@pytest.mark.parametrize("numbers", [{}, {"spectator": 0}, {"spectator": 51}, {"spectator": 30, "student": 21}])
def test_a_party_has_from_one_to_fifty_people(make: Make, numbers: dict[str, int]) -> None:
    with pytest.raises(PartyTooLarge) as refused:
        ask(make.event(), numbers=numbers)
    assert refused.value.limit == 50


@pytest.mark.parametrize("numbers", [{"unknown": 1}, {"dragon": 1}, {"spectator": 2, "student": -1}])
def test_a_category_that_nobody_can_choose_is_refused(make: Make, numbers: dict[str, int]) -> None:
    with pytest.raises(Invalid):
        ask(make.event(), numbers=numbers)


HOSTILE = [
    "{0} {name} %s %(x)s",
    "<script>alert(1)</script>",
    "'; DROP TABLE registration; --",
    '"Ana" \\',
    "\u202eanA\u202c",
    "𠮷田 辻󠄀 髙﨑",
    "👩‍👩‍👧‍👦",
    "名" * 200,
]


@pytest.mark.parametrize("name", HOSTILE)
def test_any_name_is_kept_as_typed(make: Make, name: str) -> None:
    made = ask(make.event(), name=name)
    db.session.expire_all()
    assert db.session.get_one(Registration, made.id).contact_name == name


def test_a_short_number_that_a_ticket_has_is_not_given_again(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    event, drawn = make.event(), iter([7, 7, 7, 8])
    monkeypatch.setattr("secrets.randbelow", lambda _below: next(drawn))
    numbers = [make.ticket(ask(event)).number for _ in range(2)]
    assert numbers == [short_number(7), short_number(8)]


def test_a_registration_sends_a_fixed_number_of_statements_and_two_for_each_session(make: Make) -> None:
    event = make.event()
    codes = [make.session(event, starts_at=NOON + timedelta(hours=n)).code for n in range(4)]
    statements_of(event.id, [])
    assert [statements_of(event.id, codes[:n]) for n in (0, 1, 2, 4)] == [10, 14, 16, 20]


def statements_of(event_id: int, codes: list[str]) -> int:
    """How many statements a registration for these sessions sends, BEGIN left out."""
    application = Application("Ana", {"spectator": 1}, frozenset(codes), "ana@example.jp")
    with noted() as sent, transaction():
        register(event_id, application, at=AT, form_key=uuid4().hex)
    return len(sent)
