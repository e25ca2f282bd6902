"""What the console shows: each question one query, whatever the number of events."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import and_, false, func, or_, select

from analytics.queries.booked import change_number_of
from analytics.queries.keeping import kept
from app.accounts.models import Account, Device, DeviceContact, Host, Membership
from app.clock import lasts_all_day
from app.db import db
from app.errors import Invalid, NotFound
from app.outbox.models import Letter
from app.outbox.rules import LetterState
from app.programme.models import Event, EventSession, Room, SessionPlaces
from app.programme.queries import THERE
from app.programme.rules import AdmissionRule, SessionStatus
from app.programme.rules.places import Availability, Places
from app.web.actors import Actor, Right
from checkin.models import Conflict
from registrations.models import PartyNumber, Registration
from registrations.queries.due import classes_without_numbers

SOON = timedelta(hours=18)
"""Sessions that begin within this time count as today's."""

_NAME_HERE = func.coalesce(Membership.known_as, Account.name)


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
class MemberLine:
    """A person's role; `everywhere` when it is in every event of the host; `mine` when it is the reader's own."""

    uuid: UUID
    name: str
    email: str
    role: str
    everywhere: bool
    disabled: bool
    mine: bool


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


def events_of(actor: Actor) -> list[Event]:
    """The events in which this person has a role, the ones that end last first."""
    mine = [
        Event.host_id == grant.host_id if grant.event_id is None else Event.id == grant.event_id
        for grant in actor.grants
    ]
    chosen = select(Event).where(THERE, or_(false(), *mine)).order_by(Event.ends_on.desc(), Event.slug)
    return list(db.session.scalars(chosen))


def hosts_of(actor: Actor, right: Right) -> list[Host]:
    """The hosts for whose every event this person holds the right."""
    mine = [one.host_id for one in actor.grants if actor.may(right, host_id=one.host_id, event_id=None)]
    return list(db.session.scalars(select(Host).where(Host.id.in_(mine)).order_by(Host.slug)))


def news_of(event_ids: Iterable[int], *, at: datetime) -> dict[int, News]:
    """What needs attention in each of these events now."""
    ids = list(event_ids)
    conflicts = _counted(Conflict.event_id, Conflict.event_id.in_(ids), Conflict.resolved_at.is_(None))
    letters = _counted(Letter.event_id, Letter.event_id.in_(ids), Letter.state == LetterState.FAILED)
    waiting = _keyed(
        select(Device.event_id, func.sum(DeviceContact.queue_length))
        .join(DeviceContact, DeviceContact.device_id == Device.id)
        .where(Device.event_id.in_(ids), Device.revoked_at.is_(None), Device.expires_at > at)
        .group_by(Device.event_id)
    )
    full: dict[int, list[SessionLine]] = {}
    for line in _sessions(
        EventSession.event_id.in_(ids), EventSession.ends_at > at, EventSession.starts_at < at + SOON
    ):
        if line.places.word is not Availability.PLENTY and line.status is SessionStatus.PLANNED:
            full.setdefault(line.event_id, []).append(line)
    classes = classes_without_numbers(ids, at=at)
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


def sessions_of(event_id: int) -> list[SessionLine]:
    """Every session of the event in order of time."""
    return _sessions(EventSession.event_id == event_id)


def registered(event_id: int) -> tuple[int, int]:
    """Standing registrations, and the people they speak for; added up again only if a registration was changed."""
    return kept(("registered", event_id), change_number_of(event_id), lambda: _registered(event_id))


def _registered(event_id: int) -> tuple[int, int]:
    standing = and_(Registration.event_id == event_id, Registration.cancelled_at.is_(None))
    row = db.session.execute(
        select(
            select(func.count()).where(standing).scalar_subquery(),
            select(func.coalesce(func.sum(PartyNumber.number), 0))
            .join(Registration, Registration.id == PartyNumber.registration_id)
            .where(standing)
            .scalar_subquery(),
        )
    ).one()
    return int(row[0]), int(row[1])


