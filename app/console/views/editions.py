"""Editions of an event's attendance: what is still open, the measure, issuing; each one whole, and what it changed; and
withdrawing one that was found wrong."""

from flask import Blueprint, flash, g, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from analytics.exports.differences import correction_table, difference_table
from analytics.exports.editions import shown_table
from analytics.exports.tables import tables_of
from analytics.exports.words import MISSING
from analytics.forms import ReportForm
from analytics.operations.editions import NothingCounted, draft_edition, issue_edition, withdraw_edition
from analytics.queries import figures_of, original_figures_of
from analytics.queries.closing import closing_days
from analytics.queries.editions import Issued, edition_numbered, editions_of, newest_number, standing_number
from analytics.rules import Attendance, Missing
from analytics.rules.editions import Standing, WhyWithdrawn, attendance_of
from app.clock import now
from app.console.forms.editions import ABOUT, WHY_WITHDRAWN, EditionForm, WithdrawalForm
from app.console.views.closing import Unsettled, unsettled
from app.db import transaction
from app.errors import Refused
from app.programme.models import Event
from app.programme.queries import is_released, staff_event
from app.web.actors import Right
from app.web.guards import requires
from app.web.languages import current_language

blueprint = Blueprint("editions", __name__, url_prefix="/console/events/<slug>/editions")
TABLES = ("people", "visits", "sessions", "session-categories", "days", "methods")
WHY_NOT = {
    "nothing_counted": _l("Nobody was counted in this measure, so there is no figure to report. Choose another one."),
    "not_standing": _l("The public does not read this edition any more, so nothing was withdrawn."),
    "issued_meanwhile": _l("Somebody else has issued an edition meanwhile. Look at it first; nothing was issued now."),
}
NO_TOTAL = _l(
    "The public would not see the total of this edition: with it, a number under five could be worked out, perhaps by"
    " comparing it with an edition before. The report for the staff shows every number. To issue it all the same, press"
    " “Issue” again."
)


@blueprint.get("")
@requires(Right.VIEW_FIGURES)
def listed(slug: str) -> str:
    """Every edition, and for who may issue one what is still open."""
    event = staff_event(slug, g.actor, Right.VIEW_FIGURES)
    return _page(event, EditionForm(data={"after": str(newest_number(event.id))}))


@blueprint.post("")
@requires(Right.EDIT_EVENT)
def issue(slug: str) -> Response:
    """Issue the next one."""
    event, at = staff_event(slug, g.actor, Right.EDIT_EVENT), now()
    form = EditionForm(request.form)
    if not form.validate():
        return make_response(_page(event, form), 422)
    open_now = _unsettled(event).counts
    try:
        if form.after.data != str(newest_number(event.id)):
            raise Refused("issued_meanwhile")
        original = original_figures_of(event, at=at)
        draft = draft_edition(event, Attendance(form.measure.data), figures_of(event, at=at), original=original)
        if draft.public.attendance_total.standing is Standing.HIDDEN and request.form.get("unseen") != "yes":
            form.form_errors.append(NO_TOTAL)
            return make_response(_page(event, form, unseen=True), 422)
        with transaction():
            edition = issue_edition(event, draft, still_open=open_now, at=at, actor=g.actor)
    except Refused as no:
        if isinstance(no, NothingCounted):
            form.measure.errors = [WHY_NOT[no.code]]
        else:
            form.form_errors.append(WHY_NOT[no.code])
        form.after.data = str(newest_number(event.id))
        return make_response(_page(event, form), 422)
    flash(_("Edition %(number)s is issued. The public page and the open data show it from now on.",
            number=edition.number), "success")  # fmt: skip
    return redirect(url_for(".show", slug=slug, number=edition.number), 303)


@blueprint.get("/<int:number>")
@requires(Right.VIEW_FIGURES)
def show(slug: str, number: int) -> str:
    """One edition as it was issued, what it changed against the one before, and what became of it."""
    event = staff_event(slug, g.actor, Right.VIEW_FIGURES)
    return _edition_page(event, edition_numbered(event.id, number), WithdrawalForm())


@blueprint.post("/<int:number>/withdrawal")
@requires(Right.EDIT_EVENT)
def withdraw(slug: str, number: int) -> Response:
    """Take the edition that the public reads from the public."""
    event = staff_event(slug, g.actor, Right.EDIT_EVENT)
    edition, form = edition_numbered(event.id, number), WithdrawalForm(request.form)
    if not form.validate():
        return make_response(_edition_page(event, edition, form), 422)
    reason = WhyWithdrawn(form.reason.data)
    try:
        with transaction():
            withdraw_edition(event, number, reason=reason, at=now(), actor=g.actor)
    except Refused as no:
        form.form_errors.append(WHY_NOT[no.code])
        return make_response(_edition_page(event, edition, form), 422)
    flash(_("Edition %(number)s is withdrawn. The public page says so and shows no figures.", number=number), "success")
    return redirect(url_for(".show", slug=slug, number=number), 303)


def _edition_page(event: Event, edition: Issued, form: WithdrawalForm) -> str:
    number, lines = edition.number, editions_of(event.id)
    line = next(one for one in lines if one.number == number)
    stands = standing_number(event.id) == number
    may_withdraw = stands and g.actor.may(Right.EDIT_EVENT, host_id=event.host_id, event_id=event.id)
    before = edition_numbered(event.id, number - 1) if number > 1 else None
    tables = tables_of(edition.figures)
    return render_template(
        "console/figures/edition.html",
        event=event,
        edition=edition,
        line=line,
        newest=lines[0].number,
        stands=stands,
        form=form if may_withdraw or form.errors else None,
        why_withdrawn=WHY_WITHDRAWN,
        published=shown_table(edition, stands=stands),
        difference=difference_table(before, edition) if before else None,
        corrections=correction_table(edition.original, edition.figures) if edition.original else None,
        tables=[tables[name] for name in TABLES],
        missing_words=MISSING,
        report_form=ReportForm(reader="staff", format="pdf", lang=current_language()),
        released=is_released(event.id),
    )


def _page(event: Event, form: EditionForm, *, unseen: bool = False) -> str:
    figures = figures_of(event, at=now())
    totals: dict[str, int | None] = {}
    for measure in Attendance:
        found = attendance_of(figures, measure)
        totals[measure.value] = None if isinstance(found, Missing) else sum(found.values())
    may_issue = g.actor.may(Right.EDIT_EVENT, host_id=event.host_id, event_id=event.id)
    return render_template(
        "console/figures/editions.html",
        event=event,
        editions=editions_of(event.id),
        form=form if may_issue else None,
        unseen=unseen,
        unsettled=_unsettled(event) if may_issue else None,
        totals=totals,
        about=ABOUT,
    )


def _unsettled(event: Event) -> Unsettled:
    places = [one for day in closing_days(event).values() for one in day]
    return unsettled(event, places, at=now())
