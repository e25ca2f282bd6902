"""The organiser's questions as fields of a form, each with the sentence that says when it is asked."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from wtforms import BooleanField, RadioField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]

from app.programme.rules.facts import Programme
from app.web.forms import Form
from app.web.languages import current_language, local, plain, ruby
from registrations.forms.shapes import PREFIX
from registrations.rules import PartyKind
from registrations.rules.questions import (
    CHOSEN_KINDS,
    LONGEST_LINE,
    LONGEST_PROSE,
    MANY,
    Answered,
    Audience,
    Fault,
    Occasion,
    QuestionFacts,
    QuestionKind,
    Typed,
    Value,
    outcome,
)

MOST_CARDS = 7
"""So many choices stand as cards; more are a list that unfolds."""
MORE = "-more"
"""After a field's name: the line beside its choices."""
OPEN = "-open"
"""After a field's name: the tick that says why it has no answer, on forms that others fill in."""
LAST_FIELDS = ("photo", "consent", "staff_note")
"""Fields that stand below the questions on every form."""
KINDS_OF_GROUPS = (PartyKind.CLASS.value, PartyKind.DELEGATION.value)
SENTENCES = {
    Fault.NO_NUMBER: _l("Type a whole number, 0 or more."),
    Fault.NO_DATE: _l("Type a day that exists, such as 2026-10-03."),
    Fault.NO_KANA: _l("Type the reading in kana, without kanji or letters."),
    Fault.NO_CHOICE: _l("Choose one of the answers. They may have changed meanwhile."),
}
_ATTRIBUTES = {
    QuestionKind.NUMBER: {"inputmode": "numeric", "width": "8"},
    QuestionKind.DATE: {"type": "date", "width": "12"},
    QuestionKind.LONG: {"rows": "4"},
}
TOO_LONG = _l("Use at most %(max)d characters.")


@dataclass(frozen=True)
class Block:
    """One question on a page. `looks`: cards, list, ticks, line or prose; `when`: for the script that hides what is not
    asked, see `_when`; `more`: the line beside ticks; `open`: the tick that it was not asked."""

    field: Any
    looks: str
    support: Markup | None
    when: str
    session: str | None
    attributes: dict[str, str]
    more: Any = None
    open: Any = None


class Questionnaire:
    """The questions of one form: their fields, and what was typed into them."""

    def __init__(self, questions: Sequence[QuestionFacts], fields: Mapping[str, Any], blocks: Sequence[Block]) -> None:
        self.questions = questions
        self.fields = fields
        self.blocks = blocks
        self.answers: tuple[Answered, ...] = ()

    def validate(self, occasion: Occasion) -> bool:
        """Reads what is asked on this occasion; says beside each field what is no answer. What is not asked is left."""
        found = outcome(self.questions, occasion, {one.uuid: self._typed(one) for one in self.questions})
        self.answers = found.answers
        faults = [(one, found.faults[one.uuid]) for one in self.questions if one.uuid in found.faults]
        faults = [(one, fault) for one, fault in faults if fault is not Fault.MISSING or not self._is_open(one)]
        for one, fault in faults:
            field = self.fields[one.name]
            field.errors = [*field.errors, _sentence(one, fault, may_stay_open=one.name + OPEN in self.fields)]
        return not faults

    def _is_open(self, one: QuestionFacts) -> bool:
        """Whether it is said that nobody asked; people who answer for themselves have no such tick."""
        tick = self.fields.get(one.name + OPEN)
        return tick is not None and bool(tick.data)

    def _typed(self, one: QuestionFacts) -> Typed:
        data = self.fields[one.name].data
        values = tuple(data or ()) if one.kind in MANY else (str(data or ""),)
        more = self.fields.get(one.name + MORE)
        return Typed(values, (more.data or "") if more is not None else "")


