"""One act on many registrations: asked first, done beside the pages one registration at a time, undone if wished."""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, g, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.clock import now
from app.console.forms.registrations import wanted_of
from app.console.views.registration import sentence_of
from app.db import transaction
from app.errors import Invalid, Refused
from app.outbox.worker import wake
from app.programme.models import Event
from app.programme.queries import staff_event
from app.web.actors import Actor, Right
from app.web.errands import Errand, ErrandState, errand_of, new_errand, run
from app.web.guards import requires
from checkin.queries.device_list import DeviceLine, devices_of
from registrations.operations.erasing import erase_by_staff
from registrations.operations.merging import merge
from registrations.operations.refusals import ChangedSince
from registrations.operations.restoring import HeldLine, restore
from registrations.operations.staffing import (
    block,
    cancel_by_staff,
    unblock,
)
from registrations.queries import listed, live_event
from registrations.queries.listed import Wanted, registration_in
from registrations.rules import BookingState

KIND = "registrations act"
ERASE = "erase"
ACTS = ("cancel", "block", "unblock", ERASE)
MERGE = "merge"
FOR_GOOD = (ERASE, MERGE)
SHOWN = 50
"""So many names stand on the page; the others are counted."""
blueprint = Blueprint("acts", __name__, url_prefix="/console/events/<slug>/registrations/acts")


@dataclass(frozen=True)
class Outcome:
    """What became of one registration: `held` what it takes to undo it (None: nothing was done), `why` it was not, or
    not wholly, done."""

    id: int
    uuid: str
    held: list[dict[str, Any]] | None = None
    why: str | None = None


@blueprint.post("")
@requires(Right.EDIT_EVENT)
def ask(slug: str) -> Response:
    """Remember whom it concerns, and show that before anything happens."""
    event = staff_event(slug, g.actor, Right.EDIT_EVENT)
    act = request.form.get("act", "")
    if act not in ACTS:
        raise Invalid("act", _("Choose what to do."))
    ticked = None if request.form.get("whom") == "all" else _uuids(request.form.getlist("who"))
    if ticked == []:
        raise Invalid("nobody", _("Tick at least one registration first."))
    wanted = wanted_of(request.form) if ticked is None else Wanted()
    whom = listed.ids_and_uuids(event.id, wanted, uuids=ticked, known=act == ERASE)
    if act == ERASE and len(whom) > 1 and not live_event(event.id).ended(now()):
        raise Refused("too_early", _("Until the event is over, data are erased one registration at a time."))
    return _asked(event, act, whom)


@blueprint.post("/doubles")
@requires(Right.EDIT_EVENT)
def ask_doubles(slug: str) -> Response:
    """The same for one of a group that look alike: it stays, the others become part of it."""
    event = staff_event(slug, g.actor, Right.EDIT_EVENT)
    keep = _uuids(request.form.getlist("keep"))
    others = [one for one in _uuids(request.form.getlist("of")) if one not in keep]
    if len(keep) != 1 or not others:
        raise Invalid("keep", _("Choose which of them stays."))
    kept = registration_in(event.id, keep[0])
    whom = listed.ids_and_uuids(event.id, Wanted(), uuids=others)
    return _asked(event, MERGE, whom, kept=str(kept.uuid), kept_id=kept.id)


def _asked(event: Event, act: str, whom: list[tuple[int, UUID]], **facts: Any) -> Response:
    total = len(whom)
    errand = new_errand(
        KIND, event_id=event.id, account_id=g.actor.account_id, total=total, act=act, phase="act", **facts
    )
    errand.write("whom.json", json.dumps([(one, str(uuid)) for one, uuid in whom]).encode())
    return redirect(url_for(".show", slug=event.slug, errand=UUID(errand.id)), 303)


@blueprint.get("/<uuid:errand>")
@requires(Right.EDIT_EVENT)
def show(slug: str, errand: UUID) -> Response:
    """The question, how far it is, or what became of it."""
    event, found = _own(slug, errand)
    outcomes = _outcomes(found)
    told = [one for one in outcomes if one.why]
    uuids = [UUID(uuid) for _id, uuid in _whom(found)]
    named = listed.lines_of(event.id, ([UUID(one.uuid) for one in told] if outcomes else uuids)[:SHOWN])
    page = render_template(
        "console/registrations/act.html",
        event=event,
        errand=found,
        only=uuids[0] if found.total == 1 and found.facts["act"] != MERGE else None,
        named=named,
        why={one.uuid: one.why for one in told},
        told=len(told),
        shown=SHOWN,
        unsent=_unsent(event, found),
        succeeded=sum(one.held is not None for one in outcomes),
    )
    return make_response(page)


def _unsent(event: Event, errand: Errand) -> list[DeviceLine]:
    """Before somebody is erased: the devices that hold scans which have not arrived."""
    if errand.facts["act"] != ERASE or errand.state is not ErrandState.ASKED:
        return []
    return [one for one in devices_of(event.id) if one.queue_length]


