"""The fixed words of a partner's figures."""

from flask_babel import lazy_gettext as _l

from analytics.rules import Missing
from checkin.rules import Method

METHODS = {
    Method.SCANNED: _l("Tickets were scanned"),
    Method.GROUP_CONFIRMED: _l("Groups said how many came"),
    Method.TAPPED: _l("The door counted people"),
    Method.ROOM_COUNT: _l("People in the room were counted"),
    Method.TYPED: _l("Written down at the desk"),
    Method.PAPER: _l("People were counted on paper"),
    Method.ESTIMATED: _l("Estimated"),
    Method.IMPORTED: _l("Taken from a publication"),
}
MISSING = {
    Missing.UNKNOWN: _l("Not known"),
    Missing.NOT_YET: _l("Not over yet"),
    Missing.NO_BOOKING: _l("Not known"),
    Missing.CANCELLED: _l("Does not take place"),
    Missing.NOT_COUNTED: _l("Not counted"),
}
