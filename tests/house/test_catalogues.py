"""The message catalogues: complete, comparable, and easy Japanese that can be read aloud without knowing one kanji."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[2]
CATALOGUES = sorted(
    path
    for package in ("app", "registrations", "checkin", "analytics")
    for path in (ROOT / package).rglob("translations/*/LC_MESSAGES/messages.po")
)
EASY = [path for path in CATALOGUES if path.parents[1].name == "ja@easy"]
KANJI = "[々〆\u3400-\u4dbf\u4e00-\u9fff]"


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def texts(path: Path) -> Iterator[tuple[Message, str]]:
    """Every translated text with its message."""
    with path.open("rb") as file:
        for message in read_po(file, locale=path.parents[1].name):
            if message.id:
                forms = message.string if isinstance(message.string, (tuple, list)) else [message.string]
                yield from ((message, str(form)) for form in forms if form)


def placeholders(text: str) -> set[str]:
    return set(re.findall(r"%\(\w+\)[sd]", text))


def test_every_string_that_people_read_is_translated() -> None:
    script = [sys.executable, ".ci/catalogues.py", "missing"]
    missing = subprocess.run(script, cwd=ROOT, capture_output=True, text=True, check=False)
    assert missing.stdout.split("\n") == [""]


@pytest.mark.parametrize("path", CATALOGUES, ids=name_of)
def test_catalogues_hold_no_dates_and_no_line_numbers(path: Path) -> None:
    dated = re.compile(r'"(POT-Creation|PO-Revision)-Date|#: .*\.(py|html|txt):\d')
    assert [line for line in path.read_text().splitlines() if dated.match(line)] == []


@pytest.mark.parametrize("path", CATALOGUES, ids=name_of)
def test_a_translation_fills_in_what_its_original_fills_in(path: Path) -> None:
    faults = [
        (message.id, text)
        for message, text in texts(path)
        if placeholders(text) != placeholders(message.id if isinstance(message.id, str) else message.id[-1])
    ]
    assert faults == []


@pytest.mark.parametrize("path", EASY, ids=name_of)
def test_easy_japanese_gives_the_reading_of_every_kanji(path: Path) -> None:
    with_reading = re.compile(rf"(?:｜[^《》｜]+|(?:{KANJI}|ヶ)+)《[ぁ-ゖァ-ヺー・]+》")
    faults = [text for _, text in texts(path) if re.search(KANJI, with_reading.sub("", text))]
    assert faults == []


@pytest.mark.parametrize("path", EASY, ids=name_of)
def test_easy_japanese_never_counts_years_by_era(path: Path) -> None:
    assert [text for _, text in texts(path) if re.search("令和|平成|昭和|元年", text)] == []


@pytest.mark.parametrize("locale", ["ja", "ja@easy"])
def test_a_string_reads_the_same_in_every_department(locale: str) -> None:
    """The application merges all catalogues: of two translations of one string only the first would ever be seen."""
    found: dict[str, set[str]] = {}
    for path in CATALOGUES:
        if path.parents[1].name == locale:
            for message, text in texts(path):
                found.setdefault(str(message.id), set()).add(text)
    assert {string: readings for string, readings in found.items() if len(readings) > 1} == {}
