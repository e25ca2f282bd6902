"""The organiser is told that partners suggest something: one letter an hour for each organisation, not a flood."""

from datetime import datetime, timedelta

from app.accounts.queries import addresses_of
from app.db import db
from app.outbox.operations import enqueue
from app.programme.models import Event, Partner
from app.web.actors import Right

SUGGESTED = "partner_suggested"
GATHERED = timedelta(minutes=1)
"""What comes so shortly before the hour goes with the next letter: the one for this hour may be under way."""


def tell_organiser(partner: Partner, *, at: datetime) -> None:
    """A letter at the next full hour to who edits this event. It says what waits when it is sent: kept until then is
    nothing but whose it is, and what comes meanwhile is told with it."""
    event = db.session.get_one(Event, partner.event_id)
    due = (at + GATHERED).replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    for account, address in addresses_of(Right.EDIT_EVENT, host_id=event.host_id, event_id=event.id).items():
        enqueue(
            event.id,
            registration_id=None,
            kind=SUGGESTED,
            cause=f"suggested:{partner.uuid}:{due:%Y%m%d%H}:{account}",
            language=event.languages[0] if event.languages else "ja",
            to_address=address,
            at=at,
            due_at=due,
            partner=str(partner.uuid),
        )
