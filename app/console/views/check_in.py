"""Checking people in at a table with a laptop: found by name or number, judged and recorded as a scan is."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4, uuid5

from flask import Blueprint, flash, g, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from app.clock import now
from app.console.forms.check_in import DOINGS, AdmissionForm, RestoringForm, TakingBackForm, act_id
from app.console.views.once import once
from app.console.views.paging import page_of
from app.db import transaction
from app.errors import NotFound, Refused
from app.group import write_together
from app.programme.models import Event
from app.programme.queries import staff_event
from app.web.actors import Right
from app.web.guards import requires
from app.web.languages import plain
from checkin.operations.answers import Answer
from checkin.operations.desk import MOST_AT_ONCE, DeskAct, DeskStaff, record_at_desk, verdict_at_desk
from checkin.operations.replacing import replace_at_desk, restore_at_desk
from checkin.queries.desk import (
    DeskTicket,
    code_of_new,
    count_booked,
    deeds_of,
    desk_place,
    desk_places,
    desk_ticket,
    number_of_code,
    scan_told,
    tickets_booked,
    tickets_sought,
)
from checkin.queries.gates import categories_of, gate_names, session_names
from checkin.queries.paper import PaperPlace
from checkin.queries.replacing import replacement_state
from checkin.rules import Verdict
from checkin.rules.desk import RestoreReason
from registrations.rules import read_code, spoken

blueprint = Blueprint("check_in", __name__, url_prefix="/console/events/<slug>/check-in")
LINES_A_PAGE = 100
NEW_FOR = timedelta(minutes=10)
"""So long the desk shows the ticket that it made in place of a lost one."""


@dataclass(frozen=True)
class Desk:
    """One place of an event with who sits at its table."""

    event: Event
    place: PaperPlace
    session_id: int | None
    staff: DeskStaff

    def do(self, acts: list[DeskAct]) -> list[Answer]:
        """Everything in one transaction, as doors do it."""
        slug, staff, at = self.event.slug, self.staff, now()
        return once(lambda: write_together(lambda wire: record_at_desk(wire, slug, staff, acts, at=at)))

    def page(self, template: str, status: int = 200, **shown: Any) -> Response:
        labels = {one.key: one.label for one in categories_of(self.event.id)}
        told = {"event": self.event, "place": self.place, "labels": labels, "spoken": spoken, **shown}
        return make_response(render_template(f"console/door/{template}.html", **told), status)


@blueprint.get("")
@requires(Right.KEEP_DOOR)
def show(slug: str) -> Response:
    """The place that is on now, or the one of ?place=, and the search."""
    event = staff_event(slug, g.actor, Right.KEEP_DOOR)
    places, on_now = desk_places(event, now())
    code = request.args.get("place") or on_now or next((place.code for place in places), None)
    if code is None:
        return make_response(render_template("console/door/desk-nowhere.html", event=event))
    return _start(_desk(slug, code))


@blueprint.post("/<place>/people")
@requires(Right.KEEP_DOOR)
def search(slug: str, place: str) -> Response:
    """Who is called so. It is a POST so that no name stands in an address; a code that was read opens its ticket."""
    desk = _desk(slug, place)
    text = request.form.get("q", "").strip()[:200]
    reading = read_code(text)
    number = reading.number or (number_of_code(desk.event.id, reading.code) if reading.code else None)
    if number is not None and tickets_sought(desk.event.id, number, desk.place, desk.session_id):
        return redirect(url_for(".ticket", slug=slug, place=place, number=number), 303)
    found = tickets_sought(desk.event.id, text, desk.place, desk.session_id)
    return _start(desk, sought=text, found=found)


@blueprint.get("/<place>/tickets/<number>")
@requires(Right.KEEP_DOOR)
def ticket(slug: str, place: str, number: str) -> Response:
    """One ticket: what it would be answered now, and what was recorded of it here."""
    desk = _desk(slug, place)
    return _ticket(desk, desk_ticket(desk.event.id, number, desk.place, desk.session_id))


@blueprint.post("/<place>/tickets/<number>")
@requires(Right.KEEP_DOOR)
def act(slug: str, place: str, number: str) -> Response:
    """Admit all or some, let out, or admit anyway."""
    desk = _desk(slug, place)
    found = desk_ticket(desk.event.id, number, desk.place, desk.session_id)
    do = request.form.get("do", "")
    if do not in DOINGS:
        raise NotFound
    form = AdmissionForm.of(_labels(desk, found), {}, request.form)
    wanted = form.read(do, place, number)
    if wanted is None:
        return _ticket(desk, found, form=form)
    (answer,) = desk.do([wanted])
    return redirect(url_for(".ticket", slug=slug, place=place, number=number, act=answer.id), 303)


@blueprint.post("/<place>/tickets/<number>/taking-back")
@requires(Right.KEEP_DOOR)
def undo(slug: str, place: str, number: str) -> Response:
    """Take an entry or exit of this ticket back."""
    desk = _desk(slug, place)
    desk_ticket(desk.event.id, number, desk.place, desk.session_id)
    form = TakingBackForm(request.form)
    try:
        wanted = form.read(place)
    except ValueError:
        raise NotFound from None
    if wanted is None:
        flash(_("Nothing was taken back: please choose a reason."), "error")
        return redirect(url_for(".ticket", slug=slug, place=place, number=number), 303)
    (answer,) = desk.do([wanted])
    return redirect(url_for(".ticket", slug=slug, place=place, number=number, act=answer.id), 303)


@blueprint.post("/<place>/tickets/<number>/replacement")
@requires(Right.KEEP_DOOR)
def replace(slug: str, place: str, number: str) -> Response:
    """A lost ticket gets a new code; the page of the new one says where to show it."""
    desk = _desk(slug, place)
    desk_ticket(desk.event.id, number, desk.place, desk.session_id)
    try:
        with transaction():
            made = replace_at_desk(desk.event.id, number, actor=g.actor, at=now())
    except Refused:
        flash(_("This ticket cannot be replaced: it was cancelled, stopped or replaced already."), "error")
        return redirect(url_for(".ticket", slug=slug, place=place, number=number), 303)
    flash(_("The old ticket opens no door any more. Show or print the new one now."), "success")
    return redirect(url_for(".ticket", slug=slug, place=place, number=made.number), 303)


@blueprint.post("/<place>/tickets/<number>/replacement/taking-back")
@requires(Right.KEEP_DOOR)
def restore(slug: str, place: str, number: str) -> Response:
    """The replacement that made this ticket was a mistake: the old one is good again, or a sentence says why not."""
    desk = _desk(slug, place)
    desk_ticket(desk.event.id, number, desk.place, desk.session_id)
    form, back = RestoringForm(request.form), url_for(".ticket", slug=slug, place=place, number=number)
    if not form.validate() or not form.reason.data:
        flash(_("Nothing was taken back: please choose a reason."), "error")
        return redirect(back, 303)
    try:
        with transaction():
            old = restore_at_desk(desk.event.id, number, RestoreReason(form.reason.data), actor=g.actor, at=now())
    except Refused:
        flash(_("The replacement cannot be taken back: this ticket has been used, or is not good any more."), "error")
        return redirect(back, 303)
    flash(_("The replacement was taken back. The old ticket opens doors again, this is its page."), "success")
    return redirect(url_for(".ticket", slug=slug, place=place, number=old), 303)


@blueprint.get("/<place>/booked")
@requires(Right.KEEP_DOOR)
def booked(slug: str, place: str) -> Response:
    """Everybody who has a place in the session, to be ticked."""
    desk = _desk(slug, place)
    if desk.session_id is None:
        raise NotFound
    page = page_of(count_booked(desk.event.id, desk.session_id), LINES_A_PAGE)
    lines = tickets_booked(desk.event.id, desk.place, desk.session_id, limit=LINES_A_PAGE, skip=page.skip)
    return desk.page("desk-booked", page=page, lines=lines, act=uuid4())


@blueprint.post("/<place>/booked")
@requires(Right.KEEP_DOOR)
def come(slug: str, place: str) -> Response:
    """These have come: each as if it had been scanned, with all whom the door expects of it."""
    desk = _desk(slug, place)
    if desk.session_id is None:
        raise NotFound
    form, numbers = act_id(request.form.get("act")), list(dict.fromkeys(request.form.getlist("who")))[:MOST_AT_ONCE]
    acts = [DeskAct(uuid5(form, number), place, number, everybody=True) for number in numbers]
    if not acts:
        flash(_("Nobody is ticked."), "warning")
    else:
        _tell(numbers, desk.do(acts))
    page = request.form.get("page", type=int)
    return redirect(url_for(".booked", slug=slug, place=place, page=page), 303)


def _desk(slug: str, place: str) -> Desk:
    """Raises NotFound for a place that is none of this event."""
    event = staff_event(slug, g.actor, Right.KEEP_DOOR)
    found, session_id = desk_place(event, place)
    return Desk(event, found, session_id, DeskStaff.of(event, g.actor))


def _start(desk: Desk, *, sought: str | None = None, found: list[DeskTicket] | None = None) -> Response:
    places, on_now = desk_places(desk.event, now())
    if desk.place.code not in {place.code for place in places}:
        places = [*places, desk.place]
    waiting = count_booked(desk.event.id, desk.session_id) if desk.session_id else None
    return desk.page("desk", places=places, on_now=on_now, sought=sought, found=found, booked=waiting)


def _ticket(desk: Desk, found: DeskTicket, *, form: AdmissionForm | None = None) -> Response:
    """`form`: what was typed and could not be taken."""
    answer = verdict_at_desk(desk.event.slug, desk.staff, found.number, desk.place.code, at=now())
    told, facts = _told(desk), answer.facts
    others = session_names(set(facts.get("booked", ())) - {desk.session_id})
    expected = answer.facts.get("expected") or {}
    return desk.page(
        "desk-ticket",
        422 if form else 200,
        ticket=found,
        verdict=answer.verdict,
        facts=_facts(answer),
        told=told,
        first_gate=gate_names([facts["first"][1]]).get(facts["first"][1]) if facts.get("first") else None,
        elsewhere=[title for _code, title, *_when in others.values()],
        expected=expected,
        form=form or AdmissionForm.of(_labels(desk, found), expected),
        back=TakingBackForm(data={"act": str(uuid4())}),
        deeds=deeds_of(found, desk.place),
        first_words=_first_words(desk, found, told),
        fresh=code_of_new(desk.event.id, found.number, since=now() - NEW_FOR),
        replacement=replacement_state(desk.event.id, found.number),
        restoring=RestoringForm(),
        supervises=desk.staff.supervises,
        mine=g.actor.account_id,
    )


def _told(desk: Desk) -> Any:
    """What was answered to the act of ?act=, if one was made here."""
    try:
        asked = UUID(request.args.get("act", ""))
    except ValueError:
        return None
    return scan_told(desk.event.id, desk.place.id, asked)


def _facts(answer: Answer) -> dict[str, Any]:
    """What is kept of an answer, with its times as moments."""
    first, window = answer.facts.get("first"), answer.facts.get("window")
    return {
        **answer.facts,
        "since": datetime.fromisoformat(first[0]) if first else None,
        "window": [datetime.fromisoformat(one) for one in window] if window else None,
    }


def _first_words(desk: Desk, found: DeskTicket, told: Any) -> list[dict[str, str]]:
    """What the organiser wants said to those who were just admitted for the first time, each once."""
    if told is None or not told.facts.get("first_time"):
        return []
    kind = desk.event.party_first_words.get(found.kind.value)
    words = [kind] if kind else []
    words += [one.first_words for one in categories_of(desk.event.id) if one.key in found.party and one.first_words]
    return [one for place, one in enumerate(words) if one not in words[:place]]


def _labels(desk: Desk, found: DeskTicket) -> dict[str, str]:
    """The categories of a party that can come in parts; one person is not asked for a number."""
    if found.people <= 1:
        return {}
    labels = {one.key: plain(one.label) for one in categories_of(desk.event.id)}
    return {key: labels[key] for key in found.party if key in labels}


def _tell(numbers: list[str], answers: list[Answer]) -> None:
    came = [answer for answer in answers if answer.verdict and answer.verdict.lets_in]
    again = sum(answer.verdict is Verdict.ALREADY_IN for answer in answers)
    flash(ngettext("%(num)s ticket was let in.", "%(num)s tickets were let in.", len(came)), "success")
    if again:
        flash(ngettext("%(num)s was in already.", "%(num)s were in already.", again), "info")
    left = [
        spoken(number)
        for number, answer in zip(numbers, answers, strict=True)
        if answer not in came and answer.verdict is not Verdict.ALREADY_IN
    ]
    if left:
        flash(_("Not let in: %(numbers)s. Open each one to see why.", numbers=", ".join(left)), "warning")
