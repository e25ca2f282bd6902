"""Bookings are added up from indexes alone: the first figures of a server need not read every booking and registration."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    op.create_index("ix_booking_line_booking_state_number", "booking_line", ["booking_id", "state", "number"])
    op.drop_index("ix_booking_line_booking_id", "booking_line")
    op.create_index("ix_booking_session_registration", "booking", ["session_id", "registration_id"])
    team = sa.text("party_kind = 'team'")
    op.create_index("ix_registration_team", "registration", ["event_id"], sqlite_where=team, postgresql_where=team)
