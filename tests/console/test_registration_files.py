"""Registrations as files: taken along with typed cells that never run, read in row by row and only after a yes."""

import csv
import re
import stat
from collections.abc import Iterator
from datetime import datetime, timedelta
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from flask import Flask
from openpyxl import Workbook, load_workbook
from sqlalchemy import func

from app import clock
from app.audit import AuditEntry
from app.db import db, transaction
from app.outbox.models import Letter
from app.outbox.rules import LetterState
from app.programme.models import EventSession
from app.programme.rules import EventStatus
from registrations.models import Booking, PartyNumber, Registration
from registrations.operations.staffing import register_by_staff
from registrations.rules import PartyKind, Source
from tests.console.conftest import Cast
from tests.console.test_pages import text
from tests.console.test_registrations import HOSTILE, LIST, post, rewrite, settled
from tests.make import NOON, Make


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with clock.frozen(NOON):
        yield


def in_english(cast: Cast) -> None:
    cast.olga.set_cookie("uketsuke_display", "en.standard.standard", domain="localhost")


@pytest.fixture
def talk(cast: Cast, make: Make) -> EventSession:
    session = make.session(cast.event, "talk", capacity=5, starts_at=NOON + timedelta(hours=2))
    make.release(cast.event)
    return session


def file_of(cast: Cast, kind: str, **wanted: str) -> bytes:
    """The list as a file, as Olga gets it."""
    begun = post(cast.olga, f"{LIST}/files", format=kind, **wanted)
    settled(cast.olga, begun.location)
    response = post(cast.olga, f"{begun.location}/content")
    assert response.status_code == 200
    content: bytes = response.get_data()
    return content


def count() -> int:
    db.session.rollback()
    return db.session.scalar(db.select(func.count(Registration.id))) or 0


def test_a_workbook_has_typed_cells_and_a_sheet_of_bookings(cast: Cast, make: Make, talk: EventSession) -> None:
    row = make.registration(cast.event, talk, name="山田 花子", numbers={"spectator": 2, "student": 1})
    rewrite(row, contact_phone="+81-45-000-1234")
    book = load_workbook(BytesIO(file_of(cast, "xlsx", lang="en")))
    people, bookings = (book[name] for name in book.sheetnames)
    headings = [cell.value for cell in people[1]]
    cells = dict(zip(headings, people[2], strict=True))
    assert (cells["氏名"].value, cells["電話番号"].value, cells["人数"].value) == ("山田 花子", "+81-45-000-1234", 3)
    assert (cells["観覧者"].value, cells["児童生徒学生"].value) == (2, 1)
    assert cells["申込日時"].value == datetime(2026, 9, 3, 12, 0)  # noqa: DTZ001
    assert [cell.value for cell in bookings[2]][2:6] == [
        "talk", "講演1", datetime(2026, 10, 3, 14, 0), datetime(2026, 10, 3, 15, 0)  # noqa: DTZ001
    ]  # fmt: skip


@pytest.mark.parametrize("name", [*HOSTILE, "+1", "-1+2", "@SUM(A1)", "＝1", "#N/A", "=cmd|'/c calc'!A1"])
def test_no_cell_runs(cast: Cast, make: Make, talk: EventSession, name: str) -> None:
    make.registration(cast.event, talk, name=name)
    sheet = load_workbook(BytesIO(file_of(cast, "xlsx"))).worksheets[0]
    assert (sheet["B2"].value, sheet["B2"].data_type) == (name, "s")
    (_, *cells), = list(csv.reader(StringIO(file_of(cast, "csv").decode("utf-8-sig"))))[1:]  # fmt: skip
    guarded = name.startswith(("=", "-", "@", "＝"))
    assert cells[0] == (f"'{name}" if guarded else name)


def test_cp932_shows_what_it_cannot_write(cast: Cast, make: Make, talk: EventSession) -> None:
    make.registration(cast.event, talk, name="𠮷田〜髙")
    assert "〓田～髙" in file_of(cast, "cp932").decode("cp932")
    assert file_of(cast, "csv").startswith(b"\xef\xbb\xbf")


