"""Attendance as open data: the newest edition and nothing else, a row a number, as CSV and as JSON.

`COLUMNS` is the data dictionary: it is written out as metadata (CSV on the Web), stands in the JSON, and in
docs/guide/open-data.md, which a test compares.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from analytics.queries.editions import Issued
from analytics.rules import Attendance
from analytics.rules.editions import UNSPLIT, Shown, ShownCategory, Sitting, Standing
from analytics.rules.suppression import LEAST, WIDTH
from app.programme.rules.facts import EventFacts
from app.web.languages import without_readings
from app.web.tables import csv_bytes

TOTAL = "total"
HIDDEN = "–"
METHOD = {
    "ja": (
        f"{LEAST}人未満の数（0を除く）は表示しません。差し引きで分からないよう、ほかの数も最小限あわせて非表示にします。"
        f"表示されている数をどう足し引きし、見比べても、非表示の各数は{WIDTH + 1}通り以上の値を取り得ます。"
        "前の版で非表示にした数は、0になっても非表示のままです。"
        "人数と延べ人数を並べると小さい数が分かってしまう場合は、延べ人数を0も含めてすべて非表示にします。"
    ),
    "en": (
        f"Numbers from 1 to {LEAST - 1} are hidden, with as few others as it takes so that no subtraction "
        "gives them away. "
        f"However what is shown is added, subtracted and compared, each hidden number may have at least {WIDTH + 1} "
        "values. What an edition before has hidden stays hidden, even as 0. Where people beside visits would "
        "give small numbers away, all visits are hidden, zeros too."
    ),
}


@dataclass(frozen=True)
class Row:
    """One number with all that it is about. Session and day None: all of them; category None: all."""

    event: EventFacts
    edition: Issued
    measure: Attendance
    day: date | None
    sitting: Sitting | None
    category: ShownCategory | None
    shown: Shown

    @property
    def unsplit(self) -> bool:
        return self.sitting is not None and self.sitting.code == UNSPLIT

    @property
    def visits(self) -> bool:
        return self.measure is Attendance.VISITS


@dataclass(frozen=True)
class Column:
    """One column: its name for programs and at the head of the CSV, what it says, and of what type it is."""

    name: str
    title: str
    ja: str
    en: str
    value: Callable[[Row], Any]
    kind: str = "string"


def as_issued(event: EventFacts, edition: Issued) -> EventFacts:
    """The event under the name, zone and licence that it had when this edition was issued."""
    setting, facts = edition.setting, edition.figures.facts
    if setting is None:
        return event
    named = replace(event, title=dict(facts.title), timezone=facts.zone)
    return replace(named, licence=setting.licence, licence_url=setting.licence_url)


def rows_of(event: EventFacts, edition: Issued) -> list[Row]:
    """The one figure by category, then visits: by session and day, by day, of all; each with its total."""
    public = edition.public
    rows: list[Row] = []

    def add(measure: Attendance, day: date | None, sitting: Sitting | None, *numbers: Shown) -> None:
        for category, shown in zip((*public.categories, None), numbers, strict=True):
            rows.append(Row(event, edition, measure, day, sitting, category, shown))

    if public.measure is not Attendance.VISITS:
        add(public.measure, None, None, *public.attendance, public.attendance_total)
    for one in public.sittings:
        add(Attendance.VISITS, one.day, one, *one.numbers, one.total)
    for day in public.days:
        if day.day is not None:
            add(Attendance.VISITS, day.day, None, *day.numbers, day.total)
    add(Attendance.VISITS, None, None, *public.visits, public.visits_total)
    return rows


def attendance_csv(event: EventFacts, edition: Issued) -> bytes:
    """Every row, under the columns' titles. What is hidden is a dash, what nobody counted, or not yet, is empty."""
    lines = [[_text(row, column) for column in COLUMNS] for row in rows_of(event, edition)]
    return csv_bytes([[column.title for column in COLUMNS], *lines])


def attendance_json(event: EventFacts, edition: Issued) -> bytes:
    """The same rows, with the dictionary, the licence and the method beside them. A number that is hidden is null."""
    public = edition.public
    answer = {
        "event": event.slug,
        "title": dict(event.title),
        "edition": edition.number,
        "issued_at": edition.issued_at.isoformat(),
        "licence": {"name": event.licence, "url": event.licence_url},
        "measure": public.measure.value,
        "suppression": METHOD,
        "sources": [
            {
                "title": dict(one.title),
                "url": one.url,
                "measure": dict(one.measure_note),
                "method": dict(one.method_note),
            }
            for one in public.sources
        ],
        "columns": list(_dictionary()),
        "rows": [{column.name: column.value(row) for column in COLUMNS} for row in rows_of(event, edition)],
    }
    return (json.dumps(answer, ensure_ascii=False, indent=1) + "\n").encode()


