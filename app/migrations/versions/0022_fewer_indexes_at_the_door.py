"""A scan is written into two indexes less: scans are looked for by event and ticket alone, and what a device has counted
at a place is asked of lines without a ticket alone."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    op.create_index("ix_scan_event_ticket", "scan", ["event_id", "ticket_id"])
    op.drop_index("ix_scan_event_received", "scan")
    op.drop_index("ix_scan_device_seq", "scan")
    op.drop_index("ix_entry_device_place", "entry")
    nobody = sa.text("ticket_id IS NULL")
    op.create_index(
        "ix_entry_device_place", "entry", ["device_id", "place_id"], sqlite_where=nobody, postgresql_where=nobody
    )
