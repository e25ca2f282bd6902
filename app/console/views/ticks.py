"""The sessions that staff can tick: what the public can, and what is closed for it, with a word beside."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from flask_babel import gettext as _

from app.programme.rules import AdmissionRule
from app.programme.rules.facts import EventSessionFacts
from app.web.languages import day, ruby
from registrations.queries import BookedSession, Offer
from registrations.rules import day_of
from registrations.views import shapes
from registrations.views.shapes import DayChoices, SessionChoice


def staff_choices(offer: Offer, form: Any, held: Mapping[str, BookedSession] | None = None) -> list[DayChoices]:
    """The event's sessions by day, ticked as the form has them; `held` as the public's form has it."""
    held = held or {}
    found = {str(one.heading): one for one in shapes.day_choices(offer, form, held)}
    days = []
    for local_day, sessions in _by_day(offer):
        heading = ruby(day(local_day))
        one = found.get(str(heading), DayChoices(heading, [], []))
        ticks = [_open(offer, form, held, row) for row in one.ticks]
        invited = [_invited(offer, form, session) for session in sessions if _for_invited(session, held)]
        days.append(replace(one, ticks=[*ticks, *invited]))
    return days


def _by_day(offer: Offer) -> list[tuple[date, list[EventSessionFacts]]]:
    """What is still ahead, for whomever it is, in order of time."""
    days: dict[date, list[EventSessionFacts]] = {}
    ahead = (one for one in offer.programme.sessions if not one.cancelled and offer.at < one.ends_at)
    for session in sorted(ahead, key=lambda one: (one.starts_at, one.code)):
        days.setdefault(day_of(session.starts_at, offer.event.zone), []).append(session)
    return list(days.items())


def _open(offer: Offer, form: Any, held: Mapping[str, BookedSession], row: SessionChoice) -> SessionChoice:
    """What only the organiser's date has closed can still be ticked here."""
    session = offer.programme.session[row.code]
    if not row.disabled or row.code in held or offer.takes(session) or offer.at >= session.ends_at:
        return row
    about = _("Booking has closed for the public. Staff can still book it.")
    return replace(row, disabled=False, checked=row.code in (form.sessions.data or ()), about=about, field="sessions")


def _for_invited(session: EventSessionFacts, held: Mapping[str, BookedSession]) -> bool:
    return session.admission is AdmissionRule.CLOSED and session.code not in held


def _invited(offer: Offer, form: Any, session: EventSessionFacts) -> SessionChoice:
    about = _("For staff and partners only: the public cannot book it.")
    row = shapes.choice(offer, session, None, None)
    return replace(row, checked=session.code in (form.sessions.data or ()), disabled=False, about=about)
