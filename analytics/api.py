"""Attendance for programs: the figures of the pages, for whoever may see the pages."""

import json
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from typing import Any, TypeVar

from flask import Blueprint, Response, g, request

from analytics.exports import doors, registering
from analytics.exports.answers import Attendance, FigureTables, attendance_answer, tables_answer
from analytics.exports.crossed import MEASURES
from analytics.exports.doors import Doors
from analytics.exports.registering import Registering
from analytics.exports.tables import tables_of
from analytics.queries import figures_of
from analytics.rules.arrivals import STEPS
from analytics.rules.crossing import Dimension
from analytics.views import asked_minutes, crossed_as_asked, definitions_address
from app.clock import now
from app.programme.queries import staff_event
from app.web.actors import Right
from app.web.guards import requires

blueprint = Blueprint("attendance_api", __name__, url_prefix="/api/v1")
View = TypeVar("View", bound=Callable[..., Any])
EVERY = {"every": ("The step of arrivals in minutes.", list(STEPS))}
SESSION: dict[str, tuple[str, list[Any]]] = {"session": ("The code of a session: the curve is of it alone.", [])}
SIDES: dict[str, tuple[str, list[Any]]] = {
    "rows": ("What is down the side.", [one.value for one in Dimension]),
    "columns": ("What is across.", [one.value for one in Dimension]),
    "of": ("What is counted.", [one.value for one in MEASURES]),
}


def answering(kind: type, **asks: tuple[str, list[Any]]) -> Callable[[View], View]:
    """For the description of the interface: the class of the answer, and what may be asked, with its values where these
    are fixed."""

    def marked(view: View) -> View:
        view.answer, view.asks = kind, asks  # type: ignore[attr-defined]
        return view

    return marked


@blueprint.get("/events/<slug>/attendance")
@requires(Right.VIEW_FIGURES)
@answering(Attendance, **EVERY)
def attendance(slug: str) -> Response:
    """Attendance: measures and every standard table."""
    event, at = staff_event(slug, g.actor, Right.VIEW_FIGURES), now()
    figures = figures_of(event, at=at)
    tables = tables_of(figures, minutes=asked_minutes())
    return _sent(attendance_answer(figures, tables, at=at, definitions=definitions_address()))


@blueprint.get("/events/<slug>/attendance/registrations")
@requires(Right.VIEW_FIGURES)
@answering(FigureTables, **SESSION)
def registrations(slug: str) -> Response:
    """How registrations came in, demand, waiting lists and lotteries, no-show and fill."""
    event, at = staff_event(slug, g.actor, Right.VIEW_FIGURES), now()
    figures = figures_of(event, at=at)
    known = Registering(event, figures, request.args.get("session"))
    tables = [known.table(name) for name in registering.NAMES]
    return _sent(tables_answer(figures, tables, at=at, definitions=definitions_address()))


@blueprint.get("/events/<slug>/attendance/rooms")
@requires(Right.VIEW_FIGURES)
@answering(FigureTables, **EVERY)
def rooms(slug: str) -> Response:
    """Arrivals by gate, who was inside over time, and how long people stayed."""
    event, at = staff_event(slug, g.actor, Right.VIEW_FIGURES), now()
    figures = figures_of(event, at=at)
    seen = Doors(event, figures, asked_minutes())
    tables = [seen.table(name) for name in doors.NAMES]
    return _sent(tables_answer(figures, tables, at=at, definitions=definitions_address()))


@blueprint.get("/events/<slug>/attendance/crossed")
@requires(Right.VIEW_FIGURES)
@answering(FigureTables, **SIDES)
def crossed(slug: str) -> Response:
    """Two dimensions crossed, as one table."""
    event, at = staff_event(slug, g.actor, Right.VIEW_FIGURES), now()
    figures = figures_of(event, at=at)
    _asked, table = crossed_as_asked(event, figures)
    return _sent(tables_answer(figures, [table], at=at, definitions=definitions_address()))


def _sent(answer: FigureTables) -> Response:
    written = json.dumps(asdict(answer), ensure_ascii=False, sort_keys=True, default=_moment)
    return Response(f"{written}\n", mimetype="application/json")


def _moment(value: Any) -> str:
    assert isinstance(value, datetime)
    return value.isoformat()
