"""A former year from paper, and the organiser's words for the report."""

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SelectField, ValidationError
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]

from analytics.exports.former import MEASURES
from analytics.exports.words import METHODS, PROVENANCE
from analytics.models import FormerYear
from analytics.queries.former import numbers_of
from analytics.rules import Provenance
from analytics.rules.former import YearMeasure
from app.console.forms.editing import EditForm
from app.console.forms.fields import LineField, NumberField, TextsField, WebAddressField
from app.programme.models import Category, Event
from app.web.languages import plain
from checkin.rules import Method

MOST = 99_999_999
OFFERED = tuple(method for method in Method if method is not Method.IMPORTED)


class FormerYearForm(EditForm):
    """One year: its totals, what they count and how, and where they stand. The fields of the numbers follow the event;
    an empty one is unknown."""

    year = NumberField(_l("Year"), least=1900, most=2200, needed=_l("Type the year."))
    total = NumberField(
        _l("Total"), most=MOST, description=_l("Leave empty what the paper does not say. Empty is unknown, not zero.")
    )
    measure = SelectField(_l("Measure"), choices=[SelectChoice(one.value, word) for one, word in MEASURES.items()])
    source = LineField(
        _l("Source"),
        needed=_l("Say where these figures stand."),
        description=_l("Title of the report or paper, with its date."),
    )
    url = WebAddressField(_l("Address of the source"))
    provenance = SelectField(
        _l("Kind of figure"),
        choices=[SelectChoice(one.value, PROVENANCE[one]) for one in (Provenance.PUBLISHED, Provenance.MEASURED)],
    )
    note = LineField(_l("Remarks"), limit=500)
    categories: Sequence[Category]
    latest: int

    @classmethod
    def of_event(
        cls, event: Event, categories: Sequence[Category], typed: Any = None, row: FormerYear | None = None
    ) -> "FormerYearForm":
        """With a number for each category and a box for each way of counting; as typed, as the row is, or empty."""
        fields: dict[str, Any] = {f"number_{one.key}": NumberField(plain(one.label), most=MOST) for one in categories}
        fields |= {f"method_{one.value}": BooleanField(METHODS[one]) for one in OFFERED}
        facts = {"categories": list(categories), "latest": event.starts_on.year}
        kind: Any = type("FormerYearForm", (cls,), {**fields, **facts})
        form: FormerYearForm = kind(typed) if typed is not None else kind.of(row)
        if typed is None and row is None:
            form["measure"].data = YearMeasure.UNSTATED.value
        return form

    @classmethod
    def shown(cls, row: Any) -> dict[str, Any]:
        known = numbers_of(row.id)
        numbers = {f"number_{one.key}": known.get(one.id) for one in cls.categories}
        methods = {f"method_{one.value}": one.value in row.methods for one in OFFERED}
        names = ("year", "total", "source", "url", "provenance", "note")
        return {**{name: getattr(row, name) for name in names}, "measure": row.measure.value, **numbers, **methods}

    def validate_year(self, field: Any) -> None:
        """The event's own year may be typed too, in another measure."""
        if isinstance(field.data, int) and field.data > self.latest:
            raise ValidationError(_l("That is after the year of the event."))

    def validate_total(self, field: Any) -> None:
        """A total is not less than its parts, and nothing at all is nothing to keep."""
        numbers = self.numbers
        if field.data is None and not numbers:
            raise ValidationError(_l("Type the total, or the number of at least one category."))
        if isinstance(field.data, int) and sum(numbers.values()) > field.data:
            raise ValidationError(_l("The categories together are more than this total."))

    @property
    def numbers(self) -> dict[int, int]:
        """What was typed, by category's id."""
        typed = {one.id: self[f"number_{one.key}"].data for one in self.categories}
        return {key: number for key, number in typed.items() if isinstance(number, int)}

    @property
    def columns(self) -> dict[str, Any]:
        """A total that was left empty is the sum where every category is known; otherwise it is unknown."""
        numbers, total = self.numbers, self.total.data
        asked = [one for one in self.categories if not one.unknown]
        if total is None and all(one.id in numbers for one in asked):
            total = sum(numbers.values())
        return {
            "year": self.year.data,
            "measure": YearMeasure(self.measure.data),
            "methods": [one.value for one in OFFERED if self[f"method_{one.value}"].data],
            "total": total,
            "source": self.source.data,
            "url": self.url.data,
            "provenance": self.provenance.data,
            "note": self.note.data,
        }


class CommentsForm(EditForm):
    """What the organiser adds to the report, by language."""

    words = TextsField(_l("Comments of the organiser"), prose=True)
