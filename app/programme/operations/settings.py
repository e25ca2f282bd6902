"""How one registers, made equal to what is said: the event's columns, and the text about photographs."""

from datetime import datetime

from sqlalchemy import select

from app.db import db
from app.programme.models import Event, PrivacyNotice
from app.programme.operations.rows import set_columns
from app.programme.rules.facts import NoticeFacts
from app.programme.rules.faults import BadDocument, Fault
from app.programme.rules.settings import SettingsFacts


def set_settings(event: Event, settings: SettingsFacts, *, at: datetime) -> int:
    """How many things changed or came. Raises BadDocument for a text that people consented to under this number."""
    done = _notice(event, settings.photo_notice, at) if settings.photo_notice else 0
    done += bool(set_columns(event, settings.columns))
    db.session.flush()
    return done


def _notice(event: Event, notice: NoticeFacts, at: datetime) -> int:
    rows = db.session.scalars(select(PrivacyNotice).filter_by(event_id=event.id, kind="photo"))
    known = {row.number: row for row in rows}
    same = known.get(notice.number)
    if same is not None and same.text == notice.text:
        return 0
    if known and notice.number <= max(known):
        expected = "a higher number, because the text changed" if same else f"{max(known)} or more"
        raise BadDocument([Fault("photo_notice.number", str(notice.number), expected)])
    db.session.add(PrivacyNotice(event_id=event.id, kind="photo", created_at=at, **vars(notice)))
    return 1
