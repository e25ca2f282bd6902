"""Who has a tick on a roster of paper, typed in afterwards."""

from datetime import datetime
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, ValidationError

from app.console.forms.programme import moment_typed
from app.console.forms.times import LocalTimeField
from app.web.forms import Form


class RosterTypingForm(Form):
    """When they came; who they are stands in the table below."""

    act = HiddenField()
    came_at = LocalTimeField(
        _l("When they came"),
        needed=_l("Type when they came."),
        description=_l("The beginning is near enough."),
    )
    zone: ZoneInfo
    now: datetime

    @classmethod
    def of(cls, zone: ZoneInfo, now: datetime, typed: Any = None, *, came_at: str | None = None) -> "RosterTypingForm":
        form = cls(typed, data={"act": str(uuid4()), "came_at": came_at})
        form.zone, form.now = zone, now
        return form

    def validate_came_at(self, field: LocalTimeField) -> None:
        """Nobody came at a time that is still to come."""
        if not field.errors and self.moment is not None and self.moment > self.now:
            raise ValidationError(_l("This time is still to come."))

    @property
    def moment(self) -> datetime | None:
        """When they came, in UTC."""
        return moment_typed(self.came_at.data, self.zone)
