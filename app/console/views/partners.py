"""Partner organisations of an event: invited, reminded, their links made and ended."""

from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, current_app, flash, g, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from app.clock import now
from app.console.forms.editing import Difference
from app.console.forms.partners import STATES, InviteForm, PartnerForm
from app.db import transaction
from app.outbox.worker import wake
from app.programme.models import Event, Organisation, Partner
from app.programme.operations import ChangedMeanwhile
from app.programme.operations.partners import (
    AlreadyInvited,
    NobodyToWriteTo,
    change_partner,
    end_link,
    invite,
    make_link,
    remind,
    send_link_again,
)
from app.programme.queries import staff_event
from app.programme.queries.partners import newest_suggestions, partner_in, partners_of, secret_for, uninvited
from app.programme.queries.sessions import titles_by_id
from app.web.actors import Right
from app.web.guards import requires
from registrations.operations.readdressing import readdress
from registrations.queries.standing import standing_registrations

blueprint = Blueprint("partner_list", __name__, url_prefix="/console/events/<slug>/partners")
DAYS_BEFORE = 14
"""The deadline that a new invitation proposes, before the event's first day."""
Own = tuple[Event, Partner, Organisation]


@blueprint.get("")
@requires(Right.EDIT_EVENT)
def listed(slug: str) -> str:
    """All of them, and how far each has come."""
    event = staff_event(slug, g.actor, Right.EDIT_EVENT)
    lines = partners_of(event)
    at = now()
    silent = [one for one in lines if one.silent and at < one.partner.closes_at]
    teams = standing_registrations(one.partner.registration_id for one in lines if one.partner.registration_id)
    return render_template(
        "console/partners/list.html",
        event=event,
        lines=lines,
        states=STATES,
        teams=teams,
        reachable=sum(one.partner.contact_email is not None for one in silent),
        silent=len(silent),
        at=at,
    )


@blueprint.get("/new")
@requires(Right.EDIT_EVENT)
def ask(slug: str) -> Response:
    """The empty invitation."""
    event = staff_event(slug, g.actor, Right.EDIT_EVENT)
    first = event.starts_on - timedelta(days=DAYS_BEFORE)
    today = now().astimezone(_zone(event)).date()
    closes = datetime.combine(max(first, min(today + timedelta(days=7), event.ends_on)), time(17))
    form = _invitation(event)(data={"language": "ja", "closes_at": f"{closes:%Y-%m-%dT%H:%M}"})
    return _ask_page(event, form, 200)


@blueprint.post("/new")
@requires(Right.EDIT_EVENT)
def add(slug: str) -> Response:
    """Invite one; with an address the letter is written."""
    event = staff_event(slug, g.actor, Right.EDIT_EVENT)
    form: Any = _invitation(event)(request.form)
    form.offer(uninvited(event))
    if not form.validate():
        return _ask_page(event, form, 422)
    organisation = form.known[form.organisation.data]
    try:
        with transaction():
            invite(
                event,
                organisation,
                email=form.contact_email.data,
                language=form.language.data,
                closes_at=form.moment,
                key=str(current_app.secret_key),
                at=now(),
                actor=g.actor,
            )
    except AlreadyInvited:
        form.organisation.errors = [_("Somebody else invited this organisation just now.")]
        return _ask_page(event, form, 422)
    wake()
    flash(_("Invited. The link is below."), "success")
    return _to(slug, organisation)


@blueprint.post("/reminders")
@requires(Right.EDIT_EVENT)
def remind_all(slug: str) -> Response:
    """A letter to everybody from whom nothing has come."""
    event = staff_event(slug, g.actor, Right.EDIT_EVENT)
    with transaction():
        written = remind(event, at=now(), actor=g.actor)
    wake()
    told = ngettext("%(num)s letter was written.", "%(num)s letters were written.", written)
    flash(told if written else _("Nobody is to be reminded today."), "success" if written else "info")
    return redirect(url_for(".listed", slug=slug), 303)


@blueprint.get("/organisations/<organisation>")
@requires(Right.EDIT_EVENT)
def show(slug: str, organisation: str) -> Response:
    """One of them: its link, contact and deadline, and what it suggests."""
    own = _own(slug, organisation)
    return _page(own, _form(own[0]).of(own[1]), 200)


