"""The timetable board: a table of time by room for each day, on which sessions are moved, by forms or by keys."""

from dataclasses import dataclass, field
from datetime import date, datetime

from flask import Blueprint, flash, g, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.clock import now
from app.console.forms import MoveForm
from app.console.forms.faults import BY_KIND, OTHERWISE
from app.console.forms.sessions import local_time, room_choices
from app.console.views.plan import days_of, doubts_by_session, sentence_of, version_typed
from app.db import transaction
from app.programme.models import Event
from app.programme.operations import ChangedMeanwhile, Same, TooFewPlaces, move_session
from app.programme.queries import places_of, programme_of_event, staff_event
from app.programme.queries.sessions import session_in, session_versions
from app.programme.rules.facts import EventSessionFacts, Programme
from app.programme.rules.faults import BadDocument
from app.web.actors import Right
from app.web.guards import requires
from app.web.languages import plain
from checkin.operations import prepare_door

blueprint = Blueprint("board", __name__, url_prefix="/console/events/<slug>/programme")
LONGEST_MINUTES = 7 * 24 * 60


@dataclass(frozen=True)
class Row:
    """What begins at one moment, by room."""

    starts_at: datetime
    cells: dict[str, list[EventSessionFacts]]


@dataclass(frozen=True)
class BoardDay:
    """One day's table: its columns are rooms (as a document names them, "" for none)."""

    date: date
    rooms: list[str]
    rows: list[Row]


@dataclass
class Unsaved:
    """A move that was not made: what was typed, and why not."""

    code: str
    form: MoveForm
    sentences: list[str] = field(default_factory=list)


@blueprint.get("/board")
@requires(Right.EDIT_EVENT)
def show(slug: str) -> str:
    """The board."""
    return _page(staff_event(slug, g.actor, Right.EDIT_EVENT))


@blueprint.post("/sessions/<code>/position")
@requires(Right.EDIT_EVENT)
def move(slug: str, code: str) -> Response:
    """Another start, length or room for one session."""
    event = staff_event(slug, g.actor, Right.EDIT_EVENT)
    session = session_in(event, code)
    form = MoveForm(request.form)
    minutes = form.minutes.data
    if not form.starts_at.data or minutes is None or not 0 < minutes <= LONGEST_MINUTES:
        return _not_moved(event, code, form, [_("Say a start, and a length of 1 to 10,080 minutes (a week).")])
    zone = programme_of_event(event).event.zone
    untouched = form.starts_at.data == local_time(session.starts_at, zone)
    try:
        with transaction():
            move_session(
                event,
                code,
                starts_at=None if untouched else form.starts_at.data[:16],
                minutes=minutes,
                room=form.room.data if "room" in request.form else Same.ROOM,
                version=version_typed(),
                at=now(),
                actor=g.actor,
            )
            prepare_door(event)
    except ChangedMeanwhile:
        told = _("Somebody else changed this session meanwhile. The board shows how it stands now; move it again.")
        return _not_moved(event, code, None, [told], status=409)
    except BadDocument as bad:
        return _not_moved(event, code, form, [str(BY_KIND.get(one.kind, OTHERWISE)) for one in bad.faults])
    except TooFewPlaces as no:
        return _not_moved(event, code, form, [sentence_of(no)])
    _say(event, code)
    return redirect(url_for(".show", slug=slug, _anchor=f"session-{code}"), 303)


def _say(event: Event, code: str) -> None:
    programme = programme_of_event(event)
    doubts = doubts_by_session(event, programme).get(code, [])
    held = places_of(event.id).get(code)
    if held and held.promised:
        told = _(
            "%(number)s places are promised here. Their people are told with the next release.", number=held.promised
        )
        flash(told, "info")
    if doubts:
        flash(_("Moved. Look at what is doubtful now; it stands at the session."), "warning")
    else:
        flash(_("Moved. The public sees it after the next release."), "success")


def _not_moved(event: Event, code: str, form: MoveForm | None, sentences: list[str], *, status: int = 422) -> Response:
    return make_response(_page(event, Unsaved(code, form or MoveForm(), sentences)), status)


def _page(event: Event, unsaved: Unsaved | None = None) -> str:
    programme = programme_of_event(event)
    versions, zone = session_versions(event.id), programme.event.zone
    return render_template(
        "console/board.html",
        event=event,
        programme=programme,
        days=[_day(programme, day.date, day.sessions) for day in days_of(programme, programme.sessions)],
        rooms=[("", _("No room")), *room_choices(programme)],
        versions=versions,
        local={one.code: local_time(one.starts_at, zone) for one in programme.sessions},
        minutes={one.code: round((one.ends_at - one.starts_at).total_seconds() / 60) for one in programme.sessions},
        people={one.code: _people(programme, one) for one in programme.sessions},
        doubts=doubts_by_session(event, programme),
        places=places_of(event.id),
        unsaved=unsaved,
    )


def _people(programme: Programme, session: EventSessionFacts) -> list[tuple[str, str]]:
    """Who is on stage: code and name, to tell before a session is let go of that somebody would be needed twice."""
    return [(one.speaker, plain(programme.speaker[one.speaker].name)) for one in session.appearances]


def _day(programme: Programme, day: date, sessions: list[EventSessionFacts]) -> BoardDay:
    used = {one.room or "" for one in sessions}
    rows: dict[datetime, dict[str, list[EventSessionFacts]]] = {}
    for one in sessions:
        rows.setdefault(one.starts_at, {}).setdefault(one.room or "", []).append(one)
    rooms = [room for room in (*programme.room, "") if room in used]
    return BoardDay(day, rooms, [Row(starts_at, cells) for starts_at, cells in rows.items()])
