"""The organiser's questions: their list and order, one of them, and the form as people see it."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, g, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.wrappers import Response

from app.clock import now
from app.console.forms.questions import AUDIENCES, KINDS, QuestionForm, first_of, form_of
from app.console.views.plan import version_typed
from app.db import transaction
from app.errors import NotFound, Refused
from app.programme.models import Event
from app.programme.operations import ChangedMeanwhile
from app.programme.queries import staff_event
from app.programme.queries.working import programme_of_event
from app.web.actors import Right
from app.web.guards import requires
from app.web.languages import LANGUAGES, html_lang, plain, speaking
from registrations.forms.answered import AnswersForm
from registrations.forms.questions import with_questions
from registrations.operations.asking import (
    ConditionMissing,
    NeededByOthers,
    TooManyQuestions,
    add_question,
    change_question,
    move_question,
    retire_question,
)
from registrations.queries.questions import QuestionLine, question_lines, standing_questions
from registrations.rules.questions import MOST_QUESTIONS, QuestionFacts, QuestionKind

blueprint = Blueprint("questions", __name__, url_prefix="/console/events/<slug>/questions")


@blueprint.get("")
@requires(Right.EDIT_EVENT)
def listed(slug: str) -> str:
    """Everything that is asked, in its order, and what was asked before."""
    event = staff_event(slug, g.actor, Right.EDIT_EVENT)
    lines = question_lines(event.id)
    return render_template(
        "console/questions/list.html",
        event=event,
        standing=[one for one in lines if one.retired_at is None],
        retired=[one for one in lines if one.retired_at is not None],
        labels={one.facts.uuid: one.facts.label for one in lines},
        kinds=KINDS,
        audiences=AUDIENCES,
    )


@blueprint.get("/new")
@requires(Right.EDIT_EVENT)
def ask(slug: str) -> Response:
    """The form of a new question of the kind in the address."""
    event, kind = staff_event(slug, g.actor, Right.EDIT_EVENT), _kind()
    return _page(event, _offered(event, form_of(kind).of(**first_of(kind)), kind), 200)


@blueprint.post("/new")
@requires(Right.EDIT_EVENT)
def add(slug: str) -> Response:
    """One more question."""
    event, kind = staff_event(slug, g.actor, Right.EDIT_EVENT), _kind()
    form = _offered(event, form_of(kind)(request.form), kind)
    if not form.validate():
        return _page(event, form, 422)
    try:
        with transaction():
            add_question(event, form.draft, at=now(), actor=g.actor)
    except (ConditionMissing, TooManyQuestions) as no:
        form.form_errors.append(_sentence(no))
        return _page(staff_event(slug, g.actor, Right.EDIT_EVENT), form, 409)
    flash(_("The question is asked from now on."), "success")
    return redirect(url_for(".listed", slug=slug), 303)


@blueprint.get("/<uuid:question>")
@requires(Right.EDIT_EVENT)
def show(slug: str, question: UUID) -> Response:
    """The question as it stands, to be changed."""
    event = staff_event(slug, g.actor, Right.EDIT_EVENT)
    line = _line(event, question)
    form = _offered(event, form_of(line.facts.kind).of(line.facts), line.facts.kind, line.facts)
    return _page(event, form, 200, line=line)


@blueprint.post("/<uuid:question>")
@requires(Right.EDIT_EVENT)
def change(slug: str, question: UUID) -> Response:
    """Keep it; if somebody else was faster, theirs is put beside."""
    event = staff_event(slug, g.actor, Right.EDIT_EVENT)
    line = _line(event, question)
    form = _offered(event, form_of(line.facts.kind)(request.form), line.facts.kind, line.facts)
    if not form.validate():
        return _page(event, form, 422, line=line)
    try:
        with transaction():
            change_question(event, question, form.draft, version=form.seen_version, at=now(), actor=g.actor)
    except ChangedMeanwhile:
        event = staff_event(slug, g.actor, Right.EDIT_EVENT)
        line = _line(event, question)
        merged, differences = form.beside(line.facts)
        merged = _offered(event, merged, line.facts.kind, line.facts)
        return _page(event, merged, 409, line=line, differences=differences)
    except (ConditionMissing, NeededByOthers) as no:
        form.form_errors.append(_sentence(no))
        return _page(staff_event(slug, g.actor, Right.EDIT_EVENT), form, 409, line=line)
    flash(_("Saved."), "success")
    return redirect(url_for(".listed", slug=slug), 303)


@blueprint.post("/<uuid:question>/place")
@requires(Right.EDIT_EVENT)
def move(slug: str, question: UUID) -> Response:
    """One place up or down."""
    event = staff_event(slug, g.actor, Right.EDIT_EVENT)
    try:
        with transaction():
            move_question(event, question, later=request.form.get("to") == "down", at=now(), actor=g.actor)
    except NeededByOthers:
        flash(_("A question stands below the one whose answers show it. Nothing was moved."), "warning")
    return redirect(url_for(".listed", slug=slug, _anchor=f"question-{question}"), 303)


@blueprint.post("/<uuid:question>/retirement")
@requires(Right.EDIT_EVENT)
def retire(slug: str, question: UUID) -> Response:
    """Ask it no more."""
    event = staff_event(slug, g.actor, Right.EDIT_EVENT)
    try:
        with transaction():
            retire_question(event, question, version=version_typed(), at=now(), actor=g.actor)
    except ChangedMeanwhile:
        flash(_("Somebody else changed this meanwhile. Look at it again first."), "warning")
        return redirect(url_for(".show", slug=slug, question=question), 303)
    except NeededByOthers as no:
        flash(_sentence(no), "warning")
        return redirect(url_for(".show", slug=slug, question=question), 303)
    flash(_("The question is not asked any more."), "success")
    return redirect(url_for(".listed", slug=slug), 303)


@blueprint.get("/preview/<any('people', 'class'):whom>/<language>")
@requires(Right.EDIT_EVENT)
def preview(slug: str, whom: str, language: str) -> str:
    """The questions as they stand on the form in one language; nothing can be sent from here."""
    event = staff_event(slug, g.actor, Right.EDIT_EVENT)
    if language not in LANGUAGES:
        raise NotFound
    group = whom == "class"
    with speaking(language):
        asked = with_questions(
            AnswersForm(), standing_questions(event.id), programme_of_event(event), group=group
        ).questions
        part = Markup(render_template("registrations/questions-alone.html", asked=asked))  # noqa: S704
    return render_template(
        "console/questions/preview.html",
        event=event,
        part=part,
        asked=asked,
        whom=whom,
        language=language,
        lang=html_lang(language),
        languages=LANGUAGES,
    )


def _kind() -> QuestionKind:
    """The kind in the address. Raises NotFound."""
    try:
        return QuestionKind(request.args.get("kind", ""))
    except ValueError:
        raise NotFound from None


def _line(event: Event, question: UUID) -> QuestionLine:
    """A question that stands. Raises NotFound."""
    for one in question_lines(event.id):
        if one.facts.uuid == question and one.retired_at is None:
            return one
    raise NotFound


def _offered(
    event: Event, form: QuestionForm, kind: QuestionKind, question: QuestionFacts | None = None
) -> QuestionForm:
    """The form with what can be chosen in it: conditions are answers to questions that stand above."""
    above: list[QuestionFacts] = []
    for one in standing_questions(event.id):
        if question is not None and one.id == question.id:
            break
        above.append(one)
    form.offer(kind, programme_of_event(event), above)
    return form


def _page(
    event: Event, form: QuestionForm, status: int, *, line: QuestionLine | None = None, differences: Any = None
) -> Response:
    page = render_template(
        "console/questions/form.html", event=event, form=form, line=line, differences=differences, kinds=KINDS
    )
    return make_response(page, status)


def _sentence(no: Refused) -> str:
    match no:
        case NeededByOthers():
            titles = _(", ").join(_("“%(answer)s”", answer=plain(label)) for label in no.labels)
            return str(_("Answers to this question show others: %(titles)s. Change those first.", titles=titles))
        case ConditionMissing():
            return str(_("The answers that should show this question are not there any more. Tick again."))
    return str(_("An event asks at most %(most)s questions. Retire one first.", most=MOST_QUESTIONS))
