"""One registration: everything that is known of it, and what staff can do with it."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, g, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from analytics.exports.words import METHODS
from app.clock import now
from app.console.forms import words
from app.console.forms.desk import StaffForm
from app.console.forms.teams import TeamForm, team_days
from app.console.views.ticks import staff_choices
from app.db import transaction
from app.errors import DomainError, Refused
from app.outbox.worker import wake
from app.programme.models import Event
from app.programme.queries import is_released, staff_event
from app.programme.queries.things import organisations_in
from app.web.actors import Right
from app.web.guards import requires
from checkin.queries.persons import passages_of, refused_scans_of
from registrations.models import Registration
from registrations.operations import AlreadyCancelled, RegistrationClosed, StoppedByOrganiser
from registrations.operations.answering import QuestionsChanged
from registrations.operations.refusals import ChangedSince, NobodyLeft, NumbersByName, SomebodyCame, TeamStays
from registrations.operations.staff_people import drop_by_staff
from registrations.operations.staffing import (
    NoAddress,
    NotStanding,
    block,
    change_by_staff,
    facts_of,
    send_again,
    unblock,
)
from registrations.queries import Offer, consents_of, offer_at, party_of, sheet_of
from registrations.queries.asked import Asked, asked_of
from registrations.queries.history import acts_on, answers_of, attendees_of, bookings_of, letters_about, tickets_of
from registrations.queries.listed import registration_in
from registrations.queries.questions import asked_now
from registrations.rules import LARGEST_GROUP, NAMED_KINDS, PartyKind, spoken
from registrations.views import shapes
from registrations.views.refusals import explain

blueprint = Blueprint("one_registration", __name__, url_prefix="/console/events/<slug>/registrations/<uuid:person>")


@blueprint.get("")
@requires(Right.EDIT_EVENT)
def show(slug: str, person: UUID) -> str:
    """The whole history."""
    event, row = _own(slug, person)
    return render_template(
        "console/registrations/one.html",
        event=event,
        row=row,
        party=party_of(row.id),
        attendees=attendees_of(row.id),
        tickets=tickets_of(row.id),
        bookings=bookings_of(row.id),
        answers=answers_of(row.id),
        asked=asked_by(event, row),
        consents=consents_of(row.id),
        letters=letters_about(row.id),
        passages=passages_of(row.id),
        refused=refused_scans_of(event.id, row.id),
        acts=acts_on(row, host_id=event.host_id),
        may_read_letters=g.actor.may(Right.READ_LETTERS, host_id=event.host_id, event_id=event.id),
        changeable=changeable(event, row),
        nameable=row.party_kind in NAMED_KINDS and changeable(event, row),
        spoken=spoken,
        words=words,
        methods=METHODS,
    )


@blueprint.get("/change")
@requires(Right.EDIT_EVENT)
def ask_change(slug: str, person: UUID) -> Response:
    """The form as the registration stands."""
    event, row = _own(slug, person)
    if not changeable(event, row):
        return redirect(url_for(".show", slug=slug, person=person), 303)
    offer = offer_at(slug, at=now())
    numbers = {f"with-{one.key}": one.number for one in party_of(row.id)}
    sheet = sheet_of(row.id)
    facts = facts_of(row)
    form = _form(
        event,
        row,
        offer,
        name=row.contact_name,
        email=row.contact_email or "",
        language=row.language,
        version=row.version,
        numbers_stand=row.numbers_confirmed_at is not None,
        sessions=[session.code for session in sheet.standing] if sheet else [],
        **{**vars(facts), "kind": facts.kind.value if facts.kind else ""},
        **numbers,
    )
    return _change_page(event, row, form, 200)


@blueprint.post("/change")
@requires(Right.EDIT_EVENT)
def make_change(slug: str, person: UUID) -> Response:
    """Make the registration what the form says."""
    event, row = _own(slug, person)
    if not changeable(event, row):
        raise Refused("not_changeable", _("This registration can no longer be changed."))
    at = now()
    offer = offer_at(slug, at=at)
    form = _form(event, row, offer, request.form, language=row.language)
    if not form.validate():
        return _change_page(event, row, form, 422)
    version = form.version.data or 0
    try:
        with transaction():
            change_by_staff(row.id, form.application(), form.facts, version=version, at=at, actor=g.actor)
    except (AlreadyCancelled, StoppedByOrganiser):
        return redirect(url_for(".show", slug=slug, person=person), 303)
    except DomainError as refusal:
        explain(refusal, form, offer.programme)
        row = registration_in(event.id, person)
        form.version.raw_data = None
        form.version.data = row.version
        return _change_page(event, row, form, refusal.status)
    wake()
    return _said(slug, person, _("The changes are saved."))


@blueprint.post("/people/<uuid:attendee>/drop")
@requires(Right.EDIT_EVENT)
def drop(slug: str, person: UUID, attendee: UUID) -> Response:
    """One named person does not come."""
    return _done(slug, person, drop_by_staff, _("This person was taken out of the party."), attendee)


@blueprint.post("/block")
@requires(Right.EDIT_EVENT)
def make_block(slug: str, person: UUID) -> Response:
    """No door admits on it."""
    return _done(slug, person, block, _("The registration is blocked. Doors refuse its ticket."))


@blueprint.post("/unblock")
@requires(Right.EDIT_EVENT)
def undo_block(slug: str, person: UUID) -> Response:
    """Doors admit on it again."""
    return _done(slug, person, unblock, _("The registration is no longer blocked."))


@blueprint.post("/letter")
@requires(Right.EDIT_EVENT)
def write_again(slug: str, person: UUID) -> Response:
    """The confirmation once more."""
    return _done(slug, person, send_again, _("The confirmation is on its way again, with ticket and private link."))


def _done(slug: str, person: UUID, act: Callable[..., Any], sentence: str, *more: Any) -> Response:
    _event, row = _own(slug, person)
    try:
        with transaction():
            act(row.id, *more, at=now(), actor=g.actor)
    except Refused as no:
        raise Refused(no.code, sentence_of(no)) from None
    wake()
    return _said(slug, person, sentence)


SENTENCES: dict[type[Refused], Any] = {
    StoppedByOrganiser: _l("The registration is blocked. Unblock it first."),
    RegistrationClosed: _l("The event is not published any more. What it came to stays as it is."),
    NoAddress: _l("There is no e-mail address to write to. Print the ticket instead."),
    NotStanding: _l("The registration is cancelled, blocked or erased. Nothing is sent for it."),
    SomebodyCame: _l("Somebody was let in with its ticket already. It stays as it is."),
    TeamStays: _l("A team stays a team: it is joined with nobody."),
    NumbersByName: _l("Somebody has a ticket of their own. Change it person by person instead."),
    NobodyLeft: _l("Nobody would be left. Cancel the registration instead."),
    QuestionsChanged: _l("A question was changed meanwhile. Read the file again."),
    ChangedSince: _l("It was changed meanwhile, and stays as it is now."),
}


def sentence_of(no: Refused) -> str:
    """Why something cannot be done with a registration, and what can."""
    return str(SENTENCES.get(type(no), no.message))


def _said(slug: str, person: UUID, sentence: str) -> Response:
    flash(sentence, "success")
    return redirect(url_for(".show", slug=slug, person=person), 303)


def asked_by(event: Event, row: Registration) -> Asked:
    """What the organiser asks of it; nothing before the event is released, and nothing once it is cancelled."""
    stands = row.cancelled_at is None and asked_now(event.id) and is_released(event.id)
    sheet = sheet_of(row.id) if stands else None
    return asked_of(sheet) if sheet else Asked()


def _own(slug: str, person: UUID) -> tuple[Event, Registration]:
    event = staff_event(slug, g.actor, Right.EDIT_EVENT)
    return event, registration_in(event.id, person)


def changeable(event: Event, row: Registration) -> bool:
    """Whether staff can still change it."""
    stands = row.cancelled_at is None and row.blocked_at is None and row.erased_at is None
    return stands and event.status == "published" and is_released(event.id)


def _form(event: Event, row: Registration, offer: Offer, typed: Any = None, **first: Any) -> Any:
    if row.party_kind is not PartyKind.TEAM:
        return StaffForm.for_event(offer.categories, offer.live.party_limit, typed, **first)
    form = TeamForm.for_event(offer.categories, LARGEST_GROUP, typed, **first)
    form.offer(organisations_in(event), chosen=row.organisation_id)
    return form


def _change_page(event: Event, row: Registration, form: Any, status: int) -> Response:
    offer = offer_at(event.slug, at=now())
    sheet = sheet_of(row.id)
    held = {session.code: session for session in sheet.standing} if sheet else {}
    page = render_template(
        "console/registrations/form.html",
        event=event,
        row=row,
        form=form,
        days=team_days(offer, form, {}) if isinstance(form, TeamForm) else staff_choices(offer, form, held),
        belongs=shapes.category_sentences(offer.categories),
    )
    return make_response(page, status)
