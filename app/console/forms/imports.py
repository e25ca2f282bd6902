"""Registrations in a file, row by row: what each asks for, or why it cannot be taken. Nothing here writes."""

import hashlib
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.console.forms.answered import (
    QUESTION,
    answers_in,
    kept,
    occasion_of_row,
    question_headings,
    question_meanings,
    values_of,
)
from app.console.forms.desk import clean_phone
from app.console.forms.fields import clean_line, clean_prose
from app.db import Texts
from app.errors import Invalid
from app.web.languages import LANGUAGES, NAMES
from app.web.uploads import FORMULA, Formula, table_of
from registrations.forms import clean_email, clean_name
from registrations.operations.staffing import StaffFacts
from registrations.rules import LARGEST_GROUP, Application, PartyKind
from registrations.rules.questions import Answered, QuestionFacts
from registrations.rules.sought import alike

MOST_ROWS = 5_000
MOST_LINES = 100_000
"""Empty ones too."""
MOST_COLUMNS = 100
LONGEST_CELL = 4_000
PEOPLE = "people:"
T = TypeVar("T")


@dataclass(frozen=True)
class Column:
    """A column of the file: its key, its headings, and what belongs there."""

    key: str
    ja: str
    en: str
    about: Any
    limit: int = 200


COLUMNS = (
    Column("key", "管理番号", "Key", _l("Your own number: each is taken once only. Empty: the row itself is."), 100),
    Column("name", "氏名", "Name", _l("Needed. Of the contact person, or a nickname.")),
    Column("reading", "ふりがな", "Reading", _l("In kana.")),
    Column("email", "メールアドレス", "E-mail address", _l("Empty if there is none."), 254),
    Column("phone", "電話番号", "Telephone", _l("In digits, such as 045-000-0000."), 40),
    Column("language", "言語", "Language", _l("ja, en or ja-easy. Empty: ja.")),
    Column("kind", "申込の種類", "Kind", _l("class or delegation. Empty: a person or a family.")),
    Column("group", "団体・学校名", "Group", _l("Name of the school or group.")),
    Column("grade", "学年", "School year", _l("Of a class."), 40),
    Column("class", "組", "Class", _l("Of a class."), 40),
    Column("sessions", "プログラム", "Sessions", _l("Codes of the sessions, with blanks between them."), 2_000),
    Column("needs", "配慮事項", "Needs", _l("What they need: wheelchair, sign language and the like."), 2_000),
    Column("note", "スタッフ用メモ", "Staff note", _l("Seen by staff and at the door."), 2_000),
)  # fmt: skip
_KINDS = {"": None, "class": "class", "delegation": "delegation", alike("クラス"): "class", alike("団体"): "delegation"}
BY_KEY = {column.key: column for column in COLUMNS}


@dataclass(frozen=True)
class Known:
    """What the event has: categories (key to labels), codes of its sessions, how many may come with one registration
    of a person or a family, what the organiser asks, categories of minors."""

    event_id: int
    categories: Mapping[str, Mapping[str, str]]
    sessions: frozenset[str]
    limit: int
    questions: tuple[QuestionFacts, ...] = ()
    minors: frozenset[str] = frozenset()


@dataclass(frozen=True)
class FileRow:
    """One row: what it asks for, or each reason why it cannot be taken. `key` is the registration's form key; `open`:
    what has to be answered and was not asked."""

    line: int
    name: str
    key: str = ""
    why: list[str] = field(default_factory=list)
    asks: dict[str, Any] = field(default_factory=dict)
    open: list[Texts] = field(default_factory=list)

    @property
    def answers(self) -> tuple[Answered, ...]:
        return tuple(Answered(**one) for one in self.asks.get("answers", ()))

    @property
    def application(self) -> Application:
        asks = self.asks["application"]
        return Application(**{**asks, "sessions": frozenset(asks["sessions"])})

    @property
    def facts(self) -> StaffFacts:
        facts = self.asks["facts"]
        return StaffFacts(**{**facts, "kind": PartyKind(facts["kind"]) if facts["kind"] else None})


