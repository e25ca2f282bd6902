"""How one registers for an event, whole: what a file of it says and a copy of it takes along."""

from sqlalchemy import select

from app.db import db
from app.programme.models import Event
from app.programme.queries import current_notice
from app.programme.queries.working import facts_of
from app.programme.rules.facts import NoticeFacts
from app.programme.rules.settings import LetterFacts, SettingsFacts
from registrations.models import LetterText


def settings_of_event(event: Event) -> SettingsFacts:
    """The settings as they are now."""
    notice = current_notice(event.id, "photo")
    words = select(LetterText).filter_by(event_id=event.id).order_by(LetterText.kind, LetterText.language)
    return facts_of(
        SettingsFacts,
        event,
        photo_notice=facts_of(NoticeFacts, notice) if notice else None,
        letters=[facts_of(LetterFacts, one) for one in db.session.scalars(words)],
    )
