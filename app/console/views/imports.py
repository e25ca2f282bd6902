"""Registrations from a file: read and shown row by row first, taken one at a time after a yes."""

import json
from collections import Counter
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, flash, g, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from app.audit import record
from app.clock import now
from app.console.forms.answered import about_question, question_headings
from app.console.forms.imports import COLUMNS, MOST_ROWS, PEOPLE, FileRow, Known, headings, rows_of, unchanged
from app.console.views.registration import sentence_of
from app.db import transaction
from app.errors import DomainError, Invalid, NotFound, Refused
from app.outbox.operations import withdraw
from app.outbox.worker import wake
from app.programme.models import Event
from app.programme.queries import staff_event
from app.web.actors import Actor, Right
from app.web.errands import Errand, ErrandState, errand_of, new_errand, run
from app.web.guards import requires
from app.web.languages import current_language, plain
from app.web.spreadsheets import XLSX, Workbooks, csv_file
from registrations.operations import LargerThanSession, SessionsFull, SessionsNotBookable, SessionsOverlap
from registrations.operations.staffing import register_by_staff
from registrations.queries import listed, registration_by_form_key
from registrations.queries.asked import minor_categories
from registrations.queries.questions import asked_now, standing_questions
from registrations.rules import Source

KIND = "registrations import"
SHOWN = 200
blueprint = Blueprint("imports", __name__, url_prefix="/console/events/<slug>/registrations/imports")


@blueprint.get("")
@requires(Right.EDIT_EVENT)
def ask(slug: str) -> str:
    """Which file, and how it must look."""
    event = staff_event(slug, g.actor, Right.EDIT_EVENT)
    return _asking(event)


@blueprint.get("/template.<form>")
@requires(Right.EDIT_EVENT)
def template(slug: str, form: str) -> Response:
    """An empty file with the headings; in the workbook a second sheet explains them."""
    event = staff_event(slug, g.actor, Right.EDIT_EVENT)
    if form not in ("csv", "xlsx"):
        raise NotFound
    known = _known(event)
    first = headings(known, current_language())
    if form == "csv":
        content, kind = csv_file([first], zone=event_zone(event)), "text/csv; charset=utf-8"
    else:
        content, kind = _template_workbook(event, known, first), XLSX
    response = Response(content, content_type=kind)
    response.headers["Content-Disposition"] = f'attachment; filename="{slug}-template.{form}"'
    return response


@blueprint.post("")
@requires(Right.EDIT_EVENT)
def read(slug: str) -> AnyResponse:
    """Read the file and keep what it asks for until somebody says yes; nothing is written yet."""
    event = staff_event(slug, g.actor, Right.EDIT_EVENT)
    file = request.files.get("file")
    content = file.read() if file else b""
    try:
        if not content:
            raise Invalid("no_file", _("Choose a file first."))
        rows = rows_of(content, _known(event))
        if not rows:
            raise Invalid("empty", _("The file has headings and no rows."))
    except Invalid as no:
        return make_response(_asking(event, no.message), 422)
    there = listed.form_keys(event.id, "import:")
    same = unchanged(rows, there)
    errand = new_errand(KIND, event_id=event.id, account_id=g.actor.account_id, total=sum(not row.why for row in rows))
    errand.write("rows.json", json.dumps([asdict(row) for row in rows]).encode())
    errand.tell(same=sorted(same), refused=sum(bool(row.why) for row in rows))
    return redirect(url_for(".show", slug=slug, errand=UUID(errand.id)), 303)


@blueprint.get("/<uuid:errand>")
@requires(Right.EDIT_EVENT)
def show(slug: str, errand: UUID) -> AnyResponse:
    """Row by row: what will be, or was, done with it."""
    event, found = _own(slug, errand)
    rows, outcomes = _rows(found), _outcomes(found)
    same = set(found.facts["same"])
    fates = {
        row.line: outcomes.get(row.line) or ("refused" if row.why else "same" if row.line in same else "new", row.why)
        for row in rows
    }
    ordered = sorted(rows, key=lambda row: (fates[row.line][0] != "refused", row.line))
    page = render_template(
        "console/registrations/import.html",
        event=event,
        errand=found,
        rows=ordered[:SHOWN],
        more=max(0, len(rows) - SHOWN),
        fates=fates,
        counts=Counter(fate for fate, _why in fates.values()),
    )
    return make_response(page)


@blueprint.post("/<uuid:errand>/yes")
@requires(Right.EDIT_EVENT)
def carry_out(slug: str, errand: UUID) -> AnyResponse:
    """Take them; a second time changes nothing."""
    event, found = _own(slug, errand)
    if event.status != "published":
        raise Refused("not_published", _("The event is not published. Publish it before you take registrations down."))
    if found.state is ErrandState.ASKED:
        at, actor, event_id = now(), g.actor, event.id
        tell = request.form.get("tell") == "1"
        with transaction():
            record(actor, "registrations.import", f"event:{event.uuid}", at=at, event_id=event_id, rows=found.total)
        run(found, lambda errand: _take(errand, event_id, tell=tell, at=at, actor=actor))
    return redirect(url_for(".show", slug=slug, errand=errand), 303)


