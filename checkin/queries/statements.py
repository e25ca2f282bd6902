"""The statements of the door's hot path, made once and handed to the driver as they are."""

from typing import Any

from sqlalchemy import ColumnElement, String, and_, bindparam, case, cast, exists, func, literal, or_, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import aliased
from sqlalchemy.sql.functions import FunctionElement

from app.db import db
from app.direct import Direct, among
from app.programme.models import Category, Event, EventSession, Organisation, SessionPlaces, Venue
from checkin.models import Entry, EntryNumber, Gate, GatePlace, Place, Scan, of_scan
from checkin.rules import EntryKind
from registrations.models import Attendee, Booking, BookingLine, PartyNumber, Registration, Ticket
from registrations.rules import BookingState


class Listed(FunctionElement[str]):
    """The texts of all rows, with commas between them."""

    name = "listed"
    type = String()
    inherit_cache = True


@compiles(Listed, "sqlite")
def _group_concat(element: Listed, compiler: Any, **options: Any) -> str:
    return f"group_concat({compiler.process(element.clauses, **options)}, ',')"


@compiles(Listed, "postgresql")
def _string_agg(element: Listed, compiler: Any, **options: Any) -> str:
    return f"string_agg({compiler.process(element.clauses, **options)}, ',')"


def _joined(*columns: Any) -> ColumnElement[str]:
    """`1:2:confirmed`: columns of one row as text."""
    text: ColumnElement[str] = cast(columns[0], String)
    for column in columns[1:]:
        text = text + literal(":", String) + cast(column, String)
    return text


