"""What the door wrote down about one registration: the ledger is one floor up, the roof hands in whom to ask."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from flask import Flask, current_app

from app.db import Texts


@dataclass(frozen=True)
class DoorLine:
    """One line of the ledger: when, where, in or out, how many people; `taken_back`: it was undone afterwards.
    `attendee_id`: of whom it is, where they came on a ticket of their own."""

    at: datetime
    place: Texts
    direction: str
    people: int
    taken_back: bool
    attendee_id: int | None = None


class DoorLines(Protocol):
    """All lines about one registration, in the order in which they were written."""

    def __call__(self, registration_id: int) -> Sequence[DoorLine]: ...


def init_entered(app: Flask, *, lines_of: DoorLines) -> None:
    """Say whom to ask; called by the roof."""
    app.extensions["uketsuke_door_lines"] = lines_of


def door_lines(registration_id: int) -> Sequence[DoorLine]:
    """What the door wrote down about this registration."""
    ask: DoorLines = current_app.extensions["uketsuke_door_lines"]
    return ask(registration_id)


def somebody_came(registration_id: int, *, attendee_id: int | None = None) -> bool:
    """Whether somebody of this registration stands admitted anywhere, an entrance included; with `attendee_id` whether
    that one does, on a ticket of their own."""
    came = (line for line in door_lines(registration_id) if line.direction == "in" and not line.taken_back)
    return any(attendee_id is None or line.attendee_id == attendee_id for line in came)
