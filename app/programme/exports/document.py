"""The programme as files that leave the house."""

import json
from typing import Any
from zoneinfo import ZoneInfo

from app.programme.models import Event
from app.programme.queries import programme_of_event
from app.programme.rules.documents import document_of
from app.programme.rules.settings import SettingsFacts, with_settings


def event_file(
    event: Event, settings: SettingsFacts | None = None, questions: list[dict[str, Any]] | None = None
) -> str:
    """The event as the staff work on it, in the normal form of its format; reading it back changes nothing. settings:
    how one registers, questions: what one is asked; left out without them."""
    document = document_of(programme_of_event(event))
    if settings is not None:
        document = with_settings(document, settings, ZoneInfo(event.timezone))
    if questions is not None:
        document = {**document, "questions": questions}
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"
