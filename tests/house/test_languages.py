"""The catalogues of all departments together: nothing doubtful or left over, and easy Japanese where it should be."""

import re
from pathlib import Path
from typing import Any

import pytest
from babel.messages.pofile import read_po
from flask import Flask
from flask_babel import gettext

from app.web.languages import CATALOGUES, speak

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted(path for folder in CATALOGUES for path in (ROOT / folder).rglob("messages.po"))


def translations(path: Path) -> dict[str, str]:
    """English string to its translation, the first form of each."""
    with path.open("rb") as file:
        catalogue = read_po(file)
    return {_first(message.id): _first(message.string) for message in catalogue if message.id}


def _first(text: Any) -> str:
    return str(text[0] if isinstance(text, tuple | list) else text)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_nothing_is_doubtful_and_nothing_is_left_over(path: Path) -> None:
    assert re.findall(r"^(?:#, .*fuzzy|#~ .*)$", path.read_text(), flags=re.MULTILINE) == []


@pytest.mark.parametrize(
    ("language", "shown"), [("ja", "パスワードの変更"), ("en", "Change password"), ("ja-easy", "パスワードの変更")]
)
def test_staff_pages_speak_japanese_to_readers_of_easy_japanese(app: Flask, language: str, shown: str) -> None:
    with app.test_request_context("/"):
        speak(language)
        assert gettext("Change password") == shown


def test_easy_japanese_of_public_pages_wins_over_the_japanese_of_staff_pages(app: Flask) -> None:
    """A string that both use must not lose its readings."""
    easy = [translations(path) for path in FILES if path.parents[1].name == "ja@easy"]
    staff = translations(ROOT / "app/accounts/translations/ja/LC_MESSAGES/messages.po")
    shared = {one: {there[one] for there in easy if one in there} for one in staff}
    shared = {one: texts for one, texts in shared.items() if texts}
    assert shared
    with app.test_request_context("/"):
        speak("ja-easy")
        assert [one for one, texts in shared.items() if gettext(one) not in texts] == []
