"""The parts of a programme beside its sessions: looked at, added, changed, taken away."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, g, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.clock import now
from app.console.forms.editing import Difference, EditForm
from app.console.forms.fields import LANGUAGES
from app.console.forms.parts import (
    ORGANISATION_KINDS,
    ROLES_IN_EVENT,
    EventForm,
    OrganisationForm,
    RoomForm,
)
from app.console.views.sections import PART, SECTIONS, name_of, row_of, too_few, venue_asked_for, why_it_stays
from app.db import transaction
from app.errors import NotFound
from app.programme.models import Event, Organisation, Venue
from app.programme.operations import ChangedMeanwhile, TooFewPlaces
from app.programme.operations.parts import (
    StillUsed,
    Taken,
    add_part,
    change_part,
    change_roles,
    delete_part,
    use_venue,
)
from app.programme.queries import staff_event, took_part
from app.programme.queries.parts import (
    categories_of,
    organisations_of,
    other_venues_of,
    shared_with,
    sizes_of,
    speakers_of,
    venue_of_host,
    venues_of,
)
from app.web.actors import Right
from app.web.guards import requires

blueprint = Blueprint("planning", __name__, url_prefix="/console/events/<slug>/programme")


@blueprint.get("/")
@requires(Right.EDIT_EVENT)
def overview(slug: str) -> str:
    """What the programme is made of."""
    event = _event(slug)
    return render_template("console/programme/overview.html", event=event, sizes=sizes_of(event))


@blueprint.get("/facts")
@requires(Right.EDIT_EVENT)
def facts(slug: str) -> str:
    """The event itself, to be changed."""
    event = _event(slug)
    return _page(event, EventForm.of(event), _("The event itself"))


@blueprint.post("/facts")
@requires(Right.EDIT_EVENT)
def change_facts(slug: str) -> Response:
    """Keep what was typed of the event itself."""
    event = _event(slug)
    form = EventForm(request.form)
    if not form.validate():
        return make_response(_page(event, form, _("The event itself")), 422)
    try:
        with transaction():
            change_part(event, event, form.columns, version=form.seen_version, at=now(), actor=g.actor)
    except ChangedMeanwhile:
        return _told(event, form, _event(slug), _("The event itself"))
    flash(_("Saved. The public sees it after the next release."), "success")
    return redirect(url_for(".overview", slug=slug), 303)


@blueprint.get(f"/{PART}")
@requires(Right.EDIT_EVENT)
def parts(slug: str, section: str) -> str:
    """All parts of one sort."""
    event = _event(slug)
    if section == "rooms":
        raise NotFound
    lists: dict[str, Callable[[Event], Any]] = {
        "categories": categories_of, "venues": venues_of, "speakers": speakers_of, "organisations": organisations_of,
    }  # fmt: skip
    return render_template(
        "console/programme/parts.html",
        event=event,
        section=section,
        words=SECTIONS[section],
        rows=lists[section](event),
        others=other_venues_of(event) if section == "venues" else [],
        counted=took_part(event.id) if section == "organisations" else {},
        kinds=ORGANISATION_KINDS,
        roles=ROLES_IN_EVENT,
    )


@blueprint.get(f"/{PART}/+")
@requires(Right.EDIT_EVENT)
def blank(slug: str, section: str) -> str:
    """A form for a new one."""
    event = _event(slug)
    form = SECTIONS[section].form.of(**({"position": len(categories_of(event))} if section == "categories" else {}))
    if section == "rooms":
        form = RoomForm.of(position=len(venue_asked_for(event).rooms))
    return _page(event, form, SECTIONS[section].another, section=section)


@blueprint.post(f"/{PART}/+")
@requires(Right.EDIT_EVENT)
def add(slug: str, section: str) -> Response:
    """Add a new one."""
    event = _event(slug)
    sort = SECTIONS[section]
    form = sort.form(request.form)
    if not form.validate():
        return make_response(_page(event, form, sort.another, section=section), 422)
    try:
        with transaction():
            part = add_part(event, sort.new(event), form.columns, at=now(), actor=g.actor)
            _keep_roles(event, part, form)
    except Taken:
        _complain(form[sort.code], _("There is one with this code already. Choose another."))
        return make_response(_page(event, form, sort.another, section=section), 409)
    flash(_("Added. The public sees it after the next release."), "success")
    return redirect(_list_of(event, section), 303)


@blueprint.post("/venues/use")
@requires(Right.EDIT_EVENT)
def use(slug: str) -> Response:
    """A venue of the host that another event used is used here too."""
    event = _event(slug)
    venue = venue_of_host(event, request.form.get("venue", ""))
    with transaction():
        use_venue(event, venue, at=now(), actor=g.actor)
    return redirect(_list_of(event, "venues"), 303)


@blueprint.get(f"/{PART}/<path:key>")
@requires(Right.EDIT_EVENT)
def part(slug: str, section: str, key: str) -> str:
    """One part, to be changed."""
    event = _event(slug)
    row = SECTIONS[section].find(event, key)
    return _part_page(event, section, row, SECTIONS[section].form.of(row))


@blueprint.post(f"/{PART}/<path:key>")
@requires(Right.EDIT_EVENT)
def change(slug: str, section: str, key: str) -> Response:
    """Keep what was typed of one part."""
    event = _event(slug)
    sort = SECTIONS[section]
    row = sort.find(event, key)
    form = sort.form(request.form)
    form[sort.code].data = getattr(row_of(row), sort.code)
    if not form.validate():
        return make_response(_part_page(event, section, row, form), 422)
    try:
        with transaction():
            changed = change_part(event, row_of(row), form.columns, version=form.seen_version, at=now(), actor=g.actor)
            _keep_roles(event, changed, form)
    except ChangedMeanwhile:
        fresh = sort.find(event, key)
        return _told(event, form, fresh, name_of(fresh), section=section)
    except TooFewPlaces as few:
        _complain(form["capacity"], too_few(few))
        return make_response(_part_page(event, section, row, form), 409)
    flash(_("Saved. The public sees it after the next release."), "success")
    return redirect(_list_of(event, section), 303)


@blueprint.post(f"/{PART}/<path:key>/deletion")
@requires(Right.EDIT_EVENT)
def delete(slug: str, section: str, key: str) -> Response:
    """Take one part away."""
    event = _event(slug)
    row = SECTIONS[section].find(event, key)
    form = EditForm(request.form)
    try:
        with transaction():
            delete_part(event, row_of(row), version=form.seen_version, at=now(), actor=g.actor)
    except ChangedMeanwhile:
        flash(_("Somebody changed it meanwhile. Look at it again before you delete it."), "error")
        return redirect(url_for(".part", slug=slug, section=section, key=key), 303)
    except StillUsed as used:
        flash(why_it_stays(used), "error")
        return redirect(url_for(".part", slug=slug, section=section, key=key), 303)
    flash(_("Deleted."), "success")
    return redirect(_list_of(event, section), 303)


@blueprint.app_template_global()
def texts_languages() -> list[tuple[str, Any]]:
    """The languages that a text may have, with their names."""
    return list(LANGUAGES.items())


def _event(slug: str) -> Event:
    return staff_event(slug, g.actor, Right.EDIT_EVENT)


def _keep_roles(event: Event, part: Any, form: EditForm) -> None:
    if isinstance(form, OrganisationForm):
        change_roles(event, part, form.chosen_roles, took_part=form.took_part.data, at=now(), actor=g.actor)


def _list_of(event: Event, section: str) -> str:
    return url_for(".parts", slug=event.slug, section="venues" if section == "rooms" else section)


def _page(
    event: Event,
    form: EditForm,
    heading: Any,
    *,
    section: str = "",
    differences: list[Difference] | None = None,
    **more: Any,
) -> str:
    return render_template(
        "console/programme/form.html",
        event=event,
        form=form,
        heading=heading,
        section=section,
        words=SECTIONS.get(section),
        differences=differences or [],
        **more,
    )


def _part_page(event: Event, section: str, row: Any, form: EditForm, **more: Any) -> str:
    part = row_of(row)
    shared = shared_with(event, part) if isinstance(part, Venue | Organisation) else 0
    key = request.view_args["key"] if request.view_args else ""
    return _page(
        event, form, name_of(row), section=section, key=key, fixed=SECTIONS[section].code, shared=shared, **more
    )


def _told(event: Event, form: EditForm, fresh: Any, heading: Any, *, section: str = "") -> Response:
    """Nothing was overwritten: what was typed, beside what stands there now."""
    merged, differences = form.beside(fresh)
    if section:
        return make_response(_part_page(event, section, fresh, merged, differences=differences), 409)
    return make_response(_page(event, merged, heading, differences=differences), 409)


def _complain(field: Any, sentence: str) -> None:
    field.errors = [*field.errors, sentence]
