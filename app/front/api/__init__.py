"""The public interface for other programs: the last release as JSON, read only, without cookies, from any site."""

import json
from collections.abc import Callable
from dataclasses import asdict, fields
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, current_app, request
from werkzeug.routing import Rule
from werkzeug.wrappers import Response

from app.accounts.queries import cookie_name
from app.clock import now
from app.errors import NotFound
from app.front.api import answers
from app.front.api.description import Told, describe
from app.front.queries import OpenEvent, open_event
from app.programme.queries import ListedEvent, listed_events
from app.programme.rules.facts import EventSessionFacts, OrganisationFacts, VenueFacts
from app.web.guards import guard_of, public

blueprint = Blueprint("public_api", __name__, url_prefix="/api/v1")
View = Callable[..., Any]


def answering(kind: type | None) -> Callable[[View], View]:
    """Send what the view returns as JSON; `kind`, its class, is what the description says of it."""

    def around(view: View) -> View:
        def sent(**parts: str) -> Response:
            return _sent(view(**parts))

        sent.__name__, sent.__doc__ = view.__name__, view.__doc__
        sent.answer = kind  # type: ignore[attr-defined]
        return sent

    return around


@blueprint.get("/openapi.json")
@public
@answering(None)
def description() -> dict[str, Any]:
    """This interface, described."""
    views = [(rule, current_app.view_functions[rule.endpoint]) for rule in current_app.url_map.iter_rules()]
    told = [_told(rule, view) for rule, view in views if "answer" in vars(view)]
    cookie = cookie_name(secure=bool(current_app.config["SESSION_COOKIE_SECURE"]))
    return describe(told, base_url=_base(), cookie=cookie)


@blueprint.get("/events")
@public
@answering(answers.Events)
def events() -> answers.Events:
    """Events that are published or over, the ones that end last first."""
    return answers.Events(events=[_line(one) for one in listed_events()])


@blueprint.get("/events/<slug>")
@public
@answering(answers.WholeEvent)
def event(slug: str) -> answers.WholeEvent:
    """One event: what, when, under which terms."""
    return _whole(open_event(slug, at=now()))


@blueprint.get("/events/<slug>/sessions")
@public
@answering(answers.Sessions)
def sessions(slug: str) -> answers.Sessions:
    """Every session of an event."""
    found = open_event(slug, at=now())
    return answers.Sessions(sessions=[_session(found, one) for one in found.programme.sessions])


@blueprint.get("/events/<slug>/sessions/<code>")
@public
@answering(answers.Session)
def session(slug: str, code: str) -> answers.Session:
    """One session."""
    found = open_event(slug, at=now())
    if code not in found.programme.session:
        raise NotFound
    return _session(found, found.programme.session[code])


@blueprint.get("/events/<slug>/venues")
@public
@answering(answers.Venues)
def venues(slug: str) -> answers.Venues:
    """The venues of an event with their rooms."""
    found = open_event(slug, at=now())
    return answers.Venues(venues=[_venue(found, one) for one in found.programme.venues])


@blueprint.get("/events/<slug>/organisations")
@public
@answering(answers.Organisations)
def organisations(slug: str) -> answers.Organisations:
    """Who organises and takes part."""
    found = open_event(slug, at=now())
    shown = [_organisation(found, one) for one in found.programme.organisations if one.public]
    return answers.Organisations(organisations=shown)


@blueprint.get("/events/<slug>/availability")
@public
@answering(answers.AvailabilityNow)
def availability(slug: str) -> answers.AvailabilityNow:
    """What is left in each session at this moment, in a word."""
    words = open_event(slug, at=now()).words.items()
    lines = [answers.SessionAvailability(session=code, availability=word) for code, (word, _left) in words]
    return answers.AvailabilityNow(availability=lines)


