"""The questions alone, for who is registered already, with the answers that stand."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from wtforms import HiddenField

from app.programme.rules.facts import Programme
from app.web.forms import Form
from app.web.languages import plain
from registrations.forms.questions import with_questions
from registrations.queries.asked import Asked
from registrations.rules.meanwhile import fingerprint
from registrations.rules.questions import Value, said


class AnswersForm(Form):
    """`read`: the fingerprint of the answers that the form was filled with."""

    read = HiddenField()


def answers_form(asked: Asked, programme: Programme, typed: Any = None, *, for_others: bool = False) -> Any:
    """The form with the answers that stand, or with what was typed."""
    group = asked.occasion.group
    form = with_questions(
        AnswersForm(typed), asked.questions, programme, typed, group=group, given=asked.given, for_others=for_others
    )
    if typed is None:
        form.read.data = fingerprint(_standing(form, asked))
    return form


def say_what_changed(form: Any, asked: Asked) -> None:
    """Beside each field what somebody else answered meanwhile, where it is something else; what was typed stays, and
    the form may be sent again."""
    standing = _standing(form, asked)
    typed = {one.question_id: one.value for one in form.questions.answers}
    form.form_errors.append(
        _("Somebody changed the answers meanwhile. Nothing is lost: check below and send it again.")
    )
    for one in form.questions.questions:
        if standing.get(one.id) != typed.get(one.id):
            parts = said(one.choices, standing[one.id]) if one.id in standing else [_("No answer")]
            words = _(", ").join(plain(part) if isinstance(part, Mapping) else str(part) for part in parts)
            field = form.questions.fields[one.name]
            field.errors = [*field.errors, _("Now it says: %(answer)s", answer=words)]
    form.read.data = form.read.raw_data = None
    form.read.data = fingerprint(standing)


def _standing(form: Any, asked: Asked) -> dict[int, Value]:
    return {one.id: asked.given[one.uuid] for one in form.questions.questions if one.uuid in asked.given}
