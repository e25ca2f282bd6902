"""The staff on the command line, `uketsuke user add`, `list`, `password`, and the end of a draft, `event delete`."""

import click
from flask.cli import with_appcontext

from app.accounts.models import Host
from app.accounts.operations import add_account, change_password, grant
from app.accounts.passwords import generate_password, hash_password
from app.accounts.queries import account_by_email
from app.accounts.rules import LONGEST_PASSWORD, SHORTEST_PASSWORD, is_mail_address
from app.clock import now
from app.console.queries import host_for_staff, staff
from app.db import db, transaction
from app.programme.cli import event_called
from app.web.actors import ANONYMOUS, Role
from checkin.operations import delete_draft
from registrations.cli import event

__all__ = ["event", "user"]


@click.group()
def user() -> None:
    """The people on the staff."""


@user.command()
@click.argument("email")
@click.option("--name", required=True, help="The person's name as colleagues read it.")
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True)
@click.option("--event", "slug", help="Only in this event (its slug); otherwise in every event of the host.")
@click.option("--host", "host_slug", help="The host's slug; needed only if there are several.")
@click.option("--ask", is_flag=True, help="Ask for the password instead of making one.")
@with_appcontext
def add(email: str, name: str, role: str, slug: str | None, host_slug: str | None, ask: bool) -> None:  # noqa: FBT001, PLR0917
    """Add a person, or give a person who is there a role. A new password is printed once."""
    if not is_mail_address(email.strip()):
        raise click.ClickException(f"{email!r} is not a mail address.")
    host_id, event_id = host_for_staff(slug, host_slug)
    known = account_by_email(email)
    password = "" if known else (_asked() if ask else generate_password())
    hashed = hash_password(password) if password else ""
    with transaction():
        if host_id is None:
            host_id = _first_host().id
        account = known or add_account(email=email, name=name, password_hash=hashed, at=now())
        grant(account.id, Role(role), host_id=host_id, event_id=event_id, at=now(), actor=ANONYMOUS)
    where = f"in {slug}" if slug else "in every event"
    click.echo(f"{account.email} is {role} {where}.")
    if password and not ask:
        click.echo(f"Password, shown only now: {password}")


@user.command(name="password")
@click.argument("email")
@with_appcontext
def renew_password(email: str) -> None:
    """Give a person a new password, printed once; every browser of theirs is signed out."""
    account = account_by_email(email)
    if account is None:
        raise click.ClickException(f"Nobody has the mail address {email!r}.")
    password = generate_password()
    hashed = hash_password(password)
    with transaction():
        change_password(account.id, hashed, at=now(), actor=ANONYMOUS, keep=None)
    click.echo(f"Password of {account.email}, shown only now: {password}")


@user.command(name="list")
@with_appcontext
def list_staff() -> None:
    """List every person on the staff with their roles."""
    for account, membership, slug in staff():
        state = "disabled" if account.disabled_at else ""
        role = f"{membership.role.value} in {slug or 'every event'}" if membership else "no role"
        click.echo("\t".join([account.email, account.name, role, state]).rstrip())


@event.command(name="delete")
@click.argument("slug")
@click.option("--yes", is_flag=True, help="Without asking.")
@with_appcontext
def delete_event(slug: str, yes: bool) -> None:  # noqa: FBT001
    """Delete the draft SLUG, if it was never released and nobody registered, was counted or got a letter."""
    found = event_called(slug)
    if not yes:
        click.confirm(f"Delete {slug} with everything in it? This cannot be undone.", abort=True, err=True)
    with transaction():
        delete_draft(found, at=now(), actor=ANONYMOUS)
    click.echo(f"{slug} is deleted.")


def _asked() -> str:
    password: str = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise click.ClickException(f"A password has {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters.")
    return password


def _first_host() -> Host:
    """The host of an installation that has none yet."""
    host = Host(slug="host", name={"ja": "主催者", "en": "Host"}, created_at=now())
    db.session.add(host)
    db.session.flush()
    return host
