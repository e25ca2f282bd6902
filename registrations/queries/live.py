"""The few columns of an event's row that decide about a registration, read afresh and without its texts."""

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import bindparam, exists, func, or_, select

from app.direct import Direct, here
from app.errors import NotFound
from app.programme.models import Event, PrivacyNotice, Release
from app.programme.queries import NEWEST_RELEASE, PUBLIC, Published, published_as
from app.programme.rules import EventStatus
from registrations.models import Question
from registrations.rules import PartyKind, Window, has_ended, window
from registrations.rules.waiting import WaitingMode


@dataclass(frozen=True)
class LiveEvent:
    """An event as it stands now; what is shown of it comes from its last release. `asks`: whether the organiser asks
    any questions."""

    id: int
    slug: str
    status: EventStatus
    opens_at: datetime | None
    closes_at: datetime | None
    ends_on: date
    day_ends_at: time
    timezone: str
    party_limit: int
    fictional: bool
    waiting_mode: WaitingMode
    waiting_ends_minutes: int
    offer_minutes: int
    changes_close_at: datetime | None
    class_numbers_due_at: datetime | None
    confirms_mail: bool
    asks_photo: bool
    guardian_age: int
    address_limit: int | None
    party_kinds: tuple[PartyKind, ...]
    class_categories: tuple[tuple[str, str], ...]
    scan_salt: bytes = field(repr=False)
    asks: bool

    def changes_closed(self, at: datetime) -> bool:
        """Whether the organiser's date for changes has passed; giving back stays possible."""
        return self.changes_close_at is not None and at >= self.changes_close_at

    def ended(self, at: datetime) -> bool:
        """Whether its last day is over."""
        return has_ended(self.ends_on, self.day_ends_at, self.timezone, at=at)

    def window(self, at: datetime) -> Window:
        """Whether it takes registrations: open, not yet, or over."""
        return window(
            self.status,
            self.opens_at,
            self.closes_at,
            ends_on=self.ends_on,
            day_ends_at=self.day_ends_at,
            timezone=self.timezone,
            at=at,
        )


LIVE_COLUMNS = (
    Event.id,
    Event.slug,
    Event.status,
    Event.registration_opens_at,
    Event.registration_closes_at,
    Event.ends_on,
    Event.day_ends_at,
    Event.timezone,
    Event.party_limit,
    Event.fictional,
    Event.waiting_mode,
    Event.waiting_ends_minutes,
    Event.offer_minutes,
    Event.changes_close_at,
    Event.class_numbers_due_at,
    Event.confirms_mail,
    Event.asks_photo,
    Event.guardian_age,
    Event.address_limit,
    Event.party_kinds,
    Event.class_categories,
    Event.scan_salt,
    exists().where(Question.event_id == Event.id, Question.retired_at.is_(None)).label("asks"),
)
_NAMES = tuple(one.name for one in fields(LiveEvent))
_BY_ID = Direct(select(*LIVE_COLUMNS).where(Event.id == bindparam("event_id")))
_NEWEST_NOTICE = (
    select(func.max(PrivacyNotice.id))
    .where(PrivacyNotice.event_id == Event.id, PrivacyNotice.kind == "privacy")
    .correlate(Event)
    .scalar_subquery()
)
_PUBLIC = Direct(
    select(*LIVE_COLUMNS, _NEWEST_NOTICE.label("notice_id"), Release.id, Release.released_at)
    .outerjoin(Release, Release.id == NEWEST_RELEASE)
    .where(Event.slug == bindparam("slug"), or_(*(Event.status == status for status in PUBLIC)))
)


def live_event(event_id: int) -> LiveEvent:
    """This event."""
    (row,) = _BY_ID.rows(here(), {"event_id": event_id})
    return live_of(row)


def public_live_event(slug: str) -> tuple[LiveEvent, int | None, Published]:
    """The event at this public address, the id of the notice that people agree to, and what is released of it. Raises
    NotFound for drafts, and for events that were never released."""
    found = _PUBLIC.rows(here(), {"slug": slug})
    if not found:
        raise NotFound
    *live, notice_id, release_id, released_at = found[0]
    return live_of(live), notice_id, published_as(release_id, released_at)


def live_of(row: Sequence[Any], *, after: int = 0) -> LiveEvent:
    """The event in a row that holds LIVE_COLUMNS after `after` other columns."""
    facts = dict(zip(_NAMES, row[after : after + len(LIVE_COLUMNS)], strict=True))
    facts["waiting_mode"] = WaitingMode(facts["waiting_mode"])
    facts["party_kinds"] = tuple(PartyKind(kind) for kind in facts["party_kinds"])
    facts["class_categories"] = tuple(facts["class_categories"].items())
    return LiveEvent(**facts)
