"""Who of a party comes to one session: numbers, or people by name where each has a ticket of their own."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from wtforms import HiddenField, SelectMultipleField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]

from app.programme.rules.facts import CategoryFacts
from app.web.forms import Form
from app.web.languages import local
from registrations.forms.fields import PeopleField
from registrations.forms.shapes import PREFIX
from registrations.queries import Party
from registrations.queries.people import Person
from registrations.rules.bookings import Seat


class AttendForm(Form):
    """One number a category of the party; none at all gives the places back."""

    by = HiddenField(default="numbers")
    sessions = SelectMultipleField(_l("Sessions"), validate_choice=False)
    waiting = SelectMultipleField(_l("Waiting list"), validate_choice=False)
    too_full: frozenset[str] = frozenset()
    party: Mapping[str, Party]

    @classmethod
    def for_party(
        cls,
        categories: Sequence[CategoryFacts],
        party: Iterable[Party],
        typed: Any = None,
        *,
        seats: Mapping[str, int] | None = None,
    ) -> Any:
        """The form of one registration: as it stands, or with what was typed."""
        of = {one.key: one for one in party}
        made = type(cls.__name__, (cls,), {PREFIX + key: PeopleField() for key in of})
        form: Any = made(typed, data={PREFIX + key: number for key, number in (seats or {}).items()})
        form.party = of
        for one in categories:
            if one.key in of:
                field = form._fields[PREFIX + one.key]
                field.label.text = Markup("{}").format(local(one.label))
                field.flags.max = of[one.key].number
        return form

    @property
    def is_of_before(self) -> bool:
        """Whether the page that was sent is of a time when everybody had a ticket of their own."""
        return bool(self.by.data == "names")

    @property
    def people(self) -> dict[str, PeopleField]:
        """The number fields by category."""
        return {name.removeprefix(PREFIX): one for name, one in self._fields.items() if isinstance(one, PeopleField)}

    def validate(self, extra_validators: Any = None) -> bool:
        """No more of a category than the party has."""
        valid = super().validate(extra_validators)
        for key, field in self.people.items():
            if (field.data or 0) > self.party[key].number:
                more = _l("Your registration has %(number)s of these people. To bring more, change the registration.")
                field.errors = [*field.errors, more % {"number": self.party[key].number}]
                valid = False
        return valid

    @property
    def seats(self) -> dict[Seat, int]:
        """What is asked for."""
        return {(self.party[key].id, None): field.data for key, field in self.people.items() if field.data}


class AttendByNameForm(Form):
    """Which people of the party come; nobody ticked gives the places back."""

    by = HiddenField(default="names")
    who = SelectMultipleField(_l("Who comes"))
    sessions = SelectMultipleField(_l("Sessions"), validate_choice=False)
    waiting = SelectMultipleField(_l("Waiting list"), validate_choice=False)
    too_full: frozenset[str] = frozenset()
    named: Mapping[str, Person]

    @classmethod
    def for_people(cls, people: Iterable[Person], typed: Any = None, *, coming: Iterable[int] = ()) -> Any:
        """The form of one registration: as it stands, or with what was typed. `coming`: ids of those who come now."""
        named = {str(one.uuid): one for one in people if one.ticket_id}
        first = {"who": [key for key, one in named.items() if one.id in set(coming)]}
        form = cls(typed, data=first)
        form.named = named
        form.who.choices = [SelectChoice(key, one.name or _l("(no name)")) for key, one in named.items()]
        return form

    @property
    def is_of_before(self) -> bool:
        """Whether the page that was sent is of a time when the party was numbers."""
        return bool(self.by.data != "names")

    @property
    def people(self) -> dict[str, Any]:
        """The field that stands for who comes."""
        return {"": self.who}

    @property
    def seats(self) -> dict[Seat, int]:
        """What is asked for."""
        chosen = [self.named[key] for key in self.who.data or () if key in self.named]
        return {(one.category_id, one.id): 1 for one in chosen}
