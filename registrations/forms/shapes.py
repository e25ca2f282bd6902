"""The two forms. Their fields depend on the event's categories; what they mean is an Application."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from wtforms import BooleanField, HiddenField, IntegerField, RadioField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired, ValidationError
from wtforms.widgets import HiddenInput

from app.programme.rules.facts import CategoryFacts
from app.web.forms import Form
from app.web.languages import LANGUAGES, NAMES, html_lang, local
from registrations.forms.children import ChildrenFields
from registrations.forms.fields import EmailField, NameField, PeopleField
from registrations.rules import Application

PREFIX = "with-"
"""Before a category's key: how many people of it come."""


class _PartyForm(Form):
    """What both forms share."""

    sessions = SelectMultipleField(_l("Sessions"), validate_choice=False)
    waiting = SelectMultipleField(_l("Waiting list"), validate_choice=False)
    name = NameField(_l("Name or nickname"))
    email = EmailField(_l("E-mail address"))

    limit: int = 50
    too_full: frozenset[str] = frozenset()
    """Sessions in which the party found no room just now, so that it is offered to wait for places."""

    @property
    def people(self) -> dict[str, PeopleField]:
        """The number fields by category key, in the event's order."""
        return {
            name.removeprefix(PREFIX): field for name, field in self._fields.items() if isinstance(field, PeopleField)
        }

    @property
    def numbers(self) -> dict[str, int]:
        """How many of each category, as typed."""
        return {key: field.data or 0 for key, field in self.people.items()}

    def _prepare(self, categories: Sequence[CategoryFacts]) -> None:
        self.name.flags.required = True
        for one in categories:
            field = self._fields[PREFIX + one.key]
            field.label.text = Markup("{}").format(local(one.label))
            field.flags.max = self.limit

    def _application(self, numbers: Mapping[str, int], language: str, **more: Any) -> Application:
        return Application(
            name=self.name.data or "",
            numbers={key: number for key, number in numbers.items() if number},
            sessions=frozenset(self.sessions.data or ()) - frozenset(self.waiting.data or ()),
            waiting=frozenset(self.waiting.data or ()),
            email=self.email.address,
            language=language,
            **more,
        )


class RegistrationForm(ChildrenFields, _PartyForm):
    """One person, perhaps with others; consent; the signed key. Fields in the order in which people meet them."""

    key = HiddenField()
    homepage = StringField(_l("Leave this field empty"))  # nobody sees it, programs fill it in: see views.traps
    category = RadioField(_l("Your category"), validate_choice=False)
    email = EmailField(_l("E-mail address"))
    photo = BooleanField(_l("You may take and publish photographs of us"))
    consent = BooleanField(
        _l("I agree to how my data are used"),
        validators=[InputRequired(_l("Tick that you agree. Without it we cannot keep what you typed."))],
    )

    @classmethod
    def for_event(
        cls, categories: Sequence[CategoryFacts], limit: int, typed: Any = None, *, age: int = 16, **first: Any
    ) -> Any:
        """The form of one event: empty, or with what was typed. age: under which a guardian has to agree."""
        form = with_people(cls, tuple(one.key for one in categories))(typed, data=first)
        form.limit = limit
        form.ask_about_children(categories, age)
        form.category.choices = [(one.key, local(one.label)) for one in categories]
        form.category.flags.required = True
        form._prepare(categories)
        return form

    def validate_category(self, field: RadioField) -> None:
        if field.data not in self.people:
            raise ValidationError(_l("Choose your category."))

    def application(self, language: str) -> Application:
        """What is asked for: the person who typed, and those who come along."""
        numbers = self.numbers
        numbers[self.category.data] += 1
        return self._application(numbers, language)


class ChangeForm(ChildrenFields, _PartyForm):
    """Numbers of every category, the language of letters, and the version of the registration that the form shows.

    `numbers_stand` is asked of a class only."""

    version = IntegerField(widget=HiddenInput())
    numbers_stand = BooleanField(_l("These numbers stand"))
    language = RadioField(
        _l("Language of e-mails"),
        choices=[
            SelectChoice(one, Markup('<span lang="{}">{}</span>').format(html_lang(one), NAMES[one]))
            for one in LANGUAGES
        ],
    )

    @classmethod
    def for_event(cls, categories: Sequence[CategoryFacts], limit: int, typed: Any = None, **first: Any) -> Any:
        """The form of one registration: as it stands, or with what was typed."""
        form = with_people(cls, tuple(one.key for one in categories))(typed, data=first)
        form.limit = limit
        form.language.flags.required = True
        form._prepare(categories)
        return form

    def application(self) -> Application:
        """What the registration shall be."""
        return self._application(self.numbers, self.language.data, numbers_stand=self.numbers_stand.data)


@lru_cache(maxsize=64)
def with_people(form: type[Form], keys: tuple[str, ...]) -> type[Any]:
    """The form with one number field a category; a class each, made once."""
    return type(form.__name__, (form,), {PREFIX + key: PeopleField() for key in keys})
