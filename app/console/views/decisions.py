"""One party that asks for a yes, decided about where everything that is known of it stands."""

from uuid import UUID

from flask import Blueprint, flash, g, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.clock import now
from app.db import transaction
from app.outbox.worker import wake
from app.programme.models import Event
from app.programme.queries import staff_event
from app.programme.queries.sessions import session_in
from app.web.actors import Right
from app.web.guards import requires
from registrations.operations import approve, decline
from registrations.queries.listed import registration_in
from registrations.queries.waiting import pending_of

blueprint = Blueprint("decisions", __name__, url_prefix="/console/events/<slug>/registrations/<uuid:person>/decisions")


@blueprint.post("/<code>")
@requires(Right.EDIT_EVENT)
def decide(slug: str, person: UUID, code: str) -> Response:
    """Approve or decline what it asks for in this session."""
    event = staff_event(slug, g.actor, Right.EDIT_EVENT)
    row, session = registration_in(event.id, person), session_in(event, code)
    booking = pending_of(row.id, session.id)
    if booking is None:
        flash(_("This was decided or changed meanwhile."), "warning")
    elif request.form.get("do") == "approve":
        _approve(event, booking)
    elif request.form.get("do") == "decline":
        with transaction():
            decline(event.id, [booking], at=now(), actor=g.actor)
        flash(_("The party was declined."), "success")
    wake()
    return redirect(url_for("one_registration.show", slug=slug, person=person), 303)


def _approve(event: Event, booking: int) -> None:
    with transaction():
        too_many = approve(event.id, [booking], at=now(), actor=g.actor)
    if too_many:
        flash(_("There is no room for this party. It still waits for your answer."), "warning")
    else:
        flash(_("The party has its places."), "success")
