"""What doors are told of conflicts, in the words of the language that the device asks in."""

from typing import Any

from flask_babel import lazy_gettext as _l

from checkin.api.verdicts import stamp
from checkin.queries.told import Message
from checkin.rules import ConflictKind
from checkin.rules.settling import Settlement
from registrations.rules import spoken


def told(messages: list[Message]) -> list[dict[str, Any]]:
    """As a scanner reads them."""
    return [
        {
            "id": one.id,
            "conflict": one.kind.value,
            "settled": one.settled.value if one.settled else None,
            "at": stamp(one.at) if one.at else None,
            "gate": one.gate,
            "place": one.place,
            "number": spoken(one.number) if one.number else None,
            "text": str(_SETTLED[one.settled] if one.settled else _FOUND[one.kind]),
        }
        for one in messages
    ]


_FOUND = {
    ConflictKind.DOUBLE_ADMISSION: _l("The same ticket was let in twice. It was counted once."),
    ConflictKind.NOT_ENTITLED: _l("Somebody was let in whom the rules do not admit. They were counted."),
    ConflictKind.OVER_CAPACITY: _l("More people were let in than there is room for. They were counted."),
    ConflictKind.SURPLUS: _l("More people were let in than the party has. Those above it are not counted yet."),
    ConflictKind.UNKNOWN_TICKET: _l("Somebody was let in with a code that is no ticket of ours. They were counted."),
}
_SETTLED = {
    Settlement.COUNTED: _l("The organiser has counted it."),
    Settlement.LEFT_OUT: _l("The organiser has decided not to count it."),
    Settlement.STANDS: _l("The organiser has looked at it. It stays counted."),
    Settlement.TAKEN_OFF: _l("It was taken back. It is not counted any more."),
    Settlement.NOTED: _l("The organiser has looked at it."),
    Settlement.LINKED: _l("Their ticket has come in: another door gave it out. They are counted under it."),
    Settlement.TIED: _l("The organiser has found their ticket by its number. They are counted under it."),
    Settlement.RETOLD: _l("What came in since explains it. This scan is counted."),
}
