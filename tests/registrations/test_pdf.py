"""Paper: what is on it, for eyes and for ears; every letter of every name; nothing of data becomes markup."""

from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from typing import Any

import pypdfium2
import pytest
from pypdf import PdfReader
from pypdf.generic import DictionaryObject

from app.clock import frozen
from app.db import db, transaction
from app.programme.models import Event
from app.web.languages import speak
from registrations.models import BookingLine
from registrations.pdf import (
    GETA,
    LABEL_SHEETS,
    TICKET_SIZES,
    Badge,
    BadgeSheet,
    TicketSize,
    badges_pdf,
    press,
    ticket_pdf,
)
from registrations.queries import Sheet, party_of, sheet_of
from registrations.queries.tickets import PaperTicket
from registrations.rules import BookingState
from tests.make import NOON, Make, both
from tests.registrations.paper import codes_on, pages_of, words_of

BASE_URL = "https://uketsuke.example.jp"
CODES = ["ABCDEFGHIJKLMNOPQRSTUVWX23", "ZYXWVUTSRQPONMLKJIHGFEDC32"]
NAMES = "髙﨑𠮷濵邉邊齋齊斎斉塚辻\U000e0100葛\U000e0101栁槗𣘺祐神福逸靖瀨德"
HOSTILE = [
    "\"quotes\" 'single' `raw`",
    "#let x = 1 $a_b$ *bold* _it_ {c} [d] @ref <lbl> // off /* and */ \\u{41} ~ --- ...",
    '#read("/etc/passwd") #sys.inputs #pagebreak()',
    "<script>alert(1)</script>",
    "𠮷田 髙橋 﨑 辻\U000e0100 渡邉 齋藤",
    "長" * 200,
    "x" * 200,
]


@pytest.fixture(autouse=True)
def a_month_before() -> Iterator[None]:
    with frozen(NOON - timedelta(days=30)):
        yield


@pytest.fixture
def sheet(make: Make) -> Sheet:
    """Ana and a pupil, in two sessions on two days."""
    event = make.event(contact={"email": "fair@example.jp"})
    first = make.session(event, "talk", title={"ja": "講演", "en": "Talk", "ja-easy": "講演《こうえん》"})
    second = make.session(event, "late", title=both("夜の部", "Late"), starts_at=NOON + timedelta(days=1))
    make.release(event)
    made = make.registration(event, first, second, numbers={"spectator": 1, "student": 1})
    found = sheet_of(made.id)
    assert found is not None
    return found


def ticket(sheet: Sheet, *tickets: PaperTicket, size: TicketSize = "a4") -> bytes:
    tickets = tickets or (PaperTicket("1234567", CODES[0], "見本 花子"),)
    return ticket_pdf(sheet, tickets, base_url=BASE_URL, size=size, party=party_of(sheet.registration.id))


def catalogue(content: bytes) -> Any:
    return PdfReader(BytesIO(content)).trailer["/Root"]


@pytest.mark.parametrize("size", TICKET_SIZES)
def test_the_printed_code_is_the_tickets(sheet: Sheet, size: TicketSize) -> None:
    for language in ("ja", "en", "ja-easy"):
        speak(language)
        assert codes_on(ticket(sheet, size=size)) == [f"{BASE_URL.upper()}/T/{CODES[0]}"]


def test_a_ticket_says_what_when_where_and_for_whom(sheet: Sheet) -> None:
    speak("en")
    words = words_of(ticket(sheet))
    for expected in (
        "Fair", "123-4567", "見本花子", "ABCDEFGHIJKL", "spectator:1person", "Sat3Oct", "12:00–13:00", "Talk",
        "2people",
        "HallMainroom", "Sun4Oct", "Late", "Oneticketforall.", "Questions:fair@example.jp",
    ):  # fmt: skip
        assert expected in words, expected


