"""Where somebody of a registration has come in on its places: the ledger knows, one floor up; the roof hands in whom to
ask."""

from collections.abc import Set
from typing import Protocol

from flask import Flask, current_app


class SessionsEntered(Protocol):
    """The event sessions in which somebody stands admitted on this registration's booked places."""

    def __call__(self, registration_id: int) -> Set[int]: ...


def init_arrived(app: Flask, *, sessions_entered: SessionsEntered) -> None:
    """Say whom to ask; called by the roof."""
    app.extensions["uketsuke_sessions_entered"] = sessions_entered


def arrived_in(registration_id: int) -> Set[int]:
    """Event sessions whose places are taken by somebody of this registration, before the door has opened too."""
    ask: SessionsEntered = current_app.extensions["uketsuke_sessions_entered"]
    return ask(registration_id)
