"""The guide for volunteers and the sheet of a pairing code, as they come out on paper."""

import re
from pathlib import Path

import pytest

from app.db import transaction
from tests.console.conftest import Cast
from tests.console.test_gates import GATES, post

GUIDE = "/console/events/fair/volunteers"
STATIC = Path(__file__).resolve().parents[2] / "app"
WISH = {"paired_as": "scan", "until": "event", "devices": "2", "pin": ""}


def test_who_may_print_the_guide(cast: Cast) -> None:
    assert cast.statuses(GUIDE) == {
        "owner": 200, "olga": 200, "dora": 403, "victor": 403, "sam": 404, "stranger": 302,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("language", "words"), [("ja", "電波がないとき"), ("en", "No network"), ("ja-easy", "チケットが")]
)
def test_the_guide_shows_the_doors_own_screens_in_its_language(cast: Cast, language: str, words: str) -> None:
    page = cast.olga.get(f"{GUIDE}?lang={language}").get_data(as_text=True)
    assert words in page
    pictures = re.findall(r'src="(/static/guide/[^"]+)"', page)
    assert [Path(one).parent.name for one in pictures] == [language] * 7
    assert [one for one in pictures if not (STATIC / one.lstrip("/")).is_file()] == []


@pytest.mark.parametrize("page", ["devices", "gates"])
def test_the_pages_of_doors_lead_to_the_guide(cast: Cast, page: str) -> None:
    assert f'href="{GUIDE}"' in cast.olga.get(f"/console/events/fair/{page}").get_data(as_text=True)


@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_sheet_of_a_code_says_the_steps_in_the_pages_language_and_in_easy_japanese(
    cast: Cast, language: str
) -> None:
    cast.olga.get(f"/console/?lang={language}")
    page = post(cast.olga, f"{GATES}/entrance/pairing?lang={language}", **WISH).get_data(as_text=True)
    sheet = page.partition('<article class="wall on-paper"')[2].partition("</article>")[0]
    code = re.search(r'class="wall-letters">([A-Z0-9-]{9})<', sheet)
    assert code
    assert page.count(code[1]) == 2, "on the screen and on the sheet"
    assert sheet.count("<li>") == 6
    assert ("8文字を入力します" if language == "ja" else "press “Pair this device”") in sheet
    assert "<ruby>機械<rp>（</rp><rt>きかい</rt><rp>）</rp></ruby>に" in sheet
    assert ("コードの期限" if language == "ja" else "Code valid until") in sheet


def test_a_code_that_was_shown_has_no_sheet(cast: Cast) -> None:
    post(cast.olga, f"{GATES}/entrance/pairing", **WISH)
    pairing = re.search(r'href="([^"]+/pairings/[^"]+)"', cast.olga.get(GATES).get_data(as_text=True))
    assert pairing
    assert "on-paper" not in cast.olga.get(pairing[1]).get_data(as_text=True)


def test_a_made_up_event_says_so_on_both_sheets(cast: Cast) -> None:
    with transaction():
        cast.event.fictional = True
    assert 'class="wall-practice">練習用<' in cast.olga.get(GUIDE).get_data(as_text=True)
    page = post(cast.olga, f"{GATES}/entrance/pairing", **WISH).get_data(as_text=True)
    assert 'class="wall-practice">練習用<' in page
