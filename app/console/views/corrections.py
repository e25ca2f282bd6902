"""Corrections of figures: what was corrected, a form for each place, and before and after to look at first."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, flash, g, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from analytics.exports.differences import correction_table
from analytics.exports.words import METHODS, MISSING
from analytics.queries import figures_of, original_figures_of
from analytics.queries.closing import closing_days
from analytics.rules.figures import Count, Figures
from app.clock import now
from app.console.forms.corrections import ABOUT, REASONS, CorrectionForm, packed
from app.console.forms.programme import local_moment
from app.console.views.once import once
from app.console.views.paging import page_of
from app.db import transaction
from app.errors import NotFound, Refused
from app.programme.models import Event
from app.programme.queries import staff_event
from app.web.actors import Right
from app.web.guards import requires
from app.web.languages import plain
from checkin.models import Scan
from checkin.operations import take_back
from checkin.operations.correcting import Correction, correct
from checkin.queries.closing import ClosingPlace
from checkin.queries.corrections import (
    correction_count,
    correction_scan,
    corrections_of,
    counted_at,
    known_without_ticket,
)
from checkin.queries.gates import categories_of
from checkin.rules import Method
from checkin.rules.correcting import not_covered

blueprint = Blueprint("corrections", __name__, url_prefix="/console/events/<slug>/corrections")
LINES_A_PAGE = 30
MEANWHILE = _l("The figures of this place have changed meanwhile. Look at them again; nothing was corrected.")


@dataclass(frozen=True)
class Preview:
    """What the event's figures will be. people, visits: before and after; None: that figure does not change."""

    people: tuple[int, int] | None
    visits: tuple[int, int] | None


@blueprint.get("")
@requires(Right.EDIT_EVENT)
def listed(slug: str) -> str:
    """What was corrected, the newest first, and the places where one can correct."""
    event = staff_event(slug, g.actor, Right.EDIT_EVENT)
    page = page_of(correction_count(event.id), LINES_A_PAGE)
    corrected, original = figures_of(event, at=now()), original_figures_of(event, at=now())
    return render_template(
        "console/figures/corrections.html",
        event=event,
        lines=corrections_of(event.id, limit=LINES_A_PAGE, skip=page.skip),
        page=page,
        table=correction_table(original, corrected) if original else None,
        places=[one for day in closing_days(event).values() for one in day if one.methods],
        labels={one.key: one.label for one in categories_of(event.id)},
        reasons=REASONS,
        methods=METHODS,
        missing_words=MISSING,
    )


@blueprint.get("/<place>")
@requires(Right.EDIT_EVENT)
def show(slug: str, place: str) -> str:
    """The form: what is counted, and what it should be."""
    event = staff_event(slug, g.actor, Right.EDIT_EVENT)
    found = _place(event, place)
    return _page(event, found, _form(event, found))


@blueprint.post("/<place>")
@requires(Right.EDIT_EVENT)
def add(slug: str, place: str) -> Response:
    """Before and after are shown first; then the lines are written."""
    event = staff_event(slug, g.actor, Right.EDIT_EVENT)
    found = _place(event, place)
    if Method.ROOM_COUNT in found.methods:
        raise NotFound
    form = _form(event, found, typed=True)
    wish = form.read(place)
    if wish is not None and (why_not := _why_not(event, found, form, wish)):
        form.form_errors.append(why_not)
        wish = None
    if wish is None:
        return make_response(_page(event, found, form), 422)
    if request.form.get("sure") != "yes":
        return make_response(_page(event, found, form, wish))
    try:
        written = once(lambda: _written(event, wish))
    except Refused:
        form = _form(event, found)
        form.form_errors.append(MEANWHILE)
        return make_response(_page(event, _place(event, place), form), 422)
    flash(_("The correction is written down.") if written else _("It was written down already."), "success")
    return redirect(url_for(".listed", slug=slug), 303)


@blueprint.post("/taking-back")
@requires(Right.EDIT_EVENT)
def undo(slug: str) -> Response:
    """A correction that was wrong is taken back by further lines."""
    event = staff_event(slug, g.actor, Right.EDIT_EVENT)
    try:
        scan = correction_scan(event, UUID(request.form.get("correction", "")))
    except ValueError:
        raise NotFound from None
    once(lambda: _take_back(event, scan))
    flash(_("Taken back."), "success")
    return redirect(url_for(".listed", slug=slug), 303)


def _written(event: Event, wish: Correction) -> bool:
    with transaction():
        return correct(event, wish, at=now(), actor=g.actor)


def _take_back(event: Event, scan: Scan) -> None:
    with transaction():
        take_back(event, scan, at=now(), actor=g.actor)


def _form(event: Event, found: ClosingPlace, *, typed: bool = False) -> CorrectionForm:
    zone, at = ZoneInfo(event.timezone), now()
    counted = counted_at(event.id, found.place.id)
    given = {
        "stood": packed(counted),
        "counted_at": local_moment(found.place.usual_moment(zone, at), zone),
        "new_today": found.place.day is not None,
    }
    return CorrectionForm.of(
        categories_of(event.id), counted, request.form if typed else None, zone=zone, now=at, **given
    )


def _page(event: Event, found: ClosingPlace, form: CorrectionForm, wish: Correction | None = None) -> str:
    """The form; with a wish: before and after, and the question whether it is so."""
    figures = figures_of(event, at=now())
    return render_template(
        "console/figures/correction.html",
        event=event,
        found=found,
        form=form,
        before=form.before,
        wish=wish,
        preview=_preview(figures, found, wish) if wish else None,
        categories=form.categories,
        room_counted=Method.ROOM_COUNT in found.methods,
        about=ABOUT,
        reasons=REASONS,
    )


def _why_not(event: Event, found: ClosingPlace, form: CorrectionForm, wish: Correction) -> str | None:
    """Why it cannot be made as it is, in a sentence."""
    if wish.stood != form.before:
        form.stood.data = packed(form.before)
        return str(MEANWHILE)
    known = known_without_ticket(event.id, found.place.id, new_today=wish.new_today)
    for key, most in not_covered(wish.changes, known).items():
        category = next(plain(one.label) for one in form.categories if one.key == key)
        sentence = _l(
            "Only who was counted here without a ticket can be taken off: of %(category)s at most %(most)s. Look also "
            "at the tick whether they were here for the first time. A ticket is corrected at its registration."
        )
        return str(sentence) % {"category": category, "most": most}
    return None


def _preview(figures: Figures, found: ClosingPlace, wish: Correction) -> Preview:
    """A correction changes the sums by just what it says."""
    more = sum(wish.changes.values())
    people = _moved(figures.people, more) if wish.new_today else None
    return Preview(people, _moved(figures.visits, more) if found.place.day is None else None)


def _moved(count: object, more: int) -> tuple[int, int] | None:
    return (count.number, count.number + more) if isinstance(count, Count) else None


def _place(event: Event, code: str) -> ClosingPlace:
    """A place of the event by its code. Raises NotFound."""
    places: Mapping[str, ClosingPlace] = {one.place.code: one for day in closing_days(event).values() for one in day}
    if code not in places:
        raise NotFound
    return places[code]
