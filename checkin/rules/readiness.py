"""Whether a device could keep its door without a network: it was heard of, and its list of tickets is fresh enough."""

from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

EVENING = time(17)
NOT_OLDER_THAN = timedelta(days=1)


class Missing(StrEnum):
    """What a device or a gate lacks."""

    NO_DEVICE = "no_device"
    UNHEARD = "unheard"
    NO_PACK = "no_pack"
    OLD_PACK = "old_pack"


def oldest_pack(at: datetime, *, starts_on: date, today: date, zone: ZoneInfo) -> datetime:
    """How old a list may be: of the evening before the day that comes or is; until then, of the last 24 hours."""
    day = max(starts_on, today)
    evening = datetime.combine(day - timedelta(days=1), EVENING, zone).astimezone(UTC)
    return evening if at >= evening else at - NOT_OLDER_THAN


def lacks(*, last_seen_at: datetime | None, pack_at: datetime | None, oldest: datetime) -> Missing | None:
    """What a device lacks to be ready for offline; None: it is ready."""
    if last_seen_at is None:
        return Missing.UNHEARD
    if pack_at is None:
        return Missing.NO_PACK
    return Missing.OLD_PACK if pack_at < oldest else None
