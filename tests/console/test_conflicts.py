"""What doors list for people to look at, and what becomes of figures, ledger and doors when people settle it."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event as hooks

from analytics.queries.closing import closing_days
from app.accounts.models import Device, DeviceGate
from app.audit import AuditEntry
from app.clock import frozen
from app.db import db, transaction
from app.programme.models import EventSession
from app.programme.rules import AdmissionRule, Reentry
from app.web.actors import Actor
from checkin.models import Conflict, Entry, Gate, Scan
from checkin.operations.closing import close_places
from checkin.queries import told
from checkin.queries.closing import Late
from checkin.rules import ConflictKind, CountingState
from tests.checkin.doorside import EVERY_RIGHT, Doorside
from tests.checkin.test_recount import recount
from tests.console.conftest import Cast
from tests.console.test_gates import post
from tests.make import NOON, Make

PAGE = "/console/events/fair/conflicts"
LATER = NOON + timedelta(minutes=5)
EVENING = NOON + timedelta(hours=9)


class Stage:
    """The fair's door with two devices, a session, and Olga in front of the list."""

    def __init__(self, app: Flask, make: Make, cast: Cast) -> None:
        self.door = Doorside(app, make, cast.event, rights=EVERY_RIGHT)
        self.olga = cast.olga
        with transaction():
            db.session.add(self.first_gate_elsewhere())
        self.second = self.door.device(rights=EVERY_RIGHT)
        self.session = make.session(cast.event, "talk", capacity=20, reentry=Reentry.AFTER_EXIT)

    def first_gate_elsewhere(self) -> Gate:
        venue = db.session.scalars(db.select(Gate.venue_id).filter_by(event_id=self.door.event.id)).first()
        return Gate(event_id=self.door.event.id, venue_id=venue, code="back", name={"ja": "裏口", "en": "Back"},
                    kind="entrance", new_today=True, position=9)  # fmt: skip

    def open_ones(self) -> list[Conflict]:
        db.session.rollback()
        return list(db.session.scalars(db.select(Conflict).filter_by(resolved_at=None).order_by(Conflict.id)))

    def settle(self, do: str, *, at: Any = LATER, browser: FlaskClient | None = None) -> str:
        """Settle the only open one; what became of it."""
        (conflict,) = self.open_ones()
        with frozen(at):
            answer = post(browser or self.olga, f"{PAGE}/{conflict.uuid}", do=do)
        assert answer.status_code == 303
        db.session.rollback()
        settled = db.session.get_one(Conflict, conflict.id)
        db.session.refresh(settled)
        return settled.resolution or ""

    def figures(self) -> tuple[int, int, int, bool]:
        """Present, arrived, anonymous and whether exits are counted; they equal a recount of the ledger."""
        places = self.door.places(self.session)
        told = (places.present, places.arrived, places.anonymous, places.counts_exits)
        assert told == recount(self.session)
        return told

    def page(self, query: str = "") -> str:
        with frozen(LATER):
            answer = self.olga.get(f"{PAGE}?lang=en{query}", headers={"Accept-Language": "en"})
        assert answer.status_code == 200
        return answer.get_data(as_text=True)


@pytest.fixture
def stage(app: Flask, make: Make, cast: Cast) -> Stage:
    return Stage(app, make, cast)


def double(
    stage: Stage,
    party: dict[str, int] | None = None,
    *,
    received_at: datetime = NOON + timedelta(minutes=1),
    **more: Any,
) -> None:
    """Two doors, without a network, let the same ticket in."""
    ticket = stage.door.ticket(party, booked={stage.session: party or {"spectator": 1}})
    for token, gate in ((stage.door.token, "entrance"), (stage.second, "back")):
        claim = stage.door.claim(stage.session, ticket, gate=gate, shown="admitted", **more)
        stage.door.send(claim, token=token, at=received_at)


