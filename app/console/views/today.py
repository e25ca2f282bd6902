"""The day at a glance: who is here, who came of those expected, and which scanners need somebody."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import cast
from zoneinfo import ZoneInfo

from flask import Blueprint, current_app, g, make_response, render_template, request
from werkzeug.wrappers import Response

from analytics.queries.presence import presence_of
from analytics.rules.presence import QUIET, Presence, SessionNow, SiteNow
from app.clock import now
from app.programme.models import Event
from app.programme.queries import staff_event
from app.web.actors import Right
from app.web.guards import requires
from app.web.languages import display
from checkin.queries.conflicts import Sought, conflict_counts
from checkin.queries.device_list import DeviceLine, devices_of
from checkin.rules.times import event_day

blueprint = Blueprint("today", __name__, url_prefix="/console/events/<slug>/today")
EVERY, OLD_AFTER = 3, 15
STEP = 15


@dataclass(frozen=True)
class SiteLines:
    """One venue (none: online) with its sessions of now; here: on the site or, if that is not known, in its rooms."""

    site: SiteNow | None
    sessions: tuple[SessionNow, ...]
    in_rooms: int | None

    @property
    def here(self) -> int | None:
        inside = self.site.inside if self.site else None
        return self.in_rooms if inside is None else inside

    @property
    def matters(self) -> bool:
        """Whether anything is on here, or anybody came in."""
        return bool(self.sessions) or (self.site is not None and self.site.passed is not None)


@dataclass(frozen=True)
class Doors:
    """What is to look after: scanners that were not heard of lately, readings not sent yet, conflicts still open."""

    quiet: tuple[DeviceLine, ...]
    waiting: tuple[DeviceLine, ...]
    working: int
    conflicts: int

    @property
    def unsent(self) -> int:
        return sum(one.queue_length or 0 for one in self.waiting)


@blueprint.get("")
@requires(Right.VIEW_FIGURES)
def show(slug: str) -> Response:
    """The dashboard, or 304 while all on it is the same; `screen=big` is read from afar."""
    event, at = staff_event(slug, g.actor, Right.VIEW_FIGURES), now()
    presence, doors = presence_of(event, at=at), _doors(event, at)
    tag = _tag(event, presence, doors, at)
    held = tag in request.if_none_match
    response = Response("", 304) if held else make_response(_page(event, presence, doors, at))
    response.set_etag(tag)
    response.headers["Cache-Control"] = "private, no-cache"
    response.vary.update(("Cookie", "Accept-Language"))
    return response


def _page(event: Event, presence: Presence, doors: Doors, at: datetime) -> str:
    sites = _sites(presence, at)
    big = request.args.get("screen") == "big"
    return render_template(
        "console/today-screen.html" if big else "console/today.html",
        event=event,
        at=at,
        today=event_day(at, ZoneInfo(event.timezone), event.day_ends_at),
        presence=presence,
        sites=sites,
        here_now=_together(sites),
        here_known=_known(sites),
        arrived=presence.arrived(),
        doors=doors,
        every=EVERY,
        old_after=OLD_AFTER,
    )


def _sites(presence: Presence, at: datetime) -> list[SiteLines]:
    lines = [
        SiteLines(site, presence.of_venue(site.venue), presence.in_rooms(site.venue, at)) for site in presence.sites
    ]
    online = presence.of_venue(None)
    return lines + ([SiteLines(None, online, presence.in_rooms(None, at))] if online else [])


def _together(sites: list[SiteLines]) -> int | None:
    """Who is here in all; not known as soon as it is not known of one site where something is on."""
    here = [one.here for one in sites if one.matters]
    known = [number for number in here if number is not None]
    return sum(known) if known and len(known) == len(here) else None


def _known(sites: list[SiteLines]) -> int | None:
    """Who is here where somebody counts, for when it is not known of everywhere; None: nobody counts anywhere."""
    known = [
        number
        for one in sites
        if one.matters
        for number in ([one.here] if one.here is not None else [session.here for session in one.sessions])
        if number is not None
    ]
    return sum(known) if known else None


def _doors(event: Event, at: datetime) -> Doors:
    working = [one for one in devices_of(event.id) if one.works(at)]
    return Doors(
        quiet=tuple(one for one in working if one.last_seen_at is None or at - one.last_seen_at > QUIET),
        waiting=tuple(one for one in working if one.queue_length),
        working=len(working),
        conflicts=sum(conflict_counts(event.id, Sought()).values()),
    )


def _tag(event: Event, presence: Presence, doors: Doors, at: datetime) -> str:
    """Equal while everything on the page is equal, but never for longer than some seconds: the page says when it is."""
    asset = cast("Callable[[str], str]", current_app.jinja_env.globals["asset"])
    parts = (request.full_path, display(), g.actor, event.change_number, presence, doors, int(at.timestamp()) // STEP,
             asset("site.css"), asset("site.js"))  # fmt: skip
    return sha256(repr(parts).encode()).hexdigest()[:32]
