"""Lists by kana: what a Japanese reader expects to find where."""

import random

from hypothesis import given
from hypothesis import strategies as st

from app.programme.rules.kana import kana_order, kana_row

IN_ORDER = [
    "いのうえ", "ヴィクトル", "きょう", "きよう", "ｻﾄｳ", "サトー", "はし", "ハジ", "ﾊｼﾀﾞ", "ばば", "はら みか",
    "はらだ あい", "ん", "Smith", "Ünal", "髙橋",
]  # fmt: skip


def test_names_stand_where_a_reader_looks_for_them() -> None:
    mixed = IN_ORDER.copy()
    random.Random(4).shuffle(mixed)
    assert sorted(mixed, key=kana_order) == IN_ORDER


def test_width_and_kind_of_kana_make_no_difference() -> None:
    assert kana_order("ﾔﾏﾀﾞ　ﾀﾛｳ") == kana_order("ヤマダ・タロウ") == kana_order("やまだ  たろう")


def test_every_line_stands_under_a_letter() -> None:
    words = ("うえだ", "ガトー", "ﾊﾟｸ", "よねだ", "を", "ん", "Jones", "髙橋", "123", "", "ー", "😀")
    assert [kana_row(word) for word in words] == [*"あかはやわわ", "A–Z", *"他他他他他"]


@given(st.lists(st.text(max_size=8), max_size=6))
def test_any_text_has_a_place_and_the_rows_stand_together(texts: list[str]) -> None:
    rows = [kana_row(text) for text in sorted(texts, key=kana_order)]
    assert len([row for at, row in enumerate(rows) if at == 0 or rows[at - 1] != row]) == len(set(rows))