def test_a_file_holds_what_the_filter_finds_and_is_recorded(cast: Cast, make: Make, talk: EventSession) -> None:
    make.registration(cast.event, talk, name="Ana", language="en")
    make.registration(cast.event, talk, name="Ben")
    content = file_of(cast, "csv", language="en", q="an").decode("utf-8-sig")
    assert ("Ana" in content, "Ben" in content) == (True, False)
    entry = db.session.scalars(db.select(AuditEntry).filter_by(verb="registrations.export")).one()
    assert entry.facts == {"format": "csv", "registrations": 1, "filter": {"language": "en", "q": "…"}}
    assert post(cast.olga, f"{LIST}/files", format="exe").status_code == 422


def test_a_file_is_its_makers_alone_and_goes_when_taken(cast: Cast, make: Make, talk: EventSession, app: Flask) -> None:
    make.registration(cast.event, talk)
    begun = post(cast.olga, f"{LIST}/files", format="csv")
    settled(cast.olga, begun.location)
    assert cast.statuses(begun.location) == {
        "owner": 404, "olga": 200, "dora": 403, "victor": 403, "sam": 404, "stranger": 302
    }  # fmt: skip
    root: Path = app.extensions["uketsuke_settings"].data_dir / "errands"
    kept = [root, *root.rglob("*")]
    assert {stat.S_IMODE(one.stat().st_mode) for one in kept} == {0o600, 0o700}
    assert post(cast.owner, f"{begun.location}/content").status_code == 404
    assert post(cast.olga, f"{begun.location}/content").status_code == 200
    assert post(cast.olga, f"{begun.location}/content").status_code == 404
    assert list(root.iterdir()) == []


def test_an_old_file_is_swept_away(cast: Cast, make: Make, talk: EventSession, app: Flask) -> None:
    begun = post(cast.olga, f"{LIST}/files", format="csv")
    settled(cast.olga, begun.location)
    with clock.frozen(NOON + timedelta(minutes=61)):
        assert cast.olga.get(begun.location).status_code == 404
        again = post(cast.olga, f"{LIST}/files", format="csv")
        settled(cast.olga, again.location)
    root: Path = app.extensions["uketsuke_settings"].data_dir / "errands"
    assert len(list(root.iterdir())) == 1


HEADINGS = ["管理番号", "氏名", "ふりがな", "メールアドレス", "電話番号", "プログラム", "people:spectator", "student"]


def sheet(*rows: list[Any], headings: list[str] = HEADINGS) -> bytes:
    book = Workbook()
    for row in (headings, *rows):
        book.active.append(row)  # type: ignore[union-attr]
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def text_file(*rows: list[Any], encoding: str = "utf-8", headings: list[str] = HEADINGS) -> bytes:
    buffer = StringIO()
    csv.writer(buffer).writerows([headings, *rows])
    return buffer.getvalue().encode(encoding)


def read(cast: Cast, content: bytes) -> Any:
    return post(cast.olga, f"{LIST}/imports", file=(BytesIO(content), "file"))


def take(cast: Cast, content: bytes, **more: str) -> str:
    """Read a file, say yes, and give the page of what became of it."""
    asked = read(cast, content)
    assert asked.status_code == 303, asked.get_data(as_text=True)
    post(cast.olga, f"{asked.location}/yes", **more)
    return settled(cast.olga, f"{asked.location}?lang=en")


HANAKO = ["A-1", "山田 花子", "やまだ はなこ", "hanako@example.jp", "'+81-45-000-1234", "talk", 2, 1]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "xlsx"])
def test_a_file_is_shown_first_and_taken_after_a_yes(cast: Cast, make: Make, talk: EventSession, encoding: str) -> None:
    content = sheet(HANAKO) if encoding == "xlsx" else text_file(HANAKO, encoding=encoding)
    asked = read(cast, content)
    page = text(cast.olga, f"{asked.location}?lang=en")
    assert "1 row will be taken." in page
    assert "山田 花子" in page
    assert count() == 0
    post(cast.olga, f"{asked.location}/yes")
    assert "1 row was taken." in settled(cast.olga, f"{asked.location}?lang=en")
    row = db.session.scalars(db.select(Registration)).one()
    assert (row.source, row.contact_reading, row.contact_phone, row.contact_email) == (
        Source.IMPORT, "やまだ はなこ", "+81-45-000-1234", "hanako@example.jp"
    )  # fmt: skip
    assert {letter.state for letter in db.session.scalars(db.select(Letter))} == {LetterState.WITHDRAWN}


