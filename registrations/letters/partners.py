"""Letters to partner organisations: the invitation with its link, a reminder, the organiser's answer to a suggestion.

The link is made again for each letter and stands in no table: the outbox keeps the letter's words without it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from email.message import EmailMessage

from flask import current_app
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.clock import now
from app.errors import NotFound
from app.outbox.operations import ClaimedLetter
from app.outbox.worker import NOT_KEPT
from app.programme.models import Event, Suggestion
from app.programme.operations.partners import INVITED, REMINDED
from app.programme.queries import is_released
from app.programme.queries.partners import Sent, secret_for, sent_to, subject_of
from app.programme.rules.partners import SuggestionState
from app.web.languages import aloud
from registrations.letters.kinds import KINDS, Kind
from registrations.letters.parts import Content, moment
from registrations.letters.placeholders import joined, one_line
from registrations.letters.samples import about_nobody
from registrations.letters.saying import Said, mail, say
from registrations.letters.wording import Words, words_for

SAMPLE = {"ja": "NPO法人みほんの会", "en": "Mihon Society", "ja-easy": "NPO みほんの 会《かい》"}
FIELD_WORDS = {
    "title": _l("Title"),
    "reading": _l("Reading"),
    "description": _l("Description"),
    "access": _l("Access, what to bring, where to wait"),
    "people": _l("People on stage"),
    "exhibits": _l("Exhibits"),
}


def to_partner(letter: ClaimedLetter) -> EmailMessage | None:
    """The letter, or None if it is not true any more: another contact, no link, a reminder that came too late."""
    sent = sent_to(letter.facts)
    if sent is None or sent.partner.contact_email != letter.to_address:
        return None
    secret = secret_for(sent.partner.id, key=str(current_app.secret_key))
    if letter.kind in (INVITED, REMINDED) and secret is None:
        return None
    if letter.kind == REMINDED and (not sent.silent or now() >= sent.partner.closes_at):
        return None
    content = replace(about_nobody(sent.event), name=aloud(sent.organisation.name))
    words = words_for(letter.event_id, letter.kind, letter.language)
    message = mail(content, _say(sent.event, content, KINDS[letter.kind], words, _values(sent, content, secret)))
    if secret is not None:
        message[NOT_KEPT] = secret
    return message


def partner_sample(event: Event, kind: Kind, words: Words) -> Said:
    """The same to a made-up organisation."""
    content = about_nobody(event)
    values = {
        "name": aloud(SAMPLE),
        "link": _address("mihon"),
        "until": moment(event.registration_closes_at or event.created_at, content.event.zone),
        "sessions": f"・{one_line(aloud(event.title))}",
        "answer": aloud(_("Thank you. The room has a projector.")),
    }
    return _say(event, content, kind, words, values)


def _say(event: Event, content: Content, kind: Kind, words: Words, values: Mapping[str, str]) -> Said:
    return say(content, kind, words, instead=values, more={"partner": True, "released": is_released(event.id)})


def _values(sent: Sent, content: Content, secret: str | None) -> dict[str, str]:
    suggestion = sent.suggestion
    return {
        "link": _address(secret) if secret else "",
        "until": moment(sent.partner.closes_at, content.event.zone) if now() < sent.partner.closes_at else "",
        "sessions": joined(_about(sent, suggestion)) if suggestion else "",
        "answer": (suggestion.answer or "") if suggestion else "",
    }


def _about(sent: Sent, suggestion: Suggestion) -> Iterable[str]:
    """What it was about; where only parts were accepted, which."""
    try:
        session = subject_of(sent.partner, suggestion).session
    except NotFound:
        return
    yield f"・{one_line(aloud(session.title if session is not None else sent.organisation.name))}"
    if suggestion.state is SuggestionState.PARTLY:
        left = [name for name in suggestion.changes if name not in suggestion.taken]
        yield "  " + aloud(_("Accepted: %(parts)s", parts=_parts(suggestion.taken)))
        yield "  " + aloud(_("Not accepted: %(parts)s", parts=_parts(left)))


def _parts(names: Iterable[str]) -> str:
    chosen = set(names)
    return str(_(", ")).join(str(word) for name, word in FIELD_WORDS.items() if name in chosen)


def _address(secret: str) -> str:
    return f"{current_app.config['BASE_URL']}/p/{secret}"
