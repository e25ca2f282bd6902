"""The sessions of an event in the console: listed, added, changed, cancelled, deleted."""

from typing import Any

from flask import Blueprint, flash, g, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.clock import now
from app.console.forms import SessionForm
from app.console.forms.editing import Difference
from app.console.forms.faults import add_error, tell
from app.console.forms.sessions import Standing
from app.console.operations import add_to_programme, remove_from_programme
from app.console.views.forecasts import forecast_of
from app.console.views.plan import days_of, doubts_by_session, sentence_of, version_typed
from app.db import transaction
from app.errors import Refused
from app.programme.models import Event
from app.programme.operations import (
    AlreadyShared,
    ChangedMeanwhile,
    InUse,
    TooFewPlaces,
    cancel_session,
    change_session,
    restore_session,
)
from app.programme.queries import places_of, programme_of_event, staff_event
from app.programme.queries.sessions import organisations_of_host, session_facts, session_in, session_versions
from app.programme.rules.facts import EventSessionFacts, Programme
from app.programme.rules.faults import BadDocument
from app.programme.rules.search import holds_all
from app.web.actors import Right
from app.web.guards import requires
from checkin.operations import prepare_door

blueprint = Blueprint("sessions", __name__, url_prefix="/console/events/<slug>/programme")


@blueprint.get("/sessions")
@requires(Right.EDIT_EVENT)
def listed(slug: str) -> str:
    """Every session by day, or those with these words or in this room; what is doubtful beside each."""
    event = staff_event(slug, g.actor, Right.EDIT_EVENT)
    programme = programme_of_event(event)
    sought, room = request.args.get("q", "").strip()[:100], request.args.get("room", "")
    found = [one for one in programme.sessions if _is_sought(programme, one, sought, room)]
    return render_template(
        "console/sessions.html",
        event=event,
        programme=programme,
        days=days_of(programme, found),
        doubts=doubts_by_session(event, programme),
        places=places_of(event.id),
        sought=sought,
        room=room,
        count=len(found),
    )


@blueprint.get("/new-session")
@requires(Right.EDIT_EVENT)
def new(slug: str) -> str:
    """An empty form; ?starts_at= and ?room= come from the board."""
    event = staff_event(slug, g.actor, Right.EDIT_EVENT)
    programme = programme_of_event(event)
    starts = request.args.get("starts_at", f"{programme.event.starts_on}T10:00")
    first: dict[str, Any] = {"starts_at": starts, "ends_at": starts, "room": request.args.get("room", "")}
    return _page(event, programme, SessionForm.new(**first))


@blueprint.post("/sessions")
@requires(Right.EDIT_EVENT)
def add(slug: str) -> Response:
    """A new session."""
    event = staff_event(slug, g.actor, Right.EDIT_EVENT)
    programme = programme_of_event(event)
    form = SessionForm(request.form)
    if "more" in request.form:
        return _with_more_rows(event, programme, form)
    asked = form.wanted(programme, None)
    if asked is None:
        return make_response(_page(event, programme, form), 422)
    try:
        with transaction():
            made = add_to_programme(event, asked[0], people=asked[1], at=now(), actor=g.actor)
    except BadDocument as bad:
        tell(form, bad.faults)
        return make_response(_page(event, programme, form), 422)
    flash(_("Added. The public sees it after the next release."), "success")
    return redirect(url_for(".show", slug=slug, code=made.code), 303)


@blueprint.get("/sessions/<code>")
@requires(Right.EDIT_EVENT)
def show(slug: str, code: str) -> str:
    """One session with its form."""
    event = staff_event(slug, g.actor, Right.EDIT_EVENT)
    programme = programme_of_event(event)
    standing = _standing(event, programme, code)
    return _page(event, programme, SessionForm.of(standing), standing.facts)


@blueprint.post("/sessions/<code>")
@requires(Right.EDIT_EVENT)
def change(slug: str, code: str) -> Response:
    """Save the form. What somebody else changed meanwhile is shown, never overwritten unseen."""
    event = staff_event(slug, g.actor, Right.EDIT_EVENT)
    stored = session_facts(session_in(event, code))
    programme = programme_of_event(event)
    form = SessionForm(request.form)
    if "more" in request.form:
        return _with_more_rows(event, programme, form, stored)
    asked = form.wanted(programme, stored)
    if asked is None:
        return make_response(_page(event, programme, form, stored), 422)
    wanted, people = asked
    try:
        with transaction():
            change_session(event, code, wanted, version=form.seen_version, people=people, at=now(), actor=g.actor)
            prepare_door(event)
    except ChangedMeanwhile:
        return _meanwhile(event, form, code)
    except (BadDocument, TooFewPlaces, AlreadyShared) as no:
        _refuse(form, no)
        return make_response(_page(event, programme, form, stored), 422)
    flash(_("Saved. The public sees it after the next release."), "success")
    return redirect(url_for(".show", slug=slug, code=code), 303)


