"""What the measures say of small events, one sentence each; and that nothing which nobody counted becomes a number."""

from datetime import timedelta

import pytest
from flask import Flask, current_app
from hypothesis import given
from hypothesis import strategies as st

from analytics.queries import figures_of
from analytics.rules import Measure, Missing, Provenance
from analytics.rules.arrivals import every, settled
from analytics.rules.figures import Count, Figures, share
from app.db import db, transaction
from app.programme.models import Event, EventSession, Organisation, Participation
from app.programme.rules import AdmissionRule, OrganisationKind, ParticipationRole, SessionStatus
from checkin.models import Place, PlaceClose
from checkin.rules import CountingState, EntryKind, Method
from registrations.models import Booking, BookingLine
from registrations.rules import BookingState, PartyKind
from tests.analytics.ledger import Holder, Ledger
from tests.make import NOON, Make, both
from tests.statements import noted

DAY = timedelta(days=1)
LATER = NOON + 3 * DAY


class Small:
    """An event with two sessions and its ledger."""

    def __init__(self, make: Make) -> None:
        self.make, self.event = make, make.event()
        self.ledger = Ledger(self.event)
        self.talk = make.session(self.event, "talk")
        self.walk = make.session(self.event, "walk", starts_at=NOON + timedelta(hours=2))
        self.spectator, self.student, self.unknown = (row.id for row in make.categories(self.event).values())

    def place(self, session: EventSession) -> int:
        place_id: int = db.session.scalars(db.select(Place.id).filter_by(session_id=session.id)).one()
        return place_id

    def entrance(self, offset: int = 0) -> int:
        day = (NOON + offset * DAY).date()
        place_id: int = db.session.scalars(db.select(Place.id).filter_by(event_id=self.event.id, day=day)).one()
        return place_id

    def close(self, session: EventSession, state: CountingState) -> None:
        with transaction():
            db.session.add(PlaceClose(place_id=self.place(session), state=state, closed_at=NOON))

    def come(self, holder: Holder, *sessions: EventSession) -> None:
        for session in sessions:
            self.ledger.enter(holder, self.place(session), {self.spectator: 1}, at=session.starts_at)

    def figures(self) -> Figures:
        if self.ledger.lines:
            self.ledger.write()
        return figures_of(self.event, at=LATER)

    def people(self) -> int:
        people = self.figures().people
        assert isinstance(people, Count)
        return people.number

    def visits(self) -> int:
        visits = self.figures().visits
        assert isinstance(visits, Count)
        return visits.number


@pytest.fixture
def small(make: Make) -> Small:
    return Small(make)


def test_somebody_at_two_sessions_is_one_person_and_two_visits(small: Small) -> None:
    small.come(small.ledger.ticket(), small.talk, small.walk)
    assert (small.people(), small.visits()) == (1, 2)


def test_a_party_is_its_largest_number_at_any_one_place_not_the_sum(small: Small) -> None:
    party = small.ledger.ticket(PartyKind.CLASS)
    small.ledger.enter(party, small.place(small.talk), {small.student: 28, small.spectator: 3})
    small.ledger.enter(party, small.place(small.talk), {small.student: 2}, at=NOON + timedelta(minutes=9))
    small.ledger.enter(party, small.place(small.walk), {small.student: 12, small.spectator: 5})
    assert (small.people(), small.visits()) == (30 + 5, 33 + 17)


def test_exits_make_nobody_less(small: Small) -> None:
    party = small.ledger.ticket(PartyKind.FAMILY)
    small.ledger.enter(party, small.place(small.talk), {small.student: 4})
    small.ledger.leave(party, small.place(small.talk), {small.student: -4}, at=NOON + timedelta(minutes=5))
    assert (small.people(), small.visits()) == (4, 4)


def test_a_second_admission_of_one_ticket_at_one_session_is_no_second_visit(small: Small) -> None:
    holder = small.ledger.ticket()
    small.come(holder, small.talk)
    small.ledger.enter(holder, small.place(small.talk), {small.spectator: 1}, at=NOON + timedelta(minutes=2))
    assert (small.people(), small.visits()) == (1, 1)


def test_if_only_the_re_entry_stands_it_is_the_visit(small: Small) -> None:
    holder = small.ledger.ticket()
    first = small.ledger.enter(holder, small.place(small.talk), {small.spectator: 1})
    small.ledger.enter(
        holder, small.place(small.talk), {small.spectator: 1}, at=NOON + timedelta(minutes=30), reentry=True
    )
    small.ledger.undo(first)
    assert (small.people(), small.visits()) == (1, 1)


