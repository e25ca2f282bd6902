"""Repeats of a session and appointments: shown first, then made in one step."""

from flask import Blueprint, flash, g, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from app.clock import now
from app.console.forms import RepeatForm, SlotsForm
from app.console.forms.faults import tell
from app.console.views.plan import version_typed
from app.db import transaction
from app.programme.models import Event
from app.programme.operations import ChangedMeanwhile, add_sessions, repeat_session
from app.programme.queries import programme_of_event, staff_event
from app.programme.queries.sessions import session_facts, session_in
from app.programme.rules.documents import session_document
from app.programme.rules.facts import EventSessionFacts, Programme
from app.programme.rules.faults import BadDocument
from app.programme.rules.series import appointments, repeated
from app.programme.rules.times import times_of_session
from app.web.actors import Right
from app.web.guards import requires
from checkin.operations import prepare_door

blueprint = Blueprint("series", __name__, url_prefix="/console/events/<slug>/programme")


@blueprint.get("/sessions/<code>/repeats")
@requires(Right.EDIT_EVENT)
def ask_repeats(slug: str, code: str) -> str:
    """On which other days and times the session is held."""
    event = staff_event(slug, g.actor, Right.EDIT_EVENT)
    session = session_in(event, code)
    form = RepeatForm(data={"version": session.version})
    return _repeats_page(event, session_facts(session), form)


@blueprint.post("/sessions/<code>/repeats")
@requires(Right.EDIT_EVENT)
def make_repeats(slug: str, code: str) -> Response:
    """Show the copies, or make them."""
    event = staff_event(slug, g.actor, Right.EDIT_EVENT)
    session = session_facts(session_in(event, code))
    form = RepeatForm(request.form)
    programme = programme_of_event(event)
    moments = form.moments(programme.event)
    series, copies = repeated(session, moments, taken=programme.session)
    if not copies or _are_wrong(form, programme, copies):
        return make_response(_repeats_page(event, session, form), 422)
    if request.form.get("do") != "save":
        return make_response(_repeats_page(event, session, form, copies))
    try:
        with transaction():
            repeat_session(event, code, copies, series=series, version=version_typed(), at=now(), actor=g.actor)
            prepare_door(event)
    except ChangedMeanwhile:
        flash(_("Somebody else changed this session meanwhile. Look at it again before you decide."), "warning")
        return redirect(url_for("sessions.show", slug=slug, code=code), 303)
    return _made(event, len(copies))


@blueprint.get("/slots")
@requires(Right.EDIT_EVENT)
def ask_slots(slug: str) -> str:
    """From when to when appointments are offered."""
    event = staff_event(slug, g.actor, Right.EDIT_EVENT)
    return _slots_page(event, SlotsForm.for_event(programme_of_event(event)))


@blueprint.post("/slots")
@requires(Right.EDIT_EVENT)
def make_slots(slug: str) -> Response:
    """Show the appointments, or make them."""
    event = staff_event(slug, g.actor, Right.EDIT_EVENT)
    programme = programme_of_event(event)
    form = SlotsForm.for_event(programme, request.form)
    asked = form.slots(programme.event)
    if asked is None:
        return make_response(_slots_page(event, form), 422)
    slots, at = asked
    made = appointments(slots, at, zone=programme.event.zone, taken=programme.session)
    if _are_wrong(form, programme, made):
        return make_response(_slots_page(event, form), 422)
    if request.form.get("do") != "save":
        return make_response(_slots_page(event, form, made))
    try:
        with transaction():
            add_sessions(event, made, at=now(), actor=g.actor)
            prepare_door(event)
    except BadDocument as bad:
        tell(form, bad.faults)
        return make_response(_slots_page(event, form), 422)
    return _made(event, len(made))


def _are_wrong(form: RepeatForm | SlotsForm, programme: Programme, sessions: list[EventSessionFacts]) -> bool:
    """Whether one of them could not stand in a file; then it is said above the form."""
    for one in sessions:
        faults = times_of_session(programme.event, session_document(one, programme.event))
        if faults:
            tell(form, faults)
            return True
    return False


def _made(event: Event, number: int) -> Response:
    told = ngettext("%(num)s session was made.", "%(num)s sessions were made.", number)
    flash(f"{told} {_('The public sees it after the next release.')}", "success")
    return redirect(url_for("sessions.listed", slug=event.slug), 303)


def _repeats_page(
    event: Event, session: EventSessionFacts, form: RepeatForm, copies: list[EventSessionFacts] | None = None
) -> str:
    return render_template("console/repeats.html", event=event, session=session, form=form, made=copies or [])


def _slots_page(event: Event, form: SlotsForm, made: list[EventSessionFacts] | None = None) -> str:
    return render_template("console/slots.html", event=event, form=form, made=made or [])
