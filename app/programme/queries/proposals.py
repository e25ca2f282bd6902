"""What a release made now would be, and those that were made."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from sqlalchemy import func, select

from app.accounts.models import Account, Membership
from app.db import db
from app.errors import NotFound
from app.programme.models import Event, Release
from app.programme.queries import Published, published
from app.programme.queries.working import programme_of_event
from app.programme.rules.checks import Remark, remarks
from app.programme.rules.documents import document_of
from app.programme.rules.facts import Programme, Texts
from app.programme.rules.releases import changes, digest_of, for_the_public


@dataclass(frozen=True)
class Proposal:
    """The working programme beside the last release; `programme` is what the public would see of it."""

    working: Programme
    before: Published | None

    @cached_property
    def programme(self) -> Programme:
        return for_the_public(self.working)

    @property
    def number(self) -> int:
        """The number that the release would have."""
        return self.before.number + 1 if self.before else 1

    @cached_property
    def document(self) -> dict[str, Any]:
        return document_of(self.programme)

    @cached_property
    def is_new(self) -> bool:
        """Whether the public would see anything else than now."""
        return self.before is None or document_of(self.before.programme) != self.document

    @cached_property
    def changes(self) -> list[dict[str, Any]]:
        return changes(self.before.programme if self.before else None, self.programme)

    @cached_property
    def remarks(self) -> list[Remark]:
        return remarks(self.working)

    @cached_property
    def digest(self) -> str:
        """Changes whenever the working programme or the last release does."""
        return digest_of(self.working, after=self.number - 1)

    def prepared(self) -> "Proposal":
        """With all that a release keeps worked out, so that nothing waits for it under a lock."""
        _ = self.document, self.changes, self.is_new
        return self


@dataclass(frozen=True)
class ReleaseLine:
    """One release as the staff's history shows it; `by` is None for the command line."""

    number: int
    released_at: datetime
    by: str | None
    note: Texts
    changes: int


def proposal_of(event: Event) -> Proposal:
    """What releasing this event now would do."""
    try:
        before = published(event.id)
    except NotFound:
        before = None
    return Proposal(programme_of_event(event), before)


def release_lines(event: Event, *, limit: int, skip: int = 0) -> list[ReleaseLine]:
    """Releases of an event, the newest first, with who made each under the name that this host knows."""
    known_as = (
        select(func.min(Membership.known_as))
        .where(Membership.account_id == Release.account_id, Membership.host_id == event.host_id)
        .correlate(Release)
        .scalar_subquery()
    )
    found = db.session.execute(
        select(
            Release.number, Release.released_at, func.coalesce(known_as, Account.name), Release.note, Release.changes
        )
        .outerjoin(Account, Account.id == Release.account_id)
        .where(Release.event_id == event.id)
        .order_by(Release.number.desc())
        .limit(limit)
        .offset(skip)
    )
    return [ReleaseLine(number, at, by, note, len(changed)) for number, at, by, note, changed in found]
