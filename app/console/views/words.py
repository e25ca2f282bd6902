"""The words of an event's letters: which are the organiser's own, their editor, a preview and a test to oneself."""

from typing import Any

from flask import Blueprint, flash, g, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.accounts.models import Account
from app.clock import now
from app.console.forms.letters import WordsForm
from app.db import db, transaction
from app.errors import NotFound
from app.outbox.worker import wake
from app.programme.models import Event
from app.programme.queries import staff_event
from app.web.actors import Right
from app.web.guards import requires
from app.web.languages import LANGUAGES, speaking
from app.web.pages import CONTENT_SECURITY
from registrations.letters.kinds import KINDS, ORDER, Kind
from registrations.letters.previews import SHOWN_ALONE, preview
from registrations.letters.wording import Words, built_in, own_words, words_for, written
from registrations.models import LetterText
from registrations.operations.wording import WordsChanged, forget_words, write_test, write_words
from registrations.queries import ticket_by_number
from registrations.rules import read_code

blueprint = Blueprint("letter_words", __name__, url_prefix="/console/events/<slug>/letters/words")
WITH_FRAME = CONTENT_SECURITY.format(wasm="") + "; frame-src 'self'"


@blueprint.get("")
@requires(Right.READ_LETTERS)
def kinds(slug: str) -> str:
    """Every kind of letter in every language, and whose words it speaks."""
    event = staff_event(slug, g.actor, Right.READ_LETTERS)
    return render_template(
        "console/letter-kinds.html", event=event, kinds=list(KINDS), languages=LANGUAGES, own=written(event.id)
    )


@blueprint.get("/<letter_kind>/<language>")
@requires(Right.EDIT_EVENT)
def show(slug: str, letter_kind: str, language: str) -> Response:
    """The words as they are now, to be changed."""
    event, of = _found(slug, letter_kind, language)
    return _page(event, of, language, _form(event, of, language), 200)


@blueprint.post("/<letter_kind>/<language>")
@requires(Right.EDIT_EVENT)
def write(slug: str, letter_kind: str, language: str) -> Response:
    """Keep the words; if somebody else was faster, theirs are put beside."""
    event, of = _found(slug, letter_kind, language)
    form = _typed(of)
    if not form.validate():
        return _page(event, of, language, form, 422)
    try:
        with transaction():
            write_words(
                event,
                of.name,
                language,
                subject=form.subject.data or "",
                body=form.body.data or "",
                version=form.seen_version,
                at=now(),
                actor=g.actor,
            )
    except WordsChanged:
        event = staff_event(slug, g.actor, Right.EDIT_EVENT)
        form, differences = form.beside(own_words(event.id, of.name, language) or _unwritten(of, language))
        form.allowed = of.placeholders
        return _page(event, of, language, form, 409, differences=differences)
    flash(_("The words were saved. Letters that are sent from now on use them."), "success")
    return redirect(url_for(".show", slug=slug, letter_kind=letter_kind, language=language), 303)


@blueprint.post("/<letter_kind>/<language>/withdrawal")
@requires(Right.EDIT_EVENT)
def forget(slug: str, letter_kind: str, language: str) -> Response:
    """Back to the built-in words."""
    event, of = _found(slug, letter_kind, language)
    with transaction():
        forget_words(event, of.name, language, at=now(), actor=g.actor)
    flash(_("The built-in words are used again."), "success")
    return redirect(url_for(".show", slug=slug, letter_kind=letter_kind, language=language), 303)


@blueprint.get("/<letter_kind>/<language>/preview")
@requires(Right.EDIT_EVENT)
def look(slug: str, letter_kind: str, language: str) -> Response:
    """The letter with the words as they are kept."""
    event, of = _found(slug, letter_kind, language)
    with speaking(language):
        words = words_for(event.id, of.name, language)
    return _shown(event, of, language, words, None)


@blueprint.post("/<letter_kind>/<language>/preview")
@requires(Right.EDIT_EVENT)
def look_at_typed(slug: str, letter_kind: str, language: str) -> Response:
    """The letter with the words as they are typed; nothing is kept."""
    event, of = _found(slug, letter_kind, language)
    form = _typed(of)
    if not form.validate():
        return _plainly("\n".join(text for _id, text in form.all_errors), 422)
    number = request.form.get("number", "").strip()
    registration_id = _registration(event, number) if number else None
    if number and registration_id is None:
        return _plainly(_("There is no ticket with this number in this event."), 422)
    return _shown(event, of, language, Words(form.subject.data or "", form.body.data or "", own=True), registration_id)


@blueprint.post("/<letter_kind>/<language>/test")
@requires(Right.EDIT_EVENT)
def send_test(slug: str, letter_kind: str, language: str) -> Response:
    """The letter with the words as they are typed, to the person who is signed in; nothing is kept."""
    event, of = _found(slug, letter_kind, language)
    form = _typed(of)
    if not form.validate():
        return _page(event, of, language, form, 422)
    address = db.session.get_one(Account, g.actor.account_id).email
    with transaction():
        write_test(
            event,
            of.name,
            language,
            subject=form.subject.data or "",
            body=form.body.data or "",
            to_address=address,
            at=now(),
            actor=g.actor,
        )
    wake()
    return _page(event, of, language, form, 200, tested=address)


def _found(slug: str, letter_kind: str, language: str) -> tuple[Event, Kind]:
    event = staff_event(slug, g.actor, Right.EDIT_EVENT)
    if letter_kind not in KINDS or language not in LANGUAGES:
        raise NotFound
    return event, KINDS[letter_kind]


def _form(event: Event, kind: Kind, language: str) -> WordsForm:
    form = WordsForm.of(own_words(event.id, kind.name, language) or _unwritten(kind, language))
    form.allowed = kind.placeholders
    return form


def _typed(kind: Kind) -> WordsForm:
    form = WordsForm(request.form)
    form.allowed = kind.placeholders
    return form


def _unwritten(kind: Kind, language: str) -> LetterText:
    """The built-in words as if somebody had written them; no row stands for them."""
    with speaking(language):
        words = built_in(kind.name)
    return LetterText(subject=words.subject, body=words.body, version=0)


def _registration(event: Event, number: str) -> int | None:
    reading = read_code(number)
    ticket = ticket_by_number(event.id, reading.number) if reading.number else None
    return ticket.registration_id if ticket else None


def _shown(event: Event, kind: Kind, language: str, words: Words, registration_id: int | None) -> Response:
    """A letter alone on its page, which may do nothing but be drawn."""
    seen = preview(event, kind, words, language=language, registration_id=registration_id)
    if request.values.get("as") == "text":
        return _plainly(f"{seen.subject}\n\n{seen.text}", 200)
    return _alone(make_response(seen.html))


def _plainly(text: str, status: int) -> Response:
    response = make_response(text, status)
    response.mimetype = "text/plain"
    return _alone(response)


def _alone(response: Any) -> Response:
    response.headers["Content-Security-Policy"] = SHOWN_ALONE
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    shown: Response = response
    return shown


def _page(event: Event, kind: Kind, language: str, form: WordsForm, status: int, **more: Any) -> Response:
    page = render_template(
        "console/letter-words.html",
        event=event,
        kind=kind.name,
        language=language,
        form=form,
        own=own_words(event.id, kind.name, language),
        placeholders=[one for one in ORDER if one in kind.placeholders],
        **{"differences": [], "tested": None, "number": request.form.get("number", ""), **more},
    )
    response = make_response(page, status)
    response.headers["Content-Security-Policy"] = WITH_FRAME
    return response
