"""A letter to who edits an event: a partner organisation suggests something, and it waits for an answer."""

from collections.abc import Iterable
from dataclasses import replace
from email.message import EmailMessage

from flask import current_app
from flask_babel import gettext as _

from app.accounts.queries import addresses_of
from app.errors import NotFound
from app.outbox.operations import ClaimedLetter
from app.programme.queries.partners import Sent, newest_suggestions, sent_to, subject_of
from app.programme.rules.partners import SuggestionState
from app.web.actors import Right
from app.web.languages import aloud
from registrations.letters.kinds import Kind
from registrations.letters.placeholders import joined, one_line
from registrations.letters.samples import about_nobody
from registrations.letters.saying import mail, say
from registrations.letters.wording import Words

KIND = Kind("partner_suggested", private=False, partner=True)


def to_organiser(letter: ClaimedLetter) -> EmailMessage | None:
    """What waits of one organisation at this moment: its name and the titles, nothing else. None if nothing waits any
    more, or if whose address it is does not edit the event any more."""
    sent = sent_to(letter.facts)
    if sent is None:
        return None
    event = sent.event
    editors = addresses_of(Right.EDIT_EVENT, host_id=event.host_id, event_id=event.id)
    titles = list(dict.fromkeys(_waiting(sent)))
    if letter.to_address not in editors.values() or not titles:
        return None
    content = replace(about_nobody(event), name=aloud(sent.organisation.name))
    values = {
        "sessions": joined(titles),
        "link": f"{current_app.config['BASE_URL']}/console/events/{event.slug}/partners",
    }
    return mail(content, say(content, KIND, _words(), instead=values, more={"partner": True, "staff": True}))


def _waiting(sent: Sent) -> Iterable[str]:
    """Titles of its sessions with a suggestion; its exhibits go under its own name."""
    for one in newest_suggestions(sent.partner.id):
        if one.state is not SuggestionState.WAITING:
            continue
        try:
            session = subject_of(sent.partner, one).session
        except NotFound:
            continue
        yield f"・{one_line(aloud(session.title if session is not None else sent.organisation.name))}"


def _words() -> Words:
    title, name = "{event}", "{name}"
    parts = (
        (
            _("“%(name)s” suggests changes of its part of the programme of “%(title)s”:", name=name, title=title),
            "{sessions}",
        ),
        (_("Nothing is in the programme before you say yes. Look at it here:"), "{link}"),
        (_("At most one such letter an hour is sent for each organisation."),),
    )
    body = "\n\n".join("\n".join(str(line) for line in part) for part in parts)
    return Words(_("A partner's changes wait for you: %(title)s", title=title), body)
