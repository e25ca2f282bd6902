"""A plain scan is written into three indexes less on SQLite, two on PostgreSQL.

A line of a ticket is looked for by its registration; a plain line has the id of its scan, so the index on scans holds
all others alone. The newest line of an event is found by its days on SQLite, where
what is only added to also refuses rows that would take the place of others (`INSERT OR REPLACE`).
"""

import sqlalchemy as sa
from alembic import op

from app.migrations.append_only import hold

revision = "0031"
down_revision = "0030"


def upgrade() -> None:
    op.drop_index("ix_entry_ticket_id", "entry")
    op.drop_index("ix_entry_scan_id", "entry")
    others = sa.text("scan_id <> uuid")
    op.create_index("ix_entry_scan_id", "entry", ["scan_id"], sqlite_where=others, postgresql_where=others)
    if op.get_bind().dialect.name == "sqlite":
        op.drop_index("ix_entry_event_newest", "entry")
        hold(op.get_bind())
