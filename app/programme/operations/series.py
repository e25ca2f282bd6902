"""Several sessions in one step: repeats of one, and appointments one after the other. All of them or none."""

from collections.abc import Sequence
from datetime import datetime

from app.db import db
from app.programme.models import Event, EventSession
from app.programme.operations.sessions import ChangedMeanwhile, add_session, locked_session
from app.programme.rules.facts import EventSessionFacts
from app.web.actors import Actor


def repeat_session(
    event: Event,
    code: str,
    copies: Sequence[EventSessionFacts],
    *,
    series: str,
    version: int,
    at: datetime,
    actor: Actor,
) -> list[EventSession]:
    """Copies of a session under the word of their series, which the first one takes on. Raises ChangedMeanwhile."""
    session = locked_session(event, code)
    if session.version != version:
        raise ChangedMeanwhile(session.version)
    if session.series != series:
        session.series = series
        db.session.flush()
    return add_sessions(event, copies, at=at, actor=actor)


def add_sessions(
    event: Event, wanted: Sequence[EventSessionFacts], *, at: datetime, actor: Actor
) -> list[EventSession]:
    """All of them. Raises BadDocument for the first that cannot be."""
    return [add_session(event, one, at=at, actor=actor) for one in wanted]
