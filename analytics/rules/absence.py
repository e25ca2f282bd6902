"""No-show: confirmed places that nobody came on, where everybody was counted."""

from analytics.rules import Known, Missing
from analytics.rules.figures import SessionFigures
from checkin.rules import CountingState


def no_show(one: SessionFigures) -> Known:
    """Confirmed minus admitted on them; known only where the organiser has said at day close that it was counted."""
    if isinstance(one.confirmed, Missing):
        return one.confirmed
    if one.session.closed is not CountingState.COUNTED:
        return Missing.CANCELLED if one.session.cancelled else Missing.NOT_COUNTED
    return one.booked if isinstance(one.booked, Missing) else max(0, one.confirmed - one.booked)
