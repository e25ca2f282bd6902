"""A partner's team: registered, changed, cancelled; its ticket and its names stand at the registration's own link."""

from dataclasses import replace
from typing import Any

from flask import current_app, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.clock import now
from app.console.forms.teams import team_days
from app.db import transaction
from app.errors import DomainError
from app.outbox.worker import wake
from app.partners.forms.teams import TeamForm
from app.partners.operations import Team, cancel_team, change_team, register_team, standing_team
from app.partners.views.visiting import Astray, back, blueprint, frame, guard_forms, visit_at
from app.programme.models import Event
from app.programme.queries import is_released
from app.programme.queries.partners import Visit, own_sessions
from app.web.guards import public
from registrations.forms import new_form_key, read_form_key
from registrations.forms.shapes import PREFIX
from registrations.models import Registration
from registrations.operations import AlreadyCancelled, RegistrationClosed, StoppedByOrganiser
from registrations.queries import Offer, offer_at, party_of, sheet_of
from registrations.rules import Window, window
from registrations.views import shapes
from registrations.views.refusals import explain
from registrations.views.tickets import private


@blueprint.get("/team")
@public
def team(secret: str) -> Response:
    """The team as it stands, or the empty form."""
    visit = visit_at(secret)
    offer = _offer(visit)
    if offer is None:
        return private(render_template("partners/team-later.html", **frame(visit)))
    row = standing_team(visit.partner)
    return _page(visit, offer, row, TeamForm.for_event(offer.categories, **_first(visit, offer, row)), 200)


@blueprint.post("/team")
@public
def save_team(secret: str) -> Response:
    """Register the team, or change it."""
    visit = visit_at(secret)
    guard_forms(visit)
    offer = _open_offer(visit)
    row = standing_team(visit.partner)
    form = TeamForm.for_event(offer.categories, request.form)
    key = read_form_key(str(current_app.secret_key), form.key.data or "", visit.event.id, at=offer.at)
    if row is None and (key is None or key.expired):
        form.key.raw_data, form.key.data = None, _new_key(offer)
        form.form_errors = [_("This page was open for too long. Nothing is lost: check it and send it again.")]
        return _page(visit, offer, row, form, 422)
    if not form.validate():
        return _page(visit, offer, row, form, 422)
    wanted = Team(form.numbers, _sessions(visit, offer, row, form))
    try:
        with transaction():
            if row is not None:
                change_team(visit.partner, row, wanted, version=form.version.data or 0, at=offer.at)
            else:
                assert key is not None
                register_team(visit.partner.id, visit.organisation, wanted, form_key=key.nonce, at=offer.at)
    except (AlreadyCancelled, StoppedByOrganiser):
        return back(secret, "stopped")
    except DomainError as refusal:
        explain(refusal, form, offer.programme)
        visit = visit_at(secret)
        row = standing_team(visit.partner)
        form.version.raw_data = None
        form.version.data = row.version if row is not None else 0
        return _page(visit, offer, row, form, refusal.status)
    wake()
    return back(secret, "team")


@blueprint.post("/team/cancellation")
@public
def drop_team(secret: str) -> Response:
    """Nobody comes."""
    visit = visit_at(secret)
    guard_forms(visit)
    row = standing_team(visit.partner)
    try:
        with transaction():
            if row is not None:
                cancel_team(row, at=now())
    except (StoppedByOrganiser, RegistrationClosed):
        return back(secret, "stays")
    wake()
    return back(secret, "dropped")


def _offer(visit: Visit) -> Offer | None:
    """What the event offers; None while nothing is released, or once it is over."""
    if not is_released(visit.event.id) or _is_over(visit.event):
        return None
    return offer_at(visit.event.slug, at=now())


def _is_over(event: Event) -> bool:
    """Not public, or its last day has ended; other dates of registration bind the public alone."""
    found = window(
        event.status,
        None,
        None,
        ends_on=event.ends_on,
        day_ends_at=event.day_ends_at,
        timezone=event.timezone,
        at=now(),
    )
    return found is Window.OVER


def _open_offer(visit: Visit) -> Offer:
    offer = _offer(visit)
    if offer is None:
        raise Astray(visit, "no_team", 409)
    return offer


def _first(visit: Visit, offer: Offer, row: Registration | None) -> dict[str, Any]:
    """What the fields hold before anything is typed: all own sessions that are still to come, or the team as it is."""
    if row is None:
        return {"key": _new_key(offer), "version": 0, "sessions": sorted(_own(visit, offer))}
    sheet = sheet_of(row.id)
    numbers = {PREFIX + one.key: one.number for one in party_of(row.id)}
    codes = [one.code for one in sheet.standing] if sheet else []
    return {"version": row.version, "sessions": codes, **numbers}


def _own(visit: Visit, offer: Offer) -> set[str]:
    """The partner's sessions that are released and not over, by code."""
    codes = {one.code for one in own_sessions(visit.event.id, visit.organisation.id)}
    ahead = {one.code for one in offer.programme.sessions if not one.cancelled and offer.at < one.ends_at}
    return codes & ahead


def _sessions(visit: Visit, offer: Offer, row: Registration | None, form: Any) -> frozenset[str]:
    """What was ticked of its own sessions; where the organiser booked the team elsewhere too, that stays."""
    mine = _own(visit, offer)
    sheet = sheet_of(row.id) if row is not None else None
    elsewhere = {one.code for one in sheet.standing} - mine if sheet else set()
    return frozenset((set(form.sessions.data or ()) & mine) | elsewhere)


def _new_key(offer: Offer) -> str:
    return new_form_key(str(current_app.secret_key), offer.live.id, offer.notice_id, at=offer.at)


def _page(visit: Visit, offer: Offer, row: Registration | None, form: Any, status: int) -> Response:
    mine = _own(visit, offer)
    days = [replace(day, ticks=[one for one in day.ticks if one.code in mine]) for day in team_days(offer, form)]
    page = render_template(
        "partners/team.html",
        **frame(visit),
        form=form,
        row=row,
        days=[day for day in days if day.ticks],
        belongs=shapes.category_sentences(offer.categories),
    )
    return private(page, status)
