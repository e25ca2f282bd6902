"""A letter as things stand when it is sent, in its own language. What is not true any more is not said."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from email.message import EmailMessage
from typing import Any

from flask import current_app

from app.clock import now
from app.outbox.operations import ClaimedLetter
from app.web.languages import speak
from registrations.exports import calendar_of
from registrations.letters.kinds import KINDS, Kind
from registrations.letters.parts import Content, Line, confirmed_alone, content_of
from registrations.letters.saying import mail, say
from registrations.letters.special import SPECIAL, handed_on
from registrations.letters.wording import words_for
from registrations.pdf import ticket_pdf
from registrations.queries import Sheet, party_of, sheet_of
from registrations.queries.changed import CONCERNED, Difference, differences
from registrations.queries.tickets import tickets_in_use
from registrations.rules import BookingState

MEANT = frozenset(CONCERNED)
_KEPT_IN_CALENDAR = ("confirmed", "approved", "promoted", "lottery_won")


def compose(letter: ClaimedLetter) -> EmailMessage | None:
    """The letter, or None if what it was to say is not true any more, or is nothing that this person may read."""
    speak(letter.language)
    if letter.kind in SPECIAL:
        return SPECIAL[letter.kind](letter)
    kind = KINDS.get(letter.kind)
    sheet = sheet_of(letter.registration_id) if letter.registration_id is not None else None
    if kind is None or sheet is None:
        return None
    if sheet.registration.contact_email != letter.to_address:
        return handed_on(letter, sheet) if kind.name == "handed_over" else None
    content = _told(content_of(sheet), kind)
    about = _about(content, kind, letter)
    if not _still_true(content, kind, about):
        return None
    changed = _changed(content, letter.facts) if kind.name == "released" else []
    if kind.name == "released" and not changed:
        return None
    words = words_for(letter.event_id, kind.name, letter.language, variant=_variant(content, kind, about))
    message = mail(content, say(content, kind, words, about=about, until=_until(content, kind, about), changed=changed))
    _attach_calendar(message, content, kind.name)
    if content.usable and kind.name in _KEPT_IN_CALENDAR:
        _attach_ticket(message, sheet)
    return message


def _told(content: Content, kind: Kind) -> Content:
    """What this kind may tell: who has yet to take a registration over finds its ticket at the link."""
    return replace(content, usable=False) if kind.name == "handed_over" else content


def _about(content: Content, kind: Kind, letter: ClaimedLetter) -> tuple[Line, ...]:
    """The sessions that the letter is about, as far as they are still in a state that it speaks of."""
    facts = letter.facts
    codes = [facts["session"]] if facts.get("session") else list(facts.get("sessions") or ())
    lines = content.about(codes, kind.about or {BookingState.CONFIRMED})
    if kind.name == "offer":
        return tuple(one for one in lines if one.until is not None and one.until > now())
    return lines


def _still_true(content: Content, kind: Kind, about: tuple[Line, ...]) -> bool:
    """Whether there is still this to say. An erased registration hears nothing, a stopped one what it did itself."""
    assert content.sheet is not None
    row = content.sheet.registration
    if row.erased_at is not None or (row.cancelled_at is not None) != (kind.name == "cancelled"):
        return False
    if row.blocked_at is not None and kind.name not in ("confirmed", "received", "changed", "cancelled"):
        return False
    if kind.about and not about:
        return False
    check = _ALSO.get(kind.name)
    return check is None or check(content)


def _in_suspense(content: Content) -> bool:
    states = {one.state for one in content.lines}
    return content.address_to_confirm or bool(states & (MEANT - {BookingState.CONFIRMED})) or not states


def _something_to_come(content: Content) -> bool:
    return any(one.seen.ends_at > now() for one in content.about((), {BookingState.CONFIRMED}) if one.takes_place)


def _something_confirmed(content: Content) -> bool:
    return bool(content.about((), {BookingState.CONFIRMED}))


def _numbers_open(content: Content) -> bool:
    assert content.sheet is not None
    due = content.numbers_due_at
    return content.sheet.registration.numbers_confirmed_at is None and due is not None and due > now()


_ALSO: dict[str, Callable[[Content], bool]] = {
    "received": _in_suspense,
    "reminder": _something_to_come,
    "thanks": _something_confirmed,
    "class_due": _numbers_open,
}


def _variant(content: Content, kind: Kind, about: tuple[Line, ...]) -> str | None:
    """Which built-in words are true now."""
    if kind.name == "lottery_lost" and all(one.state is BookingState.NOT_DRAWN for one in about):
        return "lottery_busy"
    if kind.name == "reminder":
        coming = [one.seen.starts_at for one in content.about((), {BookingState.CONFIRMED}) if one.seen.ends_at > now()]
        zone = content.event.zone
        today = min(coming).astimezone(zone).date() <= now().astimezone(zone).date()
        return "reminder_today" if today else None
    return None


def _until(content: Content, kind: Kind, about: tuple[Line, ...]) -> datetime | None:
    if kind.name == "class_due":
        return content.numbers_due_at
    return min((one.until for one in about if one.until), default=None)


def _changed(content: Content, facts: Mapping[str, Any]) -> list[Difference]:
    """What a release changed in sessions that are booked still, as things stand now."""
    assert content.sheet is not None
    booked = {one.code for one in content.lines if one.state in MEANT}
    since = {code: number for code, number in facts.get("since", {}).items() if code in booked}
    registration_id = content.sheet.registration.id
    return differences(content.sheet.live.id, since, registration_id=registration_id, at=now())


def _attach_ticket(message: EmailMessage, sheet: Sheet) -> None:
    """The ticket to print, or to keep on a telephone without a connection."""
    registration = sheet.registration
    paper = ticket_pdf(
        sheet,
        tickets_in_use(registration.id),
        base_url=current_app.config["BASE_URL"],
        party=party_of(registration.id),
    )
    message.add_attachment(paper, maintype="application", subtype="pdf", filename=f"{sheet.event.slug}-ticket.pdf")


def _attach_calendar(message: EmailMessage, content: Content, kind: str) -> None:
    """What is confirmed, for a calendar; nothing if no session ever was. What was given back is taken out again."""
    sheet = content.sheet
    if sheet is None or kind in ("thanks", "class_due", "handed_over"):
        return
    dropped = kind not in _KEPT_IN_CALENDAR
    chosen = confirmed_alone(sheet, content.lines, dropped=dropped)
    if not chosen.sessions:
        return
    method = "CANCEL" if kind == "cancelled" else "PUBLISH"
    file = calendar_of(chosen, at=now(), method=method, dropped=dropped)
    message.add_attachment(
        file.decode(),
        subtype="calendar",
        filename=f"{sheet.event.slug}.ics",
        params={"method": method},
        cte="base64",
    )
