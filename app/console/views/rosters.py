"""A roster on paper is typed in afterwards: who has a tick was there, marked as paper."""

from uuid import uuid5
from zoneinfo import ZoneInfo

from flask import Blueprint, flash, g, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from app.clock import now
from app.console.forms.check_in import act_id
from app.console.forms.programme import local_moment
from app.console.forms.rosters import RosterTypingForm
from app.console.views.once import once
from app.console.views.paging import page_of
from app.errors import NotFound
from app.group import write_together
from app.programme.models import Event
from app.programme.queries import staff_event
from app.web.actors import Right
from app.web.guards import requires
from checkin.operations.answers import Answer
from checkin.operations.desk import MOST_AT_ONCE, DeskAct, DeskStaff, record_at_desk
from checkin.queries.desk import count_booked, desk_place, tickets_booked
from checkin.queries.gates import categories_of
from checkin.queries.paper import PaperPlace
from checkin.rules import Verdict
from registrations.rules import spoken

blueprint = Blueprint("rosters", __name__, url_prefix="/console/events/<slug>/tallies/<place>/roster")
LINES_A_PAGE, MOST = 100, 10_000


@blueprint.get("")
@requires(Right.EDIT_EVENT)
def show(slug: str, place: str) -> Response:
    """Everybody who has a place in the session, to be ticked as on the paper."""
    event, found, session_id = _session(slug, place)
    at = now()
    begun = min(found.starts_at, at) if found.starts_at and not found.all_day else None
    form = RosterTypingForm.of(event, found, at, came_at=local_moment(begun, ZoneInfo(event.timezone)))
    return _page(event, found, session_id, form)


@blueprint.post("")
@requires(Right.EDIT_EVENT)
def write(slug: str, place: str) -> Response:
    """These came: facts, with all whom the door expects of each; a form sent twice counts once."""
    event, found, session_id = _session(slug, place)
    form = RosterTypingForm.of(event, found, now(), request.form)
    ticked = list(dict.fromkeys(request.form.getlist("who")))[:MOST_AT_ONCE]
    came_at = form.moment if form.validate() else None
    if not ticked:
        form.form_errors.append(_("Nobody is ticked."))
    if came_at is None or not ticked:
        return make_response(_page(event, found, session_id, form, ticked=ticked), 422)
    act, staff, at = act_id(form.act.data), DeskStaff.of(event, g.actor), now()
    missing = {one.number for one in tickets_booked(event.id, found, session_id, limit=MOST) if one.came < one.booked}
    acts = [DeskAct(uuid5(act, one), place, one, everybody=True, came_at=came_at) for one in ticked if one in missing]
    answers = once(lambda: write_together(lambda wire: record_at_desk(wire, slug, staff, acts, at=at)))
    _tell(answers, before=len(ticked) - len(acts))
    return redirect(url_for(".show", slug=slug, place=place, page=request.form.get("page", type=int)), 303)


def _session(slug: str, code: str) -> tuple[Event, PaperPlace, int]:
    """Raises NotFound for an entrance, where nobody is booked."""
    event = staff_event(slug, g.actor, Right.EDIT_EVENT)
    place, session_id = desk_place(event, code)
    if session_id is None:
        raise NotFound
    return event, place, session_id


def _tell(answers: list[Answer], *, before: int) -> None:
    """`before`: of so many everybody was in when the form came."""
    came = sum(bool(answer.verdict and answer.verdict.lets_in) for answer in answers)
    again = before + sum(answer.verdict is Verdict.ALREADY_IN for answer in answers)
    words = ngettext(
        "%(num)s ticket was written down, marked as paper.", "%(num)s tickets were written down, marked as paper.", came
    )
    flash(words, "success")
    if again:
        flash(ngettext("%(num)s was in already.", "%(num)s were in already.", again), "info")


def _page(
    event: Event, place: PaperPlace, session_id: int, form: RosterTypingForm, *, ticked: list[str] | None = None
) -> Response:
    page = page_of(count_booked(event.id, session_id), LINES_A_PAGE)
    return make_response(
        render_template(
            "console/door/desk-booked.html",
            event=event,
            place=place,
            page=page,
            lines=tickets_booked(event.id, place, session_id, limit=LINES_A_PAGE, skip=page.skip),
            act=form.act.data,
            form=form,
            ticked=ticked or [],
            labels={one.key: one.label for one in categories_of(event.id)},
            spoken=spoken,
        )
    )
