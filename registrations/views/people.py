"""The people of a party by name: what they are called, a ticket each, one who does not come, one more who does."""

from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.clock import now
from app.db import transaction
from app.errors import DomainError, NotFound
from app.outbox.worker import wake
from app.programme.rules.facts import Programme
from app.web.guards import public
from app.web.languages import local
from registrations.forms.people import MoreForm, NamesForm
from registrations.operations import LargerThanSession, RegistrationClosed, SessionsFull, SessionsOverlap
from registrations.operations.naming import name_people, one_ticket_again, ticket_each
from registrations.operations.people import add_person, drop_person
from registrations.operations.refusals import (
    ChangedElsewhere,
    NobodyLeft,
    NotAllNamed,
    PartyTooLarge,
    SomebodyCame,
)
from registrations.queries import Offer, Sheet, offer_at, party_of, sheet_by_link
from registrations.queries.entered import somebody_came
from registrations.queries.people import Person, category_ids, has_own_tickets, people_of
from registrations.rules import Window
from registrations.views.links import nameable, sheet_frame
from registrations.views.refusals import BY_NAME, titles_of
from registrations.views.registering import Page
from registrations.views.tickets import found, private

DONE = ("named", "each", "together", "dropped", "joined")
SENTENCES: dict[type[DomainError], Any] = {
    ChangedElsewhere: _l("The registration was changed in another window meanwhile. Check below and send it again."),
    SomebodyCame: _l("Somebody was let in already. What the door wrote down stays as it is."),
    NotAllNamed: _l("Everybody needs a name or a nickname for a ticket of their own."),
    NobodyLeft: _l("Nobody would be left. Cancel the registration instead."),
    RegistrationClosed: _l("Registration has closed. You can still give places back, but not add any."),
    **BY_NAME,
}
blueprint = Blueprint("named_people", __name__)


@blueprint.get("/r/<link>/people")
@public
def show(link: str) -> Page:
    """Names, tickets, and who comes or does not."""
    sheet = found(sheet_by_link(link))
    if not nameable(sheet):
        return redirect(f"/r/{link}", 303)
    return _page(sheet, 200)


@blueprint.post("/r/<link>/people")
@public
def save(link: str) -> Page:
    """Keep the names."""
    sheet = found(sheet_by_link(link))
    if not nameable(sheet):
        return redirect(f"/r/{link}", 303)
    form = _names(sheet, people_of(sheet.registration.id), request.form)
    if not form.validate():
        return _page(sheet, 422, names=form)
    try:
        with transaction():
            name_people(sheet.registration.id, form.names, version=form.version.data or 0)
    except DomainError as refusal:
        return _sorry(link, refusal, request.form)
    return redirect(f"/r/{link}/people?done=named", 303)


@blueprint.post("/r/<link>/people/tickets")
@public
def tickets(link: str) -> Page:
    """A ticket each, or one for all again."""
    sheet = found(sheet_by_link(link))
    if not nameable(sheet):
        return redirect(f"/r/{link}", 303)
    each = request.form.get("each") == "1"
    try:
        with transaction():
            (ticket_each if each else one_ticket_again)(sheet.registration.id, at=now())
    except DomainError as refusal:
        return _sorry(link, refusal)
    wake()
    return redirect(f"/r/{link}/people?done={'each' if each else 'together'}", 303)


@blueprint.post("/r/<link>/people/more")
@public
def add(link: str) -> Page:
    """One more comes."""
    sheet = found(sheet_by_link(link))
    if not nameable(sheet):
        return redirect(f"/r/{link}", 303)
    offer = offer_at(sheet.live.slug, at=now())
    form = _more(sheet, offer, request.form)
    if not form.validate():
        return _page(sheet, 422, more=form)
    try:
        with transaction():
            add_person(
                sheet.registration.id,
                form.known[form.category.data],
                form.named,
                everywhere=bool(form.sessions.data),
                version=form.version.data or 0,
                at=offer.at,
            )
    except DomainError as refusal:
        return _sorry(link, refusal, more=request.form)
    wake()
    return redirect(f"/r/{link}/people?done=joined", 303)


@blueprint.get("/r/<link>/people/<uuid:person>/drop")
@public
def ask_drop(link: str, person: UUID) -> Page:
    """Once more, before the places go to others."""
    sheet = found(sheet_by_link(link))
    if not nameable(sheet):
        return redirect(f"/r/{link}", 303)
    return _drop_page(sheet, _person(sheet, person), 200)


