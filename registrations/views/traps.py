"""What robots fall into and people get out of: a field that nobody sees, a form sent sooner than one can read it, more
people from one network than a school has."""

from datetime import datetime, timedelta
from typing import Any

from flask import current_app
from flask_babel import gettext as _

from app.web.limits import Limits, network
from registrations.forms import FormKey
from registrations.models import Registration
from registrations.queries import LiveEvent
from registrations.queries.own import threshold_of
from registrations.rules import Application

QUICKEST = timedelta(seconds=2)
"""Nobody reads the form, types and sends it in less; a robot that fetched it usually does."""

MOST_PEOPLE = "3000 per hour"
"""From one network, however few forms bring them: forms of fifty people each would fill a hall in a minute."""


def trapped(form: Any, key: FormKey, *, at: datetime) -> str | None:
    """What to tell who looks like a robot: whoever is a person sends the form again, and it is taken."""
    if form.homepage.data:
        return str(
            _(
                "A field that nobody sees was filled in, perhaps by a program that fills in forms for you. "
                "It is empty again and nothing else is lost: check what you typed and send it again."
            )
        )
    if _limits().on and at.timestamp() - key.opened_at < QUICKEST.total_seconds():
        return str(_("That was very quick. Nothing is lost: check what you typed and send it again."))
    return None


def too_many_people(application: Application) -> bool:
    """Count the people of one form; whether this network brings more than a school has."""
    return not _limits().hit(MOST_PEOPLE, "people", network(), count=max(1, sum(application.numbers.values())))


def address_missing(form: Any, event: LiveEvent) -> bool:
    """Whether the event confirms addresses and none was typed; says so beside the field."""
    if not asks_for_mail(event) or form.email.data:
        return False
    form.email.errors = [*form.email.errors, _("Type your e-mail address: the link to your ticket is sent there.")]
    return True


def asks_for_mail(event: LiveEvent) -> bool:
    """Whether one confirms one's address; never where no letter can leave this computer."""
    return event.confirms_mail and bool(current_app.extensions["uketsuke_settings"].mail_url)


def address_after(registration: Registration, event: LiveEvent) -> str:
    """Where one goes after registering: to the private link, or to a page that says that a letter is on its way."""
    threshold = threshold_of(registration.link) if asks_for_mail(event) else None
    if threshold is not None and threshold.confirmation:
        return f"/events/{event.slug}/mail-sent"
    return f"/r/{registration.link}?done=registered"


def _limits() -> Limits:
    limits: Limits = current_app.extensions["uketsuke_limits"]
    return limits
