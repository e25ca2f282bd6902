"""Everything that a door may be told, as the server says it: for tests of what a phone shows."""

from datetime import UTC, datetime, timedelta
from typing import Any

from playwright.sync_api import Page, Route

NOW = datetime.now(UTC).replace(microsecond=0)
NUMBER = "1234567"
CODE = "ABCDEFGHIJKLMNOPQRSTUVW234"
WHO = {"name": "架空 小百合", "category": "spectator", "note": None}
FAMILY = {"spectator": 2, "student": 3}
TITLE = {
    "ja": "市民がつくる地域のあしたを考えるワークショップ",
    "en": "Workshop: our town, made by its citizens",
}


def stamp(**ahead: float) -> str:
    """So long from now."""
    return (NOW + timedelta(**ahead)).isoformat().replace("+00:00", "Z")


def booked(code: str, *, cancelled: bool = False, **ahead: float) -> dict[str, Any]:
    told = {"code": code, "title": TITLE, "starts_at": stamp(**ahead)}
    return told | ({"cancelled": True} if cancelled else {})


IN = {"at": stamp(minutes=-95), "gate": {"ja": "見本市庁舎 正面入口", "en": "Mihon City Hall, main entrance"}}
SOON = [booked("elsewhere-1", hours=0.2), booked("elsewhere-2", hours=0.4)]
MANY = (
    [booked(f"former-{n}", hours=-n) for n in range(1, 9)] + SOON + [booked(f"later-{n}", days=n) for n in range(1, 5)]
)
WINDOW = {"from": stamp(hours=1), "to": stamp(hours=3)}
OVER = {"from": stamp(hours=-5), "to": stamp(hours=-1)}
OTHER = {"slug": "other", "title": {"ja": "ヨコラボ 2023", "en": "YOKOHAMA Co-lab. 2023"}}
NOTE = "車いすで来ます。前の席を空けてください。介助の人が１人います。"
REASONS = (
    "more_than_party", "more_than_booked", "no_walk_ins", "no_room", "nothing_to_undo", "not_your_scan",
    "too_late_to_undo", "supervisor_right_needed", "no_such_place", "id_reused", "code_taken",
)  # fmt: skip

ANSWERS: dict[str, dict[str, Any]] = {
    "admitted": {"person": WHO, "first_time": True},
    "admitted, to be noted": {"verdict": "admitted", "person": WHO | {"note": NOTE, "no_photo": True}},
    "admitted, a party": {"verdict": "admitted", "person": WHO, "party": FAMILY, "admitted": FAMILY},
    "admitted, looked at later": {"verdict": "admitted", "person": WHO, "conflict": "override"},
    "admitted, by a wrong clock": {"verdict": "admitted", "person": WHO, "conflict": "clock"},
    "readmitted": {"person": WHO, "first": IN},
    "provisional": {"conflict": "unknown_ticket"},
    "left": {"person": WHO},
    "already_in": {"person": WHO, "first": IN},
    "already_in, a party": {"verdict": "already_in", "person": WHO, "first": IN, "party": FAMILY, "admitted": FAMILY},
    "not_booked": {"person": WHO, "booked": SOON},
    "not_booked, with room": {"verdict": "not_booked", "person": WHO, "booked": SOON, "walk_in_left": 3},
    "not_booked, many": {"verdict": "not_booked", "person": WHO, "booked": MANY, "walk_in_left": 12},
    "not_booked, at all": {"verdict": "not_booked", "person": WHO, "booked": []},
    "not_booked, called off": {"verdict": "not_booked", "person": WHO, "booked": [booked("off", cancelled=True)]},
    "waitlisted": {"person": WHO, "walk_in_left": 1},
    "waitlisted, no room": {"verdict": "waitlisted", "person": WHO},
    "pending": {"person": WHO},
    "full": {"person": WHO, "room_left": 0},
    "too_early": {"person": WHO, "window": WINDOW},
    "too_early, elsewhere": {"verdict": "too_early", "person": WHO, "window": WINDOW, "booked": MANY},
    "too_late": {"person": WHO, "window": OVER},
    "too_late, elsewhere": {"verdict": "too_late", "person": WHO, "window": OVER, "booked": MANY},
    "cancelled": {"person": WHO, "cancelled_at": stamp(days=-2)},
    "cancelled, with room": {"verdict": "cancelled", "person": WHO, "cancelled_at": stamp(days=-2), "walk_in_left": 4},
    "blocked": {"person": WHO | {"note": NOTE}},
    "replaced": {"person": WHO},
    "other_event": {"event": OTHER},
    "unknown": {},
    "unreadable": {},
    "undone": {},
    "unheard_of": {"person": WHO},
    "refused, by a device that was stopped": {"verdict": "refused", "conflict": "quarantined"},
    "confirm_party": {"person": WHO, "party": FAMILY, "expected": FAMILY, "walk_in_left": 5},
    "confirm_party, some are in": {
        "verdict": "confirm_party", "person": WHO, "party": FAMILY, "admitted": {"student": 1},
        "expected": {"spectator": 2, "student": 2}, "first": IN,
    },
    **{
        f"refused, {code}": {"verdict": "refused", "person": WHO, "error": {"code": code, "message": ""}}
        for code in REASONS
    },
}  # fmt: skip
"""By name; what the name begins with is the verdict where none is given."""


def verdict_of(name: str) -> str:
    return str(ANSWERS[name].get("verdict", name))


def answer_with(page: Page, name: str) -> None:
    """From now on every scan of this page gets this answer."""

    def tell(route: Route) -> None:
        sent: Any = route.request.post_data_json
        told = {"at": stamp(), "verdict": verdict_of(name), **ANSWERS[name]}
        route.fulfill(json={"verdicts": [told | {"id": scan["id"]} for scan in sent["scans"]]})

    page.unroute("**/api/v1/events/*/scans")
    page.route("**/api/v1/events/*/scans", tell)
