"""The door: codes that pair devices, gates that are retired, and what devices say of themselves."""

import sqlalchemy as sa
from alembic import op

from app.db import Json, UtcDateTime

Key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.add_column("gate", sa.Column("retired_at", UtcDateTime(), nullable=True))
    op.add_column("device", sa.Column("wipe_asked_at", UtcDateTime(), nullable=True))
    op.add_column("device", sa.Column("pin_hash", sa.String(length=200), nullable=True))
    for column in (
        sa.Column("version", sa.String(length=80), nullable=True),
        sa.Column("pack", sa.String(length=200), nullable=True),
        sa.Column("pack_at", UtcDateTime(), nullable=True),
        sa.Column("storage", sa.String(length=80), nullable=True),
        sa.Column("told_until", UtcDateTime(), nullable=True),
        sa.Column("wipe_told_at", UtcDateTime(), nullable=True),
    ):
        op.add_column("device_contact", column)
    op.create_table(
        "pairing",
        sa.Column("id", Key, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("event_id", Key, nullable=False),
        sa.Column("gate_id", Key, nullable=False),
        sa.Column("account_id", Key, nullable=True),
        sa.Column("code_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("rights", Json, nullable=False),
        sa.Column("pin_hash", sa.String(length=200), nullable=True),
        sa.Column("devices", sa.Integer(), nullable=False),
        sa.Column("joined", sa.Integer(), nullable=False),
        sa.Column("devices_end_at", UtcDateTime(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("joined >= 0 AND joined <= devices", name=op.f("ck_pairing_joined_at_most_devices")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_pairing_account_id")),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_pairing_event_id")),
        sa.ForeignKeyConstraint(["gate_id"], ["gate.id"], name=op.f("fk_pairing_gate_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pairing")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_pairing_code_hash")),
        sa.UniqueConstraint("uuid", name=op.f("uq_pairing_uuid")),
    )
    with op.batch_alter_table("pairing", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_pairing_event_id"), ["event_id"], unique=False)
