"""What the database puts into one text for a row, taken apart: `KEY:NUMBER,KEY:NUMBER`."""

from collections.abc import Mapping

from checkin.queries.rows import BookedPlaces
from registrations.rules import BookingState

_NOTHING_ENDED: Mapping[int, bool] = {}
_NO_GATES: frozenset[int] = frozenset()


def categories(text: str | None) -> tuple[dict[str, int], str]:
    """Ids of an event's categories by key, and the key of the one that says nothing."""
    parts = [part.split(":") for part in (text or "").split(",") if part]
    unknown = next((key for _, flag, key in parts if flag == "1"), "")
    return {key: int(category_id) for category_id, _, key in parts}, unknown


def party_numbers(text: str | None, keys: Mapping[int, str]) -> dict[str, int]:
    """People of a party by category."""
    pairs = (part.split(":") for part in (text or "").split(",") if part)
    return {keys[int(category)]: int(number) for category, number in pairs}


def booked_places(text: str | None, keys: Mapping[int, str]) -> tuple[BookedPlaces, ...]:
    """Places that a party booked, by session, category and attendee."""
    return tuple(
        BookedPlaces(int(session), keys[int(category)], int(attendee) or None, int(number), BookingState(state))
        for session, category, attendee, number, state in (part.split(":") for part in (text or "").split(",") if part)
    )


def gates(text: str | None) -> frozenset[int]:
    """Gates that lead to a place, or once did."""
    return frozenset(map(int, text.split(","))) if text else _NO_GATES


def ended(text: str | None) -> Mapping[int, bool]:
    """Tickets that have ended: True where their attendee was dropped, False where another ticket replaced them."""
    if text is None:
        return _NOTHING_ENDED
    pairs = (part.split(":") for part in text.split(",") if part)
    return {int(ticket): dropped == "1" for ticket, dropped in pairs}
