"""The forms of the programme's things other than sessions; limits are those of the event document."""

from datetime import UTC, datetime
from typing import Any, Self
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SelectField, SelectMultipleField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import ValidationError

from app.console.forms.editing import EditForm
from app.console.forms.fields import (
    LANGUAGES,
    LONG_LINE,
    READING,
    CodeField,
    DegreesField,
    DigitsField,
    LineField,
    LinesField,
    MailAddressField,
    NumberField,
    ReadingField,
    TextsField,
    TriField,
    WebAddressField,
)
from app.console.forms.parts import ORGANISATION_ROLES
from app.console.forms.times import DayField, LocalTimeField, ZoneField
from app.programme.rules import EventStatus, OrganisationKind, ParticipationRole

STATUSES = {
    EventStatus.DRAFT: _l("Draft: only the staff see it"),
    EventStatus.PUBLISHED: _l("Published: everybody sees it"),
    EventStatus.CLOSED: _l("Closed: it is over"),
    EventStatus.ARCHIVED: _l("Archived: no longer listed"),
}
KINDS = {
    OrganisationKind.NPO: _l("Non-profit organisation"),
    OrganisationKind.COMPANY: _l("Company"),
    OrganisationKind.COMMUNITY: _l("Local group"),
    OrganisationKind.SCHOOL: _l("School"),
    OrganisationKind.DEPARTMENT: _l("City department"),
    OrganisationKind.OTHER: _l("Other"),
}
DOOR_WORDS = 120
"""So much is read at arm's length."""
NAME_NEEDED = _l("Type a name in Japanese.")
LAST_BEFORE_FIRST = _l("The last day is before the first day. Change one of them.")
TAKEN = _l("This is taken already. Choose another one.")


def _chosen(words: dict[Any, Any]) -> list[SelectChoice]:
    return [SelectChoice(str(value), word) for value, word in words.items()]


class NewEventForm(EditForm):
    """What an event must have from the first day."""

    host = SelectField(_l("Host"), coerce=str)
    slug = CodeField(_l("Address on this site"), needed=_l("Type an address, such as summer-fair-2026."))
    title = TextsField(_l("Title"), needed=_l("Type a title in Japanese."))
    starts_on = DayField(_l("First day"), needed=_l("Type the first day."))
    ends_on = DayField(_l("Last day"), needed=_l("Type the last day."))
    timezone = ZoneField(_l("Time zone"), limit=64, needed=_l("Type the name of a time zone, such as Asia/Tokyo."))

    def validate_slug(self, field: Any) -> None:
        if field.data == "new":
            raise ValidationError(TAKEN)

    def validate_ends_on(self, field: Any) -> None:
        refuse_backward(self.starts_on.data, field.data, LAST_BEFORE_FIRST)

    @property
    def columns(self) -> dict[str, Any]:
        return {name: self[name].data for name in self.names if name != "host"}


class EventForm(EditForm):
    """The event's own facts."""

    title = TextsField(_l("Title"), needed=_l("Type a title in Japanese."))
    reading = ReadingField(_l("Reading in kana"), limit=READING)
    summary = TextsField(_l("Summary"), prose=True)
    description = TextsField(_l("Description"), prose=True)
    purpose = LinesField(_l("Purpose, one a line"))
    status = SelectField(_l("State"), choices=_chosen(STATUSES))
    starts_on = DayField(_l("First day"), needed=_l("Type the first day."))
    ends_on = DayField(_l("Last day"), needed=_l("Type the last day."))
    timezone = ZoneField(_l("Time zone"), limit=64, needed=_l("Type the name of a time zone, such as Asia/Tokyo."))
    registration_opens_at = LocalTimeField(_l("Registration opens"))
    registration_closes_at = LocalTimeField(_l("Registration closes"))
    languages = SelectMultipleField(_l("Languages of the pages"), choices=_chosen(LANGUAGES))
    fee = TextsField(_l("Fee"), limit=LONG_LINE)
    how_to_take_part = TextsField(_l("How to take part"), prose=True)
    access = TextsField(_l("How to get there"), prose=True)
    contact_name = TextsField(_l("Contact"))
    contact_email = MailAddressField(_l("Contact: e-mail address"))
    contact_phone = DigitsField(
        _l("Contact: telephone"),
        pattern="[0-9+() -]{3,30}",
        wrong=_l("Type digits, with hyphens or brackets between, such as 045-000-0000."),
    )
    contact_url = WebAddressField(_l("Contact: web page"))
    licence = LineField(_l("Licence of the data"))
    licence_url = WebAddressField(_l("Web page of the licence"))
    municipality = LineField(_l("Municipality"), limit=80)
    municipality_code = DigitsField(
        _l("Municipality code"), pattern="[0-9]{6}", wrong=_l("Type the six digits of the code, such as 141003.")
    )

    @classmethod
    def shown(cls, row: Any) -> dict[str, Any]:
        zone, contact = ZoneInfo(row.timezone), row.contact or {}
        return {
            **super().shown(row),
            **{f"contact_{name}": contact.get(name) for name in ("name", "email", "phone", "url")},
            "contact_name": contact.get("name") or {},
            "purpose": row.purpose,
            "status": row.status.value,
            "registration_opens_at": local_moment(row.registration_opens_at, zone),
            "registration_closes_at": local_moment(row.registration_closes_at, zone),
        }

    @property
    def columns(self) -> dict[str, Any]:
        columns = {name: self[name].data for name in self.names if not name.startswith("contact_")}
        zone = ZoneInfo(self.timezone.data or "UTC")
        contact = {name: self[f"contact_{name}"].data for name in ("name", "email", "phone", "url")}
        return {
            **columns,
            "purpose": self.purpose.lines,
            "status": EventStatus(self.status.data),
            "registration_opens_at": moment_typed(self.registration_opens_at.data, zone),
            "registration_closes_at": moment_typed(self.registration_closes_at.data, zone),
            "contact": {name: value for name, value in contact.items() if value},
        }

    def validate_ends_on(self, field: Any) -> None:
        refuse_backward(self.starts_on.data, field.data, LAST_BEFORE_FIRST)

    def validate_registration_closes_at(self, field: Any) -> None:
        wrong = _l("Registration would close before it opens. Change one of the two.")
        refuse_backward(self.registration_opens_at.data, field.data, wrong)

    def validate_languages(self, field: Any) -> None:
        if not field.data:
            raise ValidationError(_l("Choose at least one language."))

    def validate_contact_email(self, field: Any) -> None:
        """A way to reach somebody, without a word who that is, is no contact."""
        if not self.contact_name.data and (field.data or self.contact_phone.data or self.contact_url.data):
            self.contact_name.wrong["ja"] = _l("Say who is reached here.")
            raise ValidationError(_l("Say who is reached here."))


