"""Texts of organisers in Markdown: what they may become on a page, and what is left of them in a letter."""

import re

import pytest
from flask import Flask

from app.web import languages
from app.web.languages import LocalText
from app.web.prose import prose, unmarked

NASTY = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<a href='javascript:alert(1)'>a</a>",
    "[a](javascript:alert(1))",
    "[a](JaVaScRiPt:alert(1))",
    "[a](&#106;avascript:alert(1))",
    "[a](\tjavascript:alert(1))",
    "[a](java\nscript:alert(1))",
    "<javascript:alert(1)>",
    "[a](data:text/html;base64,PHNjcmlwdD4=)",
    "[a](vbscript:x)",
    "[a](file:///etc/passwd)",
    "![a](https://example.jp/x.png)",
    '[a](https://example.jp/"onmouseover="alert(1))',
    '[a](https://example.jp "t\\" onclick=\\"alert(1)")',
    '[a](https://example.jp "漢《かん》")',
    "[<img src=x onerror=alert(1)>](https://example.jp)",
    "漢《<script>alert(1)</script>》",
    "<!-- --><svg/onload=alert(1)>",
    "[a]: javascript:alert(1)\n\n[a]",
    "\x00<b>\u202e",
)


def shown(text: str, language: str = "ja") -> str:
    return str(prose(LocalText(text, language, fallback=False)))


@pytest.mark.parametrize("language", ["ja", "ja-easy"])
@pytest.mark.parametrize("text", NASTY)
def test_a_nasty_text_stays_text(text: str, language: str) -> None:
    html = shown(text, language)
    tags = re.findall(r"<[^>]*>", html)
    assert {re.match(r"</?(\w+)", tag)[1] for tag in tags} <= {"p", "br", "a", "ruby", "rt", "rp"}  # type: ignore[index]
    assert [tag for tag in tags if re.search(r"\son\w+=|script:|data:|file:", re.sub(r'"[^"]*"', '""', tag))] == []
    assert [address for address in re.findall(r'href="([^"]*)"', html) if not address.startswith("https://")] == []


def test_html_is_shown_as_it_was_typed() -> None:
    assert shown("<b>x</b> &amp; {{ 7*7 }}") == "<p>&lt;b&gt;x&lt;/b&gt; &amp;amp; {{ 7*7 }}</p>"


def test_paragraphs_lines_lists_and_emphasis() -> None:
    assert shown("一\n二\n\n- **あ**\n- *い*\n\n3. う").replace("\n", "") == (
        '<p>一<br>二</p><ul><li><strong>あ</strong></li><li><em>い</em></li></ul><ol start="3"><li>う</li></ol>'
    )


def test_a_link_says_that_it_leads_away() -> None:
    assert shown("[地図](https://example.jp/?a=1&b=2)") == (
        '<p><a href="https://example.jp/?a=1&amp;b=2" rel="nofollow noopener noreferrer">地図</a></p>'
    )


def test_signs_that_are_not_known_stay() -> None:
    text = "# 見出し > 引用 `x` ~~y~~ snake_case 2 * 3 | 4"
    assert shown(text) == f"<p>{text.replace('>', '&gt;')}</p>"


def test_readings_become_ruby_inside_emphasis_lists_and_links_in_easy_japanese_only() -> None:
    ruby = "<ruby>町<rp>（</rp><rt>まち</rt><rp>）</rp></ruby>"
    assert shown("- **町《まち》**", "ja-easy") == f"<ul>\n<li><strong>{ruby}</strong></li>\n</ul>"
    assert shown("[町《まち》](https://example.jp)", "ja-easy").count(ruby) == 1
    assert shown("町《まち》", "ja") == "<p>町《まち》</p>"


def test_a_run_of_kanji_is_looked_at_from_its_first_one_only() -> None:
    """Otherwise a long one without a reading, tried from each kanji, takes the square of its length."""
    assert languages.READING.match("漢字《かんじ》", 1) is None
    assert shown("漢字《かんじ》", "ja-easy") == "<p><ruby>漢字<rp>（</rp><rt>かんじ</rt><rp>）</rp></ruby></p>"
    assert shown("一" * 100_000, "ja-easy") == f"<p>{'一' * 100_000}</p>"


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("**強い** *言葉*", "強い 言葉"),
        ("一\n二\n\n三", "一\n二\n三"),
        ("- あ\n- い\n\n3. う\n4. え", "・あ\n・い\n3. う\n4. え"),
        ("[地図](https://example.jp/m) <https://example.jp>", "地図 (https://example.jp/m) https://example.jp"),
        ("漢字《かんじ》 \\*", "漢字 *"),
        ("<b>x</b> &amp; # y", "<b>x</b> &amp; # y"),
        ("", ""),
    ],
)
def test_a_letter_or_file_gets_the_words_without_signs(app: Flask, text: str, left: str) -> None:
    with app.app_context():
        assert unmarked({"ja": text}) == left
        assert unmarked(text) == left
        assert unmarked(None) == ""
