"""What became of a party that waited is kept: when it joined, got a place or an offer, and when the offer ran out.

Of what happened before, the letters know what was given and what ran out; who left without a letter is not known.
"""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from alembic import op

from app.db import UtcDateTime

revision = "0015"
down_revision = "0014"
NAMES = ("waited_at", "promoted_at", "offered_at", "lapsed_at")
TOLD = {"promoted": "promoted_at", "offer": "offered_at", "offer_expired": "lapsed_at"}
booking = sa.table(
    "booking",
    sa.column("uuid", sa.Uuid()),
    sa.column("created_at", UtcDateTime()),
    sa.column("joined_waiting_at", UtcDateTime()),
    *(sa.column(name, UtcDateTime()) for name in NAMES),
)
letter = sa.table("letter", sa.column("kind"), sa.column("cause"), sa.column("created_at", UtcDateTime()))


def upgrade() -> None:
    for name in NAMES:
        op.add_column("booking", sa.Column(name, UtcDateTime(), nullable=True))
    waiting = booking.update().where(booking.c.joined_waiting_at.is_not(None))
    op.execute(waiting.values(waited_at=booking.c.joined_waiting_at))
    for kind, name in TOLD.items():
        for one, at in _told(kind).items():
            change = booking.update().where(booking.c.uuid == one)
            joined = sa.func.coalesce(booking.c.waited_at, booking.c.created_at)
            op.execute(change.values({name: at, "waited_at": joined}))


def _told(kind: str) -> dict[UUID, datetime]:
    """When each booking was first told so; a letter's cause is `kind:booking:change`."""
    chosen = sa.select(letter.c.cause, letter.c.created_at).where(letter.c.kind == kind)
    first: dict[UUID, datetime] = {}
    for cause, at in op.get_bind().execute(chosen.order_by(letter.c.created_at.desc())):
        parts = cause.split(":")
        if len(parts) == 3:
            first[UUID(parts[1])] = at
    return first