@blueprint.post("/sessions/<code>/status")
@requires(Right.EDIT_EVENT)
def set_status(slug: str, code: str) -> Response:
    """Cancel the session, or restore it."""
    event = staff_event(slug, g.actor, Right.EDIT_EVENT)
    session_in(event, code)
    cancel = request.form.get("do") == "cancel"
    try:
        with transaction():
            act = cancel_session if cancel else restore_session
            act(event, code, version=version_typed(), at=now(), actor=g.actor)
    except ChangedMeanwhile:
        return _shown_again(slug, code)
    told = (
        _("Cancelled. Bookings stay, so that it can be restored. The public sees it after the next release.")
        if cancel
        else _("It takes place again. The public sees it after the next release.")
    )
    flash(told, "success")
    return redirect(url_for(".show", slug=slug, code=code), 303)


@blueprint.post("/sessions/<code>/removal")
@requires(Right.EDIT_EVENT)
def remove(slug: str, code: str) -> Response:
    """Delete the session; one that was booked or entered is cancelled instead."""
    event = staff_event(slug, g.actor, Right.EDIT_EVENT)
    session_in(event, code)
    try:
        with transaction():
            remove_from_programme(event, code, version=version_typed(), at=now(), actor=g.actor)
    except ChangedMeanwhile:
        return _shown_again(slug, code)
    except InUse:
        told = _(
            "People booked this session or came to it, or a question is asked for it, so it cannot be deleted. "
            "Cancel it instead."
        )
        flash(told, "error")
        return redirect(url_for(".show", slug=slug, code=code), 303)
    flash(_("Deleted."), "success")
    return redirect(url_for(".listed", slug=slug), 303)


def _is_sought(programme: Programme, session: EventSessionFacts, sought: str, room: str) -> bool:
    if room and room != session.room and room not in session.further_rooms:
        return False
    speakers = [programme.speaker[one.speaker] for one in session.appearances]
    people = [text for one in speakers for text in (*one.name.values(), one.reading)]
    texts = [session.code, session.reading, session.track, session.series, *session.title.values(), *people]
    return holds_all(" ".join(filter(None, texts)), sought)


def _standing(event: Event, programme: Programme, code: str) -> Standing:
    session = session_in(event, code)
    return Standing(session_facts(session), programme.event, session.version)


def _page(
    event: Event,
    programme: Programme,
    form: SessionForm,
    stored: EventSessionFacts | None = None,
    *,
    differences: list[Difference] | None = None,
) -> str:
    form.offer(programme, {one.code: one.name for one in organisations_of_host(event)})
    return render_template(
        "console/session.html",
        event=event,
        programme=programme,
        form=form,
        session=stored,
        version=session_versions(event.id).get(stored.code) if stored else None,
        doubts=doubts_by_session(event, programme).get(stored.code, []) if stored else [],
        places=places_of(event.id).get(stored.code) if stored else None,
        differences=differences,
        expected=forecast_of(event, stored.code) if stored else None,
    )


def _with_more_rows(
    event: Event, programme: Programme, form: SessionForm, stored: EventSessionFacts | None = None
) -> Response:
    form.add_rows()
    return make_response(_page(event, programme, form, stored))


def _refuse(form: SessionForm, no: Refused | BadDocument) -> None:
    if isinstance(no, BadDocument):
        tell(form, no.faults)
    else:
        add_error(form, "capacity" if isinstance(no, TooFewPlaces) else "one_party", sentence_of(no))


def _meanwhile(event: Event, form: SessionForm, code: str) -> Response:
    """What was typed on top of what stands now; nothing is saved before the reader agrees."""
    programme = programme_of_event(event)
    standing = _standing(event, programme, code)
    form.offer(programme, {})
    moved, differences = form.beside(standing)
    return make_response(_page(event, programme, moved, standing.facts, differences=differences), 409)


def _shown_again(slug: str, code: str) -> Response:
    flash(_("Somebody else changed this session meanwhile. Look at it again before you decide."), "warning")
    return redirect(url_for(".show", slug=slug, code=code), 303)
