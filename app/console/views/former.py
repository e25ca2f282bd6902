"""Former years typed in from paper, and the organiser's words for the report."""

from uuid import UUID

from flask import Blueprint, flash, g, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from analytics.exports.former import MEASURES, former_table
from analytics.exports.words import MISSING
from analytics.operations.former import drop_former_year, keep_former_year, write_comments
from analytics.queries import figures_of
from analytics.queries.former import comment_row, former_year, former_years
from analytics.report import measure_of
from app.clock import now
from app.console.forms.editing import Difference
from app.console.forms.former import CommentsForm, FormerYearForm
from app.db import transaction
from app.errors import Refused
from app.programme.models import Event
from app.programme.operations import ChangedMeanwhile
from app.programme.queries import staff_event
from app.programme.queries.things import categories_in
from app.web.actors import Right
from app.web.guards import requires

blueprint = Blueprint("former", __name__, url_prefix="/console/events/<slug>/attendance")


@blueprint.get("/former-years")
@requires(Right.EDIT_EVENT)
def listed(slug: str) -> str:
    """Every year beside this one, and a form for one more."""
    event = staff_event(slug, g.actor, Right.EDIT_EVENT)
    return _list(event, FormerYearForm.of_event(event, categories_in(event)))


@blueprint.post("/former-years")
@requires(Right.EDIT_EVENT)
def add(slug: str) -> Response:
    """Keep one more year."""
    event = staff_event(slug, g.actor, Right.EDIT_EVENT)
    form = FormerYearForm.of_event(event, categories_in(event), request.form)
    if not form.validate():
        return make_response(_list(event, form), 422)
    try:
        with transaction():
            keep_former_year(event, form.columns, form.numbers, at=now(), actor=g.actor)
    except Refused:
        event = staff_event(slug, g.actor, Right.EDIT_EVENT)
        return make_response(_list(event, _twice(form)), 422)
    flash(_("Saved."), "success")
    return redirect(url_for(".listed", slug=slug), 303)


@blueprint.get("/former-years/<uuid:year>")
@requires(Right.EDIT_EVENT)
def show(slug: str, year: UUID) -> str:
    """One year, to change it or take it away."""
    event = staff_event(slug, g.actor, Right.EDIT_EVENT)
    form = FormerYearForm.of_event(event, categories_in(event), row=former_year(event.id, year))
    return _one(event, year, form)


@blueprint.post("/former-years/<uuid:year>")
@requires(Right.EDIT_EVENT)
def change(slug: str, year: UUID) -> Response:
    """Keep what was changed; if somebody else was faster, theirs is put beside."""
    event = staff_event(slug, g.actor, Right.EDIT_EVENT)
    row = former_year(event.id, year)
    form = FormerYearForm.of_event(event, categories_in(event), request.form)
    if not form.validate():
        return make_response(_one(event, year, form), 422)
    try:
        with transaction():
            keep_former_year(
                event, form.columns, form.numbers, row=row, version=form.seen_version, at=now(), actor=g.actor
            )
    except ChangedMeanwhile:
        event = staff_event(slug, g.actor, Right.EDIT_EVENT)
        merged, differences = form.beside(former_year(event.id, year))
        return make_response(_one(event, year, merged, differences), 409)
    except Refused:
        event = staff_event(slug, g.actor, Right.EDIT_EVENT)
        return make_response(_one(event, year, _twice(form)), 422)
    flash(_("Saved."), "success")
    return redirect(url_for(".listed", slug=slug), 303)


@blueprint.post("/former-years/<uuid:year>/removal")
@requires(Right.EDIT_EVENT)
def remove(slug: str, year: UUID) -> Response:
    """Take a year away."""
    event = staff_event(slug, g.actor, Right.EDIT_EVENT)
    with transaction():
        drop_former_year(event, former_year(event.id, year), at=now(), actor=g.actor)
    flash(_("Removed."), "success")
    return redirect(url_for(".listed", slug=slug), 303)


@blueprint.get("/comments")
@requires(Right.EDIT_EVENT)
def comments(slug: str) -> str:
    """The organiser's words for the report."""
    event = staff_event(slug, g.actor, Right.EDIT_EVENT)
    return _comments(event, CommentsForm.of(comment_row(event.id)))


@blueprint.post("/comments")
@requires(Right.EDIT_EVENT)
def write(slug: str) -> Response:
    """Keep them."""
    event = staff_event(slug, g.actor, Right.EDIT_EVENT)
    form = CommentsForm(request.form)
    if not form.validate():
        return make_response(_comments(event, form), 422)
    try:
        with transaction():
            write_comments(event, form.words.data, version=form.seen_version, at=now(), actor=g.actor)
    except ChangedMeanwhile:
        event = staff_event(slug, g.actor, Right.EDIT_EVENT)
        merged, differences = form.beside(comment_row(event.id))
        return make_response(_comments(event, merged, differences), 409)
    flash(_("Saved."), "success")
    return redirect(url_for("attendance.overview", slug=slug, _anchor="report"), 303)


def _twice(form: FormerYearForm) -> FormerYearForm:
    form.year.errors = [*form.year.errors, _("This year was typed in this measure already. Open it in the list.")]
    return form


def _list(event: Event, form: FormerYearForm) -> str:
    typed = former_years(event.id)
    table = former_table(figures_of(event, at=now()), [one.figures for one in typed], measure_of(event))
    return render_template(
        "console/figures/former-years.html",
        event=event,
        form=form,
        typed=typed,
        table=table,
        missing_words=MISSING,
        measures=MEASURES,
    )


def _one(event: Event, year: UUID, form: FormerYearForm, differences: list[Difference] | None = None) -> str:
    return render_template(
        "console/figures/former-year.html", event=event, year=year, form=form, differences=differences
    )


def _comments(event: Event, form: CommentsForm, differences: list[Difference] | None = None) -> str:
    return render_template("console/figures/comments.html", event=event, form=form, differences=differences)