def test_what_a_later_upload_explains_is_settled_by_itself(stage: Stage) -> None:
    ticket = stage.door.ticket(booked={stage.session: {"spectator": 1}})
    for minutes in (0, 4):
        claim = stage.door.claim(stage.session, ticket, shown="admitted", at=NOON + timedelta(minutes=minutes))
        stage.door.send(claim, token=stage.second if minutes else stage.door.token, at=LATER)
    assert [one.kind for one in stage.open_ones()] == [ConflictKind.DOUBLE_ADMISSION]
    out = stage.door.claim(
        stage.session, ticket, direction="out", shown="left", gate="back", at=NOON + timedelta(minutes=2)
    )
    stage.door.send(out, at=LATER)
    assert stage.open_ones() == []
    assert "Explained by a later upload" in stage.page("&state=settled")
    assert stage.figures()[:2] == (1, 1)


def test_what_came_from_another_gate_says_which_and_can_be_taken_back(stage: Stage) -> None:
    """With the gate that the device named and the one that it is bound to."""
    own = db.session.scalars(db.select(Gate).filter_by(event_id=stage.door.event.id, code="entrance")).one()
    bound = stage.door.device(paired=True, gate_id=own.id)
    with transaction():
        device = db.session.scalars(db.select(Device).filter_by(gate_id=own.id)).one()
        db.session.add(DeviceGate(device_id=device.id, gate_id=own.id, since=NOON))
    ticket = stage.door.ticket(booked={stage.session: {"spectator": 1}})
    stage.door.send(stage.door.claim(stage.session, ticket, gate="back"), token=bound)
    page = stage.page("&kind=other_gate")
    assert "From another gate" in page
    assert "The device is bound to: Main entrance." in page
    assert f"Back · {device.name}" in page
    assert (stage.figures()[:2], stage.settle("dismiss"), stage.figures()[:2]) == ((1, 1), "taken_off", (0, 0))


def test_who_sees_the_list(cast: Cast, stage: Stage) -> None:
    double(stage)
    assert cast.statuses(PAGE) == {
        "owner": 200, "olga": 200, "dora": 403, "victor": 403, "sam": 404, "stranger": 302,
    }  # fmt: skip
    (conflict,) = stage.open_ones()
    for path in (f"{PAGE}/{conflict.uuid}", f"{PAGE}/all"):
        assert cast.stranger.post(path).status_code == 401
        assert [post(one, path, do="accept").status_code for one in (cast.dora, cast.victor, cast.sam)] == [
            403,
            403,
            404,
        ]
    assert post(cast.sam, f"/console/events/other/conflicts/{conflict.uuid}", do="accept").status_code == 404
    assert post(cast.olga, f"{PAGE}/{conflict.uuid}", do="delete").status_code == 404
    assert len(stage.open_ones()) == 1


def test_a_double_admission_says_both_doors_and_counts_once_or_twice_as_people_decide(stage: Stage) -> None:
    double(stage)
    shown = stage.page()
    assert "Same ticket twice" in shown
    assert "Ana" in shown
    assert ("Main entrance" in shown, "Back" in shown) == (True, True)
    assert ", Main entrance. Device: device 1. Counted once." in " ".join(shown.split())
    assert stage.figures()[0] == 1
    assert stage.settle("dismiss") == "left_out"
    assert stage.figures()[0] == 1
    double(stage)
    lines = stage.door.count(Entry)
    assert stage.settle("accept") == "counted"
    assert (stage.door.count(Entry) - lines, stage.figures()[0]) == (1, 3)
    line = db.session.scalars(db.select(Entry).order_by(Entry.id.desc())).first()
    assert line
    assert (line.ticket_id, line.device_id, line.account_id is not None, line.at) == (None, None, True, NOON)
    verbs = db.session.scalars(db.select(AuditEntry.verb)).all()
    assert verbs.count("conflict.settle") == 2


def test_what_arrives_on_another_day_says_the_day(stage: Stage) -> None:
    ticket = stage.door.ticket(booked={stage.session: {"spectator": 1}})
    stage.door.send(stage.door.claim(stage.session, ticket, shown="admitted"), at=NOON + timedelta(days=2))
    shown = " ".join(stage.page().split())
    assert "Uploaded late" in shown
    assert "Sat 3 Oct 12:00" in shown
    assert "here Mon 5 Oct 12:00" in shown


