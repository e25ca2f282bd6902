"""Letters of an event are counted by state from an index alone, and the few registrations that stated when they arrive
are found without looking at all others."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"


def upgrade() -> None:
    op.create_index("ix_letter_event_state", "letter", ["event_id", "state"])
    stated = sa.text("expected_at IS NOT NULL")
    op.create_index(
        "ix_registration_event_expected",
        "registration",
        ["event_id", "expected_at"],
        sqlite_where=stated,
        postgresql_where=stated,
    )
