"""What the console shows: each question one query, whatever the number of events."""

from sqlalchemy import select

from app.accounts.models import Account, Host, Membership
from app.db import db
from app.errors import Invalid
from app.programme.models import Event


def host_for_staff(event_slug: str | None, host_slug: str | None) -> tuple[int | None, int | None]:
    """Host and event that a new role is for; no host if the installation has none yet. Raises Invalid."""
    if event_slug:
        event = db.session.scalars(select(Event).where(Event.slug == event_slug)).one_or_none()
        if event is None:
            raise Invalid("no_such_event", f"There is no event {event_slug!r}.")
        return event.host_id, event.id
    hosts = {host.slug: host.id for host in db.session.scalars(select(Host))}
    if host_slug and host_slug not in hosts:
        raise Invalid(
            "no_such_host", f"There is no host {host_slug!r}; there is: {', '.join(sorted(hosts)) or 'none'}."
        )
    if len(hosts) > 1 and not host_slug:
        raise Invalid("which_host", f"Say which host with --host: {', '.join(sorted(hosts))}.")
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
