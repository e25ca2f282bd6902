"""Layout B of the event list and the national core model: exact names, types, nothing made up, the guide."""

import csv
import json
import re
from datetime import date, time
from io import BytesIO, StringIO
from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask
from openpyxl import load_workbook

from app.programme.exports import FORMATS, edition_of
from app.programme.exports.national import FIELDS, lacking
from app.programme.exports.open_data_b import COLUMNS
from tests.make import Make
from tests.programme.files import demo, publish

BASE = "https://fair.example.jp"
GUIDE = Path(__file__).resolve().parents[3] / "docs/guide/open-data-models.md"
# Independent of the mapping under test: the header line of 128 municipal files.
LAYOUT_B = """
NO,都道府県コード又は市区町村コード,名称,名称(カナ),名称(英字),名称(通称),サブタイトル,概要,説明,サブイベント,
イベント種類,URL,画像URL,状態,対象となる産業,ステージ,開始日,終了日,開始時刻,終了時刻,日時備考,場所名称,集合場所,
郵便番号,住所都道府県,住所市区町村,住所町名,住所丁目以下,建物名等,緯度,経度,主催団体,共催団体,その他関係団体,対象者,
定員,料金(基本),料金(詳細),外国語対応,申込期限日,申込期限時刻,申込方法,アクセス方法,駐車場情報,駐輪場情報,
連絡先名称,連絡先電話番号,連絡先内線番号,連絡先メールアドレス,備考
""".replace("\n", "").split(",")
REQUIRED = {"id", "eventName", "description", "eventType", "eventUrl", "webinarStatus", "organizer", "targetPerson",
            "feeStatus", "contactPointInformation"}  # fmt: skip


@pytest.mark.parametrize("name", ["yocolab-2023", "practice"])
def test_layout_b_has_its_fifty_columns_and_four_of_ours(app: Flask, make: Make, name: str) -> None:
    edition = edition_of(publish(make.host(), demo(name)), base_url=BASE)
    content = FORMATS["event-list-b"].write(edition)
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(StringIO(content.decode("utf-8-sig"), newline="")))
    assert (len(LAYOUT_B), list(rows[0])) == (50, [*LAYOUT_B, "更新日", "出典", "ライセンス", "ライセンスURL"])
    for row in rows:
        assert (row["開始日"], row["開始時刻"]) < (row["終了日"], row["終了時刻"])
        date.fromisoformat(row["開始日"])
        time.fromisoformat(row["終了時刻"])
        assert re.fullmatch(r"https://fair\.example\.jp/events/[a-z0-9-]+/sessions/[a-z0-9-]+", row["URL"])


def test_an_address_in_yokohama_is_divided(app: Flask, make: Make) -> None:
    edition = edition_of(publish(make.host(), demo("yocolab-2023")), base_url=BASE)
    row = next(csv.DictReader(StringIO(FORMATS["event-list-b"].write(edition).decode("utf-8-sig"))))
    assert [row[f"住所{part}"] for part in ("都道府県", "市区町村", "町名", "丁目以下")] == [
        "神奈川県", "横浜市中区", "本町", "6丁目50番地の10"]  # fmt: skip


@pytest.mark.parametrize("name", ["yocolab-2023", "practice"])
def test_the_core_model_leaves_out_what_nobody_said(app: Flask, make: Make, name: str) -> None:
    edition = edition_of(publish(make.host(), demo(name)), base_url=BASE)
    found = json.loads(FORMATS["core-model"].write(edition))
    assert len(found) == len(edition.programme.sessions)
    assert {field.key for field in FIELDS if field.required} == REQUIRED
    for one in found:
        UUID(one["id"])
        assert set(one) <= {field.key for field in FIELDS}
        assert all(value not in ("", None) for value in one.values())
        assert one["webinarStatus"] in ("現地開催のみ", "オンライン", "ハイブリッド")
        assert isinstance(one.get("capacity", 0), int)
    told = {(session.code, key) for session, one in zip(edition.programme.sessions, found, strict=True)
            for key in REQUIRED - set(one)}  # fmt: skip
    assert told == set(lacking(edition))
    assert {key for _session, key in told} <= {"targetPerson", "contactPointInformation"}


def test_where_one_joins_online_stands_nowhere(app: Flask, make: Make) -> None:
    edition = edition_of(publish(make.host(), demo("practice")), base_url=BASE)
    online = [one for one in edition.programme.sessions if one.online]
    assert online
    assert all(str(one.online_url).encode() not in FORMATS["core-model"].write(edition) for one in online)


def test_the_guide_tells_both_mappings_in_their_order() -> None:
    rows = [[cell.strip() for cell in line.strip("|").split("|")]
            for line in GUIDE.read_text(encoding="utf-8").splitlines() if line[:2] == "| "]  # fmt: skip
    assert [row[0] for row in rows if len(row) == 2][1:] == [one.name for one in COLUMNS]
    told = [(row[0], row[1], row[2] == "yes") for row in rows if len(row) == 4][1:]
    assert told == [(one.key, one.name, one.required) for one in FIELDS]
    assert all(row[-1] for row in rows)


def test_the_public_table_is_a_workbook_too(app: Flask, make: Make) -> None:
    edition = edition_of(publish(make.host(), demo("practice")), base_url=BASE)
    lines = list(csv.reader(StringIO(FORMATS["csv"].write(edition).decode("utf-8-sig"))))
    book = load_workbook(BytesIO(FORMATS["xlsx"].write(edition)))
    assert [[str(cell.value or "") for cell in row] for row in book.worksheets[0].iter_rows()] == lines
