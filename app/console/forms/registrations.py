"""What the list of registrations is asked for: filters that stand in its address; nonsense there is passed over."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, TypeVar

from app.console.forms.fields import LANGUAGES
from registrations.queries.listed import Mail, Order, Standing, Wanted
from registrations.rules import BookingState, PartyKind, Source

LONGEST_SOUGHT = 100
Kind = TypeVar("Kind", bound=StrEnum)


def wanted_of(asked: Mapping[str, Any]) -> Wanted:
    """The filter that an address or a form names."""
    language = asked.get("language")
    return Wanted(
        sought=str(asked.get("q") or "").strip()[:LONGEST_SOUGHT],
        session=_text(asked.get("session")),
        state=_one_of(BookingState, asked.get("state")),
        category=_text(asked.get("category")),
        kind=_one_of(PartyKind, asked.get("kind")),
        language=language if language in LANGUAGES else None,
        source=_one_of(Source, asked.get("source")),
        mail=_one_of(Mail, asked.get("mail")),
        standing=_one_of(Standing, asked.get("standing")),
        unconfirmed=asked.get("unconfirmed") == "1",
    )


def order_of(asked: Mapping[str, Any]) -> Order:
    """How the list is sorted."""
    return _one_of(Order, asked.get("order")) or Order.NEWEST


def query_of(wanted: Wanted, order: Order = Order.NEWEST) -> dict[str, str]:
    """The same as the parts of an address; what is not asked for is left out."""
    given = {
        "q": wanted.sought,
        "session": wanted.session,
        "state": wanted.state,
        "category": wanted.category,
        "kind": wanted.kind,
        "language": wanted.language,
        "source": wanted.source,
        "mail": wanted.mail,
        "standing": wanted.standing,
        "unconfirmed": "1" if wanted.unconfirmed else None,
        "order": order if order is not Order.NEWEST else None,
    }
    return {name: str(value) for name, value in given.items() if value}


def letter_query_of(wanted: Wanted) -> dict[str, str] | None:
    """The same filter for a letter to many, as the parts of an address; cancelled ones only where they are asked for.
    None: what the list was asked for cannot be said there, and a letter would reach others too."""
    if wanted.sought or wanted.source or wanted.unconfirmed or wanted.mail is Mail.WITHOUT:
        return None
    if wanted.standing is Standing.BLOCKED:
        return None
    given = {
        "session": wanted.session,
        "state": wanted.state,
        "category": wanted.category,
        "party": wanted.kind,
        "language": wanted.language,
        "standing": "cancelled" if wanted.standing is Standing.CANCELLED else None,
    }
    return {name: str(value) for name, value in given.items() if value}


def _text(value: Any) -> str | None:
    return str(value)[:80] if value else None


def _one_of(kinds: type[Kind], value: Any) -> Kind | None:
    return kinds(value) if value in {one.value for one in kinds} else None
