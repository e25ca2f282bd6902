"""A school class or a delegation registers: three numbers or numbers by category, and never a child's name."""

from typing import Any

from flask import Blueprint, redirect, render_template, request

from app.clock import now
from app.db import transaction
from app.errors import DomainError, NotFound
from app.outbox.worker import wake
from app.web.guards import public
from app.web.languages import current_language
from registrations.forms import FormKey, GroupForm, class_roles, read_form_key
from registrations.forms.questions import occasion_of, with_questions
from registrations.operations import RegistrationClosed, register
from registrations.operations.confirming import ask_to_confirm, refuse_crowd
from registrations.operations.consents import Photo
from registrations.queries import Offer, offer_at, registration_by_form_key
from registrations.rules import LARGEST_GROUP, PartyKind, Window
from registrations.views import shapes, traps
from registrations.views.refusals import explain
from registrations.views.registering import (
    GROUP_PATHS,
    Page,
    closed_page,
    form_secret,
    frame,
    is_good,
    new_key,
    too_many,
    wait_a_minute,
)
from registrations.views.ways import ways_in

blueprint = Blueprint("group_registration", __name__)
KINDS = {path: kind for kind, path in GROUP_PATHS.items()}


@blueprint.get("/events/<slug>/register/<any('class', 'delegation'):kind>")
@public
def ask(slug: str, kind: str) -> Page:
    """The form of who brings a group."""
    offer = _offer(slug, kind)
    if offer.window is not Window.OPEN:
        return closed_page(offer, 200)
    return _page(offer, _form(offer, kind, key=new_key(offer), sessions=request.args.getlist("session")), kind, 200)


@blueprint.post("/events/<slug>/register/<any('class', 'delegation'):kind>")
@public
def take(slug: str, kind: str) -> Page:
    """Take the group's registration; nothing typed is lost on any error."""
    offer = _offer(slug, kind)
    form = _form(offer, kind, request.form)
    key = read_form_key(form_secret(), form.key.data or "", offer.live.id, at=offer.at)
    if too_many():
        form.form_errors = [wait_a_minute()]
        return _sorry(offer, form, kind, key, status=429)
    valid = form.validate() & form.questions.validate(occasion_of(form, group=True))
    if offer.window is not Window.OPEN or not valid or not is_good(key, form, at=offer.at):
        return _sorry(offer, form, kind, key)
    assert key is not None
    application = form.application(current_language(), offer.event.zone)
    crowd = traps.crowd(application, key, most=LARGEST_GROUP, at=offer.at)
    if crowd.too_large() or crowd.too_quick():
        form.form_errors = [wait_a_minute() if crowd.too_large() else traps.that_was_quick()]
        return _sorry(offer, form, kind, key, status=429 if crowd.too_large() else 422)
    try:
        with transaction():
            registration = register(
                offer.live.id,
                application,
                at=offer.at,
                form_key=key.nonce,
                notice_id=key.notice_id,
                photo=Photo(key.photo_id, given=form.photo.data) if key.photo_id else None,
                answered_by=form.answered_by,
                answers=form.questions.answers,
            )
            refuse_crowd(registration, limit=offer.live.address_limit)
            if traps.asks_for_mail(offer.live):
                ask_to_confirm(registration, at=offer.at)
    except DomainError as refusal:
        return _sorry(offer_at(slug, at=offer.at), form, kind, key, refusal=refusal)
    crowd.count()
    wake()
    return redirect(traps.address_after(registration, offer.live), 303)


def _offer(slug: str, kind: str) -> Offer:
    """The event, while it lets such groups register. Raises NotFound."""
    offer = offer_at(slug, at=now())
    if KINDS[kind] not in offer.live.party_kinds:
        raise NotFound
    return offer


def _form(offer: Offer, kind: str, typed: Any = None, **first: Any) -> Any:
    tied, age = dict(offer.live.class_categories), offer.live.guardian_age
    form = GroupForm.for_event(offer.categories, KINDS[kind], tied, typed, age=age, **first)
    return with_questions(form, offer.questions, offer.programme, typed, group=True)


def _sorry(
    offer: Offer,
    form: Any,
    kind: str,
    key: FormKey | None,
    *,
    refusal: DomainError | None = None,
    status: int = 422,
) -> Page:
    if key is not None and (first := registration_by_form_key(key.nonce)) is not None:
        return redirect(traps.address_after(first, offer.live), 303)
    if offer.window is not Window.OPEN or isinstance(refusal, RegistrationClosed):
        return closed_page(offer, 409)
    if refusal is not None:
        explain(refusal, form, offer.programme)
    if key is None or key.expired:
        form.key.data = new_key(offer)
    return _page(offer, form, kind, refusal.status if refusal else status)


def _page(offer: Offer, form: Any, kind: str, status: int) -> Page:
    roles = class_roles(offer.categories, dict(offer.live.class_categories))
    sentences = shapes.category_sentences(offer.categories)
    page = render_template(
        "registrations/group.html",
        **frame(offer),
        form=form,
        kind=kind,
        days=shapes.day_choices(offer, form),
        ways=ways_in(offer.programme, form),
        belongs={} if roles and KINDS[kind] is PartyKind.CLASS else sentences,
        first_day=f"{offer.event.starts_on:%Y-%m-%d}T00:00",
        last_day=f"{offer.event.ends_on:%Y-%m-%d}T23:59",
    )
    return page, status
