"""What a search looks through: one spelling for all spellings."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from registrations.rules.sought import LONGEST_SOUGHT, alike, phone_digits, sought_as

SAME = [
    ("ヤマダ", "やまだ"),
    ("ﾔﾏﾀﾞ", "やまだ"),
    ("か\u3099", "が"),
    ("ＡＮＡ Silva", "ana　silva"),
    ("髙﨑", "高崎"),
    ("𠮷田", "吉田"),
    ("澁澤　榮壹", "渋沢 栄壱"),
    ("横濱國際", "横浜国際"),
    ("渡邊", "渡邉"),
    ("塚本", "\ufa10本"),
    ("辻\U000e0100", "辻"),
    ("\u202eana\u200b", "ana"),
    ("Straße", "STRASSE"),
    ("㈱", "(株)"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_spellings_that_are_the_same(one: str, other: str) -> None:
    assert alike(one) == alike(other)


@pytest.mark.parametrize(
    ("one", "other"), [("はし", "ばし"), ("大田", "太田"), ("土", "士"), ("きよう", "きょう"), ("ana", "anna")]
)
def test_spellings_that_are_not(one: str, other: str) -> None:
    assert alike(one) != alike(other)


@example("A´", "", "")
@given(st.text(max_size=300), st.text(max_size=300), st.text(max_size=300))
def test_whatever_is_typed_fits_its_column_and_stays_as_it_is(name: str, reading: str, group: str) -> None:
    kept = sought_as(name=name, reading=reading, group=group)
    assert kept is None or 0 < len(kept) <= LONGEST_SOUGHT
    assert alike(alike(name)) == alike(name)


def test_nothing_known_is_nothing_to_look_through() -> None:
    assert sought_as(name=None) is None
    assert sought_as(name=" \u200b", reading="", group=None) is None
    assert sought_as(name="山田 花子", reading="ヤマダ", group="本牧小") == "山田花子\nやまだ\n本牧小"


@pytest.mark.parametrize("text", ["045-000-1234", "０４５（０００）１２３４", "+81 45 000 1234", "+81-(0)45-000-1234"])
def test_telephone_numbers_in_any_writing(text: str) -> None:
    assert phone_digits(text) == "0450001234"
