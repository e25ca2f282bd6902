"""What the server prints once it listens: the addresses to open and, for the demonstration, who can sign in."""

import socket
import time
from unicodedata import east_asian_width

from app.config import Settings
from app.demo import PASSWORDS, PRACTICE, PUBLISHED, read_passwords

PATIENCE_SECONDS = 60
PLACES = (
    ("催しの一覧", "All events", "/"),
    ("受付口", "Door scanner", "/scan/"),
    ("管理画面", "Staff console", "/console/"),
)
DEMO_PLACES = (
    ("練習の催し", "Practice event", f"/events/{PRACTICE}/"),
    ("申込", "Registration", f"/events/{PRACTICE}/register"),
    ("来場者数", "Attendance, real", f"/console/events/{PUBLISHED}/attendance"),
)
ROLES = {"owner": "責任者", "organiser": "主催者", "door": "受付", "viewer": "閲覧"}


def welcome(settings: Settings, *, demo: bool) -> None:
    """Print as soon as the server listens; says nothing if it never does."""
    if _listens(settings.host, settings.port):
        print(told_addresses(settings, demo=demo), flush=True)  # noqa: T201


def told_addresses(settings: Settings, *, demo: bool) -> str:
    """The text, in Japanese and English side by side."""
    base = settings.base_url
    lines = ["", "  受付 Uketsuke", ""]
    lines += _columns([(ja, en, base + path) for ja, en, path in PLACES + (DEMO_PLACES if demo else ())])
    people = read_passwords(settings.data_dir) if demo else []
    if people:
        lines += ["", f"  デモのサインイン  Demo sign-ins  ({settings.data_dir / PASSWORDS})"]
        lines += _columns([(ROLES[role], role, f"{email}  {password}") for email, role, password in people])
    if settings.host in ("0.0.0.0", "::") and not settings.secure:  # noqa: S104
        lines += ["", "  スマートフォンのカメラには HTTPS が必要です。uketsuke tls init"]
        lines += ["  A phone's camera needs HTTPS: uketsuke tls init"]
    return "\n".join([*lines, "", "  終了は Ctrl-C  Ctrl-C ends it", ""])


def _columns(rows: list[tuple[str, str, str]]) -> list[str]:
    first, second = (max(_width(row[column]) for row in rows) for column in (0, 1))
    return [f"  {_padded(ja, first)}  {_padded(en, second)}  {rest}" for ja, en, rest in rows]


def _padded(text: str, width: int) -> str:
    return text + " " * (width - _width(text))


def _width(text: str) -> int:
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)


def _listens(host: str, port: int) -> bool:
    """Whether somebody listens there within the time that a start may take."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        try:
            with socket.create_connection((host, port), timeout=1):
                return True
        except OSError:
            time.sleep(0.02)
    return False