def test_the_category_is_that_of_the_newest_line(small: Small) -> None:
    holder = small.ledger.ticket()
    small.ledger.enter(holder, small.place(small.walk), {small.student: 1}, at=NOON + timedelta(hours=2))
    small.ledger.enter(holder, small.place(small.talk), {small.spectator: 1}, at=NOON)
    found = {one.category.key: one.people for one in small.figures().categories}
    assert isinstance(found["student"], Count)
    assert isinstance(found["spectator"], Count)
    assert (found["student"].number, found["spectator"].number) == (1, 0)


def test_people_without_a_ticket_count_once_a_day_where_they_are_new(small: Small) -> None:
    for offset in (-1, 0, 1):
        small.ledger.tap(small.entrance(offset), {small.spectator: 10}, at=NOON + offset * DAY)
    small.ledger.tap(small.place(small.talk), {small.spectator: 8}, new_today=False)
    figures = small.figures()
    assert isinstance(figures.people, Count)
    assert (figures.people.number, figures.people.anonymous) == (30, 30)
    assert [one.people for one in figures.days] == [10, 10, 10]
    assert isinstance(figures.passages, Count)
    assert (small.visits(), figures.passages.number) == (8, 30)


def test_a_room_count_takes_the_place_of_taps_less_the_ticket_holders_inside(small: Small) -> None:
    place = small.place(small.talk)
    for _ in range(4):
        small.come(small.ledger.ticket(), small.talk)
    leaving = small.ledger.ticket()
    small.come(leaving, small.talk)
    small.ledger.leave(leaving, place, {small.spectator: -1}, at=NOON + timedelta(minutes=3))
    small.ledger.tap(place, {small.spectator: 20}, at=NOON + timedelta(minutes=1))
    small.ledger.room_count(place, {small.unknown: 30}, at=NOON + timedelta(minutes=10))
    small.ledger.room_count(place, {small.unknown: 63}, at=NOON + timedelta(minutes=20))
    small.ledger.room_count(place, {small.unknown: 41}, at=NOON + timedelta(minutes=40))
    assert (small.people(), small.visits()) == (5 + 20, 5 + 63 - 4)


def test_a_session_that_nobody_counted_is_unknown_and_left_out_of_the_total(small: Small) -> None:
    small.come(small.ledger.ticket(), small.talk)
    found = {one.session.code: one for one in small.figures().sessions}
    assert (found["talk"].visits, found["walk"].visits) == (1, Missing.UNKNOWN)
    assert (found["walk"].booked, found["walk"].walk_in, found["walk"].anonymous) == (Missing.UNKNOWN,) * 3


def test_a_session_that_was_counted_and_stayed_empty_is_zero(small: Small) -> None:
    small.close(small.walk, CountingState.COUNTED)
    figures = small.figures()
    assert {one.session.code: one.visits for one in figures.sessions} == {"talk": Missing.UNKNOWN, "walk": 0}
    assert figures.visits == Count()
    assert [one.visits for one in figures.days] == [Missing.UNKNOWN, 0, Missing.UNKNOWN]


def test_who_comes_after_midnight_makes_the_next_day_neither_counted_nor_empty(small: Small) -> None:
    night = small.make.session(small.event, "night", starts_at=NOON + timedelta(hours=12))
    small.ledger.tap(small.place(night), {small.spectator: 4}, at=NOON + timedelta(hours=13))
    small.ledger.write()
    found = figures_of(small.event, at=NOON + timedelta(hours=14))
    assert [(one.visits, one.people) for one in found.days] == [
        (Missing.UNKNOWN, Missing.UNKNOWN),
        (4, 4),
        (Missing.NOT_YET, Missing.NOT_YET),
    ]


def test_a_day_ends_in_the_morning_for_what_nobody_counted_too(small: Small) -> None:
    night = small.make.session(small.event, "night", starts_at=NOON + timedelta(hours=13))
    small.close(night, CountingState.COUNTED)
    morning = NOON + timedelta(hours=16)
    before, after = (figures_of(small.event, at=morning + minutes) for minutes in (-timedelta(minutes=1), timedelta(0)))
    assert [one.visits for one in before.days] == [Missing.UNKNOWN, 0, Missing.NOT_YET]
    assert [one.people for one in before.days] == [Missing.UNKNOWN, Missing.NOT_YET, Missing.NOT_YET]
    assert [one.people for one in after.days] == [Missing.UNKNOWN, Missing.UNKNOWN, Missing.NOT_YET]
    first_night, first_morning = NOON - timedelta(hours=34), NOON - timedelta(hours=32)
    assert figures_of(small.event, at=first_night).people is Missing.NOT_YET
    assert figures_of(small.event, at=first_morning).people is Missing.UNKNOWN


