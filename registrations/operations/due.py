"""Letters that are due by the clock are written once: their cause names the registration and what it is about."""

from collections.abc import Iterable
from datetime import datetime
from itertools import groupby

from app.outbox.operations import Draft, enqueue_all
from registrations.queries.due import DueLetter


def write_due(letters: Iterable[DueLetter], *, at: datetime) -> None:
    """Put these letters into the outbox; those that somebody else has written meanwhile are not written again."""
    for (event_id, kind), found in groupby(letters, key=lambda one: (one.event_id, one.kind)):
        drafts = [Draft(one.registration_id, one.cause, one.language, one.to_address, facts=one.facts) for one in found]
        enqueue_all(event_id, drafts, kind=kind, at=at)
