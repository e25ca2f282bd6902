"""`uketsuke event release SLUG`: it stands here because a release writes to those who booked what it changes."""

import click
from flask.cli import with_appcontext

from app.clock import now
from app.db import transaction
from app.errors import Refused
from app.programme.cli import event, event_called, told_of_doubts
from app.programme.queries.proposals import proposal_of
from app.web.actors import ANONYMOUS
from registrations.operations import release

__all__ = ["event"]


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
