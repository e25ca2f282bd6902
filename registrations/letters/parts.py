"""What a letter is made of: facts read once, put into sections, lines and the values of placeholders."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import select

from app.db import db
from app.outbox.models import Letter
from app.programme.models import Event
from app.programme.rules.facts import EventFacts
from app.web.hours import times
from app.web.languages import aloud, colon, current_language, day, html_lang
from registrations.exports import place_line
from registrations.letters.placeholders import LINK_STYLE, joined, one_line
from registrations.models import Registration
from registrations.queries import BookedSession, Party, Sheet, party_of
from registrations.queries.changed import Difference, Seen
from registrations.queries.standing import standing_of
from registrations.queries.tickets import PaperTicket, tickets_in_use
from registrations.rules import BookingState, day_of, in_groups, spoken

CONFIRM = "confirm-mail:"
"""How the cause of a letter begins that asks to confirm an address."""
MOST_PICTURES = 8
"""So many codes are drawn in one letter."""
SECTIONS = (
    BookingState.CONFIRMED,
    BookingState.OFFERED,
    BookingState.WAITING,
    BookingState.PENDING,
    BookingState.APPLIED,
)
"""States that every letter tells, in this order."""


@dataclass(frozen=True)
class Line:
    """Places in one event session in one state, as a letter shows them."""

    code: str
    seen: Seen
    state: BookingState
    number: int
    takes_place: bool = True
    online_url: str | None = None
    until: datetime | None = None
    position: int | None = None


@dataclass(frozen=True)
class Content:
    """Everything a letter about one registration may tell. `sheet`: only of a real one that is written to. `each`: the
    tickets of those who have one of their own; else number and code are the party's."""

    event: EventFacts
    name: str
    number: str
    code: str
    link: str
    lines: tuple[Line, ...]
    people: tuple[Party, ...]
    usable: bool = True
    address_to_confirm: bool = False
    fictional: bool = False
    feedback_url: str | None = None
    numbers_due_at: datetime | None = None
    each: tuple[PaperTicket, ...] = ()
    sheet: Sheet | None = None

    @property
    def with_ticket(self) -> bool:
        """Whether a ticket in this letter would open a door: not while everything is still in suspense."""
        settled = not self.lines or any(one.state is BookingState.CONFIRMED for one in self.lines)
        return self.usable and settled and not self.address_to_confirm

    @property
    def tickets(self) -> tuple[PaperTicket, ...]:
        """Every ticket: one each, or the one of the party, which needs no name beside it."""
        return self.each or (PaperTicket(self.number, self.code),)

    def about(self, codes: Collection[str], states: Collection[BookingState]) -> tuple[Line, ...]:
        """The lines of these sessions (none named: of all) in these states."""
        return tuple(one for one in self.lines if one.state in states and (not codes or one.code in codes))


def content_of(sheet: Sheet) -> Content:
    """The registration as it stands now."""
    row, event = sheet.registration, db.session.get_one(Event, sheet.live.id)
    return Content(
        event=sheet.event,
        name=row.contact_name or "",
        number=sheet.ticket.number,
        code=sheet.ticket.code,
        link=row.link,
        lines=tuple(_lines(sheet)),
        people=party_of(row.id),
        usable=sheet.usable,
        address_to_confirm=event.confirms_mail and row.mail_confirmed_at is None and _was_asked(row),
        fictional=sheet.live.fictional,
        feedback_url=event.feedback_url,
        numbers_due_at=event.class_numbers_due_at,
        each=tuple(tickets_in_use(row.id)) if sheet.ticket.attendee_id is not None else (),
        sheet=sheet,
    )


def when_event(event: EventFacts) -> str:
    """From the first to the last day."""
    if event.starts_on == event.ends_on:
        return day(event.starts_on)
    return str(_("%(first)s to %(last)s", first=day(event.starts_on), last=day(event.ends_on)))


def said(text: str, **variables: Any) -> str:
    """A string with its readings in brackets: mail programs show no ruby. What is filled in is not read again."""
    return aloud(_(text)) % variables if variables else aloud(_(text))


def values_of(content: Content, about: Iterable[Line], *, until: datetime | None = None) -> dict[str, str]:
    """What stands for each placeholder; empty: nothing to say. `about`: the sessions that a letter is about."""
    base_url, concerned = current_app.config["BASE_URL"], list(about)
    positions = [one.position for one in concerned if one.position]
    contact = content.event.contact
    return {
        "name": one_line(content.name),
        "event": one_line(aloud(content.event.title)),
        "when": aloud(when_event(content.event)),
        "sessions": joined(_brief(one, content.event) for one in concerned),
        "number": _numbers(content),
        "link": f"{base_url}/r/{content.link}",
        "ticket": _ticket_address(content, base_url) if content.with_ticket else "",
        "until": moment(until, content.event.zone) if until else "",
        "position": aloud(_(", ")).join(str(one) for one in positions),
        "contact": one_line(str(contact.get("email") or contact.get("phone") or "")),
        "feedback": one_line(content.feedback_url or ""),
    }


