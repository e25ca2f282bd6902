"""Figures of former years, typed in from paper, and the organiser's words for the report."""

import sqlalchemy as sa
from alembic import op

from app.db import Json, UtcDateTime

Key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.create_table(
        "former_year",
        sa.Column("id", Key, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("event_id", Key, nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column(
            "measure",
            sa.Enum(
                "people", "people_by_day", "visits", "unstated",
                name="measure", native_enum=False, create_constraint=True, length=32,
            ),
            nullable=False,
        ),
        sa.Column("methods", Json, nullable=False),
        sa.Column("total", sa.Integer(), nullable=True),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.Column("url", sa.String(length=500), nullable=True),
        sa.Column("provenance", sa.String(length=20), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("total >= 0", name=op.f("ck_former_year_total_not_negative")),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_former_year_event_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_former_year")),
        sa.UniqueConstraint("event_id", "year", "measure", name=op.f("uq_former_year_event_id_year_measure")),
        sa.UniqueConstraint("uuid", name=op.f("uq_former_year_uuid")),
    )  # fmt: skip
    op.create_table(
        "former_number",
        sa.Column("former_year_id", Key, nullable=False),
        sa.Column("category_id", Key, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.CheckConstraint("number >= 0", name=op.f("ck_former_number_number_not_negative")),
        sa.ForeignKeyConstraint(
            ["category_id"], ["category.id"], name=op.f("fk_former_number_category_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["former_year_id"], ["former_year.id"], name=op.f("fk_former_number_former_year_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("former_year_id", "category_id", name=op.f("pk_former_number")),
    )
    op.create_table(
        "report_comment",
        sa.Column("event_id", Key, nullable=False),
        sa.Column("words", Json, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_report_comment_event_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_report_comment")),
    )
