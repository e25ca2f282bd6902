"""The programme as municipal open data: イベント一覧 (event list), layout A of the recommended set, a row a session.

`COLUMNS` is the whole mapping: the column's name, whether the layout requires a value, and where it comes from. Extra
columns at the end are normal practice and carry what the layout has no place for: the update, the source, the licence.
docs/guide/open-data.md tells the same in prose, a line a column; a test holds the two together.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from app.programme.exports.edition import Edition
from app.programme.rules import AdmissionRule, ParticipationRole
from app.programme.rules.facts import EventSessionFacts, Texts
from app.web.languages import without_readings
from app.web.prose import unmarked
from app.web.tables import BYTE_ORDER_MARK, csv_text

ONLINE = "オンライン"
PREFECTURES = re.compile(
    "北海道|東京都|京都府|大阪府|(?:青森|岩手|宮城|秋田|山形|福島|茨城|栃木|群馬|埼玉|千葉|神奈川|新潟|富山|石川|福井|山梨|長野|岐阜|静岡|愛知|三重|"
    "滋賀|兵庫|奈良|和歌山|鳥取|島根|岡山|広島|山口|徳島|香川|愛媛|高知|福岡|佐賀|長崎|熊本|大分|宮崎|鹿児島|沖縄)県"
)
HOW = {
    AdmissionRule.WALK_IN: "当日参加可",
    AdmissionRule.BOOKING_AND_WALK_IN: "事前申込制。空きがあれば当日参加可",
    AdmissionRule.BOOKING_ONLY: "要事前申込み",
    AdmissionRule.APPROVAL: "要事前申込み（主催者の承認による）",
    AdmissionRule.LOTTERY: "要事前申込み（抽選）",
    AdmissionRule.CLOSED: "関係者のみ",
}
# What CP932 has under another code point than the one that people type.
CP932 = str.maketrans({"〜": "～", "−": "－", "–": "－", "—": "―", "‖": "∥", "¢": "￠", "£": "￡", "¬": "￢"})
_HIRAGANA = re.compile("[ぁ-ゖゝゞ]")


@dataclass(frozen=True)
class Column:
    """One column: its exact name, whether it must have a value, and where the value comes from."""

    name: str
    value: Callable[["Row"], str]
    required: bool = False


@dataclass(frozen=True)
class Row:
    """One session of an edition, in words of the layout."""

    edition: Edition
    session: EventSessionFacts

    @property
    def starts(self) -> tuple[str, str]:
        return _day_and_time(self, self.session.starts_at)

    @property
    def ends(self) -> tuple[str, str]:
        return _day_and_time(self, self.session.ends_at)

    @property
    def address(self) -> str:
        place = self.edition.where(self.session)
        return _ja(place[0].address) if place else ONLINE if self.session.online else ""

    @property
    def closes(self) -> tuple[str, str]:
        """When registration closes, where there is any."""
        closes_at = self.edition.event.registration_closes_at
        bookable = self.session.admission not in (AdmissionRule.WALK_IN, AdmissionRule.CLOSED)
        return _day_and_time(self, closes_at) if closes_at and bookable else ("", "")


def event_list(edition: Edition, *, encoding: str = "utf-8") -> bytes:
    """The file in UTF-8 with a byte order mark, or in CP932 (`encoding`), where a letter it lacks becomes 〓."""
    rows = [[column.value(Row(edition, session)) for column in COLUMNS] for session in edition.programme.sessions]
    text = csv_text([[column.name for column in COLUMNS], *rows])
    if encoding == "cp932":
        return "".join(map(_in_cp932, text.translate(CP932))).encode("cp932")
    return (BYTE_ORDER_MARK + text).encode()


def missing_values(edition: Edition) -> list[tuple[str, str]]:
    """Session and column where the layout requires a value that the programme does not have."""
    return [
        (session.code, column.name)
        for session in edition.programme.sessions
        for column in COLUMNS
        if column.required and not column.value(Row(edition, session))
    ]


def _name(row: Row) -> str:
    return _ja(row.session.title)


def _reading(row: Row) -> str:
    """Readings are kept in hiragana; the layout asks for katakana."""
    return _HIRAGANA.sub(lambda found: chr(ord(found[0]) + 0x60), row.session.reading or "")


def _description(row: Row) -> str:
    return unmarked(_ja(row.session.description)) or _ja(row.edition.event.summary) or _ja(row.session.kind)


def _fee(row: Row) -> str:
    """The number only where the words leave no doubt."""
    return "0" if _ja(row.edition.event.fee) in ("無料", "参加無料", "入場無料") else ""


def _organisers(row: Row) -> str:
    programme = row.edition.programme
    names = [_ja(programme.organisation[one.organisation].name) for one in row.session.organisations
             if one.role is ParticipationRole.ORGANISER]  # fmt: skip
    names = names or [_ja(programme.organisation[one.organisation].name) for one in programme.participations
                      if one.role is ParticipationRole.ORGANISER]  # fmt: skip
    return "、".join(names)


def _prefecture(row: Row) -> str:
    found = PREFECTURES.match(row.address)
    return found[0] if found else ""


def _venue(row: Row) -> str:
    place = row.edition.where(row.session)
    return _ja(place[0].name) if place else ONLINE if row.session.online else ""


def _room(row: Row) -> str:
    place = row.edition.where(row.session)
    return " ".join(part for part in (place[1].floor, _ja(place[1].name)) if part) if place else ""


def _parking(row: Row) -> str:
    place = row.edition.where(row.session)
    return unmarked(_ja(place[0].parking)) if place else ""


def _position(row: Row, name: str) -> str:
    place = row.edition.where(row.session)
    value = getattr(place[0], name) if place else None
    return "" if value is None else f"{float(value):.6f}"


def _capacity(row: Row) -> str:
    capacity = row.edition.capacity(row.session)
    return "" if capacity is None else str(capacity)


def _how(row: Row) -> str:
    how = HOW[row.session.admission]
    bookable = row.session.admission not in (AdmissionRule.WALK_IN, AdmissionRule.CLOSED)
    return f"{how}：{row.edition.url}register" if bookable else how


def _remarks(row: Row) -> str:
    facts = row.edition.event
    remarks = [f"「{_ja(facts.title)}」のプログラム"]
    if row.session.cancelled:
        remarks.insert(0, "中止")
    if facts.fictional:
        remarks.append("架空の催し（練習用）")
    return "。".join(remarks)


def _contact(row: Row, name: str) -> str:
    value = row.edition.event.contact.get(name)
    return _ja(value) if isinstance(value, dict) else str(value or "")


def _updated(row: Row) -> str:
    return row.edition.release.released_at.astimezone(row.edition.event.zone).date().isoformat()


def _source(row: Row) -> str:
    title = row.edition.event.source.get("title")
    return _ja(title) if isinstance(title, dict) else ""


COLUMNS = (
    Column("都道府県コード又は市区町村コード", lambda row: row.edition.event.municipality_code or ""),
    Column("NO", lambda row: row.session.code),
    Column("都道府県名", _prefecture),
    Column("市区町村名", lambda row: row.edition.event.municipality or ""),
    Column("イベント名", _name, required=True),
    Column("イベント名_カナ", _reading, required=True),
    Column("イベント名_英語", lambda row: row.session.title.get("en", "")),
    Column("開始日", lambda row: row.starts[0], required=True),
    Column("終了日", lambda row: row.ends[0], required=True),
    Column("開始時間", lambda row: row.starts[1], required=True),
    Column("終了時間", lambda row: row.ends[1], required=True),
    Column("開始日時特記事項", lambda row: "中止" if row.session.cancelled else ""),
    Column("説明", _description, required=True),
    Column("料金(基本)", _fee),
    Column("料金(詳細)", lambda row: _ja(row.edition.event.fee)),
    Column("連絡先名称", lambda row: _contact(row, "name")),
    Column("連絡先電話番号", lambda row: _contact(row, "phone")),
    Column("連絡先内線番号", lambda _row: ""),
    Column("主催者", _organisers),
    Column("場所名称", _venue, required=True),
    Column("住所", lambda row: row.address, required=True),
    Column("方書", _room),
    Column("緯度", lambda row: _position(row, "latitude")),
    Column("経度", lambda row: _position(row, "longitude")),
    Column("アクセス方法", lambda row: unmarked(_ja(row.edition.access(row.session)))),
    Column("駐車場情報", _parking),
    Column("定員", _capacity),
    Column("参加申込終了日", lambda row: row.closes[0]),
    Column("参加申込終了時間", lambda row: row.closes[1]),
    Column("参加申込方法", _how),
    Column("URL", lambda row: row.edition.session_url(row.session)),
    Column("備考", _remarks),
    Column("更新日", _updated),
    Column("出典", _source),
    Column("ライセンス", lambda row: row.edition.event.licence or ""),
    Column("ライセンスURL", lambda row: row.edition.event.licence_url or ""),
)
"""Layout A in its order, and four columns of ours at the end."""


def _day_and_time(row: Row, at: datetime) -> tuple[str, str]:
    local = at.astimezone(row.edition.event.zone)
    return local.date().isoformat(), local.strftime("%H:%M")


def _ja(texts: Texts) -> str:
    """The Japanese text; where there is none, the first there is."""
    return without_readings(texts.get("ja") or next(iter(texts.values()), ""))


def _in_cp932(letter: str) -> str:
    try:
        letter.encode("cp932")
    except UnicodeEncodeError:
        return "〓"
    return letter
