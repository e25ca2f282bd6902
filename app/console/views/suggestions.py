"""What a partner suggests, beside the programme as it stands: taken over whole or in parts, or sent back with words."""

import json
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, g, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.clock import now
from app.console.forms.partners import FIELD_WORDS, AnswerForm
from app.db import transaction
from app.errors import NotFound
from app.outbox.worker import wake
from app.programme.models import Event, Organisation, Partner, Suggestion
from app.programme.operations import ChangedMeanwhile, TooFewPlaces
from app.programme.operations.suggestions import (
    Answer,
    AnsweredAlready,
    Collision,
    answer_suggestion,
    answerable,
)
from app.programme.queries import programme_of_event, staff_event
from app.programme.queries.partners import Subject, subject_of, suggestion_in
from app.programme.rules.faults import BadDocument
from app.programme.rules.partners import WORDS, SuggestionState
from app.web.actors import Right
from app.web.guards import requires

blueprint = Blueprint("suggestions", __name__, url_prefix="/console/events/<slug>/partners/suggestions")


@blueprint.get("/<uuid:suggestion>")
@requires(Right.EDIT_EVENT)
def show(slug: str, suggestion: UUID) -> Response:
    """Field by field: what the draft says, what they would say instead."""
    event = staff_event(slug, g.actor, Right.EDIT_EVENT)
    found = suggestion_in(event, suggestion)
    subject = _subject(found[1], found[0])
    rows = _rows(subject, found[0])
    form = AnswerForm(data={"fields": [name for name in rows if name not in WORDS], "seen": _packed(rows)})
    return _page(event, found, subject, form, 200)


@blueprint.post("/<uuid:suggestion>")
@requires(Right.EDIT_EVENT)
def answer(slug: str, suggestion: UUID) -> Response:
    """Yes to what is ticked, or everything back; if something moved meanwhile, it is shown again first."""
    event = staff_event(slug, g.actor, Right.EDIT_EVENT)
    found = suggestion_in(event, suggestion)
    subject = _subject(found[1], found[0])
    form = AnswerForm(request.form)
    if found[0].state is not SuggestionState.WAITING:
        return _answered(slug, found[2])
    form.asked = set(_rows(subject, found[0])) - set(WORDS)
    if not form.validate():
        return _page(event, found, subject, form, 422)
    said = Answer(tuple(form.fields.data or ()), returned=form.back, words=form.words.data)
    try:
        with transaction():
            made = answer_suggestion(event, found[0].id, said, seen=form.saw, at=now(), actor=g.actor)
    except AnsweredAlready:
        return _answered(slug, found[2])
    except (Collision, ChangedMeanwhile) as no:
        return _moved(slug, suggestion, form, getattr(no, "fields", frozenset()))
    except (BadDocument, TooFewPlaces, NotFound):
        form.form_errors = [
            _("The programme does not take this as it is. Change the session yourself, or send it back.")
        ]
        return _page(event, found, subject, form, 422)
    wake()
    flash(_told(made), "success")
    return redirect(url_for("partner_list.show", slug=slug, organisation=found[2].code), 303)


def _told(made: Suggestion) -> str:
    if made.state is SuggestionState.RETURNED:
        return str(_("Sent back with your words."))
    if not made.taken:
        return str(_("Answered."))
    return str(_("Taken over into the draft. The public sees it after the next release."))


def _subject(partner: Partner, suggestion: Suggestion) -> Subject | None:
    try:
        return subject_of(partner, suggestion)
    except NotFound:
        return None


def _rows(subject: Subject | None, suggestion: Suggestion) -> dict[str, Any]:
    """What is to be answered; nothing if it was, or if what it was about is gone."""
    waits = suggestion.state is SuggestionState.WAITING
    return answerable(subject, suggestion) if waits and subject is not None else {}


def _answered(slug: str, organisation: Organisation) -> Response:
    flash(_("It was answered or taken back meanwhile. Nothing was changed now."), "warning")
    return redirect(url_for("partner_list.show", slug=slug, organisation=organisation.code), 303)


def _moved(slug: str, uuid: UUID, form: AnswerForm, fields: frozenset[str]) -> Response:
    """The page as it stands now, with the words that were typed and what was ticked and did not move."""
    event = staff_event(slug, g.actor, Right.EDIT_EVENT)
    found = suggestion_in(event, uuid)
    subject = _subject(found[1], found[0])
    if found[0].state is not SuggestionState.WAITING:
        return _answered(slug, found[2])
    rows = _rows(subject, found[0])
    again = AnswerForm(
        data={
            "fields": [one for one in form.fields.data or () if one in rows and one not in fields],
            "words": form.words.data,
            "seen": _packed(rows),
        }
    )
    return _page(event, found, subject, again, 409, moved=fields)


def _packed(rows: Any) -> str:
    return json.dumps(rows, ensure_ascii=False, sort_keys=True, default=str)


def _page(
    event: Event,
    found: tuple[Suggestion, Partner, Organisation],
    subject: Subject | None,
    form: AnswerForm,
    status: int,
    *,
    moved: frozenset[str] = frozenset(),
) -> Response:
    suggestion, partner, organisation = found
    waits = suggestion.state is SuggestionState.WAITING
    changes = suggestion.changes
    page = render_template(
        "console/partners/suggestion.html",
        event=event,
        suggestion=suggestion,
        partner=partner,
        organisation=organisation,
        subject=subject,
        rows=_rows(subject, suggestion) if waits else {name: changes[name] for name in FIELD_WORDS if name in changes},
        waits=waits,
        form=form,
        moved=moved,
        words=FIELD_WORDS,
        people={one.code: one.name for one in programme_of_event(event).speakers},
    )
    return make_response(page, status)
