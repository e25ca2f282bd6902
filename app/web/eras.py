"""The years of Japanese eras."""

from datetime import date


def era_year(value: date) -> str:
    """令和5年 for 2023; empty before 1989."""
    for name, first in (("令和", date(2019, 5, 1)), ("平成", date(1989, 1, 8))):
        if value >= first:
            number = value.year - first.year + 1
            return f"{name}{'元' if number == 1 else number}年"
    return ""