@blueprint.after_request
def open_to_all(response: Any) -> Any:
    """Other sites' pages may read answers and problems alike, and ask whether anything changed."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Access-Control-Allow-Methods"] = "GET, HEAD, OPTIONS"
    response.headers["Access-Control-Allow-Headers"] = "If-None-Match"
    response.headers["Access-Control-Expose-Headers"] = "ETag"
    return response


def _told(rule: Rule, view: View) -> Told:
    guard = guard_of(current_app, rule.endpoint)
    told = vars(view)
    return Told(rule, told["answer"], str(view.__doc__), told.get("asks", {}), signed_in=str(guard) != "public")


def _sent(answer: Any) -> Response:
    content = answer if isinstance(answer, dict) else asdict(answer)
    response = Response(json.dumps(content, ensure_ascii=False, default=_written), mimetype="application/json")
    response.headers["Cache-Control"] = "public, no-cache"
    response.add_etag()
    return response.make_conditional(request)


def _written(value: Any) -> str:
    assert isinstance(value, date | datetime)
    return value.isoformat()


def _base() -> str:
    return str(current_app.config["BASE_URL"])


def _line(one: ListedEvent) -> answers.EventLine:
    slug = one.facts.slug
    places = {"url": f"{_base()}/events/{slug}/", "api_url": f"{_base()}/api/v1/events/{slug}"}
    return answers.EventLine(**_same(answers.EventLine, one.facts) | places | {"status": one.status})


def _whole(found: OpenEvent) -> answers.WholeEvent:
    facts, title = found.facts, found.facts.source.get("title")
    mine = {
        "status": found.status,
        "phase": found.phase,
        "source_title": title if isinstance(title, dict) else {},
        "release": found.release.number,
        "released_at": found.release.released_at.astimezone(facts.zone),
        "url": _url(found),
    }
    moments = _on_the_clock(facts, facts.zone, "registration_opens_at", "registration_closes_at")
    return answers.WholeEvent(**_same(answers.WholeEvent, facts) | moments | mine)


def _session(found: OpenEvent, one: EventSessionFacts) -> answers.Session:
    place = found.programme.room.get(one.room or "")
    moments = _on_the_clock(one, found.facts.zone, "starts_at", "ends_at", "booking_closes_at", "door_opens_at")
    mine = {
        "venue": place[0].slug if place else None,
        "room": place[1].code if place else None,
        "capacity": one.capacity if one.capacity is not None or place is None else place[1].capacity,
        "people": [
            answers.Appearance(
                name=found.programme.speaker[part.speaker].name, role=part.role, affiliation=part.affiliation
            )
            for part in one.appearances
        ],
        "organisations": [
            answers.SessionOrganisation(code=part.organisation, role=part.role)
            for part in one.organisations
            if found.programme.organisation[part.organisation].public
        ],
        "url": f"{_url(found)}sessions/{one.code}",
    }
    return answers.Session(**_same(answers.Session, one) | moments | mine)


def _venue(found: OpenEvent, one: VenueFacts) -> answers.Venue:
    mine = {
        "rooms": [answers.Room(**_same(answers.Room, room)) for room in one.rooms],
        "latitude": None if one.latitude is None else float(one.latitude),
        "longitude": None if one.longitude is None else float(one.longitude),
        "url": f"{_url(found)}venues/{one.slug}",
    }
    return answers.Venue(**_same(answers.Venue, one) | mine)


def _organisation(found: OpenEvent, one: OrganisationFacts) -> answers.Organisation:
    roles = [part.role for part in found.programme.participations if part.organisation == one.code]
    return answers.Organisation(**_same(answers.Organisation, one) | {"roles": roles})


def _url(found: OpenEvent) -> str:
    return f"{_base()}/events/{found.facts.slug}/"


def _on_the_clock(facts: Any, zone: ZoneInfo, *names: str) -> dict[str, datetime | None]:
    """Moments with the offset of the event's zone."""
    return {name: at.astimezone(zone) if (at := getattr(facts, name)) else None for name in names}


def _same(kind: Any, facts: Any) -> dict[str, Any]:
    """What an answer and the facts call by the same name."""
    return {one.name: getattr(facts, one.name) for one in fields(kind) if hasattr(facts, one.name)}
