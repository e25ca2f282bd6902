"""The programme in the national core data model for events (GIF コアデータモデル), as JSON: an object a session.

`FIELDS` is the whole mapping under the model's English keys; docs/guide/open-data-models.md tells it in prose and a
test holds the two together. A key without a value is left out, also where the model requires one: nothing is made up.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from app.programme.exports.edition import Edition
from app.programme.exports.open_data import Row
from app.programme.exports.open_data_b import COLUMNS as LAYOUT_B
from app.programme.exports.open_data_b import closes, contact, languages, names_with, other_names
from app.programme.rules import AdmissionRule, ParticipationRole

B = {column.name: column.value for column in LAYOUT_B}
ON_SITE, ONLINE, BOTH = "現地開催のみ", "オンライン", "ハイブリッド"


@dataclass(frozen=True)
class Field:
    """One key of the model, what the model calls it, where its value comes from, and whether the model requires it."""

    key: str
    name: str
    value: Callable[[Row], Any]
    required: bool = False


def core_model(edition: Edition) -> bytes:
    """Every session of the release, in order."""
    rows = [Row(edition, session) for session in edition.programme.sessions]
    filled = [{field.key: value for field in FIELDS if (value := field.value(row)) not in ("", None)} for row in rows]
    return json.dumps(filled, ensure_ascii=False, indent=1).encode()


def lacking(edition: Edition) -> list[tuple[str, str]]:
    """Session and key where the model requires a value that the programme does not have."""
    rows = [Row(edition, session) for session in edition.programme.sessions]
    return [
        (row.session.code, field.key)
        for row in rows
        for field in FIELDS
        if field.required and field.value(row) in ("", None)
    ]


def _where(row: Row) -> str:
    """On site, online, or both."""
    if not row.session.online:
        return ON_SITE
    return BOTH if row.session.room else ONLINE


def _fee(row: Row) -> str:
    """Said only where the words leave no doubt."""
    return "無料" if B["料金(基本)"](row) == "0" else ""


def _contact(row: Row) -> str:
    return ";".join(filter(None, (contact(row, name) for name in ("name", "phone", "email", "url"))))


def _capacity(row: Row) -> int | None:
    return row.edition.capacity(row.session)


def _whole_address(row: Row) -> str:
    return row.address if row.session.room else ""


def _apply_at(row: Row) -> str:
    free = row.session.admission in (AdmissionRule.WALK_IN, AdmissionRule.CLOSED)
    return "" if free else f"{row.edition.url}register"


def _minutes(row: Row) -> str:
    minutes = round((row.session.ends_at - row.session.starts_at).total_seconds() / 60)
    return f"{minutes}分"


def _joined(row: Row) -> str:
    """Who cooperates, and the session's other organisations."""
    return ";".join(filter(None, (names_with(row, ParticipationRole.COOPERATION), other_names(row)))).replace("、", ";")


FIELDS = (
    Field("id", "ID", lambda row: str(row.edition.uuid(row.session)), required=True),
    Field("eventName", "イベント名", B["名称"], required=True),
    Field("eventNameKana", "イベント名(カナ)", B["名称(カナ)"]),
    Field("eventNameEn", "イベント名(英字)", B["名称(英字)"]),
    Field("description", "説明", B["説明"], required=True),
    Field("eventType", "イベント種類", B["イベント種類"], required=True),
    Field("eventUrl", "イベントURL", B["URL"], required=True),
    Field("status", "状態", B["状態"]),
    Field("keyword", "キーワード", lambda row: row.session.track or ""),
    Field("dateOfStart", "開始日", B["開始日"]),
    Field("dateOfEnd", "終了日", B["終了日"]),
    Field("startTime", "開始時刻", B["開始時刻"]),
    Field("endTime", "終了時刻", B["終了時刻"]),
    Field("dateTimeDescription", "日時説明", B["日時備考"]),
    Field("location", "開催場所", B["場所名称"]),
    Field("locationAddress", "開催場所住所", _whole_address),
    Field("venueFacility", "開催施設", B["建物名等"]),
    Field("accessMethod", "アクセス方法", B["アクセス方法"]),
    Field("webinarStatus", "Web開催", _where, required=True),
    Field("organizer", "主催団体", B["主催団体"], required=True),
    Field("relatedGroup", "関連団体", _joined),
    Field("targetPerson", "対象者", B["対象者"], required=True),
    Field("capacity", "定員", _capacity),
    Field("feeStatus", "料金有無", _fee, required=True),
    Field("contactPointInformation", "連絡先情報", _contact, required=True),
    Field("languageCode", "言語コード", lambda _row: "ja"),
    Field("contentsUrl", "コンテンツURL", lambda row: row.edition.url),
    Field("timeRequired", "所要時間", _minutes),
    Field("feeDescription", "料金説明", B["料金(詳細)"]),
    Field("foreignLanguageSupport", "外国語対応", languages),
    Field("deadlineDateOfApplication", "申込期限日", lambda row: closes(row)[0]),
    Field("applicationDeadlineTime", "申込期限時刻", lambda row: closes(row)[1]),
    Field("applicationUrl", "申込URL", _apply_at),
    Field("applicationMethod", "申込方法", B["申込方法"]),
)
"""Keys of the model that a programme can say something of."""