class CategoryForm(EditForm):
    """How people are counted."""

    label = TextsField(_l("Label"), needed=NAME_NEEDED)
    belongs = TextsField(_l("Who belongs here"), limit=LONG_LINE)
    first_words = TextsField(
        _l("What the door says when they come for the first time"),
        description=_l("A short sentence such as “left-hand queue”. Door staff see it with the answer, offline too."),
        limit=DOOR_WORDS,
    )
    minor = BooleanField(_l("Children and young people under 18"))
    position = NumberField(_l("Place in the order"), needed=_l("Type a number."))


class VenueForm(EditForm):
    """A site."""

    name = TextsField(_l("What it is called"), needed=NAME_NEEDED)
    reading = ReadingField(_l("Reading in kana"), limit=READING)
    address = TextsField(_l("Address"), limit=LONG_LINE)
    access = TextsField(_l("How to get there"), prose=True)
    parking = TextsField(_l("Parking"), prose=True)
    latitude = DegreesField(_l("Latitude"), most=90)
    longitude = DegreesField(_l("Longitude"), most=180)
    step_free = TriField(_l("Without steps"))

    def validate_longitude(self, field: Any) -> None:
        if (field.data is None) != (self.latitude.data is None):
            raise ValidationError(_l("Type latitude and longitude, or neither."))


class RoomForm(EditForm):
    """A part of a venue."""

    name = TextsField(_l("What it is called"), needed=NAME_NEEDED)
    reading = ReadingField(_l("Reading in kana"), limit=READING)
    floor = LineField(_l("Floor"), limit=20)
    capacity = NumberField(_l("Capacity (empty: no limit)"))
    access = TextsField(_l("How to get there"), prose=True)
    step_free = TriField(_l("Without steps"))
    position = NumberField(_l("Place in the order"), needed=_l("Type a number."))


class SpeakerForm(EditForm):
    """A person of the programme."""

    name = TextsField(_l("Name"), needed=NAME_NEEDED)
    reading = ReadingField(_l("Reading in kana"), limit=READING)


class OrganisationForm(EditForm):
    """Who takes part or organises."""

    name = TextsField(_l("What it is called"), needed=NAME_NEEDED)
    reading = ReadingField(_l("Reading in kana"), limit=READING)
    kind = SelectField(_l("Kind"), choices=_chosen(KINDS))
    ward = LineField(_l("Ward"), limit=80)
    url = WebAddressField(_l("Web page"))
    public = BooleanField(_l("Shown on the public pages"))
    named = BooleanField(_l("Named; otherwise only counted"))

    @classmethod
    def of(cls, row: Any = None, **given: Any) -> Self:
        return super().of(row, **({"public": True, "named": True} | given))


class RoleForm(EditForm):
    """How an organisation takes part in the event."""

    role = SelectField(_l("Role"), choices=_chosen(ORGANISATION_ROLES))
    took_part = TriField(_l("Took part"))
    exhibits = LinesField(_l("Exhibits, one a line"))
    position = NumberField(_l("Place in the order"), needed=_l("Type a number."))

    @property
    def columns(self) -> dict[str, Any]:
        role = ParticipationRole(self.role.data)
        return {**super().columns, "role": role, "exhibits": self.exhibits.lines}


def refuse_backward(first: Any, last: Any, wrong: Any) -> None:
    """Raise ValidationError if both are known and out of order."""
    if type(first) is type(last) and first is not None and last < first:
        raise ValidationError(wrong)


def local_moment(moment: datetime | None, zone: ZoneInfo) -> str | None:
    """As a time field of the event's clock has it."""
    return f"{moment.astimezone(zone):%Y-%m-%dT%H:%M}" if moment else None


def moment_typed(text: str | None, zone: ZoneInfo) -> datetime | None:
    """What a time field of the event's clock means."""
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC) if text else None
