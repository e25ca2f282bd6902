"""Every kind of letter: what it may be about, and which placeholders an organiser's own words may hold."""

from dataclasses import dataclass

from registrations.rules import BookingState

COMMON = frozenset({"name", "event", "when", "sessions", "number", "ticket", "link", "contact"})
WITHOUT_SECRETS = frozenset({"name", "event", "when", "contact"})
OF_PARTNERS = frozenset({"name", "event", "when", "link", "until", "contact"})
ORDER = (
    "name", "event", "when", "sessions", "number", "link", "ticket", "until", "position", "contact", "feedback",
    "answer",
)  # fmt: skip
"""Placeholders as the editor lists them."""


@dataclass(frozen=True)
class Kind:
    """`about`: the states one of which its sessions must be in, or there is nothing to say any more.

    `private`: it carries the private link, the sessions and, where it is usable, the ticket. `partner`: it goes to an
    organisation and is about its part of the programme, not about a registration.
    """

    name: str
    placeholders: frozenset[str] = COMMON
    about: frozenset[BookingState] = frozenset()
    private: bool = True
    partner: bool = False


def _about(*states: BookingState) -> frozenset[BookingState]:
    return frozenset(states)


KINDS = {
    one.name: one
    for one in (
        Kind("received"),
        Kind("confirmed"),
        Kind("waiting", COMMON | {"position"}, _about(BookingState.WAITING)),
        Kind("promoted", COMMON, _about(BookingState.CONFIRMED)),
        Kind("offer", COMMON | {"until"}, _about(BookingState.OFFERED)),
        Kind("offer_expired", COMMON, _about(BookingState.EXPIRED, BookingState.WAITING)),
        Kind("lottery_won", COMMON, _about(BookingState.CONFIRMED)),
        Kind("lottery_lost", COMMON | {"position"}, _about(BookingState.NOT_DRAWN, BookingState.WAITING)),
        Kind("approved", COMMON, _about(BookingState.CONFIRMED)),
        Kind("declined", COMMON, _about(BookingState.DECLINED)),
        Kind("changed"),
        Kind("released"),
        Kind("class_due", COMMON | {"until"}),
        Kind("reminder"),
        Kind("cancelled", WITHOUT_SECRETS | {"number"}, private=False),
        Kind("thanks", WITHOUT_SECRETS | {"feedback"}, private=False),
        Kind("link_again", WITHOUT_SECRETS - {"name"}, private=False),
        Kind("handed_over", COMMON - {"ticket", "number"}),
        Kind("partner_invited", OF_PARTNERS, private=False, partner=True),
        Kind("partner_reminded", OF_PARTNERS, private=False, partner=True),
        Kind("partner_accepted", OF_PARTNERS | {"sessions", "answer"}, private=False, partner=True),
        Kind("partner_returned", OF_PARTNERS | {"sessions", "answer"}, private=False, partner=True),
    )
}
MAILING = Kind("mailing", COMMON, private=False)
