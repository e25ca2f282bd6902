"""What people write into the cells of a table: days, times, numbers, yes and no, as they are written in Japan.

Everything here takes text or what a workbook's typed cell holds, and raises Unreadable with the kind of thing that was
expected.
"""

import re
import unicodedata
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any, TypeVar

Value = TypeVar("Value")
ERAS = {"令和": date(2019, 5, 1), "r": date(2019, 5, 1), "平成": date(1989, 1, 8), "h": date(1989, 1, 8),
        "昭和": date(1926, 12, 25), "s": date(1926, 12, 25)}  # fmt: skip
"""First days; the first year of an era is the year in which it began."""
_NEVER = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
LONGEST_SHORT = 80
"""No day, time or number is longer."""
_WEEKDAY = r"(?:\s*\(.{1,3}\))?"
_ERA_DAY = re.compile(
    rf"(令和|平成|昭和|[rhs])\s*(元|[0-9]{{1,2}})\s*[年./-]\s*([0-9]{{1,2}})\s*[月./-]\s*([0-9]{{1,2}})\s*日?{_WEEKDAY}"
)
_DAY = re.compile(rf"([0-9]{{4}})\s*[年./-]\s*([0-9]{{1,2}})\s*[月./-]\s*([0-9]{{1,2}})\s*日?{_WEEKDAY}")
_CLOCK = re.compile(
    r"(午前|午後|am|pm)?\s*([0-9]{1,2})\s*(?:(?::\s*([0-9]{2})(?::00)?)|(?:時\s*(?:([0-9]{1,2})\s*分|(半))?))?\s*(am|pm)?"
    r"\s*([+-][0-9]{2}:[0-9]{2})?"
)
_YES = {"yes", "true", "1", "y", "はい", "有", "あり", "可", "○", "◯", "する"}
_NO = {"no", "false", "0", "n", "いいえ", "無", "なし", "不可", "×", "しない"}


class Unreadable(ValueError):
    """A cell that does not say what its column needs; `kind` names what was expected."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        super().__init__(kind)


def plain(value: Any) -> str:
    """A cell as text: whole numbers without a point, no control characters, lines ended as here."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return _NEVER.sub("", str(value).replace("\r\n", "\n").replace("\r", "\n")).strip()


def narrow(value: Any) -> str:
    """The text with full-width digits and signs as narrow ones, in lower case."""
    text = unicodedata.normalize("NFKC", plain(value)).lower()
    if len(text) > LONGEST_SHORT:
        return "…"
    return re.sub("[‐‑–—−ー](?=[0-9])", "-", text).replace("：", ":").strip()


def day(value: Any) -> date:
    """2026-10-30, 2026/10/30, 2026年10月30日, 令和8年10月30日, R8.10.30, a typed cell."""
    if isinstance(value, datetime | date):
        return value.date() if isinstance(value, datetime) else value
    text = narrow(value)
    text = re.sub(r"[t\s]+00:00(:00)?$", "", text)
    if found := _DAY.fullmatch(text):
        return _real(int(found[1]), found[2], found[3])
    if found := _ERA_DAY.fullmatch(text):
        first = ERAS[found[1]]
        year = 1 if found[2] == "元" else int(found[2])
        meant = _real(first.year + year - 1, found[3], found[4])
        if meant >= first:
            return meant
    raise Unreadable("day")


def clock(value: Any) -> tuple[int, str]:
    """Minutes after midnight, and the offset if one is written: 9:30, 09:30, 9時30分, 午前9時半, 午後1時, 1:30 pm.

    24:00 and later, up to 47:59, are of the next day. 午前12時 and 午後12時 mean different times to different people:
    they are not read.
    """
    if isinstance(value, datetime):
        value = value.time()
    if isinstance(value, time):
        return value.hour * 60 + value.minute, ""
    if isinstance(value, timedelta):
        return round(value / timedelta(minutes=1)), ""
    text = narrow(value)
    if text in ("正午", "noon"):
        return 12 * 60, ""
    found = _CLOCK.fullmatch(text)
    if found is None or not (found[3] or "時" in text or found[1] or found[6]):
        raise Unreadable("clock")
    half, hour = found[1] or found[6], int(found[2])
    minute = 30 if found[5] else int(found[3] or found[4] or 0)
    if (half in ("午前", "午後") and hour >= 12) or (half in ("am", "pm") and not 1 <= hour <= 12):
        raise Unreadable("clock")
    if half in ("am", "pm"):
        hour %= 12
    hour += 12 if half in ("午後", "pm") else 0
    if minute > 59 or hour > 47:
        raise Unreadable("clock")
    return hour * 60 + minute, found[7] or ""


def moment(on: date, minutes: int, offset: str = "") -> str:
    """As an event document has it."""
    local = datetime.combine(on, time()) + timedelta(minutes=minutes)
    return f"{local:%Y-%m-%dT%H:%M}{offset}"


def day_and_clock(value: Any) -> str:
    """Both in one cell, as an event document has them."""
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%dT%H:%M}"
    text = narrow(value)
    parts = re.fullmatch(r"(.*[0-9日)])(?:t|\s+|(?=午))(.+)", text)
    if parts is None and (found := re.fullmatch(r"(.+日)(.+)", text)):
        parts = found
    if parts is None:
        raise Unreadable("moment")
    try:
        return moment(day(parts[1]), *clock(parts[2]))
    except Unreadable:
        raise Unreadable("moment") from None


def whole(value: Any) -> int:
    """A whole number, with or without commas and a counting word."""
    text = narrow(value).replace(",", "")
    found = re.fullmatch(r"(-?[0-9]{1,9})\s*(?:人|名|席|分|people|seats|min)?", text)
    if found is None:
        raise Unreadable("number")
    return int(found[1])


def degrees(value: Any) -> float:
    """A latitude or a longitude."""
    try:
        found = float(narrow(value))
    except ValueError:
        raise Unreadable("degrees") from None
    if not -180 <= found <= 180:
        raise Unreadable("degrees")
    return found


def yes_or_no(value: Any) -> bool:
    """はい, いいえ, yes, no, true, false, 1, 0, ○, ×."""
    text = narrow(value)
    if text in _YES or text in _NO:
        return text in _YES
    raise Unreadable("yes_no")


def separated(value: Any) -> list[str]:
    """Several in one cell, with blanks, commas or line breaks between them."""
    return list(dict.fromkeys(one for one in re.split(r"[\s,;、，；]+", plain(value)) if one))


def lines(value: Any) -> list[str]:
    """One a line; an empty one in the middle keeps its place."""
    return [one.strip() for one in plain(value).split("\n")] if plain(value) else []


def lenient(reader: Callable[[Any], Value], value: Any) -> Value | None:
    """What it means, or None."""
    try:
        return reader(value)
    except Unreadable:
        return None


def _real(year: int, month: str, of_month: str) -> date:
    try:
        return date(year, int(month), int(of_month))
    except ValueError:
        raise Unreadable("unreal_day") from None
