"""The programme as files that leave the house."""

import json

from app.programme.models import Event
from app.programme.queries import programme_of_event
from app.programme.rules.documents import document_of


def event_file(event: Event) -> str:
    """The event as the staff work on it, in the normal form of its format; reading it back changes nothing."""
    return json.dumps(document_of(programme_of_event(event)), ensure_ascii=False, indent=2) + "\n"
