"""Releasing: what the public sees from now on, and what changed since the last time."""

from datetime import datetime

from app.audit import record
from app.db import db, lock
from app.errors import Refused
from app.programme.models import Event, Release
from app.programme.queries.proposals import Proposal, proposal_of
from app.programme.rules.facts import Texts
from app.web.actors import Actor


class NothingNew(Refused):
    """The public sees this programme already."""

    def __init__(self) -> None:
        super().__init__("nothing_new", "There is nothing to release: the public sees this programme already.")


class ReleaseChanged(Refused):
    """The programme is not any more what was shown to whoever released it."""

    def __init__(self) -> None:
        super().__init__("changed_meanwhile", "The programme was changed meanwhile. Nothing was released.")


def release(event_id: int, *, note: Texts | None = None, at: datetime, actor: Actor) -> Release:
    """Make the programme as it stands the one that the public sees; nobody is told."""
    return release_proposal(event_id, note=note, at=at, actor=actor)[0]


def release_proposal(
    event_id: int, *, note: Texts | None = None, shown: Proposal | None = None, at: datetime, actor: Actor
) -> tuple[Release, Proposal]:
    """Make the programme as it stands the one that the public sees; with it comes what it was made from.

    `shown`: what a person looked at, prepared before anything was locked. Then that very one is released, and only if
    it is something new; otherwise raises NothingNew or ReleaseChanged.
    """
    (event,) = lock(Event, [event_id])
    proposal = proposal_of(event)
    if shown is not None:
        _refuse_other(proposal, shown)
        proposal = shown
    made = Release(
        event_id=event.id,
        number=proposal.number,
        released_at=at,
        account_id=actor.account_id,
        note=note or {},
        snapshot=proposal.document,
        changes=proposal.changes,
    )
    db.session.add(made)
    db.session.flush()
    record(actor, "release", f"event:{event.uuid}", at=at, event_id=event.id, number=made.number)
    return made, proposal


def _refuse_other(proposal: Proposal, shown: Proposal) -> None:
    if not shown.is_new or (proposal != shown and not proposal.is_new):
        raise NothingNew
    if proposal != shown:
        raise ReleaseChanged
