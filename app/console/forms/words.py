"""The fixed words of registrations, for pages and files alike."""

from flask_babel import lazy_gettext as _l

from checkin.rules import EntryKind, Verdict
from registrations.queries.listed import Mail, Order, Standing
from registrations.rules import BookingState, ConsentKind, PartyKind, Source

KINDS = {
    PartyKind.PERSON: _l("One person"),
    PartyKind.FAMILY: _l("Family or friends"),
    PartyKind.CLASS: _l("Class of a school"),
    PartyKind.DELEGATION: _l("Delegation"),
    PartyKind.TEAM: _l("Exhibitors, speakers, staff"),
}
SOURCES = {
    Source.WEB: _l("By the web page"),
    Source.DESK: _l("Taken down by staff"),
    Source.DOOR: _l("At the door"),
    Source.IMPORT: _l("From a file"),
    Source.DEMONSTRATION: _l("Made up for practice"),
}
STATES = {
    BookingState.CONFIRMED: _l("Confirmed"),
    BookingState.APPLIED: _l("Applied for the lottery"),
    BookingState.PENDING: _l("Waiting for confirmation"),
    BookingState.OFFERED: _l("Place offered"),
    BookingState.WAITING: _l("On the waiting list"),
    BookingState.DECLINED: _l("Not accepted"),
    BookingState.NOT_DRAWN: _l("Not drawn"),
    BookingState.EXPIRED: _l("Offer ended"),
    BookingState.CANCELLED: _l("Cancelled"),
}
STANDINGS = {
    Standing.ACCEPTED: _l("Accepted"),
    Standing.CANCELLED: _l("Cancelled"),
    Standing.BLOCKED: _l("Blocked"),
}
MAILS = {Mail.WITH: _l("With an e-mail address"), Mail.WITHOUT: _l("Without an e-mail address")}
ORDERS = {Order.NEWEST: _l("Newest first"), Order.OLDEST: _l("Oldest first"), Order.NAME: _l("By reading or name")}
CONSENTS = {
    ConsentKind.PRIVACY: _l("Use of personal data"),
    ConsentKind.PHOTO: _l("Photographs"),
    ConsentKind.GUARDIAN: _l("Consent of a guardian"),
}
PASSAGES = {
    EntryKind.ENTRY: _l("Came in"),
    EntryKind.EXIT: _l("Went out"),
    EntryKind.UNDO: _l("Taken back"),
    EntryKind.CORRECTION: _l("Corrected"),
}
VERDICTS = {
    Verdict.ALREADY_IN: _l("Was in already"),
    Verdict.NOT_BOOKED: _l("Had not booked this"),
    Verdict.WAITLISTED: _l("On the waiting list"),
    Verdict.PENDING: _l("Waiting for confirmation"),
    Verdict.FULL: _l("It was full"),
    Verdict.TOO_EARLY: _l("Came too early"),
    Verdict.TOO_LATE: _l("Came too late"),
    Verdict.CANCELLED: _l("Cancelled"),
    Verdict.BLOCKED: _l("Blocked"),
    Verdict.REPLACED: _l("An old ticket was shown"),
    Verdict.CONFIRM_PARTY: _l("The door was asked how many came"),
}
ACTS = {
    "registration.add": _l("Taken down by staff"),
    "registration.change": _l("Changed by staff"),
    "registration.answers": _l("Answers typed by staff"),
    "registration.names": _l("Names changed by staff"),
    "registration.tickets": _l("A ticket each, or one for all again, by staff"),
    "registration.add_person": _l("One more person added by staff"),
    "registration.drop_person": _l("One person taken out by staff"),
    "registration.cancel": _l("Cancelled by staff"),
    "registration.restore": _l("Cancellation undone"),
    "registration.erase": _l("Personal data erased by staff"),
    "registration.block": _l("Blocked by staff"),
    "registration.unblock": _l("Unblocked by staff"),
    "registration.resend": _l("Confirmation sent again"),
    "registration.double": _l("Cancelled as a double of another one"),
    "registration.merge": _l("A double was joined with it"),
}
