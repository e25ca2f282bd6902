"""The programme from files: laid over it row by row, nothing before yes, nothing half done."""

import csv
import json
import re
import struct
import tracemalloc
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO, StringIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile
from zlib import crc32

import pytest
from flask import Flask
from openpyxl import Workbook, load_workbook
from openpyxl.utils import get_column_letter

from app.accounts.models import Host
from app.console.forms.programme_plan import laid_over
from app.db import db, transaction
from app.errors import Invalid
from app.programme.exports.document import event_file
from app.programme.exports.tables import Tables, tables_of, templates, workbook, zipped_csv
from app.programme.models import Category, Event, EventSession
from app.programme.operations.editing import create_event
from app.programme.operations.tables import ProgrammeChanged, take_plan
from app.programme.queries import programme_of_event
from app.programme.queries.standing import standing_of
from app.programme.rules import AdmissionRule
from app.programme.rules.columns import TABLES
from app.web.actors import ANONYMOUS
from app.web.uploads import sheets_of
from tests.console.conftest import Cast
from tests.console.test_pages import text
from tests.console.test_registrations import post, settled
from tests.make import NOON, Make
from tests.programme.files import bring_in, demo

FILES = "/console/events/fair/programme/files"
SESSIONS = ["code", "title.ja", "date", "begins", "ends", "room"]
ONE = ["walk", "まち歩き", "2026-10-03", "10:00", "12:00", ""]


def csv_of(*rows: list[Any], headings: list[str] = SESSIONS, encoding: str = "utf-8", delimiter: str = ",") -> bytes:
    buffer = StringIO()
    csv.writer(buffer, delimiter=delimiter).writerows([headings, *rows])
    return buffer.getvalue().encode(encoding)


def sheets(**tables: list[list[Any]]) -> bytes:
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, rows in tables.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def read(cast: Cast, *contents: bytes, name: str = "sessions.csv") -> Any:
    """The page of what files would do, or the answer that refuses them, in English."""
    cast.olga.set_cookie("uketsuke_display", "en.standard.standard", domain="localhost")
    return post(cast.olga, FILES, file=[(BytesIO(content), name) for content in contents])


def preview(cast: Cast, *contents: bytes, name: str = "sessions.csv") -> str:
    asked = read(cast, *contents, name=name)
    assert asked.status_code == 303, asked.get_data(as_text=True)
    return text(cast.olga, asked.location)


def take(cast: Cast, *contents: bytes, name: str = "sessions.csv") -> str:
    """Read, say yes, and give the page of what became of it."""
    asked = read(cast, *contents, name=name)
    assert asked.status_code == 303, asked.get_data(as_text=True)
    post(cast.olga, f"{asked.location}/yes")
    return settled(cast.olga, asked.location)


def codes() -> list[str]:
    db.session.rollback()
    return sorted(db.session.scalars(db.select(EventSession.code)))


def blank(host: Host, document: dict[str, Any]) -> Event:
    """An event that has its days and its address and nothing else: what the console makes, without its categories."""
    facts = document["event"]
    with transaction():
        event = create_event(host.id, {
            "slug": f"{facts['slug']}-again", "title": {"ja": "?"}, "timezone": facts["timezone"],
            "starts_on": NOON.date(), "ends_on": NOON.date()}, at=NOON, actor=ANONYMOUS)  # fmt: skip
        db.session.execute(db.delete(Category).where(Category.event_id == event.id, Category.key != "unknown"))
    return event


def laid(event: Event, *files: tuple[str, bytes], language: str = "en") -> Any:
    return laid_over(files, standing_of(event), language=language, today=NOON.date(), progress=lambda: None)


def written(event: Event, *files: tuple[str, bytes]) -> Any:
    """Lay files over an event and write it."""
    done = laid(event, *files)
    with transaction():
        take_plan(event.id, done.plan.programme, mark=done.mark, uuids=done.uuids, at=NOON, actor=ANONYMOUS)
    return done


