"""What robots fall into and people get out of: a field that nobody sees, a form sent sooner than one can read it, many
forms sent sooner than most people type, more places for one network than a school needs."""

from dataclasses import dataclass
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

HASTY = timedelta(seconds=10)
MOST_HASTY = "60 per hour"
"""Places that one network takes by forms sent sooner. Beyond them a form has to be as old: it is so once somebody has
read the sentence and sends it again."""

MOST_PLACES = ("5000 per hour", "6000 per day")
"""For one network, however few forms ask for them: people times sessions. A school of a thousand, each on their own,
takes four or five each. Each person once, however many sessions, would be no limit: a robot asks for all of them."""

MOST_OF_PARTIES = "3000 per hour"
"""Of these, what parties of two and more take: robots that want many places with few forms come in large ones."""

LINE_OF_IPV6 = 48
"""As much of an address as all the networks have in common that one line may be given."""


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
        return that_was_quick()
    return None


@dataclass(frozen=True)
class Crowd:
    """The places that one form asks for, counted against its network once they are given. `alone`: for one person."""

    places: int
    hasty: bool = False
    alone: bool = False

    def too_large(self) -> bool:
        """Whether this network has as many as a school needs."""
        return self.places > 0 and any(
            _limits().spent(rate, name, _line(), count=self.places) for rate, name in self._rates()
        )

    def too_quick(self) -> bool:
        """Whether this network sent much sooner than people type."""
        return self.hasty and _limits().spent(MOST_HASTY, "hasty", _line(), count=self.places)

    def count(self) -> None:
        """They were given."""
        if not self.places:
            return
        for rate, name in self._rates():
            _limits().hit(rate, name, _line(), count=self.places)
        if self.hasty:
            _limits().hit(MOST_HASTY, "hasty", _line(), count=self.places)

    def _rates(self) -> list[tuple[str, str]]:
        """What it counts against."""
        everybody = [(rate, "places") for rate in MOST_PLACES]
        return everybody if self.alone else [(MOST_OF_PARTIES, "places of parties"), *everybody]


def crowd(application: Application, key: FormKey, *, most: int, at: datetime) -> Crowd:
    """What a form asks for. Who brings more than `most` people is told so first, by the act itself."""
    if sum(application.numbers.values()) > most:
        return Crowd(0)
    return crowd_of(application, hasty=at.timestamp() - key.opened_at < HASTY.total_seconds())


def crowd_of(application: Application, *, had: int = 0, hasty: bool = False) -> Crowd:
    """The same without the form's key. `had`: places that they had before."""
    alone = sum(application.numbers.values()) == 1
    return Crowd(places_of(application, had=had), hasty=hasty, alone=alone)


def places_of(application: Application, *, had: int = 0) -> int:
    """People times sessions, without those that they had before; one at least for a new registration."""
    sessions = application.sessions | application.waiting
    asked = sum(application.numbers.values()) * max(1, len(sessions))
    return max(0 if had else 1, asked - had)


def that_was_quick() -> str:
    """What somebody reads who sent the form sooner than one types."""
    return str(_("That was very quick. Nothing is lost: check what you typed and send it again."))


def _line() -> str:
    return network(bits=LINE_OF_IPV6)


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