@blueprint.post("/<uuid:errand>/stop")
@requires(Right.EDIT_EVENT)
def stop(slug: str, errand: UUID) -> AnyResponse:
    """Stop after the row that is being taken; what was taken stays, the rest can be read again."""
    _event, found = _own(slug, errand)
    found.write("stop", b"")
    flash(_("Stopped. What was taken so far stays."), "info")
    return redirect(url_for(".show", slug=slug, errand=errand), 303)


def _take(errand: Errand, event_id: int, *, tell: bool, at: datetime, actor: Actor) -> None:
    """A transaction a row: nobody waits long for the lock, and a stop half way leaves no row half done."""
    outcomes: dict[int, tuple[str, list[str]]] = {}
    wanted = [row for row in _rows(errand) if not row.why]
    for number, row in enumerate(wanted, start=1):
        if errand.file("stop").exists():
            break
        try:
            with transaction():
                outcomes[row.line] = (_taken(row, event_id, tell=tell, at=at, actor=actor), [])
        except DomainError as no:
            outcomes[row.line] = ("refused", [why_of(no)])
        if number % 20 == 0:
            errand.tell(done=number)
    errand.write("outcomes.json", json.dumps(outcomes).encode())
    errand.tell(done=len(outcomes))
    wake()


def _taken(row: FileRow, event_id: int, *, tell: bool, at: datetime, actor: Actor) -> str:
    if registration_by_form_key(row.key) is not None:
        return "same"
    made = register_by_staff(
        event_id,
        row.application,
        row.facts,
        source=Source.IMPORT,
        form_key=row.key,
        answers=row.answers,
        at=at,
        actor=actor,
    )
    if not tell:
        withdraw(made.id)
    return "made"


def why_of(no: DomainError) -> str:
    """Why a row was not taken."""
    match no:
        case SessionsFull():
            return str(_("Not enough places left: %(codes)s", codes=", ".join(no.codes)))
        case LargerThanSession():
            return str(_("More people than these ever take: %(codes)s", codes=", ".join(no.codes)))
        case SessionsNotBookable():
            return str(_("This cannot be booked: %(codes)s", codes=", ".join(no.codes)))
        case SessionsOverlap():
            return str(_("These run at the same time: %(codes)s", codes=", ".join(no.groups[0])))
        case Refused():
            return sentence_of(no)
    return no.message


def event_zone(event: Event) -> ZoneInfo:
    """The event's clock."""
    return ZoneInfo(event.timezone)


def _template_workbook(event: Event, known: Known, first: list[str]) -> bytes:
    book = Workbooks(event_zone(event))
    book.sheet(_("Registrations"), first)
    explained = book.sheet(_("Columns"), [_("Column"), _("What belongs there")])
    for heading, column in zip(first, COLUMNS, strict=False):
        explained.add([heading, str(column.about)])
    for key, labels in known.categories.items():
        explained.add([f"{PEOPLE}{key}", _("How many come: %(category)s", category=plain(dict(labels)))])
    for heading, about in _asked(known):
        explained.add([heading, about])
    codes = book.sheet(_("Sessions"), [_("Code"), _("Session")])
    for code, title, _starts_at in listed.choices(event.id).sessions:
        codes.add([code, plain(title)])
    return book.content()


def _asking(event: Event, fault: str | None = None) -> str:
    known = _known(event)
    return render_template(
        "console/registrations/import-ask.html", event=event, fault=fault, columns=COLUMNS, most=MOST_ROWS,
        categories=known.categories, people=PEOPLE, questions=_asked(known),
    )  # fmt: skip


def _asked(known: Known) -> list[tuple[str, str]]:
    """The columns of the organiser's questions, and what belongs there."""
    heads = question_headings(known.questions, current_language())
    return [(heading, about_question(one)) for heading, one in zip(heads, known.questions, strict=True)]


def _known(event: Event) -> Known:
    choices = listed.choices(event.id)
    return Known(
        event.id,
        dict(choices.categories),
        frozenset(code for code, _t, _s in choices.sessions),
        event.party_limit,
        standing_questions(event.id) if asked_now(event.id) else (),
        minor_categories(event.id),
    )


def _rows(errand: Errand) -> list[FileRow]:
    return [FileRow(**row) for row in json.loads(errand.file("rows.json").read_text())]


def _outcomes(errand: Errand) -> dict[int, list[Any]]:
    path = errand.file("outcomes.json")
    return {int(line): fate for line, fate in json.loads(path.read_text()).items()} if path.is_file() else {}


def _own(slug: str, errand: UUID) -> tuple[Event, Errand]:
    event = staff_event(slug, g.actor, Right.EDIT_EVENT)
    return event, errand_of(errand, kind=KIND, event_id=event.id, account_id=g.actor.account_id)
