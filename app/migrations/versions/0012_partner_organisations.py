"""Partner organisations: who is invited to edit its own part of an event, its links, and what it suggests."""

import sqlalchemy as sa
from alembic import op

from app.db import Json, UtcDateTime

Key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.create_table(
        "partner",
        sa.Column("id", Key, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("event_id", Key, nullable=False),
        sa.Column("organisation_id", Key, nullable=False),
        sa.Column("contact_email", sa.String(length=254), nullable=True),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("closes_at", UtcDateTime(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("opened_at", UtcDateTime(), nullable=True),
        sa.Column("as_it_stands_at", UtcDateTime(), nullable=True),
        sa.Column("reminded_at", UtcDateTime(), nullable=True),
        sa.Column("registration_id", Key, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_partner_event_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_partner_organisation_id")),
        sa.ForeignKeyConstraint(["registration_id"], ["registration.id"], name=op.f("fk_partner_registration_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partner")),
        sa.UniqueConstraint("event_id", "organisation_id", name=op.f("uq_partner_event_id_organisation_id")),
        sa.UniqueConstraint("uuid", name=op.f("uq_partner_uuid")),
    )
    op.create_table(
        "partner_link",
        sa.Column("id", Key, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("partner_id", Key, nullable=False),
        sa.Column("secret_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["partner_id"], ["partner.id"], name=op.f("fk_partner_link_partner_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partner_link")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_partner_link_secret_hash")),
        sa.UniqueConstraint("uuid", name=op.f("uq_partner_link_uuid")),
    )
    op.create_index(
        "uq_partner_link_one_stands",
        "partner_link",
        ["partner_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "suggestion",
        sa.Column("id", Key, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("partner_id", Key, nullable=False),
        sa.Column("session_id", Key, nullable=True),
        sa.Column("role", sa.String(length=32), nullable=True),
        sa.Column("changes", Json, nullable=False),
        sa.Column("needs", sa.Text(), nullable=True),
        sa.Column("wish", sa.Text(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "waiting", "accepted", "partly", "returned", "withdrawn",
                name="state", native_enum=False, create_constraint=True, length=32,
            ),
            nullable=False,
        ),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("answered_at", UtcDateTime(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("taken", Json, nullable=False),
        sa.Column("account_id", Key, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(session_id IS NULL) <> (role IS NULL)", name=op.f("ck_suggestion_one_subject")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_suggestion_account_id")),
        sa.ForeignKeyConstraint(
            ["partner_id"], ["partner.id"], name=op.f("fk_suggestion_partner_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["event_session.id"], name=op.f("fk_suggestion_session_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suggestion")),
        sa.UniqueConstraint("uuid", name=op.f("uq_suggestion_uuid")),
    )  # fmt: skip
    op.create_index(op.f("ix_suggestion_session_id"), "suggestion", ["session_id"])
    for name, column in (("uq_suggestion_one_waits_session", "session_id"), ("uq_suggestion_one_waits_role", "role")):
        op.create_index(
            name,
            "suggestion",
            ["partner_id", column],
            unique=True,
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        )