EVENT = Direct(
    select(
        Event.id,
        Event.host_id,
        Event.timezone,
        Event.day_ends_at,
        Event.reentry,
        Event.held_minutes_after_start,
        Event.full_is_final,
        Event.scan_salt,
        Gate.id.label("gate_id"),
        Gate.code,
        Gate.new_today,
        select(Listed(_joined(Category.id, case((Category.unknown, 1), else_=0), Category.key)))
        .where(Category.event_id == Event.id)
        .correlate(Event)
        .scalar_subquery()
        .label("categories"),
    )
    .outerjoin(Gate, Gate.event_id == Event.id)
    .where(Event.id == bindparam("event_id"), Event.slug == bindparam("slug"))
)
KNOWN = Direct(
    select(
        Scan.id,
        Scan.event_id,
        Scan.device_id,
        Scan.body_hash,
        Scan.act,
        Scan.at,
        Scan.verdict,
        Scan.facts,
        Scan.ticket_id,
    ).where(among(Scan.id, "ids"))
)
_ENDED = func.coalesce(Registration.cancelled_at, Registration.erased_at)
"""Who was erased after the event has not cancelled, so that figures stay, but no door knows them any more."""
TICKETS = (
    select(
        Ticket.id,
        Ticket.event_id,
        Ticket.registration_id,
        Ticket.attendee_id,
        Ticket.code,
        Ticket.number,
        Registration.party_kind,
        Registration.language,
        Registration.created_at,
        _ENDED.is_not(None),
        Registration.blocked_at.is_not(None),
        Registration.contact_name,
        Registration.staff_note,
        Registration.no_photo,
        Attendee.name.label("attendee_name"),
        Attendee.category_id.label("attendee_category_id"),
        Organisation.kind.label("organisation_kind"),
        Registration.group_name,
        Registration.group_grade,
        Registration.group_class,
    )
    .join(Registration, Registration.id == Ticket.registration_id)
    .outerjoin(Attendee, Attendee.id == Ticket.attendee_id)
    .outerjoin(Organisation, Organisation.id == Registration.organisation_id)
)
_LOCKED = TICKETS.order_by(Registration.id).with_for_update(of=Registration, key_share=True)
BY_CODE = Direct(_LOCKED.where(among(Ticket.code, "codes")))
BY_ANYTHING = Direct(
    _LOCKED.where(
        or_(
            among(Ticket.code, "codes"),
            and_(Ticket.event_id == bindparam("event_id"), among(Ticket.number, "numbers")),
            among(Ticket.registration_id, "registrations"),
        )
    )
)
BY_ID = Direct(TICKETS.where(among(Ticket.id, "ids")))
_BOOKED = Listed(
    _joined(
        Booking.session_id,
        BookingLine.category_id,
        db.func.coalesce(BookingLine.attendee_id, 0),
        BookingLine.number,
        BookingLine.state,
    )
)
_LINES_OF_BOOKING = select(_BOOKED).where(BookingLine.booking_id == Booking.id).correlate(Booking).scalar_subquery()
"""One in the other, never joined: PostgreSQL without statistics takes one registration for having a two-hundredth of
all bookings, and then reads whole tables for each."""
_REMOVED = select(Attendee.removed_at).where(Attendee.id == Ticket.attendee_id).correlate(Ticket).scalar_subquery()
_PARTY = (
    select(Listed(_joined(PartyNumber.category_id, PartyNumber.number)))
    .where(PartyNumber.registration_id == Registration.id)
    .correlate(Registration)
    .scalar_subquery()
    .label("party"),
    select(Listed(_LINES_OF_BOOKING))
    .where(Booking.registration_id == Registration.id)
    .correlate(Registration)
    .scalar_subquery()
    .label("booked"),
    select(Listed(_joined(Ticket.id, case((_REMOVED.is_not(None), 1), else_=0))))
    .where(Ticket.registration_id == Registration.id, Ticket.replaced_at.is_not(None))
    .correlate(Registration)
    .scalar_subquery()
    .label("ended"),
)
_BOOKED_AT_ONCE = (
    select(_BOOKED)
    .join_from(Booking, BookingLine, BookingLine.booking_id == Booking.id)
    .where(Booking.registration_id == Registration.id)
    .correlate(Registration)
    .scalar_subquery()
    .label("booked")
)
"""The same, joined: SQLite walks from the one to the other either way, and adds up one text instead of two."""
_PARTIES = select(Registration.id.label("registration_id"), *_PARTY).where(among(Registration.id, "ids"))
PARTIES = Direct(_PARTIES)
_CAME = exists().where(Entry.registration_id == Registration.id, Entry.ticket_id.is_not(None)).correlate(Registration)
PARTIES_WHO_CAME = Direct(_PARTIES.add_columns(_CAME.label("came")))
"""The same, and whether the ledger has lines of them: most have none, and on SQLite need not be asked for them."""
_NUMBERS, _, _DROPPED = _PARTY
_BESIDE = _NUMBERS, _BOOKED_AT_ONCE, _DROPPED, _CAME.label("came")
TICKETS_WITH_PARTIES = Direct(TICKETS.add_columns(*_BESIDE).where(among(Ticket.code, "codes")))
"""Tickets, and then what `PARTIES_WHO_CAME` says, by one: for SQLite, where nothing need be locked in between."""
_ATTENDEE = select(Ticket.attendee_id).where(Ticket.id == Entry.ticket_id).correlate(Entry).scalar_subquery()
LINES = Direct(
    select(
        Entry.id,
        Entry.registration_id,
        _ATTENDEE.label("attendee_id"),
        Entry.place_id,
        Entry.at,
        Entry.kind,
        Entry.direction,
        Entry.reentry,
        Entry.booked,
        Entry.gate_id,
        Entry.undoes_id,
        EntryNumber.category_id,
        EntryNumber.number,
    )
    .join(EntryNumber, EntryNumber.entry_id == Entry.id)
    .where(among(Entry.registration_id, "ids"), Entry.ticket_id.is_not(None))
)
_UNDO = aliased(Entry)
_OF_THE_EVENT = Entry.event_id + 0 == bindparam("event_id")
"""Looked at in the few lines that something rarer finds: by an index on the event SQLite would read all its lines."""
_WHOLE = (
    select(Entry.__table__, EntryNumber.category_id, EntryNumber.number, _UNDO.id.label("undone_by"))
    .join(EntryNumber, EntryNumber.entry_id == Entry.id)
    .outerjoin(_UNDO, _UNDO.undoes_id == Entry.id)
    .where(_OF_THE_EVENT, Entry.kind != EntryKind.UNDO)
    .order_by(Entry.id)
)
WRITTEN = Direct(_WHOLE.where(of_scan(lambda column: among(column, "ids"))))
NUMBERED = Direct(_WHOLE.where(among(Entry.id, "ids")))
TELLING = Direct(
    select(Entry.id)
    .where(Entry.event_id == bindparam("event_id"), Entry.place_id == bindparam("place_id"))
    .where((Entry.kind == EntryKind.EXIT) | (Entry.kind == EntryKind.ROOM_COUNT), Entry.reason.is_(None))
    .where(Entry.id != bindparam("besides"))
    .where(~exists().where(_UNDO.undoes_id == Entry.id))
    .limit(1)
)
CANCELLED = Direct(
    select(
        _ENDED.label("cancelled_at"),
        select(BookingLine.state_at)
        .join(Booking, Booking.id == BookingLine.booking_id)
        .where(Booking.registration_id == Registration.id, Booking.session_id == bindparam("session_id"))
        .where(BookingLine.state == BookingState.CANCELLED)
        .order_by(BookingLine.state_at.desc())
        .limit(1)
        .correlate(Registration)
        .scalar_subquery()
        .label("booking_at"),
    ).where(Registration.id == bindparam("registration_id"))
)
ROOMS = Direct(
    select(
        Entry.id,
        Entry.place_id,
        Entry.registration_id,
        Entry.ticket_id,
        Ticket.attendee_id,
        Entry.at,
        Entry.kind,
        Entry.direction,
        Entry.reentry,
        Entry.booked,
        EntryNumber.category_id,
        EntryNumber.number,
    )
    .join(EntryNumber, EntryNumber.entry_id == Entry.id)
    .outerjoin(Ticket, Ticket.id == Entry.ticket_id)
    .where(Entry.event_id == bindparam("event_id"), among(Entry.place_id, "ids"))
    .where(Entry.kind != EntryKind.UNDO, ~exists().where(_UNDO.undoes_id == Entry.id))
    .order_by(Entry.id)
)
BEHIND = Direct(
    select(Entry.registration_id)
    .where(_OF_THE_EVENT, of_scan(lambda column: among(column, "ids")))
    .where(Entry.registration_id.is_not(None))
    .union(
        select(Ticket.registration_id)
        .join(Scan, Scan.ticket_id == Ticket.id)
        .where(among(Scan.id, "ids"), Scan.event_id == bindparam("event_id"))
    )
)
"""Of a scan that wrote nothing too: it may have let somebody in."""
_LED_TO_BY = (
    select(Listed(cast(GatePlace.gate_id, String)))
    .where(GatePlace.place_id == Place.id)
    .correlate(Place)
    .scalar_subquery()
    .label("gates")
)
_SESSION_PLACES = (
    select(
        Place.id,
        EventSession.id.label("session_id"),
        EventSession.code,
        EventSession.status,
        EventSession.admission,
        EventSession.reentry,
        EventSession.starts_at,
        EventSession.ends_at,
        EventSession.door_opens_at,
        EventSession.door_closes_at,
        EventSession.capacity_kind,
        SessionPlaces.capacity,
        SessionPlaces.promised,
        SessionPlaces.arrived,
        SessionPlaces.present,
        SessionPlaces.anonymous,
        SessionPlaces.counts_exits,
        _LED_TO_BY,
    )
    .join_from(EventSession, Place, Place.session_id == EventSession.id)
    .join(SessionPlaces, SessionPlaces.session_id == EventSession.id)
    .where(EventSession.event_id == bindparam("event_id"))
    .order_by(SessionPlaces.session_id)
)
_HELD = _SESSION_PLACES.with_for_update(of=SessionPlaces, key_share=True)
LOOK = Direct(_SESSION_PLACES.where(among(EventSession.code, "codes")))
SESSIONS = Direct(_HELD.where(among(EventSession.code, "codes")))
WITH_OTHERS = Direct(_HELD.where(among(EventSession.code, "codes") | among(Place.id, "ids")))
ENTRANCES = Direct(
    select(Place.id, Place.day, Venue.slug, _LED_TO_BY)
    .join(Venue, Venue.id == Place.venue_id)
    .where(
        Place.event_id == bindparam("event_id"),
        among(Venue.slug, "slugs"),
        among(Place.day, "days"),
    )
)
