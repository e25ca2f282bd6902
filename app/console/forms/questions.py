"""A question of the organiser: its words, what can be chosen, whom it is asked and when."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SelectField, SelectMultipleField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import ValidationError

from app.console.forms.editing import EditForm
from app.console.forms.fields import LONG_LINE, LinesField, TextsField
from app.programme.rules.facts import Programme
from app.web.languages import plain, stamp
from registrations.operations.asking import QuestionDraft
from registrations.rules.choices import WARDS
from registrations.rules.questions import (
    CHOSEN_KINDS,
    OWN_CHOICES,
    Audience,
    Condition,
    QuestionFacts,
    QuestionKind,
)

KINDS = {
    QuestionKind.SHORT: _l("Short text"),
    QuestionKind.LONG: _l("Long text"),
    QuestionKind.NUMBER: _l("Whole number"),
    QuestionKind.DATE: _l("Date"),
    QuestionKind.CHOICE: _l("One choice"),
    QuestionKind.SEVERAL: _l("Several choices"),
    QuestionKind.YES_NO: _l("Yes or no"),
    QuestionKind.SCHOOL_YEAR: _l("School year"),
    QuestionKind.AGE_GROUP: _l("Age group"),
    QuestionKind.WARD: _l("Ward"),
    QuestionKind.READING: _l("Reading in kana"),
    QuestionKind.NEEDS: _l("Needs (wheelchair, sign language, interpretation, childcare, allergy)"),
}
AUDIENCES = {
    Audience.ADULT: _l("Everybody who registers alone, as a family or with friends"),
    Audience.CHILD: _l("Such parties only if children take part"),
    Audience.CLASS: _l("Classes and groups"),
}
FEWEST_CHOICES = 2


class QuestionForm(EditForm):
    """One question. `kind` stays as it was chosen first."""

    label = TextsField(_l("Question"), limit=LONG_LINE, needed=_l("Write the question."), in_any=True)
    support = TextsField(_l("Explanation below the question"), limit=LONG_LINE)
    audience = SelectMultipleField(
        _l("Who is asked"),
        choices=[SelectChoice(one.value, word) for one, word in AUDIENCES.items()],
        validate_choice=False,
    )
    required = BooleanField(_l("It has to be answered"))
    session = SelectField(_l("For"), validate_choice=False)
    shown_if = SelectMultipleField(_l("Only after certain answers"), validate_choice=False)

    kind: QuestionKind
    above: Sequence[QuestionFacts] = ()
    """Questions whose answers can be a condition: those that stand above."""

    @classmethod
    def shown(cls, row: Any) -> dict[str, Any]:
        """The question as the fields have it."""
        condition = row.condition
        return {
            "label": dict(row.label),
            "support": dict(row.support),
            "audience": [one.value for one in Audience if one in row.audience],
            "required": row.required,
            "session": row.session or "",
            "shown_if": sorted(ticked(condition.question, key) for key in condition.answers) if condition else [],
        }

    def offer(self, kind: QuestionKind, programme: Programme, above: Iterable[QuestionFacts]) -> None:
        """What can be chosen here."""
        self.kind = kind
        self.above = [one for one in above if one.kind in CHOSEN_KINDS]
        zone = str(programme.event.zone)
        sessions = sorted(programme.sessions, key=lambda one: (one.starts_at, one.code))
        titles = [SelectChoice(one.code, f"{plain(stamp(one.starts_at, zone))} {plain(one.title)}") for one in sessions]
        self.session.choices = [SelectChoice("", _l("The whole event")), *titles]
        self.shown_if.choices = [
            SelectChoice(ticked(one.uuid, choice.key), plain(choice.label))
            for one in self.above
            for choice in one.choices
        ]

    def value(self, name: str) -> Any:
        """Ticks in one order, however they were sent."""
        if name == "shown_if":
            return sorted(self.shown_if.data or ())
        return super().value(name)

    def validate_audience(self, field: Any) -> None:
        known = {one.value for one in Audience}
        if not field.data or not set(field.data) <= known:
            raise ValidationError(_l("Tick who is asked."))

    def validate_session(self, field: Any) -> None:
        if field.data and field.data not in {one.value for one in field.choices}:
            raise ValidationError(_l("What was chosen here is not there any more. Choose again."))

    def validate_shown_if(self, field: Any) -> None:
        if not set(field.data or ()) <= {one.value for one in field.choices}:
            raise ValidationError(_l("What was chosen here is not there any more. Choose again."))
        if len({one.partition(":")[0] for one in field.data or ()}) > 1:
            raise ValidationError(_l("Tick answers to one question only."))

    @property
    def condition(self) -> Condition | None:
        """The answers that show the question."""
        pairs = [one.partition(":") for one in self.shown_if.data or ()]
        return Condition(UUID(pairs[0][0]), frozenset(key for _of, _sign, key in pairs)) if pairs else None

    @property
    def draft(self) -> QuestionDraft:
        """What the question shall be. Needs are never required: who has none says nothing."""
        return QuestionDraft(
            kind=self.kind,
            label=self.label.data,
            support=self.support.data,
            choices=self.lines,
            audience=frozenset(Audience(one) for one in self.audience.data or ()),
            required=bool(self.required.data) and self.kind is not QuestionKind.NEEDS,
            session=self.session.data or None,
            condition=self.condition,
        )

    @property
    def lines(self) -> list[dict[str, str]]:
        """The organiser's own choices; most kinds have none."""
        return []


class ChoicesForm(QuestionForm):
    """A question whose answers the organiser writes."""

    choices = LinesField(
        _l("What can be chosen, one a line"), needed=_l("Write at least two answers, one a line."), in_any=True
    )

    @classmethod
    def shown(cls, row: Any) -> dict[str, Any]:
        return {**super().shown(row), "choices": [dict(one.label) for one in row.choices]}

    def value(self, name: str) -> Any:
        """Lines as the column holds them."""
        return self.choices.lines if name == "choices" else super().value(name)

    def validate_choices(self, field: Any) -> None:
        if len(field.lines) < FEWEST_CHOICES and not field.wrong:
            field.wrong["ja"] = field.needed
            raise ValidationError(field.needed)

    @property
    def lines(self) -> list[dict[str, str]]:
        return self.choices.lines


def form_of(kind: QuestionKind) -> type[QuestionForm]:
    """The form that a kind of question has."""
    return ChoicesForm if kind in OWN_CHOICES else QuestionForm


def first_of(kind: QuestionKind) -> dict[str, Any]:
    """What stands in the form of a new question."""
    first: dict[str, Any] = {"audience": [Audience.ADULT.value]}
    if kind is QuestionKind.WARD:
        first |= {
            "label": {"ja": "お住まいの区", "en": "Your ward", "ja-easy": "住《す》んで いる 区《く》"},
            "choices": list(WARDS),
        }
    return first


def ticked(question: UUID, key: str) -> str:
    """The value of a tick: an answer to a question."""
    return f"{question}:{key}"
