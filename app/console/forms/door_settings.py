"""What an event says to all its doors: whether a full room stays full, and words for who comes for the first time."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField

from app.console.forms.editing import EditForm
from app.console.forms.fields import TextsField
from app.console.forms.programme import DOOR_WORDS
from app.console.forms.words import KINDS
from registrations.rules import PartyKind

WORDS = "words_"


class DoorSettingsForm(EditForm):
    """The doors of one event."""

    full_is_final = BooleanField(_l("Where it is full, nobody else comes in, not even on a supervisor’s word"))
    words_person = TextsField(KINDS[PartyKind.PERSON], limit=DOOR_WORDS)
    words_family = TextsField(KINDS[PartyKind.FAMILY], limit=DOOR_WORDS)
    words_class = TextsField(KINDS[PartyKind.CLASS], limit=DOOR_WORDS)
    words_delegation = TextsField(KINDS[PartyKind.DELEGATION], limit=DOOR_WORDS)
    words_team = TextsField(KINDS[PartyKind.TEAM], limit=DOOR_WORDS)

    @classmethod
    def shown(cls, row: Any) -> dict[str, Any]:
        """The event's columns as the fields have them."""
        words = {f"{WORDS}{kind}": row.party_first_words.get(kind, {}) for kind in KINDS}
        return {"full_is_final": row.full_is_final, **words}

    @property
    def columns(self) -> dict[str, Any]:
        """What the event's columns shall hold."""
        words = {kind.value: self[f"{WORDS}{kind}"].data for kind in KINDS}
        return {
            "full_is_final": self.full_is_final.data,
            "party_first_words": {kind: texts for kind, texts in words.items() if texts},
        }
