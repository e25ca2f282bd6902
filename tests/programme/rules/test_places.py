"""Places left, in numbers and words."""

import pytest

from app.programme.rules import AdmissionRule
from app.programme.rules.places import Availability, Places, availability


@pytest.mark.parametrize(
    ("places", "left", "word"),
    [
        (Places(), None, Availability.PLENTY),
        (Places(capacity=0), 0, Availability.FULL),
        (Places(capacity=20), 20, Availability.PLENTY),
        (Places(capacity=20, promised=15), 5, Availability.PLENTY),
        (Places(capacity=20, promised=16), 4, Availability.FEW),
        (Places(capacity=20, promised=20), 0, Availability.FULL),
        (Places(capacity=6, promised=2), 4, Availability.PLENTY),
        (Places(capacity=6, promised=3), 3, Availability.FEW),
        (Places(capacity=3), 3, Availability.FEW),
        (Places(capacity=20, promised=10, present=8), 2, Availability.FEW),
        (Places(capacity=20, promised=10, arrived=10, present=10), 10, Availability.PLENTY),
        (Places(capacity=20, promised=10, arrived=4, present=14), 0, Availability.FULL),
        (Places(capacity=20, promised=5, present=40), 0, Availability.FULL),
    ],
)
def test_places_left_are_those_that_nobody_was_promised_or_took(places: Places, left: int, word: str) -> None:
    assert (places.left, places.word) == (left, word)


@pytest.mark.parametrize(
    ("admission", "is_open", "word"),
    [
        (AdmissionRule.WALK_IN, True, Availability.NOT_NEEDED),
        (AdmissionRule.WALK_IN, False, Availability.NOT_NEEDED),
        (AdmissionRule.BOOKING_AND_WALK_IN, True, Availability.PLENTY),
        (AdmissionRule.BOOKING_ONLY, True, Availability.PLENTY),
        (AdmissionRule.BOOKING_ONLY, False, Availability.CLOSED),
        (AdmissionRule.APPROVAL, True, None),
        (AdmissionRule.LOTTERY, True, None),
        (AdmissionRule.CLOSED, True, None),
    ],
)
def test_the_word_follows_how_one_takes_part(
    admission: AdmissionRule, is_open: bool, word: Availability | None
) -> None:
    assert availability(admission, Places(capacity=9), open_for_booking=is_open) is word
