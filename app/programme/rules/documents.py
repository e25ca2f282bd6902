"""The event document and the programme it means, both ways; docs/guide/event-format.md is the same in prose.

`programme_of` expects a document without faults (app.programme.forms finds them). `document_of` writes the normal form:
empty values left out, defaults written out, times local with their offset, everything in its order.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from app.programme.rules import (
    AdmissionRule,
    CapacityKind,
    EventStatus,
    OrganisationKind,
    ParticipationRole,
    Reentry,
    SessionStatus,
)
from app.programme.rules.facts import (
    AppearanceFacts,
    CategoryFacts,
    EventFacts,
    EventSessionFacts,
    NoticeFacts,
    OrganisationFacts,
    ParticipationFacts,
    Programme,
    RoleFacts,
    RoomFacts,
    SpeakerFacts,
    VenueFacts,
)

FORMAT = "uketsuke-event/1"
LANGUAGES = ("ja", "en", "ja-easy")
OPENS_BEFORE, CLOSES_AFTER = 30, 0

Document = Mapping[str, Any]


class Calendar:
    """Turns the dates and times of one document into real ones; `today` places the days of a relative event."""

    def __init__(self, event: Document, *, today: date) -> None:
        self.zone = ZoneInfo(event["timezone"])
        shift = event["relative"]["today"] - 1 if "relative" in event else 0
        self.first_day = today - timedelta(days=shift)

    def day(self, value: Any) -> date:
        """A date, or {day} counted from 1."""
        if isinstance(value, Mapping):
            return self.first_day + timedelta(days=value["day"] - 1)
        return date.fromisoformat(value)

    def moment(self, value: Any) -> datetime:
        """A local time, one with an offset, or {day, time}, as a moment in UTC."""
        if isinstance(value, Mapping):
            found = datetime.combine(self.day(value), time.fromisoformat(value["time"]))
        else:
            found = datetime.fromisoformat(value)
        return (found if found.tzinfo else found.replace(tzinfo=self.zone)).astimezone(UTC)

    def write(self, value: datetime) -> str:
        """Local time with its offset."""
        return value.astimezone(self.zone).isoformat(timespec="minutes")


def programme_of(document: Document, *, today: date) -> Programme:
    """The programme that a faultless document means."""
    calendar = Calendar(document["event"], today=today)
    sessions = [_session(one, calendar) for one in document.get("sessions", [])]
    return Programme(
        event=_event(document["event"], calendar),
        categories=[CategoryFacts(**one) for one in document["categories"]],
        venues=[_venue(one) for one in document.get("venues", [])],
        organisations=sorted(map(_organisation, document.get("organisations", [])), key=lambda one: one.code),
        participations=[_participation(one) for one in document.get("participations", [])],
        speakers=sorted((SpeakerFacts(**one) for one in document.get("speakers", [])), key=lambda one: one.code),
        sessions=sorted(sessions, key=lambda one: (one.starts_at, one.code)),
        privacy_notice=NoticeFacts(**document["privacy_notice"]) if "privacy_notice" in document else None,
    )


def event_of(event: Document, *, today: date) -> EventFacts:
    """The event alone, from that part of a document."""
    return _event(event, Calendar(event, today=today))


def session_of(session: Document, event: EventFacts) -> EventSessionFacts:
    """One session of this event, from that part of a faultless document."""
    return _session(session, Calendar({"timezone": event.timezone}, today=event.starts_on))


def session_document(session: EventSessionFacts, event: EventFacts) -> dict[str, Any]:
    """One session of this event as a document has it."""
    calendar = Calendar({"timezone": event.timezone}, today=event.starts_on)
    document: dict[str, Any] = _without_empty(_session_document(session, calendar))
    return document


def document_of(programme: Programme) -> dict[str, Any]:
    """The programme as a document in normal form."""
    calendar = Calendar({"timezone": programme.event.timezone}, today=programme.event.starts_on)
    document = {
        "format": FORMAT,
        "event": _event_document(programme.event, calendar),
        "categories": [vars(one) for one in programme.categories],
        "venues": [_venue_document(one) for one in programme.venues],
        "organisations": [vars(one) for one in programme.organisations],
        "participations": [vars(one) for one in programme.participations],
        "speakers": [vars(one) for one in programme.speakers],
        "sessions": [_session_document(one, calendar) for one in programme.sessions],
        "privacy_notice": vars(programme.privacy_notice) if programme.privacy_notice else None,
    }
    whole: dict[str, Any] = _without_empty(document)
    return whole


def parts_of(
    venues: list[VenueFacts], organisations: list[OrganisationFacts]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Venues and organisations as a document has them."""
    held = [_without_empty(_venue_document(one)) for one in venues]
    return held, [_without_empty(vars(one)) for one in organisations]


