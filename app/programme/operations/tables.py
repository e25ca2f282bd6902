"""What a file makes of the programme, written in one transaction: all of it, or nothing if somebody was there first."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, update

from app.db import db
from app.errors import Refused
from app.programme.models import Event, EventSession
from app.programme.operations.imports import Imported, import_event
from app.programme.queries.fingerprints import fingerprint_of
from app.programme.rules.facts import Programme
from app.web.actors import Actor


class ProgrammeChanged(Refused):
    """Somebody changed the programme after the file was laid over it."""

    def __init__(self) -> None:
        super().__init__("programme_changed", "Somebody changed the programme meanwhile. Nothing was written.")


def take_plan(
    event_id: int, programme: Programme, *, mark: str, uuids: Mapping[str, UUID], at: datetime, actor: Actor
) -> Imported:
    """Make the event what was planned; nothing is taken away. mark: of the programme that the plan was made for; uuids:
    outward ids of new sessions, by code. Raises ProgrammeChanged, BadDocument."""
    event = db.session.get_one(Event, event_id)
    if fingerprint_of(event, locking=True) != mark:
        raise ProgrammeChanged
    done = import_event(event.host_id, programme, at=at, actor=actor, removing=False)
    if uuids:
        table: Any = EventSession.__table__
        mine = (table.c.event_id == event_id) & (table.c.code == bindparam("new_code"))
        db.session.execute(
            update(table).where(mine).values(uuid=bindparam("new_uuid")),
            [{"new_code": code, "new_uuid": uuid} for code, uuid in uuids.items()],
        )
    return done
