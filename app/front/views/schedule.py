"""The programme as rows: sessions with their badges, and days laid out by room and time."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any, NamedTuple

from flask import get_template_attribute, url_for
from flask_babel import gettext as _
from markupsafe import Markup

from app.clock import lasts_all_day
from app.front.queries import OpenEvent
from app.front.rules import Day, Phase, clock_on, session_phase
from app.programme.rules import AdmissionRule
from app.programme.rules.facts import EventSessionFacts
from app.programme.rules.places import Availability
from app.web.languages import LocalText, current_language, day, local, ruby

MOST_AT_A_GLANCE = 12


@dataclass(frozen=True)
class SessionRow:
    """One event session in a list or timetable."""

    code: str
    title: LocalText
    url: str
    kind: LocalText | None
    room: Markup | None
    starts: str
    ends: str
    all_day: bool
    day: Markup
    cancelled: bool
    badges: Markup | None = None


class Card(NamedTuple):
    """One session of the timetable as markup, but for its badges, which the moment changes."""

    before: str
    after: str
    starts: str
    ends: str


class Slot(NamedTuple):
    """One session where it stands in the timetable."""

    html: Markup
    starts: str
    ends: str
    column: int


@dataclass(frozen=True)
class DayRows:
    """One day of the timetable, ready."""

    anchor: str
    heading: Markup
    today: bool
    rooms: list[Markup]
    all_day: list[Slot]
    sessions: list[Slot]


@dataclass(frozen=True)
class DayGlance:
    """One day on the event's own page: how much there is, and what, if that fits."""

    anchor: str
    heading: Markup
    today: bool
    number: int
    rows: list[SessionRow]


class Schedule:
    """The rows of one event for one page; what many rows share is made once."""

    def __init__(self, event: OpenEvent, *, marked: frozenset[str] = frozenset(), marking: bool = False) -> None:
        """`marking`: each session has a box to put it on one's list; those of `marked` are ticked."""
        self.event = event
        self.marked, self.marking = marked, marking
        self.zone = event.facts.zone
        self.sessions_url = url_for("front.show_event", slug=event.facts.slug) + "sessions/"
        self.room_names: dict[str | None, Markup] = {None: ruby(_("Online"))}
        self.badges: dict[tuple[Any, ...], Markup] = {}

    def days(self, days: Iterable[Day] | None = None) -> list[DayRows]:
        """The whole timetable, or some days of it."""
        return [self._day(one) for one in (self.event.days if days is None else days)]

    def glance(self) -> list[DayGlance]:
        """The days, each with its sessions unless they are too many."""
        return [
            DayGlance(
                anchor=f"day-{one.date}",
                heading=ruby(day(one.date)),
                today=self._is_today(one.date),
                number=len(found := one.all_day + one.sessions),
                rows=self.rows(found) if len(found) <= MOST_AT_A_GLANCE else [],
            )
            for one in self.event.days
        ]

    def by_day(self, sessions: Iterable[EventSessionFacts]) -> list[tuple[Markup, list[SessionRow]]]:
        """Some sessions under the heading of their day."""
        found: dict[Markup, list[SessionRow]] = {}
        for row in self.rows(sessions):
            found.setdefault(row.day, []).append(row)
        return list(found.items())

    def rows(self, sessions: Iterable[EventSessionFacts]) -> list[SessionRow]:
        """Some sessions, each on its own day's clock."""
        return [self.row(one) for one in sessions]

    def row(self, session: EventSessionFacts) -> SessionRow:
        """One session with what the moment says of it."""
        return replace(self._row(session), badges=self._badges(session) or None)

    def _row(self, session: EventSessionFacts) -> SessionRow:
        on = session.starts_at.astimezone(self.zone).date()
        kind = local(session.kind)
        return SessionRow(
            code=session.code,
            title=local(session.title),
            url=self.sessions_url + session.code,
            kind=kind if kind.text else None,
            room=self.room(session.room) if session.room or session.online else None,
            starts=clock_on(session.starts_at, on, self.zone),
            ends=clock_on(session.ends_at, on, self.zone),
            all_day=lasts_all_day(session.starts_at, session.ends_at),
            day=ruby(day(on)),
            cancelled=session.cancelled,
        )

    def room(self, name: str | None) -> Markup:
        """Venue, floor and room in one line; without a room it is online."""
        if name not in self.room_names:
            venue, room = self.event.programme.room[str(name)]
            floor = f" {room.floor}" if room.floor else ""
            self.room_names[name] = Markup("{}{} {}").format(local(venue.name), floor, local(room.name))
        return self.room_names[name]

    def _day(self, one: Day) -> DayRows:
        return DayRows(
            anchor=f"day-{one.date}",
            heading=ruby(day(one.date)),
            today=self._is_today(one.date),
            rooms=[self.room(room) for room in one.columns],
            all_day=[self._slot(session, column=0) for session in one.all_day],
            sessions=[self._slot(session, column=one.column.get(session.code, 0)) for session in one.sessions],
        )

    def _slot(self, session: EventSessionFacts, *, column: int) -> Slot:
        card = self.cards[session.code]
        badges = self._badges(session)
        shown = f'<p class="badges">{badges}</p>' if badges else ""
        after = card.after
        if session.code in self.marked:
            after = after.replace(' name="s"', ' name="s" checked', 1)
        return Slot(Markup(card.before + shown + after), card.starts, card.ends, column)  # noqa: S704

    @cached_property
    def cards(self) -> dict[str, Card]:
        """Every session of the release in the reader's language, made once for all readers."""
        return self.event.release.keep(("cards", current_language(), self.marking), self._all_cards)

    def _all_cards(self) -> dict[str, Card]:
        before = get_template_attribute("components/timetable.html", "session_before")
        after = get_template_attribute("components/timetable.html", "session_after")
        rows = [self._row(one) for one in self.event.programme.sessions]
        return {
            row.code: Card(
                str(before(row, 3)), str(after(row, self.marking and not row.cancelled)), row.starts, row.ends
            )
            for row in rows
        }

    def _is_today(self, one: date) -> bool:
        return one == self.event.today and self.event.phase is not Phase.ENDED

    def _badges(self, session: EventSessionFacts) -> Markup:
        """What a reader has to know at a glance; nothing about places once an event is over."""
        if session.cancelled:
            return badge("cancelled")
        if self.event.phase is Phase.ENDED:
            return Markup()
        phase = session_phase(session, self.event.at)
        moved = tuple(one["kind"] for one in self.event.moves.get(session.code, ())) if phase is not Phase.ENDED else ()
        key = (phase, session.admission, *self.event.words[session.code], *moved)
        if key not in self.badges:
            self.badges[key] = Markup(" ").join(_badges(*key))
        return self.badges[key]


def _badges(
    phase: Phase, admission: AdmissionRule, word: Availability | None, left: int | None, *moved: str
) -> Iterator[Markup]:
    if phase is not Phase.UPCOMING:
        yield badge("phase", phase.value)
    for kind in moved:
        yield badge("changed", kind)
    if phase is not Phase.ENDED:
        yield badge("admission", admission.value)
    if word is not None and word is not Availability.NOT_NEEDED:
        yield badge("availability", word.value, left)


def badge(name: str, *arguments: Any) -> Markup:
    """One of components/badges.html."""
    macro = get_template_attribute("components/badges.html", name)
    shown: Markup = macro(*arguments).strip()
    return shown


def html(text: LocalText) -> Markup:
    """A text in its language, as markup."""
    return Markup("{}").format(text)
