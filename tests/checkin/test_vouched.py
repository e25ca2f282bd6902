"""A supervisor's word that was given without a network: heard with the PIN, a fact to be looked at without."""

from datetime import timedelta

from flask import Flask
from sqlalchemy import select

from app.accounts.passwords import hash_password
from app.audit import AuditEntry
from app.clock import frozen
from app.db import db
from app.programme.rules import AdmissionRule
from checkin.models import Conflict, Entry, Scan
from tests.checkin.doorside import EVERY_RIGHT, Doorside
from tests.make import NOON, Make

HOUR = timedelta(hours=1)


def test_the_person_is_counted_whatever_the_pin_and_the_conflict_says_whether_it_was_right(
    app: Flask, make: Make
) -> None:
    door = Doorside(app, make)
    token = door.device(rights=EVERY_RIGHT, pin_hash=hash_password("4711"))
    talk = make.session(door.event, "talk", admission=AdmissionRule.BOOKING_ONLY)

    def uploaded(pin: str | None) -> tuple[str, str, str | None]:
        claim = door.claim(talk, door.ticket(), force="proof_shown", shown="admitted")
        with frozen(NOON + HOUR):
            answer = app.test_client().post(
                f"/api/v1/events/{door.event.slug}/scans",
                json={"sent_at": (NOON + HOUR).isoformat(), "scans": [claim]},
                headers={"Authorization": f"Bearer {token}", **({"Pin": pin} if pin else {})},
            )
        (told,) = answer.get_json()["verdicts"]
        assert told["error"] is None
        db.session.rollback()
        kind = db.session.scalars(select(Conflict.kind).order_by(Conflict.id.desc())).first()
        forced = db.session.scalars(select(Scan.forced).order_by(Scan.received_at, Scan.id)).all()
        return told["verdict"], str(kind), next(iter({one for one in forced if one}), None)

    assert uploaded("0000") == ("admitted", "not_entitled", None)
    assert uploaded(None) == ("admitted", "not_entitled", None)
    assert uploaded("4711") == ("admitted", "override", "proof_shown")
    assert door.places(talk).present == 3
    told = [(one.verb, one.facts) for one in db.session.scalars(select(AuditEntry))]
    assert told == [("admit_anyway", {"reason": "proof_shown", "instead_of": "not_booked"})]


def test_an_undo_by_a_supervisor_keeps_its_reason(app: Flask, make: Make) -> None:
    door = Doorside(app, make)
    talk = make.session(door.event, "talk", admission=AdmissionRule.WALK_IN)
    scan = door.scan(talk, door.ticket())
    token = door.device(rights=EVERY_RIGHT)
    assert door.scan(talk, act="undo", undoes=scan["id"], token=token, force="system_wrong")["verdict"] == "undone"
    (told,) = db.session.scalars(select(AuditEntry)).all()
    assert (told.verb, told.facts["reason"]) == ("undo", "system_wrong")
    counted, undone = db.session.scalars(select(Entry).order_by(Entry.id))
    assert (undone.undoes_id, undone.reason, undone.device_id != counted.device_id) == (
        counted.id,
        "system_wrong",
        True,
    )
