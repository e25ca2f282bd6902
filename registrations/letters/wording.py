"""The words of each kind of letter: the organiser's own where there are some, otherwise the built-in ones.

Both are texts with placeholders. Dates, places, the ticket, the link and the contact follow the words in every letter.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from app.db import db
from registrations.models import LetterText


@dataclass(frozen=True)
class Words:
    """Subject and body with placeholders. `own`: written by the organiser."""

    subject: str
    body: str
    own: bool = False


_EVENT = {"title": "{event}"}
_DEAR = _l("Dear %(name)s,", name="{name}")
_SHOW = _l("At reception, show the square code on the ticket or say its number.")
_STAYS = _l("The ticket stays the same.")
_GIVE_BACK = _l("If you can no longer come, please give the places back, so that others can come.")
_BUILT_IN: dict[str, tuple[Any, tuple[tuple[Any, ...], ...]]] = {
    "received": (
        _l("We received your registration: %(title)s", **_EVENT),
        ((_l("We received your registration for “%(title)s”. It is not settled yet.", **_EVENT),),),
    ),
    "confirmed": (
        _l("Your ticket: %(title)s", **_EVENT),
        ((_l("You are registered for “%(title)s”.", **_EVENT), _SHOW),),
    ),
    "waiting": (
        _l("You are on the waiting list: %(title)s", **_EVENT),
        (
            (_l("You are on the waiting list of:"), "{sessions}"),
            (_l("We write to you as soon as there are places for all of you."),),
        ),
    ),
    "promoted": (
        _l("Places became free for you: %(title)s", **_EVENT),
        ((_l("Places became free. They are yours now:"), "{sessions}"), (_GIVE_BACK,)),
    ),
    "offer": (
        _l("Places are kept for you: %(title)s", **_EVENT),
        (
            (_l("Places became free. They are kept for you until %(until)s:", until="{until}"), "{sessions}"),
            (_l("Please open your registration and say whether you take them:"), "{link}"),
            (_l("After that time they go to others."),),
        ),
    ),
    "offer_expired": (
        _l("The offered places are gone: %(title)s", **_EVENT),
        ((_l("The time to take these places is over. They go to others:"), "{sessions}"),),
    ),
    "lottery_won": (
        _l("You won places in the lottery: %(title)s", **_EVENT),
        (
            (_l("The lottery was drawn. You have places in:"), "{sessions}"),
            (_l("What you applied for or waited for at the same time has ended: nobody can be in two rooms at once."),),
            (_GIVE_BACK,),
        ),
    ),
    "lottery_lost": (
        _l("Result of the lottery: %(title)s", **_EVENT),
        ((_l("The lottery was drawn. Unfortunately you have no places in:"), "{sessions}"),),
    ),
    "lottery_busy": (
        _l("Result of the lottery: %(title)s", **_EVENT),
        (
            (_l("You are out of this lottery, because you have places at the same time:"), "{sessions}"),
            (_l("Nobody can be in two rooms at once. The places that you have stay yours."),),
        ),
    ),
    "approved": (
        _l("Your registration was approved: %(title)s", **_EVENT),
        ((_l("The organiser approved your registration. You have places in:"), "{sessions}"), (_SHOW,)),
    ),
    "declined": (
        _l("Your registration could not be accepted: %(title)s", **_EVENT),
        ((_l("Unfortunately the organiser could not accept your registration for:"), "{sessions}"),),
    ),
    "changed": (
        _l("Your registration was changed: %(title)s", **_EVENT),
        ((_l("Your registration for “%(title)s” was changed. It now stands as follows.", **_EVENT), _STAYS),),
    ),
    "released": (
        _l("Sessions you booked have changed: %(title)s", **_EVENT),
        ((_l("The programme of “%(title)s” has changed. This concerns sessions that you booked.", **_EVENT), _STAYS),),
    ),
    "class_due": (
        _l("Please confirm how many of your class come: %(title)s", **_EVENT),
        (
            (
                _l(
                    "Please confirm by %(until)s how many of your class come to “%(title)s”.", until="{until}", **_EVENT
                ),
                _l("Open the registration, correct the numbers if they have changed, and confirm them:"),
                "{link}",
            ),
        ),
    ),
    "reminder": (
        _l("Soon: %(title)s", **_EVENT),
        ((_l("“%(title)s” is near. Below is what you booked.", **_EVENT), _SHOW), (_GIVE_BACK,)),
    ),
    "reminder_today": (
        _l("Today: %(title)s", **_EVENT),
        ((_l("“%(title)s” is today. Below is what you booked.", **_EVENT), _SHOW), (_GIVE_BACK,)),
    ),
    "cancelled": (
        _l("Your registration was cancelled: %(title)s", **_EVENT),
        (
            (
                _l("Your registration for “%(title)s” was cancelled. Your places are free again.", **_EVENT),
                _l("The ticket is no longer valid. Thank you for letting us know."),
            ),
        ),
    ),
    "thanks": (
        _l("Thank you for coming: %(title)s", **_EVENT),
        (
            (_l("Thank you for taking part in “%(title)s”.", **_EVENT),),
            (_l("Please tell us how it was: %(address)s", address="{feedback}"),),
        ),
    ),
    "link_again": (
        _l("Your registrations: %(title)s", **_EVENT),
        (
            (_l("These registrations were made with this address."),),
            (_l("If you did not ask for this letter, you need not do anything."),),
        ),
    ),
    "handed_over": (
        _l("A registration was handed over to you: %(title)s", **_EVENT),
        (
            (_l("Somebody handed a registration for “%(title)s” over to you.", **_EVENT),),
            (_l("Open it here to take it over. There you also find the ticket, which is new:"), "{link}"),
        ),
    ),
    "partner_invited": (
        _l("Your part of the programme: %(title)s", **_EVENT),
        (
            (_l("To %(name)s", name="{name}"),),
            (
                _l("Please look at your part of the programme of “%(title)s” at this address:", **_EVENT),
                "{link}",
            ),
            (
                _l("You can suggest changes until %(until)s. The organiser looks at them first.", until="{until}"),
                _l("There you can also register your own team."),
            ),
            (_l("You need no account. Whoever has this address can do this for you: keep it to yourselves."),),
        ),
    ),
    "partner_reminded": (
        _l("Please check your part of the programme: %(title)s", **_EVENT),
        (
            (_l("To %(name)s", name="{name}"),),
            (
                _l("Nothing has come from you yet about your part of “%(title)s”.", **_EVENT),
                _l("Please look at it by %(until)s. If everything is right, you can say so there:", until="{until}"),
                "{link}",
            ),
        ),
    ),
    "partner_accepted": (
        _l("Your changes were accepted: %(title)s", **_EVENT),
        (
            (_l("To %(name)s", name="{name}"),),
            (_l("The organiser accepted what you suggested:"), "{sessions}"),
            ("{answer}",),
            (_l("Everybody sees it with the next release of the programme."),),
            (_l("Your page: %(link)s", link="{link}"),),
        ),
    ),
    "partner_returned": (
        _l("Please look at your changes again: %(title)s", **_EVENT),
        (
            (_l("To %(name)s", name="{name}"),),
            (_l("The organiser could not accept what you suggested:"), "{sessions}"),
            ("{answer}",),
            (_l("You can change it until %(until)s: %(link)s", until="{until}", link="{link}"),),
        ),
    ),
    "handed_on": (
        _l("You handed your registration over: %(title)s", **_EVENT),
        (
            (
                _l("Your registration for “%(title)s” belongs to somebody else now.", **_EVENT),
                _l("Your ticket and your link are no longer valid."),
            ),
        ),
    ),
}
_WITHOUT_NAME = (
    "link_again", "handed_on", "partner_invited", "partner_reminded", "partner_accepted", "partner_returned",
)  # fmt: skip


def built_in(name: str) -> Words:
    """What is said in the language spoken now, if the organiser wrote nothing."""
    subject, parts = _BUILT_IN[name]
    greeting = () if name in _WITHOUT_NAME else ((_DEAR,),)
    body = "\n\n".join("\n".join(str(line) for line in part) for part in (*greeting, *parts))
    return Words(str(subject), body)


def own_words(event_id: int, kind: str, language: str) -> LetterText | None:
    """The organiser's own words in exactly this language."""
    found: LetterText | None = db.session.scalars(
        select(LetterText).filter_by(event_id=event_id, kind=kind, language=language)
    ).one_or_none()
    return found


def written(event_id: int) -> Mapping[tuple[str, str], LetterText]:
    """All own words of an event, by kind and language."""
    found = db.session.scalars(select(LetterText).where(LetterText.event_id == event_id))
    return {(one.kind, one.language): one for one in found}


def words_for(event_id: int, kind: str, language: str, *, variant: str | None = None) -> Words:
    """What a letter says. `variant`: which built-in words speak for this kind now."""
    own = own_words(event_id, kind, language)
    return Words(own.subject, own.body, own=True) if own else built_in(variant or kind)
