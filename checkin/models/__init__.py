"""Tables of the door: gates, places, scans, the attendance ledger and its roll-ups."""

from checkin.models.ledger import (
    OF_A_CORRECTION,
    OF_A_REFUSED_SCAN,
    OF_A_ROOM_COUNT,
    OF_AN_EXIT,
    AwaitedTicket,
    Conflict,
    Entry,
    EntryNumber,
    FigureSource,
    Gate,
    GateRoom,
    GivenTicket,
    Place,
    PlaceClose,
    Scan,
    Seal,
)
from checkin.models.rollups import RollUp, RollUpApart, RollUpPlace, RollUpRoom

__all__ = [
    "OF_AN_EXIT",
    "OF_A_CORRECTION",
    "OF_A_REFUSED_SCAN",
    "OF_A_ROOM_COUNT",
    "AwaitedTicket",
    "Conflict",
    "Entry",
    "EntryNumber",
    "FigureSource",
    "Gate",
    "GateRoom",
    "GivenTicket",
    "Place",
    "PlaceClose",
    "RollUp",
    "RollUpApart",
    "RollUpPlace",
    "RollUpRoom",
    "Scan",
    "Seal",
]
