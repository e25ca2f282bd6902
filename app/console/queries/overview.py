"""What the pages of events say of them: their sessions, and what needs attention; asked for at one go."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import bindparam, func, select

from analytics.queries.registered import not_cancelled_in
from analytics.queries.touched import CHANGED
from app.accounts.models import Device, DeviceContact
from app.clock import lasts_all_day
from app.direct import Asked, Bound, Direct, among, at_one_go, here
from app.outbox.models import Letter
from app.outbox.queries import LETTERS_BY_STATE
from app.outbox.rules import LetterState
from app.programme.models import Event, EventSession, Room, SessionPlaces
from app.programme.queries import LAST_RELEASE
from app.programme.rules import AdmissionRule, SessionStatus
from app.programme.rules.places import Availability, Places
from checkin.models import Conflict
from checkin.queries.device_list import DEVICES, GATES_IN_USE, DeviceLine, GateInUse
from registrations.queries.due import CLASSES_WITHOUT_NUMBERS

SOON = timedelta(hours=18)
"""Sessions that begin within this time count as today's."""


@dataclass(frozen=True)
class SessionLine:
    """One event session with what is promised in it and who came."""

    event_id: int
    code: str
    title: dict[str, str]
    room: dict[str, str] | None
    starts_at: datetime
    ends_at: datetime
    admission: AdmissionRule
    status: SessionStatus
    places: Places

    @property
    def all_day(self) -> bool:
        return lasts_all_day(self.starts_at, self.ends_at)


@dataclass(frozen=True)
class News:
    """What needs attention in one event."""

    conflicts: int = 0
    failed_letters: int = 0
    unsent_readings: int = 0
    nearly_full: list[SessionLine] = field(default_factory=list)
    classes_without_numbers: int = 0

    @property
    def anything(self) -> bool:
        counted = self.conflicts or self.failed_letters or self.unsent_readings or self.classes_without_numbers
        return bool(counted or self.nearly_full)


class Overview(NamedTuple):
    """One event at a glance. registered: standing registrations, and the people they speak for."""

    lines: list[SessionLine]
    news: News
    devices: list[DeviceLine]
    gates: list[GateInUse]
    letters: Mapping[LetterState, int]
    registered: tuple[int, int]
    released: bool


def overview_of(event: Event, *, at: datetime) -> Overview:
    """All that the page of an event says beside its figures."""
    bind, asked = here(), {"event_id": event.id}
    statements = (_SESSIONS, DEVICES, GATES_IN_USE, LETTERS_BY_STATE, CHANGED, LAST_RELEASE)
    with at_one_go(bind):
        sessions, devices, gates, letters, changed, release = [one.ask(bind, asked) for one in statements]
        news = _ask_news(bind, [event.id], at)
    lines = sessions.each(_line)
    soon = (line for line in lines if line.ends_at > at and line.starts_at < at + SOON)
    return Overview(
        lines,
        _news([event.id], news, soon)[event.id],
        devices.each(DeviceLine),
        gates.each(GateInUse),
        dict(letters.rows()),
        not_cancelled_in(event.id, int(changed.rows()[0].change_number)),
        bool(release.rows()),
    )


def news_of(event_ids: Iterable[int], *, at: datetime) -> dict[int, News]:
    """What needs attention in each of these events now."""
    ids, bind = list(event_ids), here()
    with at_one_go(bind):
        soon = _SOON.ask(bind, {"ids": ids, "at": at, "soon": at + SOON})
        asked = _ask_news(bind, ids, at)
    return _news(ids, asked, soon.each(_line))


def sessions_of(event_id: int) -> list[SessionLine]:
    """Every session of the event in order of time."""
    return _SESSIONS.ask(here(), {"event_id": event_id}).each(_line)


def _ask_news(bind: Bound, ids: Sequence[int], at: datetime) -> list[Asked]:
    return [one.ask(bind, {"ids": ids, "at": at}) for one in _COUNTED]


def _news(ids: Sequence[int], asked: Sequence[Asked], soon: Iterable[SessionLine]) -> dict[int, News]:
    """soon: sessions that are on or begin soon."""
    conflicts, letters, waiting, classes = [
        {event_id: int(number or 0) for event_id, number in one.rows()} for one in asked
    ]
    full: dict[int, list[SessionLine]] = {}
    for line in soon:
        if line.places.word is not Availability.PLENTY and line.status is SessionStatus.PLANNED:
            full.setdefault(line.event_id, []).append(line)
    return {
        one: News(
            conflicts.get(one, 0),
            letters.get(one, 0),
            waiting.get(one, 0),
            full.get(one, []),
            classes_without_numbers=classes.get(one, 0),
        )
        for one in ids
    }


def _line(*columns: Any) -> SessionLine:
    make: Any = SessionLine
    return make(*columns[:8], Places(*columns[8:]))  # type: ignore[no-any-return]


_lines = (
    select(
        EventSession.event_id, EventSession.code, EventSession.title, Room.name, EventSession.starts_at,
        EventSession.ends_at, EventSession.admission, EventSession.status, SessionPlaces.capacity,
        SessionPlaces.promised, SessionPlaces.arrived, SessionPlaces.present, EventSession.one_party,
    )
    .join(SessionPlaces, SessionPlaces.session_id == EventSession.id)
    .outerjoin(Room, Room.id == EventSession.room_id)
    .order_by(EventSession.starts_at, EventSession.code)
)  # fmt: skip
_SESSIONS = Direct(_lines.where(EventSession.event_id == bindparam("event_id")))
_SOON = Direct(
    _lines.where(
        among(EventSession.event_id, "ids"),
        EventSession.ends_at > bindparam("at"),
        EventSession.starts_at < bindparam("soon"),
    )
)
_CONFLICTS = Direct(
    select(Conflict.event_id, func.count().label("number"))
    .where(among(Conflict.event_id, "ids"), Conflict.resolved_at.is_(None))
    .group_by(Conflict.event_id)
)
_FAILED_LETTERS = Direct(
    select(Letter.event_id, func.count().label("number"))
    .where(among(Letter.event_id, "ids"), Letter.state == LetterState.FAILED)
    .group_by(Letter.event_id)
)
_UNSENT_READINGS = Direct(
    select(Device.event_id, func.sum(DeviceContact.queue_length).label("number"))
    .join(DeviceContact, DeviceContact.device_id == Device.id)
    .where(among(Device.event_id, "ids"), Device.revoked_at.is_(None), Device.expires_at > bindparam("at"))
    .group_by(Device.event_id)
)
_COUNTED = (_CONFLICTS, _FAILED_LETTERS, _UNSENT_READINGS, CLASSES_WITHOUT_NUMBERS)
