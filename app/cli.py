"""The command `uketsuke`: gathers every department's commands and loads one only when it is called.

A fault that a person can mend ends it with one sentence on stderr and exit code 1.
"""

import sys
from contextlib import nullcontext
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import click

from app.alone import at_rest
from app.config import DOCUMENTED, database_at, read_settings
from app.faults import told

if TYPE_CHECKING:
    from flask import Flask


@dataclass(frozen=True)
class Command:
    """One word after `uketsuke`: where it stands in the code, and what `--help` says of it before it is loaded."""

    name: str
    where: str
    meaning: str


COMMANDS = (
    Command("serve", "app.cli:serve", "start the server and print the addresses to open"),
    Command("worker", "app.cli:worker", "send letters, beside a server that does not"),
    Command("db", "app.cli:database", "the database: upgrade, backup, restore, copy"),
    Command("demo", "app.cli:demonstration", "the demonstration: load"),
    Command("user", "app.console.cli:user", "the people on the staff: add, list, password"),
    Command("event", "app.console.cli:event", "events: import, export, copy, check, release, delete"),
    Command("programme", "app.console.cli:programme", "the programme in files: import, export, template"),
    Command("attendance", "analytics.cli:attendance", "attendance of an event as figures"),
    Command("report", "analytics.cli:report", "the report on an event's attendance as a file"),
    Command("ledger", "checkin.cli:ledger", "the attendance ledger: verify, rebuild"),
    Command("tls", "app.cli:tls", "certificates for a local network: init"),
    Command("settings", "app.cli:settings", "list every setting, its default and its meaning"),
)


class Gathered(click.Group):
    """The commands of every department, each loaded when it is asked for."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        return [command.name for command in COMMANDS]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        for command in COMMANDS:
            if command.name == cmd_name:
                module, name = command.where.split(":")
                if not command.where.startswith("app.cli:"):
                    _offer_application(ctx)
                found: click.Command = getattr(import_module(module), name)
                return found
        return None

    def format_commands(self, _ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(command.name, command.meaning) for command in COMMANDS])


@click.group(cls=Gathered, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="uketsuke", prog_name="uketsuke")
def uketsuke() -> None:
    """Registration, check-in and attendance for public events."""


def main() -> None:
    """Run the command; what a person can mend is told in one sentence, without a traceback."""
    with told():
        try:
            code = uketsuke.main(prog_name="uketsuke", standalone_mode=False)
        except click.ClickException as error:
            sys.exit(_refused(error))
        except click.Abort:
            click.echo("\nuketsuke: Broken off.", err=True)
            sys.exit(1)
    sys.exit(code if isinstance(code, int) else 0)


def _refused(error: click.ClickException) -> int:
    """Say what was wrong with what was typed as every other fault is said; the exit code."""
    if isinstance(error, click.UsageError) and error.ctx is not None:
        click.echo(error.ctx.get_usage(), err=True)
    click.echo(f"uketsuke: {error.format_message()}", err=True)
    return error.exit_code


@click.command(short_help="start the server")
@click.option("--demo", is_flag=True, help="Load the demonstration if the database holds no event.")
def serve(demo: bool) -> None:  # noqa: FBT001
    """Start the server and print the addresses to open."""
    from app import serve as server

    sys.exit(server.serve(read_settings(), demo=demo))


@click.command(short_help="send letters")
def worker() -> None:
    """Send letters until it is stopped, beside a server whose UKETSUKE_MAIL_WORKER is off."""
    from app.serve import send_letters

    sys.exit(send_letters(read_settings()))


@click.group(name="db")
def database() -> None:
    """The database."""


@database.command(name="upgrade")
def upgrade_database() -> None:
    """Bring the database to this version's schema; an empty one is made."""
    from app.migrations import HEAD
    from app.prepare import needs_preparation, upgrade
    from app.serve import check_folders

    settings = read_settings()
    check_folders(settings)
    with at_rest(settings) if needs_preparation(settings, demo=False) else nullcontext():
        done = upgrade(settings)
    click.echo(f"The database is now at revision {HEAD}." if done else f"The database was at revision {HEAD} already.")