def shown(content: Content, *, private: bool, changed: Iterable[Difference] = ()) -> dict[str, Any]:
    """What the templates read besides the words."""
    base_url, event = current_app.config["BASE_URL"], content.event
    return {
        "_": said,
        "lang": html_lang(current_language()),
        "link_style": LINK_STYLE,
        "title": aloud(event.title),
        "when": aloud(when_event(event)),
        "tickets": [
            {
                "name": one_line(one.name or ""),
                "number": spoken(one.number),
                "code_groups": in_groups(one.code),
                "url": f"{base_url}/t/{one.code}",
                "cid": picture_name(place),
            }
            for place, one in enumerate(content.tickets)
        ],
        "link_url": f"{base_url}/r/{content.link}",
        "event_url": f"{base_url}/events/{event.slug}/",
        "private": private,
        "with_ticket": private and content.with_ticket,
        "sections": [(state.value, _section(content, state)) for state in SECTIONS] if private else [],
        "nothing_booked": not content.about((), SECTIONS),
        "people": [_people_line(one) for one in content.people],
        "contact": [str(value) for key in ("email", "phone") if (value := event.contact.get(key))],
        "fictional": content.fictional,
        "changed": [_changed_line(one, event.zone) for one in changed],
        "registrations": [],
        "notice": None,
        "text_lang": None,
        "partner": False,
    }


def picture_name(place: int) -> str | None:
    """Under which name the code of a ticket lies in the letter, by its place among them; None: too many for a letter,
    whose address is enough."""
    if place >= MOST_PICTURES:
        return None
    return "ticket" if place == 0 else f"ticket-{place + 1}"


def _numbers(content: Content) -> str:
    """The number to read aloud; of several, each with its name."""
    if not content.each:
        return spoken(content.number)
    named = (f"{spoken(one.number)} {one_line(one.name or '')}".strip() for one in content.each)
    return aloud(_(", ")).join(named)


def _ticket_address(content: Content, base_url: str) -> str:
    """Where the ticket is shown; of several, the page that has them all."""
    return f"{base_url}/r/{content.link}" if content.each else f"{base_url}/t/{content.code}"


def moment(at: datetime, zone: ZoneInfo) -> str:
    """Day and time on the event's clock."""
    return f"{aloud(day(day_of(at, zone)))} {at.astimezone(zone):%H:%M}"


def seen_of(session: BookedSession) -> Seen:
    """A booked session as a letter shows it."""
    return Seen(
        title=session.title, starts_at=session.starts_at, ends_at=session.ends_at, venue=session.venue,
        floor=session.floor, room=session.room, online=session.online,
    )  # fmt: skip


def confirmed_alone(sheet: Sheet, lines: Iterable[Line], *, dropped: bool) -> Sheet:
    """The sheet for a calendar: what is confirmed, and with `dropped` what was given back."""
    confirmed = {one.code for one in lines if one.state is BookingState.CONFIRMED}
    sessions = [replace(one, state=BookingState.CONFIRMED) for one in sheet.sessions if one.code in confirmed]
    gone = [one for one in sheet.sessions if one.state is BookingState.CANCELLED and one.code not in confirmed]
    return replace(sheet, sessions=(*sessions, *(gone if dropped else ())))


def _was_asked(row: Registration) -> bool:
    """Whether a letter asked to confirm the address: who registers at the desk is not asked."""
    return db.session.scalar(select(Letter.id).where(Letter.cause == f"{CONFIRM}{row.uuid}")) is not None


def _lines(sheet: Sheet) -> Iterable[Line]:
    by_code = {one.code: one for one in sheet.sessions}
    for one in standing_of(sheet.registration.id):
        session = by_code.get(one.code)
        if session is not None:
            yield Line(
                one.code,
                seen_of(session),
                one.state,
                one.number,
                takes_place=session.takes_place,
                online_url=session.online_url if one.state is BookingState.CONFIRMED else None,
                until=one.until,
                position=one.position,
            )


def _section(content: Content, state: BookingState) -> list[dict[str, Any]]:
    party = sum(one.number for one in content.people)
    return [_session_line(one, content.event.zone, party) for one in content.lines if one.state is state]


def _session_line(line: Line, zone: ZoneInfo, party: int) -> dict[str, Any]:
    return {
        "title": one_line(aloud(line.seen.title)),
        "day": aloud(day(day_of(line.seen.starts_at, zone))),
        "times": aloud(times(line.seen.starts_at, line.seen.ends_at, zone)),
        "where": place_line(line.seen),
        "online_url": line.online_url,
        "takes_place": line.takes_place,
        "people": aloud(_how_many(line.number)) if line.number != party else "",
        "until": moment(line.until, zone) if line.until else "",
        "position": line.position,
    }


def _brief(line: Line, event: EventFacts) -> str:
    return f"・{one_line(aloud(line.seen.title))}  {_when(line.seen, event.zone)}"


def _when(seen: Seen, zone: ZoneInfo) -> str:
    return aloud(f"{day(day_of(seen.starts_at, zone))} {times(seen.starts_at, seen.ends_at, zone)}")


def _changed_line(one: Difference, zone: ZoneInfo) -> dict[str, Any]:
    return {
        "title": aloud((one.after or one.before).title),
        "kinds": one.kinds,
        "beside": [one_line(aloud(title)) for title in one.beside],
        "before": _seen_line(one.before, zone),
        "after": _seen_line(one.after, zone) if one.after else None,
    }


def _seen_line(seen: Seen, zone: ZoneInfo) -> dict[str, str]:
    when = _when(seen, zone)
    where = place_line(seen)
    return {"when": when, "where": where, "all": f"{when}  {where}" if where else when}


def _people_line(one: Party) -> str:
    return f"{aloud(one.label)}{colon()}{aloud(_how_many(one.number))}"


def _how_many(number: int) -> str:
    """One and two have readings of their own in easy Japanese."""
    if number == 1:
        return str(_("1 person"))
    return str(_("2 people") if number == 2 else _("%(number)s people", number=number))
