"""Days in easy Japanese, with the readings that nobody can guess from the figures: ついたち, はつか, しがつ."""

from datetime import date

_DAYS = (
    *("ついたち", "ふつか", "みっか", "よっか", "いつか", "むいか", "なのか", "ようか", "ここのか", "とおか"),
    *("じゅういちにち", "じゅうににち", "じゅうさんにち", "じゅうよっか", "じゅうごにち"),
    *("じゅうろくにち", "じゅうしちにち", "じゅうはちにち", "じゅうくにち", "はつか"),
    *("にじゅういちにち", "にじゅうににち", "にじゅうさんにち", "にじゅうよっか", "にじゅうごにち"),
    *("にじゅうろくにち", "にじゅうしちにち", "にじゅうはちにち", "にじゅうくにち", "さんじゅうにち"),
    "さんじゅういちにち",
)
_MONTHS = {4: "しがつ", 7: "しちがつ", 9: "くがつ"}
_WEEKDAYS = ("月《げつ》", "火《か》", "水《すい》", "木《もく》", "金《きん》", "土《ど》", "日《にち》")


def month_with_reading(month: int) -> str:
    """10月《がつ》; the whole word where its figure is read in its own way: ｜4月《しがつ》."""
    return f"｜{month}月《{_MONTHS[month]}》" if month in _MONTHS else f"{month}月《がつ》"


def day_with_readings(value: date) -> str:
    """10月《がつ》 ｜30日《さんじゅうにち》（月《げつ》）; the blank keeps the readings apart."""
    of_month = f"｜{value.day}日《{_DAYS[value.day - 1]}》"
    return f"{month_with_reading(value.month)} {of_month}（{_WEEKDAYS[value.weekday()]}）"
