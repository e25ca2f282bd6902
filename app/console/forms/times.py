"""Fields for days, times on the event's clock, and its zone; what cannot be stays as it was typed."""

from datetime import date, datetime
from typing import Any
from zoneinfo import available_timezones

from flask_babel import lazy_gettext as _l
from wtforms.validators import ValidationError
from wtforms.widgets import DateInput, DateTimeLocalInput

from app.console.forms.fields import LineField


class DayField(LineField):
    """A day of the calendar; what is none stays as it was typed."""

    widget = DateInput()
    data: Any

    def process_formdata(self, valuelist: list[str]) -> None:
        super().process_formdata(valuelist)
        try:
            self.data = date.fromisoformat(self.data or "")
        except ValueError:
            return

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002
        if self.data is None and self.needed:
            raise ValidationError(self.needed)
        if self.data is not None and not isinstance(self.data, date):
            raise ValidationError(_l("Type a day that exists, such as 2026-10-03."))


class LocalTimeField(LineField):
    """Day and time on the event's clock, without a zone."""

    widget = DateTimeLocalInput()

    def judge(self, text: str) -> None:
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            moment = None
        if moment is None or moment.tzinfo is not None:
            raise ValidationError(_l("Type a day and a time that exist, such as 2026-10-03T09:00."))


class ZoneField(LineField):
    """A time zone by its name."""

    def judge(self, text: str) -> None:
        if text not in available_timezones():
            raise ValidationError(_l("Type the name of a time zone, such as Asia/Tokyo."))