def test_the_surplus_of_a_party_is_counted_when_somebody_says_so(stage: Stage) -> None:
    double(stage, {"student": 4}, people={"student": 3})
    assert stage.figures()[0] == 4
    assert "More than the party" in stage.page()
    assert stage.settle("accept") == "counted"
    assert stage.figures()[0] == 6


def test_what_was_counted_against_a_rule_stays_or_is_taken_back(stage: Stage, make: Make) -> None:
    closed = make.session(stage.door.event, "closed", admission=AdmissionRule.BOOKING_ONLY)
    stage.session = closed
    for do, became, left in (("accept", "stands", 1), ("dismiss", "taken_off", 1)):
        ticket = stage.door.ticket()
        assert stage.door.scan(closed, ticket, shown="admitted")["conflict"] == "not_entitled"
        assert stage.settle(do) == became
        assert stage.figures()[0] == left
    assert stage.door.scan(closed, stage.door.ticket(), force="proof_shown")["conflict"] == "override"
    assert stage.settle("dismiss") == "taken_off"
    assert stage.figures()[0] == 1
    undo = db.session.scalars(db.select(Entry).order_by(Entry.id.desc())).first()
    assert undo
    assert (undo.kind.value, undo.device_id, undo.account_id is not None) == ("undo", None, True)


def test_an_unknown_code_and_a_full_room(stage: Stage, make: Make) -> None:
    small = make.session(stage.door.event, "small", capacity=1, admission=AdmissionRule.WALK_IN)
    stage.session = small
    unknown = "A" * 26
    assert stage.door.scan(small, unknown, shown="provisional")["verdict"] == "provisional"
    assert stage.settle("dismiss") == "taken_off"
    assert stage.figures()[0] == 0
    for _ in range(2):
        stage.door.scan(small, stage.door.ticket(), shown="admitted")
    assert "There was no room left" in stage.page() or "full" in stage.page()
    assert stage.settle("accept") == "stands"
    assert stage.figures()[0] == 2


def test_what_a_revoked_device_sent_counts_when_it_is_accepted(stage: Stage) -> None:
    door = stage.door
    ticket = door.ticket(booked={stage.session: {"spectator": 1}})
    revoked = db.session.scalars(db.select(Device).filter_by(name="device 2")).one()
    door.change(revoked, revoked_at=NOON)
    claims = [
        door.claim(stage.session, ticket, shown="admitted", at=NOON - timedelta(minutes=3)),
        door.claim(stage.session, act="walk_in", people={"student": 2}, shown="counted"),
        door.claim(stage.session, door.ticket(), shown="not_booked"),
    ]
    door.send(*claims, token=stage.second, at=NOON + timedelta(minutes=1))
    assert (door.count(Entry), len(stage.open_ones())) == (0, 3)
    assert "From a revoked device" in stage.page()
    first, second, third = stage.open_ones()
    with frozen(LATER):
        for one, do in (
            (first, "accept"),
            (second, "accept"),
            (third, "accept"),
            (third, "dismiss"),
            (first, "accept"),
        ):
            assert post(stage.olga, f"{PAGE}/{one.uuid}", do=do).status_code == 303
    assert stage.open_ones() == []
    assert [one.resolution for one in db.session.scalars(db.select(Conflict).order_by(Conflict.id))] == [
        "counted", "counted", "left_out",
    ]  # fmt: skip
    assert stage.figures()[:3] == (3, 1, 2)
    lines = db.session.scalars(db.select(Entry).order_by(Entry.id)).all()
    assert [(line.at, line.device_id, line.account_id is not None) for line in lines] == [
        (NOON - timedelta(minutes=4) + timedelta(minutes=1), revoked.id, True), (NOON, revoked.id, True),
    ]  # fmt: skip
    assert door.count(Scan) == 3
    again = door.send(*claims, token=stage.second, at=LATER)
    assert [one["conflict"] for one in again] == ["quarantined"] * 3


