"""`uketsuke ledger verify`: whether the ledger says what it said, and every counter says what the ledger says."""

import click
from flask.cli import with_appcontext
from sqlalchemy import select

from app.clock import now
from app.db import db
from app.programme.cli import event_called
from app.programme.models import Event
from app.programme.queries import THERE
from checkin.queries.recount import recounted
from checkin.queries.sealed import Broken, Chain, chain

WHY = {
    "lines": "lines are missing or were added",
    "changed": "a line was changed, or the seal itself",
    "unreadable": "a line cannot be read any more",
}


@click.group()
def ledger() -> None:
    """The attendance ledger."""


@ledger.command()
@click.argument("slug", required=False, metavar="[EVENT]")
@click.option("--holds", metavar="DIGEST", help="A digest that was written down before: it must still be in the chain.")
@click.pass_context
@with_appcontext
def verify(ctx: click.Context, slug: str | None, holds: str | None) -> None:
    """Hash every sealed block again, count every counter again, and say what is wrong; exit code 1 if anything is.

    The seals are of all events together. EVENT counts the sessions of that event again, otherwise those of all.
    """
    events = [event_called(slug)] if slug else list(db.session.scalars(select(Event).where(THERE).order_by(Event.slug)))
    found = chain()
    sound = _tell_of_seals(found)
    if holds is not None and holds.strip().lower() not in found.digests:
        click.echo(f"No seal has the digest {holds}: the chain was cut, or made anew.")
        sound = False
    for event in events:
        sound &= _tell_of_counters(event)
    click.echo(
        f"{now().isoformat(timespec='seconds')}: {'everything is right.' if sound else 'NOT everything is right.'}"
    )
    ctx.exit(0 if sound else 1)


def _tell_of_seals(found: Chain) -> bool:
    click.echo(
        f"Seals: {found.blocks} blocks over {found.lines} lines; {found.unsealed} newer lines are not sealed yet."
    )
    if found.digests:
        click.echo(f"Newest digest: {found.digests[-1]}")
    if found.broken:
        click.echo(f"First broken block: {_told(found.broken[0])}")
        others = [str(one.block) for one in found.broken[1:]]
        if others:
            click.echo(f"Also broken: {', '.join(others)}.")
    return not found.broken


def _told(one: Broken) -> str:
    lines = f"lines {one.first_entry} to {one.last_entry}"
    return f"{one.block} ({lines}, sealed {one.sealed_at.isoformat(timespec='seconds')}): {WHY[one.why]}."


def _tell_of_counters(event: Event) -> bool:
    found = recounted(event.id)
    said = "every counter is right" if not found.wrong else f"{len(found.wrong)} counters are wrong"
    click.echo(f"{event.slug}: {found.sessions} sessions counted again, {said}.")
    for one in found.wrong:
        click.echo(f"  {one.session}: {one.figure} is {one.counter}, counted again {one.recounted}.")
    return not found.wrong
