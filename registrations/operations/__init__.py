"""Registering, changing, cancelling, releasing. All flush and none commit; the order of locks is everywhere the same:
registration, ticket, places of event sessions in ascending id, the event's row last."""

from registrations.operations.approving import approve, decline
from registrations.operations.changing import accept, attend, cancel, change, confirm_numbers
from registrations.operations.lottery import NotDrawable, draw
from registrations.operations.refusals import (
    AlreadyCancelled,
    ChangedElsewhere,
    LargerThanSession,
    NoOffer,
    PartyTooLarge,
    Refusal,
    RegistrationClosed,
    SessionsFull,
    SessionsNotBookable,
    SessionsOverlap,
    StoppedByOrganiser,
)
from registrations.operations.registering import register
from registrations.operations.releasing import Told, release

__all__ = [
    "AlreadyCancelled",
    "ChangedElsewhere",
    "LargerThanSession",
    "NoOffer",
    "NotDrawable",
    "PartyTooLarge",
    "Refusal",
    "RegistrationClosed",
    "SessionsFull",
    "SessionsNotBookable",
    "SessionsOverlap",
    "StoppedByOrganiser",
    "Told",
    "accept",
    "approve",
    "attend",
    "cancel",
    "change",
    "confirm_numbers",
    "decline",
    "draw",
    "register",
    "release",
]
