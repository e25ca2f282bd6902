"""Three languages: the nearest text, marked when it is another one; readings as ruby; dates, eras where they belong."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime

import pytest
from flask import Flask, g, render_template_string
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from app.web.eras import era_year
from app.web.languages import (
    aloud,
    clock,
    day,
    day_long,
    html_lang,
    local,
    parse_display,
    plain,
    ruby,
    speak,
    stamp,
    without_readings,
)

TOKYO = "Asia/Tokyo"
LATE = datetime(2023, 10, 30, 15, 30, tzinfo=UTC)
"""Half past midnight on the last of October 2023 in Japan."""
EASY = "10月《がつ》 ｜31日《さんじゅういちにち》（火《か》）"
TEXTS = {"ja": "会場", "en": "Venue", "ja-easy": "場所《ばしょ》"}


@contextmanager
def speaking(app: Flask, language: str) -> Iterator[None]:
    """A request of a reader of this language."""
    with app.test_request_context("/"):
        speak(language)
        try:
            yield
        finally:
            g.pop("display", None)


@pytest.mark.parametrize(
    ("language", "texts", "shown"),
    [
        ("ja", TEXTS, ("会場", "ja", False)),
        ("en", TEXTS, ("Venue", "en", False)),
        ("ja-easy", TEXTS, ("場所《ばしょ》", "ja-easy", False)),
        ("en", {"ja": "会場"}, ("会場", "ja", True)),
        ("ja-easy", {"ja": "会場", "en": "Venue"}, ("会場", "ja", True)),
        ("ja-easy", {"en": "Venue"}, ("Venue", "en", True)),
        ("ja", {"en": "Venue"}, ("Venue", "en", True)),
        ("ja", {"ja": "", "en": "Venue"}, ("Venue", "en", True)),
        ("en", {}, ("", "en", False)),
        ("en", None, ("", "en", False)),
    ],
)
def test_the_nearest_text_is_shown_and_known_as_such(
    app: Flask, language: str, texts: dict[str, str] | None, shown: tuple[str, str, bool]
) -> None:
    with speaking(app, language):
        found = local(texts)
    assert (found.text, found.lang, found.fallback) == shown


def test_another_language_is_marked_with_its_own_lang(app: Flask) -> None:
    with speaking(app, "en"):
        assert render_template_string("{{ texts|local }}", texts={"ja": "会<場"}) == '<span lang="ja">会&lt;場</span>'
        assert render_template_string("{{ texts|local }}", texts=TEXTS) == "Venue"
    with speaking(app, "ja"):
        assert render_template_string("{{ texts|local }}", texts={"en": "Venue"}) == '<span lang="en">Venue</span>'


def test_readings_are_ruby_on_pages_and_left_out_elsewhere(app: Flask) -> None:
    with speaking(app, "ja-easy"):
        shown = render_template_string("{{ texts|local }}", texts=TEXTS)
        assert shown == "<ruby>場所<rp>（</rp><rt>ばしょ</rt><rp>）</rp></ruby>"
        assert plain(TEXTS) == "場所"
        assert "<" not in str(aloud(TEXTS))


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("今日《きょう》は", "<ruby>今日<rp>（</rp><rt>きょう</rt><rp>）</rp></ruby>は"),
        ("｜ＮＰＯ《エヌピーオー》", "<ruby>ＮＰＯ<rp>（</rp><rt>エヌピーオー</rt><rp>）</rp></ruby>"),
        ("<b>名《な》", "&lt;b&gt;<ruby>名<rp>（</rp><rt>な</rt><rp>）</rp></ruby>"),
        ("《かっこ》", "《かっこ》"),
        ("題《<script>》", "題《&lt;script&gt;》"),
        ("Taro", "Taro"),
    ],
)
def test_readings_become_ruby_and_everything_else_is_escaped(text: str, html: str) -> None:
    assert ruby(text) == Markup(html)


def test_what_is_markup_already_stays() -> None:
    assert ruby(Markup("<b>x</b>")) == Markup("<b>x</b>")


@given(st.text(alphabet="漢字かなカナ《》｜<>&\"' a", max_size=30))
def test_no_text_becomes_markup_by_its_readings(text: str) -> None:
    left = str(ruby(text))
    for tag in ("<ruby>", "</ruby>", "<rp>", "</rp>", "<rt>", "</rt>"):
        left = left.replace(tag, "")
    assert not set(left) & {"<", ">", '"', "'"}


@given(st.text(alphabet="漢字かなカナ《》｜ a", max_size=30))
def test_a_text_without_readings_holds_no_reading_of_a_kanji(text: str) -> None:
    assert "漢字《かな》" not in without_readings(text.replace("漢字《かな》", ""))
    assert without_readings(f"漢字《かな》{text.replace('《', '').replace('》', '')}").startswith("漢字")


@pytest.mark.parametrize(
    ("language", "short", "long", "moment"),
    [
        ("ja", "10月31日（火）", "2023年（令和5年）10月31日（火）", "10月31日（火） 00:30"),
        ("en", "Tue 31 Oct", "Tuesday 31 October 2023", "Tue 31 Oct 00:30"),
        ("ja-easy", EASY, f"2023年《ねん》 {EASY}", f"{EASY} 00:30"),
    ],
)
def test_days_are_those_of_the_event_and_eras_are_for_japanese_alone(
    app: Flask, language: str, short: str, long: str, moment: str
) -> None:
    with speaking(app, language):
        assert (day(LATE, TOKYO), day_long(LATE, TOKYO), stamp(LATE, TOKYO)) == (short, long, moment)
        assert (day(date(2023, 10, 31)), clock(LATE, TOKYO)) == (short, "00:30")


@pytest.mark.parametrize("words", ["value|day(zone)", "value|day_long(zone)", "value|stamp(zone)", "value|month"])
def test_a_template_never_shows_the_notation_of_a_days_readings(app: Flask, words: str) -> None:
    with speaking(app, "ja-easy"):
        shown = render_template_string(f"{{{{ {words} }}}}", value=LATE, zone=TOKYO)
        bare = render_template_string(f"{{{{ ({words})|plain }}}}", value=LATE, zone=TOKYO)
        inside = render_template_string(
            f'{{{{ _("It opens on %(moment)s.", moment={words}) }}}}', value=LATE, zone=TOKYO
        )
    assert "<ruby>" in shown
    assert "<" not in bare
    assert shown in inside
    assert not set("《》｜") & set(shown + bare + inside)


@pytest.mark.parametrize(
    ("value", "era"),
    [
        (date(2019, 4, 30), "平成31年"),
        (date(2019, 5, 1), "令和元年"),
        (date(2020, 1, 1), "令和2年"),
        (date(1989, 1, 8), "平成元年"),
        (date(1989, 1, 7), ""),
    ],
)
def test_an_era_begins_on_its_day(value: date, era: str) -> None:
    assert era_year(value) == era


@pytest.mark.parametrize(
    ("cookie", "language"),
    [
        ("ja.standard.dark", "ja"),
        ("ja-easy.largest.contrast", "ja-easy"),
        ("ja.standard", None),
        ("xx.standard.dark", None),
        ("en.standard.dark.more", None),
        ("", None),
    ],
)
def test_a_remembered_display_is_whole_or_nothing(cookie: str, language: str | None) -> None:
    found = parse_display(cookie)
    assert (found.language if found else None) == language
    assert found is None or found.cookie() == cookie


def test_easy_japanese_is_japanese_for_html() -> None:
    assert [html_lang(one) for one in ("ja", "en", "ja-easy")] == ["ja", "en", "ja"]


@pytest.mark.parametrize("language", ["ja", "en", "ja-easy"])
def test_what_people_type_is_escaped_inside_translated_sentences(app: Flask, language: str) -> None:
    with speaking(app, language):
        shown = render_template_string('{{ _("Good to see you, %(name)s.", name=name) }}', name="<b>漢字《かんじ》")
    assert "<b>" not in shown
    assert "&lt;b&gt;漢字《かんじ》" in shown


def test_an_unknown_language_is_japanese(app: Flask) -> None:
    with speaking(app, "klingon"):
        assert plain(TEXTS) == "会場"