def with_questions(
    form: Any,
    questions: Iterable[QuestionFacts],
    programme: Programme,
    typed: Any = None,
    *,
    group: bool | None = False,
    given: Mapping[UUID, Value] | None = None,
    for_others: bool = False,
) -> Any:
    """The form with the questions that it may have to ask, above what stands last on every form; `given`: answers that
    are there already. What belongs to sessions that are not in the programme, or called off, is left out. `group` None:
    the form's own field `kind` says whether it is one. `for_others`: who fills it in may say that something was not
    asked, and has said so of what is without an answer among those `given`."""
    audience = set(Audience) if group is None else {Audience.CLASS} if group else {Audience.ADULT, Audience.CHILD}
    sessions = {session.code for session in programme.sessions if not session.cancelled}
    chosen: dict[UUID, QuestionFacts] = {}
    for one in questions:
        seen = one.session is None or one.session in sessions
        follows = one.condition is None or one.condition.question in chosen
        if seen and follows and one.audience & audience:
            chosen[one.uuid] = one
    before = given if given and typed is None else {}
    fields = _fields(chosen.values(), typed, before, for_others=for_others) if chosen else {}
    if given is not None and typed is None:
        for one in chosen.values():
            if one.name + OPEN in fields:
                fields[one.name + OPEN].data = one.uuid not in given
    if fields:
        last = {name: field for name, field in form._fields.items() if name in LAST_FIELDS}
        first = {name: field for name, field in form._fields.items() if name not in last}
        form._fields = {**first, **fields, **last}
    blocks = [_block(one, fields, chosen, programme, group=group) for one in chosen.values()]
    form.questions = Questionnaire(tuple(chosen.values()), fields, blocks)
    return form


def occasion_of(form: Any, *, group: bool = False) -> Occasion:
    """Whom a form speaks to, by what was typed into it."""
    sessions = frozenset(form.sessions.data or ()) | frozenset(form.waiting.data or ())
    return Occasion(group=group, minors=not group and form.brings_minors, sessions=sessions)


def _fields(
    questions: Collection[QuestionFacts], typed: Any, given: Mapping[UUID, Value], *, for_others: bool
) -> dict[str, Any]:
    """Bound fields by name."""
    made: dict[str, Any] = {}
    first: dict[str, Any] = {}
    for one in questions:
        made[one.name] = _field(one)
        value = given.get(one.uuid, {})
        first[one.name] = value.get("choices") if one.kind in MANY else _one_value(value)
        if one.kind is QuestionKind.NEEDS:
            made[one.name + MORE] = StringField(_l("Anything else, in your own words"))
            first[one.name + MORE] = value.get("text")
        if one.required and for_others:
            made[one.name + OPEN] = BooleanField()
    fields: dict[str, Any] = type("Questions", (Form,), made)(typed, data=first)._fields
    for one in questions:
        fields[one.name].label.text = Markup("{}").format(local(one.label))
        if one.required:
            fields[one.name].flags.required = True
        if one.name + OPEN in fields:
            about = Markup(' <span class="visually-hidden">{}</span>').format(plain(one.label))
            fields[one.name + OPEN].label.text = Markup("{}{}").format(ruby(_("Not asked")), about)
    return fields


def _one_value(value: Value) -> str | None:
    found = next((value[name] for name in ("choice", "date", "number", "text") if name in value), None)
    return None if found is None else str(found)


def _field(one: QuestionFacts) -> Any:
    if one.kind in MANY:
        return SelectMultipleField(choices=_choices(one), validate_choice=False)
    if one.kind not in CHOSEN_KINDS:
        return TextAreaField() if one.kind is QuestionKind.LONG else StringField()
    if _looks(one) == "cards":
        none = [] if one.required else [SelectChoice("", _l("No answer"))]
        return RadioField(choices=[*_choices(one), *none], validate_choice=False)
    choices = [SelectChoice(choice.key, plain(choice.label)) for choice in one.choices]
    return SelectField(choices=[SelectChoice("", plain(_("Choose"))), *choices], validate_choice=False)


def _choices(one: QuestionFacts) -> list[SelectChoice]:
    return [SelectChoice(choice.key, local(choice.label)) for choice in one.choices]


def _looks(one: QuestionFacts) -> str:
    if one.kind in MANY:
        return "ticks"
    if one.kind in CHOSEN_KINDS:
        return "cards" if len(one.choices) <= MOST_CARDS else "list"
    return "prose" if one.kind is QuestionKind.LONG else "line"