@database.command(name="backup")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def back_up_database(file: Path) -> None:
    """Write a checked copy of the database to FILE (SQLite), doors open."""
    from app.backup import back_up

    click.echo(f"{file}: {back_up(read_settings(), file).told()}.")
    click.echo("It holds names and mail addresses: protect it like the database.")


@database.command(name="restore")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--yes", is_flag=True, help="Without asking.")
def restore_database(file: Path, yes: bool) -> None:  # noqa: FBT001
    """Put the copy FILE in the place of the database (SQLite); what is there now is set aside, not deleted."""
    from app.backup import checked, restore
    from app.clock import now
    from app.serve import check_folders

    settings = read_settings()
    check_folders(settings)
    if not yes:
        click.confirm(f"{file}: {checked(file).told()}. Put it in the place of the database?", abort=True, err=True)
    for line in restore(settings, file, at=now()).told():
        click.echo(line)


@database.command(name="copy")
@click.option(
    "--to", "url", metavar="URL", required=True, help="postgresql://user@host/name or sqlite:///a/file, empty."
)
def copy_database(url: str) -> None:
    """Carry everything into another, empty database, all of it or nothing; the server is ended meanwhile."""
    from dataclasses import replace

    from app import create_app
    from app.copying import carrying
    from checkin.cli import verified

    settings = read_settings()
    other = replace(settings, database_url=database_at(url, settings.data_dir, "--to"))
    with (
        carrying(settings, other) as (plan, carry),
        click.progressbar(length=plan.total, label="Copying", file=sys.stderr) as bar,
    ):
        carry(bar.update)
    click.echo(f"Copied and counted: {plan.total:,} rows of {len(plan.rows)} tables. There the ledger says:")
    with create_app(other).app_context():
        sound = verified(None, None)
    click.echo("Now set UKETSUKE_DATABASE_URL to it and start the server; the data folder stays.")
    sys.exit(0 if sound else 1)


@click.group(name="demo")
def demonstration() -> None:
    """The demonstration."""


@demonstration.command(name="load")
def load_demonstration() -> None:
    """Load the demonstration: the Yokohama event of 2023, and a made-up event that runs today."""
    from app.demo import PRACTICE, PUBLISHED, load

    with _application().app_context():
        load()
    click.echo(f"The events {PUBLISHED} and {PRACTICE} are there, with their staff.")


@click.group()
def tls() -> None:
    """Certificates for a local network, so that a phone can be a door."""


@tls.command(name="init")
@click.option("--out", type=click.Path(file_okay=False), help="Folder for the files; else tls in the data folder.")
@click.option("--host", "hosts", multiple=True, help="A further name or address of this machine; may be repeated.")
def make_certificates(out: str | None, hosts: tuple[str, ...]) -> None:
    """Make a local authority and a certificate for this machine's addresses."""
    from app.tls import FOLDER, make_files

    settings = read_settings()
    made = make_files(Path(out) if out else settings.data_dir / FOLDER, hosts=hosts)
    click.echo(made.told(port=settings.port, in_data_dir=out is None))


@click.command(name="settings")
def settings() -> None:
    """List every setting, its default and its meaning."""
    width = max(len(setting.name) for setting in DOCUMENTED)
    for setting in DOCUMENTED:
        click.echo(f"{setting.name:<{width}}  {setting.meaning} (default: {setting.default})")


def _offer_application(ctx: click.Context) -> None:
    """Departments' commands use Flask's `with_appcontext`; this is the application they get."""
    from flask.cli import ScriptInfo

    ctx.find_root().obj = ScriptInfo(create_app=_application)


def _application() -> "Flask":
    """The application on a database that is ready, for a command."""
    from app import create_app
    from app.prepare import refuse_unready

    settings = read_settings()
    refuse_unready(settings)
    return create_app(settings)


if __name__ == "__main__":
    main()
