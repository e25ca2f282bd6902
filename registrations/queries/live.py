"""The few columns of an event's row that decide about a registration, read afresh and without its texts."""

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import bindparam, func, or_, select

from app.direct import Direct, here
from app.errors import NotFound
from app.programme.models import Event, PrivacyNotice
from app.programme.queries import PUBLIC
from app.programme.rules import EventStatus
from registrations.rules import PartyKind, Window, window
from registrations.rules.waiting import WaitingMode


@dataclass(frozen=True)
class LiveEvent:
    """An event as it stands now; what is shown of it comes from its last release."""

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

    def changes_closed(self, at: datetime) -> bool:
        """Whether the organiser's date for changes has passed; giving back stays possible."""
        return self.changes_close_at is not None and at >= self.changes_close_at

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
    select(*LIVE_COLUMNS, _NEWEST_NOTICE.label("notice_id")).where(
        Event.slug == bindparam("slug"), or_(*(Event.status == status for status in PUBLIC))
    )
)


def live_event(event_id: int) -> LiveEvent:
    """This event."""
    (row,) = _BY_ID.rows(here(), {"event_id": event_id})
    return live_of(row)


def public_live_event(slug: str) -> tuple[LiveEvent, int | None]:
    """The event at this public address, and the id of the notice that people agree to. Raises NotFound for drafts."""
    found = _PUBLIC.rows(here(), {"slug": slug})
    if not found:
        raise NotFound
    return live_of(found[0]), found[0].notice_id


def live_of(row: Sequence[Any], *, after: int = 0) -> LiveEvent:
    """The event in a row that holds LIVE_COLUMNS after `after` other columns."""
    facts = dict(zip(_NAMES, row[after : after + len(LIVE_COLUMNS)], strict=True))
    facts["waiting_mode"] = WaitingMode(facts["waiting_mode"])
    facts["party_kinds"] = tuple(PartyKind(kind) for kind in facts["party_kinds"])
    facts["class_categories"] = tuple(facts["class_categories"].items())
    return LiveEvent(**facts)
