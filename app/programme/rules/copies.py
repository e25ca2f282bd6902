"""An event held again: the same programme on other days, without what belongs to the first time alone."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from app.programme.rules import EventStatus, SessionStatus
from app.programme.rules.facts import EventSessionFacts, Programme


def copied(programme: Programme, *, slug: str, starts_on: date, with_sessions: bool) -> Programme:
    """The programme moved to another first day, as a draft: venues, categories and organisations stay, nobody is said
    to have taken part yet, nobody is on stage, and where its texts came from is told no more."""
    event = programme.event
    days = (starts_on - event.starts_on).days
    opens, closes = event.registration_opens_at, event.registration_closes_at
    sessions = [_moved(one, days, event.zone) for one in programme.sessions] if with_sessions else []
    return replace(
        programme,
        event=replace(
            event,
            slug=slug,
            starts_on=starts_on,
            ends_on=event.ends_on + timedelta(days=days),
            status=EventStatus.DRAFT,
            registration_opens_at=shifted(opens, days, event.zone) if opens else None,
            registration_closes_at=shifted(closes, days, event.zone) if closes else None,
            source={},
            not_in_source=[],
        ),
        participations=[replace(one, took_part=None) for one in programme.participations],
        speakers=[],
        sessions=sessions,
    )


def shifted(moment: datetime, days: int, zone: ZoneInfo) -> datetime:
    """The same time on the clock some days later, whatever clocks do between."""
    local = moment.astimezone(zone).replace(tzinfo=None) + timedelta(days=days)
    return local.replace(tzinfo=zone).astimezone(UTC)


def _moved(session: EventSessionFacts, days: int, zone: ZoneInfo) -> EventSessionFacts:
    starts_at = shifted(session.starts_at, days, zone)
    by = starts_at - session.starts_at
    return replace(
        session,
        starts_at=starts_at,
        ends_at=session.ends_at + by,
        door_opens_at=session.door_opens_at + by,
        door_closes_at=session.door_closes_at + by,
        booking_closes_at=session.booking_closes_at + by if session.booking_closes_at else None,
        status=SessionStatus.PLANNED,
        appearances=[],
        not_in_source=[],
    )
