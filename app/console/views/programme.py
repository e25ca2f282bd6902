"""The programme's things but its sessions, to be added, changed and taken away by the organiser."""

from typing import Any

from flask import Blueprint, flash, g, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]

from analytics.queries.booked import booked_both_of
from app.clock import now
from app.console.forms.editing import Difference, EditForm
from app.console.forms.parts import ORGANISATION_ROLES
from app.console.forms.programme import TAKEN, EventForm, NewEventForm
from app.console.queries import hosts_of
from app.console.views.parts import PARTS, ROOMS, VENUES, Here, here_at, row_in
from app.db import db, transaction
from app.errors import NotFound, Refused
from app.programme.models import Event
from app.programme.operations import ChangedMeanwhile, TooFewPlaces
from app.programme.operations.editing import StillUsed, create_event
from app.programme.queries import programme_of_event, staff_event
from app.programme.queries.partners import waiting_in
from app.programme.queries.things import (
    counts_in,
    events_beside,
    other_venues,
    roles_by_organisation,
    session_titles,
    turnout,
)
from app.programme.rules.checks import remarks
from app.web.actors import Right
from app.web.guards import requires
from app.web.languages import plain
from checkin.operations import add_with_door, change_with_door, delete_with_door, use_with_door

blueprint = Blueprint("programme", __name__, url_prefix="/console/events")
REFUSALS = {
    "unknown_category": _l("Every event needs this category: people whose category nobody knows are counted in it."),
    "counted": _l("People are counted here already, or something else depends on it. It has to stay."),
}


@blueprint.get("/new")
@requires(Right.EDIT_EVENT)
def new_event() -> str:
    """The form for an event from nothing."""
    return render_template(
        "console/programme/new-event.html", form=_with_hosts(NewEventForm(data={"timezone": "Asia/Tokyo"}))
    )


@blueprint.post("/new")
@requires(Right.EDIT_EVENT)
def add_event() -> Response:
    """A draft, with categories to begin with."""
    form = _with_hosts(NewEventForm(request.form))
    if form.validate():
        try:
            with transaction():
                event = create_event(int(form.host.data), form.columns, at=now(), actor=g.actor)
            flash(_("The event is a draft now. Only the staff see it."), "success")
            return redirect(url_for(".overview", slug=event.slug), 303)
        except StillUsed:
            form.slug.errors = [TAKEN]
    return make_response(render_template("console/programme/new-event.html", form=form), 422)


@blueprint.get("/<slug>/programme/")
@requires(Right.EDIT_EVENT)
def overview(slug: str) -> str:
    """What the programme is made of."""
    event = staff_event(slug, g.actor, Right.EDIT_EVENT)
    whole = programme_of_event(event)
    doubts = remarks(whole, booked_both_of(event, whole.sessions))
    shown = {
        "counts": counts_in(event),
        "parts": PARTS,
        "programme": whole,
        "doubts": doubts,
        "suggested": waiting_in(event),
    }
    return render_template("console/programme/overview.html", event=event, **shown)


@blueprint.get("/<slug>/programme/event")
@requires(Right.EDIT_EVENT)
def facts(slug: str) -> str:
    """The event's own facts."""
    event = staff_event(slug, g.actor, Right.EDIT_EVENT)
    return _facts_page(event, EventForm.of(event))


@blueprint.post("/<slug>/programme/event")
@requires(Right.EDIT_EVENT)
def save_facts(slug: str) -> Response:
    """Change the event's own facts."""
    event = staff_event(slug, g.actor, Right.EDIT_EVENT)
    form = EventForm(request.form)
    if not form.validate():
        return make_response(_facts_page(event, form), 422)
    try:
        with transaction():
            change_with_door(event, Event, event.id, form.columns, version=form.seen_version, at=now(), actor=g.actor)
    except ChangedMeanwhile:
        moved, differences = form.beside(staff_event(slug, g.actor, Right.EDIT_EVENT))
        return make_response(_facts_page(event, moved, differences), 409)
    flash(_("Saved."), "success")
    return redirect(url_for(".overview", slug=slug), 303)


@blueprint.get("/<slug>/programme/<part>")
@requires(Right.EDIT_EVENT)
def listed(slug: str, part: str) -> str:
    """All things of one kind."""
    here = here_at(slug, part)
    return render_template(
        "console/programme/list.html",
        event=here.event,
        place=here,
        turnout=turnout(here.event.id),
        roles=roles_by_organisation(here.event),
        role_words=ORGANISATION_ROLES,
        others=other_venues(here.event) if part == VENUES else [],
    )


@blueprint.post("/<slug>/programme/shared-venues")
@requires(Right.EDIT_EVENT)
def share_venue(slug: str) -> Response:
    """A venue of the host serves this event too."""
    event = staff_event(slug, g.actor, Right.EDIT_EVENT)
    wanted = row_in(other_venues(event), PARTS[VENUES], request.form.get("venue", ""))
    ident = wanted.id
    with transaction():
        use_with_door(event, ident, at=now(), actor=g.actor)
    flash(_("Saved."), "success")
    return redirect(url_for(".listed", slug=slug, part=VENUES), 303)


@blueprint.get("/<slug>/programme/new/<part>")
@blueprint.get("/<slug>/programme/new/<whose>/<owner>/<part>")
@requires(Right.EDIT_EVENT)
def new(slug: str, part: str, whose: str | None = None, owner: str | None = None) -> str:
    """The form for a new thing."""
    here = here_at(slug, part, whose, owner)
    last = max((row.position for row in here.rows if hasattr(row, "position")), default=-1)
    return _form_page(here, here.part.form.of(position=last + 1))


