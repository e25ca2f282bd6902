"""Tickets as PDF: at the ticket's address without a name, at the private link with it."""

from flask import Blueprint, current_app, redirect, request
from werkzeug.wrappers import Response

from app.errors import NotFound
from app.web.guards import public
from app.web.languages import LANGUAGES, speak
from registrations.pdf import TICKET_SIZES, TicketSize, ticket_pdf
from registrations.queries import party_of, sheet_by_code, sheet_by_link
from registrations.queries.tickets import PaperTicket, tickets_in_use
from registrations.rules import read_code
from registrations.views.tickets import found, sessions_of

blueprint = Blueprint("ticket_papers", __name__)


@blueprint.get("/t/<code>/ticket.pdf")
@public
def nameless(code: str) -> Response:
    """What the ticket's page shows, in the reader's language: event, sessions, the code; nothing about the person."""
    wanted = found(read_code(code).code)
    sheet = found(sheet_by_code(wanted))
    if not sheet.usable:
        return redirect(f"/t/{wanted}", 303)
    who = sheet.ticket.attendee_id
    ticket = PaperTicket(sheet.ticket.number, sheet.ticket.code, attendee_id=who, sessions=sessions_of(sheet))
    return _paper(ticket_pdf(sheet, [ticket], base_url=current_app.config["BASE_URL"], size=_size()))


@blueprint.get("/r/<link>/ticket.pdf")
@public
def named(link: str) -> Response:
    """Every ticket of the registration with its name, in the language that was chosen when registering."""
    sheet = found(sheet_by_link(link))
    if not sheet.usable:
        return redirect(f"/r/{link}", 303)
    if request.args.get("lang") not in LANGUAGES:
        speak(sheet.registration.language)
    tickets, party = tickets_in_use(sheet.registration.id), party_of(sheet.registration.id)
    base_url = current_app.config["BASE_URL"]
    return _paper(ticket_pdf(sheet, tickets, base_url=base_url, size=_size(), party=party))


def _size() -> TicketSize:
    asked = request.args.get("size", "a4")
    for size in TICKET_SIZES:
        if asked == size:
            return size
    raise NotFound


def _paper(content: bytes) -> Response:
    response = Response(content, mimetype="application/pdf")
    response.headers["Content-Disposition"] = 'inline; filename="ticket.pdf"'
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response
