"""What shall be printed: for which session or group, on which paper."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import ValidationError

from app.console.forms.fields import NumberField
from app.web.forms import Form
from registrations.pdf import LABEL_SHEETS, TICKET_SIZES
from registrations.rules import read_code

EVERYBODY = ""
SIZES = {"a4": "A4", "a6": "A6", "large": _l("A4 in large type")}
LABELS = {
    key: _l("%(count)s labels, %(width)s × %(height)s mm", count=one.labels, width=one.width, height=one.height)
    for key, one in LABEL_SHEETS.items()
}


class RosterForm(Form):
    """The session; none: all who are expected at the event."""

    session = SelectField(_l("Session"))

    def offer(self, sessions: Iterable[SelectChoice]) -> None:
        """What can be chosen."""
        self.session.choices = [SelectChoice(EVERYBODY, _l("Everybody of the event")), *sessions]


class BadgesForm(RosterForm):
    """Whose badges, on which labels, from which label on."""

    group = SelectField(_l("Class or group"))
    labels = SelectField(_l("Sheet of labels"), choices=[SelectChoice(key, words) for key, words in LABELS.items()])
    first = NumberField(
        _l("First label"),
        most=24,
        needed=_l("Say which label is the first that is still there: 1 on a new sheet."),
        description=_l("Counted along the rows. 1 on a new sheet."),
    )
    blanks = BooleanField(
        _l("Badges to write on"), description=_l("One for each person whose name nobody gave, with the group's name.")
    )
    codes = BooleanField(_l("With the ticket's code"))
    cutting = BooleanField(_l("Lines to cut along"), description=_l("For plain paper."))

    def offer_groups(self, groups: Iterable[tuple[UUID, str]]) -> None:
        """What can be chosen."""
        everybody = SelectChoice(EVERYBODY, _l("All"))
        self.group.choices = [everybody, *(SelectChoice(str(uuid), name) for uuid, name in groups)]

    def validate_first(self, field: Any) -> None:
        sheet = LABEL_SHEETS.get(self.labels.data or "")
        if sheet and isinstance(field.data, int) and not 1 <= field.data <= sheet.labels:
            raise ValidationError(_l("This sheet has labels 1 to %(last)s.") % {"last": sheet.labels})


class TicketForm(Form):
    """One ticket, looked up by the number that somebody says."""

    number = StringField(_l("Ticket number"), description=_l("The seven digits, or the code itself."))
    size = SelectField(_l("Paper"), choices=[SelectChoice(size, SIZES[size]) for size in TICKET_SIZES])

    def validate_number(self, field: Any) -> None:
        typed = read_code(field.data or "")
        if typed.number is None and typed.code is None:
            raise ValidationError(_l("Type the seven digits of the ticket number."))
