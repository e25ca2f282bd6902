"""What hangs at a room's door: by day, in the order of rooms, further rooms too."""

from app.programme.rules.sheets import room_days
from tests.programme.files import programme, session, small


def test_each_room_has_a_sheet_for_each_day_with_something_in_it() -> None:
    document = small(ends_on="2026-10-04")
    document["venues"][0]["rooms"] = [{"code": code, "name": {"ja": code}} for code in ("foyer", "loft")]
    second = session("b", "2026-10-04T09:00", "2026-10-04T10:00", room="hall/loft")
    both = session("c", "2026-10-03T13:00", "2026-10-03T14:00", room="hall/loft", further_rooms=["hall/foyer"])
    first = session("a", "2026-10-03T10:00", "2026-10-03T11:00", room="hall/foyer")
    document["sessions"] = [second, both, first]
    found = [
        (one.day.isoformat(), one.room.code, [held.code for held in one.sessions])
        for one in room_days(programme(document))
    ]
    assert found == [
        ("2026-10-03", "foyer", ["a", "c"]),
        ("2026-10-03", "loft", ["c"]),
        ("2026-10-04", "loft", ["b"]),
    ]


def test_what_is_nowhere_hangs_nowhere() -> None:
    document = small()
    online = session("a", "2026-10-03T10:00", "2026-10-03T11:00", online_url="https://meet.example.jp/x")
    del online["room"]
    document["sessions"] = [online]
    assert room_days(programme(document)) == []
