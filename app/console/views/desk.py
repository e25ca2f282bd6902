"""Registrations that came by telephone, fax or postcard: staff type them in and print the ticket."""

from typing import Any
from uuid import UUID

from flask import Blueprint, current_app, g, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.clock import now
from app.console.forms.desk import DeskForm, occasion_at_desk
from app.console.forms.teams import TeamDeskForm, TeamForm, team_days
from app.console.views.ticks import staff_choices
from app.db import transaction
from app.errors import DomainError, Refused
from app.outbox.worker import wake
from app.programme.models import Event
from app.programme.queries import is_released, staff_event
from app.programme.queries.things import organisations_in
from app.web.actors import Right
from app.web.guards import requires
from registrations.forms import new_form_key, read_form_key
from registrations.forms.questions import with_questions
from registrations.operations.staffing import register_by_staff
from registrations.queries import Offer, offer_at
from registrations.queries.doubles import Likeness, similar_to
from registrations.queries.history import tickets_of
from registrations.queries.listed import registration_in
from registrations.rules import LARGEST_GROUP, PartyKind, spoken
from registrations.views import shapes
from registrations.views.refusals import explain

blueprint = Blueprint("desk", __name__, url_prefix="/console/events/<slug>/registrations")


@blueprint.get("/new")
@requires(Right.EDIT_EVENT)
def ask(slug: str) -> Response:
    """The empty form."""
    event, offer = _offer(slug)
    form = _form(event, offer, language="ja", version=0, key=_new_key(offer))
    return _page(event, offer, form, 200)


@blueprint.post("/new")
@requires(Right.EDIT_EVENT)
def take(slug: str) -> Response:
    """Take it down; a likely double is shown first, and taken when it is sent again."""
    event, offer = _offer(slug)
    form = _form(event, offer, request.form)
    key = read_form_key(str(current_app.secret_key), form.key.data or "", event.id, at=offer.at)
    if key is None or key.expired:
        form.key.raw_data, form.key.data = None, _new_key(offer)
        form.form_errors = [_("This page was open for more than a day. Check what you typed and send it again.")]
        return _page(event, offer, form, 422)
    if not form.validate() & form.questions.validate(occasion_at_desk(form, offer.categories)):
        return _page(event, offer, form, 422)
    similar = similar_to(
        event.id, name=form.name.data, reading=form.reading.data, phone=form.phone.data, email=form.email.address
    )
    similar = [one for one in similar if one.form_key != key.nonce]
    if similar and form.again.data != "1":
        return _page(event, offer, form, 422, similar)
    try:
        with transaction():
            made = register_by_staff(
                event.id,
                form.application(),
                form.facts,
                form_key=key.nonce,
                answers=form.questions.answers,
                at=offer.at,
                actor=g.actor,
            )
    except DomainError as refusal:
        explain(refusal, form, offer.programme)
        return _page(event, offer, form, refusal.status)
    wake()
    return redirect(url_for(".taken", slug=slug, person=made.uuid), 303)


@blueprint.get("/<uuid:person>/taken")
@requires(Right.EDIT_EVENT)
def taken(slug: str, person: UUID) -> str:
    """Its number to read aloud, and the way to the ticket."""
    event = staff_event(slug, g.actor, Right.EDIT_EVENT)
    row = registration_in(event.id, person)
    return render_template(
        "console/registrations/taken.html", event=event, row=row, tickets=tickets_of(row.id), spoken=spoken
    )


def _offer(slug: str) -> tuple[Event, Offer]:
    """The event and what it offers. Raises Refused where nothing can be booked yet, or no more."""
    event = staff_event(slug, g.actor, Right.EDIT_EVENT)
    if event.status != "published" or not is_released(event.id):
        raise Refused("not_published", _("The event is not published. Publish it before you take registrations down."))
    return event, offer_at(slug, at=now())


def _form(event: Event, offer: Offer, typed: Any = None, **first: Any) -> Any:
    """For those who work at the event a form of their own, by the address."""
    if request.args.get("kind") != PartyKind.TEAM:
        form = DeskForm.for_event(offer.categories, offer.live.party_limit, typed, **first)
        return with_questions(form, offer.questions, offer.programme, typed, group=None, for_others=True)
    form = TeamDeskForm.for_event(offer.categories, LARGEST_GROUP, typed, **first)
    form.offer(organisations_in(event))
    return with_questions(form, offer.questions, offer.programme, typed, group=True, for_others=True)


def _new_key(offer: Offer) -> str:
    return new_form_key(str(current_app.secret_key), offer.live.id, offer.notice_id, at=offer.at)


def _page(event: Event, offer: Offer, form: Any, status: int, similar: list[Likeness] | None = None) -> Response:
    if similar:
        form.again.raw_data, form.again.data = None, "1"
    page = render_template(
        "console/registrations/form.html",
        event=event,
        row=None,
        form=form,
        similar=similar or [],
        days=team_days(offer, form) if isinstance(form, TeamForm) else staff_choices(offer, form),
        belongs=shapes.category_sentences(offer.categories),
    )
    return make_response(page, status)
