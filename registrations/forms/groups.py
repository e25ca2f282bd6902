"""A class or a delegation: who brings it, how many come, what they need; no child's name anywhere."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from wtforms import BooleanField, DateTimeLocalField, HiddenField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, ValidationError

from app.programme.rules.facts import CategoryFacts
from app.web.forms import Form
from app.web.languages import local
from registrations.forms.children import ChildrenFields
from registrations.forms.fields import EmailField, NameField, PeopleField
from registrations.forms.shapes import PREFIX, ChangeForm, with_people
from registrations.rules import LARGEST_GROUP, Application, Group, PartyKind

CLASS_ROLES = ("pupils", "teachers", "guardians")
_LONG = _l("Use at most %(max)d characters.")
_YEARS = range(1900, 9000)
"""Of arrivals: a day at the edge of the calendar is in no other time zone."""


class GroupNameField(NameField):
    """The name of a school or organisation."""

    missing = _l("Type the name of the school or organisation.")


class ArrivalField(DateTimeLocalField):
    """A day and a time, or nothing."""

    def process_formdata(self, valuelist: list[str]) -> None:
        if not valuelist or not valuelist[0].strip():
            self.data = None
            return
        try:
            super().process_formdata(valuelist)
        except ValueError:
            self.data = None
        if self.data is None or self.data.year not in _YEARS:
            raise ValueError(_l("Type a day and a time, or leave this empty."))


class GroupFields(Form):
    """What a group says about itself, whenever it says it."""

    group_name = GroupNameField(_l("School or organisation"))
    group_grade = StringField(_l("School year"), validators=[Length(max=40, message=_LONG)])
    group_class = StringField(_l("Class"), validators=[Length(max=40, message=_LONG)])
    contact_phone = StringField(_l("Telephone"), validators=[Length(max=40, message=_LONG)])
    expected_at = ArrivalField(_l("When you will arrive"), format=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"])
    needs = TextAreaField(_l("What we should know"), validators=[Length(max=2000, message=_LONG)])

    def group(self, zone: ZoneInfo) -> Group:
        """As typed; the time of arrival on the event's clock."""
        arrival: datetime | None = self.expected_at.data
        return Group(
            name=self.group_name.data or "",
            grade=_line(self.group_grade.data),
            class_name=_line(self.group_class.data),
            phone=_line(self.contact_phone.data),
            needs=(self.needs.data or "").replace("\r\n", "\n").strip() or None,
            expected_at=arrival.replace(tzinfo=zone).astimezone(UTC) if arrival else None,
        )


class GroupForm(ChildrenFields, GroupFields):
    """The form of a teacher or of who brings a delegation."""

    key = HiddenField()
    homepage = StringField(_l("Leave this field empty"))  # nobody sees it, programs fill it in: see views.traps
    sessions = SelectMultipleField(_l("Sessions"), validate_choice=False)
    waiting = SelectMultipleField(_l("Waiting list"), validate_choice=False)
    name = NameField(_l("Your name"))
    email = EmailField(_l("E-mail address"))
    photo = BooleanField(_l("You may take and publish photographs of us"))
    consent = BooleanField(
        _l("I agree to how my data are used"),
        validators=[InputRequired(_l("Tick that you agree. Without it we cannot keep what you typed."))],
    )
    limit: int = LARGEST_GROUP
    kind: PartyKind
    too_full: frozenset[str] = frozenset()
    roles: Mapping[str, str]

    @classmethod
    def for_event(
        cls,
        categories: Sequence[CategoryFacts],
        kind: PartyKind,
        class_categories: Mapping[str, str],
        typed: Any = None,
        *,
        age: int = 16,
        **first: Any,
    ) -> Any:
        """The form of one event: a class by its three numbers, a delegation by numbers of each category.

        age: under which a guardian has to agree; of a class nobody asks, its teacher answers for it."""
        roles = class_roles(categories, class_categories) if kind is PartyKind.CLASS else {}
        keys = tuple(roles) if roles else tuple(one.key for one in categories)
        form = with_people(cls, keys)(typed, data=first)
        form.kind, form.roles = kind, roles
        form._in_order_of_the_page()
        if kind is not PartyKind.CLASS:
            form.ask_about_children(categories, age)
        for name in ("group_name", "name", "email"):
            form._fields[name].flags.required = True
        for key, label in labels_of(categories, roles):
            form._fields[PREFIX + key].label.text = label
            form._fields[PREFIX + key].flags.max = LARGEST_GROUP
        return form

    def _in_order_of_the_page(self) -> None:
        """Faults are listed as one meets their fields."""
        numbers = [PREFIX + one for one in self.people]
        group, contact = ["group_name", "group_grade", "group_class", "expected_at", "needs"], ["name", "email"]
        met = [*group, *numbers, "sessions", "waiting", *contact, "contact_phone"]
        met += [one for one in self._fields if one not in met]
        self._fields = {name: self._fields[name] for name in met}

    @property
    def people(self) -> dict[str, PeopleField]:
        """The number fields, by what they count."""
        return {name.removeprefix(PREFIX): one for name, one in self._fields.items() if isinstance(one, PeopleField)}

    def validate_email(self, field: EmailField) -> None:
        """A class is asked for its final numbers, so it has to be reached."""
        if not field.data:
            raise ValidationError(_l("Type your e-mail address: we ask you for the final numbers before the day."))

    def application(self, language: str, zone: ZoneInfo) -> Application:
        """What is asked for."""
        return Application(
            name=self.name.data or "",
            numbers=numbers_by_key(self.people, self.roles),
            sessions=frozenset(self.sessions.data or ()) - frozenset(self.waiting.data or ()),
            waiting=frozenset(self.waiting.data or ()),
            email=self.email.address,
            language=language,
            kind=self.kind,
            group=self.group(zone),
        )


def class_roles(categories: Sequence[CategoryFacts], tied: Mapping[str, str]) -> dict[str, str]:
    """Pupils, teachers, guardians to the category that each counts as; empty if the organiser has not tied all."""
    known = {one.key for one in categories}
    roles = {role: tied[role] for role in CLASS_ROLES if tied.get(role) in known}
    return roles if "pupils" in roles else {}


def labels_of(categories: Sequence[CategoryFacts], roles: Mapping[str, str]) -> list[tuple[str, Any]]:
    """What each number field is called."""
    if roles:
        words = {"pupils": _l("Pupils"), "teachers": _l("Teachers"), "guardians": _l("Helping parents or guardians")}
        return [(role, words[role]) for role in roles]
    return [(one.key, Markup("{}").format(local(one.label))) for one in categories]


def numbers_by_key(people: Mapping[str, PeopleField], roles: Mapping[str, str]) -> dict[str, int]:
    """Numbers by category; what counts as the same category is added up."""
    numbers: dict[str, int] = {}
    for name, field in people.items():
        if field.data:
            key = roles.get(name, name)
            numbers[key] = numbers.get(key, 0) + field.data
    return numbers


def _line(text: str | None) -> str | None:
    return " ".join((text or "").split()) or None


class GroupChangeForm(ChangeForm, GroupFields):
    """The change of a group's registration: what everybody can change, and what the group says about itself."""

    zone: ZoneInfo

    def application(self) -> Application:
        """What the registration shall be."""
        return replace(super().application(), group=self.group(self.zone))
