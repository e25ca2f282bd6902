"""The people of one party by name, as staff change them: names, a ticket each or one for all, one more who comes."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, g, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.clock import now
from app.console.views.registration import changeable
from app.db import transaction
from app.errors import DomainError, Refused
from app.outbox.worker import wake
from app.programme.models import Event
from app.programme.queries import staff_event
from app.web.actors import Right
from app.web.guards import requires
from registrations.forms.people import MoreForm, NamesForm
from registrations.models import Registration
from registrations.operations import AlreadyCancelled, StoppedByOrganiser
from registrations.operations.staff_people import add_by_staff, name_by_staff, tickets_by_staff
from registrations.queries import offer_at, party_of
from registrations.queries.entered import somebody_came
from registrations.queries.listed import registration_in
from registrations.queries.people import category_ids, has_own_tickets, people_of
from registrations.rules import NAMED_KINDS
from registrations.views.people import why_not

blueprint = Blueprint("staff_names", __name__, url_prefix="/console/events/<slug>/registrations/<uuid:person>/names")


@blueprint.get("")
@requires(Right.EDIT_EVENT)
def show(slug: str, person: UUID) -> Response:
    """Names and tickets as they are."""
    event, row = _own(slug, person)
    if not _nameable(event, row):
        return _back(slug, person)
    return _page(event, row, 200)


@blueprint.post("")
@requires(Right.EDIT_EVENT)
def save(slug: str, person: UUID) -> Response:
    """Keep the names."""
    event, row = _changing(slug, person)
    form = _names(row, request.form)
    if not form.validate():
        return _page(event, row, 422, names=form)
    version = form.version.data or 0
    try:
        with transaction():
            name_by_staff(row.id, form.names, version=version, at=now(), actor=g.actor)
    except DomainError as refusal:
        return _sorry(event, person, refusal, names=request.form)
    return _said(slug, person, _("The names are saved."))


@blueprint.post("/tickets")
@requires(Right.EDIT_EVENT)
def tickets(slug: str, person: UUID) -> Response:
    """A ticket each, or one for all again."""
    event, row = _changing(slug, person)
    each = request.form.get("each") == "1"
    try:
        with transaction():
            tickets_by_staff(row.id, each=each, at=now(), actor=g.actor)
    except DomainError as refusal:
        return _sorry(event, person, refusal)
    wake()
    return _said(slug, person, _("Everybody has a ticket now.") if each else _("All of them have one ticket again."))


@blueprint.post("/more")
@requires(Right.EDIT_EVENT)
def add(slug: str, person: UUID) -> Response:
    """One more comes."""
    event, row = _changing(slug, person)
    form = _more(event, row, request.form)
    if not form.validate():
        return _page(event, row, 422, more=form)
    category, everywhere, version = form.known[form.category.data], bool(form.sessions.data), form.version.data or 0
    try:
        with transaction():
            add_by_staff(row.id, category, form.named, everywhere=everywhere, version=version, at=now(), actor=g.actor)
    except DomainError as refusal:
        return _sorry(event, person, refusal, more=request.form)
    wake()
    return _said(slug, person, _("This person comes too."))


def _own(slug: str, person: UUID) -> tuple[Event, Registration]:
    event = staff_event(slug, g.actor, Right.EDIT_EVENT)
    return event, registration_in(event.id, person)


def _changing(slug: str, person: UUID) -> tuple[Event, Registration]:
    """Raises Refused for whose people have no names, or cannot change any more."""
    event, row = _own(slug, person)
    if not _nameable(event, row):
        raise Refused("not_changeable", _("This registration can no longer be changed."))
    return event, row


def _nameable(event: Event, row: Registration) -> bool:
    return row.party_kind in NAMED_KINDS and changeable(event, row)


def _page(event: Event, row: Registration, status: int, **given: Any) -> Response:
    people = people_of(row.id)
    party = sum(one.number for one in party_of(row.id))
    page = render_template(
        "console/registrations/names.html",
        event=event,
        row=row,
        names=given.get("names") or _names(row),
        more=given.get("more") or _more(event, row),
        each=has_own_tickets(people),
        all_named=party > 1 and sum(1 for one in people if one.name) >= party,
        came=somebody_came(row.id),
        sorry=given.get("sorry"),
    )
    return make_response(page, status)


def _sorry(event: Event, person: UUID, refusal: DomainError, *, names: Any = None, more: Any = None) -> Response:
    """The page with what was typed, as the registration stands now, and why not."""
    if isinstance(refusal, AlreadyCancelled | StoppedByOrganiser):
        return _back(event.slug, person)
    row = registration_in(event.id, person)
    sorry = why_not(refusal, offer_at(event.slug, at=now()).programme)
    typed = {"names": _names(row, names) if names else None, "more": _more(event, row, more) if more else None}
    for form in filter(None, typed.values()):
        form.version.data, form.version.raw_data = row.version, None
    return _page(event, row, refusal.status, sorry=sorry, **typed)


def _names(row: Registration, typed: Any = None) -> Any:
    people = people_of(row.id)
    each = has_own_tickets(people)
    return NamesForm.for_party(party_of(row.id), people, typed, all_named=each, version=row.version)


def _more(event: Event, row: Registration, typed: Any = None) -> Any:
    offer, ids = offer_at(event.slug, at=now()), category_ids(event.id)
    return MoreForm.for_event(offer.categories, ids, typed, version=row.version, sessions=True)


def _said(slug: str, person: UUID, sentence: str) -> Response:
    flash(sentence, "success")
    return redirect(url_for(".show", slug=slug, person=person), 303)


def _back(slug: str, person: UUID) -> Response:
    return redirect(url_for("one_registration.show", slug=slug, person=person), 303)
