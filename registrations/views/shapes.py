"""Sessions, places and times as the templates of registration take them: ready texts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup

from app.programme.rules import AdmissionRule
from app.programme.rules.facts import CategoryFacts, EventSessionFacts, Programme
from app.programme.rules.places import Availability
from app.web.hours import times
from app.web.languages import LocalText, day, local, ruby
from registrations.queries import BookedSession, Offer
from registrations.queries.changed import Difference, Seen
from registrations.rules import Application, BookingState, day_of
from registrations.rules.bookings import ASKING
from registrations.views.telling import with_how_told

ASKED = (BookingState.APPLIED, BookingState.PENDING, BookingState.WAITING)
"""States that somebody or something else ends."""


@dataclass(frozen=True)
class SessionChoice:
    """One row of the form. `word` and `left` say what is free; `about` why it cannot be ticked, or what a tick means.
    field: which list a tick goes into: sessions, or waiting (for the waiting list)."""

    code: str
    title: LocalText
    when: str
    where: Markup
    url: str
    admission: str
    word: str | None
    left: int | None
    checked: bool = False
    disabled: bool = False
    about: str | None = None
    field: str = "sessions"


@dataclass(frozen=True)
class Unavailable:
    """A session that somebody came for and that cannot be booked, and why."""

    title: LocalText
    reason: str


@dataclass(frozen=True)
class DayChoices:
    """One day of the form: what can be ticked, and what needs or allows no registration here."""

    heading: Markup
    ticks: list[SessionChoice]
    others: list[SessionChoice]


def day_choices(offer: Offer, form: Any, held: Mapping[str, BookedSession] | None = None) -> list[DayChoices]:
    """The event's sessions by day, ticked as the form has them. `held`: what the registration has already, by code; it
    can always be kept."""
    held = held or {}
    days = []
    for one, sessions in offer.days():
        ticks = [session for session in sessions if session.admission in ASKING or session.code in held]
        others = [session for session in sessions if session not in ticks]
        days.append(
            DayChoices(
                heading=ruby(day(one)),
                ticks=[choice(offer, session, form, held.get(session.code)) for session in ticks],
                others=[choice(offer, session, None, None) for session in others],
            )
        )
    return days


def with_what_is_not_shown(application: Application, held: Iterable[BookedSession], offer: Offer) -> Application:
    """A team keeps its places in sessions that are for invited people only, which no public form lists."""
    closed = {code for code, one in offer.programme.session.items() if one.admission is AdmissionRule.CLOSED}
    kept = closed & {one.code for one in held}
    return replace(application, sessions=application.sessions | kept) if kept else application


def choice(offer: Offer, session: EventSessionFacts, form: Any, held: BookedSession | None) -> SessionChoice:
    """One session as it stands now. form None: nothing can be ticked."""
    settled = held is not None and held.holds_places and offer.at >= held.door_opens_at
    word = offer.availability(session)
    too_full = form is not None and session.code in form.too_full
    waits = (held is None or too_full) and offer.waitable(session) and (too_full or word is Availability.WAITING)
    closed = settled or (held is None and not waits and not offer.bookable(session))
    ticked = () if form is None else (form.waiting.data or ()) if waits else (form.sessions.data or ())
    return SessionChoice(
        code=session.code,
        title=local(session.title),
        when=ruby(times(session.starts_at, session.ends_at, offer.event.zone)),
        where=place_of(offer.programme, session),
        url=f"/events/{offer.event.slug}/sessions/{session.code}",
        admission=session.admission.value,
        word=word.value if word else None,
        left=offer.left(session),
        checked=settled or (session.code in ticked and not closed),
        disabled=closed,
        about=_waits(held) if waits else _reason(session, word, settled=settled) or _asks(offer, session, held),
        field="waiting" if waits else "sessions",
    )


def unavailable(offer: Offer, session: EventSessionFacts) -> Unavailable:
    """The first reason that holds."""
    if session.cancelled:
        reason = _("It does not take place.")
    elif offer.at >= session.ends_at:
        reason = _("It is over.")
    elif session.admission is AdmissionRule.CLOSED:
        reason = _("It is for staff and partners only.")
    elif session.admission is AdmissionRule.WALK_IN:
        reason = _("It needs no registration: just come.")
    else:
        full = _reason(session, offer.availability(session), settled=False)
        reason = full or _("It cannot be booked here.")
    return Unavailable(local(session.title), str(reason))


def category_sentences(categories: Iterable[CategoryFacts]) -> dict[str, LocalText]:
    """Who belongs to each category, by key, where the event says so."""
    return {one.key: local(one.belongs) for one in categories if one.belongs}


def place_of(programme: Programme, session: EventSessionFacts) -> Markup:
    """Venue, floor and room in one line, as marked text."""
    if session.room is None:
        return ruby(_("Online")) if session.online else Markup()
    venue, room = programme.room[session.room]
    floor = f" {room.floor}" if room.floor else ""
    return Markup("{}{} {}").format(local(venue.name), floor, local(room.name))


def place_booked(session: BookedSession | Seen) -> Markup:
    """The same for a session that is booked."""
    if session.room is None or session.venue is None:
        return ruby(_("Online")) if session.online else Markup()
    floor = f" {session.floor}" if session.floor else ""
    return Markup("{}{} {}").format(local(session.venue), floor, local(session.room))


def _waits(held: BookedSession | None) -> str:
    if held is not None:
        return str(_l("There is no room for more of you. Tick this to keep what you have and wait for the rest."))
    return with_how_told(_("Tick this to join the waiting list with your whole party."))


def _asks(offer: Offer, session: EventSessionFacts, held: BookedSession | None) -> str | None:
    """What a tick means where places are given later."""
    if held is not None or not session.admission.takes_applications or not offer.takes(session):
        return None
    if session.admission is AdmissionRule.APPROVAL:
        return with_how_told(_("Your tick asks for a place. The organiser decides."))
    if session.booking_closes_at is None:
        return with_how_told(_("Your tick takes part in the draw."))
    until = moment(session.booking_closes_at, offer.event.zone)
    return with_how_told(_("Your tick takes part in the draw. Apply until %(until)s.", until=until))


def moment(at: datetime, zone: ZoneInfo) -> str:
    """A day and a time on the event's clock."""
    local_time = at.astimezone(zone)
    return f"{day(local_time.date())} {local_time:%H:%M}"


