"""What a place's figures should be, and why; kept as what has to be added or taken off."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, RadioField, ValidationError
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]

from app.accounts.forms import needed
from app.console.forms.fields import NumberField
from app.console.forms.programme import moment_typed
from app.console.forms.times import LocalTimeField
from app.programme.models import Category
from app.web.forms import Form
from app.web.languages import plain
from checkin.operations.correcting import Correction
from checkin.rules.correcting import CorrectionReason, differences, is_possible

MOST = 99999
REASONS = {
    CorrectionReason.WRONG_CATEGORY: _l("Counted in the wrong category"),
    CorrectionReason.COUNTED_TWICE: _l("Counted twice"),
    CorrectionReason.FOUND_LATER: _l("A tally sheet was found later"),
    CorrectionReason.ESTIMATED: _l("Category not asked, distributed by an estimate"),
}
ABOUT = {
    CorrectionReason.WRONG_CATEGORY: _l("All together stay as many as before."),
    CorrectionReason.COUNTED_TWICE: _l("Numbers only become smaller."),
    CorrectionReason.FOUND_LATER: _l("Numbers only become larger; what is added is marked as paper."),
    CorrectionReason.ESTIMATED: _l("Only people whose category was not asked are moved; they are marked as estimated."),
}


class CorrectionForm(Form):
    """What it should be by category; the fields of the numbers follow the event. stood: what the lines said."""

    correction = HiddenField()
    stood = HiddenField()
    reason = RadioField(
        _l("Why is it corrected?"),
        choices=[SelectChoice(str(one), word) for one, word in REASONS.items()],
        validators=[needed(_l("Choose why."))],
    )
    counted_at = LocalTimeField(
        _l("When these people came"),
        needed=_l("Type when they came."),
        description=_l("Near enough is enough: it decides to which day they belong."),
    )
    new_today = BooleanField(
        _l("These people were counted here for the first time that day"),
        description=_l("Then the number of different people changes as well. At a room, mostly not."),
    )
    zone: ZoneInfo
    now: datetime
    before: Mapping[str, int]
    categories: Sequence[Category]

    @classmethod
    def of(
        cls,
        categories: Sequence[Category],
        before: Mapping[str, int],
        typed: Any = None,
        *,
        zone: ZoneInfo,
        now: datetime,
        **given: Any,
    ) -> "CorrectionForm":
        """The form filled with what is counted now; or as it was typed."""
        fields = {f"number_{one.key}": NumberField(plain(one.label), least=0, most=MOST) for one in categories}
        shown = {f"number_{one.key}": before.get(one.key, 0) for one in categories}
        data = {"correction": str(uuid4()), **shown, **given}
        form: CorrectionForm = type("CorrectionForm", (cls,), fields)(typed, data=data)
        form.zone, form.now, form.before, form.categories = zone, now, before, categories
        return form

    def validate_counted_at(self, field: Any) -> None:
        """Nobody came who is still to come."""
        moment = None if field.errors else moment_typed(field.data, self.zone)
        if moment is not None and moment > self.now:
            raise ValidationError(_l("This time is still to come."))

    @property
    def after(self) -> dict[str, int]:
        """What it should be, by category."""
        return {one.key: self[f"number_{one.key}"].data or 0 for one in self.categories}

    @property
    def changes(self) -> dict[str, int]:
        """What has to be added, or taken off."""
        return differences(self.before, self.after)

    def read(self, place: str) -> Correction | None:
        """The correction; None: sentences stand beside the fields, or above them."""
        if not self.validate():
            return None
        reason, at = CorrectionReason(self.reason.data), moment_typed(self.counted_at.data, self.zone)
        unknown = next((one.key for one in self.categories if one.unknown), "")
        if not self.changes or at is None:
            self.form_errors.append(_l("Nothing is changed. Type what the numbers should be."))
        elif not is_possible(reason, self.changes, unknown=unknown):
            self.reason.errors = [_l("These numbers do not fit the reason. Look at what it allows.")]
        else:
            ident, stood = _uuid(self.correction.data), _numbers(self.stood.data)
            return Correction(ident, place, at, self.changes, stood, bool(self.new_today.data), reason)
        return None


def packed(numbers: Mapping[str, int]) -> str:
    """What the lines said, as the form keeps it."""
    return json.dumps(dict(sorted(numbers.items())))


def _numbers(text: str | None) -> dict[str, int]:
    try:
        found = json.loads(text or "")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _uuid(text: str | None) -> UUID:
    try:
        return UUID(text or "")
    except ValueError:
        return uuid4()
