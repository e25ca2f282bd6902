"""The programme as イベント一覧 of the base registry's trial (layout B, 50 columns), a row a session.

`COLUMNS` is the whole mapping, as in app.programme.exports.open_data, whose values it shares where both layouts mean
the same. docs/guide/open-data-models.md tells it in prose; a test holds the two together. What the programme does not
say stays empty.
"""

import re

from app.programme.exports.edition import Edition
from app.programme.exports.open_data import COLUMNS as LAYOUT_A
from app.programme.exports.open_data import Column, Row
from app.programme.rules import ParticipationRole
from app.web.languages import without_readings
from app.web.tables import BYTE_ORDER_MARK, csv_text

A = {column.name: column.value for column in LAYOUT_A}
EXTRA = ("更新日", "出典", "ライセンス", "ライセンスURL")
_LANGUAGES = {"en": "英語", "ja-easy": "やさしい日本語"}
_WARD = re.compile("[^0-9０-９]{1,4}?区")
_DIGIT = re.compile("[0-9０-９]")


def event_list_b(edition: Edition) -> bytes:
    """UTF-8 with a byte order mark."""
    rows = [[column.value(Row(edition, session)) for column in COLUMNS] for session in edition.programme.sessions]
    return (BYTE_ORDER_MARK + csv_text([[column.name for column in COLUMNS], *rows])).encode()


def address(row: Row) -> tuple[str, str, str, str]:
    """Prefecture, municipality with its ward, town, and what follows from the first digit; the municipality only where
    the address goes on with the event's own."""
    whole, prefecture = row.address, A["都道府県名"](row)
    if not prefecture:
        return "", "", "", ""
    rest, own = whole[len(prefecture) :], row.edition.event.municipality or ""
    city = own if own and rest.startswith(own) else ""
    if city and (ward := _WARD.match(rest[len(city) :])):
        city += ward[0]
    rest = rest[len(city) :]
    digit = _DIGIT.search(rest)
    at = digit.start() if digit else len(rest)
    return prefecture, city, rest[:at], rest[at:]


def names_with(row: Row, *roles: ParticipationRole) -> str:
    """Organisations of the session in these roles, or else those of the event."""
    programme = row.edition.programme
    own = [one.organisation for one in row.session.organisations if one.role in roles]
    codes = own or [one.organisation for one in programme.participations if one.role in roles]
    found = (programme.organisation[code] for code in dict.fromkeys(codes))
    return "、".join(_ja(one.name) for one in found if one.public and one.named)


def other_names(row: Row) -> str:
    """Organisations of the session that neither organise nor cooperate."""
    known = (ParticipationRole.ORGANISER, ParticipationRole.COOPERATION)
    found = [row.edition.programme.organisation[one.organisation] for one in row.session.organisations
             if one.role not in known]  # fmt: skip
    return "、".join(_ja(one.name) for one in found if one.public and one.named)


def languages(row: Row) -> str:
    """Languages beside Japanese that are spoken."""
    return "、".join(_LANGUAGES[one] for one in row.session.languages if one in _LANGUAGES)


def closes(row: Row) -> tuple[str, str]:
    """The session's own last moment for bookings, else that of the event's registration."""
    if row.session.booking_closes_at is None:
        return row.closes
    local = row.session.booking_closes_at.astimezone(row.edition.event.zone)
    return local.date().isoformat(), local.strftime("%H:%M")


def contact(row: Row, name: str) -> str:
    """A part of the event's contact."""
    value = row.edition.event.contact.get(name)
    return _ja(value) if isinstance(value, dict) else str(value or "")


def _nothing(_row: Row) -> str:
    return ""


def _ja(texts: dict[str, str]) -> str:
    return without_readings(texts.get("ja") or next(iter(texts.values()), ""))


COLUMNS = (
    Column("NO", A["NO"]),
    Column("都道府県コード又は市区町村コード", A["都道府県コード又は市区町村コード"]),
    Column("名称", A["イベント名"]),
    Column("名称(カナ)", A["イベント名_カナ"]),
    Column("名称(英字)", A["イベント名_英語"]),
    Column("名称(通称)", _nothing),
    Column("サブタイトル", _nothing),
    Column("概要", lambda row: _ja(row.session.kind)),
    Column("説明", A["説明"]),
    Column("サブイベント", _nothing),
    Column("イベント種類", lambda row: _ja(row.session.kind)),
    Column("URL", A["URL"]),
    Column("画像URL", _nothing),
    Column("状態", A["開始日時特記事項"]),
    Column("対象となる産業", _nothing),
    Column("ステージ", _nothing),
    Column("開始日", A["開始日"]),
    Column("終了日", A["終了日"]),
    Column("開始時刻", A["開始時間"]),
    Column("終了時刻", A["終了時間"]),
    Column("日時備考", A["開始日時特記事項"]),
    Column("場所名称", A["場所名称"]),
    Column("集合場所", _nothing),
    Column("郵便番号", _nothing),
    Column("住所都道府県", lambda row: address(row)[0]),
    Column("住所市区町村", lambda row: address(row)[1]),
    Column("住所町名", lambda row: address(row)[2]),
    Column("住所丁目以下", lambda row: address(row)[3]),
    Column("建物名等", A["方書"]),
    Column("緯度", A["緯度"]),
    Column("経度", A["経度"]),
    Column("主催団体", A["主催者"]),
    Column("共催団体", _nothing),
    Column("その他関係団体", other_names),
    Column("対象者", lambda row: "こども" if row.session.for_children else ""),
    Column("定員", A["定員"]),
    Column("料金(基本)", A["料金(基本)"]),
    Column("料金(詳細)", A["料金(詳細)"]),
    Column("外国語対応", languages),
    Column("申込期限日", lambda row: closes(row)[0]),
    Column("申込期限時刻", lambda row: closes(row)[1]),
    Column("申込方法", A["参加申込方法"]),
    Column("アクセス方法", A["アクセス方法"]),
    Column("駐車場情報", A["駐車場情報"]),
    Column("駐輪場情報", _nothing),
    Column("連絡先名称", A["連絡先名称"]),
    Column("連絡先電話番号", A["連絡先電話番号"]),
    Column("連絡先内線番号", _nothing),
    Column("連絡先メールアドレス", lambda row: contact(row, "email")),
    Column("備考", A["備考"]),
    *(Column(name, A[name]) for name in EXTRA),
)
"""Layout B in its order, and the four columns of ours at the end."""
