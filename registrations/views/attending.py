"""One session of a registration: who of the party comes, taking an offer, leaving the waiting list."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.clock import now
from app.db import transaction
from app.errors import DomainError, NotFound
from app.outbox.worker import wake
from app.programme.rules.facts import EventSessionFacts
from app.web.guards import public
from registrations.forms.attending import AttendByNameForm, AttendForm
from registrations.operations import (
    AlreadyCancelled,
    NoOffer,
    StoppedByOrganiser,
    accept,
    attend,
    confirm_numbers,
)
from registrations.queries import BookedSession, Offer, Sheet, offer_at, party_of, sheet_by_link
from registrations.queries.attending import seats_in
from registrations.queries.people import has_own_tickets, people_of, sessions_by_person
from registrations.views import shapes
from registrations.views.links import changeable
from registrations.views.refusals import explain
from registrations.views.registering import Page, frame
from registrations.views.tickets import found, private

blueprint = Blueprint("one_session", __name__)


@dataclass(frozen=True)
class OneSession:
    """A registration in one session of its event."""

    sheet: Sheet
    offer: Offer
    session: EventSessionFacts
    booked: BookedSession


@blueprint.get("/r/<link>/sessions/<code>")
@public
def ask(link: str, code: str) -> Page:
    """Who comes to this session."""
    one = _one(link, code)
    if one is None:
        return redirect(f"/r/{link}", 303)
    return _page(one, _form(one), 200)


@blueprint.post("/r/<link>/sessions/<code>")
@public
def save(link: str, code: str) -> Page:
    """Send these people and no others; nobody at all leaves the session."""
    one = _one(link, code)
    if one is None:
        return redirect(f"/r/{link}", 303)
    form = _form(one, request.form)
    if form.is_of_before:
        form = _form(one)
        form.form_errors.append(
            _("The registration was changed in another window meanwhile. Check below and send it again.")
        )
        return _page(one, form, 409)
    if not form.validate():
        return _page(one, form, 422)
    waits = code in (form.waiting.data or ())
    try:
        with transaction():
            attend(one.sheet.registration.id, code, form.seats, waits=waits, at=one.offer.at)
    except (AlreadyCancelled, StoppedByOrganiser):
        return redirect(f"/r/{link}", 303)
    except DomainError as refusal:
        explain(refusal, form, one.offer.programme)
        return _page(_one(link, code) or one, form, refusal.status)
    wake()
    return redirect(f"/r/{link}?done=changed", 303)


@blueprint.post("/r/<link>/sessions/<code>/offer")
@public
def take_offer(link: str, code: str) -> Response:
    """Take the places that are offered."""
    sheet = found(sheet_by_link(link))
    done = "taken"
    try:
        with transaction():
            accept(sheet.registration.id, code, at=now())
    except NoOffer:
        done = "late"
    except DomainError:
        return redirect(f"/r/{link}", 303)
    wake()
    return redirect(f"/r/{link}?done={done}", 303)


@blueprint.post("/r/<link>/numbers")
@public
def numbers_stand(link: str) -> Response:
    """The contact of a class says that its numbers stand."""
    sheet = found(sheet_by_link(link))
    if changeable(sheet):
        with transaction():
            confirm_numbers(sheet.registration.id, at=now())
    return redirect(f"/r/{link}?done=confirmed", 303)


def _one(link: str, code: str) -> OneSession | None:
    """None: nothing can be changed here (any more). Raises NotFound for what is not booked."""
    sheet = found(sheet_by_link(link))
    booked = next((one for one in sheet.standing if one.code == code), None)
    if booked is None:
        raise NotFound
    offer = offer_at(sheet.live.slug, at=now())
    session = offer.programme.session.get(code)
    settled = booked.holds_places and offer.at >= booked.door_opens_at
    if not changeable(sheet) or session is None or settled:
        return None
    return OneSession(sheet, offer, session, booked)


def _form(one: OneSession, typed: Any = None) -> Any:
    """By name where everybody has a ticket of their own, else numbers."""
    registration_id, code = one.sheet.registration.id, one.session.code
    people = people_of(registration_id)
    if has_own_tickets(people):
        places = sessions_by_person(registration_id)
        coming = [person.id for person in people if code in places.get(person.id, ())]
        return AttendByNameForm.for_people(people, typed, coming=coming)
    seats = seats_in(registration_id, code)
    return AttendForm.for_party(one.offer.categories, party_of(registration_id), typed, seats=seats)


def _page(one: OneSession, form: Any, status: int) -> Page:
    row = shapes.booked_row(one.booked, one.offer.event.zone, changeable=False)
    waits = form.too_full and one.offer.waitable(one.session)
    page = render_template(
        "registrations/attend.html",
        **frame(one.offer),
        form=form,
        row=row,
        link=one.sheet.registration.link,
        waits=shapes.choice(one.offer, one.session, form, one.booked) if waits else None,
        belongs=shapes.category_sentences(one.offer.categories),
    )
    return private(page, status)
