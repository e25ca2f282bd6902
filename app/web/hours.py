"""When a session takes place on its day: from when until when, or all day."""

from datetime import datetime
from zoneinfo import ZoneInfo

from flask_babel import gettext as _

from app.clock import lasts_all_day


def times(starts: datetime, ends: datetime, zone: ZoneInfo) -> str:
    """13:30–15:00 on the clock of the day it starts, 24:00 and later for what ends the next day; in words what
    lasts all day. In easy Japanese with readings: for `ruby`, `aloud`, `plain` or `said`."""
    if lasts_all_day(starts, ends):
        return str(_("all day"))
    start, end = starts.astimezone(zone), ends.astimezone(zone)
    hours = end.hour + 24 * (end.date() - start.date()).days
    return f"{start:%H:%M}–{hours:02d}:{end:%M}"