def test_a_quarantined_ticket_that_is_in_already_becomes_a_double_admission(stage: Stage) -> None:
    door = stage.door
    ticket = door.ticket(booked={stage.session: {"spectator": 1}})
    door.change(db.session.scalars(db.select(Device).filter_by(name="device 2")).one(), revoked_at=NOON)
    door.scan(stage.session, ticket)
    door.scan(stage.session, ticket, shown="admitted", token=stage.second)
    assert stage.settle("accept") == "counted"
    assert [one.kind for one in stage.open_ones()] == [ConflictKind.DOUBLE_ADMISSION]
    assert stage.figures()[0] == 1
    assert stage.settle("accept") == "counted"
    assert stage.figures()[0] == 2


def test_a_quarantined_undo_takes_back_what_the_device_counted(stage: Stage) -> None:
    door = stage.door
    mine = door.claim(stage.session, act="walk_in", people={"student": 2})
    door.send(mine, token=stage.second)
    door.change(db.session.scalars(db.select(Device).filter_by(name="device 2")).one(), revoked_at=NOON)
    door.send(door.claim(stage.session, act="undo", undoes=mine["id"]), token=stage.second)
    assert stage.figures()[0] == 2
    assert stage.settle("accept") == "counted"
    assert stage.figures()[0] == 0


@pytest.mark.parametrize("uploaded", [LATER, EVENING + timedelta(hours=1)], ids=["before", "after"])
def test_what_a_revoked_device_sent_is_a_late_line_where_it_is_accepted_after_the_day_was_closed(
    stage: Stage, uploaded: datetime
) -> None:
    door, accepted_at = stage.door, EVENING + timedelta(hours=2)
    door.change(db.session.scalars(db.select(Device).filter_by(name="device 2")).one(), revoked_at=NOON)
    claim = door.claim(stage.session, door.ticket(booked={stage.session: {"spectator": 1}}), shown="admitted")
    if uploaded < EVENING:
        door.send(claim, token=stage.second, at=uploaded)
    code = f"session:{stage.session.code}"
    (place,) = (one for day in closing_days(door.event).values() for one in day if one.place.code == code)
    with transaction():
        close_places(door.event, NOON.date(), {place.place.id: CountingState.COUNTED}, at=EVENING, actor=Actor())
    if uploaded > EVENING:
        door.send(claim, token=stage.second, at=uploaded)
    assert stage.settle("accept", at=accepted_at) == "counted"
    (line,) = db.session.scalars(db.select(Entry))
    assert (line.at, line.received_at) == (NOON, accepted_at)
    (place,) = (one for day in closing_days(door.event).values() for one in day if one.place.code == code)
    assert place.late == Late(1, accepted_at)
    assert ("late_upload" in door.conflicts()) == (uploaded > EVENING)


def test_a_wrong_clock_is_noted(stage: Stage) -> None:
    door = stage.door
    door.send(door.claim(stage.session, door.ticket()), at=NOON, sent_at=NOON - timedelta(hours=3))
    assert stage.settle("dismiss") == ""
    assert stage.settle("accept") == "noted"


def test_all_of_one_kind_from_one_device_are_asked_about_and_settled(stage: Stage) -> None:
    for _ in range(3):
        double(stage)
    device = db.session.scalars(db.select(Device).filter_by(name="device 2")).one()
    wish = {"kind": "double_admission", "device": str(device.uuid), "do": "dismiss"}
    asked = post(stage.olga, f"{PAGE}/all", **wish)
    assert (asked.status_code, len(stage.open_ones())) == (200, 3)
    other = db.session.scalars(db.select(Device).filter_by(name="device 1")).one()
    post(stage.olga, f"{PAGE}/all", **{**wish, "device": str(other.uuid), "sure": "yes"})
    assert len(stage.open_ones()) == 3
    assert post(stage.olga, f"{PAGE}/all", **wish, sure="yes").status_code == 303
    assert stage.open_ones() == []
    assert "Left uncounted" in stage.page("&state=settled")
    without_kind = {**wish, "kind": ""}
    assert post(stage.olga, f"{PAGE}/all", **without_kind).status_code == 404