def test_who_listens_gets_structure_language_title_and_words_for_the_code(sheet: Sheet) -> None:
    for language, lang in (("ja", "ja"), ("en", "en"), ("ja-easy", "ja")):
        speak(language)
        content = ticket(sheet)
        root = catalogue(content)
        assert root["/Lang"] == lang
        assert root["/MarkInfo"]["/Marked"] is not None
        kinds = list(tags(root["/StructTreeRoot"]))
        assert kinds.count("/H1") == 1
        assert kinds.count("/H2") == 2
        assert kinds.count("/Figure") == 1
        reader = PdfReader(BytesIO(content))
        assert reader.metadata is not None
        assert str(reader.metadata.title).endswith(
            {"ja": "市民まつり", "en": "Fair", "ja-easy": "市民まつり"}[language]
        )
        assert b"pdfuaid:part" in root["/Metadata"].get_object().get_data()


def tags(node: object) -> Iterator[str]:
    """Kinds of the elements of the structure tree."""
    held = node.get_object() if hasattr(node, "get_object") else node
    if isinstance(held, list):
        for one in held:
            yield from tags(one)
    elif isinstance(held, DictionaryObject):
        if "/S" in held:
            yield str(held["/S"])
        if "/K" in held:
            yield from tags(held["/K"])


def test_easy_japanese_carries_its_readings(sheet: Sheet) -> None:
    speak("ja-easy")
    assert "こうえん" in words_of(ticket(sheet))
    speak("ja")
    assert "こうえん" not in words_of(ticket(sheet))


def test_each_ticket_has_a_page_of_its_own(sheet: Sheet) -> None:
    pair = [PaperTicket("1234567", CODES[0], "見本 花子"), PaperTicket("7654321", CODES[1], "見本 太郎")]
    content = ticket(sheet, *pair)
    assert pages_of(content) == 2
    assert [codes_on(content, page) for page in (0, 1)] == [[f"{BASE_URL.upper()}/T/{code}"] for code in CODES]


@pytest.mark.parametrize("size", TICKET_SIZES)
def test_no_session_is_lost_however_many(make: Make, size: TicketSize) -> None:
    event = make.event()
    sessions = [make.session(event, starts_at=NOON + timedelta(hours=2 * number)) for number in range(-9, 9)]
    made = make.registration(make.release(event), *sessions)
    found = sheet_of(made.id)
    assert found is not None
    words = words_of(ticket(found, size=size))
    assert [one.title["ja"] for one in sessions if one.title["ja"] not in words] == []


def test_what_is_not_confirmed_or_not_held_is_marked(make: Make, sheet: Sheet) -> None:
    speak("en")
    assert "Onthewaitinglist" not in words_of(ticket(sheet))
    with transaction():
        db.session.execute(db.update(BookingLine).values(state=BookingState.WAITING))
    again = sheet_of(sheet.registration.id)
    assert again is not None
    assert words_of(ticket(again)).count("Onthewaitinglist") == 2


@pytest.mark.parametrize("size", TICKET_SIZES)
def test_every_letter_of_a_name_is_on_the_ticket_and_none_is_obeyed(sheet: Sheet, size: TicketSize) -> None:
    content = ticket(sheet, *(PaperTicket("1234567", CODES[0], name) for name in HOSTILE), size=size)
    words = words_of(content).replace("\u200b", "")
    assert [name for name in HOSTILE if "".join(name.split()) not in words] == []
    last = pages_of(content) // len(HOSTILE) * (len(HOSTILE) - 1)
    assert codes_on(content, last) == [f"{BASE_URL.upper()}/T/{CODES[0]}"]


def test_marks_that_turn_the_direction_do_not_reach_the_paper(sheet: Sheet) -> None:
    words = words_of(ticket(sheet, PaperTicket("1234567", CODES[0], "a\u202eb\u200fc\u0000d\ud800e")))
    assert "abc" in words
    assert "\u202e" not in words


def test_a_letter_that_no_font_has_is_printed_as_a_geta(sheet: Sheet) -> None:
    content = ticket(sheet, PaperTicket("1234567", CODES[0], "花子😀\ue000שם"))
    assert f"花子{GETA * 4}" in words_of(content)
    assert "/StructTreeRoot" in catalogue(content)


def test_the_fonts_have_every_kanji_of_names() -> None:
    """typst refuses a document of PDF/UA-1 in which one letter has no glyph, in either weight."""
    assert press._lacking(frozenset(NAMES)) == frozenset()
    assert press._lacking(frozenset("髙😀\ue000")) == frozenset("😀\ue000")


