"""The programme in files: shown row by row first, written in one transaction after a yes; templates and tables."""

import json
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, flash, g, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from app.clock import now
from app.console.forms.programme_files import MOST_FILES, MOST_ROWS
from app.console.forms.programme_plan import Laid, laid_over, why
from app.db import db, transaction
from app.errors import Invalid, NotFound
from app.programme.exports.tables import ZIP, Tables, one_csv, tables_of, templates, workbook, zipped_csv
from app.programme.models import Event
from app.programme.operations.tables import ProgrammeChanged, take_plan
from app.programme.queries import programme_of_event, staff_event
from app.programme.queries.standing import standing_of
from app.programme.rules.columns import TABLES
from app.programme.rules.faults import BadDocument
from app.programme.rules.merging import Fate, What
from app.web.actors import Actor, Right
from app.web.errands import Errand, ErrandState, errand_of, new_errand, run
from app.web.guards import requires
from app.web.languages import current_language
from app.web.spreadsheets import XLSX
from checkin.operations import prepare_door

KIND = "programme import"
SHOWN = 300
STEPS = 4
"""What the bar counts: read, laid over, checked, written."""
PACKED = {"xlsx": (workbook, XLSX), "zip": (zipped_csv, ZIP)}
blueprint = Blueprint("programme_files", __name__, url_prefix="/console/events/<slug>/programme/files")


class Stopped(Exception):
    """Somebody said stop before it was written."""


@blueprint.get("")
@requires(Right.EDIT_EVENT)
def ask(slug: str) -> str:
    """Which files, and how they must look; what to take along."""
    return _asking(staff_event(slug, g.actor, Right.EDIT_EVENT))


@blueprint.get("/template.<form>")
@requires(Right.EDIT_EVENT)
def template(slug: str, form: str) -> Response:
    """Empty tables with their columns explained."""
    event = staff_event(slug, g.actor, Right.EDIT_EVENT)
    return _tables(templates(current_language(), ZoneInfo(event.timezone)), f"{slug}-template", form)


@blueprint.get("/tables.<form>")
@requires(Right.EDIT_EVENT)
def tables(slug: str, form: str) -> Response:
    """The programme as it stands, in the same tables."""
    event = staff_event(slug, g.actor, Right.EDIT_EVENT)
    return _tables(tables_of(programme_of_event(event), current_language()), f"{slug}-programme", form)


@blueprint.get("/template/<part>.csv")
@requires(Right.EDIT_EVENT)
def one_template(slug: str, part: str) -> Response:
    """One empty table with its columns explained."""
    event = staff_event(slug, g.actor, Right.EDIT_EVENT)
    if part not in TABLES:
        raise NotFound
    content = one_csv(templates(current_language(), ZoneInfo(event.timezone)), TABLES[part])
    return _file(content, "text/csv; charset=utf-8", f"template-{part}.csv")


@blueprint.post("")
@requires(Right.EDIT_EVENT)
def read(slug: str) -> AnyResponse:
    """Keep the files for an hour and say what they would make of the programme; nothing is written yet."""
    event = staff_event(slug, g.actor, Right.EDIT_EVENT)
    files = [(file.filename or "", file.read()) for file in request.files.getlist("file")]
    files = [(name, content) for name, content in files if name or content]
    try:
        if not files or not any(content for _name, content in files):
            raise Invalid("no_file", _("Choose a file first."))
        if len(files) > MOST_FILES:
            raise Invalid("files", _("These are more than %(most)s files. Choose fewer.", most=MOST_FILES))
        laid = _laid(event, files)
    except Invalid as no:
        return make_response(_asking(event, no.message), 422)
    errand = new_errand(KIND, event_id=event.id, account_id=g.actor.account_id, total=STEPS)
    for number, (_name, content) in enumerate(files):
        errand.write(f"file-{number}", content)
    _keep(errand, [name for name, _content in files], laid)
    return redirect(url_for(".show", slug=slug, errand=UUID(errand.id)), 303)


@blueprint.get("/<uuid:errand>")
@requires(Right.EDIT_EVENT)
def show(slug: str, errand: UUID) -> AnyResponse:
    """Row by row: what would become, or became, of it."""
    event, found = _own(slug, errand)
    rows = json.loads(found.file("rows.json").read_text())
    order = {What.REFUSED: 0, What.CHANGED: 1, What.NEW: 2, What.SAME: 3}
    rows.sort(key=lambda row: order[What(row["what"])])
    page = render_template(
        "console/programme/file-rows.html",
        event=event, errand=found, rows=rows[:SHOWN], more=max(0, len(rows) - SHOWN),
        counts=found.facts["counts"], gone=found.facts["gone"], notes=found.facts["notes"],
        outcome=found.facts.get("outcome", ""), why=found.facts.get("why", []), open=_may_be_written(found),
    )  # fmt: skip
    return make_response(page)


