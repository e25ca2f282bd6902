"""How one registers is taken from a file or from another event: settings, texts to consent to, letters' own words."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import delete, select

from app.audit import record
from app.db import db
from app.programme.models import Event
from app.programme.operations.rows import set_columns
from app.programme.operations.settings import set_settings
from app.programme.rules.settings import SettingsFacts, copied_settings
from app.web.actors import Actor
from registrations.models import LetterText
from registrations.operations.asking_again import copy_questions
from registrations.queries.settings import settings_of_event


def import_settings(event: Event, settings: SettingsFacts, *, at: datetime, actor: Actor) -> int:
    """Make them equal to these; how many things changed, came or went. Raises BadDocument."""
    done = _letters(event, settings) + set_settings(event, settings, at=at)
    if done:
        record(actor, "settings.import", f"event:{event.uuid}", at=at, event_id=event.id, changed=done)
    return done


def copy_settings(source: Event, target: Event, *, at: datetime, actor: Actor) -> None:
    """The same settings and questions for an event on other days; its dates move along."""
    days = (target.starts_on - source.starts_on).days
    zone = ZoneInfo(source.timezone)
    import_settings(target, copied_settings(settings_of_event(source), days=days, zone=zone), at=at, actor=actor)
    copy_questions(source, target, at=at, actor=actor)


def _letters(event: Event, settings: SettingsFacts) -> int:
    rows = db.session.scalars(select(LetterText).filter_by(event_id=event.id))
    known = {(row.kind, row.language): row for row in rows}
    wanted = {(one.kind, one.language): one for one in settings.letters}
    done = 0
    for name, one in wanted.items():
        if name in known:
            done += bool(set_columns(known[name], vars(one)))
        else:
            db.session.add(LetterText(event_id=event.id, **vars(one)))
            done += 1
    gone = [row.id for name, row in known.items() if name not in wanted]
    if gone:
        db.session.execute(delete(LetterText).where(LetterText.id.in_(gone)))
    db.session.flush()
    return done + len(gone)
