"""Made-up parties ask for more places than there are: some wait, and a draw decides about others.

All of it goes the way of every registration, so that what pages say of demand can be seen in the demonstration.
"""

import random
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from app.db import db
from app.errors import Refused
from app.programme.models import Event, EventSession
from app.programme.rules import AdmissionRule
from app.web.actors import ANONYMOUS
from registrations.operations.lottery import draw
from registrations.operations.registering import register
from registrations.rules import Application, Hand, Source

LONGEST_BEFORE = timedelta(days=14)


def ask_for_more(event: Event, recipe: Mapping[str, Any], line: Mapping[str, Any], *, at: datetime) -> None:
    """The parties of one line of the recipe register one after the other, up to two weeks ago; a lottery that is closed
    by now is drawn. line: `session`, and `parties`: numbers by category, one of them a party."""
    if not event.fictional:
        raise Refused("not_fictional", "Only an event that is marked fictional can be filled with made-up people.")
    chance = random.Random(f"{recipe['seed']} {line['session']}")  # noqa: S311 – a play, not a secret
    chosen = select(EventSession).where(EventSession.event_id == event.id, EventSession.code == line["session"])
    session = db.session.scalars(chosen).one()
    lottery = session.admission is AdmissionRule.LOTTERY
    closes = min(at, session.booking_closes_at or session.starts_at)
    codes = frozenset({session.code})
    moments = sorted(closes - LONGEST_BEFORE * chance.uniform(0.02, 1) for _ in line["parties"])
    for when, numbers in zip(moments, line["parties"], strict=True):
        name = " ".join(chance.choice(recipe["names"][part])["name"] for part in ("family", "given"))
        wish = Application(name, numbers, codes, waiting=frozenset() if lottery else codes)
        register(event.id, wish, at=when, source=Source.DEMONSTRATION, hand=Hand.STAFF)
    if lottery and closes < at:
        draw(session.id, at=closes + (at - closes) / 2, actor=ANONYMOUS)
