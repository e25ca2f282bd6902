"""`uketsuke ledger`: whether it says what it said, and counters and roll-ups what it says; roll-ups are made anew."""

import sys

import click
from flask.cli import with_appcontext
from sqlalchemy import Connection, select

from app.clock import now
from app.db import db
from app.programme.cli import event_called
from app.programme.models import Event
from app.programme.queries import THERE
from checkin.operations.rebuilding import rebuild
from checkin.queries.recount import recounted
from checkin.queries.rolled import doubtful
from checkin.queries.rollups import lines_in
from checkin.queries.sealed import Broken, Chain, chain, unguarded

MOST_NAMED = 20
WHY = {
    "lines": "lines are missing or were added",
    "changed": "a line was changed, or the seal itself",
    "unreadable": "a line cannot be read any more",
}
CHANGED = (
    "What was counted has been changed in the database itself: restore the backup from before, or say with the report"
    " which lines are in doubt. Do not rebuild roll-ups: they would follow the change."
)


@click.group()
def ledger() -> None:
    """The attendance ledger."""


@ledger.command()
@click.argument("slug", required=False, metavar="[EVENT]")
@click.option("--holds", metavar="DIGEST", help="A digest that was written down before: it must still be in the chain.")
@click.pass_context
@with_appcontext
def verify(ctx: click.Context, slug: str | None, holds: str | None) -> None:
    """Hash every sealed block again, count every counter and every roll-up again, and say what is wrong; exit code 1 if
    anything is.

    The seals are of all events together. EVENT counts the sessions of that event again, otherwise those of all.
    """
    ctx.exit(0 if verified(slug, holds) else 1)


def verified(slug: str | None, holds: str | None) -> bool:
    """Say how seals, triggers, counters and roll-ups are; whether all of it is right."""
    events = _events(slug)
    found = chain()
    sound = _tell_of_seals(found) & _tell_of_triggers()
    if holds is not None and holds.strip().lower() not in found.digests:
        click.echo(f"No seal has the digest {holds}: the chain was cut, or made anew.")
        sound = False
    for event in events:
        sound &= _tell_of_counters(event) & _tell_of_roll_ups(event, mendable=not found.broken)
    click.echo(
        f"{now().isoformat(timespec='seconds')}: {'everything is right.' if sound else 'NOT everything is right.'}"
    )
    return sound


@ledger.command(name="rebuild")
@click.argument("slug", required=False, metavar="[EVENT]")
@with_appcontext
def rebuild_roll_ups(slug: str | None) -> None:
    """Make the roll-ups anew from the ledger, of one event or of all, when `verify` says that they are wrong.

    Doors may be open; for the moment of the exchange they wait.
    """
    for event in _events(slug):
        lines = lines_in(db.session.connection(), event.id)
        with click.progressbar(length=lines, label=event.slug, file=sys.stderr) as bar:
            made = rebuild(event.id, told=bar.update)
        click.echo(f"{event.slug}: the roll-ups were made anew from {_many(made, 'line')} of the ledger.")


def _events(slug: str | None) -> list[Event]:
    return [event_called(slug)] if slug else list(db.session.scalars(select(Event).where(THERE).order_by(Event.slug)))


def _tell_of_seals(found: Chain) -> bool:
    newer = _many(found.unsealed, "newer line is", "newer lines are")
    click.echo(f"Seals: {_many(found.blocks, 'block')} over {_many(found.lines, 'line')}; {newer} not sealed yet.")
    if found.digests:
        click.echo(f"Newest digest: {found.digests[-1]}")
    if found.broken:
        click.echo(f"First broken block: {_told(found.broken[0])}")
        others = [str(one.block) for one in found.broken[1:]]
        if others:
            click.echo(f"Also broken: {', '.join(others)}.")
        click.echo(CHANGED)
    return not found.broken


def _tell_of_triggers() -> bool:
    missing = unguarded()
    for one in missing:
        click.echo(f"The triggers that refuse changes to the table {one} are gone: somebody can change what it says.")
    if missing:
        click.echo("Find out who took them away, and restore a backup from before.")
    return not missing


def _told(one: Broken) -> str:
    lines = f"lines {one.first_entry} to {one.last_entry}"
    return f"{one.block} ({lines}, sealed {one.sealed_at.isoformat(timespec='seconds')}): {WHY[one.why]}."


def _tell_of_counters(event: Event) -> bool:
    found = recounted(event.id)
    wrong = f"{_many(len(found.wrong), 'counter is', 'counters are')} wrong"
    said = wrong if found.wrong else "every counter is right"
    click.echo(f"{event.slug}: {_many(found.sessions, 'session')} counted again, {said}.")
    for one in found.wrong:
        click.echo(f"  {one.session}: {one.figure} is {one.counter}, counted again {one.recounted}.")
    return not found.wrong


def _tell_of_roll_ups(event: Event, *, mendable: bool) -> bool:
    found = doubtful(_one_state(), event.id)
    how = f" (`uketsuke ledger rebuild {event.slug}`)" if mendable else ""
    said = "all are right" if not found.wrong else f"{_many(len(found.wrong), 'is', 'are')} wrong{how}"
    click.echo(f"{event.slug}: {_many(found.sums, 'roll-up')} counted again, {said}.")
    for one in found.wrong[:MOST_NAMED]:
        click.echo(f"  {one.what} is {one.kept}, counted again {one.counted}.")
    if len(found.wrong) > MOST_NAMED:
        click.echo(f"  and {len(found.wrong) - MOST_NAMED} more.")
    return not found.wrong


def _one_state() -> Connection:
    """A connection that sees one state of the database, whatever doors write meanwhile."""
    db.session.rollback()
    level = {"isolation_level": "REPEATABLE READ"} if db.engine.dialect.name == "postgresql" else {}
    return db.session.connection(execution_options=level)


def _many(number: int, one: str, more: str = "") -> str:
    return f"{number} {one if number == 1 else more or one + 's'}"
