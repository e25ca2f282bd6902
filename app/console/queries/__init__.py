"""Whose events and hosts the console shows, and who works on them."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import false, func, or_, select

from app.accounts.models import Account, Host, Membership
from app.db import db
from app.errors import Invalid, NotFound
from app.programme.models import Event
from app.programme.queries import THERE
from app.web.actors import Actor, Right

_NAME_HERE = func.coalesce(Membership.known_as, Account.name)


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
