"""The staff on the command line, `uketsuke user add`, `list`, `password`; the end of a draft, `event delete`; and the
programme in files, `programme import`, `export`, `template`."""

import sys
from pathlib import Path
from zoneinfo import ZoneInfo

import click
from flask.cli import with_appcontext

from app.accounts.models import Host
from app.accounts.operations import add_account, change_password, grant
from app.accounts.passwords import generate_password, hash_password
from app.accounts.queries import account_by_email
from app.accounts.rules import LONGEST_PASSWORD, SHORTEST_PASSWORD, is_mail_address
from app.clock import now
from app.console.forms.programme_plan import Laid, laid_over, why
from app.console.queries import host_for_staff, staff
from app.db import db, transaction
from app.errors import Refused
from app.programme.cli import event_called
from app.programme.exports.tables import Tables, tables_of, templates, workbook, zipped_csv
from app.programme.models import Event
from app.programme.operations.tables import take_plan
from app.programme.queries import programme_of_event
from app.programme.queries.standing import standing_of
from app.programme.rules.columns import TABLES
from app.programme.rules.merging import What
from app.web.actors import ANONYMOUS, Role
from app.web.languages import speak
from checkin.operations import delete_draft, prepare_door
from registrations.cli import event

__all__ = ["event", "programme", "user"]
TONGUES = ("ja", "en")
STEPS = 4


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


@click.group()
def programme() -> None:
    """The programme in files."""


@programme.command(name="import")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--event", "slug", required=True, help="The event that is filled (its slug).")
@click.option("--yes", is_flag=True, help="Write without asking.")
@click.option("--skip-refused", is_flag=True, help="Write the other rows if some cannot be taken.")
@click.option("--lang", type=click.Choice(TONGUES), default="en", show_default=True, help="Language of what it says.")
@with_appcontext
def import_programme(files: tuple[Path, ...], slug: str, yes: bool, skip_refused: bool, lang: str) -> None:  # noqa: FBT001
    """Lay tables (XLSX, CSV, ZIP) or a schedule.json over the programme: say row by row what would change, then write.

    What no row names stays as it is. All of it is written, or nothing.
    """
    speak(lang)
    found = event_called(slug)
    with click.progressbar(length=STEPS, label="Reading", file=sys.stderr) as bar:
        laid = laid_over(
            [(path.name, path.read_bytes()) for path in files],
            standing_of(found),
            language=lang,
            today=now().astimezone(ZoneInfo(found.timezone)).date(),
            progress=lambda: bar.update(1),
        )
    _tell_rows(laid, lang)
    if laid.counts["refused"] and not skip_refused:
        raise Refused("refused", "Nothing was written: mend the rows above, or leave them out with --skip-refused.")
    if not laid.plan.writes:
        click.echo(f"{slug} says all of this already.")
        return
    if not yes:
        click.confirm("Write this?", abort=True, err=True)
    event_id = found.id
    with transaction():
        take_plan(event_id, laid.plan.programme, mark=laid.mark, uuids=laid.uuids, at=now(), actor=ANONYMOUS)
        prepare_door(db.session.get_one(Event, event_id))
    click.echo(f"{slug}: written. The public sees it after a release.")


@programme.command(name="export")
@click.argument("slug")
@click.option("--format", "form", type=click.Choice(["xlsx", "csv"]), default="xlsx", show_default=True)
@click.option("--lang", type=click.Choice(TONGUES), default="ja", show_default=True, help="Language of the headings.")
@click.option("--out", type=click.Path(dir_okay=False, writable=True, path_type=Path), required=True)
@with_appcontext
def export_programme(slug: str, form: str, lang: str, out: Path) -> None:
    """Write the programme of the event SLUG as tables that can be read back: XLSX, or CSV files in a ZIP."""
    out.write_bytes(_packed(tables_of(programme_of_event(event_called(slug)), lang), form))


@programme.command(name="template")
@click.option("--format", "form", type=click.Choice(["xlsx", "csv"]), default="xlsx", show_default=True)
@click.option("--lang", type=click.Choice(TONGUES), default="ja", show_default=True, help="Language of the headings.")
@click.option("--out", type=click.Path(dir_okay=False, writable=True, path_type=Path), required=True)
@with_appcontext
def write_template(form: str, lang: str, out: Path) -> None:
    """Write empty tables whose columns are explained: XLSX, or CSV files in a ZIP."""
    out.write_bytes(_packed(templates(lang, ZoneInfo("UTC")), form))


def _packed(tables: Tables, form: str) -> bytes:
    return workbook(tables) if form == "xlsx" else zipped_csv(tables)


def _tell_rows(laid: Laid, lang: str) -> None:
    """What becomes of each row that does not stay as it is, and how many do what."""
    for note in laid.notes:
        click.echo(note, err=True)
    for fate in laid.plan.fates:
        table = TABLES[fate.row.table]
        place = f"{table.title(lang)} {fate.row.line}"
        if fate.what is What.REFUSED:
            for column, sentence in why(fate, lang) or [("", "another row of the same thing cannot be taken")]:
                click.echo(f"{place} {fate.name}: refused. {column}: {sentence}", err=True)
        elif fate.what is not What.SAME:
            click.echo(f"{place} {fate.name}: {fate.what}")
            for one in fate.changes:
                click.echo(f"    {table.by_key[one.column].heading(lang)}: {one.before!r} -> {one.after!r}")
    for code in laid.gone:
        click.echo(f"{code} is not in the file any more; it stays until you call it off.", err=True)
    click.echo(", ".join(f"{number} {what}" for what, number in laid.counts.items() if number))


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
