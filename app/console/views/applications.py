"""What people asked for and have not got yet: approvals, draws, waiting lists."""

from collections.abc import Iterable
from uuid import UUID

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from analytics.queries.booked import undecided_of
from app.clock import now
from app.db import transaction
from app.outbox.worker import wake
from app.programme.models import Event, EventSession
from app.programme.queries import staff_event
from app.programme.queries.sessions import session_in
from app.programme.rules import AdmissionRule
from app.web.actors import Right
from app.web.guards import requires
from registrations.operations import NotDrawable, approve, decline, draw
from registrations.queries.draws import drawn_first
from registrations.queries.waiting import AskedParty, asked_for, lottery_of, parties_in
from registrations.rules import BookingState
from registrations.rules.lottery import commitment

AT_ONCE = 100
"""Decisions in one transaction: none lasts long."""

blueprint = Blueprint("applications", __name__, url_prefix="/console/events/<slug>/applications")


@blueprint.get("")
@requires(Right.EDIT_EVENT)
def overview(slug: str) -> str:
    """Every session in which something is to be decided or watched."""
    event = staff_event(slug, g.actor, Right.EDIT_EVENT)
    sessions = asked_for(event.id, undecided_of(event.id))
    return render_template("console/applications.html", event=event, sessions=sessions, at=now())


@blueprint.get("/<code>")
@requires(Right.EDIT_EVENT)
def show(slug: str, code: str) -> str:
    """The parties of one session that ask, applied, wait or were made an offer."""
    event = staff_event(slug, g.actor, Right.EDIT_EVENT)
    session = session_in(event, code)
    lottery = lottery_of(session.id) if session.admission is AdmissionRule.LOTTERY else None
    return render_template(
        "console/application.html",
        event=event,
        session=session,
        pending=parties_in(session.id, BookingState.PENDING),
        applied=parties_in(session.id, BookingState.APPLIED),
        offered=parties_in(session.id, BookingState.OFFERED),
        waiting=parties_in(session.id, BookingState.WAITING),
        lottery=lottery,
        commitment=commitment(lottery.seed) if lottery else None,
        drawable=_drawable(session),
        first=drawn_first(session.id),
    )


@blueprint.post("/<code>/decisions")
@requires(Right.EDIT_EVENT)
def decide(slug: str, code: str) -> Response:
    """Approve or decline the ticked parties."""
    event = staff_event(slug, g.actor, Right.EDIT_EVENT)
    session = session_in(event, code)
    chosen = _ticked(parties_in(session.id, BookingState.PENDING), request.form.getlist("booking"))
    if not chosen:
        flash(_("Tick the parties that you decide about."), "warning")
    elif request.form.get("do") == "approve":
        _approve(event, chosen)
    elif request.form.get("do") == "decline":
        _decline(event, chosen)
    wake()
    return redirect(url_for(".show", slug=slug, code=code), 303)


@blueprint.post("/<code>/draw")
@requires(Right.EDIT_EVENT)
def hold_draw(slug: str, code: str) -> Response:
    """Draw the session."""
    event = staff_event(slug, g.actor, Right.EDIT_EVENT)
    session = session_in(event, code)
    try:
        with transaction():
            won = draw(session.id, at=now(), actor=g.actor)
    except NotDrawable as no:
        too_soon = _("This cannot be drawn: it is drawn already, or applications are still open.")
        flash(_("Another draw comes first, see below.") if no.first else too_soon, "warning")
    else:
        flash(ngettext("%(num)s party has won a place.", "%(num)s parties have won places.", won), "success")
        wake()
    return redirect(url_for(".show", slug=slug, code=code), 303)


def _approve(event: Event, chosen: list[int]) -> None:
    too_many = 0
    for some in _portions(chosen):
        with transaction():
            too_many += len(approve(event.id, some, at=now(), actor=g.actor))
    done = len(chosen) - too_many
    if done:
        flash(ngettext("%(num)s party has its places.", "%(num)s parties have their places.", done), "success")
    if too_many:
        flash(
            ngettext(
                "For %(num)s party there is no room. It still waits for your answer.",
                "For %(num)s parties there is no room. They still wait for your answer.",
                too_many,
            ),
            "warning",
        )


def _decline(event: Event, chosen: list[int]) -> None:
    declined = 0
    for some in _portions(chosen):
        with transaction():
            declined += decline(event.id, some, at=now(), actor=g.actor)
    flash(ngettext("%(num)s party was declined.", "%(num)s parties were declined.", declined), "success")


def _portions(ids: list[int]) -> Iterable[list[int]]:
    return (ids[at : at + AT_ONCE] for at in range(0, len(ids), AT_ONCE))


def _ticked(parties: Iterable[AskedParty], typed: Iterable[str]) -> list[int]:
    """Bookings by the ids that the page shows; only those that the page would show now."""
    known = {one.uuid: one.booking_id for one in parties}
    return [known[uuid] for text in typed if (uuid := _uuid(text)) in known]


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _drawable(session: EventSession) -> bool:
    lottery = lottery_of(session.id)
    drawn = lottery is not None and lottery.drawn_at is not None
    closes_at = session.booking_closes_at or session.ends_at
    return session.admission is AdmissionRule.LOTTERY and not drawn and now() >= closes_at
