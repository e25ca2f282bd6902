"""Answers to the organiser's questions, looked at again and changed at the private link."""

from typing import Any

from flask import Blueprint, redirect, render_template, request

from app.clock import now
from app.db import transaction
from app.errors import DomainError
from app.programme.queries import published
from app.web.guards import public
from registrations.forms.answered import answers_form, say_what_changed
from registrations.operations.answering import AnswersChanged, QuestionsChanged, change_answers
from registrations.queries import Sheet, sheet_by_link
from registrations.queries.asked import Asked, asked_of
from registrations.views.links import changeable, sheet_frame
from registrations.views.refusals import explain
from registrations.views.registering import Page
from registrations.views.tickets import found, private

blueprint = Blueprint("answers", __name__)


@blueprint.get("/r/<link>/questions")
@public
def ask(link: str) -> Page:
    """What is asked of this registration, with what was answered."""
    sheet = found(sheet_by_link(link))
    asked = asked_of(sheet)
    if not asked.questions or not changeable(sheet):
        return redirect(f"/r/{link}", 303)
    return _page(sheet, _form(sheet, asked), 200)


@blueprint.post("/r/<link>/questions")
@public
def save(link: str) -> Page:
    """These are the answers from now on."""
    sheet = found(sheet_by_link(link))
    asked = asked_of(sheet)
    if not asked.questions or not changeable(sheet):
        return redirect(f"/r/{link}", 303)
    form = _form(sheet, asked, request.form)
    if not form.questions.validate(asked.occasion):
        return _page(sheet, form, 422)
    shown = [one.id for one in form.questions.questions]
    try:
        with transaction():
            answers, read = form.questions.answers, form.read.data or ""
            change_answers(sheet.registration.id, answers, asked=shown, read=read, at=now())
    except AnswersChanged as refusal:
        say_what_changed(form, asked_of(sheet))
        return _page(sheet, form, refusal.status)
    except QuestionsChanged as refusal:
        explain(refusal, form, published(sheet.live.id).programme)
        return _page(sheet, form, refusal.status)
    except DomainError:
        return redirect(f"/r/{link}", 303)
    return redirect(f"/r/{link}?done=changed", 303)


def _form(sheet: Sheet, asked: Asked, typed: Any = None) -> Any:
    return answers_form(asked, published(sheet.live.id).programme, typed)


def _page(sheet: Sheet, form: Any, status: int) -> Page:
    return private(render_template("registrations/answers.html", **sheet_frame(sheet), form=form), status)
