"""The way out of what one has not got yet: a waiting list, an offer, a draw, a request. Open until the end."""

from flask import Blueprint, redirect, render_template
from werkzeug.wrappers import Response

from app.clock import now
from app.db import transaction
from app.errors import DomainError, NotFound
from app.outbox.worker import wake
from app.web.guards import public
from registrations.operations.leaving import leave
from registrations.queries import Sheet, sheet_by_link
from registrations.views.links import sheet_frame
from registrations.views.registering import Page
from registrations.views.tickets import found, private

blueprint = Blueprint("leaving", __name__)


@blueprint.get("/r/<link>/sessions/<code>/leaving")
@public
def ask(link: str, code: str) -> Page:
    """Once more, before the place in the queue goes to the next."""
    sheet = found(sheet_by_link(link))
    _refuse_unknown(sheet, code)
    frame = sheet_frame(sheet)
    row = next((one for one in frame["rows"] if one["code"] == code and one["leaves"]), None)
    if row is None:
        return redirect(f"/r/{link}", 303)
    return private(render_template("registrations/leave.html", **frame, row=row))


@blueprint.post("/r/<link>/sessions/<code>/leaving")
@public
def make(link: str, code: str) -> Response:
    """Give it up; what is confirmed stays."""
    sheet = found(sheet_by_link(link))
    _refuse_unknown(sheet, code)
    try:
        with transaction():
            leave(sheet.registration.id, code, at=now())
    except DomainError:
        return redirect(f"/r/{link}", 303)
    wake()
    return redirect(f"/r/{link}?done=changed", 303)


def _refuse_unknown(sheet: Sheet, code: str) -> None:
    """Raises NotFound for what this registration never asked for."""
    if code not in {one.code for one in sheet.sessions}:
        raise NotFound
