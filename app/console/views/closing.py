"""Day close: a page for each event day, what is still open above it, and the organiser's word for each place."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, flash, g, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from analytics.exports.words import METHODS
from analytics.queries import figures_of
from analytics.queries.closing import closing_days
from analytics.rules.absence import no_show
from app.clock import now
from app.console.forms.closing import STATES, ClosingForm
from app.console.operations import note_sheet
from app.console.queries.overview import news_of
from app.db import transaction
from app.errors import NotFound
from app.programme.models import Event
from app.programme.queries import staff_event
from app.web.actors import Right
from app.web.guards import requires
from checkin.operations.closing import close_places, seal_ledger
from checkin.queries.closing import ClosingPlace, still_open
from checkin.queries.device_list import DeviceLine, devices_of
from checkin.queries.gates import categories_of
from checkin.queries.paper import PaperPlace, paper_place
from checkin.queries.printed import KINDS, UNUSED, PrintedSheet, sheets_printed
from checkin.rules.times import event_day

blueprint = Blueprint("closing", __name__, url_prefix="/console/events/<slug>/closing")


@dataclass(frozen=True)
class Unsettled:
    """What should be settled before a day is closed or an edition is issued."""

    conflicts: int
    waiting: list[DeviceLine]
    places: dict[str, int]
    sheets: list[tuple[PaperPlace, PrintedSheet]]

    @property
    def anything(self) -> bool:
        return bool(self.conflicts or self.waiting or self.sheets or any(self.places.values()))

    @property
    def counts(self) -> dict[str, int]:
        """The same in numbers, as an edition keeps them."""
        unsent = sum(device.queue_length or 0 for device in self.waiting)
        return {"conflicts": self.conflicts, "unsent": unsent, "sheets": len(self.sheets), **self.places}


def unsettled(event: Event, places: Iterable[ClosingPlace], *, at: datetime) -> Unsettled:
    """Of the whole event, but of places only these."""
    places = list(places)
    begun = {one.place.id: one.place for one in places if one.begins_at <= at}
    sheets = [(begun[one.place_id], one) for one in sheets_printed(event.id) if one.place_id in begun]
    waiting = [device for device in devices_of(event.id) if device.works(at) and device.queue_length]
    conflicts = news_of([event.id], at=at)[event.id].conflicts
    return Unsettled(conflicts, waiting, still_open(places, at=at), sheets)


@blueprint.get("")
@requires(Right.EDIT_EVENT)
def days(slug: str) -> str:
    """Every day of the event, and how far it is closed."""
    event = staff_event(slug, g.actor, Right.EDIT_EVENT)
    found, at = closing_days(event), now()
    shown = {day: (len(places), still_open(places, at=at)) for day, places in found.items()}
    return render_template("console/figures/days.html", event=event, days=shown, today=_today(event))


@blueprint.post("/unused")
@requires(Right.EDIT_EVENT)
def unused(slug: str) -> Response:
    """A sheet or a roster was printed, and nobody counted with it."""
    event, kind = staff_event(slug, g.actor, Right.EDIT_EVENT), request.form.get("kind", "")
    place = paper_place(event, request.form.get("place", ""))
    if kind not in KINDS:
        raise NotFound
    with transaction():
        note_sheet(event.id, place.id, UNUSED, kind=kind, at=now(), actor=g.actor)
    flash(_("Noted: it was not used."), "success")
    day = request.form.get("day", "")
    return redirect(url_for(".show", slug=slug, day=day) if day else url_for("editions.listed", slug=slug), 303)


@blueprint.get("/<day>")
@requires(Right.EDIT_EVENT)
def show(slug: str, day: str) -> str:
    """The places of one day."""
    event = staff_event(slug, g.actor, Right.EDIT_EVENT)
    found, places = _places(event, day)
    return _page(event, found, places, ClosingForm.of(places))


@blueprint.post("/<day>")
@requires(Right.EDIT_EVENT)
def close(slug: str, day: str) -> Response:
    """Keep what was said of the places, and seal the ledger."""
    event = staff_event(slug, g.actor, Right.EDIT_EVENT)
    found, places = _places(event, day)
    if found > _today(event):
        raise NotFound
    form, at = ClosingForm.of(places, request.form), now()
    states = form.read()
    if states is None:
        return make_response(_page(event, found, places, form), 422)
    with transaction():
        close_places(event, found, states, at=at, actor=g.actor)
    seal_ledger(at)
    flash(_("Kept. Whatever comes later for these places is marked as late."), "success")
    return redirect(url_for(".show", slug=slug, day=day), 303)


def _page(event: Event, day: date, places: list[ClosingPlace], form: ClosingForm) -> str:
    at = now()
    figures: dict[str, Any] = {f"session:{one.session.code}": one for one in figures_of(event, at=at).sessions}
    return render_template(
        "console/figures/closing.html",
        event=event,
        day=day,
        today=_today(event),
        places=places,
        figures=figures,
        absent={code: no_show(one) for code, one in figures.items()},
        form=form,
        unsettled=unsettled(event, places, at=at),
        labels={one.key: one.label for one in categories_of(event.id)},
        keys={one.id: one.key for one in categories_of(event.id)},
        methods=METHODS,
        states=STATES,
    )


def _places(event: Event, day: str) -> tuple[date, list[ClosingPlace]]:
    """The day and its places. Raises NotFound for what is no day of the event."""
    found = closing_days(event)
    chosen = next((one for one in found if one.isoformat() == day), None)
    if chosen is None:
        raise NotFound
    return chosen, found[chosen]


def _today(event: Event) -> date:
    return event_day(now(), ZoneInfo(event.timezone), event.day_ends_at)
