"""A partner's own team: how many come, of which category, to which of its sessions. Nobody has to be named."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from wtforms import HiddenField, IntegerField, SelectMultipleField
from wtforms.widgets import HiddenInput

from app.programme.rules.facts import CategoryFacts
from app.web.forms import Form
from app.web.languages import local
from registrations.forms.fields import PeopleField
from registrations.forms.shapes import PREFIX, with_people
from registrations.rules import LARGEST_GROUP


class TeamForm(Form):
    """Numbers by category and ticks of sessions. `version`: that of the registration which the page shows."""

    sessions = SelectMultipleField(_l("Sessions"), validate_choice=False)
    key = HiddenField()
    version = IntegerField(widget=HiddenInput())

    @classmethod
    def for_event(cls, categories: Sequence[CategoryFacts], typed: Any = None, **first: Any) -> Any:
        """The form: as the team stands, or with what was typed."""
        form = with_people(cls, tuple(one.key for one in categories))(typed, data=first)
        for one in categories:
            field = form[PREFIX + one.key]
            field.label.text = Markup("{}").format(local(one.label))
            field.flags.max = LARGEST_GROUP
        return form

    @property
    def people(self) -> dict[str, PeopleField]:
        """The number fields by category key, in the event's order."""
        return {
            name.removeprefix(PREFIX): field for name, field in self._fields.items() if isinstance(field, PeopleField)
        }

    @property
    def numbers(self) -> Mapping[str, int]:
        """How many of each category, as typed."""
        return {key: number for key, field in self.people.items() if (number := field.data or 0)}