def members_of(event: Event, reader: Actor) -> list[MemberLine]:
    """Who may work on this event, by name."""
    found = db.session.execute(
        select(Account, _NAME_HERE, Membership.role, Membership.event_id)
        .join(Membership, Membership.account_id == Account.id)
        .where(Membership.host_id == event.host_id, or_(Membership.event_id.is_(None), Membership.event_id == event.id))
        .order_by(_NAME_HERE, Account.email, Membership.id)
    )
    return [
        MemberLine(
            uuid=account.uuid,
            name=name,
            email=account.email,
            role=role.value,
            everywhere=event_id is None,
            disabled=account.disabled_at is not None,
            mine=account.id == reader.account_id,
        )
        for account, name, role, event_id in found
    ]


def name_in(event: Event, account: Account) -> str | None:
    """What the event's host calls this person; None if they have no role of this host."""
    chosen = (
        select(_NAME_HERE)
        .select_from(Account)
        .join(Membership, Membership.account_id == Account.id)
        .where(Account.id == account.id, Membership.host_id == event.host_id)
        .order_by(Membership.known_as.is_(None), Membership.id)
    )
    return db.session.scalars(chosen).first()


def account_in(event: Event, uuid: UUID) -> Account:
    """Somebody with a role in this event or its host. Raises NotFound."""
    chosen = (
        select(Account)
        .join(Membership, Membership.account_id == Account.id)
        .where(Account.uuid == uuid, Membership.host_id == event.host_id)
        .where(or_(Membership.event_id.is_(None), Membership.event_id == event.id))
    )
    found = db.session.scalars(chosen).unique().first()
    if found is None:
        raise NotFound
    return found


def within_reach(actor: Actor, account_id: int) -> bool:
    """Whether every role of this account is one that the actor manages: then, and only then, its password too."""
    roles = db.session.scalars(select(Membership).filter_by(account_id=account_id)).all()
    return all(actor.may(Right.MANAGE_PEOPLE, host_id=role.host_id, event_id=role.event_id) for role in roles)


def host_for_staff(event_slug: str | None, host_slug: str | None) -> tuple[int | None, int | None]:
    """Host and event that a new role is for; no host if the installation has none yet. Raises Invalid."""
    if event_slug:
        event = db.session.scalars(select(Event).where(Event.slug == event_slug, THERE)).one_or_none()
        if event is None:
            raise Invalid("no_such_event", f"There is no event {event_slug!r}.")
        return event.host_id, event.id
    hosts = {host.slug: host.id for host in db.session.scalars(select(Host))}
    known = ", ".join(sorted(hosts)) or "none"
    if host_slug and host_slug not in hosts:
        raise Invalid("no_such_host", f"There is no host {host_slug!r}, only: {known}.")
    if len(hosts) > 1 and not host_slug:
        raise Invalid("which_host", f"Say which host with --host: {known}.")
    return (hosts[host_slug] if host_slug else next(iter(hosts.values()), None)), None


def staff() -> list[tuple[Account, Membership | None, str | None]]:
    """Every account with each of its roles and the slug of the role's event, by address; for the command line."""
    chosen = (
        select(Account, Membership, Event.slug)
        .outerjoin(Membership, Membership.account_id == Account.id)
        .outerjoin(Event, Event.id == Membership.event_id)
        .order_by(Account.email, Membership.id)
    )
    return [(account, membership, slug) for account, membership, slug in db.session.execute(chosen)]


def _counted(key: Any, *where: Any) -> Mapping[int, int]:
    return _keyed(select(key, func.count()).where(*where).group_by(key))


def _keyed(query: Any) -> Mapping[int, int]:
    return {row[0]: int(row[1] or 0) for row in db.session.execute(query)}


def _sessions(*where: Any) -> list[SessionLine]:
    found = db.session.execute(
        select(
            EventSession.event_id, EventSession.code, EventSession.title, Room.name, EventSession.starts_at,
            EventSession.ends_at, EventSession.admission, EventSession.status, SessionPlaces.capacity,
            SessionPlaces.promised, SessionPlaces.arrived, SessionPlaces.present, EventSession.one_party,
        )
        .join(SessionPlaces, SessionPlaces.session_id == EventSession.id)
        .outerjoin(Room, Room.id == EventSession.room_id)
        .where(*where)
        .order_by(EventSession.starts_at, EventSession.code)
    )  # fmt: skip
    return [
        SessionLine(
            *row[:8],
            places=Places(*row[8:]),
        )
        for row in found
    ]
