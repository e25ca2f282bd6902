"""`uketsuke event import FILE`, `export SLUG`, `copy SLUG NEW_SLUG`, `release SLUG`.

They stand here because files and copies hold the words of letters and the questions too, and a release writes letters.
"""

import re
from datetime import datetime
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy import select

from app.accounts.models import Host
from app.clock import now
from app.db import db, transaction
from app.errors import NotFound, Refused
from app.programme.cli import event, event_called, told_of_doubts
from app.programme.exports import FORMATS, edition_of, event_file, event_list
from app.programme.exports.open_data import missing_values
from app.programme.forms import read_event_file
from app.programme.models import Event
from app.programme.operations import Imported, copy_event, import_event
from app.programme.queries.proposals import proposal_of
from app.programme.rules.facts import EventFile
from app.programme.rules.faults import BadDocument, Fault, shown
from app.web.actors import ANONYMOUS
from app.web.languages import LANGUAGES, speak
from registrations.letters.files import letter_faults
from registrations.operations import release
from registrations.operations.asking_from_files import import_questions
from registrations.operations.settings import copy_settings, import_settings
from registrations.queries.questions import standing_questions
from registrations.queries.settings import settings_of_event
from registrations.rules.filed import filed, written_of, wrong_questions

__all__ = ["event"]


