"""What is typed about letters: own words for a kind, and a letter to many."""

import re
import unicodedata
from collections.abc import Collection
from typing import Any, Self
from uuid import UUID, uuid4

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, SelectField, SelectMultipleField, TextAreaField, ValidationError
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]

from app.console.forms.editing import EditForm
from app.console.forms.fields import (
    LANGUAGES,
    TOO_LONG,
    LineField,
    NumberField,
    TextsField,
    WebAddressField,
    clean_line,
    clean_prose,
)
from app.console.queries.overview import SessionLine
from app.programme.models import Category
from app.web.forms import Form
from app.web.languages import plain
from registrations.letters.kinds import MAILING
from registrations.letters.placeholders import faults
from registrations.queries.mailings import Addressees
from registrations.rules import BookingState, PartyKind

SUBJECT, BODY = 200, 10_000
MOST_REMINDERS, EARLIEST = 5, 60
UNKNOWN = _l("%(found)s is no placeholder of this letter. Use one of the list, or leave out the braces.")
STATES = {
    BookingState.CONFIRMED: _l("Confirmed"),
    BookingState.OFFERED: _l("Offered"),
    BookingState.WAITING: _l("On the waiting list"),
    BookingState.PENDING: _l("To be approved"),
    BookingState.APPLIED: _l("In the lottery"),
    BookingState.DECLINED: _l("Declined"),
    BookingState.NOT_DRAWN: _l("Not drawn"),
    BookingState.EXPIRED: _l("Offer expired"),
    BookingState.CANCELLED: _l("Given back"),
}
PARTIES = {
    PartyKind.PERSON: _l("One person"),
    PartyKind.FAMILY: _l("Family or friends"),
    PartyKind.CLASS: _l("School class"),
    PartyKind.DELEGATION: _l("Delegation"),
    PartyKind.TEAM: _l("Team"),
}
STANDING = {
    "standing": _l("Registrations that stand"),
    "cancelled": _l("Cancelled registrations"),
    "all": _l("All of them"),
}


def judge(text: str, allowed: Collection[str]) -> None:
    """Raise ValidationError for what stands in braces and is no placeholder, naming it."""
    found = faults(text, allowed)
    if found:
        raise ValidationError(UNKNOWN % {"found": ", ".join(found)})


class WordsForm(EditForm):
    """Own words for one kind of letter in one language. `number`: whose data a preview shows; it is not kept."""

    subject = LineField(_l("Subject"), limit=SUBJECT, needed=_l("Write a subject."))
    body = TextAreaField(_l("Text"), filters=[lambda text: clean_prose(text or "")])
    allowed: Collection[str] = ()

    def validate_subject(self, field: LineField) -> None:
        judge(field.data or "", self.allowed)

    def validate_body(self, field: TextAreaField) -> None:
        text = field.data or ""
        if not text:
            raise ValidationError(_l("Write the text."))
        if len(text) > BODY:
            raise ValidationError(TOO_LONG % {"length": len(text), "limit": BODY})
        judge(text, self.allowed)


class DaysField(LineField):
    """Several numbers of days; `data` is the list, the largest first. What is none stays as it was typed."""

    data: Any

    def _value(self) -> str:
        return ", ".join(str(one) for one in self.data) if isinstance(self.data, list) else str(self.data or "")

    def process_formdata(self, valuelist: list[str]) -> None:
        if valuelist:
            typed = clean_line(unicodedata.normalize("NFKC", valuelist[0]))
            words = typed.replace("、", ",").replace(",", " ").split()
            whole = all(re.fullmatch("[0-9]{1,3}", word) for word in words)
            self.data = sorted({int(word) for word in words}, reverse=True) if whole else typed

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002
        if not isinstance(self.data, list) or len(self.data) > MOST_REMINDERS or max(self.data, default=0) > EARLIEST:
            raise ValidationError(
                _l("Type at most %(most)s numbers from 0 to %(days)s, such as 7, 1, 0.")
                % {"most": MOST_REMINDERS, "days": EARLIEST}
            )


