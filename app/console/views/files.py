"""The list of registrations as a file: made beside the pages, kept for an hour, gone once it was taken."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, g, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from app.audit import record
from app.clock import now
from app.console.exports.lists import FORMATS, registrations_file
from app.console.forms.registrations import order_of, query_of, wanted_of
from app.db import db, transaction
from app.errors import Invalid, Refused
from app.programme.models import Event
from app.programme.queries import staff_event
from app.web.actors import Right
from app.web.errands import Errand, ErrandState, drop, errand_of, new_errand, run
from app.web.guards import requires
from app.web.spreadsheets import XLSX
from registrations.queries import listed

KIND = "registrations file"
NAME = "file"
blueprint = Blueprint("files", __name__, url_prefix="/console/events/<slug>/registrations/files")


@blueprint.post("")
@requires(Right.EDIT_EVENT)
def begin(slug: str) -> AnyResponse:
    """Begin with it; who took which part of the list along is recorded, what was sought is not."""
    event = staff_event(slug, g.actor, Right.EDIT_EVENT)
    kind = request.form.get("format", "")
    if kind not in FORMATS:
        raise Invalid("format", _("Choose one of the kinds of file."))
    wanted, order = wanted_of(request.form), order_of(request.form)
    total = listed.count(event.id, wanted).registrations
    query = query_of(wanted, order)
    facts = {"format": kind, "registrations": total, "filter": {**query, "q": "…"} if "q" in query else query}
    with transaction():
        record(g.actor, "registrations.export", f"event:{event.uuid}", at=now(), event_id=event.id, **facts)
    errand = new_errand(
        KIND, event_id=event.id, account_id=g.actor.account_id, total=total, format=kind, query=query
    )  # fmt: skip
    event_id = event.id

    def work(errand: Errand) -> None:
        found = db.session.get_one(Event, event_id)
        content = registrations_file(found, wanted, kind=kind, progress=lambda done: errand.tell(done=done))
        errand.write(NAME, content)

    run(errand, work)
    return redirect(url_for(".show", slug=slug, errand=UUID(errand.id)), 303)


@blueprint.get("/<uuid:errand>")
@requires(Right.EDIT_EVENT)
def show(slug: str, errand: UUID) -> AnyResponse:
    """How far it is; the page looks again by itself until the file is there."""
    event, found = _own(slug, errand)
    return make_response(render_template("console/registrations/file.html", event=event, errand=found))


@blueprint.post("/<uuid:errand>/content")
@requires(Right.EDIT_EVENT)
def take(slug: str, errand: UUID) -> AnyResponse:
    """The file itself; afterwards it is not kept any more."""
    _event, found = _own(slug, errand)
    if found.state is not ErrandState.DONE:
        raise Refused("not_ready", _("The file is not ready yet."))
    content = found.file(NAME).read_bytes()
    drop(found)
    kind: Any = found.facts["format"]
    name = f"{slug}-registrations.{FORMATS[kind]}"
    charset = {"csv": "text/csv; charset=utf-8", "cp932": "text/csv; charset=windows-31j"}
    response = Response(content, content_type=charset.get(kind, XLSX))
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _own(slug: str, errand: UUID) -> tuple[Event, Errand]:
    event = staff_event(slug, g.actor, Right.EDIT_EVENT)
    return event, errand_of(errand, kind=KIND, event_id=event.id, account_id=g.actor.account_id)
