"""Organisations that the host knows already are chosen for an event, not typed again."""

from contextlib import suppress

from flask import Blueprint, flash, g, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.clock import now
from app.console.forms.picks import PickForm
from app.console.forms.programme import KINDS
from app.db import transaction
from app.programme.models import Event, Organisation, Participation
from app.programme.operations.editing import StillUsed, add_thing
from app.programme.queries import staff_event
from app.programme.queries.things import other_organisations
from app.programme.rules import ParticipationRole
from app.web.actors import Right
from app.web.guards import requires
from app.web.languages import plain

blueprint = Blueprint("picks", __name__, url_prefix="/console/events/<slug>/programme/known-organisations")
MOST_SHOWN = 20


@blueprint.get("")
@requires(Right.EDIT_EVENT)
def ask(slug: str) -> str:
    """Those without a part in this event, or those of them with these words in name or reading."""
    event = staff_event(slug, g.actor, Right.EDIT_EVENT)
    found = other_organisations(event, _sought())
    return _page(event, found, PickForm.among(found[:MOST_SHOWN]))


@blueprint.post("")
@requires(Right.EDIT_EVENT)
def take(slug: str) -> Response:
    """Give one of them its role here."""
    event = staff_event(slug, g.actor, Right.EDIT_EVENT)
    known = other_organisations(event)
    found = other_organisations(event, _sought())
    form = PickForm.among(found[:MOST_SHOWN], request.form)
    chosen = next((one for one in known if one.code == form.organisation.data), None)
    if not form.validate() or chosen is None:
        form.organisation.errors = form.organisation.errors or [_("Choose an organisation.")]
        return make_response(_page(event, found, form), 422)
    part = Participation(event_id=event.id, organisation_id=chosen.id, role=ParticipationRole(form.role.data))
    name = chosen.name
    with suppress(StillUsed), transaction():
        add_thing(event, part, at=now(), actor=g.actor)
    flash(_("%(name)s takes part now.", name=plain(name)), "success")
    return redirect(url_for("programme.listed", slug=slug, part="organisations"), 303)


def _sought() -> str:
    return request.args.get("q", "").strip()[:100]


def _page(event: Event, found: list[Organisation], form: PickForm) -> str:
    about = {one.code: f"{KINDS[one.kind]} {one.ward or ''}" for one in found[:MOST_SHOWN]}
    return render_template(
        "console/programme/known-organisations.html", event=event, form=form, sought=_sought(), count=len(found),
        more=max(0, len(found) - MOST_SHOWN), about=about,
    )  # fmt: skip
