"""How one registers for an event: who may, until when, and what happens when it is full."""

from datetime import datetime
from typing import Any, Self
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField, SelectField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import ValidationError

from app.console.forms.editing import EditForm
from app.console.forms.fields import NumberField
from app.console.forms.programme import local_moment, moment_typed
from app.console.forms.times import LocalTimeField
from app.programme.models import Category, Event
from app.web.languages import plain
from registrations.rules import PartyKind
from registrations.rules.waiting import WaitingMode

ROLES = ("pupils", "teachers", "guardians")
GROUPS = (PartyKind.CLASS, PartyKind.DELEGATION)
MODES = {
    WaitingMode.PROMOTE: _l("Free places go to the next on the waiting list at once"),
    WaitingMode.OFFER: _l("The next on the waiting list is asked first"),
    WaitingMode.OFF: _l("There is no waiting list"),
}
NEEDED = _l("Type a number.")


class TermsForm(EditForm):
    """The registration of one event. Times are on its clock."""

    classes = BooleanField(_l("School classes can register"))
    pupils = SelectField(_l("Pupils count as"), validate_choice=False)
    teachers = SelectField(_l("Teachers count as"), validate_choice=False)
    guardians = SelectField(_l("Helping parents or guardians count as"), validate_choice=False)
    class_numbers_due_at = LocalTimeField(_l("Classes confirm their numbers by"))
    delegations = BooleanField(_l("Groups can register"))
    changes_close_at = LocalTimeField(_l("Changes at the private link until"))
    waiting_mode = RadioField(
        _l("When a session is full"), choices=[SelectChoice(one.value, word) for one, word in MODES.items()]
    )
    offer_hours = NumberField(_l("Hours to accept an offer"), most=720, needed=NEEDED)
    offer_rest = NumberField(_l("and minutes"), most=59)
    waiting_ends_minutes = NumberField(
        _l("Minutes before the start when the waiting list ends"), most=43200, needed=NEEDED
    )
    guardian_age = NumberField(_l("Age under which a parent or guardian must agree"), most=20, needed=NEEDED)
    asks_photo = BooleanField(_l("Ask for consent to photographs"))
    confirms_mail = BooleanField(_l("Places are kept only for a confirmed e-mail address"))
    address_limit = NumberField(_l("Registrations for one e-mail address"), least=1, most=1000)

    zone: ZoneInfo

    @classmethod
    def for_event(cls, event: Event, categories: list[Category], typed: Any = None) -> Self:
        """The form as the event has it, or with what was typed."""
        form = cls(typed) if typed is not None else cls.of(event)
        form.zone = ZoneInfo(event.timezone)
        choices = [SelectChoice(one.key, plain(one.label)) for one in categories if not one.unknown]
        for role in ROLES:
            field: Any = form[role]
            field.choices = [SelectChoice("", "–"), *choices]
        return form

    @classmethod
    def shown(cls, row: Any) -> dict[str, Any]:
        """The event's columns as the fields have them."""
        zone = ZoneInfo(row.timezone)
        return {
            "classes": PartyKind.CLASS in row.party_kinds,
            "delegations": PartyKind.DELEGATION in row.party_kinds,
            **{role: row.class_categories.get(role, "") for role in ROLES},
            "class_numbers_due_at": local_moment(row.class_numbers_due_at, zone),
            "changes_close_at": local_moment(row.changes_close_at, zone),
            "waiting_mode": row.waiting_mode,
            "offer_hours": row.offer_minutes // 60,
            "offer_rest": row.offer_minutes % 60,
            "waiting_ends_minutes": row.waiting_ends_minutes,
            "guardian_age": row.guardian_age,
            "asks_photo": row.asks_photo,
            "confirms_mail": row.confirms_mail,
            "address_limit": row.address_limit,
        }

    @property
    def columns(self) -> dict[str, Any]:
        """What the event's columns shall hold."""
        groups = zip((self.classes.data, self.delegations.data), GROUPS, strict=True)
        return {
            "party_kinds": ["person", "family", *(kind.value for ticked, kind in groups if ticked)],
            "class_categories": {role: self[role].data for role in ROLES if self[role].data},
            "class_numbers_due_at": self._moment("class_numbers_due_at"),
            "changes_close_at": self._moment("changes_close_at"),
            "waiting_mode": self.waiting_mode.data,
            "offer_minutes": (self.offer_hours.data or 0) * 60 + (self.offer_rest.data or 0),
            "waiting_ends_minutes": self.waiting_ends_minutes.data,
            "guardian_age": self.guardian_age.data,
            "asks_photo": self.asks_photo.data,
            "confirms_mail": self.confirms_mail.data,
            "address_limit": self.address_limit.data,
        }

    def validate_pupils(self, _field: SelectField) -> None:
        """A class is counted by categories, so each of its numbers needs one."""
        if self.classes.data and not all(self[role].data for role in ROLES):
            raise ValidationError(_l("Choose a category for pupils, teachers and guardians."))

    def validate_offer_rest(self, field: NumberField) -> None:
        """Nobody can accept an offer in no time."""
        if self.offer_hours.data == 0 and not field.data:
            raise ValidationError(_l("Give people some time: at least one minute."))

    def _moment(self, name: str) -> datetime | None:
        return moment_typed(self[name].data, self.zone)
