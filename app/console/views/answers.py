"""What somebody answers to the organiser's questions after they were registered, typed by staff."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, g, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.clock import now
from app.console.views.registration import asked_by, changeable
from app.db import transaction
from app.errors import DomainError, Refused
from app.programme.models import Event
from app.programme.queries import published, staff_event
from app.web.actors import Right
from app.web.guards import requires
from registrations.forms.answered import answers_form, say_what_changed
from registrations.models import Registration
from registrations.operations.answering import AnswersChanged, QuestionsChanged
from registrations.operations.staff_answers import answer_by_staff
from registrations.queries.asked import Asked
from registrations.queries.listed import registration_in
from registrations.views.refusals import explain

blueprint = Blueprint(
    "staff_answers", __name__, url_prefix="/console/events/<slug>/registrations/<uuid:person>/answers"
)


@blueprint.get("")
@requires(Right.EDIT_EVENT)
def ask(slug: str, person: UUID) -> Response:
    """What is asked of this registration, with what was answered."""
    event, row, asked = _own(slug, person)
    if not asked.questions or not changeable(event, row):
        return redirect(url_for("one_registration.show", slug=slug, person=person), 303)
    return _page(event, row, _form(event, asked), 200)


@blueprint.post("")
@requires(Right.EDIT_EVENT)
def save(slug: str, person: UUID) -> Response:
    """These are the answers from now on; what was not asked is left open."""
    event, row, asked = _own(slug, person)
    if not asked.questions:
        return redirect(url_for("one_registration.show", slug=slug, person=person), 303)
    form = _form(event, asked, request.form)
    if not form.questions.validate(asked.occasion):
        return _page(event, row, form, 422)
    shown = [one.id for one in form.questions.questions]
    try:
        with transaction():
            answers, read = form.questions.answers, form.read.data or ""
            answer_by_staff(row.id, answers, asked=shown, read=read, at=now(), actor=g.actor)
    except AnswersChanged as refusal:
        say_what_changed(form, asked_by(event, row))
        return _page(event, row, form, refusal.status)
    except QuestionsChanged as refusal:
        explain(refusal, form, published(event.id).programme)
        return _page(event, row, form, refusal.status)
    except DomainError:
        raise Refused("not_changeable", _("This registration can no longer be changed.")) from None
    flash(_("The answers are saved."), "success")
    return redirect(url_for("one_registration.show", slug=slug, person=person), 303)


def _own(slug: str, person: UUID) -> tuple[Event, Registration, Asked]:
    event = staff_event(slug, g.actor, Right.EDIT_EVENT)
    row = registration_in(event.id, person)
    return event, row, asked_by(event, row)


def _form(event: Event, asked: Asked, typed: Any = None) -> Any:
    return answers_form(asked, published(event.id).programme, typed, for_others=True)


def _page(event: Event, row: Registration, form: Any, status: int) -> Response:
    page = render_template("console/registrations/answers.html", event=event, row=row, form=form)
    return make_response(page, status)
