"""イベント一覧 as open data: the layout's columns in order, types and required values, read back on their own."""

import csv
import re
from datetime import date, time
from io import StringIO
from pathlib import Path

import pytest
from flask import Flask

from app.programme.exports import edition_of, event_list
from app.programme.exports.open_data import COLUMNS as MAPPING
from app.programme.exports.open_data import missing_values
from tests.make import Make
from tests.programme.files import demo, publish, session, small

# Independent of the mapping under test: the column list of the recommended data set, with type and presence.
LAYOUT = """
都道府県コード又は市区町村コード text optional|NO text optional|都道府県名 text optional|
市区町村名 text optional|イベント名 text required|イベント名_カナ text required|イベント名_英語 text optional|
開始日 date required|終了日 date required|開始時間 time required|終了時間 time required|
開始日時特記事項 text optional|説明 text required|料金(基本) number optional|料金(詳細) text optional|
連絡先名称 text optional|連絡先電話番号 text optional|連絡先内線番号 text optional|主催者 text optional|
場所名称 text required|住所 text required|方書 text optional|緯度 number optional|経度 number optional|
アクセス方法 text optional|駐車場情報 text optional|定員 number optional|参加申込終了日 date optional|
参加申込終了時間 time optional|参加申込方法 text optional|URL url optional|備考 text optional
"""
COLUMNS = [tuple(one.split(" ")) for one in LAYOUT.replace("\n", "").split("|")]
READ = {"date": date.fromisoformat, "time": time.fromisoformat, "number": float}


def table(content: bytes, encoding: str = "utf-8-sig") -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(content.decode(encoding), newline="")))


@pytest.mark.parametrize("name", ["yocolab-2023", "practice"])
def test_both_demonstrations_are_valid_in_the_layout(app: Flask, make: Make, name: str) -> None:
    edition = edition_of(publish(make.host(), demo(name)), base_url="https://fair.example.jp")
    content = event_list(edition)
    assert content.startswith(b"\xef\xbb\xbf")
    rows = table(content)
    assert list(rows[0])[: len(COLUMNS)] == [column for column, _, _ in COLUMNS]
    assert [row["NO"] for row in rows] == [one.code for one in edition.programme.sessions]
    for row in rows:
        for column, kind, presence in COLUMNS:
            assert row[column] or presence == "optional", (row["NO"], column)
            if row[column] and kind in READ:
                READ[kind](row[column])
        assert re.fullmatch(r"https://fair\.example\.jp/events/[a-z0-9-]+/sessions/[a-z0-9-]+", row["URL"])
        assert re.fullmatch(r"[^ぁ-ゖ]+", row["イベント名_カナ"])
        assert (row["開始日"], row["開始時間"]) < (row["終了日"], row["終了時間"])
    assert missing_values(edition) == []


def test_yokohama_stands_in_its_prefecture_and_its_source_beside_it(app: Flask, make: Make) -> None:
    edition = edition_of(publish(make.host(), demo("yocolab-2023")), base_url="https://fair.example.jp")
    first = table(event_list(edition))[0]
    assert first["都道府県名"] == "神奈川県"
    assert first["料金(基本)"] == "0"
    assert first["場所名称"] == "横浜市庁舎"
    assert first["備考"] == "「ヨコラボ 2023」のプログラム"
    assert first["出典"] == "協働・共創の一体的取組について（進捗報告）別紙「ヨコラボ 2023」"


def test_the_publishing_municipality_stands_in_every_row_and_no_licence_is_claimed(app: Flask, make: Make) -> None:
    edition = edition_of(publish(make.host(), demo("yocolab-2023")), base_url="https://fair.example.jp")
    columns = ("都道府県コード又は市区町村コード", "市区町村名", "ライセンス", "ライセンスURL")
    assert {tuple(row[one] for one in columns) for row in table(event_list(edition))} == {("141003", "横浜市", "", "")}
    assert {"municipality", "municipality_code"} <= set(edition.event.not_in_source)


def test_licence_and_parking_have_their_columns(app: Flask, make: Make) -> None:
    document = small(licence="CC BY 4.0", licence_url="https://creativecommons.org/licenses/by/4.0/")
    document["venues"][0]["parking"] = {"ja": "駐車場はありません"}
    (row,) = table(event_list(edition_of(publish(make.host(), document), base_url="https://fair.example.jp")))
    assert row["駐車場情報"] == "駐車場はありません"
    assert list(row)[len(COLUMNS) :] == ["更新日", "出典", "ライセンス", "ライセンスURL"]
    assert (row["ライセンス"], row["ライセンスURL"]) == ("CC BY 4.0", "https://creativecommons.org/licenses/by/4.0/")


def test_the_guide_tells_the_whole_mapping_in_its_order() -> None:
    guide = (Path(__file__).resolve().parents[3] / "docs/guide/open-data.md").read_text(encoding="utf-8")
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in guide.splitlines() if line[:2] == "| "]
    told = [(name, required == "yes") for name, required, _ in rows[1:]]
    assert told == [(one.name, one.required) for one in MAPPING]
    assert all(why for _, _, why in rows)


def test_what_is_made_up_says_so_in_every_row(app: Flask, make: Make) -> None:
    edition = edition_of(publish(make.host(), demo("practice")), base_url="https://fair.example.jp")
    assert all("架空の催し（練習用）" in row["備考"] for row in table(event_list(edition)))


def test_old_spreadsheets_get_cp932_and_a_mark_for_letters_that_it_lacks(app: Flask, make: Make) -> None:
    document = small()
    document["sessions"][0]["title"] = {"ja": "春〜夏 − 𠮷野さんと🎈"}
    edition = edition_of(publish(make.host(), document), base_url="https://fair.example.jp")
    (row,) = table(event_list(edition, encoding="cp932"), "cp932")
    assert row["イベント名"] == "春～夏 － 〓野さんと〓"


def test_required_values_that_a_programme_lacks_are_named(app: Flask, make: Make) -> None:
    edition = edition_of(publish(make.host(), small()), base_url="https://fair.example.jp")
    assert missing_values(edition) == [("walk", "イベント名_カナ"), ("walk", "説明"), ("walk", "住所")]


def test_over_midnight_ends_on_the_next_day_and_a_cancelled_session_says_so(app: Flask, make: Make) -> None:
    document = small()
    document["sessions"] = [{**session("night", "2026-10-03T23:00", "2026-10-04T01:30"), "status": "cancelled"}]
    edition = edition_of(publish(make.host(), document), base_url="https://fair.example.jp")
    (row,) = table(event_list(edition))
    assert [row["開始日"], row["開始時間"], row["終了日"], row["終了時間"]] == [
        "2026-10-03",
        "23:00",
        "2026-10-04",
        "01:30",
    ]
    assert row["開始日時特記事項"] == "中止"


def test_no_cell_becomes_a_formula(app: Flask, make: Make) -> None:
    document = small()
    document["sessions"][0]["title"] = {"ja": "=HYPERLINK(1)"}
    edition = edition_of(publish(make.host(), document), base_url="https://fair.example.jp")
    assert table(event_list(edition))[0]["イベント名"] == "'=HYPERLINK(1)"
