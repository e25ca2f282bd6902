"""The gates of an event: where devices stand, in which order, and which are no longer used."""

from typing import Any

from flask import Blueprint, flash, g, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.clock import now
from app.console.forms.editing import Difference
from app.console.forms.gates import GateForm
from app.db import db, transaction
from app.programme.models import Event
from app.programme.operations import ChangedMeanwhile
from app.programme.queries import staff_event
from app.programme.queries.things import venues_in
from app.web.actors import Right
from app.web.guards import requires
from checkin.operations import add_gate, change_gate, move_gate, retire_gate, use_gate_again
from checkin.queries.gate_list import GateLine, gate_line, gate_lines, open_pairings, rooms_for_gates
from checkin.queries.gates import WITH_A_DOOR

blueprint = Blueprint("gates", __name__, url_prefix="/console/events/<slug>/gates")


@blueprint.get("")
@requires(Right.EDIT_EVENT)
def listed(slug: str) -> str:
    """Every gate, and the codes that are shown now."""
    event, at = staff_event(slug, g.actor, Right.EDIT_EVENT), now()
    lines = gate_lines(event, at=at)
    return render_template(
        "console/door/gates.html",
        event=event,
        used=[one for one in lines if one.gate.retired_at is None],
        retired=[one for one in lines if one.gate.retired_at is not None],
        pairings=open_pairings(event, at=at),
        has_door=event.status in WITH_A_DOOR,
    )


@blueprint.get("/new")
@requires(Right.EDIT_EVENT)
def new(slug: str) -> str:
    """The form for a further gate."""
    event = staff_event(slug, g.actor, Right.EDIT_EVENT)
    return _form_page(event, _offered(event, GateForm(data={"kind": "entrance", "new_today": True})))


@blueprint.post("")
@requires(Right.EDIT_EVENT)
def add(slug: str) -> Response:
    """A further gate."""
    event = staff_event(slug, g.actor, Right.EDIT_EVENT)
    form = _offered(event, GateForm(request.form))
    if not form.validate():
        return make_response(_form_page(event, form), 422)
    with transaction():
        add_gate(event, form.wish(venues_in(event)), at=now(), actor=g.actor)
    flash(_("Saved."), "success")
    return redirect(url_for(".listed", slug=slug), 303)


@blueprint.get("/<gate>")
@requires(Right.EDIT_EVENT)
def show(slug: str, gate: str) -> str:
    """One gate, to be changed."""
    event = staff_event(slug, g.actor, Right.EDIT_EVENT)
    line = gate_line(event, gate, at=now())
    return _form_page(event, _offered(event, GateForm.of(line)), line)


@blueprint.post("/<gate>")
@requires(Right.EDIT_EVENT)
def change(slug: str, gate: str) -> Response:
    """Change one gate; what somebody else changed meanwhile stands beside what was typed."""
    event = staff_event(slug, g.actor, Right.EDIT_EVENT)
    line = gate_line(event, gate, at=now())
    form = _offered(event, GateForm(request.form))
    if not form.validate():
        return make_response(_form_page(event, form, line), 422)
    try:
        with transaction():
            wish = form.wish(venues_in(event))
            change_gate(line.gate, wish, version=form.seen_version, at=now(), actor=g.actor)
    except ChangedMeanwhile:
        db.session.expire_all()
        event = staff_event(slug, g.actor, Right.EDIT_EVENT)
        fresh = gate_line(event, gate, at=now())
        moved, differences = form.beside(fresh)
        moved, differences = _offered(event, moved), [_offered_too(one, event) for one in differences]
        return make_response(_form_page(event, moved, fresh, differences), 409)
    flash(_("Saved."), "success")
    return redirect(url_for(".listed", slug=slug), 303)


@blueprint.post("/<gate>/place")
@requires(Right.EDIT_EVENT)
def move(slug: str, gate: str) -> Response:
    """One place up or down in the list, as scanners show it."""
    event = staff_event(slug, g.actor, Right.EDIT_EVENT)
    line = gate_line(event, gate, at=now())
    if line.gate.retired_at is None:
        with transaction():
            move_gate(event, line.gate, up=request.form.get("do") == "up", at=now(), actor=g.actor)
    return redirect(url_for(".listed", slug=slug), 303)


@blueprint.post("/<gate>/removal")
@requires(Right.EDIT_EVENT)
def remove(slug: str, gate: str) -> Response:
    """Nobody stands there any more."""
    event = staff_event(slug, g.actor, Right.EDIT_EVENT)
    line = gate_line(event, gate, at=now())
    with transaction():
        gone = retire_gate(event, line.gate, at=now(), actor=g.actor)
    flash(_("Taken away.") if gone else _("The gate is no longer offered. What was counted there stays."), "success")
    return redirect(url_for(".listed", slug=slug), 303)


@blueprint.post("/<gate>/return")
@requires(Right.EDIT_EVENT)
def use_again(slug: str, gate: str) -> Response:
    """A gate that was retired is used again."""
    event = staff_event(slug, g.actor, Right.EDIT_EVENT)
    line = gate_line(event, gate, at=now())
    with transaction():
        use_gate_again(line.gate, at=now(), actor=g.actor)
    flash(_("Saved."), "success")
    return redirect(url_for(".listed", slug=slug), 303)


def _offered(event: Event, form: GateForm) -> GateForm:
    return form.offer(venues_in(event), rooms_for_gates(event))


def _offered_too(difference: Difference, event: Event) -> Difference:
    """A difference beside a field that knows its choices' words."""
    form = _offered(event, GateForm(data={difference.field.name: difference.field.data}))
    return Difference(form[difference.field.name], difference.theirs, difference.ours_too)


def _form_page(
    event: Event, form: GateForm, line: GateLine | None = None, differences: list[Difference] | None = None
) -> str:
    shown: dict[str, Any] = {"form": form, "line": line, "differences": differences}
    return render_template("console/door/gate.html", event=event, **shown)
