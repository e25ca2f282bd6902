"""A release of the programme, and one letter to everybody who booked what it changes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from app.outbox.operations import Draft, enqueue_all, replace_queued
from app.programme.models import Release
from app.programme.operations import release_proposal
from app.programme.queries.proposals import Proposal
from app.programme.rules.facts import Texts
from app.web.actors import Actor
from registrations.operations.lottery import open_lotteries_of
from registrations.queries.changed import Addressee, addressees, codes_to_tell

KIND = "released"


@dataclass(frozen=True)
class Told:
    """A release that was made, how many letters it wrote, and how many registrations it concerns have no address."""

    release: Release
    letters: int
    without_address: int


def release(
    event_id: int, *, note: Texts | None = None, shown: Proposal | None = None, at: datetime, actor: Actor
) -> Told:
    """Make the programme as it stands the one that the public sees, and write the letters about it.

    A letter that still waits from an earlier release is taken up into the new one, so that nobody is told twice.
    `shown` as in the programme's own release. The number of statements does not depend on that of the registrations.
    """
    made, proposal = release_proposal(event_id, note=note, shown=shown, at=at, actor=actor)
    before = proposal.before.programme if proposal.before else None
    open_lotteries_of(event_id, at=at)
    concerned = addressees(event_id, codes_to_tell(before, proposal.programme, at=at))
    reachable = [one for one in concerned if one.address is not None]
    drafts = _drafts(made, reachable)
    enqueue_all(event_id, drafts, kind=KIND, at=at)
    return Told(made, len(drafts), len(concerned) - len(reachable))


def _drafts(made: Release, reachable: Iterable[Addressee]) -> list[Draft]:
    """Each letter knows for every session since which release its reader has not heard of it."""
    to = {one.registration_id: one for one in reachable}
    waiting = replace_queued(made.event_id, KIND, to) if to else {}
    return [
        Draft(
            registration_id=one.registration_id,
            cause=f"release:{made.event_id}:{made.number}:{one.registration_id}",
            language=one.language,
            to_address=one.address or "",
            facts={"since": dict.fromkeys(one.sessions, made.number - 1) | _since(waiting.get(one.registration_id))},
        )
        for one in to.values()
    ]


def _since(facts: dict[str, dict[str, int]] | None) -> dict[str, int]:
    return facts["since"] if facts else {}
