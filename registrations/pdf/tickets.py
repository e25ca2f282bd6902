"""A registration's tickets on paper: a sheet each of A4 or A6, or of A4 in large type for who reads with difficulty."""

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any, Literal, get_args
from zoneinfo import ZoneInfo

from flask_babel import gettext as _

from app.programme.rules.facts import EventFacts
from app.web.hours import times
from app.web.languages import aloud, colon, current_language, day, html_lang, local, plain
from registrations import qr
from registrations.pdf.press import press
from registrations.pdf.words import Said, headed, said, verbatim
from registrations.queries import BookedSession, Party, Sheet
from registrations.queries.tickets import PaperTicket
from registrations.rules import BookingState, day_of, in_groups, spoken

TicketSize = Literal["a4", "a6", "large"]
TICKET_SIZES: tuple[TicketSize, ...] = get_args(TicketSize)


def ticket_pdf(
    sheet: Sheet,
    tickets: Iterable[PaperTicket],
    *,
    base_url: str,
    size: TicketSize = "a4",
    party: Sequence[Party] = (),
) -> bytes:
    """One page a ticket, more only where the sessions of one need more, in the language spoken now.

    Says nothing about a person but what `tickets` and `party` (who comes, for all) say.
    """
    tickets = list(tickets)
    content = {
        "lang": html_lang(current_language()),
        "size": size,
        "title": f"{plain(_('Ticket'))} – {plain(sheet.event.title)}",
        "event": headed(sheet.event.title),
        "when": said(_when(sheet.event)),
        "words": _words(),
        "tickets": [_ticket(one, base_url) | _own_days(one, sheet) for one in tickets],
        "party": [_party(one) for one in party] if all(map(_for_all, tickets)) else [],
        "days": _days(sheet.standing, sheet.event.zone, numbered=sum(one.number for one in party) > 1),
        "steps": [said(step) for step in _steps(party, named=bool(party), for_all=all(map(_for_all, tickets)))],
        "contact": _contact(sheet),
        "fictional": said(_("This event is made up for practice.")) if sheet.live.fictional else None,
    }
    return press("ticket", content)


def _words() -> dict[str, Said]:
    nothing = _("No session is booked. The ticket is good for everything that needs no booking.")
    return {
        "ticket": said(_("Ticket")),
        "number": said(_("Ticket number")),
        "code": said(_("Ticket code")),
        "name": said(_("Name")),
        "party": said(_("Who comes")),
        "sessions": said(_("Booked sessions")),
        "nothing": said(nothing),
        "steps": said(_("On the day")),
    }


def _ticket(one: PaperTicket, base_url: str) -> dict[str, Any]:
    number = spoken(one.number)
    return {
        "name": verbatim(one.name) or None,
        "number": number,
        "code": in_groups(one.code),
        "drawing": qr.svg(qr.ticket_address(base_url, one.code)),
        "alt": plain(_("Square code of ticket %(number)s", number=number)),
    }


def _for_all(one: PaperTicket) -> bool:
    return one.attendee_id is None


def _own_days(one: PaperTicket, sheet: Sheet) -> dict[str, Any]:
    """The sessions of one person, where the ticket is not good for all that the party booked."""
    if one.sessions is None:
        return {}
    booked = [session for session in sheet.standing if session.code in one.sessions]
    return {"days": _days(booked, sheet.event.zone, numbered=False)}


def _when(event: EventFacts) -> str:
    if event.starts_on == event.ends_on:
        return day(event.starts_on)
    return str(_("%(first)s to %(last)s", first=day(event.starts_on), last=day(event.ends_on)))


def _party(one: Party) -> list[Said]:
    return [said(one.label), said(f"{colon()}{_how_many(one.number)}")]


def _how_many(number: int) -> str:
    """One and two have readings of their own in easy Japanese."""
    if number == 1:
        return str(_("1 person"))
    return str(_("2 people") if number == 2 else _("%(number)s people", number=number))


def _days(sessions: Iterable[BookedSession], zone: ZoneInfo, *, numbered: bool) -> list[dict[str, Any]]:
    """The booked sessions by day. `numbered`: with how many people, for a party of several."""
    by_day = groupby(sessions, key=lambda one: day_of(one.starts_at, zone))
    return [
        {"day": said(day(date)), "sessions": [_session(one, zone, numbered=numbered) for one in found]}
        for date, found in by_day
    ]


def _session(one: BookedSession, zone: ZoneInfo, *, numbered: bool) -> dict[str, Any]:
    state = _("Does not take place") if not one.takes_place else _state(one.state)
    return {
        "times": said(times(one.starts_at, one.ends_at, zone)),
        "title": said(one.title),
        "where": _where(one),
        "state": said(state) if state else None,
        "off": not one.takes_place,
        "number": said(_how_many(one.number)) if numbered else None,
    }


def _where(one: BookedSession) -> list[Said]:
    if one.room is None or one.venue is None:
        return [said(_("Online"))] if one.online else []
    parts = [said(one.venue), said(local(one.room))]
    return [parts[0], said(one.floor), parts[1]] if one.floor else parts


def _state(state: BookingState) -> str | None:
    """What is not confirmed must not look as if it were."""
    words = {
        BookingState.APPLIED: _("Applied for the lottery"),
        BookingState.PENDING: _("Waiting for confirmation"),
        BookingState.OFFERED: _("Place offered"),
        BookingState.WAITING: _("On the waiting list"),
        BookingState.DECLINED: _("Not accepted"),
        BookingState.NOT_DRAWN: _("Not drawn"),
        BookingState.EXPIRED: _("Offer ended"),
    }
    return words.get(state)


def _steps(party: Sequence[Party], *, named: bool, for_all: bool) -> list[str]:
    steps = [_("Show this sheet at reception, or the code on your phone.")]
    if not for_all:
        steps.append(_("This ticket is for one person. Each of you shows their own."))
    elif sum(one.number for one in party) > 1:
        steps.append(_("One ticket for all. Show it once at reception."))
    steps.append(_("If the code cannot be read, say the ticket number."))
    if not named:
        return [*steps, _("To change or cancel, use the private link that you got when you registered.")]
    return [*steps, _("If you cannot come, please cancel, so that others can come.")]


def _contact(sheet: Sheet) -> list[Said]:
    ways = (sheet.event.contact.get(key) for key in ("phone", "email"))
    return [said(_("Questions: %(contact)s", contact=aloud(str(way)))) for way in ways if way]
