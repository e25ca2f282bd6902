"""What a public page is made of: the last release, and what only the present moment knows."""

import json
from bisect import bisect_right
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from app.front.rules import (
    LOOK_AHEAD,
    Choice,
    Day,
    Phase,
    chosen,
    days_of,
    event_phase,
    now_and_next,
    open_for_booking,
    open_for_registration,
    texts_to_search,
    times_of,
)
from app.programme.models import Event
from app.programme.queries import PlacesRow, Published, places_in, public_event, published, rows_of_places
from app.programme.queries.moves import Moves, moved
from app.programme.rules import EventStatus
from app.programme.rules.facts import EventFacts, EventSessionFacts, Programme, Texts
from app.programme.rules.places import Availability, Places, availability

TESTS = Path(__file__).parent / "accessibility.json"
Word = tuple[Availability | None, int | None]
"""What is said of places left, None where nothing is; and their number where they are few."""


@dataclass(frozen=True)
class AccessibilityTest:
    """One test of the pages: when, of what, what it found."""

    day: date
    what: Texts
    result: Texts


@dataclass(frozen=True)
class OpenEvent:
    """A public event at one moment. `programme` is the last release; status and places are today's."""

    event_id: int
    status: EventStatus
    fictional: bool
    release: Published
    rows: tuple[PlacesRow, ...]
    at: datetime

    @property
    def programme(self) -> Programme:
        return self.release.programme

    @property
    def facts(self) -> EventFacts:
        return self.release.programme.event

    @cached_property
    def phase(self) -> Phase:
        return event_phase(self.facts, self.status, self.at)

    @cached_property
    def today(self) -> date:
        return self.at.astimezone(self.facts.zone).date()

    @cached_property
    def open_for_registration(self) -> bool:
        return open_for_registration(self.facts, self.status, self.at)

    @cached_property
    def now_and_next(self) -> tuple[list[EventSessionFacts], list[EventSessionFacts]]:
        """Nothing is under way in an event that is closed."""
        return now_and_next(self.programme.sessions, self.at) if self.phase is not Phase.ENDED else ([], [])

    @property
    def moves(self) -> Moves:
        return self.release.keep("moves", lambda: moved(self.event_id, self.programme))

    @property
    def days(self) -> list[Day]:
        return self.release.keep("days", lambda: days_of(self.programme))

    @cached_property
    def takes_registrations(self) -> bool:
        """Whether there is anything to register for now."""
        bookable = any(open_for_booking(one, self.at) for one in self.programme.sessions)
        return self.open_for_registration and bookable

    @cached_property
    def words(self) -> dict[str, Word]:
        """By session what is said of places left; the last ones again while all that they follow from is the same."""
        held: dict[str, Any] = self.release.keep("words", dict)
        follows_from = (self.rows, self._moment)
        last = held.get("last")
        if last is None or last[0] != follows_from:
            places = places_in(self.rows)
            last = (follows_from, {one.code: self._word(one, places) for one in self.programme.sessions})
            held["last"] = last
        words: dict[str, Word] = last[1]
        return words

    def takes(self, session: EventSessionFacts) -> bool:
        """Whether somebody could book this session now."""
        return open_for_booking(session, self.at) and self.words[session.code][0] is not Availability.FULL

    @property
    def with_room(self) -> set[str]:
        """The sessions still to come that take somebody, by what they say of places left."""
        room = (Availability.PLENTY, Availability.FEW, Availability.NOT_NEEDED)
        return {code for code, (word, _left) in self.words.items() if word in room}

    def chosen(self, choice: Choice) -> list[EventSessionFacts]:
        """The sessions that are all of what a reader looks for."""
        if choice == Choice():
            return self.programme.sessions
        texts = self.release.keep("texts to search", lambda: texts_to_search(self.programme)) if choice.words else None
        return chosen(self.programme, choice, with_room=self.with_room, texts=texts)

    @cached_property
    def _moment(self) -> tuple[object, ...]:
        """Everything that time and status change on a page of the event."""
        starts, ends, closes = self.release.keep("times", lambda: times_of(self.programme.sessions))
        list_ends = next((timedelta(minutes=row[-1]) for row in self.rows if row[-1] is not None), timedelta())
        closed, unlisted = bisect_right(closes, self.at), bisect_right(starts, self.at + list_ends)
        begun, ended = bisect_right(starts, self.at), bisect_right(ends, self.at)
        soon = bisect_right(starts, self.at + LOOK_AHEAD)
        is_open = self.open_for_registration
        passed = (begun, ended, soon, closed, unlisted)
        return (self.status, self.phase, self.today, is_open, self.takes_registrations, *passed)

    def _word(self, session: EventSessionFacts, places_of: dict[str, Places]) -> Word:
        if session.cancelled or self.phase is Phase.ENDED or self.at >= session.ends_at:
            return None, None
        is_open = self.open_for_registration and open_for_booking(session, self.at)
        places = places_of.get(session.code, Places())
        waits = places.lets_wait(session.starts_at, self.at)
        word = availability(session.admission, places, open_for_booking=is_open, lets_wait=waits)
        return word, places.left if word is Availability.FEW else None

    @property
    def mark(self) -> tuple[object, ...]:
        """Everything about this moment that a page of the event can show; equal marks make equal pages."""
        return (self.release.release_id, *self._moment, tuple(self.words.values()))


def open_event(slug: str, *, at: datetime) -> OpenEvent:
    """The public event at this address. Raises NotFound for drafts and for events that were never released."""
    event: Event = public_event(slug)
    return OpenEvent(
        event_id=event.id,
        status=event.status,
        fictional=event.fictional,
        release=published(event.id),
        rows=rows_of_places(event.id),
        at=at,
    )


@cache
def accessibility_tests() -> tuple[AccessibilityTest, ...]:
    """The last test results, as kept beside the code."""
    tests = json.loads(TESTS.read_text(encoding="utf-8"))["tests"]
    return tuple(AccessibilityTest(date.fromisoformat(one["day"]), one["what"], one["result"]) for one in tests)
