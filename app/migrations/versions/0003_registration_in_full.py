"""Registration in full: classes, waiting lists, lotteries, questions, consents, letters' own words, mailings."""

import sqlalchemy as sa
from alembic import op

from app.db import Json, UtcDateTime

Key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    for column in (
        sa.Column("deleted_at", UtcDateTime(), nullable=True),
        sa.Column("changes_close_at", UtcDateTime(), nullable=True),
        sa.Column("party_kinds", Json, nullable=False, server_default='["person", "family"]'),
        sa.Column("class_categories", Json, nullable=False, server_default="{}"),
        sa.Column("class_numbers_due_at", UtcDateTime(), nullable=True),
        sa.Column("waiting_mode", sa.String(length=10), nullable=False, server_default="promote"),
        sa.Column("offer_minutes", sa.Integer(), nullable=False, server_default="1440"),
        sa.Column("waiting_ends_minutes", sa.Integer(), nullable=False, server_default="120"),
        sa.Column("guardian_age", sa.Integer(), nullable=False, server_default="16"),
        sa.Column("asks_photo", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("confirms_mail", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("address_limit", sa.Integer(), nullable=True),
        sa.Column("reminder_days", Json, nullable=False, server_default="[]"),
        sa.Column("thanks_days", sa.Integer(), nullable=True),
        sa.Column("feedback_url", sa.String(length=500), nullable=True),
    ):
        op.add_column("event", column)
    op.add_column("event_session", sa.Column("booking_closes_at", UtcDateTime(), nullable=True))
    op.add_column("event_session", sa.Column("drop_in", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("session_places", sa.Column("waiting", sa.Integer(), nullable=False, server_default="0"))
    with op.batch_alter_table("privacy_notice", schema=None) as batch_op:
        batch_op.add_column(sa.Column("kind", sa.String(length=20), nullable=False, server_default="privacy"))
        batch_op.drop_constraint("uq_privacy_notice_event_id_number", type_="unique")
        batch_op.create_unique_constraint("uq_privacy_notice_event_id_kind_number", ["event_id", "kind", "number"])
    for column in (
        sa.Column("group_name", sa.String(length=200), nullable=True),
        sa.Column("group_grade", sa.String(length=40), nullable=True),
        sa.Column("group_class", sa.String(length=40), nullable=True),
        sa.Column("contact_phone", sa.String(length=40), nullable=True),
        sa.Column("needs", sa.Text(), nullable=True),
        sa.Column("expected_at", UtcDateTime(), nullable=True),
        sa.Column("numbers_confirmed_at", UtcDateTime(), nullable=True),
        sa.Column("mail_confirmed_at", UtcDateTime(), nullable=True),
        sa.Column("no_photo", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("sought_as", sa.String(length=800), nullable=True),
    ):
        op.add_column("registration", column)
    op.add_column("attendee", sa.Column("removed_at", UtcDateTime(), nullable=True))
    op.add_column("booking", sa.Column("draw_position", sa.Integer(), nullable=True))
    op.add_column("consent", sa.Column("given", sa.Boolean(), nullable=False, server_default=sa.true()))
    with op.batch_alter_table("question", schema=None) as batch_op:
        batch_op.add_column(sa.Column("previous_id", Key, nullable=True))
        batch_op.create_foreign_key("fk_question_previous_id", "question", ["previous_id"], ["id"])
        batch_op.create_index("ix_question_event_id", ["event_id"])
    op.create_table(
        "lottery",
        sa.Column("session_id", Key, nullable=False),
        sa.Column("seed", sa.LargeBinary(length=32), nullable=False),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.Column("drawn_at", UtcDateTime(), nullable=True),
        sa.Column("account_id", Key, nullable=True),
        sa.Column("result", Json, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_lottery_account_id")),
        sa.ForeignKeyConstraint(
            ["session_id"], ["event_session.id"], name=op.f("fk_lottery_session_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("session_id", name=op.f("pk_lottery")),
    )
    op.create_table(
        "letter_text",
        sa.Column("id", Key, nullable=False),
        sa.Column("event_id", Key, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("subject", sa.String(length=300), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_letter_text_event_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter_text")),
        sa.UniqueConstraint("event_id", "kind", "language", name=op.f("uq_letter_text_event_id_kind_language")),
    )
    op.create_table(
        "mailing",
        sa.Column("id", Key, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("event_id", Key, nullable=False),
        sa.Column("account_id", Key, nullable=True),
        sa.Column("subject", Json, nullable=False),
        sa.Column("body", Json, nullable=False),
        sa.Column("addressees", Json, nullable=False),
        sa.Column("letters", sa.Integer(), nullable=False),
        sa.Column("per_minute", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("stopped_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_mailing_account_id")),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_mailing_event_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mailing")),
        sa.UniqueConstraint("uuid", name=op.f("uq_mailing_uuid")),
    )
    with op.batch_alter_table("mailing", schema=None) as batch_op:
        batch_op.create_index("ix_mailing_event_id", ["event_id"], unique=False)
    with op.batch_alter_table("letter", schema=None) as batch_op:
        batch_op.add_column(sa.Column("mailing_id", Key, nullable=True))
        batch_op.create_foreign_key("fk_letter_mailing_id", "mailing", ["mailing_id"], ["id"])
        batch_op.create_index("ix_letter_mailing_id", ["mailing_id"])
