"""Paper for the organiser: rosters and badges of those who are expected, in the order of the kana."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from sqlalchemy import select

from app.db import Texts, db
from app.programme.models import Category, Event, EventSession, Room, Venue
from app.programme.rules.kana import kana_order, kana_row
from app.web.hours import times
from app.web.languages import day, plain, stamp
from registrations import qr
from registrations.pdf import (
    Badge,
    BadgeSheet,
    Column,
    Roster,
    RosterLine,
    RosterPart,
    badges_pdf,
    roster_pdf,
)
from registrations.queries.rosters import ExpectedParty, NamedGuest
from registrations.rules import spoken


@dataclass(frozen=True)
class Wanted:
    """What badges shall carry besides names. `blanks`: also one for each person whom nobody named."""

    codes: bool = False
    blanks: bool = True


def roster_of(
    event: Event,
    session: EventSession | None,
    parties: Iterable[ExpectedParty],
    *,
    at: datetime,
    form_at: str | None = None,
) -> bytes:
    """One line a ticket; the categories that nobody belongs to are left out. `form_at`: where it is typed in later."""
    lines = sorted((line for party in parties for line in _lines(party)), key=_place)
    used = {key for line in lines for key, number in line.numbers.items() if number}
    columns = [Column(key, label) for key, label in _categories(event).items() if key in used]
    return roster_pdf(
        Roster(
            title=_("Roster"),
            heading=session.title if session else event.title,
            about=_about(event, session),
            printed=_("Printed %(moment)s · holds personal data", moment=plain(stamp(at, event.timezone))),
            columns=columns,
            parts=[RosterPart(row, list(found)) for row, found in groupby(lines, key=_row)],
            words={
                "tick": _("Came"),
                "number": _("Number"),
                "name": _("Name"),
                "nameless": _("(no name)"),
                "total": _("People"),
                "note": _("Remarks"),
                "sum": _("%(count)s tickets, people in all", count=len(lines)),
            },
            form=(form_at, qr.svg(form_at), _("For the organiser: type it in here")) if form_at else None,
        )
    )


def badges_of(
    sheet: BadgeSheet, event: Event, parties: Iterable[ExpectedParty], wanted: Wanted, *, base_url: str
) -> bytes:
    """Names in the order of the kana, then those to write on, by group."""
    parties, labels = list(parties), _categories(event)
    named = [badge for party in parties for badge in _named(party, labels)]
    blank = [badge for party in parties for badge in _blank(party, labels)] if wanted.blanks else []
    badges = [
        *sorted(named, key=lambda one: kana_order(one.reading or one.name or "")),
        *sorted(blank, key=lambda one: kana_order(one.group or "")),
    ]
    return badges_pdf(sheet, badges if wanted.codes else [replace(one, code=None) for one in badges], base_url=base_url)


def _lines(party: ExpectedParty) -> list[RosterLine]:
    """A ticket of one person counts that person, the party's ticket the others."""
    note = _("No photos") if party.no_photo else None
    own = {code.attendee_id: code for code in party.codes if code.attendee_id is not None}
    lines = [
        RosterLine(spoken(own[guest.id].number), guest.name, {guest.category: 1}, guest.reading, party.group, note)
        for guest in party.guests
        if guest.id in own
    ]
    rest = _without(party.numbers, [guest for guest in party.guests if guest.id in own])
    if rest:
        whole = next((code for code in party.codes if code.attendee_id is None), None)
        others = [guest.name for guest in party.guests if guest.id not in own and guest.name != party.contact]
        beneath = "  ".join(part for part in (party.group, "、".join(others)) if part)
        number = spoken(whole.number) if whole else ""
        lines.append(RosterLine(number, party.contact, rest, party.reading, beneath or None, note))
    return lines


def _named(party: ExpectedParty, labels: Mapping[str, Texts]) -> list[Badge]:
    """Those whom somebody named, and the contact if there is room for one more."""
    codes = {code.attendee_id: code.code for code in party.codes}
    badges = [
        Badge(guest.name, guest.reading, party.group, labels.get(guest.category), codes.get(guest.id))
        for guest in party.guests
    ]
    if _contact_comes(party):
        badges.append(Badge(party.contact, party.reading, party.group, _only(_rest(party), labels), codes.get(None)))
    return badges


def _blank(party: ExpectedParty, labels: Mapping[str, Texts]) -> list[Badge]:
    """One for each of the others. Where nobody knows which category the contact is of, none is printed on them."""
    rest = _rest(party)
    group = party.group or (_("With %(name)s", name=party.contact) if party.contact else None)
    if _contact_comes(party):
        return [Badge(group=group, category=_only(rest, labels))] * (sum(rest.values()) - 1)
    return [Badge(group=group, category=labels.get(key)) for key, number in rest.items() for _one in range(number)]


def _rest(party: ExpectedParty) -> dict[str, int]:
    return _without(party.numbers, party.guests)


def _contact_comes(party: ExpectedParty) -> bool:
    """Whether the contact is one of those who come and has not been named among them."""
    return bool(party.contact and _rest(party)) and party.contact not in {guest.name for guest in party.guests}


def _only(rest: Mapping[str, int], labels: Mapping[str, Texts]) -> Texts | None:
    return labels.get(next(iter(rest))) if len(rest) == 1 else None


def _without(numbers: Mapping[str, int], guests: Iterable[NamedGuest]) -> dict[str, int]:
    rest = dict(numbers)
    for guest in guests:
        rest[guest.category] = rest.get(guest.category, 0) - 1
    return {key: number for key, number in rest.items() if number > 0}


def _sound(line: RosterLine) -> str:
    return line.reading or line.name or ""


def _row(line: RosterLine) -> str:
    return kana_row(_sound(line))


def _place(line: RosterLine) -> tuple[object, ...]:
    return (*kana_order(_sound(line)), line.number)


def _categories(event: Event) -> dict[str, Texts]:
    query = select(Category.key, Category.label).filter_by(event_id=event.id).order_by(Category.position)
    return {row.key: row.label for row in db.session.execute(query)}


def _about(event: Event, session: EventSession | None) -> str:
    """When and where; of all sessions, the event's days."""
    if session is None:
        first, last = plain(day(event.starts_on)), plain(day(event.ends_on))
        return first if event.starts_on == event.ends_on else str(_("%(first)s to %(last)s", first=first, last=last))
    zone = ZoneInfo(event.timezone)
    parts = [plain(day(session.starts_at, event.timezone)), plain(times(session.starts_at, session.ends_at, zone))]
    room = db.session.get(Room, session.room_id) if session.room_id else None
    venue = db.session.get(Venue, room.venue_id) if room else None
    return "  ".join([*parts, *(plain(one.name) for one in (venue, room) if one), plain(event.title)])
