"""Letters to many: whom a filter reaches, what is written to them, and what became of it."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, g, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from app.accounts.models import Account
from app.clock import now
from app.console.forms.letters import STANDING, AddresseesForm, MailingForm
from app.console.queries.overview import sessions_of
from app.console.views.pages import LINES_A_PAGE
from app.console.views.paging import page_of
from app.db import db, transaction
from app.outbox.worker import wake
from app.programme.models import Event
from app.programme.queries import staff_event
from app.programme.queries.things import categories_in
from app.web.actors import Right
from app.web.guards import requires
from app.web.languages import LANGUAGES, current_language, speaking
from registrations.letters.kinds import MAILING, ORDER
from registrations.letters.previews import Preview, preview_mailing
from registrations.letters.special import mailing_words
from registrations.operations.mailings import begin_mailing, next_letters, stop_mailing, withdraw_letters
from registrations.operations.wording import write_test
from registrations.queries.mailings import (
    Addressees,
    addressee_lines,
    first_in,
    mailing_in,
    mailings_of,
    reach_of,
)

blueprint = Blueprint("mailings", __name__, url_prefix="/console/events/<slug>/letters/mailings")


@blueprint.get("")
@requires(Right.READ_LETTERS)
def log(slug: str) -> str:
    """Every mailing: who sent it, when, and how far it has come."""
    event = staff_event(slug, g.actor, Right.READ_LETTERS)
    may_send = g.actor.may(Right.EDIT_EVENT, host_id=event.host_id, event_id=event.id)
    return render_template("console/mailings.html", event=event, lines=mailings_of(event.id), may_send=may_send)


@blueprint.get("/new")
@requires(Right.EDIT_EVENT)
def new(slug: str) -> Response:
    """Whom the filter in the address reaches, and the form for what to write."""
    event = staff_event(slug, g.actor, Right.EDIT_EVENT)
    return _writing(event, _asked(event), MailingForm.new(), 200)


@blueprint.post("/new")
@requires(Right.EDIT_EVENT)
def write(slug: str) -> Response:
    """Show once more who gets what (`check`), try it (`test`), go back to the text (`back`) or send it (`send`)."""
    event = staff_event(slug, g.actor, Right.EDIT_EVENT)
    asked, form, step = _asked(event), MailingForm(request.form), request.form.get("step", "check")
    if not form.validate():
        return _writing(event, asked, form, 422)
    if step == "back":
        return _writing(event, asked, form, 200)
    if reach_of(event.id, asked.meant).with_address == 0:
        form.form_errors.append(_("Nobody with an e-mail address is meant. Choose other addressees."))
        return _writing(event, asked, form, 422)
    if step == "send":
        return _sent(event, asked.meant, form)
    return _checking(event, asked, form, tested=_tested(event, form) if step == "test" else None)


@blueprint.get("/<uuid:mailing>")
@requires(Right.READ_LETTERS)
def show(slug: str, mailing: UUID) -> str:
    """One mailing and how far it has come."""
    event = staff_event(slug, g.actor, Right.READ_LETTERS)
    line = mailing_in(event.id, mailing)
    return render_template(
        "console/mailing.html",
        event=event,
        line=line,
        words=_described(event, Addressees.of(line.mailing.addressees)),
        languages=[one for one in LANGUAGES if one in line.mailing.body],
        may_send=g.actor.may(Right.EDIT_EVENT, host_id=event.host_id, event_id=event.id),
    )


@blueprint.post("/<uuid:mailing>/stop")
@requires(Right.EDIT_EVENT)
def stop(slug: str, mailing: UUID) -> Response:
    """Send no more of it."""
    event = staff_event(slug, g.actor, Right.EDIT_EVENT)
    mailing_id = mailing_in(event.id, mailing).mailing.id
    with transaction():
        stop_mailing(mailing_id, at=now(), actor=g.actor)
    taken_back = _to_the_end(lambda: withdraw_letters(mailing_id))
    flash(ngettext("Stopped: %(num)s letter stays here.", "Stopped: %(num)s letters stay here.", taken_back), "success")
    return redirect(url_for(".show", slug=slug, mailing=mailing), 303)


def _sent(event: Event, meant: Addressees, form: MailingForm) -> Response:
    """Begin it and write its letters, a piece at a time; if that ends early, the worker goes on with it."""
    with transaction():
        begun = begin_mailing(
            event,
            key=form.uuid,
            subject=form.subject.data,
            body=form.body.data,
            meant=meant,
            per_minute=int(form.per_minute.data),
            at=now(),
            actor=g.actor,
        )
        mailing_id, key = begun.id, begun.uuid
    written = _to_the_end(lambda: next_letters(mailing_id))
    if written:
        wake()
        flash(ngettext("%(num)s letter is on its way.", "%(num)s letters are on their way.", written), "success")
    return redirect(url_for(".show", slug=event.slug, mailing=key), 303)


def _to_the_end(piece: Any) -> int:
    """Do the pieces, each in a short transaction of its own; how much it was."""
    done = 0
    while True:
        with transaction():
            some = piece()
        if not some:
            return done
        done += some


def _tested(event: Event, form: MailingForm) -> str:
    """Send it to the person who is signed in; their address."""
    address = db.session.get_one(Account, g.actor.account_id).email
    words, _more = mailing_words(form.subject.data, form.body.data)
    with transaction():
        write_test(
            event,
            MAILING.name,
            current_language(),
            subject=words.subject,
            body=words.body,
            to_address=address,
            at=now(),
            actor=g.actor,
        )
    wake()
    return address


def _asked(event: Event) -> AddresseesForm:
    return AddresseesForm.of(request.args, sessions_of(event.id), categories_in(event))


def _writing(event: Event, asked: AddresseesForm, form: MailingForm, status: int) -> Response:
    reach = reach_of(event.id, asked.meant)
    page = page_of(reach.with_address + reach.without_address, LINES_A_PAGE)
    rendered = render_template(
        "console/mailing-new.html",
        event=event,
        asked=asked,
        form=form,
        reach=reach,
        page=page,
        lines=addressee_lines(event.id, asked.meant, limit=LINES_A_PAGE, skip=page.skip),
        chosen=_chosen(asked),
        placeholders=[one for one in ORDER if one in MAILING.placeholders],
    )
    return make_response(rendered, status)


def _checking(event: Event, asked: AddresseesForm, form: MailingForm, *, tested: str | None) -> Response:
    rendered = render_template(
        "console/mailing-check.html",
        event=event,
        form=form,
        reach=reach_of(event.id, asked.meant),
        words=_described(event, asked.meant),
        previews=_previews(event, asked.meant, form),
        chosen=_chosen(asked),
        tested=tested,
    )
    return make_response(rendered)


def _previews(event: Event, meant: Addressees, form: MailingForm) -> list[tuple[str, Preview]]:
    """The letter in each language that somebody gets it in, as the first of them does."""
    found = []
    for language in LANGUAGES:
        registration_id = first_in(event.id, meant, language)
        if registration_id is not None:
            with speaking(language):
                seen = preview_mailing(
                    event, form.subject.data, form.body.data, language=language, registration_id=registration_id
                )
            found.append((language, seen))
    return found


def _chosen(asked: AddresseesForm) -> dict[str, Any]:
    """The filter as it stands in an address."""
    chosen = {field.name: field.data for field in asked if field.data}
    return {name: value for name, value in chosen.items() if value != "standing"}


def _described(event: Event, meant: Addressees) -> list[tuple[Any, list[Any]]]:
    """The filter in words: label and what is chosen of it."""
    asked: Any = AddresseesForm.of(None, sessions_of(event.id), categories_in(event))
    standing = {True: "standing", False: "cancelled", None: "all"}[meant.standing]
    values = (meant.sessions, meant.states, meant.categories, meant.parties, meant.languages)
    fields = (asked.session, asked.state, asked.category, asked.party, asked.language)
    told = [(asked.standing.label.text, [STANDING[standing]])]
    for field, kept in zip(fields, values, strict=True):
        if kept:
            told.append((field.label.text, [one.label for one in field.choices if one.value in kept]))
    return told
