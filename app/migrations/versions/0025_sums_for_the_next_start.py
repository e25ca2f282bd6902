"""Sums that a server made are kept for the next one, which reads only what came since."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0022"

Key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "kept_sum",
        sa.Column("event_id", Key, nullable=False),
        sa.Column("what", sa.String(length=200), nullable=False),
        sa.Column("made_by", sa.String(length=64), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name="fk_kept_sum_event_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("event_id", "what", name="pk_kept_sum"),
    )
