"""The forms of a programme's parts: event, categories, venues, rooms, people, organisations."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from itertools import zip_longest
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, DateTimeLocalField, RadioField, SelectMultipleField, TimeField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import DataRequired, ValidationError

from app.console.forms.editing import EditForm
from app.console.forms.fields import (
    LANGUAGES,
    LONG_LINE,
    READING,
    CodeField,
    DegreesField,
    DigitsField,
    LineField,
    MailAddressField,
    NumberField,
    ReadingField,
    TextsField,
    TriField,
    WebAddressField,
)
from app.programme.rules import EventStatus, OrganisationKind, ParticipationRole, Reentry

ORGANISATION_KINDS = {
    OrganisationKind.NPO: _l("NPO"),
    OrganisationKind.COMPANY: _l("Company"),
    OrganisationKind.COMMUNITY: _l("Community group"),
    OrganisationKind.SCHOOL: _l("School"),
    OrganisationKind.DEPARTMENT: _l("City department"),
    OrganisationKind.OTHER: _l("Other"),
}
ROLES_IN_EVENT = {
    ParticipationRole.ORGANISER: _l("Organises the event"),
    ParticipationRole.COOPERATION: _l("Cooperates"),
    ParticipationRole.SPEAKER: _l("Speaks"),
    ParticipationRole.EXHIBITOR: _l("Exhibits"),
    ParticipationRole.SCHOOL_CLASS: _l("Comes as a school class"),
    ParticipationRole.DEPARTMENT: _l("Takes part as a city department"),
    ParticipationRole.PARTICIPANT: _l("Takes part"),
}
STATUSES = {
    EventStatus.DRAFT: _l("Draft: only the staff sees it"),
    EventStatus.PUBLISHED: _l("Public: the last release is shown"),
    EventStatus.CLOSED: _l("Over: shown, but nobody can register"),
    EventStatus.ARCHIVED: _l("Archived: kept at its address, in no list"),
}
REENTRIES = {
    Reentry.FREE: _l("The same ticket may come in again"),
    Reentry.AFTER_EXIT: _l("Only after it was scanned on the way out"),
    Reentry.NONE: _l("Each ticket comes in once"),
}
_NAME = _l("Type a name in Japanese.")
_CODE = _l("Type a code for addresses and files. It stays once given.")


def choices(words: Mapping[Any, Any]) -> list[SelectChoice]:
    """One choice for each word."""
    return [SelectChoice(value.value, text) for value, text in words.items()]


class CategoryForm(EditForm):
    """How the event counts people."""

    key = CodeField(_l("Code"), needed=_CODE)
    label = TextsField(_l("Name"), needed=_NAME)
    belongs = TextsField(_l("Who belongs here, in one sentence"), limit=LONG_LINE)
    position = NumberField(_l("Place in the order"), most=1000, needed=_l("Type a number; 0 comes first."))
    minor = BooleanField(_l("These are minors"))


class VenueForm(EditForm):
    """A site."""

    slug = CodeField(_l("Code"), needed=_CODE)
    name = TextsField(_l("Name"), needed=_NAME)
    reading = ReadingField(_l("Reading in kana"), limit=READING)
    address = TextsField(_l("Address"), limit=LONG_LINE)
    access = TextsField(_l("How to get there"), prose=True)
    parking = TextsField(_l("Parking"), prose=True)
    step_free = TriField(_l("Reachable without steps"))
    latitude = DegreesField(_l("Latitude"), most=90)
    longitude = DegreesField(_l("Longitude"), most=180)

    def validate_longitude(self, field: Any) -> None:
        """A position has both."""
        if (field.data is None) != (self.latitude.data is None):
            raise ValidationError(_l("Type latitude and longitude, or neither."))


class RoomForm(EditForm):
    """A part of a venue."""

    code = CodeField(_l("Code"), needed=_CODE)
    name = TextsField(_l("Name"), needed=_NAME)
    reading = ReadingField(_l("Reading in kana"), limit=READING)
    floor = LineField(_l("Floor"), limit=20)
    capacity = NumberField(
        _l("Capacity"), description=_l("Empty: no limit. Sessions without a capacity of their own take this one.")
    )
    access = TextsField(_l("How to find it"), prose=True)
    step_free = TriField(_l("Reachable without steps"))
    position = NumberField(_l("Place in the order"), most=1000, needed=_l("Type a number; 0 comes first."))


class SpeakerForm(EditForm):
    """A person of the programme, as published."""

    code = CodeField(_l("Code"), needed=_CODE)
    name = TextsField(_l("Name"), needed=_NAME)
    reading = ReadingField(_l("Reading in kana"), limit=READING)


class OrganisationForm(EditForm):
    """Who takes part or organises, and how."""

    code = CodeField(_l("Code"), needed=_CODE)
    name = TextsField(_l("Name"), needed=_NAME)
    reading = ReadingField(_l("Reading in kana, without the legal form"), limit=READING)
    kind = RadioField(
        _l("What it is"), choices=choices(ORGANISATION_KINDS), coerce=OrganisationKind, default=OrganisationKind.NPO
    )
    ward = LineField(_l("Ward"), limit=80)
    url = WebAddressField(_l("Web page"))
    public = BooleanField(_l("Shown to the public"), default=True)
    roles = SelectMultipleField(_l("How it takes part in this event"), choices=choices(ROLES_IN_EVENT))
    exhibits = TextsField(
        _l("Exhibits"), prose=True, description=_l("One line for each exhibit, in the same order in every language.")
    )
    took_part = TriField(_l("Did it take part? (after the event)"))

    @classmethod
    def version_of(cls, row: Any) -> int:
        """The organisation's."""
        return int(row.organisation.version)

    @classmethod
    def shown(cls, row: Any) -> dict[str, Any]:
        """`row`: the organisation with its participations."""
        organisation, participations = row.organisation, row.participations
        exhibits: list[dict[str, str]] = next((one.exhibits for one in participations if one.exhibits), [])
        return {
            **super().shown(organisation),
            "roles": [one.role.value for one in participations],
            "exhibits": as_lines(exhibits),
            "took_part": participations[0].took_part if participations else None,
        }

    @property
    def columns(self) -> dict[str, Any]:
        """The organisation's own."""
        beside = ("roles", "exhibits", "took_part")
        return {name: value for name, value in super().columns.items() if name not in beside}

    @property
    def chosen_roles(self) -> dict[ParticipationRole, list[dict[str, str]]]:
        """Roles with what is exhibited in them."""
        exhibits = as_items(self.exhibits.data)
        return {
            role: exhibits if role is ParticipationRole.EXHIBITOR else []
            for role in ParticipationRole
            if role.value in (self.roles.data or [])
        }