@blueprint.post("/<uuid:errand>/yes")
@requires(Right.EDIT_EVENT)
def carry_out(slug: str, errand: UUID) -> AnyResponse:
    """Write all of it in one transaction, if the programme is still what the rows were laid over."""
    event, found = _own(slug, errand)
    if _may_be_written(found):
        event_id, at, actor = event.id, now(), g.actor
        run(found, lambda errand: _write(errand, event_id, at=at, actor=actor))
    return redirect(url_for(".show", slug=slug, errand=errand), 303)


@blueprint.post("/<uuid:errand>/stop")
@requires(Right.EDIT_EVENT)
def stop(slug: str, errand: UUID) -> AnyResponse:
    """Stop before anything is written."""
    _event, found = _own(slug, errand)
    found.write("stop", b"")
    flash(_("Stopped. If it was not written yet, nothing is."), "info")
    return redirect(url_for(".show", slug=slug, errand=errand), 303)


def _may_be_written(errand: Errand) -> bool:
    """Nobody said yes or stop yet, or the programme was changed meanwhile and the rows are shown anew."""
    if errand.file("stop").exists() or not errand.facts["writes"]:
        return False
    return errand.state is ErrandState.ASKED or (
        errand.state is ErrandState.DONE and errand.facts.get("outcome") == "changed"
    )


def _write(errand: Errand, event_id: int, *, at: datetime, actor: Actor) -> None:
    """Laid over once more, outside of the lock, because somebody may have changed the programme; then written."""
    event = db.session.get_one(Event, event_id)
    files = [(name, errand.file(f"file-{number}").read_bytes()) for number, name in enumerate(errand.facts["names"])]

    def further() -> None:
        if errand.file("stop").exists():
            raise Stopped
        errand.tell(done=min(errand.done + 1, STEPS - 1))

    try:
        laid = laid_over(files, standing_of(event), language=current_language(), today=_today(event), progress=further)
        if laid.mark != errand.facts["mark"]:
            _keep(errand, errand.facts["names"], laid)
            errand.tell(outcome="changed")
            return
        further()
        with transaction():
            take_plan(event_id, laid.plan.programme, mark=laid.mark, uuids=laid.uuids, at=at, actor=actor)
            prepare_door(db.session.get_one(Event, event_id))
        errand.tell(done=STEPS, outcome="written")
    except ProgrammeChanged:
        errand.tell(outcome="changed")
    except Stopped:
        errand.tell(outcome="stopped")
    except BadDocument as no:
        errand.tell(outcome="refused", why=[str(fault) for fault in no.faults[:20]])


def _laid(event: Event, files: list[tuple[str, bytes]]) -> Laid:
    return laid_over(files, standing_of(event), language=current_language(), today=_today(event), progress=lambda: None)


def _today(event: Event) -> date:
    return now().astimezone(ZoneInfo(event.timezone)).date()


def _keep(errand: Errand, names: list[str], laid: Laid) -> None:
    """What the page shows, ready in the reader's language."""
    language = current_language()
    rows = [_row(fate, language) for fate in laid.plan.fates]
    errand.write("rows.json", json.dumps(rows, ensure_ascii=False).encode())
    errand.tell(
        names=names, mark=laid.mark, counts=laid.counts, gone=laid.gone, notes=laid.notes, writes=laid.plan.writes
    )


def _row(fate: Fate, language: str) -> dict[str, Any]:
    table = TABLES[fate.row.table]
    changes = [[table.by_key[one.column].heading(language), one.before, one.after] for one in fate.changes]
    place = {"table": table.title(language), "sheet": fate.row.sheet, "line": fate.row.line}
    return {**place, "name": fate.name, "what": fate.what, "changes": changes, "why": why(fate, language)}


def _asking(event: Event, fault: str | None = None) -> str:
    return render_template(
        "console/programme/files.html", event=event, fault=fault, tables=TABLES, most=MOST_ROWS,
        language=current_language(),
    )  # fmt: skip


def _tables(tables: Tables, name: str, form: str) -> Response:
    if form not in PACKED:
        raise NotFound
    pack, kind = PACKED[form]
    return _file(pack(tables), kind, f"{name}.{form}")


def _file(content: bytes, kind: str, name: str) -> Response:
    response = Response(content, content_type=kind)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _own(slug: str, errand: UUID) -> tuple[Event, Errand]:
    event = staff_event(slug, g.actor, Right.EDIT_EVENT)
    return event, errand_of(errand, kind=KIND, event_id=event.id, account_id=g.actor.account_id)