def _event(event: Document, calendar: Calendar) -> EventFacts:
    registration = event.get("registration", {})
    plain = _but(event, "relative", "registration", "starts_on", "ends_on", "day_ends_at", "status", "reentry")
    return EventFacts(
        **plain,
        starts_on=calendar.day(event["starts_on"]),
        ends_on=calendar.day(event["ends_on"]),
        day_ends_at=time.fromisoformat(event.get("day_ends_at", "04:00")),
        status=EventStatus(event.get("status", "draft")),
        reentry=Reentry(event.get("reentry", "free")),
        registration_opens_at=calendar.moment(registration["opens_at"]) if "opens_at" in registration else None,
        registration_closes_at=calendar.moment(registration["closes_at"]) if "closes_at" in registration else None,
    )


def _event_document(event: EventFacts, calendar: Calendar) -> dict[str, Any]:
    opens, closes = event.registration_opens_at, event.registration_closes_at
    registration = {
        "opens_at": calendar.write(opens) if opens else None,
        "closes_at": calendar.write(closes) if closes else None,
    }
    plain = _but(vars(event), "registration_opens_at", "registration_closes_at")
    dated = {
        "starts_on": event.starts_on.isoformat(),
        "ends_on": event.ends_on.isoformat(),
        "day_ends_at": f"{event.day_ends_at:%H:%M}",
    }
    return {**plain, **dated, "registration": registration}


def _venue(venue: Document) -> VenueFacts:
    return VenueFacts(
        **_but(venue, "rooms", "latitude", "longitude"),
        latitude=_degrees(venue.get("latitude")),
        longitude=_degrees(venue.get("longitude")),
        rooms=[RoomFacts(**one) for one in venue.get("rooms", [])],
    )


def _venue_document(venue: VenueFacts) -> dict[str, Any]:
    position = {
        "latitude": None if venue.latitude is None else float(venue.latitude),
        "longitude": None if venue.longitude is None else float(venue.longitude),
    }
    return {**vars(venue), **position, "rooms": [vars(room) for room in venue.rooms]}


def _organisation(organisation: Document) -> OrganisationFacts:
    return OrganisationFacts(**_but(organisation, "kind"), kind=OrganisationKind(organisation["kind"]))


def _participation(participation: Document) -> ParticipationFacts:
    return ParticipationFacts(**_but(participation, "role"), role=ParticipationRole(participation["role"]))


def _session(session: Document, calendar: Calendar) -> EventSessionFacts:
    starts_at, ends_at = calendar.moment(session["starts_at"]), calendar.moment(session["ends_at"])
    door = session.get("door", {})
    before = timedelta(minutes=door.get("opens_minutes_before_start", OPENS_BEFORE))
    after = timedelta(minutes=door.get("closes_minutes_after_end", CLOSES_AFTER))
    return EventSessionFacts(
        **_but(session, "starts_at", "ends_at", "booking_closes_at", "door", *_WORDS, "appearances", "organisations"),
        starts_at=starts_at,
        ends_at=ends_at,
        booking_closes_at=calendar.moment(session["booking_closes_at"]) if session.get("booking_closes_at") else None,
        door_opens_at=starts_at - before,
        door_closes_at=ends_at + after,
        **{name: kind(session[name]) for name, kind in _WORDS.items() if session.get(name) is not None},
        appearances=[AppearanceFacts(**one) for one in session.get("appearances", [])],
        organisations=[
            RoleFacts(organisation=one["organisation"], role=ParticipationRole(one["role"]))
            for one in session.get("organisations", [])
        ],
    )


_WORDS: dict[str, Any] = {
    "status": SessionStatus,
    "capacity_kind": CapacityKind,
    "admission": AdmissionRule,
    "reentry": Reentry,
}


def _session_document(session: EventSessionFacts, calendar: Calendar) -> dict[str, Any]:
    door = {
        "opens_minutes_before_start": _minutes(session.starts_at - session.door_opens_at),
        "closes_minutes_after_end": _minutes(session.door_closes_at - session.ends_at),
    }
    moments = ("starts_at", "ends_at", "booking_closes_at")
    timed = {name: calendar.write(moment) for name in moments if (moment := getattr(session, name)) is not None}
    people = {
        "appearances": [vars(one) for one in session.appearances],
        "organisations": [vars(one) for one in session.organisations],
    }
    plain = _but(vars(session), "door_opens_at", "door_closes_at", "booking_closes_at", "one_party", "drop_in")
    switched_on = {name: True for name in ("one_party", "drop_in") if getattr(session, name)}
    return {**plain, **switched_on, **timed, "door": door, **people}


def _minutes(span: timedelta) -> int:
    return round(span / timedelta(minutes=1))


def _degrees(value: float | None) -> Decimal | None:
    return None if value is None else Decimal(str(value)).quantize(Decimal("0.000001"))


def _but(mapping: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in mapping.items() if name not in names}


def _without_empty(value: Any) -> Any:
    if isinstance(value, Mapping):
        ordered = sorted(value.items(), key=lambda item: item[0] == "not_in_source")
        kept = ((name, _without_empty(inner)) for name, inner in ordered)
        return {name: inner for name, inner in kept if inner is not None and inner not in ("", [], {})}
    if isinstance(value, list):
        return [_without_empty(inner) for inner in value]
    return str(value) if isinstance(value, str) else value
