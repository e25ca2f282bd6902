"""What the organiser says of each place at day close."""

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]

from app.web.forms import Form
from app.web.languages import plain
from checkin.queries.closing import ClosingPlace
from checkin.rules import CountingState

STATES = {
    CountingState.COUNTED: _l("Everybody counted"),
    CountingState.PARTLY: _l("Counted in part"),
    CountingState.NOT_COUNTED: _l("Not counted"),
}
NONE = ""


class ClosingForm(Form):
    """A choice for each place; one may leave places open."""

    places: Sequence[ClosingPlace]

    @classmethod
    def of(cls, places: Sequence[ClosingPlace], typed: Any = None) -> "ClosingForm":
        """The form with what was said before; or as it was typed."""
        choices = [SelectChoice(NONE, _l("Not said yet"))]
        choices += [SelectChoice(str(key), word) for key, word in STATES.items()]
        fields = {
            f"place_{one.place.id}": SelectField(plain(one.place.name), choices=choices, default=NONE) for one in places
        }
        said = {f"place_{one.place.id}": str(one.word.state) for one in places if one.word}
        form: ClosingForm = type("ClosingForm", (cls,), fields)(typed, data=said)
        form.places = places
        return form

    def field_of(self, place: ClosingPlace) -> Any:
        """The choice for this place."""
        return self[f"place_{place.place.id}"]

    def read(self) -> dict[int, CountingState] | None:
        """The word for each place that has one; None: sentences stand above."""
        if not self.validate():
            return None
        said = {one.place.id: self.field_of(one).data for one in self.places}
        chosen = {place: CountingState(word) for place, word in said.items() if word}
        if not chosen:
            self.form_errors.append(_l("Say of at least one place whether it was counted."))
            return None
        return chosen