def typed_into_templates(tables: Tables) -> bytes:
    """The templates as they are downloaded, with the rows under their headings and explanations."""
    buffer = BytesIO()
    empty = zipped_csv(templates(tables.language, tables.zone))
    with ZipFile(BytesIO(empty)) as given, ZipFile(buffer, "w") as filled:
        for table in TABLES.values():
            headings, explained = csv.reader(StringIO(given.read(f"{table.key}.csv").decode("utf-8-sig")))
            keys = [next(one.key for one in table.columns if one.heading(tables.language) == it) for it in headings]
            rows = [[row[key] for key in keys] for row in tables.rows[table.key]]
            filled.writestr(f"{table.key}.csv", csv_of(explained, *rows, headings=headings))
    return buffer.getvalue()


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("pack", [zipped_csv, workbook, typed_into_templates])
@pytest.mark.parametrize("name", ["yocolab-2023", "practice"])
def test_the_demo_programme_from_its_tables_alone_equals_the_one_from_json(
    app: Flask, make: Make, name: str, pack: Callable[..., bytes], language: str
) -> None:
    done = bring_in(make.host(), demo(name))
    first = db.session.get_one(Event, done.event_id)
    content = pack(tables_of(programme_of_event(first), language))
    content = content if pack is workbook else without(content, first.slug)
    again = blank(make.host("elsewhere"), json.loads(event_file(first)))
    if pack is workbook:
        content = renamed(content, first.slug, again.slug)
    written(again, ("programme", content))
    assert json.loads(event_file(again).replace(again.slug, first.slug)) == json.loads(event_file(first))
    twice = laid(again, ("programme", content))
    assert (twice.plan.writes, twice.counts["refused"], twice.counts["new"]) == (False, 0, 0)


def without(content: bytes, slug: str) -> bytes:
    """The same archive for an event of another address."""
    buffer = BytesIO()
    with ZipFile(BytesIO(content)) as old, ZipFile(buffer, "w") as new:
        for one in old.namelist():
            part = old.read(one)
            new.writestr(one, part.replace(f"\n{slug},".encode(), b"\n,") if one == "event.csv" else part)
    return buffer.getvalue()


def renamed(content: bytes, slug: str, other: str) -> bytes:
    book = load_workbook(BytesIO(content))
    assert book.worksheets[0]["A2"].value == slug
    book.worksheets[0]["A2"] = other
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def test_nothing_is_written_before_yes_and_the_same_file_twice_changes_nothing(cast: Cast, make: Make) -> None:
    page = preview(cast, csv_of(ONE))
    assert ("1 row makes something new." in page, codes()) == (True, [])
    assert "The programme is written" in take(cast, csv_of(ONE))
    assert codes() == ["walk"]
    page = preview(cast, csv_of(ONE))
    assert ("1 row says what is there already." in page, "Write these rows" in page) == (True, False)


def test_a_change_is_shown_field_by_field_and_a_column_that_is_not_there_stays(cast: Cast, make: Make) -> None:
    make.session(cast.event, "talk", capacity=20)
    page = preview(cast, csv_of(["talk", "別の題"], headings=["プログラムコード", "プログラム名（日本語）"]))
    assert "Title (Japanese)" in page and "<ins>別の題</ins>" in page and page.count("<ins>") == 1  # noqa: PT018
    take(cast, csv_of(["talk", "別の題"], headings=["プログラムコード", "プログラム名（日本語）"]))
    db.session.rollback()
    row = db.session.scalars(db.select(EventSession)).one()
    assert (row.title["ja"], row.capacity, "en" in row.title) == ("別の題", 20, True)


@pytest.mark.parametrize(
    ("date", "begins", "ends"),
    [
        ("2026-10-03", "9:30", "13:30"),
        ("2026/10/3", "09:30", "午後1時30分"),
        ("2026年10月3日（土）", "9時30分", "13時半"),
        ("令和8年10月3日", "午前9時30分", "１３：３０"),
        ("Ｒ８．１０．３", "９：３０", "1:30 pm"),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "utf-16"])