def test_a_session_that_was_counted_in_part_says_so(small: Small) -> None:
    small.come(small.ledger.ticket(), small.talk)
    small.close(small.talk, CountingState.PARTLY)
    found = next(one for one in small.figures().sessions if one.session.code == "talk")
    assert (found.visits, found.partly) == (1, True)


def test_what_has_not_ended_is_not_yet_and_what_does_not_take_place_says_so(small: Small) -> None:
    with transaction():
        db.session.get_one(EventSession, small.talk.id).status = SessionStatus.CANCELLED
    found = figures_of(small.event, at=NOON - timedelta(hours=1))
    assert [one.visits for one in found.sessions] == [Missing.CANCELLED, Missing.NOT_YET]
    assert [one.visits for one in found.days] == [Missing.UNKNOWN, Missing.NOT_YET, Missing.NOT_YET]
    assert found.people is Missing.UNKNOWN
    assert figures_of(small.event, at=NOON - 9 * DAY).people is Missing.NOT_YET


def test_a_category_with_nobody_is_zero_once_anybody_was_counted(small: Small) -> None:
    small.come(small.ledger.ticket(), small.talk)
    assert [(one.category.key, one.people) for one in small.figures().categories][1] == ("student", Count())


def test_the_category_for_who_was_not_asked_is_shown_only_where_it_holds_somebody(small: Small) -> None:
    small.come(small.ledger.ticket(), small.talk)
    assert [one.category.key for one in small.figures().categories] == ["spectator", "student"]
    small.ledger.tap(small.place(small.talk), {small.unknown: 3})
    assert [one.category.key for one in small.figures().categories] == ["spectator", "student", "unknown"]


def test_imported_figures_count_as_what_their_source_calls_them(small: Small) -> None:
    small.ledger.imported({small.spectator: 412}, source=small.ledger.source(measure=Measure.VISITS))
    figures = small.figures()
    assert figures.people is Missing.UNKNOWN
    assert isinstance(figures.visits, Count)
    assert figures.visits.methods == {Method.IMPORTED: 412}
    assert [one.visits for one in figures.sessions] == [Missing.UNKNOWN] * 2


def test_figures_are_published_measured_both_or_made_up(small: Small) -> None:
    small.ledger.imported({small.spectator: 400}, source=small.ledger.source())
    assert small.figures().provenance == (Provenance.PUBLISHED,)
    small.come(small.ledger.ticket(), small.talk)
    assert small.figures().provenance == (Provenance.PUBLISHED, Provenance.MEASURED)
    with transaction():
        db.session.get_one(Event, small.event.id).fictional = True
    assert small.figures().provenance == (Provenance.MADE_UP,)


def test_registered_are_places_still_wanted_and_confirmed_those_that_are_held(small: Small) -> None:
    numbers = {state: 10**power for power, state in enumerate(BookingState)}
    registration_id = small.ledger.registrations[small.ledger.ticket().id]
    with transaction():
        db.session.get_one(EventSession, small.walk.id).admission = AdmissionRule.WALK_IN
        db.session.add(booking := Booking(registration_id=registration_id, session_id=small.talk.id, created_at=NOON))
        db.session.flush()
        for state, number in numbers.items():
            db.session.add(
                BookingLine(booking_id=booking.id, category_id=small.spectator, number=number, state=state,
                            state_at=NOON)
            )  # fmt: skip
    wanted = ("applied", "pending", "confirmed", "offered", "waiting")
    found = {one.session.code: one for one in small.figures().sessions}
    assert found["talk"].registered == sum(numbers[BookingState(state)] for state in wanted)
    assert found["talk"].confirmed == numbers[BookingState.CONFIRMED] + numbers[BookingState.OFFERED]
    assert (found["walk"].registered, found["walk"].confirmed) == (Missing.NO_BOOKING, Missing.NO_BOOKING)


def test_without_any_registration_nobody_knows_how_many_registered(small: Small) -> None:
    assert {one.registered for one in small.figures().sessions} == {Missing.UNKNOWN}


def test_who_comes_without_a_ticket_is_a_walk_in(small: Small) -> None:
    small.come(small.ledger.ticket(), small.talk)
    unbooked, unclear = small.ledger.ticket(), small.ledger.ticket()
    small.ledger.enter(unbooked, small.place(small.talk), {small.spectator: 1}, booked=False)
    small.ledger.enter(unclear, small.place(small.talk), {small.spectator: 1}, booked=None)
    small.ledger.tap(small.place(small.talk), {small.spectator: 5}, booked=None)
    found = small.figures().sessions[0]
    assert (found.visits, found.booked, found.walk_in, found.unclear, found.anonymous) == (8, 1, 6, 1, 5)