class TimesForm(EditForm):
    """When reminders and thanks go out."""

    reminder_days = DaysField(_l("Reminders"))
    thanks_days = NumberField(_l("Thanks"), most=60)
    feedback_url = WebAddressField(_l("Address of the questionnaire"))


class AddresseesForm(Form):
    """Who is meant, kept in the address of the page."""

    session = SelectMultipleField(_l("Sessions"), validate_choice=False)
    state = SelectMultipleField(_l("State of the booking"), validate_choice=False)
    category = SelectMultipleField(_l("Categories"), validate_choice=False)
    party = SelectMultipleField(_l("Kind of party"), validate_choice=False)
    language = SelectMultipleField(_l("Language"), validate_choice=False)
    standing = SelectField(_l("Registrations"), validate_choice=False)

    @classmethod
    def of(cls, asked: Any, sessions: list[SessionLine], categories: list[Category]) -> Self:
        """The choices of this event, those in the address chosen; what is none of them is left out."""
        form = cls(asked)
        for field, choices in (
            (form.session, [(one.code, f"{one.starts_at:%m-%d} {plain(one.title)}") for one in sessions]),
            (form.category, [(one.key, plain(one.label)) for one in categories]),
            (form.state, [(one.value, label) for one, label in STATES.items()]),
            (form.party, [(one.value, label) for one, label in PARTIES.items()]),
            (form.language, list(LANGUAGES.items())),
        ):
            field.choices = [SelectChoice(value, label) for value, label in choices]
            known = {value for value, _label in choices}
            field.data = [one for one in field.data or () if one in known]
        form.standing.choices = [SelectChoice(value, label) for value, label in STANDING.items()]
        form.standing.data = form.standing.data if form.standing.data in STANDING else "standing"
        return form

    @property
    def meant(self) -> Addressees:
        return Addressees(
            sessions=tuple(self.session.data or ()),
            states=tuple(self.state.data or ()),
            categories=tuple(self.category.data or ()),
            parties=tuple(self.party.data or ()),
            languages=tuple(self.language.data or ()),
            standing={"standing": True, "cancelled": False}.get(str(self.standing.data)),
        )


class MailingForm(Form):
    """A letter to many: what it says in each language, and how fast it goes out."""

    key = HiddenField()
    subject = TextsField(_l("Subject"), limit=SUBJECT)
    body = TextsField(_l("Text"), prose=True)
    per_minute = NumberField(_l("Letters a minute"), most=600, needed=_l("Say how many letters go out in a minute."))

    @classmethod
    def new(cls) -> Self:
        return cls(data={"key": str(uuid4()), "per_minute": 60})

    @property
    def uuid(self) -> UUID:
        """What makes it one mailing however often it is sent; a new one if it was tampered with."""
        try:
            return UUID(self.key.data or "")
        except ValueError:
            return uuid4()

    def validate_subject(self, field: TextsField) -> None:
        for language, text in field.data.items():
            self._judge(field, language, text)
        for language in self.body.data.keys() - field.data.keys():
            field.wrong[language] = _l("Write a subject in this language too, or leave out its text.")
        self._raise(field)

    def validate_body(self, field: TextsField) -> None:
        if not field.data:
            field.wrong["ja"] = _l("Write the text.")
        for language, text in field.data.items():
            self._judge(field, language, text)
        for language in self.subject.data.keys() - field.data.keys():
            field.wrong[language] = _l("Write a text in this language too, or leave out its subject.")
        self._raise(field)

    def validate_per_minute(self, field: NumberField) -> None:
        if field.data == 0:
            raise ValidationError(_l("At least one letter a minute."))

    def _judge(self, field: TextsField, language: str, text: str) -> None:
        found = faults(text, MAILING.placeholders)
        if found:
            field.wrong[language] = UNKNOWN % {"found": ", ".join(found)}

    def _raise(self, field: TextsField) -> None:
        if field.wrong:
            raise ValidationError(next(iter(field.wrong.values())))
