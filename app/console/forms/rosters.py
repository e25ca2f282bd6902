"""Who has a tick on a roster of paper, typed in afterwards."""

from datetime import datetime
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, ValidationError

from app.console.forms.programme import moment_typed
from app.console.forms.tallies import ANOTHER_DAY
from app.console.forms.times import LocalTimeField
from app.programme.models import Event
from app.web.forms import Form
from checkin.queries.paper import PaperPlace


class RosterTypingForm(Form):
    """When they came; who they are stands in the table below."""

    act = HiddenField()
    came_at = LocalTimeField(
        _l("When they came"),
        needed=_l("Type when they came."),
        description=_l("The beginning is near enough."),
    )
    event: Event
    place: PaperPlace
    zone: ZoneInfo
    now: datetime

    @classmethod
    def of(
        cls, event: Event, place: PaperPlace, now: datetime, typed: Any = None, *, came_at: str | None = None
    ) -> "RosterTypingForm":
        form = cls(typed, data={"act": str(uuid4()), "came_at": came_at})
        form.event, form.place, form.zone, form.now = event, place, ZoneInfo(event.timezone), now
        return form

    def validate_came_at(self, field: LocalTimeField) -> None:
        """Nobody came at a time that is still to come, or on a day on which nothing is here."""
        moment = None if field.errors else self.moment
        if moment is not None and moment > self.now:
            raise ValidationError(_l("This time is still to come."))
        if moment is not None and not self.place.is_open_on(self.event, moment):
            raise ValidationError(ANOTHER_DAY)

    @property
    def moment(self) -> datetime | None:
        """When they came, in UTC."""
        return moment_typed(self.came_at.data, self.zone)
