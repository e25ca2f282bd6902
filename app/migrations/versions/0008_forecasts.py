"""Forecasts of how many come, kept as they were given: one a session and day."""

import sqlalchemy as sa
from alembic import op

from app.db import UtcDateTime

Key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

revision = "0008"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "forecast",
        sa.Column("id", Key, nullable=False),
        sa.Column("session_id", Key, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("issued_at", UtcDateTime(), nullable=False),
        sa.Column("parties", sa.Integer(), nullable=False),
        sa.Column("expected", sa.Integer(), nullable=False),
        sa.Column("low", sa.Integer(), nullable=False),
        sa.Column("high", sa.Integer(), nullable=False),
        sa.Column("half", sa.Double(), nullable=False),
        sa.Column("safe_walk_ins", sa.Integer(), nullable=True),
        sa.Column("past", sa.Integer(), nullable=False),
        sa.CheckConstraint("low <= high", name=op.f("ck_forecast_low_not_above_high")),
        sa.CheckConstraint("high <= expected", name=op.f("ck_forecast_high_within_expected")),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["event_session.id"],
            name=op.f("fk_forecast_session_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_forecast")),
        sa.UniqueConstraint("session_id", "day", name=op.f("uq_forecast_session_id_day")),
    )
