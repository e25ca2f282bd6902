"""Rosters, badges and single tickets for paper. Each printing is recorded: paper with names leaves the system."""

from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, current_app, g, make_response, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.wrappers import Response
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]

from app.clock import now
from app.console.exports.papers import Wanted, badges_of, roster_of
from app.console.forms.faults import add_error
from app.console.forms.printing import BadgesForm, RosterForm, TicketForm
from app.console.operations import note_printed
from app.db import db, transaction
from app.programme.models import Event, EventSession
from app.programme.queries import staff_event
from app.programme.queries.sessions import session_in
from app.programme.rules.kana import kana_order
from app.web.actors import Right
from app.web.guards import requires
from app.web.hours import times
from app.web.languages import day, plain, speak
from checkin.queries.door import session_code
from registrations.pdf import LABEL_SHEETS, BadgeSheet, ticket_pdf
from registrations.queries import Sheet, party_of, sheet_by_code, ticket_by_code, ticket_by_number
from registrations.queries.rosters import expected_parties, groups_of
from registrations.queries.tickets import tickets_in_use
from registrations.rules import read_code

blueprint = Blueprint("printing", __name__, url_prefix="/console/events/<slug>/print")
PLAIN = {"first": 1, "blanks": True}


@blueprint.get("")
@requires(Right.EDIT_EVENT)
def choose(slug: str) -> Response:
    """What can be printed."""
    event = staff_event(slug, g.actor, Right.EDIT_EVENT)
    return _page(event, session=request.args.get("session", ""))


@blueprint.post("/roster")
@requires(Right.EDIT_EVENT)
def roster(slug: str) -> Response:
    """Who is expected, with a box to tick."""
    event = staff_event(slug, g.actor, Right.EDIT_EVENT)
    form = _offering(RosterForm(request.form, prefix="roster-"), event)
    if not form.validate():
        return _page(event, 422, roster=form)
    session, at = _session(event, form), now()
    parties = expected_parties(event.id, session_id=session.id if session else None)
    form_at = _form_at(slug, session) if session else None
    content = roster_of(event, session, parties, at=at, form_at=form_at)
    with transaction():
        note_printed(event.id, "roster", _subject(event, session), number=len(parties), at=at, actor=g.actor)
    return _paper(content, f"{slug}-roster")


@blueprint.post("/badges")
@requires(Right.EDIT_EVENT)
def badges(slug: str) -> Response:
    """Name badges on sheets of labels."""
    event = staff_event(slug, g.actor, Right.EDIT_EVENT)
    form = _offering(BadgesForm(request.form, prefix="badges-"), event)
    assert isinstance(form, BadgesForm)
    if not form.validate():
        return _page(event, 422, badges=form)
    session, group = _session(event, form), UUID(form.group.data) if form.group.data else None
    parties = expected_parties(event.id, session_id=session.id if session else None, group=group)
    sheet = BadgeSheet(
        event=event.title,
        title=_("Badges"),
        labels=LABEL_SHEETS[form.labels.data],
        first=form.first.data,
        cutting=bool(form.cutting.data),
    )
    wanted = Wanted(codes=bool(form.codes.data), blanks=bool(form.blanks.data))
    content = badges_of(sheet, event, parties, wanted, base_url=current_app.config["BASE_URL"])
    with transaction():
        note_printed(event.id, "badges", _subject(event, session), number=len(parties), at=now(), actor=g.actor)
    return _paper(content, f"{slug}-badges")


@blueprint.post("/ticket")
@requires(Right.EDIT_EVENT)
def ticket(slug: str) -> Response:
    """One registration's tickets, in its own language, for who has no telephone."""
    event = staff_event(slug, g.actor, Right.EDIT_EVENT)
    form = TicketForm(request.form, prefix="ticket-")
    sheet = _sheet(event, form) if form.validate() else None
    if sheet is None:
        return _page(event, 422, ticket=form)
    speak(sheet.registration.language)
    content = ticket_pdf(
        sheet,
        tickets_in_use(sheet.registration.id),
        base_url=current_app.config["BASE_URL"],
        size=form.size.data,
        party=party_of(sheet.registration.id),
    )
    subject = f"registration:{sheet.registration.uuid}"
    with transaction():
        note_printed(event.id, "ticket", subject, number=1, at=now(), actor=g.actor)
    return _paper(content, f"{slug}-ticket")


def _sheet(event: Event, form: TicketForm) -> Sheet | None:
    typed = read_code(form.number.data or "")
    found = ticket_by_code(event.id, typed.code) if typed.code else ticket_by_number(event.id, typed.number or "")
    sheet = sheet_by_code(found.code) if found else None
    if sheet is None:
        add_error(form, "number", _("No ticket of this event has this number. Check the digits."))
        return None
    if not sheet.usable:
        add_error(form, "number", _("This ticket is no longer valid: it was cancelled, blocked or replaced."))
        return None
    return sheet


def _offering(form: RosterForm, event: Event) -> RosterForm:
    query = select(EventSession).filter_by(event_id=event.id).order_by(EventSession.starts_at, EventSession.code)
    sessions = db.session.scalars(query)
    form.offer(SelectChoice(one.code, f"{_when(one, event.timezone)} {plain(one.title)}") for one in sessions)
    if isinstance(form, BadgesForm):
        groups = sorted(groups_of(event.id), key=lambda one: kana_order(one.name))
        form.offer_groups((one.uuid, one.name) for one in groups)
    return form


def _session(event: Event, form: RosterForm) -> EventSession | None:
    return session_in(event, form.session.data) if form.session.data else None


def _form_at(slug: str, session: EventSession) -> str:
    """Where who came is typed in, in full, for a code on paper."""
    path = url_for("rosters.show", slug=slug, place=session_code(session.code))
    return f"{current_app.config['BASE_URL']}{path}"


def _subject(event: Event, session: EventSession | None) -> str:
    return f"session:{session.uuid}" if session else f"event:{event.uuid}"


def _page(event: Event, status: int = 200, *, session: str = "", **forms: Any) -> Response:
    shown = {
        "roster": forms.get("roster") or _offering(RosterForm(prefix="roster-", data={"session": session}), event),
        "badges": forms.get("badges")
        or _offering(BadgesForm(prefix="badges-", data={**PLAIN, "session": session}), event),
        "ticket": forms.get("ticket") or TicketForm(prefix="ticket-"),
    }
    wrong = next(iter(forms.values()), None)
    return make_response(render_template("console/print.html", event=event, wrong=wrong, **shown), status)


def _paper(content: bytes, name: str) -> Response:
    """Names are on it: no cache keeps it."""
    response = Response(content, mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _when(session: EventSession, zone: str) -> str:
    hours = times(session.starts_at, session.ends_at, ZoneInfo(zone))
    return f"{plain(day(session.starts_at, zone))} {plain(hours)}"
