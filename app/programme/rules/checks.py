"""What is doubtful about a plan: errors stop a release, warnings ask whether they are meant."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations

from app.programme.rules import AdmissionRule
from app.programme.rules.facts import EventSessionFacts, Programme
from app.programme.rules.ways import tight_way


class Doubt(StrEnum):
    """Kinds of what may be wrong."""

    NO_SESSIONS = "no_sessions"
    OUTSIDE_DAYS = "outside_days"
    NOWHERE = "nowhere"
    NO_DEADLINE = "no_deadline"
    ROOM_TWICE = "room_twice"
    PERSON_TWICE = "person_twice"
    MORE_THAN_ROOM = "more_than_room"
    NO_LIMIT = "no_limit"
    NOT_TRANSLATED = "not_translated"
    PERSON_TOO_FAR = "person_too_far"
    BOOKED_TOO_FAR = "booked_too_far"

    @property
    def stops(self) -> bool:
        """Whether the public cannot be shown a programme with this."""
        return self in (Doubt.NO_SESSIONS, Doubt.OUTSIDE_DAYS, Doubt.NOWHERE, Doubt.NO_DEADLINE)


@dataclass(frozen=True)
class Remark:
    """One doubt: the codes of the sessions it is about, and what else (a room, a person, a language, a number).

    walk: minutes that the way between the two needs; between: minutes there are.
    """

    doubt: Doubt
    sessions: tuple[str, ...] = ()
    about: str = ""
    walk: int = 0
    between: int = 0


def remarks(programme: Programme, booked_both: Mapping[tuple[str, str], int] | None = None) -> list[Remark]:
    """Everything doubtful, errors first; cancelled sessions take nothing from anybody.

    booked_both: how many registrations hold places in both of two sessions.
    """
    planned = [one for one in programme.sessions if not one.cancelled]
    found = [] if planned else [Remark(Doubt.NO_SESSIONS)]
    for session in planned:
        found += _remarks_of(programme, session)
    found += _twice(Doubt.ROOM_TWICE, _by_room(planned))
    found += _twice(Doubt.PERSON_TWICE, _by_person(planned))
    found += _people_too_far(programme, planned)
    found += _booked_too_far(programme, booked_both or {})
    return sorted(found, key=lambda one: not one.doubt.stops)


def _remarks_of(programme: Programme, session: EventSessionFacts) -> Iterator[Remark]:
    event = programme.event
    first = session.starts_at.astimezone(event.zone).date()
    if not event.starts_on <= first <= event.ends_on:
        yield Remark(Doubt.OUTSIDE_DAYS, (session.code,), first.isoformat())
    if session.room is None and not session.online:
        yield Remark(Doubt.NOWHERE, (session.code,))
    _venue, room = programme.room.get(session.room or "", (None, None))
    if room and room.capacity is not None and session.capacity is not None and session.capacity > room.capacity:
        yield Remark(Doubt.MORE_THAN_ROOM, (session.code,), str(room.capacity))
    if session.admission is AdmissionRule.LOTTERY and session.booking_closes_at is None:
        yield Remark(Doubt.NO_DEADLINE, (session.code,))
    chosen = session.admission in (AdmissionRule.LOTTERY, AdmissionRule.APPROVAL)
    if chosen and session.capacity is None and (room is None or room.capacity is None):
        yield Remark(Doubt.NO_LIMIT, (session.code,))
    for language in event.languages:
        if not session.title.get(language):
            yield Remark(Doubt.NOT_TRANSLATED, (session.code,), language)


def _by_room(sessions: Iterable[EventSessionFacts]) -> Mapping[str, list[EventSessionFacts]]:
    held: dict[str, list[EventSessionFacts]] = defaultdict(list)
    for session in sessions:
        for room in dict.fromkeys([session.room, *session.further_rooms]):
            if room:
                held[room].append(session)
    return held


def _by_person(sessions: Iterable[EventSessionFacts]) -> Mapping[str, list[EventSessionFacts]]:
    held: dict[str, list[EventSessionFacts]] = defaultdict(list)
    for session in sessions:
        for speaker in dict.fromkeys(one.speaker for one in session.appearances):
            held[speaker].append(session)
    return held


def _people_too_far(programme: Programme, planned: Iterable[EventSessionFacts]) -> Iterator[Remark]:
    for speaker, sessions in _by_person(planned).items():
        for one, other in combinations(sessions, 2):
            yield from _too_far(Doubt.PERSON_TOO_FAR, programme, one, other, speaker)


def _booked_too_far(programme: Programme, booked_both: Mapping[tuple[str, str], int]) -> Iterator[Remark]:
    for codes, registrations in sorted(booked_both.items()):
        both = [programme.session[code] for code in codes if code in programme.session]
        if len(both) == 2 and not any(one.cancelled for one in both):
            yield from _too_far(Doubt.BOOKED_TOO_FAR, programme, both[0], both[1], str(registrations))


def _too_far(
    doubt: Doubt, programme: Programme, one: EventSessionFacts, other: EventSessionFacts, about: str
) -> Iterator[Remark]:
    """Two sessions one after the other with less time between than the way takes; at one time is another doubt."""
    if (way := tight_way(programme, one, other)) is not None:
        yield Remark(doubt, (way.first.code, way.second.code), about, way.walk, way.between)


def _twice(doubt: Doubt, held: Mapping[str, list[EventSessionFacts]]) -> Iterator[Remark]:
    """Two sessions at one time; those that only touch are not."""
    for name, sessions in held.items():
        for one, other in combinations(sorted(sessions, key=lambda each: each.starts_at), 2):
            if other.starts_at < one.ends_at and one.starts_at < other.ends_at:
                yield Remark(doubt, (one.code, other.code), name)
