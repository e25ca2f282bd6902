"""The console's lists ask the database as much for many lines as for few."""

from typing import Any

import pytest
from flask import Flask

from app.db import db, transaction
from app.programme.models import Organisation, Participation, Speaker, Venue
from app.programme.rules import OrganisationKind, ParticipationRole
from tests.console.conftest import Cast
from tests.console.editing import BASE, post
from tests.console.test_pages import counted_queries
from tests.make import Make, both

LISTS = (
    "categories",
    "venues",
    "venues/hall-1",
    "organisations",
    "organisations/club-0",
    "speakers",
    "",
    "sessions",
    "sessions/talk",
    "new-session",
    "board",
    "event",
)
ROLES = list(ParticipationRole)


def more_of_everything(make: Make, cast: Cast, number: int) -> None:
    """One more of each thing that a list of the programme has."""
    event, name = cast.event, both("もの", "Thing")
    make.category(event, f"category-{number}")
    hall = db.session.scalars(db.select(Venue).filter_by(slug=f"hall-{event.id}")).one()
    make.room(hall, f"room-{number}")
    make.venue(event, f"annex-{number}")
    make.session(event)
    with transaction():
        known = [Organisation(host_id=event.host_id, code=f"club-{number}", name=name, kind=OrganisationKind.NPO)]
        db.session.add_all([*known, Speaker(event_id=event.id, code=f"speaker-{number}", name=name)])
        db.session.flush()
        first = db.session.scalars(db.select(Organisation).order_by(Organisation.id)).first()
        assert first is not None
        for one, role in ((known[0].id, ROLES[0]), (first.id, ROLES[number + 1])):
            db.session.add(Participation(event_id=event.id, organisation_id=one, role=role))


@pytest.mark.parametrize("page", LISTS)
def test_a_longer_list_asks_no_more(app: Flask, cast: Cast, make: Make, page: str) -> None:
    make.session(cast.event, "talk")
    counts, sizes = [], []
    for number in (0, 1, 2):
        more_of_everything(make, cast, number)
        with counted_queries(app) as sent:
            answer = cast.olga.get(f"{BASE}/{page}")
        assert answer.status_code == 200
        counts.append(len(sent))
        sizes.append(len(answer.data))
    assert counts == [counts[0]] * 3
    if page != "event":
        assert sizes[0] < sizes[1] < sizes[2]


@pytest.mark.parametrize("page", ["sessions/talk/repeats", "slots"])
def test_more_sessions_to_be_made_ask_no_more(app: Flask, cast: Cast, make: Make, page: str) -> None:
    make.session(cast.event, "talk")
    whole: dict[str, Any] = {"do": "preview", "version": "1", "code": "advice", "title-ja": "相談", "minutes": "30",
                             "largest_party": "4", "first": "2026-10-03T13:00"}  # fmt: skip
    counts = []
    for number in (1, 3):
        starts = "\n".join(f"2026-10-04 1{hour}:00" for hour in range(number))
        form = {**whole, "starts": starts, "last": f"2026-10-03T1{3 + number}:00"}
        post(cast.olga, f"{BASE}/{page}", form)
        with counted_queries(app) as sent:
            assert post(cast.olga, f"{BASE}/{page}", form).status_code == 200
        counts.append(len(sent))
    assert counts[0] == counts[1]
