"""Sessions that repeat each other, and appointments one after the other: when they are and what they are called."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from app.programme.rules import AdmissionRule, CapacityKind
from app.programme.rules.facts import EventSessionFacts, Texts

MOST_AT_ONCE = 200
"""Sessions that one step makes; more is a mistake of typing."""

Span = tuple[datetime, datetime]


@dataclass(frozen=True)
class Slots:
    """Appointments: what they are called, how long each is, and how many people one party brings at most."""

    code: str
    title: Texts
    minutes: int
    largest_party: int
    room: str | None
    kind: Texts


def spans(first: datetime, last: datetime, *, minutes: int, breaks: Iterable[Span]) -> list[Span]:
    """Appointments from `first` on that end by `last`; one that would reach into a break begins after it."""
    length, pauses = timedelta(minutes=minutes), sorted(breaks)
    found: list[Span] = []
    begins = first
    while begins + length <= last and len(found) <= MOST_AT_ONCE:
        pause = next((one for one in pauses if begins < one[1] and one[0] < begins + length), None)
        if pause is None:
            found.append((begins, begins + length))
        begins = pause[1] if pause else begins + length
    return found


def appointments(slots: Slots, at: Sequence[Span], *, zone: ZoneInfo, taken: Iterable[str]) -> list[EventSessionFacts]:
    """A session for each: one party alone, to be booked, code and title with the time at its start."""
    used = set(taken)
    made = []
    for starts_at, ends_at in at:
        local = starts_at.astimezone(zone)
        code = _free(f"{slots.code}-{local:%m%d-%H%M}", used)
        used.add(code)
        made.append(
            EventSessionFacts(
                code=code,
                title={language: f"{text} {local:%H:%M}" for language, text in slots.title.items()},
                kind=slots.kind,
                series=slots.code,
                starts_at=starts_at,
                ends_at=ends_at,
                room=slots.room,
                capacity=slots.largest_party,
                capacity_kind=CapacityKind.SEATS,
                one_party=True,
                admission=AdmissionRule.BOOKING_ONLY,
                door_opens_at=starts_at - timedelta(minutes=10),
                door_closes_at=ends_at,
            )
        )
    return made


def repeated(
    session: EventSessionFacts, starts: Iterable[datetime], *, taken: Iterable[str]
) -> tuple[str, list[EventSessionFacts]]:
    """The word of the series, and the copies that begin then: as long, the same door, codes counted on."""
    series = session.series or session.code
    used = set(taken)
    copies = []
    for starts_at, code in zip(starts, _counted(series, used), strict=False):
        by = starts_at - session.starts_at
        copies.append(
            replace(
                session,
                code=code,
                series=series,
                starts_at=session.starts_at + by,
                ends_at=session.ends_at + by,
                door_opens_at=session.door_opens_at + by,
                door_closes_at=session.door_closes_at + by,
            )
        )
    return series, copies


def _counted(series: str, used: set[str]) -> Iterator[str]:
    """series-2, series-3, … as far as they are free."""
    number = 2
    while True:
        if f"{series}-{number}" not in used:
            yield f"{series}-{number}"
        number += 1


def _free(code: str, used: set[str]) -> str:
    return code if code not in used else next(_counted(code, used))