def test_people_at_a_venue_are_its_tickets_and_who_was_new_there(small: Small) -> None:
    annex = small.make.venue(small.event, "annex")
    room = small.make.room(annex, "studio")
    online = small.make.session(small.event, "online", room_id=None)
    there = small.make.session(small.event, "there", room_id=room.id)
    small.come(small.ledger.ticket(), small.talk, small.walk, there, online)
    small.ledger.tap(small.place(there), {small.spectator: 6})
    found = [(one.venue.slug if one.venue else None, one.visits, one.people) for one in small.figures().venues]
    hall = f"hall-{small.event.id}"
    assert found == [(hall, 2, 1), (annex.slug, 7, 7), (None, 1, 1)]


def test_a_confirmed_organisation_took_part_and_one_with_a_role_or_a_party_is_proposed(small: Small) -> None:
    kinds = (OrganisationKind.NPO, OrganisationKind.SCHOOL, OrganisationKind.SCHOOL, OrganisationKind.DEPARTMENT)
    rows = [
        Organisation(host_id=small.event.host_id, code=f"o{number}", name=both(f"団体{number}"), kind=kind)
        for number, kind in enumerate(kinds)
    ]
    with transaction():
        db.session.add_all(rows)
        db.session.flush()
        for row, word in ((rows[0], True), (rows[1], None), (rows[3], False)):
            db.session.add(
                Participation(event_id=small.event.id, organisation_id=row.id, role=ParticipationRole.PARTICIPANT,
                              took_part=word)
            )  # fmt: skip
    small.come(small.ledger.ticket(PartyKind.CLASS, organisation=rows[2].id), small.talk)
    assert [(one.group, one.confirmed, one.proposed) for one in small.figures().facts.took_part] == [
        ("organisations", 1, 0),
        ("schools", 0, 2),
        ("departments", 0, 0),
    ]


def test_arrivals_come_in_steps_of_the_local_clock_and_night_belongs_to_the_day_before(small: Small) -> None:
    for minutes in (0, 4, 14, 16, 59, 61):
        small.ledger.tap(small.place(small.talk), {small.spectator: 1}, at=NOON + timedelta(minutes=minutes))
    small.ledger.tap(small.place(small.talk), {small.spectator: 2}, at=NOON + timedelta(hours=15))
    found = small.figures().arrivals
    assert [(f"{one.at:%H:%M}", one.visits) for one in every(15, found)] == [
        ("12:00", 3), ("12:15", 1), ("12:45", 1), ("13:00", 1), ("03:00", 2),
    ]  # fmt: skip
    assert {one.day for one in found} == {NOON.date()}


def test_the_number_of_statements_does_not_grow_with_sessions_or_lines(small: Small, app: Flask) -> None:
    small.come(small.ledger.ticket(), small.talk)
    small.ledger.write()
    assert statements(small.event) <= 25  # one of them asks once which registrations the server before saw change
    few = statements(small.event)
    for _ in range(3):
        extra = small.make.session(small.event)
        for _ in range(20):
            small.come(small.ledger.ticket(), extra, small.walk)
    small.ledger.write()
    assert statements(small.event) == few
    assert few <= 24  # one of them asks for what the server before left


def statements(event: Event) -> int:
    """How many statements the figures take, nothing kept from before."""
    for name in ("uketsuke_facts", "uketsuke_figures", "uketsuke_sums"):
        current_app.extensions.pop(name, None)
    with noted() as seen:
        figures_of(event, at=LATER)
    return len([statement for statement in seen if statement.lstrip().upper().startswith("SELECT")])


def test_shares_of_nothing_are_no_shares() -> None:
    assert (share(0, 0), share(62, 1161), share(485, 1161)) == (None, 5.3, 41.8)


@given(st.dictionaries(st.integers(0, 30), st.integers(-20, 20)))
def test_what_was_taken_back_leaves_arrivals_that_are_never_negative(series: dict[int, int]) -> None:
    found = settled(series)
    assert all(number > 0 for number in found.values())
    assert sum(found.values()) == max(0, sum(series.values()))


def test_a_corrected_number_is_taken_from_the_last_arrivals_before_it() -> None:
    assert settled({1: 5, 2: 3, 4: -4, 6: 2}) == {1: 4, 6: 2}


def test_a_line_of_the_kind_correction_counts_with_its_sign(small: Small) -> None:
    small.ledger.tap(small.place(small.talk), {small.spectator: 30})
    small.ledger.add(
        EntryKind.CORRECTION, Method.ESTIMATED, NOON, small.place(small.talk),
        {small.spectator: -4, small.student: 4}, new_today=True,
    )  # fmt: skip
    found = {one.category.key: one.people for one in small.figures().categories}
    assert [count.number for count in found.values() if isinstance(count, Count)] == [26, 4]
