"""Registering, changing, cancelling, releasing. All flush and none commit; the order of locks is everywhere the same:
registration, ticket, places of event sessions in ascending id, the event's row last."""

from registrations.operations.changing import cancel, change
from registrations.operations.refusals import (
    AlreadyCancelled,
    ChangedElsewhere,
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
    "PartyTooLarge",
    "Refusal",
    "RegistrationClosed",
    "SessionsFull",
    "SessionsNotBookable",
    "SessionsOverlap",
    "StoppedByOrganiser",
    "Told",
    "cancel",
    "change",
    "register",
    "release",
]
