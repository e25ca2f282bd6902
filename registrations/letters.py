"""Letters about a registration: text and HTML with the code inline, the booked sessions as a calendar file."""

from email.headerregistry import Address
from email.message import EmailMessage
from typing import Any

from flask import current_app, render_template
from flask_babel import gettext as _

from app.clock import now
from app.config import Settings
from app.outbox.operations import ClaimedLetter
from app.programme.rules.facts import EventFacts
from app.web.languages import aloud, colon, current_language, day, html_lang, plain, speak
from registrations import qr
from registrations.exports import calendar_of, place_line
from registrations.pdf import ticket_pdf
from registrations.queries import BookedSession, Party, Sheet, party_of, sheet_of
from registrations.queries.changed import CONCERNED, Difference, Seen, differences
from registrations.queries.tickets import tickets_in_use
from registrations.rules import day_of, in_groups, spoken, times

KINDS = ("confirmed", "changed", "cancelled", "released")
QR_PIXELS = 592


def compose(letter: ClaimedLetter) -> EmailMessage | None:
    """The letter as things stand now, in its own language. None if what it was to say is not true any more."""
    speak(letter.language)
    sheet = sheet_of(letter.registration_id) if letter.registration_id is not None else None
    if sheet is None or letter.kind not in KINDS or not _still_true(sheet, letter):
        return None
    changed = _changed(sheet, letter)
    if letter.kind == "released" and not changed:
        return None
    message = EmailMessage()
    title = plain(sheet.event.title)
    message["Subject"] = _subject(letter.kind, title)
    message["From"] = _sender(title)
    if reply_to := sheet.event.contact.get("email"):
        message["Reply-To"] = str(reply_to)
    shown = _shown(sheet, letter.kind) | {"changed": [_changed_line(one, sheet) for one in changed]}
    message.set_content(render_template("letters/letter.txt", **shown), cte="base64")
    message.add_alternative(render_template("letters/letter.html", **shown), subtype="html", cte="base64")
    if letter.kind != "cancelled":
        _put_code(message, sheet)
    _attach_calendar(message, sheet, letter.kind)
    if letter.kind == "confirmed":
        _attach_ticket(message, sheet)
    return message


def when_event(event: EventFacts) -> str:
    """From the first to the last day."""
    if event.starts_on == event.ends_on:
        return day(event.starts_on)
    return str(_("%(first)s to %(last)s", first=day(event.starts_on), last=day(event.ends_on)))


def _still_true(sheet: Sheet, letter: ClaimedLetter) -> bool:
    """Whether there is still this to say, and to this address: a letter holds the private link."""
    row = sheet.registration
    if row.erased_at is not None or row.contact_email != letter.to_address:
        return False
    if letter.kind == "released" and row.blocked_at is not None:
        return False
    return (row.cancelled_at is not None) == (letter.kind == "cancelled")


def _changed(sheet: Sheet, letter: ClaimedLetter) -> list[Difference]:
    """What a release changed in sessions that are booked still, as things stand now."""
    booked = {one.code for one in sheet.sessions if one.state in CONCERNED}
    since = {code: number for code, number in letter.facts.get("since", {}).items() if code in booked}
    return differences(sheet.live.id, since, at=now())


def _subject(kind: str, title: str) -> str:
    if kind == "confirmed":
        return aloud(_("Your ticket: %(title)s", title=title))
    if kind == "changed":
        return aloud(_("Your registration was changed: %(title)s", title=title))
    if kind == "released":
        return aloud(_("Sessions you booked have changed: %(title)s", title=title))
    return aloud(_("Your registration was cancelled: %(title)s", title=title))


def _sender(title: str) -> Address:
    settings: Settings = current_app.extensions["uketsuke_settings"]
    return Address(display_name=title, addr_spec=settings.mail_from)


def _shown(sheet: Sheet, kind: str) -> dict[str, Any]:
    """What the templates read. `_` says a string with its readings in brackets: mail programs show no ruby."""
    base_url = current_app.config["BASE_URL"]
    return {
        "_": _said,
        "kind": kind,
        "lang": html_lang(current_language()),
        "title": aloud(sheet.event.title),
        "name": sheet.registration.contact_name or "",
        "when": aloud(when_event(sheet.event)),
        "number": spoken(sheet.ticket.number),
        "code_groups": in_groups(sheet.ticket.code),
        "ticket_url": f"{base_url}/t/{sheet.ticket.code}",
        "link_url": f"{base_url}/r/{sheet.registration.link}",
        "event_url": f"{base_url}/events/{sheet.event.slug}/",
        "sessions": [_session_line(session, sheet) for session in sheet.standing],
        "people": [_people_line(one) for one in party_of(sheet.registration.id)],
        "contact": [str(value) for key in ("email", "phone") if (value := sheet.event.contact.get(key))],
        "fictional": sheet.live.fictional,
    }


def _said(text: str, **variables: Any) -> str:
    return aloud(_(text, **variables))


def _session_line(session: BookedSession, sheet: Sheet) -> dict[str, Any]:
    zone = sheet.event.zone
    return {
        "title": aloud(session.title),
        "day": aloud(day(day_of(session.starts_at, zone))),
        "times": times(session.starts_at, session.ends_at, zone),
        "where": place_line(session),
        "online_url": session.online_url,
        "takes_place": session.takes_place,
    }


def _changed_line(one: Difference, sheet: Sheet) -> dict[str, Any]:
    return {
        "title": aloud((one.after or one.before).title),
        "kinds": one.kinds,
        "before": _seen_line(one.before, sheet),
        "after": _seen_line(one.after, sheet) if one.after else None,
    }


def _seen_line(seen: Seen, sheet: Sheet) -> dict[str, str]:
    zone = sheet.event.zone
    when = f"{aloud(day(day_of(seen.starts_at, zone)))} {times(seen.starts_at, seen.ends_at, zone)}"
    where = place_line(seen)
    return {"when": when, "where": where, "all": f"{when}  {where}" if where else when}


def _people_line(one: Party) -> str:
    return f"{aloud(one.label)}{colon()}{aloud(_how_many(one.number))}"


def _how_many(number: int) -> str:
    """One and two have readings of their own in easy Japanese."""
    if number == 1:
        return str(_("1 person"))
    return str(_("2 people") if number == 2 else _("%(number)s people", number=number))


def _put_code(message: EmailMessage, sheet: Sheet) -> None:
    html = message.get_body(("html",))
    assert isinstance(html, EmailMessage)
    picture = qr.png(qr.ticket_address(current_app.config["BASE_URL"], sheet.ticket.code), QR_PIXELS)
    html.add_related(picture, "image", "png", cid="<ticket>", filename="ticket.png", disposition="inline")


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


def _attach_calendar(message: EmailMessage, sheet: Sheet, kind: str) -> None:
    """Nothing if no session was ever booked."""
    if not (sheet.sessions if kind != "confirmed" else sheet.standing):
        return
    method = "CANCEL" if kind == "cancelled" else "PUBLISH"
    content = calendar_of(sheet, at=now(), method=method, dropped=kind != "confirmed")
    message.add_attachment(
        content.decode(),
        subtype="calendar",
        filename=f"{sheet.event.slug}.ics",
        params={"method": method},
        cte="base64",
    )