def test_days_and_times_as_they_are_written_in_japan(
    app: Flask, make: Make, date: str, begins: str, ends: str, encoding: str
) -> None:
    event = make.event("fair")
    content = csv_of(["walk", "まち歩き", date, begins, ends, ""], encoding=encoding, delimiter=";")
    plan = laid(event, ("sessions.csv", content)).plan
    (session,) = plan.programme.sessions
    assert (session.title["ja"], session.starts_at, session.ends_at - session.starts_at) == (
        "まち歩き", NOON - timedelta(hours=2, minutes=30), timedelta(hours=4),
    )  # fmt: skip


def test_typed_cells_of_a_workbook_are_days_and_times(app: Flask, make: Make) -> None:
    event = make.event("fair")
    local = (NOON + timedelta(hours=9)).replace(tzinfo=None)
    rows: list[list[Any]] = [SESSIONS, ["walk", "まち歩き", local.date(), local.time(), timedelta(hours=25), ""],
            ["late", "夜", local, local, 0.9, ""]]  # fmt: skip
    done = laid(event, ("book.xlsx", sheets(プログラム=rows)))
    (session,) = done.plan.programme.sessions
    assert (session.starts_at, session.ends_at) == (NOON, NOON + timedelta(hours=13))
    assert [fault.kind for fault in done.plan.fates[1].faults] == ["clock"]


def test_what_cannot_be_empty_stays_where_a_cell_is(app: Flask, make: Make) -> None:
    event = make.event("fair")
    talk = make.session(event, "talk", capacity=20)
    content = csv_of(["talk", "別の題", "", "", "", "", ""], headings=[*SESSIONS, "capacity"])
    (session,) = laid(event, ("sessions.csv", content)).plan.programme.sessions
    assert (session.title["ja"], session.starts_at, session.ends_at) == ("別の題", talk.starts_at, talk.ends_at)
    assert (session.room, session.capacity) == (None, None)


def test_an_event_may_be_moved_only_with_its_sessions(app: Flask, make: Make) -> None:
    event = make.event("fair")
    make.session(event, "talk")
    days = csv_of(["2027-05-01", "2027-05-02"], headings=["starts_on", "ends_on"])
    alone = laid(event, ("event.csv", days))
    assert [(one.row.table, [fault.kind for fault in one.faults]) for one in alone.plan.fates] == [
        ("event", ["others"])
    ]
    moved = csv_of(["talk", "2027-05-01"], headings=["code", "date"])
    both = laid(event, ("event.csv", days), ("sessions.csv", moved))
    assert both.counts == {"new": 0, "changed": 2, "same": 0, "refused": 0}


def test_every_refused_row_says_where_why_and_what_next_and_takes_what_needs_it_along(cast: Cast, make: Make) -> None:
    rows = [
        ["far", "遠い日", "2026-12-24", "10:00", "12:00", ""],
        ["back", "さかさま", "2026-10-03", "12:00", "10:00", ""],
        ["lost", "どこかで", "2026-10-03", "10:00", "12:00", "nowhere"],
        ["moon", "うるう", "2026-02-30", "10:00", "12:00", ""],
        ["noon", "正午", "2026-10-03", "午後12時", "13:00", ""],
        ["none", "", "2026-10-03", "10:00", "12:00", ""],
        ["walk", "まち歩き", "2026-10-03", "10:00", "12:00", ""],
        ["walk", "もう一度", "2026-10-03", "10:00", "12:00", ""],
        ["needs", "新しい室で", "2026-10-03", "10:00", "12:00", "new/hall"],
        ["UPPER", "大文字", "2026-10-03", "10:00", "12:00", ""],
    ]
    venue = [["slug", "name.ja", "latitude"], ["new", "新しい会場", "north"]]
    room = [["venue", "code", "name.ja"], ["new", "hall", "大ホール"]]
    page = preview(cast, sheets(sessions=[SESSIONS, *rows], venues=venue, rooms=room), name="book.xlsx")
    for sentence in (
        "is on no day of the event", "It has to end after it starts", "There is no room “nowhere”",
        "There is no day “2026-02-30”", "“午後12時” is no clear time", "What belongs there: ",
        "Row 8 has this already", "“north” are no degrees", "There is no venue “new”",
        "2 rows make something new.", "10 rows cannot be taken",
    ):  # fmt: skip
        assert sentence in page, sentence
    take(cast, sheets(sessions=[SESSIONS, *rows], venues=venue, rooms=room), name="book.xlsx")
    assert codes() == ["upper", "walk"]