def test_the_same_file_twice_changes_nothing(cast: Cast, make: Make, talk: EventSession) -> None:
    unkeyed = ["", "Ben", "", "", "", "", 1, ""]
    content = text_file(HANAKO, unkeyed)
    assert "2 rows were taken." in take(cast, content)
    again = read(cast, content)
    assert "2 rows are here already" in text(cast.olga, f"{again.location}?lang=en")
    post(cast.olga, f"{again.location}/yes")
    settled(cast.olga, again.location)
    assert count() == 2


def test_rows_that_cannot_be_taken_say_why(cast: Cast, make: Make, talk: EventSession) -> None:
    in_english(cast)
    rows: list[list[Any]] = [
        ["1", "", "", "", "", "", 1, ""],
        ["2", "No mail", "", "nobody", "", "", 1, ""],
        ["3", "Nobody comes", "", "", "", "", "", ""],
        ["4", "Minus", "", "", "", "", -1, ""],
        ["5", "Lost", "", "", "", "talk nowhere", 1, ""],
        ["6", "Phone", "", "", "ring me", "", 1, ""],
        ["7", "Huge", "", "", "", "", 10**30, ""],
        ["8", "Too large for the room", "", "", "", "talk", 6, ""],
        ["9", "<script>alert(1)</script>", "", "", "", "talk", 1, ""],
        ["9", "Twice", "", "", "", "", 1, ""],
    ]
    asked = read(cast, text_file(*rows))
    page = text(cast.olga, f"{asked.location}?lang=en")
    for sentence in (
        "The name is missing.", "The e-mail address is not valid.", "Say how many people come",
        "is no number of people",
        "No session has this code: nowhere.", "The telephone number is not valid.", "is longer than 20 characters",
        "2 rows will be taken.", "7 rows cannot be taken", "1 row is here already",
    ):  # fmt: skip
        assert sentence in page, sentence
    assert "<script>alert" not in page
    post(cast.olga, f"{asked.location}/yes")
    done = settled(cast.olga, f"{asked.location}?lang=en")
    assert "More people than these ever take: talk" in done
    assert [row.contact_name for row in db.session.scalars(db.select(Registration))] == ["<script>alert(1)</script>"]


def test_a_row_says_all_of_its_faults_at_once(cast: Cast, make: Make, talk: EventSession) -> None:
    in_english(cast)
    asked = read(cast, text_file(["1", "", "", "nobody", "ring me", "nowhere", "many", ""]))
    page = text(cast.olga, f"{asked.location}?lang=en")
    for sentence in (
        "The name is missing.", "The e-mail address is not valid.", "The telephone number is not valid.",
        "No session has this code: nowhere.", "“many” is no number of people.",
        "1 row cannot be taken",
    ):  # fmt: skip
        assert sentence in page, sentence


def bomb() -> bytes:
    buffer = BytesIO()
    with ZipFile(buffer, "w", ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", b"0" * 50_000_000)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "Choose a file first."),
        (b"\x89PNG\r\n\x1a\n\xff\xff", "This file is no text"),
        (b"PK\x03\x04broken", "cannot be read"),
        (b"\n", "The file is empty."),
        (text_file(), "no rows"),
        (text_file(headings=["氏名", "Favourite"]), "“Favourite” is not known"),
        (text_file(headings=["氏名", "Name"]), "“Name” stands twice"),
        (text_file(headings=["ふりがな"]), "no heading for the name"),
        (text_file(*([["", "A", "", "", "", "", 1, ""]] * 5001)), "more than 5,000 rows"),
        (bomb(), "far too large"),
    ],
    ids=["none", "png", "broken", "blank", "headings", "unknown", "twice", "nameless", "long", "bomb"],
)
def test_files_that_are_none_get_a_sentence(
    cast: Cast, make: Make, talk: EventSession, content: bytes, sentence: str
) -> None:
    in_english(cast)
    response = read(cast, content)
    assert response.status_code == 422
    assert sentence in response.get_data(as_text=True)


def test_a_file_that_is_too_large_is_refused(cast: Cast, make: Make, talk: EventSession, app: Flask) -> None:
    app.config["MAX_CONTENT_LENGTH"] = 2000
    assert read(cast, b"x" * 3000).status_code == 413