@event.command(name="import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, allow_dash=True))
@click.option("--host", "host_slug", help="Whose event it is; needed where several hosts live side by side.")
@with_appcontext
def import_file(file: str, host_slug: str | None) -> None:
    """Make an event equal to FILE ("-" reads standard input). A bad file is refused with all its faults."""
    at = now()
    try:
        with click.open_file(file, "rb") as stream:
            read = read_event_file(stream.read(), at=at)
        if read.settings is not None and (wrong := letter_faults(read.settings.letters)):
            raise BadDocument(wrong)
        if wrong := _question_faults(read):
            raise BadDocument(wrong)
        with transaction():
            done = import_event(_host(host_slug), read.programme, at=at, actor=ANONYMOUS)
            if read.settings is not None:
                made = db.session.get_one(Event, done.event_id)
                done.changed += import_settings(made, read.settings, at=at, actor=ANONYMOUS)
            if read.questions is not None:
                made = db.session.get_one(Event, done.event_id)
                done.changed += import_questions(made, filed(read.questions), at=at, actor=ANONYMOUS)
    except BadDocument as bad:
        click.echo(f"{file}: {len(bad.faults)} {_plural('fault', len(bad.faults))}, nothing was written.", err=True)
        for fault in bad.faults:
            click.echo(str(fault), err=True)
        raise SystemExit(1) from None
    click.echo(_told(read, done))
    if read.attendance:
        click.echo(
            f"The file also holds attendance by {len(read.attendance.people)} categories; that stays in the file."
        )


@event.command(name="export")
@click.argument("slug")
@click.option("--format", "name", type=click.Choice(["json", *FORMATS]), default="json", show_default=True)
@click.option("--lang", type=click.Choice(LANGUAGES), default="ja", show_default=True, help="Language of its texts.")
@click.option("--encoding", type=click.Choice(["utf-8", "cp932"]), default="utf-8", help="For event-list-a only.")
@click.option("--out", type=click.Path(dir_okay=False, writable=True, path_type=Path), help="File to write.")
@with_appcontext
def export_file(slug: str, name: str, lang: str, encoding: str, out: Path | None) -> None:
    """Write the event SLUG as a file, to standard output if --out is not given.

    json is the event as the staff work on it, to be imported again; every other format is the last release.
    """
    speak(lang)
    found = event_called(slug)
    if name != "event-list-a" and encoding != "utf-8":
        raise click.UsageError("--encoding is for event-list-a only.")
    content = _whole(found) if name == "json" else _released(found, name, encoding)
    if out:
        out.write_bytes(content)
    else:
        click.echo(content, nl=False)


def _whole(found: Event) -> bytes:
    return event_file(found, settings_of_event(found), written_of(standing_questions(found.id))).encode()


def _released(found: Event, name: str, encoding: str) -> bytes:
    try:
        edition = edition_of(found, base_url=current_app.config["BASE_URL"])
    except NotFound:
        raise Refused(
            "no_release", f"{found.slug} was never released; `uketsuke event release {found.slug}` does it."
        ) from None
    if name != "event-list-a":
        return FORMATS[name].write(edition)
    for session, column in missing_values(edition):
        click.echo(f"{session}: {column} is required and has no value.", err=True)
    return event_list(edition, encoding=encoding)


@event.command(name="copy")
@click.argument("slug")
@click.argument("new_slug")
@click.option("--starts-on", type=click.DateTime(["%Y-%m-%d"]), required=True, help="The first day of the new event.")
@click.option("--without-sessions", is_flag=True, help="Leave the programme empty.")
@with_appcontext
def copy_to(slug: str, new_slug: str, starts_on: datetime, without_sessions: bool) -> None:  # noqa: FBT001
    """Make a draft NEW_SLUG from the event SLUG: other days, no people, no bookings."""
    if re.fullmatch("[a-z0-9]+(?:[-_][a-z0-9]+)*", new_slug) is None or len(new_slug) > 80:
        raise click.UsageError("NEW_SLUG takes lower-case letters, digits and single - or _.")
    found = event_called(slug)
    with transaction():
        made = copy_event(
            found,
            slug=new_slug,
            starts_on=starts_on.date(),
            with_sessions=not without_sessions,
            at=now(),
            actor=ANONYMOUS,
        )
        copy_settings(found, made, at=now(), actor=ANONYMOUS)
        days = f"{made.starts_on} to {made.ends_on}"
    click.echo(f"{new_slug} is a draft for {days}. The public sees it after it is published and released.")


@event.command(name="release")
@click.argument("slug")
@click.option("--yes", is_flag=True, help="Release in spite of warnings.")
@with_appcontext
def release_event(slug: str, yes: bool) -> None:  # noqa: FBT001
    """Show the public the event SLUG as it stands now, and write to those who booked what changed.

    Errors stop it, warnings ask.
    """
    found = event_called(slug)
    if not told_of_doubts(found):
        raise Refused("errors", f"{slug} was not released: mend the errors first.")
    proposal = proposal_of(found)
    if proposal.remarks and not yes and not click.confirm("Release it all the same?", err=True):
        raise Refused("warnings", f"{slug} was not released.")
    shown = proposal.prepared() if proposal.is_new else None
    with transaction():
        told = release(found.id, shown=shown, at=now(), actor=ANONYMOUS)
    made = told.release
    click.echo(f"{slug}: release {made.number}, {len(made.changes)} changes since the last one.")
    if told.letters or told.without_address:
        click.echo(f"Letters written: {told.letters}. Registrations without mail address: {told.without_address}.")


def _host(slug: str | None) -> int:
    """The host by its slug, or the only one."""
    hosts = {host.slug: host.id for host in db.session.scalars(select(Host).order_by(Host.slug))}
    if slug is None and len(hosts) == 1:
        return next(iter(hosts.values()))
    if slug in hosts:
        return hosts[slug]
    known = ", ".join(hosts) or "none yet; `uketsuke user add` makes the first"
    raise Refused("which_host", f"Say whose event it is with --host; there are: {known}.")


def _question_faults(read: EventFile) -> list[Fault]:
    sessions = {one.code for one in read.programme.sessions}
    found = wrong_questions(read.questions or [], sessions)
    return [Fault(f"questions{one.place}", shown(one.value), one.expected) for one in found]


def _told(read: EventFile, done: Imported) -> str:
    slug, sessions = read.programme.event.slug, len(read.programme.sessions)
    if done.new:
        return f"{slug} is new: {sessions} {_plural('session', sessions)}. The public sees it after its first release."
    if not (done.added or done.changed or done.removed):
        return f"{slug} was equal to the file already."
    counted = f"{done.added} added, {done.changed} changed, {done.removed} removed"
    return f"{slug}: {counted}. The public sees it after a release."


def _plural(word: str, number: int) -> str:
    return word if number == 1 else f"{word}s"