@blueprint.post("/<uuid:errand>/yes")
@requires(Right.EDIT_EVENT)
def carry_out(slug: str, errand: UUID) -> Response:
    """Do it; a second time changes nothing."""
    _event, found = _own(slug, errand)
    if found.state is ErrandState.ASKED:
        at, actor = now(), g.actor
        found.tell(at=at.isoformat())
        run(found, lambda errand: _each(errand, _doing(errand.facts, at=at, actor=actor)))
    return redirect(url_for(".show", slug=slug, errand=errand), 303)


@blueprint.post("/<uuid:errand>/undo")
@requires(Right.EDIT_EVENT)
def undo(slug: str, errand: UUID) -> Response:
    """Take back what was done, as far as it still can be."""
    _event, found = _own(slug, errand)
    if found.state is ErrandState.DONE and found.facts["phase"] == "act" and found.facts["act"] not in FOR_GOOD:
        at, actor = now(), g.actor
        done = [one for one in _outcomes(found) if one.held is not None]
        found.write("whom.json", json.dumps([(one.id, one.uuid) for one in done]).encode())
        found.total = len(done)
        found.tell(phase="undo")
        held = {one.id: one.held or [] for one in done}
        run(found, lambda errand: _each(errand, _undoing(errand.facts, held, at=at, actor=actor)))
    return redirect(url_for(".show", slug=slug, errand=errand), 303)


Doing = Callable[[int], tuple[list[dict[str, Any]] | None, str | None]]


def _each(errand: Errand, do: Doing) -> None:
    """One transaction a registration: nobody waits long for the lock, and what was done before a stop stays whole."""
    outcomes: list[Outcome] = []
    for number, (one, uuid) in enumerate(_whom(errand), start=1):
        try:
            with transaction():
                held, why = do(one)
        except Refused as no:
            held, why = None, sentence_of(no)
        outcomes.append(Outcome(one, uuid, held, why))
        if number % 20 == 0:
            errand.tell(done=number)
    errand.write("outcomes.json", json.dumps([asdict(one) for one in outcomes]).encode())
    errand.tell(done=len(outcomes))
    wake()


def _doing(facts: dict[str, Any], *, at: datetime, actor: Actor) -> Doing:
    act, kept_id = facts["act"], facts.get("kept_id", 0)

    def cancelled(one: int) -> tuple[list[dict[str, Any]] | None, str | None]:
        held = cancel_by_staff(one, at=at, actor=actor)
        if held is None:
            return None, _("It was cancelled already.")
        return [asdict(line) for line in held], None

    def merged(one: int) -> tuple[list[dict[str, Any]] | None, str | None]:
        done = merge(kept_id, one, at=at, actor=actor)
        if not done.overlapping:
            return [], None
        codes = ", ".join(done.overlapping)
        return [], _("Given back, because it overlaps with what the kept one has: %(codes)s", codes=codes)

    def erased(one: int) -> tuple[list[dict[str, Any]] | None, str | None]:
        return ([], None) if erase_by_staff(one, at=at, actor=actor) else (None, _("It was so already."))

    def switched(one: int) -> tuple[list[dict[str, Any]] | None, str | None]:
        done = (block if act == "block" else unblock)(one, at=at, actor=actor)
        return ([], None) if done else (None, _("It was so already."))

    return {"cancel": cancelled, MERGE: merged, ERASE: erased}.get(act, switched)


def _undoing(facts: dict[str, Any], held: dict[int, list[dict[str, Any]]], *, at: datetime, actor: Actor) -> Doing:
    act, done_at = facts["act"], datetime.fromisoformat(facts["at"])

    def restored(one: int) -> tuple[list[dict[str, Any]] | None, str | None]:
        lost = restore(one, map(_line, held[one]), cancelled_at=done_at, at=at, actor=actor)
        return [], _("Not restored, because it is full or over: %(codes)s", codes=", ".join(lost)) if lost else None

    def switched(one: int) -> tuple[list[dict[str, Any]] | None, str | None]:
        if not (unblock if act == "block" else block)(one, at=at, actor=actor):
            raise ChangedSince
        return [], None

    return restored if act == "cancel" else switched


def _line(stored: dict[str, Any]) -> HeldLine:
    return HeldLine(**{**stored, "state": BookingState(stored["state"])})


def _whom(errand: Errand) -> list[tuple[int, str]]:
    return [(one, uuid) for one, uuid in json.loads(errand.file("whom.json").read_text())]


def _outcomes(errand: Errand) -> list[Outcome]:
    path = errand.file("outcomes.json")
    return [Outcome(**one) for one in json.loads(path.read_text())] if path.is_file() else []


def _uuids(texts: list[str]) -> list[UUID]:
    found = []
    for text in texts:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found


def _own(slug: str, errand: UUID) -> tuple[Event, Errand]:
    event = staff_event(slug, g.actor, Right.EDIT_EVENT)
    return event, errand_of(errand, kind=KIND, event_id=event.id, account_id=g.actor.account_id)
