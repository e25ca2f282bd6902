"""What a file makes of the programme: known by a fingerprint under the lock, and written by the hundred."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from app.db import db, transaction
from app.programme.models import Appearance, Event, EventSession, Organisation, Room, SessionPlaces, Venue
from app.programme.operations.tables import ProgrammeChanged, take_plan
from app.programme.queries import programme_of_event
from app.programme.queries.fingerprints import fingerprint_of
from app.web.actors import ANONYMOUS
from checkin.operations import prepare_door
from tests.make import NOON, Make
from tests.programme.files import bring_in, programme, session, small
from tests.statements import noted

WHO = {"code": "mei", "name": {"ja": "架空 芽衣"}}
APPEARS = [{"speaker": "mei", "role": "speaker", "affiliation": {"ja": "架空大学"}}]


def document(number: int = 1) -> dict[str, Any]:
    sessions = [session(f"s{n}", "2026-10-03T10:00", "2026-10-03T12:00", appearances=APPEARS) for n in range(number)]
    organisations = [{"code": "npo", "name": {"ja": "架空の会"}, "kind": "npo"}]
    role = [{"organisation": "npo", "role": "exhibitor"}]
    return {**small(), "speakers": [WHO], "organisations": organisations, "participations": role, "sessions": sessions}


def standing(make: Make) -> Event:
    return db.session.get_one(Event, bring_in(make.host(), document()).event_id)


@pytest.mark.parametrize(
    "change",
    [
        lambda: setattr(one(Event), "title", {"ja": "別の名"}),
        lambda: setattr(one(Venue), "name", {"ja": "別館"}),
        lambda: setattr(one(Room), "capacity", 41),
        lambda: setattr(one(Organisation), "public", False),
        lambda: setattr(one(EventSession), "description", {"ja": "別の説明"}),
        lambda: db.session.execute(db.update(Appearance).values(affiliation={"ja": "別大学"})),
        lambda: db.session.execute(db.delete(Appearance)),
    ],
    ids=["event", "venue", "room", "organisation", "session", "affiliation", "nobody on stage"],
)
def test_whatever_changes_after_the_plan_was_made_refuses_the_whole_write(
    app: Flask, make: Make, change: Callable[[], Any]
) -> None:
    event = standing(make)
    mark, plan = fingerprint_of(event), programme_of_event(event)
    with transaction():
        change()
    with pytest.raises(ProgrammeChanged), transaction():
        take_plan(event.id, plan, mark=mark, uuids={}, at=NOON, actor=ANONYMOUS)


def test_places_promised_and_the_numbers_of_changes_are_no_change_of_the_programme(app: Flask, make: Make) -> None:
    event = standing(make)
    mark = fingerprint_of(event)
    with transaction():
        one(SessionPlaces).promised = 3
        one(Event).change_number += 1
    assert fingerprint_of(event) == mark


def test_a_hundred_sessions_are_written_in_as_many_statements_as_two(app: Flask, make: Make) -> None:
    assert written(make, "few", 2) == written(make, "many", 100)


def written(make: Make, slug: str, number: int) -> list[str]:
    """The statements of a plan with so many new sessions, taken by an event of a host of its own."""
    event = db.session.get_one(Event, bring_in(make.host(slug), {**small(slug), "sessions": []}).event_id)
    plan = programme({**document(number), "event": small(slug)["event"]})
    mark = fingerprint_of(event)
    with noted() as sent, transaction():
        done = take_plan(event.id, plan, mark=mark, uuids={}, at=NOON, actor=ANONYMOUS)
        prepare_door(db.session.get_one(Event, event.id))
    assert done.added == number + 3  # the sessions, one person, one organisation and its role
    return [statement.partition("(")[0][:60] for statement in sent]


def test_a_session_of_which_only_people_change_gets_another_version(app: Flask, make: Make) -> None:
    """So that a form that was opened before does not overwrite them."""
    event = standing(make)
    before = one(EventSession).version
    named = {**document(), "sessions": [session("s0", "2026-10-03T10:00", "2026-10-03T12:00")]}
    with transaction():
        take_plan(event.id, programme(named), mark=fingerprint_of(event), uuids={}, at=NOON, actor=ANONYMOUS)
    assert (one(EventSession).version, db.session.scalars(db.select(Appearance)).all()) == (before + 1, [])


def one(kind: Any) -> Any:
    return db.session.scalars(db.select(kind)).one()