class EventForm(EditForm):
    """The event itself."""

    title = TextsField(_l("Title"), needed=_l("Type a title in Japanese."))
    reading = ReadingField(_l("Reading in kana"), limit=READING)
    starts_on = DateField(_l("First day"), validators=[DataRequired(_l("Type the first day."))])
    ends_on = DateField(_l("Last day"), validators=[DataRequired(_l("Type the last day."))])
    timezone = LineField(_l("Time zone"), limit=64, needed=_l("Type a time zone, such as Asia/Tokyo."))
    day_ends_at = TimeField(
        _l("When a day ends"), description=_l("Sessions after midnight belong to the day before until then.")
    )
    status = RadioField(_l("Who sees it"), choices=choices(STATUSES), coerce=EventStatus)
    summary = TextsField(_l("In one or two sentences"), prose=True)
    description = TextsField(_l("Description"), prose=True)
    fee = TextsField(_l("Fee"), limit=LONG_LINE)
    how_to_take_part = TextsField(_l("How to take part"), prose=True)
    access = TextsField(_l("How to get there"), prose=True)
    registration_opens_at = DateTimeLocalField(_l("Registration opens"), format=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"])
    registration_closes_at = DateTimeLocalField(_l("Registration closes"), format=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"])
    contact_name = TextsField(_l("Contact"))
    contact_email = MailAddressField(_l("Contact: e-mail"))
    contact_phone = DigitsField(
        _l("Contact: telephone"), pattern=r"[0-9+() -]{3,30}", wrong=_l("Type digits, such as 045-000-0000.")
    )
    contact_url = WebAddressField(_l("Contact: web page"))
    languages = SelectMultipleField(
        _l("Languages of the programme"), choices=[SelectChoice(one, word) for one, word in LANGUAGES.items()],
        validators=[DataRequired(_l("Choose at least one language."))],
    )  # fmt: skip
    party_limit = NumberField(_l("Most people of one registration"), most=1000, needed=_l("Type a number."))
    reentry = RadioField(_l("Coming in again"), choices=choices(REENTRIES), coerce=Reentry)
    licence = LineField(_l("Licence of the programme as open data"), description=_l("Such as CC BY 4.0."))
    licence_url = WebAddressField(_l("Where the licence is written"))
    municipality = LineField(_l("Municipality"), limit=80)
    municipality_code = DigitsField(
        _l("Code of the municipality"), pattern="[0-9]{6}", wrong=_l("The code has six digits."),
        description=_l("For open data (全国地方公共団体コード)."),
    )  # fmt: skip

    @classmethod
    def shown(cls, row: Any) -> dict[str, Any]:
        """Times as the event's own clocks show them."""
        zone, contact = ZoneInfo(row.timezone), row.contact
        times = {name: getattr(row, name) for name in _TIMES}
        return {
            **super().shown(row),
            **{name: at and at.astimezone(zone).replace(tzinfo=None) for name, at in times.items()},
            **{f"contact_{name}": contact.get(name) for name in _CONTACT},
        }

    @property
    def columns(self) -> dict[str, Any]:
        """With the contact as one value."""
        typed = super().columns
        zone = ZoneInfo(typed["timezone"])
        contact = {name: typed.pop(f"contact_{name}") for name in _CONTACT}
        times = {name: _moment(typed[name], zone) for name in _TIMES}
        return {**typed, **times, "contact": {name: value for name, value in contact.items() if value}}

    def validate_timezone(self, field: Any) -> None:
        """One that exists."""
        if field.data not in available_timezones():
            raise ValidationError(_l("There is no such time zone. Type one such as Asia/Tokyo."))

    def validate_ends_on(self, field: Any) -> None:
        """Not before the first day."""
        if self.starts_on.data and field.data and field.data < self.starts_on.data:
            raise ValidationError(_l("The last day is before the first day."))

    def validate_registration_closes_at(self, field: Any) -> None:
        """Not before it opens."""
        opens = self.registration_opens_at.data
        if opens and field.data and field.data <= opens:
            raise ValidationError(_l("Registration closes before it opens."))

    def validate_contact_email(self, field: Any) -> None:
        """Ways to somebody need a name."""
        ways = (field.data, self.contact_phone.data, self.contact_url.data)
        if any(ways) and not self.contact_name.data:
            raise ValidationError(_l("Say who this is: type the name of the contact."))


_CONTACT = ("name", "email", "phone", "url")
_TIMES = ("registration_opens_at", "registration_closes_at")


def as_lines(items: Iterable[Mapping[str, str]]) -> dict[str, str]:
    """Exhibits as one text a language, a line each."""
    listed = list(items)
    texts = {language: "\n".join(one.get(language, "") for one in listed).rstrip("\n") for language in LANGUAGES}
    return {language: text for language, text in texts.items() if text}


def as_items(texts: Mapping[str, str]) -> list[dict[str, str]]:
    """The same back; a line that is empty in every language is none."""
    rows = zip_longest(*(texts.get(language, "").split("\n") for language in LANGUAGES), fillvalue="")
    items = [
        {language: text.strip() for language, text in zip(LANGUAGES, row, strict=True) if text.strip()} for row in rows
    ]
    return [one for one in items if one]


def _moment(local: datetime | None, zone: ZoneInfo) -> datetime | None:
    return local.replace(tzinfo=zone).astimezone(UTC) if local else None
