"""One person who was never here, decided the short way: never otherwise than by numbers."""

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from app.programme.rules import AdmissionRule, CapacityKind, Reentry
from app.values import replace
from checkin.rules import Direction, Method, Verdict
from checkin.rules.alone import admit_alone, admits_alike
from checkin.rules.decision import decide, decide_by_numbers
from checkin.rules.facts import Booked, OpenStay, PlaceFacts, TicketFacts, Wish
from checkin.rules.people import turned
from checkin.rules.space import Space
from checkin.rules.stay import NEVER_CAME, Line, stay, stay_after
from checkin.rules.times import Window

NOON = datetime(2026, 10, 3, 3, tzinfo=UTC)
minutes = st.integers(-2, 12).map(lambda minute: NOON + timedelta(minutes=minute))
few = st.integers(0, 3)
flags = st.sampled_from((False, False, False, True))
one = st.sampled_from(({"a": 1}, {"b": 1}))
several = st.sampled_from(({"a": 2}, {"b": 2}, {"a": 1, "b": 1}, {"a": 2, "b": 1}))
parties = st.one_of(one, one, several)
spaces = st.builds(
    Space,
    st.sampled_from(CapacityKind),
    st.one_of(st.none(), few),
    promised=few,
    arrived=few,
    present=few,
    anonymous=few,
    counts_exits=st.booleans(),
    held_until=minutes,
)
places = st.builds(
    PlaceFacts,
    window=st.just(Window(NOON, NOON + timedelta(minutes=10))),
    reentry=st.sampled_from(Reentry),
    unknown=st.just("?"),
    admission=st.one_of(st.none(), st.sampled_from(AdmissionRule)),
    space=st.one_of(st.none(), spaces),
    cancelled=flags,
    over_full=st.booleans(),
)
wishes = st.builds(
    Wish,
    at=minutes,
    leaving=flags,
    people=st.one_of(st.none(), st.none(), one, several),
    as_walk_in=flags,
    forced=flags,
    done=flags,
    new_today=st.booleans(),
    method=st.sampled_from((Method.SCANNED, Method.TYPED)),
)
lines = st.builds(
    Line,
    at=minutes,
    order=st.integers(0, 99),
    direction=st.sampled_from(Direction),
    people=one,
    reentry=st.booleans(),
    booked=st.booleans(),
    gate_id=st.integers(1, 2),
)
histories = st.lists(lines, max_size=4, unique_by=lambda line: line.order)
SEATS = Space(CapacityKind.SEATS, 5, 3, 0, 0, 0, counts_exits=False, held_until=NOON)


@st.composite
def tickets(draw: Any) -> TicketFacts:
    party = draw(parties)
    booked = draw(st.sampled_from((Booked.CONFIRMED, *Booked)))
    told = draw(st.one_of(st.just([]), st.just([]), histories))
    open_stays = draw(st.one_of(st.just([]), st.just([]), st.lists(st.builds(OpenStay, st.just("far"), one))))
    held = draw(st.one_of(st.just(party), one, several, st.just({}))) if booked is Booked.CONFIRMED else {}
    return TicketFacts(
        party=party,
        team=draw(flags),
        blocked=draw(flags),
        replaced=draw(flags),
        cancelled=draw(flags),
        booked=booked,
        places=held,
        here=stay(told),
        then=stay(told, until=NOON + timedelta(minutes=5)),
        elsewhere=tuple(open_stays),
    )


@settings(max_examples=600)
@given(wishes, places, tickets())
def test_the_short_way_never_decides_otherwise(wish: Wish, place: PlaceFacts, ticket: TicketFacts) -> None:
    short = admit_alone(wish, place, ticket)
    assert short is None or short == decide_by_numbers(wish, place, ticket)
    assert decide(wish, place, ticket) == decide_by_numbers(wish, place, ticket)


@settings(max_examples=600)
@given(minutes, minutes, places, st.one_of(st.none(), spaces), one)
def test_who_is_alike_is_admitted_as_the_one_before_whenever_the_rules_would(
    before: datetime, at: datetime, place: PlaceFacts, space: Space | None, party: dict[str, int]
) -> None:
    ticket = TicketFacts(party, booked=Booked.CONFIRMED, places=party)
    first = admit_alone(Wish(before), place, ticket)
    now = replace(place, space=space)
    alike = admits_alike(place.window, space if place.admission else None, at)
    assert first is None or (first if alike else None) == admit_alone(Wish(at), now, ticket)


def test_the_short_way_is_taken_for_a_booked_place_a_free_one_and_an_entrance() -> None:
    window = Window(NOON, NOON)
    booked = TicketFacts({"a": 1}, booked=Booked.CONFIRMED, places={"a": 1}, here=NEVER_CAME)
    unbooked = TicketFacts({"a": 1})
    room = PlaceFacts(window, Reentry.FREE, "?", AdmissionRule.BOOKING_ONLY, SEATS)
    hall = PlaceFacts(window, Reentry.FREE, "?", AdmissionRule.WALK_IN, SEATS)
    for place, ticket, says in ((room, booked, True), (hall, unbooked, False)):
        found = admit_alone(Wish(NOON), place, ticket)
        assert found
        assert (found.verdict, found.lines[0].booked) == (Verdict.ADMITTED, says)
    found = admit_alone(Wish(NOON), PlaceFacts(window, Reentry.FREE, "?"), unbooked)
    assert found
    assert found.lines[0].booked is None
    assert admit_alone(Wish(NOON), room, unbooked) is None


def test_the_last_held_place_is_for_who_booked_it() -> None:
    space = Space(
        CapacityKind.SEATS, 3, promised=3, arrived=2, present=2, anonymous=0, counts_exits=False, held_until=NOON
    )
    hall = PlaceFacts(Window(NOON, NOON), Reentry.FREE, "?", AdmissionRule.WALK_IN, space)
    assert admit_alone(Wish(NOON), hall, TicketFacts({"a": 1}, booked=Booked.CONFIRMED, places={"a": 1}))
    assert admit_alone(Wish(NOON), hall, TicketFacts({"a": 1})) is None


@given(histories.filter(bool))
def test_a_stay_moved_on_by_its_last_line_is_the_stay_of_all_of_them(told: list[Line]) -> None:
    signed = [replace(one, people=turned(one.people)) if one.direction is Direction.OUT else one for one in told]
    assert stay_after(stay(signed[:-1]), signed) == stay(signed)
