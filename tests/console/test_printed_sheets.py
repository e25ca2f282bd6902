"""A printed sheet or roster is asked for at day close until it is typed in, or somebody says that it was not used."""

import re
from datetime import timedelta

import pytest

from app.audit import AuditEntry
from app.clock import frozen
from app.db import db
from app.programme.models import EventSession
from tests.console.conftest import Cast
from tests.console.test_gates import post
from tests.make import NOON, Make

TALLY = "/console/events/fair/tallies/session:talk"
SHEET = f"{TALLY}/sheet"
CLOSING = "/console/events/fair/closing"
TODAY = f"{CLOSING}/2026-10-03"
BEFORE, EVENING = NOON - timedelta(hours=3), NOON + timedelta(hours=9)


@pytest.fixture
def talk(cast: Cast, make: Make) -> EventSession:
    return make.session(cast.event, "talk")


def printed(cast: Cast) -> None:
    with frozen(BEFORE):
        assert post(cast.olga, SHEET).status_code == 303


def asked_for(cast: Cast, path: str = f"{TODAY}?lang=en") -> list[str]:
    with frozen(EVENING):
        page = cast.olga.get(path).get_data(as_text=True)
    return re.findall(r"(Tally sheet|Roster) printed, nothing typed in since", page)


def verbs() -> list[str]:
    db.session.rollback()
    return [one for one in db.session.scalars(db.select(AuditEntry.verb)) if one.startswith(("tally.", "roster."))]


def test_who_may_note_it(cast: Cast, talk: EventSession) -> None:
    for path in (SHEET, f"{CLOSING}/unused"):
        assert cast.stranger.post(path).status_code == 401
        assert [post(one, path).status_code for one in (cast.dora, cast.victor, cast.sam)] == [403, 403, 404]


def test_looking_at_a_sheet_prints_nothing(cast: Cast, talk: EventSession) -> None:
    assert "Note that it is printed" in cast.olga.get(f"{SHEET}?lang=en").get_data(as_text=True)
    assert (verbs(), asked_for(cast)) == ([], [])


def test_day_close_and_editions_ask_for_a_printed_sheet(cast: Cast, talk: EventSession) -> None:
    printed(cast)
    assert "Noted as printed" in cast.olga.get(f"{SHEET}?lang=en").get_data(as_text=True)
    assert asked_for(cast) == asked_for(cast, "/console/events/fair/editions?lang=en") == ["Tally sheet"]
    assert asked_for(cast, f"{CLOSING}/2026-10-04?lang=en") == []


def test_once_it_is_typed_in_nobody_asks_until_another_is_printed(cast: Cast, talk: EventSession) -> None:
    printed(cast)
    with frozen(NOON + timedelta(hours=2)):
        sheet = re.search(r'name="sheet"[^>]*value="([^"]+)"', cast.olga.get(TALLY).get_data(as_text=True))
        assert sheet
        post(cast.olga, TALLY, counted_at="2026-10-03T12:30", sheet=sheet[1], number_spectator="7")
    assert asked_for(cast) == []
    with frozen(NOON + timedelta(hours=3)):
        post(cast.olga, SHEET)
    assert asked_for(cast) == ["Tally sheet"]
    with frozen(NOON + timedelta(hours=4)):
        post(cast.olga, f"{TALLY}/taking-back", sheet=sheet[1])
    assert asked_for(cast) == ["Tally sheet"]


def test_it_was_not_used(cast: Cast, talk: EventSession) -> None:
    printed(cast)
    with frozen(EVENING):
        answer = post(cast.olga, f"{CLOSING}/unused", place="session:talk", kind="tally", day="2026-10-03")
    assert (answer.status_code, answer.headers["Location"]) == (303, TODAY)
    assert (asked_for(cast), verbs()) == ([], ["tally.print", "tally.unused"])


def test_a_roster_is_asked_for_by_itself(cast: Cast, talk: EventSession, make: Make) -> None:
    make.registration(cast.event, talk)
    with frozen(BEFORE):
        assert post(cast.olga, "/console/events/fair/print/roster", **{"roster-session": "talk"}).status_code == 200
    printed(cast)
    assert asked_for(cast) == ["Tally sheet", "Roster"]
    with frozen(EVENING):
        post(cast.olga, f"{CLOSING}/unused", place="session:talk", kind="roster", day="2026-10-03")
    assert asked_for(cast) == ["Tally sheet"]


def test_an_entrance_has_a_sheet_for_each_day(cast: Cast) -> None:
    with frozen(BEFORE):
        page = cast.olga.get("/console/events/fair/tallies").get_data(as_text=True)
        (path, *_others) = re.findall(r'href="([^"]*entrance[^"]*2026-10-03/sheet)"', page)
        post(cast.olga, path)
    assert asked_for(cast) == ["Tally sheet"]
    assert asked_for(cast, f"{CLOSING}/2026-10-04?lang=en") == []


@pytest.mark.parametrize(
    "wish", [{"kind": "badges", "place": "session:talk"}, {"kind": "tally", "place": "session:no"}]
)
def test_of_what_is_not_there_nothing_is_noted(cast: Cast, talk: EventSession, wish: dict[str, str]) -> None:
    assert (post(cast.olga, f"{CLOSING}/unused", **wish).status_code, verbs()) == (404, [])