@pytest.mark.slow
def test_the_fonts_have_every_kanji_of_jis_x_0213() -> None:
    rows = [bytes([first, second]) for first in range(0xA1, 0xFF) for second in range(0xA1, 0xFF)]
    letters = {letter for row in rows for plane in (b"", b"\x8f") for letter in decoded(plane + row)}
    kanji = {letter for letter in letters if letter >= "\u3400"}
    assert len(kanji) > 10_000
    assert press._lacking(frozenset(kanji)) == frozenset()


def decoded(bytes_of_one: bytes) -> str:
    try:
        return bytes_of_one.decode("euc_jis_2004")
    except UnicodeDecodeError:
        return ""


def badge_sheet(event: Event, labels: str = "10", first: int = 1) -> BadgeSheet:
    return BadgeSheet(event=event.title, title="名札", labels=LABEL_SHEETS[labels], first=first)


def test_long_paper_is_set_outside_and_keeps_nothing_of_the_servers_memory(
    make: Make, sheet: Sheet, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A ticket is set here; badges, rosters and reports are not."""

    def refuse(**_wish: Any) -> bytes:
        raise AssertionError("set in the server's own process")

    monkeypatch.setattr("typst.compile", refuse)
    assert "花子" in words_of(badges_pdf(badge_sheet(make.event("badges")), [Badge("花子")], base_url=BASE_URL))
    with pytest.raises(AssertionError, match="own process"):
        ticket(sheet)


def test_what_the_typesetter_cannot_do_is_told(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("registrations.pdf.typesetter.__file__", "/nowhere.py")
    with pytest.raises(RuntimeError, match="The typesetter ended with 2"):
        badges_pdf(badge_sheet(make.event("badges")), [Badge("花子")], base_url=BASE_URL)


@pytest.mark.parametrize("labels", LABEL_SHEETS)
def test_labels_lie_within_the_sheet(labels: str) -> None:
    one = LABEL_SHEETS[labels]
    assert 2 * one.left + one.across * one.width == pytest.approx(210, abs=0.5)
    assert 2 * one.top + one.down * one.height == pytest.approx(297, abs=0.5)


@pytest.mark.parametrize("labels", LABEL_SHEETS)
def test_badges_carry_every_letter_of_every_name(make: Make, labels: str) -> None:
    badges = [Badge(name, "よみがな", "みほん小学校", both("児童"), CODES[0]) for name in HOSTILE]
    content = badges_pdf(badge_sheet(make.event(), labels), badges, base_url=BASE_URL)
    words = words_of(content).replace("\u200b", "")
    assert [name for name in HOSTILE if "".join(name.split()) not in words] == []
    assert set(codes_on(content)) == {f"{BASE_URL.upper()}/T/{CODES[0]}"}


def test_a_name_of_two_hundred_letters_stays_on_its_label(make: Make) -> None:
    event, sheet = make.event(), LABEL_SHEETS["24"]
    content = badges_pdf(badge_sheet(event, "24"), [Badge("長" * 200, group="団" * 200)], base_url=BASE_URL)
    picture = pypdfium2.PdfDocument(content)[0].render(scale=2).to_pil().convert("L")
    left, top, right, bottom = picture.point(lambda grey: 255 - grey).getbbox() or (0, 0, 0, 0)
    millimetres = [edge / 2 / 72 * 25.4 for edge in (left, top, right, bottom)]
    assert millimetres[0] >= sheet.left - 0.2
    assert millimetres[1] >= sheet.top - 0.2
    assert millimetres[2] <= sheet.left + sheet.width + 0.2
    assert millimetres[3] <= sheet.top + sheet.height + 0.2


def test_a_sheet_partly_used_begins_at_the_label_that_is_left(make: Make) -> None:
    event, badges = make.event(), [Badge(f"見本{number}") for number in range(10)]
    content = badges_pdf(badge_sheet(event, first=10), badges, base_url=BASE_URL)
    pages = [page.extract_text() for page in PdfReader(BytesIO(content)).pages]
    assert ["見本0" in pages[0], "見本1" in pages[0], "見本1" in pages[1]] == [True, False, True]
    assert len(pages) == 2
