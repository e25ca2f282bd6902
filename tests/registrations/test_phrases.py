"""Headings on paper are broken between phrases, never inside a word."""

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from registrations.pdf.phrases import LONGEST, phrases
from registrations.pdf.words import headed


@pytest.mark.parametrize(
    "heading",
    [
        "れんしゅう：|みほん市まち|フェスタ|（架空）",
        "夜の|対話～|外国につながる|隣人と",
        "防災|カードゲーム|体験",
        "まちの|宝さがし～|空き地・|空き家を|生かす",
        "横浜市庁舎|アトリウムで|開催する|対話の|イベント",
        "みほん市の|未来の|「りんかく」|アイデア会議",
        "YOKOHAMA| |Co-lab.| |ヨコラボ",
    ],
)
def test_a_heading_is_broken_between_its_phrases(heading: str) -> None:
    assert phrases(heading.replace("|", "")) == tuple(heading.split("|"))


def test_what_no_line_holds_is_broken_anywhere() -> None:
    assert phrases("ア" * (LONGEST + 1)) == ("ア",) * (LONGEST + 1)


@given(st.text(alphabet="あいたけのこ市町村未来アイウ「」（）～、。 　aB1", max_size=40))
def test_pieces_are_the_text_and_each_fits_a_line(text: str) -> None:
    pieces = phrases(text)
    assert "".join(pieces) == text
    assert all(0 < len(piece) <= LONGEST for piece in pieces) or text == ""


def test_only_a_japanese_heading_without_readings_comes_in_phrases(app: Flask) -> None:
    with app.test_request_context("/"):
        assert headed({"ja": "夜の対話"})["whole"] is True
        assert "whole" not in headed({"en": "Evening dialogue"})
