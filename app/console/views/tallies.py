"""Counting on paper: sheets to print for each place, and the form to type them in afterwards."""

import base64
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, current_app, flash, g, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.clock import now
from app.console.forms.programme import local_moment
from app.console.forms.tallies import TallyForm
from app.console.operations import note_sheet
from app.console.views.once import once
from app.db import transaction
from app.errors import NotFound
from app.programme.models import Event
from app.programme.queries import staff_event
from app.web.actors import Right
from app.web.guards import requires
from app.web.languages import stamp
from checkin.models import Scan
from checkin.operations import Sheet, take_back, type_sheet
from checkin.queries.gates import categories_of
from checkin.queries.paper import PaperPlace, TypedSheet, paper_place, paper_places, sheet_scan, sheets_typed
from checkin.queries.printed import PRINTED, sheets_printed
from registrations import qr

blueprint = Blueprint("tallies", __name__, url_prefix="/console/events/<slug>/tallies")


@blueprint.get("")
@requires(Right.EDIT_EVENT)
def listed(slug: str) -> str:
    """Every place where people can be counted on paper."""
    event = staff_event(slug, g.actor, Right.EDIT_EVENT)
    return render_template("console/door/tallies.html", event=event, places=paper_places(event))


@blueprint.get("/<place>/sheet")
@requires(Right.EDIT_EVENT)
def sheet(slug: str, place: str) -> str:
    """A sheet to print: strokes by category, and a code that leads to the form."""
    event = staff_event(slug, g.actor, Right.EDIT_EVENT)
    found = paper_place(event, place)
    printed = [one for one in sheets_printed(event.id) if (one.place_id, one.kind) == (found.id, "tally")]
    address = f"{current_app.config['BASE_URL']}{url_for('.show', slug=slug, place=place)}"
    code = base64.b64encode(qr.svg(address).encode()).decode()
    shown = {"place": found, "categories": categories_of(event.id), "code": f"data:image/svg+xml;base64,{code}"}
    return render_template("checkin/tally-sheet.html", event=event, address=address, printed=printed, **shown)


@blueprint.post("/<place>/sheet")
@requires(Right.EDIT_EVENT)
def note(slug: str, place: str) -> Response:
    """Somebody prints it: day close asks for it until it is typed in."""
    event = staff_event(slug, g.actor, Right.EDIT_EVENT)
    found = paper_place(event, place)
    with transaction():
        note_sheet(event.id, found.id, PRINTED, kind="tally", at=now(), actor=g.actor)
    flash(_("Noted. Print this page with your browser now."), "success")
    return redirect(url_for(".sheet", slug=slug, place=place), 303)


@blueprint.get("/<place>")
@requires(Right.EDIT_EVENT)
def show(slug: str, place: str) -> str:
    """The form to type a sheet in, and what was typed before."""
    event = staff_event(slug, g.actor, Right.EDIT_EVENT)
    return _page(event, paper_place(event, place))


@blueprint.post("/<place>")
@requires(Right.EDIT_EVENT)
def add(slug: str, place: str) -> Response:
    """Write a sheet's figures into the ledger, marked as paper."""
    event = staff_event(slug, g.actor, Right.EDIT_EVENT)
    found = paper_place(event, place)
    form = TallyForm.of(event, found, categories_of(event.id), now(), request.form)
    typed = form.read()
    twin = typed and request.form.get("another") != "yes" and _twin(event, found, typed)
    if twin:
        form.form_errors.append(_same_figures(event, twin))
        return make_response(_page(event, found, form, twin=True), 422)
    if typed is None:
        return make_response(_page(event, found, form), 422)
    written = once(lambda: _written(event, typed))
    if written:
        flash(_("%(number)s people were written down, marked as paper.", number=sum(typed.people.values())), "success")
    else:
        flash(_("This sheet was written down already."), "info")
    return redirect(url_for(".show", slug=slug, place=place), 303)


@blueprint.post("/<place>/taking-back")
@requires(Right.EDIT_EVENT)
def undo(slug: str, place: str) -> Response:
    """A sheet that was typed wrongly is taken back by further lines."""
    event = staff_event(slug, g.actor, Right.EDIT_EVENT)
    paper_place(event, place)
    try:
        scan = sheet_scan(event, UUID(request.form.get("sheet", "")))
    except ValueError:
        raise NotFound from None
    once(lambda: _take_back(event, scan))
    flash(_("Taken back."), "success")
    return redirect(url_for(".show", slug=slug, place=place), 303)


def _written(event: Event, typed: Sheet) -> bool:
    with transaction():
        return type_sheet(event, typed, at=now(), actor=g.actor)


def _take_back(event: Event, scan: Scan) -> None:
    with transaction():
        take_back(event, scan, at=now(), actor=g.actor)


def _twin(event: Event, place: PaperPlace, typed: Sheet) -> TypedSheet | None:
    """A sheet with the same figures at the same time, from another form: perhaps the same paper a second time."""
    same = (typed.counted_at, typed.people)
    found = (one for one in sheets_typed(event.id, place.id) if one.standing and (one.counted_at, one.people) == same)
    return next((one for one in found if one.scan_id != typed.id), None)


def _same_figures(event: Event, twin: TypedSheet) -> str:
    when = stamp(twin.typed_at, event.timezone)
    said: str = _(
        "The same numbers of the same time were written down on %(when)s by %(who)s. If this is another sheet, press"
        " “Write down” again. If it is the same one, there is nothing to do.",
        when=when,
        who=twin.typed_by or "–",
    )
    return said


def _page(event: Event, place: PaperPlace, form: TallyForm | None = None, *, twin: bool = False) -> str:
    categories = categories_of(event.id)
    if form is None:
        begun = None if place.all_day else place.starts_at  # nobody knows when of an exhibition's day
        given = {"counted_at": local_moment(begun, ZoneInfo(event.timezone)), "new_today": place.day is not None}
        form = TallyForm.of(event, place, categories, now(), **given)
    return render_template(
        "console/door/tally.html",
        event=event,
        place=place,
        form=form,
        twin=twin,
        sheets=sheets_typed(event.id, place.id),
        labels={one.key: one.label for one in categories},
    )
