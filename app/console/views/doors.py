"""Sheets for the doors of rooms: what is held there today, and a code that leads to the day's programme."""

from datetime import date
from typing import Any

from flask import Blueprint, Response, current_app, g, render_template, url_for

from app.errors import NotFound
from app.programme.models import Event
from app.programme.queries import is_released, programme_of_event, published, staff_event
from app.programme.rules.facts import Programme
from app.programme.rules.sheets import RoomDay, room_days
from app.web.actors import Right
from app.web.guards import requires
from registrations import qr
from registrations.rules import times

blueprint = Blueprint("doors", __name__, url_prefix="/console/events/<slug>/door-sheets")


@blueprint.get("")
@requires(Right.EDIT_EVENT)
def sheets(slug: str) -> str:
    """One sheet of A4 for each room and day: as released, or as planned before the first release."""
    event = staff_event(slug, g.actor, Right.EDIT_EVENT)
    programme = _programme(event)
    return render_template(
        "console/door-sheets.html",
        event=event,
        sheets=[_sheet(event, programme, one) for one in room_days(programme)],
        planned=not is_released(event.id),
    )


@blueprint.get("/<day>.svg")
@requires(Right.EDIT_EVENT)
def code(slug: str, day: str) -> Response:
    """The code of one day's programme."""
    event = staff_event(slug, g.actor, Right.EDIT_EVENT)
    if not any(one.day.isoformat() == day for one in room_days(_programme(event))):
        raise NotFound
    picture = qr.svg(_address(event, date.fromisoformat(day)))
    return Response(picture, content_type="image/svg+xml", headers={"Cache-Control": "private, no-store"})


def _programme(event: Event) -> Programme:
    return published(event.id).programme if is_released(event.id) else programme_of_event(event)


def _sheet(event: Event, programme: Programme, one: RoomDay) -> dict[str, Any]:
    zone = programme.event.zone
    return {
        "day": one.day,
        "venue": one.venue.name,
        "room": one.room,
        "code": url_for(".code", slug=event.slug, day=one.day.isoformat()),
        "address": _address(event, one.day),
        "sessions": [(times(session.starts_at, session.ends_at, zone), session) for session in one.sessions],
    }


def _address(event: Event, day: date) -> str:
    """The place of a day in the public timetable."""
    return f"{current_app.config['BASE_URL']}/events/{event.slug}/timetable#day-{day.isoformat()}"
