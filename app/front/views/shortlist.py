"""What a reader marked, as it stands in the address: what of it can be booked, what clashes, what needs nothing."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import url_for
from markupsafe import Markup

from app.front.queries import OpenEvent
from app.front.rules import clashes
from app.front.views.schedule import Schedule, SessionRow
from app.programme.rules import AdmissionRule
from app.programme.rules.facts import EventSessionFacts
from app.programme.rules.places import Availability
from app.web.languages import LocalText, local


@dataclass(frozen=True)
class Marked:
    """One session of the list: `standing` says what one can do about it; the address of the list without it."""

    row: SessionRow
    standing: str
    clashes: list[LocalText]
    without_url: str


def shortlist(event: OpenEvent, asked: list[str], language: str | None) -> dict[str, Any]:
    """The marked sessions in order of time; what the programme does not hold (any more) is only counted."""
    codes = [code for code in dict.fromkeys(asked) if code in event.programme.session]
    sessions = sorted((event.programme.session[code] for code in codes), key=lambda one: (one.starts_at, one.code))
    standing = {one.code: _standing(event, one) for one in sessions}
    together = clashes(one for one in sessions if standing[one.code] not in ("cancelled", "over"))
    schedule = Schedule(event)

    def marked(one: EventSessionFacts) -> Marked:
        titles = [local(other.title) for other in together.get(one.code, ())]
        rest = [code for code in codes if code != one.code]
        return Marked(schedule.row(one), standing[one.code], titles, shortlist_url(event, rest, language))

    days: dict[Markup, list[Marked]] = {}
    for one in map(marked, sessions):
        days.setdefault(one.row.day, []).append(one)
    bookable = [one.code for one in sessions if standing[one.code] == "bookable"]
    return {
        "days": list(days.items()),
        "codes": codes,
        "titles": [one.title for one in sessions],
        "gone": len(set(asked)) - len(codes),
        "bookable": len(bookable),
        "register_marked_url": _register_url(event, bookable, language),
        "clashing": any(clashes(event.programme.session[code] for code in bookable).values()),
        "more_url": _with_codes(url_for(".show_timetable", slug=event.facts.slug), codes, language),
    }


def shortlist_url(event: OpenEvent, codes: list[str], language: str | None) -> str:
    """The address of a list of these sessions."""
    return _with_codes(url_for(".show_shortlist", slug=event.facts.slug), codes, language)


def _standing(event: OpenEvent, session: EventSessionFacts) -> str:
    """What there is to do for somebody who wants to come."""
    if session.cancelled:
        return "cancelled"
    if event.at >= session.ends_at:
        return "over"
    if session.admission in (AdmissionRule.WALK_IN, AdmissionRule.CLOSED):
        return session.admission.value
    if event.words[session.code][0] in (Availability.FULL, Availability.WAITING):
        return str(event.words[session.code][0])
    room = event.words[session.code][0] in (Availability.PLENTY, Availability.FEW)
    return "bookable" if room and event.open_for_registration else "not_here"


def _register_url(event: OpenEvent, codes: list[str], language: str | None) -> str:
    return _with_codes(f"/events/{event.facts.slug}/register", codes, language, name="session")


def _with_codes(path: str, codes: list[str], language: str | None, *, name: str = "s") -> str:
    pairs = [(name, code) for code in codes] + ([("lang", language)] if language else [])
    return f"{path}?{urlencode(pairs)}" if pairs else path