def _reason(session: EventSessionFacts, word: Availability | None, *, settled: bool) -> str | None:
    if settled:
        return str(_l("The door is open: this place stays yours. If you cannot come, you need not do anything."))
    if word is Availability.CLOSED:
        return str(_l("Booking has closed."))
    if word in (Availability.FULL, Availability.WAITING) and session.admission is AdmissionRule.BOOKING_AND_WALK_IN:
        return str(_l("All places are booked. On the day, those that stay free are given out at the door."))
    if word in (Availability.FULL, Availability.WAITING):
        return str(_l("All places are booked."))
    return None


def seen_before(changed: Difference | None, zone: Any) -> dict[str, Any]:
    """What one remembers from when one booked, if it is not so any more."""
    seen, kinds = (changed.before, changed.kinds) if changed else (None, ())
    return {
        "time_before": f"{day(day_of(seen.starts_at, zone))} {times(seen.starts_at, seen.ends_at, zone)}"
        if seen and "moved" in kinds
        else None,
        "place_before": place_booked(seen) if seen and "room" in kinds else None,
        "beside": [local(title) for title in changed.beside] if changed else [],
    }


def booked_row(
    session: BookedSession, zone: Any, *, changeable: bool = False, leavable: bool = False
) -> dict[str, Any]:
    """A booked session, ready."""
    offered = session.state is BookingState.OFFERED and session.offer_ends_at is not None
    return {
        "title": local(session.title),
        "day": day_of(session.starts_at, zone),
        "times": ruby(times(session.starts_at, session.ends_at, zone)),
        "where": place_booked(session),
        "number": session.number,
        "state": session.state.value,
        "takes_place": session.takes_place,
        "online_url": session.online_url,
        "code": session.code,
        "waiting": session.waiting,
        "unsettled": session.takes_place and (session.waiting > 0 or session.state in ASKED),
        "position": session.position,
        "until": moment(session.offer_ends_at, zone) if offered and session.offer_ends_at else None,
        "draw": session.draw.hex if session.draw else None,
        "changeable": changeable,
        "leaves": _leaves(session) if leavable and session.takes_place else None,
    }


def _leaves(session: BookedSession) -> str | None:
    """What of it is not theirs yet, so that they can give it up at any time."""
    if session.state is BookingState.OFFERED or session.waiting:
        return "offered" if session.state is BookingState.OFFERED else "waiting"
    return "asked" if session.state in (BookingState.APPLIED, BookingState.PENDING) else None