def rows_of(content: bytes, known: Known) -> list[FileRow]:
    """Every row of a CSV (UTF-8, CP932) or XLSX file. Raises Invalid with a sentence if it is none, or too long."""
    table = table_of(content, most_columns=MOST_COLUMNS)
    headings = next(table, None)
    if headings is None or not any(headings):
        raise Invalid("empty", _("The file is empty. The first row must hold the headings of the template."))
    columns = _columns(headings, known)
    if "name" not in columns.values():
        raise Invalid("headings", _("The first row has no heading for the name. Use the headings of the template."))
    rows = []
    for line, cells in enumerate(table, start=2):
        blank = all(cell in (None, "") for cell in cells)
        if (line > MOST_ROWS + 1 and not blank) or line > MOST_LINES:
            raise Invalid(
                "too_long", _("The file has more than %(most)s rows. Divide it into several.", most=f"{MOST_ROWS:,}")
            )
        if not blank:
            rows.append(_row(line, {key: cells[at] for at, key in columns.items() if at < len(cells)}, known))
    return rows


def headings(known: Known, language: str) -> list[str]:
    """The first row of the template."""
    fixed = [column.en if language == "en" else column.ja for column in COLUMNS]
    people = [f"{PEOPLE}{key}" for key in known.categories]
    return [*fixed, *people, *question_headings(known.questions, language)]


def _columns(cells: list[Any], known: Known) -> dict[int, str]:
    """Position to key. Raises Invalid for a heading that is not known, or stands twice."""
    meant = question_meanings(known.questions)
    meant |= {alike(text): column.key for column in COLUMNS for text in (column.key, column.ja, column.en)}
    for key, labels in known.categories.items():
        meant |= {alike(text): f"{PEOPLE}{key}" for text in (f"{PEOPLE}{key}", *labels.values())}
    found: dict[int, str] = {}
    for at, cell in enumerate(cells):
        heading = _text(cell)
        if not heading:
            continue
        meaning, shown = meant.get(alike(heading)), heading[:80]
        if meaning is None:
            raise Invalid("headings", _("The heading “%(heading)s” is not known. Use the template.", heading=shown))
        if meaning in found.values():
            raise Invalid("headings", _("The heading “%(heading)s” stands twice.", heading=shown))
        found[at] = meaning
    return found


def _row(line: int, cells: dict[str, Any], known: Known) -> FileRow:
    name = clean_name(_text(cells.get("name")))[:200]
    faults: list[str] = []
    asks = _asks(name, cells, known, faults)
    if faults:
        return FileRow(line, name, why=faults)
    answers, left_open = asks.pop("answered")
    own = _text(cells.get("key")) or "".join(map(repr, [asks, *values_of(answers)]))
    digest = hashlib.sha256(f"{known.event_id}\n{own}".encode()).hexdigest()[:40]
    asks["answers"] = kept(answers)
    return FileRow(line, name, key=f"import:{digest}", asks=asks, open=[dict(one.label) for one in left_open])


def _asks(name: str, cells: dict[str, Any], known: Known, faults: list[str]) -> dict[str, Any]:
    """What the cells ask for. Whoever mends the row hears of every fault at once: each is added to `faults`."""
    texts = {key: _text(cell) for key, cell in cells.items()}

    def read(meaning: Callable[..., T], *given: Any, **told: Any) -> T | None:
        try:
            return meaning(*given, **told)
        except Invalid as no:
            faults.append(no.message)
            return None

    read(_fits, cells, texts)
    if not name:
        faults.append(_("The name is missing."))
    email = read(_email, texts.get("email", ""))
    phone = read(_phone, texts.get("phone", ""))
    sessions = read(_codes, texts.get("sessions", ""), known)
    kind = read(_kind, texts.get("kind", ""))
    numbers = read(_numbers, texts, known, limit=max(known.limit, LARGEST_GROUP) if kind else known.limit)
    language = read(_language, texts.get("language", ""))
    line = {key: clean_line(texts.get(key, "")) or None for key in ("reading", "group", "grade", "class")}
    answered = None
    if not faults and numbers is not None:  # what is asked follows from the rest of the row
        occasion = occasion_of_row(numbers, known.minors, sessions or (), group=kind is not None)
        answered = read(answers_in, texts, known.questions, occasion)
    return {
        "application": {
            "name": name, "numbers": numbers, "sessions": sorted(sessions or ()), "email": email, "language": language,
        },
        "facts": {
            "reading": line["reading"],
            "phone": phone,
            "group_name": line["group"],
            "group_grade": line["grade"],
            "group_class": line["class"],
            "needs": clean_prose(texts.get("needs", "")) or None,
            "staff_note": clean_prose(texts.get("note", "")) or None,
            "kind": kind,
        },
        "answered": answered,
    }  # fmt: skip