def _block(
    one: QuestionFacts,
    fields: Mapping[str, Any],
    asked: Mapping[UUID, QuestionFacts],
    programme: Programme,
    *,
    group: bool | None,
) -> Block:
    sentences = [*_only_if(one, asked, programme, group=group), local(one.support)]
    shown = [ruby(text) for text in sentences if str(ruby(text))]
    return Block(
        field=fields[one.name],
        looks=_looks(one),
        support=Markup("<br>").join(shown) if shown else None,
        when=_when(one, asked, programme, group=group),
        session=one.session,
        attributes=_ATTRIBUTES.get(one.kind, {}),
        more=fields.get(one.name + MORE),
        open=fields.get(one.name + OPEN),
    )


def _only_if(
    one: QuestionFacts, asked: Mapping[UUID, QuestionFacts], programme: Programme, *, group: bool | None
) -> list[str]:
    """In words, when the question is asked."""
    found = [_whom(one, group=group)] if not group else []
    if one.session is not None:
        found.append(_("Only if you take part in “%(title)s”.", title=_text(programme.session[one.session].title)))
    if one.condition is not None:
        other = asked[one.condition.question]
        labels = [_text(choice.label) for choice in other.choices if choice.key in one.condition.answers]
        answers = _(" or ").join(_("“%(answer)s”", answer=label) for label in labels)
        found.append(
            _("Only if you answered “%(question)s” with %(answers)s.", question=_text(other.label), answers=answers)
        )
    return [sentence for sentence in found if sentence]


def _whom(one: QuestionFacts, *, group: bool | None) -> str:
    """What its audience has to do with a form that is not, or perhaps not, of a group; nothing if all are asked."""
    children = Audience.CHILD in one.audience and Audience.ADULT not in one.audience
    if group is None and Audience.CLASS in one.audience and Audience.ADULT not in one.audience:
        groups = _("Only of a class or another group, or if children take part.")
        return str(groups if children else _("Only of a class or another group."))
    if children:
        return str(_("Only if children take part."))
    return str(_("Only of a person or a family.")) if group is None and Audience.CLASS not in one.audience else ""


def _text(texts: Mapping[str, str]) -> str:
    """In easy Japanese with its readings, which become ruby with the sentence."""
    return local(texts).text if current_language() == "ja-easy" else plain(texts)


def _when(one: QuestionFacts, asked: Mapping[UUID, QuestionFacts], programme: Programme, *, group: bool | None) -> str:
    """The same for the script: of each part, parted by `;`, one of the fields, parted by blanks, has the value."""
    parts = _when_audience(one, programme, group=group)
    if one.session is not None:
        parts.append([f"sessions={one.session}", f"waiting={one.session}"])
    if one.condition is not None:
        other = asked[one.condition.question]
        parts.append([f"{other.name}={key}" for key in sorted(one.condition.answers)])
    return ";".join(" ".join(part) for part in parts)


def _when_audience(one: QuestionFacts, programme: Programme, *, group: bool | None) -> list[list[str]]:
    """A class or another group, children, or whoever registers."""
    everybody = Audience.ADULT in one.audience and (group is False or Audience.CLASS in one.audience)
    if group or everybody:
        return []
    minors = [category.key for category in programme.categories if category.minor]
    children = [f"category={key}" for key in minors] + [f"{PREFIX}{key}>0" for key in minors]
    if group is False:
        return [children]
    if Audience.CLASS in one.audience:
        groups = [f"kind={kind}" for kind in KINDS_OF_GROUPS]
        return [[*groups, *children] if Audience.CHILD in one.audience else groups]
    return [["kind="]] if Audience.ADULT in one.audience else [["kind="], children]


def _sentence(one: QuestionFacts, fault: Fault, *, may_stay_open: bool) -> Any:
    if fault is Fault.TOO_LONG:
        long = one.kind in (QuestionKind.LONG, QuestionKind.NEEDS)
        return TOO_LONG % {"max": LONGEST_PROSE if long else LONGEST_LINE}
    if fault is Fault.MISSING and may_stay_open:
        return _("Answer “%(question)s”, or tick that it was not asked.", question=_text(one.label))
    if fault is Fault.MISSING:
        return _("Answer “%(question)s”.", question=_text(one.label))
    return SENTENCES[fault]
