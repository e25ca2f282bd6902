"""Letters that are not about one registration as its holder knows it: links found again, a registration handed on, an
organiser's own letter to many, a test to oneself."""

from collections.abc import Callable, Mapping
from email.message import EmailMessage
from typing import Any

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import select

from app.db import db
from app.outbox.models import Mailing
from app.outbox.operations import ClaimedLetter
from app.programme.models import Event
from app.web.languages import aloud, current_language, day, html_lang, local
from registrations.letters.kinds import KINDS, MAILING
from registrations.letters.organisers import KIND, to_organiser
from registrations.letters.partners import partner_sample, to_partner
from registrations.letters.parts import Content, content_of, when_event
from registrations.letters.placeholders import isolated, one_line
from registrations.letters.samples import about_nobody, sample_of
from registrations.letters.saying import mail, say
from registrations.letters.wording import Words, words_for
from registrations.models import Registration
from registrations.queries import Sheet, sheet_of
from registrations.rules import BookingState, day_of


def link_again(letter: ClaimedLetter) -> EmailMessage | None:
    """The private links of every standing registration of this address in the event."""
    rows = db.session.scalars(
        select(Registration)
        .where(
            Registration.event_id == letter.event_id,
            Registration.contact_email == letter.to_address,
            Registration.erased_at.is_(None),
            Registration.cancelled_at.is_(None),
        )
        .order_by(Registration.id)
    ).all()
    if not rows:
        return None
    content = about_nobody(db.session.get_one(Event, letter.event_id))
    words = words_for(letter.event_id, "link_again", letter.language)
    more = {"registrations": [_found(one, content) for one in rows]}
    return mail(content, say(content, KINDS["link_again"], words, more=more))


def handed_on(letter: ClaimedLetter, sheet: Sheet) -> EmailMessage | None:
    """To who held the registration before: that it is somebody else's now, and nothing about that person."""
    if sheet.registration.erased_at is not None:
        return None
    content = about_nobody(db.session.get_one(Event, letter.event_id))
    words = words_for(letter.event_id, "handed_on", letter.language)
    return mail(content, say(content, KINDS["link_again"], words))


def mailing(letter: ClaimedLetter) -> EmailMessage | None:
    """What an organiser wrote to many, unless it was stopped or this registration is not to be written to any more."""
    sent = db.session.get(Mailing, letter.mailing_id) if letter.mailing_id is not None else None
    sheet = sheet_of(letter.registration_id) if letter.registration_id is not None else None
    if sent is None or sheet is None or sent.stopped_at is not None:
        return None
    row = sheet.registration
    if row.erased_at is not None or row.blocked_at is not None or row.contact_email != letter.to_address:
        return None
    content = content_of(sheet)
    words, more = mailing_words(sent.subject, sent.body)
    about = content.about((), {BookingState.CONFIRMED})
    return mail(content, say(content, MAILING, words, about=about, more=more | {"with_link": sheet.usable}))


def mailing_words(subjects: Mapping[str, str], bodies: Mapping[str, str]) -> tuple[Words, dict[str, Any]]:
    """The text in the language spoken now, or the nearest there is, marked so; and what the templates read of that."""
    body = local(bodies)
    words = Words(subjects.get(body.lang, ""), body.text, own=True)
    if not body.fallback:
        return words, {}
    lang = "" if html_lang(body.lang) == html_lang(current_language()) else html_lang(body.lang)
    return words, {"notice": aloud(_("This letter was not written in your language.")), "text_lang": lang}


def test(letter: ClaimedLetter) -> EmailMessage | None:
    """A letter to a person on the staff, as others would get it: of a made-up registration."""
    facts, event = letter.facts, db.session.get_one(Event, letter.event_id)
    kind = MAILING if facts["of"] == MAILING.name else KINDS[facts["of"]]
    words = Words(_("Test: %(subject)s", subject=facts["subject"]), facts["body"], own=True)
    if kind.partner:
        return mail(about_nobody(event), partner_sample(event, kind, words))
    content, about, until = sample_of(event, kind)
    more = {"with_link": True} if kind is MAILING else {}
    return mail(content, say(content, kind, words, about=about, until=until, more=more))


SPECIAL: dict[str, Callable[[ClaimedLetter], EmailMessage | None]] = {
    "link_again": link_again,
    "mailing": mailing,
    "test": test,
    KIND.name: to_organiser,
    **{name: to_partner for name, kind in KINDS.items() if kind.partner},
}


def _found(row: Registration, content: Content) -> dict[str, str]:
    return {
        "title": one_line(aloud(content.event.title)),
        "when": aloud(when_event(content.event)),
        "day": aloud(day(day_of(row.created_at, content.event.zone))),
        "who": isolated(one_line(row.contact_name or "")),
        "address": f"{current_app.config['BASE_URL']}/r/{row.link}",
    }
