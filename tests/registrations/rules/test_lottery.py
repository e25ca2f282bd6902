"""A draw that anybody can repeat."""

import hashlib
from uuid import UUID

from registrations.rules.lottery import commitment, drawn, in_order
from registrations.rules.waiting import Waiting

SEED = bytes(range(32))
APPLICATIONS = [UUID(int=number) for number in range(1, 200)]


def test_the_order_follows_from_the_seed_by_what_is_published() -> None:
    """Written down once more from the guide's words, with nothing of ours."""
    told = SEED.hex()
    assert commitment(SEED) == hashlib.sha256(told.encode()).hexdigest()
    keys = {one: hashlib.sha256(f"{told}:{one.hex}".encode()).hexdigest() for one in APPLICATIONS}
    assert in_order(SEED, reversed(APPLICATIONS)) == sorted(APPLICATIONS, key=lambda one: keys[one])


def test_another_seed_gives_another_order() -> None:
    assert in_order(SEED, APPLICATIONS) != in_order(bytes(32), APPLICATIONS)


def test_every_place_in_the_order_is_as_likely_for_everybody() -> None:
    """The first of three is each about a third of the time, over a thousand seeds."""
    first = [in_order(number.to_bytes(32), APPLICATIONS[:3])[0] for number in range(1000)]
    assert all(280 < first.count(one) < 390 for one in APPLICATIONS[:3])


def test_one_that_does_not_fit_is_passed_over_and_the_others_wait_in_order() -> None:
    result = drawn([Waiting(1, 2), Waiting(2, 4), Waiting(3, 1), Waiting(4, 1)], 3)
    assert (result.won, result.others) == ((1, 3), (2, 4))
    assert drawn([Waiting(1, 2)], None).won == (1,)
