"""The programme as files that leave the house."""

import json
from zoneinfo import ZoneInfo

from app.programme.models import Event
from app.programme.queries import programme_of_event
from app.programme.rules.documents import document_of
from app.programme.rules.settings import SettingsFacts, with_settings


def event_file(event: Event, settings: SettingsFacts | None = None) -> str:
    """The event as the staff work on it, in the normal form of its format; reading it back changes nothing. settings:
    how one registers, left out without them."""
    document = document_of(programme_of_event(event))
    if settings is not None:
        document = with_settings(document, settings, ZoneInfo(event.timezone))
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"
