"""What doors listed for people to look at: one click settles it, or all of one kind from one device."""

from functools import partial
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from werkzeug.wrappers import Response

from app.clock import now
from app.console.views.once import once
from app.console.views.paging import page_of
from app.db import db, transaction
from app.errors import NotFound, Refused
from app.programme.models import Event
from app.programme.queries import staff_event
from app.web.actors import Right
from app.web.guards import requires
from checkin.operations import reopen, settle, tie
from checkin.queries.conflicts import Sought, conflict_counts, conflict_in, conflict_lines, open_ones
from checkin.queries.device_list import device_in
from checkin.queries.gates import categories_of
from checkin.queries.searching import with_numbers
from checkin.rules import ConflictKind
from checkin.rules.settling import ACCEPTED, DISMISSED

blueprint = Blueprint("conflicts", __name__, url_prefix="/console/events/<slug>/conflicts")
LINES_A_PAGE = 30
AT_ONCE = 100
WHY_NOT = {
    "already_in": _l(
        "That ticket was in there before. Leave them as they are, or take them back if they are the same."
    ),
    "no_such_number": _l("No ticket of this event has that number."),
    "nothing_to_tie": _l("The door has taken them back: nobody is left to be tied."),
    "ticket_not_admitted": _l(
        "That ticket lets nobody in there: it was cancelled, replaced or stopped, is not confirmed, or has no place."
    ),
    "settled": _l("Somebody else has settled this already."),
    "nothing_to_count": _l("There is nothing in it that could be counted. Leave it uncounted."),
    "no_such_place": _l("Its gate or place is not there any more. Leave it uncounted."),
}


@blueprint.get("")
@requires(Right.EDIT_EVENT)
def listed(slug: str) -> str:
    """Open ones, or settled ones; of one kind, of one device."""
    event = staff_event(slug, g.actor, Right.EDIT_EVENT)
    sought = _sought()
    counts = conflict_counts(event.id, sought)
    number = counts.get(sought.kind, 0) if sought.kind else sum(counts.values())
    page = page_of(number, LINES_A_PAGE)
    lines = conflict_lines(event.id, sought, limit=LINES_A_PAGE, skip=page.skip)
    return render_template(
        "console/door/conflicts.html",
        event=event,
        sought=sought,
        counts=counts,
        number=number,
        page=page,
        query=_query(sought),
        device=device_in(event.id, sought.device).name if sought.device else None,
        lines=lines,
        owners=with_numbers(event, {line.unread for line in lines if line.unread}),
        labels={one.key: one.label for one in categories_of(event.id)},
        kinds=ConflictKind,
        accepted=ACCEPTED,
        dismissed=DISMISSED,
    )


@blueprint.post("/<uuid:conflict>")
@requires(Right.EDIT_EVENT)
def settle_one(slug: str, conflict: UUID) -> Response:
    """Accept, dismiss, or tie to a ticket, one."""
    event = staff_event(slug, g.actor, Right.EDIT_EVENT)
    found = conflict_in(event, conflict)
    try:
        if request.form.get("do") == "tie":
            once(partial(_tie, event, found.id, request.form.get("number", "")))
        else:
            once(partial(_settle, event, found.id, accept=_accepts()))
        flash(_("Settled. You find it again under the state “Settled”."), "success")
    except Refused as no:
        flash(_why_not(no), "warning")
    return redirect(url_for(".listed", slug=slug, **_query(_sought())), 303)


@blueprint.post("/<uuid:conflict>/reopening")
@requires(Right.EDIT_EVENT)
def open_again(slug: str, conflict: UUID) -> Response:
    """Take back a word that left every figure as it was."""
    event = staff_event(slug, g.actor, Right.EDIT_EVENT)
    found = conflict_in(event, conflict)
    try:
        with transaction():
            reopen(event, found.id, at=now(), actor=g.actor)
        flash(_("It is open again."), "success")
    except Refused as no:
        flash(_why_not(no), "warning")
    return redirect(url_for(".listed", slug=slug, **_query(_sought())), 303)


@blueprint.post("/all")
@requires(Right.EDIT_EVENT)
def settle_all(slug: str) -> Response | str:
    """All open ones of a kind from one device: asked about first."""
    event = staff_event(slug, g.actor, Right.EDIT_EVENT)
    sought, accept = _sought(), _accepts()
    if sought.kind is None or sought.device is None or (not accept and sought.kind not in DISMISSED):
        raise NotFound
    device = device_in(event.id, sought.device)
    number = conflict_counts(event.id, sought).get(sought.kind, 0)
    if request.form.get("sure") != "yes":
        shown = {"sought": sought, "device": device.name, "number": number, "most": AT_ONCE, "accept": accept}
        outcome = (ACCEPTED if accept else DISMISSED)[sought.kind]
        return render_template("console/door/settle-all.html", event=event, outcome=outcome, **shown)
    settled = _settle_each(event, open_ones(event.id, sought, limit=AT_ONCE), accept=accept)
    flash(ngettext("%(num)s entry is settled.", "%(num)s entries are settled.", settled), "success")
    return redirect(url_for(".listed", slug=slug), 303)


def _settle_each(event: Event, ids: list[int], *, accept: bool) -> int:
    """Each by itself, so that one that cannot be settled holds up no other; how many could."""
    settled = 0
    for one in ids:
        try:
            once(partial(_settle, event, one, accept=accept))
            settled += 1
        except Refused:
            db.session.rollback()
    return settled


def _settle(event: Event, conflict: int, *, accept: bool) -> None:
    with transaction():
        settle(event, conflict, accept=accept, at=now(), actor=g.actor)


def _tie(event: Event, conflict: int, number: str) -> None:
    with transaction():
        tie(event, conflict, number, at=now(), actor=g.actor)


def _accepts() -> bool:
    """What the button said. Raises NotFound for another word."""
    word = request.form.get("do")
    if word not in ("accept", "dismiss"):
        raise NotFound
    return word == "accept"


def _sought() -> Sought:
    """The filter of the address, or of the form; what is none is passed over."""
    kind = request.values.get("kind", "")
    try:
        device = UUID(request.values.get("device", ""))
    except ValueError:
        device = None
    known = ConflictKind(kind) if kind in set(ConflictKind) else None
    return Sought(request.values.get("state") == "settled", known, device)


def _query(sought: Sought) -> dict[str, Any]:
    """The same filter as an address has it."""
    told = {
        "state": "settled" if sought.settled else "",
        "kind": sought.kind.value if sought.kind else "",
        "device": str(sought.device) if sought.device else "",
    }
    return {name: value for name, value in told.items() if value}


def _why_not(no: Refused) -> str:
    return str(WHY_NOT.get(no.code) or _("This cannot be done here."))
