"""What is typed to release a programme."""

from typing import Any, Self

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, SelectMultipleField, TextAreaField, ValidationError
from wtforms.validators import Length

from app.accounts.forms import trimmed
from app.programme.queries.proposals import Proposal
from app.web.forms import Form

LONGEST_NOTE = 2000


class ReleaseForm(Form):
    """The release of what was shown: a note per language, and a tick at each kind of doubt that is meant so."""

    shown = HiddenField()
    seen = SelectMultipleField(_l("As intended"), validate_choice=False)
    note_ja = TextAreaField(_l("Note in Japanese"), validators=[Length(max=LONGEST_NOTE)], filters=[trimmed])
    note_en = TextAreaField(_l("Note in English"), validators=[Length(max=LONGEST_NOTE)], filters=[trimmed])
    note_easy = TextAreaField(_l("Note in easy Japanese"), validators=[Length(max=LONGEST_NOTE)], filters=[trimmed])
    warned: frozenset[str] = frozenset()

    @classmethod
    def for_proposal(cls, proposal: Proposal, typed: Any = None) -> Self:
        """The form for this proposal; `typed` as it was sent, if it was."""
        form = cls(typed) if typed is not None else cls(shown=proposal.digest)
        form.warned = frozenset(one.doubt.value for one in proposal.remarks if not one.doubt.stops)
        return form

    def show_anew(self, proposal: Proposal) -> None:
        """What is on the page now is another proposal: nothing in it has been ticked yet."""
        self.shown.data = proposal.digest
        self.seen.data = []

    def note(self) -> dict[str, str]:
        """What was written, by language."""
        texts = {"ja": self.note_ja.data, "en": self.note_en.data, "ja-easy": self.note_easy.data}
        return {language: text for language, text in texts.items() if text}

    def validate_seen(self, field: SelectMultipleField) -> None:
        if not self.warned <= set(field.data or ()):
            raise ValidationError(_("Tick every point that is meant so, or change the programme first."))
