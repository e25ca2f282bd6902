"""What stands on a tally sheet, typed in afterwards."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, ValidationError

from app.console.forms.fields import NumberField
from app.console.forms.programme import moment_typed
from app.console.forms.times import LocalTimeField
from app.programme.models import Category, Event
from app.web.forms import Form
from app.web.languages import plain
from checkin.operations import Sheet
from checkin.queries.paper import PaperPlace

MOST = 9999
ANOTHER_DAY = _l("Nothing takes place here on this day. Please check the date.")


class TallyForm(Form):
    """When people were counted, and how many of each category; the fields of the numbers follow the event."""

    sheet = HiddenField()
    counted_at = LocalTimeField(
        _l("When they were counted"),
        needed=_l("Type when they were counted."),
        description=_l("The middle of the time on the sheet is near enough."),
    )
    new_today = BooleanField(
        _l("They were here for the first time today"),
        description=_l("Tick it at an entrance. At a room, they were mostly counted at the entrance before."),
    )
    event: Event
    place: PaperPlace
    zone: ZoneInfo
    now: datetime
    categories: Sequence[Category]

    @classmethod
    def of(
        cls,
        event: Event,
        place: PaperPlace,
        categories: Sequence[Category],
        now: datetime,
        typed: Any = None,
        **given: Any,
    ) -> "TallyForm":
        """The form with a number for each category; empty, or as it was typed."""
        numbers = {f"number_{one.key}": NumberField(plain(one.label), least=0, most=MOST) for one in categories}
        form: TallyForm = type("TallyForm", (cls,), numbers)(typed, data={"sheet": str(uuid4()), **given})
        form.event, form.place, form.zone = event, place, ZoneInfo(event.timezone)
        form.now, form.categories = now, categories
        return form

    def validate_counted_at(self, field: Any) -> None:
        """Nobody counts what is still to come, or on a day on which nothing is here."""
        moment = None if field.errors else moment_typed(field.data, self.zone)
        if moment is not None and moment > self.now:
            raise ValidationError(_l("This time is still to come."))
        if moment is not None and not self.place.is_open_on(self.event, moment):
            raise ValidationError(ANOTHER_DAY)

    @property
    def people(self) -> dict[str, int]:
        """Numbers above zero by category."""
        typed = {one.key: self[f"number_{one.key}"].data or 0 for one in self.categories}
        return {key: number for key, number in typed.items() if number}

    def read(self) -> Sheet | None:
        """The sheet; None: sentences stand beside the fields, or above them."""
        if not self.validate():
            return None
        moment = moment_typed(self.counted_at.data, self.zone)
        try:
            ident = UUID(self.sheet.data or "")
        except ValueError:
            ident = uuid4()
        if not self.people or moment is None:
            self.form_errors.append(_l("Type at least one number."))
            return None
        return Sheet(ident, self.place.code, moment, self.people, bool(self.new_today.data))
