"""Writing the programme, one verb each."""

from app.programme.operations.copies import SlugTaken, copy_event
from app.programme.operations.imports import Imported, import_event
from app.programme.operations.limits import Shortage, TooFewPlaces
from app.programme.operations.releases import NothingNew, ReleaseChanged, release, release_proposal
from app.programme.operations.series import add_sessions, repeat_session
from app.programme.operations.sessions import (
    AlreadyShared,
    ChangedMeanwhile,
    InUse,
    Same,
    add_session,
    cancel_session,
    change_session,
    delete_session,
    move_session,
    restore_session,
)

__all__ = [
    "AlreadyShared",
    "ChangedMeanwhile",
    "Imported",
    "InUse",
    "NothingNew",
    "ReleaseChanged",
    "Same",
    "Shortage",
    "SlugTaken",
    "TooFewPlaces",
    "add_session",
    "add_sessions",
    "cancel_session",
    "change_session",
    "copy_event",
    "delete_session",
    "import_event",
    "move_session",
    "release",
    "release_proposal",
    "repeat_session",
    "restore_session",
]