@blueprint.post("/organisations/<organisation>")
@requires(Right.EDIT_EVENT)
def change(slug: str, organisation: str) -> Response:
    """Another contact, another deadline."""
    event, partner, body = _own(slug, organisation)
    form = _form(event)(request.form)
    if not form.validate():
        return _page((event, partner, body), form, 422)
    before = partner.contact_email
    try:
        with transaction():
            change_partner(
                event,
                partner.id,
                email=form.contact_email.data,
                language=str(form.language.data),
                closes_at=form.moment,
                version=form.seen_version,
                at=now(),
                actor=g.actor,
            )
            if partner.registration_id is not None:
                readdress(partner.registration_id, before=before, email=form.contact_email.data)
    except ChangedMeanwhile:
        own = _own(slug, organisation)
        moved, differences = form.beside(own[1])
        return _page(own, moved, 409, differences)
    flash(_("Saved."), "success")
    return _to(slug, body)


@blueprint.post("/organisations/<organisation>/link")
@requires(Right.EDIT_EVENT)
def renew(slug: str, organisation: str) -> Response:
    """A new link instead of the one before."""
    event, partner, body = _own(slug, organisation)
    with transaction():
        make_link(event, partner.id, key=str(current_app.secret_key), at=now(), actor=g.actor)
    wake()
    flash(_("There is a new link. The one before is not valid any more."), "success")
    return _to(slug, body)


@blueprint.post("/organisations/<organisation>/link/ending")
@requires(Right.EDIT_EVENT)
def end(slug: str, organisation: str) -> Response:
    """The link opens nothing any more."""
    event, partner, body = _own(slug, organisation)
    with transaction():
        end_link(event, partner.id, at=now(), actor=g.actor)
    flash(_("The link is not valid any more."), "success")
    return _to(slug, body)


@blueprint.post("/organisations/<organisation>/letter")
@requires(Right.EDIT_EVENT)
def write_again(slug: str, organisation: str) -> Response:
    """The letter with the link once more."""
    event, partner, body = _own(slug, organisation)
    try:
        with transaction():
            send_link_again(event, partner.id, at=now(), actor=g.actor)
    except NobodyToWriteTo:
        flash(_("There is no e-mail address, or no link that is valid. Nothing was sent."), "error")
        return _to(slug, body)
    wake()
    flash(_("The letter with the link is on its way."), "success")
    return _to(slug, body)


def _own(slug: str, code: str) -> Own:
    event = staff_event(slug, g.actor, Right.EDIT_EVENT)
    partner, organisation = partner_in(event, code)
    return event, partner, organisation


def _to(slug: str, organisation: Organisation) -> Response:
    return redirect(url_for("partner_list.show", slug=slug, organisation=organisation.code), 303)


def _zone(event: Event) -> ZoneInfo:
    return ZoneInfo(event.timezone)


def _form(event: Event) -> type[PartnerForm]:
    return PartnerForm.on_clock(_zone(event))


def _invitation(event: Event) -> type[InviteForm]:
    return InviteForm.on_clock(_zone(event))


def _ask_page(event: Event, form: Any, status: int) -> Response:
    form.offer(uninvited(event))
    return make_response(render_template("console/partners/invite.html", event=event, form=form), status)


def _page(own: Own, form: PartnerForm, status: int, differences: list[Difference] | None = None) -> Response:
    event, partner, organisation = own
    secret = secret_for(partner.id, key=str(current_app.secret_key))
    suggestions = newest_suggestions(partner.id)
    page = render_template(
        "console/partners/one.html",
        event=event,
        partner=partner,
        organisation=organisation,
        form=form,
        differences=differences,
        link=f"{current_app.config['BASE_URL']}/p/{secret}" if secret else None,
        suggestions=suggestions,
        titles=titles_by_id(one.session_id for one in suggestions if one.session_id),
        team=standing_registrations([partner.registration_id] if partner.registration_id else []),
        over=now() >= partner.closes_at,
    )
    return make_response(page, status)