@blueprint.post("/<slug>/programme/<part>")
@blueprint.post("/<slug>/programme/<whose>/<owner>/<part>")
@requires(Right.EDIT_EVENT)
def add(slug: str, part: str, whose: str | None = None, owner: str | None = None) -> Response:
    """A new thing."""
    here = here_at(slug, part, whose, owner)
    form = here.part.form(request.form)
    if not form.validate():
        return make_response(_form_page(here, form), 422)
    try:
        with transaction():
            row = here.part.new_row(here.event, here.owner, form.columns)
            add_with_door(here.event, row, at=now(), actor=g.actor)
    except StillUsed:
        form.form_errors.append(TAKEN)
        return make_response(_form_page(here, form), 422)
    flash(_("Saved."), "success")
    return redirect(here.up(), 303)


@blueprint.get("/<slug>/programme/<part>/<key>")
@blueprint.get("/<slug>/programme/<whose>/<owner>/<part>/<key>")
@requires(Right.EDIT_EVENT)
def show(slug: str, part: str, key: str, whose: str | None = None, owner: str | None = None) -> str:
    """One thing as it stands, to be changed."""
    here = here_at(slug, part, whose, owner)
    row = row_in(here.rows, here.part, key)
    return _form_page(here, here.part.form.of(row), row)


@blueprint.post("/<slug>/programme/<part>/<key>")
@blueprint.post("/<slug>/programme/<whose>/<owner>/<part>/<key>")
@requires(Right.EDIT_EVENT)
def change(slug: str, part: str, key: str, whose: str | None = None, owner: str | None = None) -> Response:
    """Change one thing; what somebody else changed meanwhile stands beside what was typed."""
    here = here_at(slug, part, whose, owner)
    row = row_in(here.rows, here.part, key)
    form, ident = here.part.form(request.form), row.id
    if not form.validate():
        return make_response(_form_page(here, form, row), 422)
    try:
        with transaction():
            change_with_door(
                here.event, here.part.kind, ident, form.columns, version=form.seen_version, at=now(), actor=g.actor
            )
    except ChangedMeanwhile:
        fresh = db.session.get_one(here.part.kind, ident)
        moved, differences = form.beside(fresh)
        return make_response(_form_page(here, moved, fresh, differences), 409)
    except (TooFewPlaces, StillUsed) as no:
        form.form_errors.append(_why_not(no, ident))
        return make_response(_form_page(here, form, db.session.get_one(here.part.kind, ident)), 409)
    flash(_("Saved."), "success")
    return redirect(here.up(), 303)


@blueprint.post("/<slug>/programme/<part>/<key>/removal")
@blueprint.post("/<slug>/programme/<whose>/<owner>/<part>/<key>/removal")
@requires(Right.EDIT_EVENT)
def remove(slug: str, part: str, key: str, whose: str | None = None, owner: str | None = None) -> Response:
    """Take one thing away, or out of this event."""
    here = here_at(slug, part, whose, owner)
    row = row_in(here.rows, here.part, key)
    ident, seen = row.id, request.form.get("version", 0, type=int)
    try:
        with transaction():
            delete_with_door(here.event, here.part.kind, ident, version=seen, at=now(), actor=g.actor)
    except ChangedMeanwhile as no:
        raise Refused(no.code, _("Somebody else changed this meanwhile. Look at it again first.")) from None
    except StillUsed as no:
        raise Refused(no.code, _why_not(no, ident)) from None
    flash(_("Taken away."), "success")
    return redirect(here.up(), 303)


def _form_page(here: Here, form: EditForm, row: Any = None, differences: list[Difference] | None = None) -> str:
    inner = {"venues": "rooms", "organisations": "roles"}.get(here.name) if row is not None else None
    return render_template(
        "console/programme/form.html",
        event=here.event,
        place=here,
        parts=PARTS,
        form=form,
        row=row,
        differences=differences,
        others=events_beside(here.event, here.owner if here.name == ROOMS else row),
        inner=Here(here.event, PARTS[inner], inner, row) if inner else None,
    )


def _facts_page(event: Event, form: EditForm, differences: list[Difference] | None = None) -> str:
    return render_template("console/programme/facts.html", event=event, form=form, differences=differences)


def _with_hosts(form: NewEventForm) -> NewEventForm:
    form.host.choices = [SelectChoice(str(host.id), plain(host.name)) for host in hosts_of(g.actor, Right.EDIT_EVENT)]
    if not form.host.choices:
        raise NotFound
    return form


def _why_not(no: Refused, ident: int) -> str:
    """A refusal as a sentence, with the sessions it is about by name."""
    if isinstance(no, TooFewPlaces):
        titles = session_titles([one.session for one in no.shortages], ident)
        told = [
            _("%(session)s: %(promised)s promised, %(capacity)s places", session=plain(titles.get(one.session, {})),
              promised=one.promised, capacity=one.capacity)
            for one in no.shortages
        ]  # fmt: skip
        return str(
            _("More people are promised a place than the room would take. %(sessions)s", sessions="; ".join(told))
        )
    if isinstance(no, StillUsed) and no.sessions:
        named = "; ".join(plain(title) for title in no.sessions)
        return str(_("These sessions use it. Change them first: %(sessions)s", sessions=named))
    return str(REFUSALS.get(no.code, TAKEN))