def attendance_metadata(event: EventFacts, edition: Issued, *, url: str) -> bytes:
    """What the columns of the CSV mean, for programs (CSV on the Web, W3C). url: of the CSV."""
    licence = {"dc:license": event.licence_url or event.licence} if event.licence_url or event.licence else {}
    answer = {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "ja"}],
        "url": url,
        "dc:title": without_readings(event.title.get("ja") or next(iter(event.title.values()), event.slug)),
        "dc:issued": edition.issued_at.isoformat(),
        "dc:hasVersion": str(edition.number),
        **licence,
        "dc:description": [{"@value": text, "@language": language} for language, text in METHOD.items()],
        "dialect": {"encoding": "utf-8", "header": True},
        "tableSchema": {
            "columns": [
                {
                    "name": column.name,
                    "titles": [column.title],
                    "dc:description": [
                        {"@value": column.ja, "@language": "ja"},
                        {"@value": column.en, "@language": "en"},
                    ],
                    "datatype": column.kind,
                    "null": ["", HIDDEN] if column.name == "number" else "",
                }
                for column in COLUMNS
            ]
        },
    }
    return (json.dumps(answer, ensure_ascii=False, indent=1) + "\n").encode()


def _dictionary() -> Iterator[dict[str, Any]]:
    for column in COLUMNS:
        yield {"name": column.name, "title": column.title, "type": column.kind, "ja": column.ja, "en": column.en}


def _text(row: Row, column: Column) -> str:
    if column.name == "number" and row.shown.standing is Standing.HIDDEN:
        return HIDDEN
    value = column.value(row)
    return "" if value is None else str(value)


def _of(texts: Any, language: str) -> str:
    found = (texts or {}).get(language)
    return without_readings(found) if found else ""


def _day(row: Row) -> str:
    if row.unsplit:
        return ""
    return row.day.isoformat() if row.day else TOTAL


def _session(row: Row) -> str:
    return row.sitting.code if row.sitting else TOTAL


def _methods(row: Row) -> str:
    public = row.edition.public
    return " ".join(one.value for one in (public.visit_methods if row.visits else public.methods))


def _provenance(row: Row) -> str:
    public = row.edition.public
    return " ".join(one.value for one in (public.visit_provenance if row.visits else public.provenance))


def _issued_on(row: Row) -> str:
    return row.edition.issued_at.astimezone(ZoneInfo(row.event.timezone)).date().isoformat()


COLUMNS = (
    Column("event", "催し", "催しの識別子", "which event", lambda row: row.event.slug),
    Column("edition", "版", "版の番号", "number of the edition", lambda row: row.edition.number, "integer"),
    Column("issued_on", "発行日", "版を発行した日", "day on which it was issued", _issued_on, "date"),
    Column(
        "measure", "指標",
        "people=実人数、people_by_day=日ごとの実人数の合計、visits=延べ人数（プログラムごとに1回）",
        "people: each once; people_by_day: each once a day, summed; visits: each once per session",
        lambda row: row.measure.value,
    ),
    Column("day", "日", "日付。total=全日程。内訳がなければ空", "day; total: all; empty: not split by day", _day),
    Column(
        "session", "プログラム", "プログラムの識別子。total=全プログラム、unsplit=内訳なし",
        "code of the session; total: all; unsplit: the source does not say which", _session,
    ),
    Column(
        "session_title", "プログラム名", "プログラムの名称", "its title in Japanese",
        lambda row: _of(row.sitting.title if row.sitting else None, "ja"),
    ),
    Column(
        "session_title_en", "プログラム名_英語", "英語の名称（あれば）", "its title in English, if there is one",
        lambda row: _of(row.sitting.title if row.sitting else None, "en"),
    ),
    Column(
        "venue", "会場", "会場の名称", "its venue", lambda row: _of(row.sitting.venue if row.sitting else None, "ja")
    ),
    Column(
        "category", "区分", "区分の識別子。total=全区分", "key of the category; total: all",
        lambda row: row.category.key if row.category else TOTAL,
    ),
    Column(
        "category_label", "区分名", "区分の名称", "its name in Japanese",
        lambda row: _of(row.category.label if row.category else None, "ja"),
    ),
    Column(
        "category_label_en", "区分名_英語", "英語の名称（あれば）", "its name in English, if there is one",
        lambda row: _of(row.category.label if row.category else None, "en"),
    ),
    Column(
        "number", "人数", "人数。–=非表示、空=不明、終了前、中止（状態の列を参照）",
        "number of people; –: hidden; empty: there is none, and `standing` says why",
        lambda row: row.shown.number, "integer",
    ),
    Column(
        "standing", "状態", "counted=計数済み、partly=一部のみ計数、hidden=非表示、unknown=不明、"
        "not_yet=終了前（版の発行時）、cancelled=中止",
        "counted; partly: counted in part; hidden; unknown: nobody counted; "
        "not_yet: not over when the edition was issued; cancelled: did not take place",
        lambda row: row.shown.standing.value,
    ),
    Column(
        "methods", "計数方法",
        "scanned=参加票の読み取り、group_confirmed=団体の確認、tapped=区分別の入力、room_count=在室数、"
        "typed=窓口入力、paper=紙の集計票、estimated=推計、imported=出典による",
        "how all of it is known: scanned; group_confirmed: groups said how many; tapped: counted by category; "
        "room_count: people in the room; typed at the desk; paper; estimated; imported: from a publication",
        _methods,
    ),
    Column(
        "provenance", "出どころ", "published=公表値、measured=計数値、made_up=練習用の架空の値",
        "published by somebody else, measured, made_up for practice", _provenance,
    ),
)  # fmt: skip
