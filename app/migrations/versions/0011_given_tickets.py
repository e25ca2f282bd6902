"""Tickets given out at the door, scans of codes that nobody knows yet, and what an event says to its doors."""

import sqlalchemy as sa
from alembic import op

from app.db import Json, UtcDateTime

Key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.add_column("event", sa.Column("full_is_final", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("event", sa.Column("party_first_words", Json, nullable=False, server_default="{}"))
    op.create_table(
        "given_ticket",
        sa.Column("ticket_id", Key, nullable=False),
        sa.Column("scan_id", sa.Uuid(), nullable=False),
        sa.Column("device_id", Key, nullable=True),
        sa.Column("given_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["ticket.id"], name=op.f("fk_given_ticket_ticket_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["scan_id"], ["scan.id"], name=op.f("fk_given_ticket_scan_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["device_id"], ["device.id"], name=op.f("fk_given_ticket_device_id")),
        sa.PrimaryKeyConstraint("ticket_id", name=op.f("pk_given_ticket")),
        sa.UniqueConstraint("scan_id", name=op.f("uq_given_ticket_scan_id")),
    )
    op.create_index("ix_given_ticket_device_given", "given_ticket", ["device_id", "given_at"])
    op.create_table(
        "awaited_ticket",
        sa.Column("scan_id", sa.Uuid(), nullable=False),
        sa.Column("event_id", Key, nullable=False),
        sa.Column("rid", sa.LargeBinary(length=12), nullable=False),
        sa.ForeignKeyConstraint(["scan_id"], ["scan.id"], name=op.f("fk_awaited_ticket_scan_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_awaited_ticket_event_id")),
        sa.PrimaryKeyConstraint("scan_id", name=op.f("pk_awaited_ticket")),
    )
    op.create_index("ix_awaited_ticket_event_rid", "awaited_ticket", ["event_id", "rid"])