def bomb() -> bytes:
    buffer = BytesIO()
    with ZipFile(buffer, "w", ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", b"0" * 50_000_000)
    return buffer.getvalue()


def lying() -> bytes:
    """A workbook whose only part says that it is small, with the checksum of what it would then be."""
    buffer, told = BytesIO(), b"0" * 1000
    with ZipFile(buffer, "w", ZIP_DEFLATED) as packed:
        packed.writestr("[Content_Types].xml", b"0" * 50_000_000)
        packed.writestr("xl/workbook.xml", b"")
    real = buffer.getvalue()
    honest = struct.pack("<LL", crc32(b"0" * 50_000_000), 50_000_000)
    at = [found.start() for found in re.finditer(re.escape(honest[:4]), real)]
    for place in at:
        real = real[:place] + struct.pack("<L", crc32(told)) + real[place + 4 : place + 8] + struct.pack("<L", 1000) + (
            real[place + 12 :])  # fmt: skip
    assert len(at) == 2
    return real


def test_a_bomb_that_lies_about_its_size_is_never_unpacked() -> None:
    content = lying()
    tracemalloc.start()
    with pytest.raises(Invalid):
        for sheet in sheets_of(content, most_columns=10):
            list(sheet.rows)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 10_000_000


def with_part(name: str) -> bytes:
    buffer = BytesIO(sheets(sessions=[SESSIONS, ONE]))
    with ZipFile(buffer, "a") as packed:
        packed.writestr(name, b"x")
    return buffer.getvalue()


def merged() -> bytes:
    book = load_workbook(BytesIO(sheets(sessions=[SESSIONS, ONE, ONE])))
    book.worksheets[0].merge_cells("A2:A3")
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "Choose a file first."),
        (b"\xff\xfe\xff", "This file is no text"),
        (b"\x89PNG\r\n\x1a\n\xff\xff", "This file is no text"),
        (b"PK\x03\x04broken", "cannot be read"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "of an old kind"),
        (b"\n\n", "There is no row to read"),
        (csv_of(), "There is no row to read"),
        (csv_of(headings=["Colour", "Shape"]), "no headings of a template"),
        (csv_of(ONE, headings=[*SESSIONS[:5], "Colour"]), "“Colour” is not known"),
        (csv_of(ONE, headings=[*SESSIONS[:5], "終了"]), "“終了” stands twice"),
        (csv_of(*[["a", "b"]] * 50_000, headings=["code", "title.ja", *SESSIONS[2:]]), "more than 5,000 rows"),
        (bomb(), "far too large"),
        (with_part("xl/vbaProject.bin"), "holds macros"),
        (merged(), "Cells are merged: A2:A3"),
        (sheets(sessions=[SESSIONS, ONE])[:-40], "cannot be read"),
        (b'{"schedule": {}}', "is no timetable"),
        (b'{"schedule": ', "is no timetable"),
        (b"{" + b'"a":{' * 90_000, "is no timetable"),
    ],
    ids=["none", "wrong encoding", "png", "broken", "xls", "blank", "no rows", "no table", "unknown", "twice", "long",
         "bomb", "macros", "merged", "cut off", "other json", "broken json", "deep json"],
)  # fmt: skip
def test_files_that_cannot_be_read_get_a_sentence(cast: Cast, make: Make, content: bytes, sentence: str) -> None:
    response = read(cast, content)
    assert response.status_code == 422
    assert sentence in response.get_data(as_text=True)


