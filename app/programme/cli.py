"""Events on the command line: `uketsuke event check SLUG`, and what the commands of upper floors find here."""

from datetime import datetime
from pathlib import Path

import click
from flask.cli import with_appcontext
from sqlalchemy import select

from app.db import db
from app.errors import NotFound
from app.programme.forms import read_event_file
from app.programme.models import Event
from app.programme.queries import THERE, programme_of_event
from app.programme.rules.checks import Doubt, remarks
from app.programme.rules.facts import EventFile

DOUBTS = {
    Doubt.NO_SESSIONS: "there is no session that takes place.",
    Doubt.OUTSIDE_DAYS: "{sessions} is on {about}, which is no day of the event.",
    Doubt.NOWHERE: "{sessions} has neither a room nor an online address.",
    Doubt.NO_DEADLINE: "{sessions} is drawn by lottery, but nothing says until when one can apply.",
    Doubt.ROOM_TWICE: "{sessions} are in {about} at the same time.",
    Doubt.PERSON_TWICE: "{sessions} have {about} at the same time.",
    Doubt.MORE_THAN_ROOM: "{sessions} takes more people than its room, which takes {about}.",
    Doubt.NO_LIMIT: "{sessions} chooses who comes, but nothing limits how many.",
    Doubt.NOT_TRANSLATED: "{sessions} has no title in {about}.",
    Doubt.PERSON_TOO_FAR: "{about} is in {sessions}: the way takes {walk} minutes, there are {between}.",
    Doubt.BOOKED_TOO_FAR: "{sessions} are booked together {about} times: the way takes {walk} minutes, "
    "there are {between}.",
}
DEMO = Path(__file__).parent / "demo"


@click.group()
def event() -> None:
    """Events: files, copies, releases."""


@event.command(name="check")
@click.argument("slug")
@with_appcontext
def check(slug: str) -> None:
    """Say what is doubtful about the event SLUG as the staff work on it. Exit code 1 if it could not be released."""
    if not told_of_doubts(event_called(slug)):
        raise SystemExit(1)


def told_of_doubts(found: Event) -> bool:
    """Print every doubt on stderr; whether none of them stops a release."""
    doubts = remarks(programme_of_event(found))
    for one in doubts:
        sentence = DOUBTS[one.doubt].format(**{**vars(one), "sessions": " and ".join(one.sessions)})
        click.echo(f"{'Error' if one.doubt.stops else 'Warning'}: {sentence}", err=True)
    return not any(one.doubt.stops for one in doubts)


def load_demo(name: str, *, at: datetime) -> EventFile:
    """One of the events that travel with the program: `yocolab-2023` or `practice`."""
    return read_event_file((DEMO / f"{name}.json").read_bytes(), at=at)


def event_called(slug: str) -> Event:
    """The event with this address. Raises NotFound."""
    found = db.session.scalars(select(Event).where(Event.slug == slug, THERE)).one_or_none()
    if found is None:
        raise NotFound("no_event", f"There is no event {slug}.")
    return found
