"""The ticket's address: event and sessions, nothing about the person; opening it changes nothing."""

from typing import TypeVar

from flask import Blueprint, current_app, render_template
from werkzeug.wrappers import Response

from app.errors import NotFound
from app.web.guards import public
from app.web.hours import times
from app.web.languages import local, ruby
from app.web.limits import limit, network
from registrations import qr
from registrations.letters import when_event
from registrations.queries import Sheet, sheet_by_code
from registrations.queries.people import sessions_by_person, was_dropped
from registrations.queries.tickets import booked_by
from registrations.rules import day_of, read_code, spoken
from registrations.views import shapes
from registrations.views.ways import ways_of

MOST_MISSES = "30 per minute"
A_DAY = 24 * 3600
Found = TypeVar("Found")
blueprint = Blueprint("ticket", __name__)


@blueprint.get("/t/<code>")
@blueprint.get("/T/<code>")
@public
def show(code: str) -> Response:
    """What the ticket is for; staff scan it, they do not open it."""
    wanted = _code(code)
    sheet = found(sheet_by_code(wanted))
    mine = sessions_of(sheet)
    page = render_template(
        "registrations/ticket.html",
        sheet=sheet,
        dropped=was_dropped(sheet.ticket),
        event=sheet.event,
        event_name=local(sheet.event.title),
        event_url=f"/events/{sheet.event.slug}/",
        fictional=sheet.live.fictional,
        when=ruby(when_event(sheet.event)),
        code=wanted,
        number=spoken(sheet.ticket.number),
        ways=ways_of(sheet),
        rows=[
            {
                "title": local(session.title),
                "day": day_of(session.starts_at, sheet.event.zone),
                "times": ruby(times(session.starts_at, session.ends_at, sheet.event.zone)),
                "where": shapes.place_booked(session),
                "takes_place": session.takes_place,
            }
            for session in sheet.standing
            if mine is None or session.code in mine
        ],
    )
    return private(page)


@blueprint.get("/t/<code>/qr.svg")
@public
def drawing(code: str) -> Response:
    """The code as a drawing. It says no more than its address, so nothing is looked up."""
    address = qr.ticket_address(current_app.config["BASE_URL"], _code(code))
    return _picture(qr.svg(address).encode(), "image/svg+xml")


@blueprint.get("/t/<code>/qr.png")
@public
def picture(code: str) -> Response:
    """The code as a picture, to be kept among one's photographs."""
    address = qr.ticket_address(current_app.config["BASE_URL"], _code(code))
    return _picture(qr.png(address), "image/png")


def sessions_of(sheet: Sheet) -> frozenset[str] | None:
    """The sessions that this very ticket is booked for, where it is one person's; None: all of the registration."""
    who = sheet.ticket.attendee_id
    return booked_by(who, sessions_by_person(sheet.registration.id)) if who is not None else None


def found(row: Found | None) -> Found:
    """What a secret address opens; who guesses addresses is slowed down, and nobody beside them in the same network.
    Raises NotFound, or 429."""
    if row is not None:
        return row
    limit(MOST_MISSES, "guessed address", network())
    raise NotFound


def private(page: str, status: int = 200) -> Response:
    """A page that no search engine lists and no cache keeps."""
    response = Response(page, status, mimetype="text/html")
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Cache-Control"] = "no-store"
    return response


def _code(text: str) -> str:
    return found(read_code(text).code)


def _picture(content: bytes, mimetype: str) -> Response:
    response = Response(content, mimetype=mimetype)
    response.headers["Cache-Control"] = f"private, max-age={A_DAY}"
    response.headers["X-Robots-Tag"] = "noindex"
    return response
