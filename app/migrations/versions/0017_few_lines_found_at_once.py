"""Indexes on the few lines that correct figures, and on the few registrations of organisations."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0015"


def upgrade() -> None:
    correction = sa.text("kind = 'correction'")
    op.create_index(
        "ix_entry_correction",
        "entry",
        ["event_id", "place_id"],
        sqlite_where=correction,
        postgresql_where=correction,
    )
    organised = sa.text("organisation_id IS NOT NULL")
    op.create_index(
        "ix_registration_event_organisation",
        "registration",
        ["event_id", "organisation_id"],
        sqlite_where=organised,
        postgresql_where=organised,
    )