def test_a_formula_is_refused_in_a_workbook_and_a_text_in_csv(cast: Cast, make: Make) -> None:
    formula = ["walk", "=1+1", "2026-10-03", "10:00", "12:00", ""]
    assert "never run" in preview(cast, sheets(sessions=[SESSIONS, formula]))
    take(cast, csv_of(formula))
    db.session.rollback()
    assert db.session.scalars(db.select(EventSession)).one().title == {"ja": "=1+1"}
    event = db.session.merge(cast.event)
    again = laid(event, ("programme.zip", zipped_csv(tables_of(programme_of_event(event), "en"))))
    assert (again.plan.writes, again.counts["refused"]) == (False, 0)


def test_a_file_that_is_too_large_is_refused(cast: Cast, make: Make, app: Flask) -> None:
    app.config["MAX_CONTENT_LENGTH"] = 2000
    assert read(cast, b"x" * 3000).status_code == 413


def test_promised_places_are_never_taken_away(cast: Cast, make: Make) -> None:
    talk = make.session(cast.event, "talk", capacity=20)
    make.release(cast.event)
    make.registration(cast.event, talk, numbers={"spectator": 3})
    few = csv_of(["talk", "2"], headings=["code", "capacity"])
    alone = csv_of(["talk", "yes"], headings=["code", "one_party"])
    assert "More places are promised already than 2." in preview(cast, few)
    assert "Row 2 has this already." in preview(cast, few, alone)
    assert "People have booked already" in preview(cast, alone)


def test_a_room_cannot_become_smaller_than_what_is_promised_in_it(cast: Cast, make: Make) -> None:
    talk = make.session(cast.event, "talk")
    make.release(cast.event)
    make.registration(cast.event, talk, numbers={"spectator": 3})
    place = [f"hall-{cast.event.id}", "room"]
    rooms = [csv_of([*place, size], headings=["venue", "code", "capacity"]) for size in ("2", "3")]
    found = [laid(db.session.merge(cast.event), ("rooms.csv", one)) for one in rooms]
    assert [one.counts["refused"] for one in found] == [1, 0]
    assert [fault.kind for fault in found[0].plan.fates[0].faults] == ["promised"]


def test_somebody_was_there_first(cast: Cast, make: Make) -> None:
    asked = read(cast, csv_of(ONE))
    make.session(cast.event, "talk")
    post(cast.olga, f"{asked.location}/yes")
    page = settled(cast.olga, asked.location)
    assert ("Somebody changed the programme meanwhile" in page, codes()) == (True, ["talk"])
    post(cast.olga, f"{asked.location}/yes")
    assert ("The programme is written" in settled(cast.olga, asked.location), codes()) == (True, ["talk", "walk"])


def test_what_changes_between_the_plan_and_the_lock_is_seen(app: Flask, make: Make) -> None:
    event = make.event("fair")
    done = laid(event, ("sessions.csv", csv_of(ONE)))
    make.session(event, "talk")
    with pytest.raises(ProgrammeChanged), transaction():
        take_plan(event.id, done.plan.programme, mark=done.mark, uuids={}, at=NOON, actor=ANONYMOUS)
    assert codes() == ["talk"]