def test_a_formula_is_never_evaluated(cast: Cast, make: Make, talk: EventSession) -> None:
    in_english(cast)
    asked = read(cast, sheet(["", "Ana", "", "", "", "", "=1+1", ""]))
    assert "A cell holds a formula." in text(cast.olga, f"{asked.location}?lang=en")


def test_letters_go_out_when_asked_for_and_classes_are_classes(cast: Cast, make: Make, talk: EventSession) -> None:
    headings = [*HEADINGS, "class", "kind", "language"]
    take(cast, text_file([*HANAKO, "3-2", "クラス", "English"], headings=headings), tell="1")
    letter = db.session.scalars(db.select(Letter)).one()
    assert (letter.state, letter.language) == (LetterState.QUEUED, "en")
    row = db.session.scalars(db.select(Registration)).one()
    assert (row.party_kind, row.group_class) == (PartyKind.CLASS, "3-2")


@pytest.mark.parametrize(("kind", "people", "taken"), [("class", 120, 1), ("", 120, 0), ("class", 301, 0), ("", 50, 1)])
def test_a_class_may_be_as_large_as_one_that_registers_itself(
    cast: Cast, make: Make, kind: str, people: int, taken: int
) -> None:
    make.release(cast.event)
    row = ["1", "山田", "", "", "", "", people, "", kind]
    take(cast, text_file(row, headings=[*HEADINGS, "kind"]))
    numbers = db.session.scalars(db.select(PartyNumber.number)).all()
    assert numbers == [people] * taken


def test_a_stop_leaves_whole_rows_and_the_rest_can_be_read_again(
    cast: Cast, make: Make, talk: EventSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = text_file(*([f"{n}", f"Guest {n}", "", "", "", "talk", 1, ""] for n in range(4)))
    asked = read(cast, content)
    plain, calls = register_by_staff, []

    def stopping(*given: Any, **named: Any) -> Registration:
        calls.append(1)
        if len(calls) == 3:
            made = plain(*given, **named)
            raise RuntimeError(f"power cut after {made.id}")
        return plain(*given, **named)

    monkeypatch.setattr("app.console.views.imports.register_by_staff", stopping)
    post(cast.olga, f"{asked.location}/yes")
    assert "It was interrupted" in settled(cast.olga, f"{asked.location}?lang=en")
    assert (count(), db.session.scalar(db.select(func.count(Booking.id)))) == (2, 2)
    monkeypatch.setattr("app.console.views.imports.register_by_staff", plain)
    assert "2 rows were taken." in take(cast, content)
    assert count() == 4


def test_an_import_is_stopped_by_hand(cast: Cast, make: Make, talk: EventSession) -> None:
    asked = read(cast, text_file(["1", "Ana", "", "", "", "", 1, ""]))
    post(cast.olga, f"{asked.location}/stop")
    post(cast.olga, f"{asked.location}/yes")
    assert "1 row was not taken any more." in settled(cast.olga, f"{asked.location}?lang=en")
    assert count() == 0


def test_the_template_is_what_can_be_read(cast: Cast, make: Make, talk: EventSession) -> None:
    for language in ("ja", "en"):
        content = cast.olga.get(f"{LIST}/imports/template.xlsx?lang={language}").get_data()
        book = load_workbook(BytesIO(content))
        book.worksheets[0].append(["", "Ana", *[None] * 11, 1])
        buffer = BytesIO()
        book.save(buffer)
        assert "1 row was taken" in take(cast, buffer.getvalue()) or language == "en"
    assert count() == 1
    assert cast.olga.get(f"{LIST}/imports/template.csv").get_data().startswith(b"\xef\xbb\xbf")
    assert cast.olga.get(f"{LIST}/imports/template.exe").status_code == 404
    assert cast.statuses(f"{LIST}/imports")["sam"] == 404
    assert re.search("people:spectator", text(cast.olga, f"{LIST}/imports"))


def test_nobody_elses_import_can_be_taken(cast: Cast, make: Make, talk: EventSession) -> None:
    asked = read(cast, text_file(HANAKO))
    assert post(cast.owner, f"{asked.location}/yes").status_code == 404
    assert post(cast.sam, f"{asked.location}/yes").status_code == 404
    assert cast.stranger.get(asked.location).status_code == 302
    with transaction():
        db.session.merge(cast.event).status = EventStatus.CLOSED
    assert post(cast.olga, f"{asked.location}/yes").status_code == 409
    assert count() == 0