def test_both_doors_hear_of_it_once_found_and_once_settled(stage: Stage, app: Flask) -> None:
    def heard(token: str, at: Any) -> list[tuple[str, str | None]]:
        with frozen(at):
            answer = app.test_client().post(
                "/api/v1/device/contact",
                json={"sent_at": at.isoformat()},
                headers={"Authorization": f"Bearer {token}", "Accept-Language": "en"},
            )
        return [(one["conflict"], one["settled"]) for one in answer.get_json()["messages"]]

    third = stage.door.device()
    double(stage)
    minutes = [NOON + timedelta(minutes=number) for number in range(1, 9)]
    doors = (stage.door.token, stage.second, third)
    assert [heard(token, minutes[1]) for token in doors] == [[("double_admission", None)]] * 2 + [[]]
    assert [heard(token, minutes[2]) for token in doors] == [[], [], []]
    stage.settle("dismiss", at=minutes[4])
    assert [heard(token, minutes[5]) for token in doors] == [[("double_admission", "left_out")]] * 2 + [[]]
    assert [heard(token, minutes[6]) for token in doors] == [[], [], []]


def test_a_door_hears_of_all_of_them_however_many_came_at_once(
    stage: Stage, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After an hour without a network, and settled all at once; each contact hears a part, the last one nothing
    new."""
    monkeypatch.setattr(told, "MOST", 2)

    def heard(at: datetime) -> list[str]:
        said = {"sent_at": at.isoformat()}
        with frozen(at):
            answer = app.test_client().post(
                "/api/v1/device/contact", json=said, headers={"Authorization": f"Bearer {stage.second}"}
            )
        return [one["id"] for one in answer.get_json()["messages"]]

    for minute in (1, 1, 1, 2, 3, 4, 5):
        double(stage, received_at=NOON + timedelta(minutes=minute))
    told_before: set[str] = set()

    def news(minute: int) -> int:
        new = set(heard(NOON + timedelta(minutes=minute))) - told_before
        told_before.update(new)
        return len(new)

    assert [news(minute) for minute in range(6, 10)] == [3, 2, 2, 0]
    with transaction():
        db.session.execute(db.update(Conflict).values(resolved_at=NOON + timedelta(minutes=11), resolution="left_out"))
    assert [news(minute) for minute in (12, 13)] == [7, 0]


def test_the_list_asks_as_much_for_many_as_for_one_and_has_pages(stage: Stage) -> None:
    asked: list[str] = []
    hooks.listen(db.engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    counts = []
    for _ in range(3):
        double(stage)
        asked.clear()
        stage.page()
        counts.append(len(asked))
    assert counts[0] == counts[2]
    assert "No entries" not in stage.page("&kind=double_admission&page=9")
    assert "There is nothing to look at" in stage.page("&kind=clock")


def test_the_overview_leads_to_them(cast: Cast, stage: Stage) -> None:
    double(stage)
    assert PAGE in cast.olga.get("/console/events/fair/").get_data(as_text=True)
    assert PAGE not in cast.victor.get("/console/events/fair/").get_data(as_text=True)


def test_an_undone_session_is_left_alone(stage: Stage) -> None:
    """Taking back what somebody undid meanwhile adds nothing."""
    closed = stage.door.make.session(stage.door.event, "closed", admission=AdmissionRule.BOOKING_ONLY)
    assert isinstance(closed, EventSession)
    stage.session = closed
    claim = stage.door.claim(closed, stage.door.ticket(), shown="admitted")
    stage.door.send(claim)
    stage.door.scan(closed, act="undo", undoes=claim["id"])
    lines = stage.door.count(Entry)
    assert stage.settle("dismiss") == "taken_off"
    assert (stage.door.count(Entry), stage.figures()[0]) == (lines, 0)
