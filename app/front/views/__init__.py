"""The public pages: each fetches the last release, arranges it and sends it so that readers may keep it."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, current_app, request, url_for
from werkzeug.wrappers import Response

from analytics.queries.editions import newest_edition, withdrawn_edition
from app.clock import now
from app.errors import NotFound
from app.front.forms import ChoiceForm
from app.front.queries import OpenEvent, accessibility_tests, open_event
from app.front.rules import Choice, Phase, behind, days_of, event_phase, same_series, session_phase
from app.front.views import shapes
from app.front.views.figures import defined, reported
from app.front.views.offline import copy_of
from app.front.views.pages import file, page
from app.front.views.printed import printed
from app.front.views.room import room_page
from app.front.views.schedule import Schedule
from app.front.views.shortlist import shortlist, shortlist_url
from app.programme.exports import FORMATS, Format, edition_of, event_list
from app.programme.exports.differences import ChangeRow, change_rows
from app.programme.queries import current_notice, listed_events, public_event
from app.programme.rules import ParticipationRole
from app.programme.rules.facts import EventSessionFacts, VenueFacts
from app.web.guards import public
from app.web.languages import current_language, local

blueprint = Blueprint("front", __name__)
MOST_MARKED = 100


@blueprint.get("/")
@public
def list_events() -> Response:
    """All events that the public may see: what is on and coming first, what is over below."""
    at = now()
    found = [(one, event_phase(one.facts, one.status, at)) for one in listed_events()]
    mark = tuple((one.release_id, one.status, phase) for one, phase in found)
    return page("front/events.html", mark=mark, shape=lambda: shapes.event_lists(found))


@blueprint.get("/events/<slug>/")
@public
def show_event(slug: str) -> Response:
    """What, when, where, how to take part, who takes part; what is on now and next."""
    event = open_event(slug, at=now())
    ended = event.phase is Phase.ENDED
    edition = newest_edition(event.event_id) if ended else None
    taken_back = withdrawn_edition(event.event_id) if ended and edition is None else None
    return page(
        "front/event.html",
        mark=(event.mark, edition and edition.id, taken_back and taken_back.number),
        shape=lambda: _frame(event) | _whole(event) | reported(edition, taken_back),
    )


@blueprint.get("/events/<slug>/timetable")
@public
def show_timetable(slug: str) -> Response:
    """Every session by day, in order of time and by room; or those that the address asks for."""
    event = open_event(slug, at=now())
    return page("front/timetable.html", mark=event.mark, shape=lambda: _frame(event) | _timetable(event))


@blueprint.get("/events/<slug>/room")
@public
def show_room(slug: str) -> Response:
    """Where there is room now, in words; `screen=big` for a screen on the wall."""
    event = open_event(slug, at=now())
    return room_page(event, lambda: _frame(event))


@blueprint.get("/events/<slug>/print")
@public
def show_on_paper(slug: str) -> Response:
    """The whole programme as it is printed."""
    event = open_event(slug, at=now())
    return page("front/print.html", mark=event.mark, shape=lambda: _frame(event) | printed(event))


@blueprint.get("/events/<slug>/shortlist")
@public
def show_shortlist(slug: str) -> Response:
    """The sessions that the address names, and one step from there to registration."""
    event = open_event(slug, at=now())
    asked, language = request.args.getlist("s")[:MOST_MARKED], request.args.get("lang")
    return page(
        "front/shortlist.html",
        mark=event.mark,
        shape=lambda: _frame(event) | shortlist(event, asked, language),
    )


@blueprint.get("/events/<slug>/sessions/<code>")
@public
def show_session(slug: str, code: str) -> Response:
    """One session: when, where, who, how to take part."""
    event = open_event(slug, at=now())
    session = event.programme.session.get(code)
    if session is None:
        raise NotFound
    return page("front/session.html", mark=event.mark, shape=lambda: _frame(event) | _session(event, session))


@blueprint.get("/events/<slug>/venues/<venue>")
@public
def show_venue(slug: str, venue: str) -> Response:
    """One venue: address, access, rooms, and what is held there."""
    event = open_event(slug, at=now())
    found = next((one for one in event.programme.venues if one.slug == venue), None)
    if found is None:
        raise NotFound
    return page("front/venue.html", mark=event.mark, shape=lambda: _frame(event) | _venue(event, found))


@blueprint.get("/events/<slug>/privacy")
@public
def show_privacy_notice(slug: str) -> Response:
    """What people consent to when they register, in its current version."""
    event = open_event(slug, at=now())
    notice = current_notice(event.event_id)
    if notice is None:
        raise NotFound
    shape = {"notice": notice, "text": shapes.paragraphs(notice.text)}
    return page("front/privacy.html", mark=(event.mark, notice.number), shape=lambda: _frame(event) | shape)


@blueprint.get("/events/<slug>/data/<ending>")
@public
def take_programme(slug: str, ending: str) -> Response:
    """The last release as a file that other programs read; `?encoding=cp932` for the event list of open data."""
    event = public_event(slug)
    chosen = next((one for one in FORMATS.values() if one.ending == ending), None)
    if chosen is None:
        raise NotFound
    edition = edition_of(event, base_url=current_app.config["BASE_URL"])
    old = chosen.write is event_list and request.args.get("encoding") == "cp932"
    media_type = chosen.media_type.replace("utf-8", "shift_jis") if old else chosen.media_type
    return file(
        f"{slug}-{ending}",
        media_type,
        mark=(edition.release.release_id, edition.uuids),
        write=lambda: event_list(edition, encoding="cp932") if old else chosen.write(edition),
    )


@blueprint.get("/events/<slug>/sessions/<code>.ics")
@public
def take_session(slug: str, code: str) -> Response:
    """One session for a calendar."""
    return _calendar(slug, code, lambda one: one.code == code)


@blueprint.get("/events/<slug>/tracks/<track>.ics")
@public
def take_track(slug: str, track: str) -> Response:
    """The sessions of one track for a calendar."""
    return _calendar(slug, track, lambda one: one.track == track)


@blueprint.get("/measures")
@public
def show_measures() -> Response:
    """What the public figures count, and what the words for room mean: where their question marks lead."""
    return page("front/measures.html", mark=(), shape=defined)


@blueprint.get("/accessibility")
@public
def show_accessibility() -> Response:
    """The accessibility policy, and what the last tests found."""
    tests = accessibility_tests()
    return page("front/accessibility.html", mark=tests, shape=lambda: {"tests": tests})


def _calendar(slug: str, name: str, chosen: Callable[[EventSessionFacts], bool]) -> Response:
    """Some sessions of the last release. Raises NotFound if there is none of them."""
    edition = edition_of(public_event(slug), base_url=current_app.config["BASE_URL"])
    some = edition.only([one for one in edition.programme.sessions if chosen(one)])
    if not some.programme.sessions:
        raise NotFound
    mark, media_type = (edition.release.release_id, edition.uuids), FORMATS["ics"].media_type
    return file(f"{slug}-{name}.ics", media_type, mark=mark, write=lambda: FORMATS["ics"].write(some))


def _frame(event: OpenEvent) -> dict[str, Any]:
    """What every page of an event shows around its content."""
    slug = event.facts.slug
    return {
        "event": event,
        "event_name": local(event.facts.title),
        "event_url": url_for("front.show_event", slug=slug),
        "fictional": event.fictional,
        "copy": copy_of(event),
        "when": shapes.when(event.facts),
        "when_long": shapes.when_long(event.facts),
        "venues": shapes.venue_links(event),
        "register_url": f"/events/{slug}/register",
        "shortlist_url": url_for(".show_shortlist", slug=slug),
        "translated": shapes.translated(event),
        "told": shapes.told,
        "fell_back": shapes.fell_back,
    }


def _timetable(event: OpenEvent) -> dict[str, Any]:
    form = ChoiceForm(event, request.args)
    choice = form.choice()
    choosing = choice != Choice()
    sessions = event.chosen(choice)
    days = days_of(event.programme, sessions) if choosing else event.days
    over, ahead = behind(days, event.at, event.today)
    if event.phase is Phase.ENDED or not ahead:
        over, ahead = [], days
    marked = [code for code in request.args.getlist("s")[:MOST_MARKED] if code in event.programme.session]
    shown = {one.code for one in sessions}
    schedule = Schedule(event, marked=frozenset(marked), marking=event.phase is not Phase.ENDED)
    return {
        "marking": schedule.marking,
        "marked": marked,
        "marked_elsewhere": [code for code in marked if code not in shown],
        "days": schedule.days(ahead),
        "earlier": schedule.days(over),
        "under_way": bool(event.now_and_next[0] or event.now_and_next[1]),
        "form": form,
        "told_choices": form.told(),
        "choosing": choosing,
        "titles_fell_back": event.release.keep(
            ("titles fell back", current_language()),
            lambda: shapes.fell_back(one.title for one in event.programme.sessions),
        ),
        "number": len(sessions),
        "language": request.args.get("lang"),
    }


def _whole(event: OpenEvent) -> dict[str, Any]:
    current, coming = event.now_and_next
    schedule = Schedule(event)
    return {
        "days": schedule.glance(),
        "current": schedule.rows(current),
        "coming": schedule.rows(coming),
        "organisers": shapes.organisations_with(event, ParticipationRole.ORGANISER),
        "cooperation": shapes.organisations_with(event, ParticipationRole.COOPERATION),
        "groups": shapes.organisation_groups(event),
        "exhibitors": shapes.exhibitors(event),
        "last_change": _last_change(event),
        "files": [(one.label, _taken(event, one)) for one in FORMATS.values()],
    }


def _last_change(event: OpenEvent) -> dict[str, Any] | None:
    """When the programme was last released anew, why, and what changed; nothing for the first release."""
    release = event.release
    if release.number == 1 or not (release.note or release.changes):
        return None
    return {
        "at": release.released_at,
        "note": shapes.paragraphs(release.note),
        "rows": change_rows(release.changes, None, release.programme),
    }


def _taken(event: OpenEvent, one: Format) -> str:
    return url_for(".take_programme", slug=event.facts.slug, ending=one.ending)


def _session(event: OpenEvent, session: EventSessionFacts) -> dict[str, Any]:
    schedule = Schedule(event)
    return {
        "session": session,
        "row": schedule.row(session),
        "place": event.programme.room.get(session.room or ""),
        "further": [event.programme.room[name] for name in session.further_rooms],
        "phase": session_phase(session, event.at),
        "moves": _moves(event, session),
        "bookable": event.takes_registrations and event.takes(session),
        "mark_url": shortlist_url(event, [session.code], request.args.get("lang")),
        "marking": event.phase is not Phase.ENDED and not session.cancelled,
        "people": shapes.people_of(event, session),
        "organisations": shapes.organisations_of(event, session),
        "spoken": shapes.spoken(session),
        "series": schedule.rows(same_series(event.programme, session)),
        "calendar_url": url_for(".take_session", slug=event.facts.slug, code=session.code),
    }


def _moves(event: OpenEvent, session: EventSessionFacts) -> list[ChangeRow]:
    """Its other time and place than when it was first published."""
    return change_rows(event.moves.get(session.code, ()), None, event.programme)


def _venue(event: OpenEvent, venue: VenueFacts) -> dict[str, Any]:
    rooms = {f"{venue.slug}/{room.code}" for room in venue.rooms}
    here = [one for one in event.programme.sessions if one.room in rooms]
    return {"venue": venue, "days": Schedule(event).by_day(here)}