def _fits(cells: Mapping[str, Any], texts: Mapping[str, str]) -> None:
    if any(cell is FORMULA for cell in cells.values()):
        raise Invalid("formula", _("A cell holds a formula. Put its value there instead."))
    for key, text in texts.items():
        if len(text) > (limit := _limit(key)):
            raise Invalid("length", _("“%(text)s…” is longer than %(limit)s characters.", text=text[:20], limit=limit))


def _email(text: str) -> str | None:
    email = clean_email(text) if text else None
    if text and email is None:
        raise Invalid("email", _("The e-mail address is not valid."))
    return email


def _phone(text: str) -> str | None:
    phone = clean_phone(text.removeprefix("'"))
    if phone and not re.fullmatch(r"\+?[0-9][0-9() -]{3,38}", phone):
        raise Invalid("phone", _("The telephone number is not valid."))
    return phone or None


def _limit(key: str) -> int:
    return BY_KEY[key].limit if key in BY_KEY else LONGEST_CELL if key.startswith(QUESTION) else 20


def _numbers(texts: dict[str, str], known: Known, *, limit: int) -> dict[str, int]:
    numbers = {}
    for key in known.categories:
        text = "".join(unicodedata.normalize("NFKC", texts.get(f"{PEOPLE}{key}", "")).split())
        if text and not re.fullmatch("[0-9]{1,6}", text):
            raise Invalid("number", _("“%(text)s” is no number of people.", text=text[:20]))
        if text and int(text):
            numbers[key] = int(text)
    if not 1 <= sum(numbers.values()) <= limit:
        raise Invalid("people", _("Say how many people come: from 1 to %(limit)s.", limit=limit))
    return numbers


def _codes(text: str, known: Known) -> set[str]:
    codes = set(re.split(r"[\s,;、，；]+", text.strip())) - {""}
    if wrong := sorted(codes - known.sessions):
        raise Invalid("session", _("No session has this code: %(codes)s.", codes=", ".join(wrong)[:200]))
    return codes


def _language(text: str) -> str:
    if not text:
        return "ja"
    meant = {alike(one): one for one in LANGUAGES} | {alike(name): one for one, name in NAMES.items()}
    if alike(text) not in meant:
        raise Invalid("language", _("The language must be ja, en or ja-easy."))
    return meant[alike(text)]


def _kind(text: str) -> str | None:
    if alike(text) not in _KINDS:
        raise Invalid("kind", _("The kind must be class, delegation or empty."))
    return _KINDS[alike(text)]


def _text(cell: Any) -> str:
    """A cell as text: whole numbers without a point, dates as they are written in this product's files."""
    if cell is None or isinstance(cell, Formula):
        return ""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    if isinstance(cell, datetime | date):
        return cell.isoformat()[:16].replace("T", " ")
    text = "".join(sign for sign in str(cell) if sign in "\n\t" or unicodedata.category(sign) not in ("Cc", "Cs"))
    return text.strip()[: LONGEST_CELL + 1]


def unchanged(rows: Iterable[FileRow], there: frozenset[str]) -> set[int]:
    """Lines that are here already, or stand in the file twice: they are left alone."""
    seen, found = set(there), set()
    for row in rows:
        if not row.why and row.key in seen:
            found.add(row.line)
        seen.add(row.key)
    return found
