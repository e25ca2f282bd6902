"""Partner organisations as the organiser invites and answers them."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any, Self
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, RadioField, SelectField, SelectMultipleField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import ValidationError

from app.clock import now
from app.console.forms.editing import EditForm, unpacked
from app.console.forms.fields import TOO_LONG, LineField, clean_prose
from app.console.forms.programme import local_moment, moment_typed
from app.console.forms.times import LocalTimeField
from app.programme.models import Organisation, Partner
from app.web.forms import Form
from app.web.languages import LANGUAGES, NAMES, plain
from registrations.forms.fields import clean_email

LONGEST_ANSWER = 2000
FIELD_WORDS = {
    "title": _l("Title"),
    "reading": _l("Reading"),
    "description": _l("Description"),
    "access": _l("Access, what to bring, where to wait"),
    "people": _l("People on stage"),
    "exhibits": _l("Exhibits"),
    "needs": _l("Equipment and other needs"),
    "wish": _l("Another time, room or size?"),
}
STATES = {
    "no_link": _l("Link ended"),
    "invited": _l("Invited"),
    "opened": _l("Opened"),
    "suggested": _l("Suggested changes"),
    "returned": _l("Sent back to them"),
    "accepted": _l("Taken over"),
    "as_it_stands": _l("Says it is right"),
}


class ContactField(LineField):
    """A mail address as we write to it; `data` is it, or what was typed if it cannot be one."""

    def __init__(self, label: Any = None, **given: Any) -> None:
        super().__init__(label, limit=254, **given)

    def process_formdata(self, valuelist: list[str]) -> None:
        super().process_formdata(valuelist)
        self.data = (clean_email(self.data) or self.data) if self.data else None

    def judge(self, text: str) -> None:
        if clean_email(text) is None:
            raise ValidationError(_l("This is not a valid e-mail address. Correct it, or leave the field empty."))


class PartnerForm(EditForm):
    """Contact and deadline of one partner."""

    contact_email = ContactField(
        _l("E-mail address of the contact"),
        description=_l("The letter with the link goes there. Empty: copy the link and hand it over yourself."),
    )
    language = RadioField(
        _l("Language of e-mails"), choices=[SelectChoice(one, NAMES[one]) for one in LANGUAGES], validate_choice=False
    )
    closes_at = LocalTimeField(_l("Changes until"), needed=_l("Say until when changes can be suggested."))
    zone: ZoneInfo

    @classmethod
    def shown(cls, row: Partner) -> dict[str, Any]:
        return {
            "contact_email": row.contact_email,
            "language": row.language,
            "closes_at": local_moment(row.closes_at, cls.zone),
        }

    @classmethod
    def on_clock(cls, zone: ZoneInfo) -> type[Self]:
        """The form on an event's clock."""
        return type(cls.__name__, (cls,), {"zone": zone})

    def validate_language(self, field: RadioField) -> None:
        if field.data not in LANGUAGES:
            raise ValidationError(_l("Choose a language."))

    @property
    def moment(self) -> datetime:
        """The deadline."""
        found = moment_typed(self.closes_at.data, self.zone)
        assert found is not None
        return found


class InviteForm(PartnerForm):
    """A new partner."""

    organisation = SelectField(_l("Organisation"), validate_choice=False)
    known: Mapping[str, Organisation]

    def offer(self, organisations: Iterable[Organisation]) -> Self:
        """Who can be invited."""
        self.known = {one.code: one for one in organisations}
        choices = [SelectChoice(code, plain(one.name)) for code, one in self.known.items()]
        self.organisation.choices = [SelectChoice("", _l("Choose an organisation")), *choices]
        self.organisation.flags.required = True
        return self

    def validate_closes_at(self, field: LocalTimeField) -> None:
        if not field.errors and self.moment <= now():
            raise ValidationError(_l("Choose a time that is still to come."))

    def validate_organisation(self, field: SelectField) -> None:
        if field.data not in self.known:
            raise ValidationError(_l("Choose an organisation that is not invited yet."))


class AnswerForm(Form):
    """The organiser's answer to a suggestion. seen: what was on the page."""

    fields = SelectMultipleField(_l("Take over"), validate_choice=False)
    words = TextAreaField(_l("Your words to them"), filters=[lambda text: clean_prose(text or "") or None])
    seen = HiddenField()
    do = HiddenField()
    asked: Collection[str] = ()

    @property
    def back(self) -> bool:
        """Whether everything goes back."""
        return bool(self.do.data == "back")

    def validate_fields(self, field: SelectMultipleField) -> None:
        if self.asked and not self.back and not set(field.data or ()) & set(self.asked):
            raise ValidationError(_l("Tick what you take over, or send it back."))

    def validate_words(self, field: TextAreaField) -> None:
        if field.data and len(field.data) > LONGEST_ANSWER:
            raise ValidationError(TOO_LONG % {"length": len(field.data), "limit": LONGEST_ANSWER})
        if self.back and not field.data:
            raise ValidationError(_l("Say in a few words why it goes back, and what they can do."))

    @property
    def saw(self) -> Mapping[str, Any]:
        """What stood on the page, by field."""
        return unpacked(self.seen.data)