@blueprint.post("/r/<link>/people/<uuid:person>/drop")
@public
def drop(link: str, person: UUID) -> Page:
    """This one does not come."""
    sheet = found(sheet_by_link(link))
    if not nameable(sheet):
        return redirect(f"/r/{link}", 303)
    one = next((one for one in people_of(sheet.registration.id) if one.uuid == person), None)
    if one is None:
        return redirect(f"/r/{link}/people", 303)
    try:
        with transaction():
            drop_person(sheet.registration.id, one.id, at=now())
    except DomainError as refusal:
        return _drop_page(sheet, one, refusal.status, sorry=_sentence(refusal, sheet))
    wake()
    return redirect(f"/r/{link}/people?done=dropped", 303)


def _page(sheet: Sheet, status: int, *, names: Any = None, more: Any = None, sorry: str | None = None) -> Page:
    offer, people = offer_at(sheet.live.slug, at=now()), people_of(sheet.registration.id)
    done = request.args.get("done")
    page = render_template(
        "registrations/people.html",
        **sheet_frame(sheet),
        names=names or _names(sheet, people),
        more=more or _more(sheet, offer),
        open=offer.window is Window.OPEN,
        people=[one for one in people if one.name],
        each=has_own_tickets(people),
        all_named=_all_named(sheet, people),
        came=somebody_came(sheet.registration.id),
        sorry=sorry,
        done=done if done in DONE else None,
    )
    return private(page, status)


def _sorry(link: str, refusal: DomainError, typed: Any = None, *, more: Any = None) -> Page:
    """The page with what was typed and as the registration stands now, and why not."""
    sheet = found(sheet_by_link(link))
    if not nameable(sheet):
        return redirect(f"/r/{link}", 303)
    people, offer = people_of(sheet.registration.id), offer_at(sheet.live.slug, at=now())
    names = _fresh(_names(sheet, people, typed), sheet) if typed is not None else None
    again = _fresh(_more(sheet, offer, more), sheet) if more is not None else None
    return _page(sheet, refusal.status, names=names, more=again, sorry=_sentence(refusal, sheet, offer))


def _drop_page(sheet: Sheet, person: Person, status: int, *, sorry: str | None = None) -> Page:
    page = render_template(
        "registrations/drop.html",
        **sheet_frame(sheet),
        person=person,
        label=local(person.label),
        each=person.ticket_id is not None,
        sorry=sorry,
    )
    return private(page, status)


def _person(sheet: Sheet, uuid: UUID) -> Person:
    """Raises NotFound for who is not of this party, and for who has left it."""
    for one in people_of(sheet.registration.id):
        if one.uuid == uuid:
            return one
    raise NotFound


def _names(sheet: Sheet, people: list[Person], typed: Any = None) -> Any:
    row = sheet.registration
    each = has_own_tickets(people)
    return NamesForm.for_party(party_of(row.id), people, typed, all_named=each, version=row.version)


def _more(sheet: Sheet, offer: Offer, typed: Any = None) -> Any:
    ids = category_ids(sheet.live.id)
    return MoreForm.for_event(offer.categories, ids, typed, version=sheet.registration.version, sessions=True)


def _fresh(form: Any, sheet: Sheet) -> Any:
    """With the version that stands now, so that it can be sent again."""
    form.version.data, form.version.raw_data = sheet.registration.version, None
    return form


def _all_named(sheet: Sheet, people: list[Person]) -> bool:
    party = sum(one.number for one in party_of(sheet.registration.id))
    return sum(1 for one in people if one.name) >= party


def _sentence(refusal: DomainError, sheet: Sheet, offer: Offer | None = None) -> str:
    return why_not(refusal, (offer or offer_at(sheet.live.slug, at=now())).programme)


def why_not(refusal: DomainError, programme: Programme) -> str:
    """Why not, and what can be done. Raises the refusal again if nothing can be said about it."""
    match refusal:
        case PartyTooLarge():
            limit = refusal.limit
            more = _("One registration brings from 1 to %(limit)s people. For more, ask the organiser.", limit=limit)
            return str(more)
        case SessionsFull() | LargerThanSession():
            titles = titles_of(refusal.codes, programme)
            return str(
                _("No place is left here: %(titles)s. Untick that they come to the sessions too.", titles=titles)
            )
        case SessionsOverlap():
            titles = titles_of(refusal.groups[0], programme)
            return str(_("These are at the same time: %(titles)s. Choose one of them.", titles=titles))
    if type(refusal) not in SENTENCES:
        raise refusal
    return str(SENTENCES[type(refusal)])