def test_a_stop_half_way_leaves_nothing_half_done(cast: Cast, make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [["new", "新しい会場"]], [["new", "hall", "大ホール"]]
    book = sheets(
        venues=[["slug", "name.ja"], *rows[0]], rooms=[["venue", "code", "name.ja"], *rows[1]],
        sessions=[SESSIONS, ["walk", "まち歩き", "2026-10-03", "10:00", "12:00", "new/hall"]],
    )  # fmt: skip
    before = json.loads(event_file(db.session.merge(cast.event)))
    asked = read(cast, book, name="book.xlsx")

    def cut(*_given: Any) -> None:
        db.session.flush()
        raise RuntimeError("power cut")

    with monkeypatch.context() as patch:
        patch.setattr("app.programme.operations.imports._Import._places", cut)
        post(cast.olga, f"{asked.location}/yes")
        assert "It was interrupted" in settled(cast.olga, asked.location)
    db.session.rollback()
    assert json.loads(event_file(db.session.get_one(Event, cast.event.id))) == before
    asked = read(cast, book, name="book.xlsx")
    post(cast.olga, f"{asked.location}/stop")
    post(cast.olga, f"{asked.location}/yes")
    assert "Write these rows" not in settled(cast.olga, asked.location)
    assert codes() == []
    assert "The programme is written" in take(cast, book, name="book.xlsx")
    assert codes() == ["walk"]


def test_templates_are_explained_and_can_be_read_as_they_are_filled_in(cast: Cast, make: Make) -> None:
    for language in ("ja", "en"):
        book = load_workbook(BytesIO(cast.olga.get(f"{FILES}/template.xlsx?lang={language}").get_data()))
        titles = ["プログラム", "列の説明"] if language == "ja" else ["Sessions", "Columns"]
        assert titles[0] in book.sheetnames and book.sheetnames[-1] == titles[1]  # noqa: PT018
        sheet = book[titles[0]]
        assert str(sheet["A2"].value).startswith("# ")
        assert (sheet["A2"].alignment.wrap_text, sheet.freeze_panes) == (True, "A2")
        assert sheet.column_dimensions["B"].width >= 24
        at = {cell.value: cell.column or 0 for cell in sheet[1]}
        names = ("プログラムコード", "プログラム名（日本語）", "日付", "開始", "終了") if language == "ja" else (
            "Session code", "Title (Japanese)", "Date", "Begins", "Ends")  # fmt: skip
        offered = {str(one.sqref).partition("2:")[0]: one.formula1 for one in sheet.data_validations.dataValidation}
        admission = get_column_letter(at["参加方法" if language == "ja" else "Way of taking part"])
        assert ("事前申込制" if language == "ja" else "Register or come if there is room") in offered[admission]
        for name, value in zip(names, [f"walk-{language}", *ONE[1:]], strict=False):
            sheet.cell(3, at[name]).value = value
        sheet[f"{admission}3"] = offered[admission].strip('"').split(",")[1]
        buffer = BytesIO()
        book.save(buffer)
        assert "The programme is written" in take(cast, buffer.getvalue(), name="filled.xlsx")
    assert codes() == ["walk-en", "walk-ja"]
    assert set(db.session.scalars(db.select(EventSession.admission))) == {AdmissionRule.BOOKING_AND_WALK_IN}
    assert cast.olga.get(f"{FILES}/template/sessions.csv").get_data().startswith(b"\xef\xbb\xbf")
    assert [cast.olga.get(f"{FILES}/{one}").status_code for one in ("template.exe", "template/none.csv")] == [404, 404]


def test_strangers_and_colleagues_get_nothing(cast: Cast, make: Make) -> None:
    asked = read(cast, csv_of(ONE))
    for path in (FILES, f"{FILES}/template.xlsx", f"{FILES}/tables.zip", f"{FILES}/template/sessions.csv"):
        assert cast.statuses(path) == {
            "owner": 200, "olga": 200, "dora": 403, "victor": 403, "sam": 404, "stranger": 302}  # fmt: skip
    assert cast.statuses(asked.location)["owner"] == 404
    assert post(cast.owner, f"{asked.location}/yes").status_code == 404
    assert post(cast.sam, f"{asked.location}/yes").status_code == 404
    assert codes() == []
