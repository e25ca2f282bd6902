"""The whole data model."""

import sqlalchemy as sa
from alembic import op

from app.db import Json, UtcDateTime
from app.migrations.append_only import hold

Key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "account",
        sa.Column("id", Key, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("disabled_at", UtcDateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("email = lower(email)", name=op.f("ck_account_email_in_lower_case")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("email", name=op.f("uq_account_email")),
        sa.UniqueConstraint("uuid", name=op.f("uq_account_uuid")),
    )
    op.create_table(
        "host",
        sa.Column("id", Key, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("name", Json, nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_host")),
        sa.UniqueConstraint("slug", name=op.f("uq_host_slug")),
        sa.UniqueConstraint("uuid", name=op.f("uq_host_uuid")),
    )
    op.create_table(
        "event",
        sa.Column("id", Key, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("host_id", Key, nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("title", Json, nullable=False),
        sa.Column("reading", sa.String(length=300), nullable=True),
        sa.Column("summary", Json, nullable=False),
        sa.Column("description", Json, nullable=False),
        sa.Column("purpose", Json, nullable=False),
        sa.Column("fee", Json, nullable=False),
        sa.Column("how_to_take_part", Json, nullable=False),
        sa.Column("access", Json, nullable=False),
        sa.Column("contact", Json, nullable=False),
        sa.Column("source", Json, nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("timezone", sa.String(length=64), nullable=False),
        sa.Column("day_ends_at", sa.Time(), nullable=False),
        sa.Column("languages", Json, nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "draft",
                "published",
                "closed",
                "archived",
                name="status",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("fictional", sa.Boolean(), nullable=False),
        sa.Column("registration_opens_at", UtcDateTime(), nullable=True),
        sa.Column("registration_closes_at", UtcDateTime(), nullable=True),
        sa.Column(
            "reentry",
            sa.Enum("free", "after_exit", "none", name="reentry", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("held_minutes_after_start", sa.Integer(), nullable=False),
        sa.Column("party_limit", sa.Integer(), nullable=False),
        sa.Column("people_measure", sa.String(length=20), nullable=True),
        sa.Column("scan_salt", sa.LargeBinary(length=32), nullable=False),
        sa.Column("change_number", sa.Integer(), nullable=False),
        sa.Column("not_in_source", Json, nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("change_number >= 0", name=op.f("ck_event_change_number_not_negative")),
        sa.CheckConstraint("starts_on <= ends_on", name=op.f("ck_event_days_in_order")),
        sa.ForeignKeyConstraint(["host_id"], ["host.id"], name=op.f("fk_event_host_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event")),
        sa.UniqueConstraint("slug", name=op.f("uq_event_slug")),
        sa.UniqueConstraint("uuid", name=op.f("uq_event_uuid")),
    )
    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_event_host_id"), ["host_id"], unique=False)

    op.create_table(
        "organisation",
        sa.Column("id", Key, nullable=False),
        sa.Column("host_id", Key, nullable=False),
        sa.Column("code", sa.String(length=80), nullable=False),
        sa.Column("name", Json, nullable=False),
        sa.Column("reading", sa.String(length=300), nullable=True),
        sa.Column(
            "kind",
            sa.Enum(
                "npo",
                "company",
                "community",
                "school",
                "department",
                "other",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("ward", sa.String(length=80), nullable=True),
        sa.Column("url", sa.String(length=500), nullable=True),
        sa.Column("public", sa.Boolean(), nullable=False),
        sa.Column("named", sa.Boolean(), nullable=False),
        sa.Column("not_in_source", Json, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["host_id"], ["host.id"], name=op.f("fk_organisation_host_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation")),
        sa.UniqueConstraint("host_id", "code", name=op.f("uq_organisation_host_id_code")),
    )
    op.create_table(
        "sign_in",
        sa.Column("id", Key, nullable=False),
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("account_id", Key, nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_sign_in_account_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_sign_in_token_hash")),
    )
    with op.batch_alter_table("sign_in", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sign_in_account_id"), ["account_id"], unique=False)

    op.create_table(
        "venue",
        sa.Column("id", Key, nullable=False),
        sa.Column("host_id", Key, nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("name", Json, nullable=False),
        sa.Column("reading", sa.String(length=300), nullable=True),
        sa.Column("address", Json, nullable=False),
        sa.Column("access", Json, nullable=False),
        sa.Column("latitude", sa.Numeric(precision=9, scale=6), nullable=True),
        sa.Column("longitude", sa.Numeric(precision=9, scale=6), nullable=True),
        sa.Column("step_free", sa.Boolean(), nullable=True),
        sa.Column("not_in_source", Json, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["host_id"], ["host.id"], name=op.f("fk_venue_host_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_venue")),
        sa.UniqueConstraint("host_id", "slug", name=op.f("uq_venue_host_id_slug")),
    )
    op.create_table(
        "audit_entry",
        sa.Column("id", Key, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("account_id", Key, nullable=True),
        sa.Column("event_id", Key, nullable=True),
        sa.Column("verb", sa.String(length=60), nullable=False),
        sa.Column("subject", sa.String(length=120), nullable=False),
        sa.Column("facts", Json, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_audit_entry_account_id")),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_audit_entry_event_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entry")),
        sa.UniqueConstraint("uuid", name=op.f("uq_audit_entry_uuid")),
    )
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.create_index("ix_audit_entry_event_at", ["event_id", "at"], unique=False)

    op.create_table(
        "category",
        sa.Column("id", Key, nullable=False),
        sa.Column("event_id", Key, nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("label", Json, nullable=False),
        sa.Column("belongs", Json, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("unknown", sa.Boolean(), nullable=False),
        sa.Column("minor", sa.Boolean(), nullable=False),
        sa.Column("not_in_source", Json, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_category_event_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_category")),
        sa.UniqueConstraint("event_id", "key", name=op.f("uq_category_event_id_key")),
    )
    with op.batch_alter_table("category", schema=None) as batch_op:
        batch_op.create_index(
            "uq_category_one_unknown",
            ["event_id"],
            unique=True,
            sqlite_where=sa.text("unknown"),
            postgresql_where=sa.text("unknown"),
        )

    op.create_table(
        "edition",
        sa.Column("id", Key, nullable=False),
        sa.Column("event_id", Key, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("measure", sa.String(length=20), nullable=False),
        sa.Column("issued_at", UtcDateTime(), nullable=False),
        sa.Column("account_id", Key, nullable=True),
        sa.Column("figures", Json, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_edition_account_id")),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_edition_event_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_edition")),
        sa.UniqueConstraint("event_id", "number", name=op.f("uq_edition_event_id_number")),
    )
    op.create_table(
        "event_venue",
        sa.Column("event_id", Key, nullable=False),
        sa.Column("venue_id", Key, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_event_venue_event_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["venue_id"], ["venue.id"], name=op.f("fk_event_venue_venue_id")),
        sa.PrimaryKeyConstraint("event_id", "venue_id", name=op.f("pk_event_venue")),
    )
    op.create_table(
        "figure_source",
        sa.Column("id", Key, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("event_id", Key, nullable=False),
        sa.Column("provenance", sa.String(length=20), nullable=False),
        sa.Column("title", Json, nullable=False),
        sa.Column("url", sa.String(length=500), nullable=True),
        sa.Column("measure", sa.String(length=20), nullable=True),
        sa.Column("measure_note", Json, nullable=False),
        sa.Column("method_note", Json, nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_figure_source_event_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_figure_source")),
        sa.UniqueConstraint("uuid", name=op.f("uq_figure_source_uuid")),
    )
    with op.batch_alter_table("figure_source", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_figure_source_event_id"), ["event_id"], unique=False)

    op.create_table(
        "gate",
        sa.Column("id", Key, nullable=False),
        sa.Column("event_id", Key, nullable=False),
        sa.Column("venue_id", Key, nullable=False),
        sa.Column("code", sa.String(length=80), nullable=False),
        sa.Column("name", Json, nullable=False),
        sa.Column(
            "kind",
            sa.Enum("entrance", "rooms", name="kind", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("new_today", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_gate_event_id")),
        sa.ForeignKeyConstraint(["venue_id"], ["venue.id"], name=op.f("fk_gate_venue_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gate")),
        sa.UniqueConstraint("event_id", "code", name=op.f("uq_gate_event_id_code")),
    )
    op.create_table(
        "membership",
        sa.Column("id", Key, nullable=False),
        sa.Column("account_id", Key, nullable=False),
        sa.Column("host_id", Key, nullable=False),
        sa.Column("event_id", Key, nullable=True),
        sa.Column(
            "role",
            sa.Enum(
                "owner",
                "organiser",
                "door",
                "viewer",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("known_as", sa.String(length=200), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_membership_account_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_membership_event_id")),
        sa.ForeignKeyConstraint(["host_id"], ["host.id"], name=op.f("fk_membership_host_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_membership")),
    )
    with op.batch_alter_table("membership", schema=None) as batch_op:
        batch_op.create_index("uq_membership_event", ["account_id", "event_id"], unique=True)
        batch_op.create_index(
            "uq_membership_host",
            ["account_id", "host_id"],
            unique=True,
            sqlite_where=sa.text("event_id IS NULL"),
            postgresql_where=sa.text("event_id IS NULL"),
        )

    op.create_table(
        "participation",
        sa.Column("id", Key, nullable=False),
        sa.Column("event_id", Key, nullable=False),
        sa.Column("organisation_id", Key, nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "organiser",
                "cooperation",
                "speaker",
                "exhibitor",
                "school_class",
                "department",
                "participant",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("exhibits", Json, nullable=False),
        sa.Column("took_part", sa.Boolean(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_participation_event_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_participation_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_participation")),
        sa.UniqueConstraint(
            "event_id", "organisation_id", "role", name=op.f("uq_participation_event_id_organisation_id_role")
        ),
    )
    op.create_table(
        "privacy_notice",
        sa.Column("id", Key, nullable=False),
        sa.Column("event_id", Key, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("text", Json, nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_privacy_notice_event_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_privacy_notice")),
        sa.UniqueConstraint("event_id", "number", name=op.f("uq_privacy_notice_event_id_number")),
    )
    op.create_table(
        "registration",
        sa.Column("id", Key, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("event_id", Key, nullable=False),
        sa.Column("link", sa.String(length=40), nullable=False),
        sa.Column("form_key", sa.String(length=64), nullable=True),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column(
            "source",
            sa.Enum(
                "web",
                "desk",
                "door",
                "import",
                "demonstration",
                name="source",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "party_kind",
            sa.Enum(
                "person",
                "family",
                "class",
                "delegation",
                "team",
                name="party_kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("organisation_id", Key, nullable=True),
        sa.Column("contact_name", sa.String(length=200), nullable=True),
        sa.Column("contact_reading", sa.String(length=200), nullable=True),
        sa.Column("contact_email", sa.String(length=254), nullable=True),
        sa.Column("staff_note", sa.Text(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("cancelled_at", UtcDateTime(), nullable=True),
        sa.Column("blocked_at", UtcDateTime(), nullable=True),
        sa.Column("erased_at", UtcDateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_registration_event_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_registration_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registration")),
        sa.UniqueConstraint("form_key", name=op.f("uq_registration_form_key")),
        sa.UniqueConstraint("link", name=op.f("uq_registration_link")),
        sa.UniqueConstraint("uuid", name=op.f("uq_registration_uuid")),
    )
    with op.batch_alter_table("registration", schema=None) as batch_op:
        batch_op.create_index("ix_registration_contact_email", ["contact_email"], unique=False)
        batch_op.create_index("ix_registration_event_created", ["event_id", "created_at"], unique=False)

    op.create_table(
        "release",
        sa.Column("id", Key, nullable=False),
        sa.Column("event_id", Key, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("released_at", UtcDateTime(), nullable=False),
        sa.Column("account_id", Key, nullable=True),
        sa.Column("note", Json, nullable=False),
        sa.Column("snapshot", Json, nullable=False),
        sa.Column("changes", Json, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_release_account_id")),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_release_event_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_release")),
        sa.UniqueConstraint("event_id", "number", name=op.f("uq_release_event_id_number")),
    )
    op.create_table(
        "room",
        sa.Column("id", Key, nullable=False),
        sa.Column("venue_id", Key, nullable=False),
        sa.Column("code", sa.String(length=80), nullable=False),
        sa.Column("name", Json, nullable=False),
        sa.Column("reading", sa.String(length=300), nullable=True),
        sa.Column("floor", sa.String(length=20), nullable=True),
        sa.Column("capacity", sa.Integer(), nullable=True),
        sa.Column("access", Json, nullable=False),
        sa.Column("step_free", sa.Boolean(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("not_in_source", Json, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("capacity >= 0", name=op.f("ck_room_capacity_not_negative")),
        sa.ForeignKeyConstraint(["venue_id"], ["venue.id"], name=op.f("fk_room_venue_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_room")),
        sa.UniqueConstraint("venue_id", "code", name=op.f("uq_room_venue_id_code")),
    )
    op.create_table(
        "speaker",
        sa.Column("id", Key, nullable=False),
        sa.Column("event_id", Key, nullable=False),
        sa.Column("code", sa.String(length=80), nullable=False),
        sa.Column("name", Json, nullable=False),
        sa.Column("reading", sa.String(length=300), nullable=True),
        sa.Column("not_in_source", Json, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_speaker_event_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_speaker")),
        sa.UniqueConstraint("event_id", "code", name=op.f("uq_speaker_event_id_code")),
    )
    op.create_table(
        "attendee",
        sa.Column("id", Key, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("registration_id", Key, nullable=False),
        sa.Column("category_id", Key, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=True),
        sa.Column("reading", sa.String(length=200), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["category_id"], ["category.id"], name=op.f("fk_attendee_category_id")),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registration.id"], name=op.f("fk_attendee_registration_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendee")),
        sa.UniqueConstraint("uuid", name=op.f("uq_attendee_uuid")),
    )
    with op.batch_alter_table("attendee", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_attendee_registration_id"), ["registration_id"], unique=False)

    op.create_table(
        "consent",
        sa.Column("id", Key, nullable=False),
        sa.Column("registration_id", Key, nullable=False),
        sa.Column(
            "kind",
            sa.Enum("privacy", "photo", "guardian", name="kind", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("notice_id", Key, nullable=True),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("given_by", sa.String(length=20), nullable=False),
        sa.Column("given_at", UtcDateTime(), nullable=False),
        sa.Column("withdrawn_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["notice_id"], ["privacy_notice.id"], name=op.f("fk_consent_notice_id")),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registration.id"], name=op.f("fk_consent_registration_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent")),
    )
    with op.batch_alter_table("consent", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_consent_registration_id"), ["registration_id"], unique=False)

    op.create_table(
        "device",
        sa.Column("id", Key, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("event_id", Key, nullable=False),
        sa.Column("gate_id", Key, nullable=True),
        sa.Column("account_id", Key, nullable=True),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("rights", Json, nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("revoked_at", UtcDateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_device_account_id")),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_device_event_id")),
        sa.ForeignKeyConstraint(["gate_id"], ["gate.id"], name=op.f("fk_device_gate_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_device")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_device_token_hash")),
        sa.UniqueConstraint("uuid", name=op.f("uq_device_uuid")),
    )
    with op.batch_alter_table("device", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_device_event_id"), ["event_id"], unique=False)

    op.create_table(
        "event_session",
        sa.Column("id", Key, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("event_id", Key, nullable=False),
        sa.Column("room_id", Key, nullable=True),
        sa.Column("code", sa.String(length=80), nullable=False),
        sa.Column("title", Json, nullable=False),
        sa.Column("reading", sa.String(length=300), nullable=True),
        sa.Column("description", Json, nullable=False),
        sa.Column("access", Json, nullable=False),
        sa.Column("kind", Json, nullable=False),
        sa.Column("track", sa.String(length=80), nullable=True),
        sa.Column("for_children", sa.Boolean(), nullable=False),
        sa.Column("languages", Json, nullable=False),
        sa.Column(
            "status",
            sa.Enum("planned", "cancelled", name="status", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("starts_at", UtcDateTime(), nullable=False),
        sa.Column("ends_at", UtcDateTime(), nullable=False),
        sa.Column("online_url", sa.String(length=500), nullable=True),
        sa.Column("capacity", sa.Integer(), nullable=True),
        sa.Column(
            "capacity_kind",
            sa.Enum("seats", "at_once", name="capacity_kind", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column(
            "admission",
            sa.Enum(
                "walk_in",
                "booking_and_walk_in",
                "booking_only",
                "approval",
                "lottery",
                "closed",
                name="admission",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "reentry",
            sa.Enum("free", "after_exit", "none", name="reentry", native_enum=False, create_constraint=True, length=32),
            nullable=True,
        ),
        sa.Column("door_opens_at", UtcDateTime(), nullable=False),
        sa.Column("door_closes_at", UtcDateTime(), nullable=False),
        sa.Column("also_spelled", Json, nullable=False),
        sa.Column("not_in_source", Json, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("capacity >= 0", name=op.f("ck_event_session_capacity_not_negative")),
        sa.CheckConstraint(
            "door_opens_at <= starts_at AND starts_at <= door_closes_at",
            name=op.f("ck_event_session_door_window_holds_the_start"),
        ),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_event_session_starts_before_it_ends")),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_event_session_event_id")),
        sa.ForeignKeyConstraint(["room_id"], ["room.id"], name=op.f("fk_event_session_room_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_session")),
        sa.UniqueConstraint("event_id", "code", name=op.f("uq_event_session_event_id_code")),
        sa.UniqueConstraint("uuid", name=op.f("uq_event_session_uuid")),
    )
    with op.batch_alter_table("event_session", schema=None) as batch_op:
        batch_op.create_index("ix_event_session_event_start", ["event_id", "starts_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_event_session_room_id"), ["room_id"], unique=False)

    op.create_table(
        "gate_room",
        sa.Column("gate_id", Key, nullable=False),
        sa.Column("room_id", Key, nullable=False),
        sa.ForeignKeyConstraint(["gate_id"], ["gate.id"], name=op.f("fk_gate_room_gate_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["room_id"], ["room.id"], name=op.f("fk_gate_room_room_id")),
        sa.PrimaryKeyConstraint("gate_id", "room_id", name=op.f("pk_gate_room")),
    )
    op.create_table(
        "letter",
        sa.Column("id", Key, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("event_id", Key, nullable=False),
        sa.Column("registration_id", Key, nullable=True),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("cause", sa.String(length=200), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("to_address", sa.String(length=254), nullable=False),
        sa.Column("facts", Json, nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "queued",
                "claimed",
                "sent",
                "perhaps_sent",
                "failed",
                "withdrawn",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=True),
        sa.Column("claimed_at", UtcDateTime(), nullable=True),
        sa.Column("sent_at", UtcDateTime(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("answer_lost", sa.Boolean(), nullable=False),
        sa.Column("subject", sa.String(length=300), nullable=True),
        sa.Column("body", sa.Text(), nullable=True),
        sa.Column("last_error", sa.String(length=300), nullable=True),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_letter_event_id")),
        sa.ForeignKeyConstraint(["registration_id"], ["registration.id"], name=op.f("fk_letter_registration_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter")),
        sa.UniqueConstraint("cause", name=op.f("uq_letter_cause")),
        sa.UniqueConstraint("uuid", name=op.f("uq_letter_uuid")),
    )
    with op.batch_alter_table("letter", schema=None) as batch_op:
        batch_op.create_index("ix_letter_event_created", ["event_id", "created_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_letter_registration_id"), ["registration_id"], unique=False)
        batch_op.create_index("ix_letter_state_due", ["state", "due_at"], unique=False)

    op.create_table(
        "party_number",
        sa.Column("registration_id", Key, nullable=False),
        sa.Column("category_id", Key, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.CheckConstraint("number > 0", name=op.f("ck_party_number_number_positive")),
        sa.ForeignKeyConstraint(["category_id"], ["category.id"], name=op.f("fk_party_number_category_id")),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registration.id"], name=op.f("fk_party_number_registration_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("registration_id", "category_id", name=op.f("pk_party_number")),
    )
    op.create_table(
        "appearance",
        sa.Column("session_id", Key, nullable=False),
        sa.Column("speaker_id", Key, nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("affiliation", Json, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"], ["event_session.id"], name=op.f("fk_appearance_session_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["speaker_id"], ["speaker.id"], name=op.f("fk_appearance_speaker_id")),
        sa.PrimaryKeyConstraint("session_id", "speaker_id", name=op.f("pk_appearance")),
    )
    op.create_table(
        "booking",
        sa.Column("id", Key, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("registration_id", Key, nullable=False),
        sa.Column("session_id", Key, nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("joined_waiting_at", UtcDateTime(), nullable=True),
        sa.Column("passed_over", sa.Integer(), nullable=False),
        sa.Column("offer_ends_at", UtcDateTime(), nullable=True),
        sa.Column("change_number", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registration.id"], name=op.f("fk_booking_registration_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["session_id"], ["event_session.id"], name=op.f("fk_booking_session_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_booking")),
        sa.UniqueConstraint("registration_id", "session_id", name=op.f("uq_booking_registration_id_session_id")),
        sa.UniqueConstraint("uuid", name=op.f("uq_booking_uuid")),
    )
    with op.batch_alter_table("booking", schema=None) as batch_op:
        batch_op.create_index("ix_booking_session_waiting", ["session_id", "joined_waiting_at"], unique=False)

    op.create_table(
        "device_contact",
        sa.Column("device_id", Key, nullable=False),
        sa.Column("last_seen_at", UtcDateTime(), nullable=False),
        sa.Column("last_seq", sa.Integer(), nullable=True),
        sa.Column("clock_offset_ms", sa.Integer(), nullable=True),
        sa.Column("queue_length", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["device_id"], ["device.id"], name=op.f("fk_device_contact_device_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("device_id", name=op.f("pk_device_contact")),
    )
    op.create_table(
        "further_room",
        sa.Column("session_id", Key, nullable=False),
        sa.Column("room_id", Key, nullable=False),
        sa.ForeignKeyConstraint(["room_id"], ["room.id"], name=op.f("fk_further_room_room_id")),
        sa.ForeignKeyConstraint(
            ["session_id"], ["event_session.id"], name=op.f("fk_further_room_session_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("session_id", "room_id", name=op.f("pk_further_room")),
    )
    op.create_table(
        "place",
        sa.Column("id", Key, nullable=False),
        sa.Column("event_id", Key, nullable=False),
        sa.Column("session_id", Key, nullable=True),
        sa.Column("venue_id", Key, nullable=True),
        sa.Column("day", sa.Date(), nullable=True),
        sa.CheckConstraint("(session_id IS NULL) <> (day IS NULL)", name=op.f("ck_place_session_or_entrance")),
        sa.CheckConstraint("(venue_id IS NULL) = (day IS NULL)", name=op.f("ck_place_entrance_has_venue_and_day")),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_place_event_id")),
        sa.ForeignKeyConstraint(["session_id"], ["event_session.id"], name=op.f("fk_place_session_id")),
        sa.ForeignKeyConstraint(["venue_id"], ["venue.id"], name=op.f("fk_place_venue_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_place")),
        sa.UniqueConstraint("event_id", "venue_id", "day", name=op.f("uq_place_event_id_venue_id_day")),
        sa.UniqueConstraint("session_id", name=op.f("uq_place_session_id")),
    )
    op.create_table(
        "question",
        sa.Column("id", Key, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("event_id", Key, nullable=False),
        sa.Column("session_id", Key, nullable=True),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("label", Json, nullable=False),
        sa.Column("support", Json, nullable=False),
        sa.Column("choices", Json, nullable=False),
        sa.Column("audience", Json, nullable=False),
        sa.Column("required", sa.Boolean(), nullable=False),
        sa.Column("shown_if", Json, nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("retired_at", UtcDateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_question_event_id")),
        sa.ForeignKeyConstraint(["session_id"], ["event_session.id"], name=op.f("fk_question_session_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question")),
        sa.UniqueConstraint("uuid", name=op.f("uq_question_uuid")),
    )
    op.create_table(
        "session_organisation",
        sa.Column("session_id", Key, nullable=False),
        sa.Column("organisation_id", Key, nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "organiser",
                "cooperation",
                "speaker",
                "exhibitor",
                "school_class",
                "department",
                "participant",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_session_organisation_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["event_session.id"], name=op.f("fk_session_organisation_session_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("session_id", "organisation_id", name=op.f("pk_session_organisation")),
    )
    op.create_table(
        "session_places",
        sa.Column("session_id", Key, nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=True),
        sa.Column("promised", sa.Integer(), nullable=False),
        sa.Column("arrived", sa.Integer(), nullable=False),
        sa.Column("present", sa.Integer(), nullable=False),
        sa.Column("anonymous", sa.Integer(), nullable=False),
        sa.Column("counts_exits", sa.Boolean(), nullable=False),
        sa.CheckConstraint("arrived >= 0", name=op.f("ck_session_places_arrived_not_negative")),
        sa.CheckConstraint(
            "capacity IS NULL OR promised <= capacity", name=op.f("ck_session_places_promised_within_capacity")
        ),
        sa.CheckConstraint("promised >= 0", name=op.f("ck_session_places_promised_not_negative")),
        sa.ForeignKeyConstraint(
            ["session_id"], ["event_session.id"], name=op.f("fk_session_places_session_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("session_id", name=op.f("pk_session_places")),
    )
    op.create_table(
        "ticket",
        sa.Column("id", Key, nullable=False),
        sa.Column("event_id", Key, nullable=False),
        sa.Column("registration_id", Key, nullable=False),
        sa.Column("attendee_id", Key, nullable=True),
        sa.Column("code", sa.String(length=26), nullable=False),
        sa.Column("rid", sa.LargeBinary(length=12), nullable=False),
        sa.Column("number", sa.String(length=7), nullable=False),
        sa.Column("issued_at", UtcDateTime(), nullable=False),
        sa.Column("replaced_at", UtcDateTime(), nullable=True),
        sa.Column("replaced_by_id", Key, nullable=True),
        sa.Column("change_number", sa.Integer(), nullable=False),
        sa.CheckConstraint("length(code) = 26", name=op.f("ck_ticket_code_has_26_characters")),
        sa.ForeignKeyConstraint(["attendee_id"], ["attendee.id"], name=op.f("fk_ticket_attendee_id")),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_ticket_event_id")),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registration.id"], name=op.f("fk_ticket_registration_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["replaced_by_id"], ["ticket.id"], name=op.f("fk_ticket_replaced_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket")),
        sa.UniqueConstraint("code", name=op.f("uq_ticket_code")),
        sa.UniqueConstraint("event_id", "number", name=op.f("uq_ticket_event_id_number")),
        sa.UniqueConstraint("event_id", "rid", name=op.f("uq_ticket_event_id_rid")),
    )
    with op.batch_alter_table("ticket", schema=None) as batch_op:
        batch_op.create_index("ix_ticket_event_change", ["event_id", "change_number"], unique=False)
        batch_op.create_index(batch_op.f("ix_ticket_registration_id"), ["registration_id"], unique=False)

    op.create_table(
        "answer",
        sa.Column("id", Key, nullable=False),
        sa.Column("registration_id", Key, nullable=False),
        sa.Column("attendee_id", Key, nullable=True),
        sa.Column("question_id", Key, nullable=False),
        sa.Column("value", Json, nullable=True),
        sa.ForeignKeyConstraint(["attendee_id"], ["attendee.id"], name=op.f("fk_answer_attendee_id")),
        sa.ForeignKeyConstraint(["question_id"], ["question.id"], name=op.f("fk_answer_question_id")),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registration.id"], name=op.f("fk_answer_registration_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer")),
        sa.UniqueConstraint(
            "registration_id",
            "attendee_id",
            "question_id",
            name=op.f("uq_answer_registration_id_attendee_id_question_id"),
        ),
    )
    with op.batch_alter_table("answer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_answer_registration_id"), ["registration_id"], unique=False)

    op.create_table(
        "booking_line",
        sa.Column("id", Key, nullable=False),
        sa.Column("booking_id", Key, nullable=False),
        sa.Column("category_id", Key, nullable=False),
        sa.Column("attendee_id", Key, nullable=True),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "applied",
                "pending",
                "confirmed",
                "offered",
                "waiting",
                "declined",
                "not_drawn",
                "expired",
                "cancelled",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("state_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("attendee_id IS NULL OR number = 1", name=op.f("ck_booking_line_one_place_an_attendee")),
        sa.CheckConstraint("number > 0", name=op.f("ck_booking_line_number_positive")),
        sa.ForeignKeyConstraint(["attendee_id"], ["attendee.id"], name=op.f("fk_booking_line_attendee_id")),
        sa.ForeignKeyConstraint(
            ["booking_id"], ["booking.id"], name=op.f("fk_booking_line_booking_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["category_id"], ["category.id"], name=op.f("fk_booking_line_category_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_booking_line")),
    )
    with op.batch_alter_table("booking_line", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_booking_line_booking_id"), ["booking_id"], unique=False)

    op.create_table(
        "place_close",
        sa.Column("id", Key, nullable=False),
        sa.Column("place_id", Key, nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "counted", "partly", "not_counted", name="state", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("account_id", Key, nullable=True),
        sa.Column("closed_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_place_close_account_id")),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_place_close_place_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_place_close")),
        sa.UniqueConstraint("place_id", name=op.f("uq_place_close_place_id")),
    )
    op.create_table(
        "scan",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("event_id", Key, nullable=False),
        sa.Column("device_id", Key, nullable=True),
        sa.Column("account_id", Key, nullable=True),
        sa.Column("seq", sa.Integer(), nullable=True),
        sa.Column(
            "act",
            sa.Enum(
                "scan",
                "walk_in",
                "head_count",
                "room_count",
                "undo",
                name="act",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("gate_id", Key, nullable=True),
        sa.Column("place_id", Key, nullable=True),
        sa.Column("ticket_id", Key, nullable=True),
        sa.Column("code_kind", sa.String(length=20), nullable=True),
        sa.Column("device_at", UtcDateTime(), nullable=True),
        sa.Column("received_at", UtcDateTime(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("body_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column(
            "verdict",
            sa.Enum(
                "admitted",
                "readmitted",
                "provisional",
                "left",
                "already_in",
                "not_booked",
                "waitlisted",
                "pending",
                "full",
                "too_early",
                "too_late",
                "cancelled",
                "blocked",
                "replaced",
                "other_event",
                "unknown",
                "unreadable",
                "confirm_party",
                "undone",
                "counted",
                "refused",
                name="verdict",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("facts", Json, nullable=False),
        sa.Column(
            "shown",
            sa.Enum(
                "admitted",
                "readmitted",
                "provisional",
                "left",
                "already_in",
                "not_booked",
                "waitlisted",
                "pending",
                "full",
                "too_early",
                "too_late",
                "cancelled",
                "blocked",
                "replaced",
                "other_event",
                "unknown",
                "unreadable",
                "confirm_party",
                "undone",
                "counted",
                "refused",
                name="shown",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("forced", sa.String(length=40), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_scan_account_id")),
        sa.ForeignKeyConstraint(["device_id"], ["device.id"], name=op.f("fk_scan_device_id")),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_scan_event_id")),
        sa.ForeignKeyConstraint(["gate_id"], ["gate.id"], name=op.f("fk_scan_gate_id")),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_scan_place_id")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_scan_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scan")),
    )
    with op.batch_alter_table("scan", schema=None) as batch_op:
        batch_op.create_index("ix_scan_device_seq", ["device_id", "seq"], unique=False)
        batch_op.create_index("ix_scan_event_received", ["event_id", "received_at"], unique=False)

    op.create_table(
        "entry",
        sa.Column("id", Key, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("event_id", Key, nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "entry",
                "exit",
                "count",
                "room_count",
                "undo",
                "correction",
                "import",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "direction",
            sa.Enum("in", "out", name="direction", native_enum=False, create_constraint=True, length=32),
            nullable=True,
        ),
        sa.Column(
            "method",
            sa.Enum(
                "scanned",
                "group_confirmed",
                "tapped",
                "room_count",
                "typed",
                "paper",
                "estimated",
                "imported",
                name="method",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("place_id", Key, nullable=True),
        sa.Column("gate_id", Key, nullable=True),
        sa.Column("scan_id", sa.Uuid(), nullable=True),
        sa.Column("ticket_id", Key, nullable=True),
        sa.Column("registration_id", Key, nullable=True),
        sa.Column("device_id", Key, nullable=True),
        sa.Column("account_id", Key, nullable=True),
        sa.Column("undoes_id", Key, nullable=True),
        sa.Column("source_id", Key, nullable=True),
        sa.Column("device_at", UtcDateTime(), nullable=True),
        sa.Column("received_at", UtcDateTime(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("slot", sa.Integer(), nullable=True),
        sa.Column("new_today", sa.Boolean(), nullable=True),
        sa.Column("booked", sa.Boolean(), nullable=True),
        sa.Column("reentry", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=True),
        sa.Column(
            "party_kind",
            sa.Enum(
                "person",
                "family",
                "class",
                "delegation",
                "team",
                name="party_kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column(
            "organisation_kind",
            sa.Enum(
                "npo",
                "company",
                "community",
                "school",
                "department",
                "other",
                name="organisation_kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("language", sa.String(length=10), nullable=True),
        sa.Column("lead_days", sa.String(length=10), nullable=True),
        sa.CheckConstraint(
            "(kind = 'undo') = (undoes_id IS NOT NULL)", name=op.f("ck_entry_undo_names_what_it_undoes")
        ),
        sa.CheckConstraint("place_id IS NOT NULL OR method = 'imported'", name=op.f("ck_entry_place_unless_imported")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_entry_account_id")),
        sa.ForeignKeyConstraint(["device_id"], ["device.id"], name=op.f("fk_entry_device_id")),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_entry_event_id")),
        sa.ForeignKeyConstraint(["gate_id"], ["gate.id"], name=op.f("fk_entry_gate_id")),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_entry_place_id")),
        sa.ForeignKeyConstraint(["registration_id"], ["registration.id"], name=op.f("fk_entry_registration_id")),
        sa.ForeignKeyConstraint(["scan_id"], ["scan.id"], name=op.f("fk_entry_scan_id")),
        sa.ForeignKeyConstraint(["source_id"], ["figure_source.id"], name=op.f("fk_entry_source_id")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_entry_ticket_id")),
        sa.ForeignKeyConstraint(["undoes_id"], ["entry.id"], name=op.f("fk_entry_undoes_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entry")),
        sa.UniqueConstraint("undoes_id", name=op.f("uq_entry_undoes_id")),
        sa.UniqueConstraint("uuid", name=op.f("uq_entry_uuid")),
    )
    with op.batch_alter_table("entry", schema=None) as batch_op:
        batch_op.create_index("ix_entry_device_place", ["device_id", "place_id"], unique=False)
        batch_op.create_index("ix_entry_event_day", ["event_id", "day"], unique=False)
        batch_op.create_index("ix_entry_event_place", ["event_id", "place_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_entry_registration_id"), ["registration_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_entry_scan_id"), ["scan_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_entry_ticket_id"), ["ticket_id"], unique=False)

    op.create_table(
        "conflict",
        sa.Column("id", Key, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("event_id", Key, nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "double_admission",
                "not_entitled",
                "over_capacity",
                "override",
                "unknown_ticket",
                "surplus",
                "clock",
                "quarantined",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("scan_id", sa.Uuid(), nullable=True),
        sa.Column("entry_id", Key, nullable=True),
        sa.Column("ticket_id", Key, nullable=True),
        sa.Column("place_id", Key, nullable=True),
        sa.Column("found_at", UtcDateTime(), nullable=False),
        sa.Column("resolved_at", UtcDateTime(), nullable=True),
        sa.Column("resolved_by_id", Key, nullable=True),
        sa.Column("resolution", sa.String(length=40), nullable=True),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name=op.f("fk_conflict_entry_id")),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_conflict_event_id")),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_conflict_place_id")),
        sa.ForeignKeyConstraint(["resolved_by_id"], ["account.id"], name=op.f("fk_conflict_resolved_by_id")),
        sa.ForeignKeyConstraint(["scan_id"], ["scan.id"], name=op.f("fk_conflict_scan_id")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_conflict_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conflict")),
        sa.UniqueConstraint("uuid", name=op.f("uq_conflict_uuid")),
    )
    with op.batch_alter_table("conflict", schema=None) as batch_op:
        batch_op.create_index("ix_conflict_event_resolved", ["event_id", "resolved_at"], unique=False)

    op.create_table(
        "entry_number",
        sa.Column("entry_id", Key, nullable=False),
        sa.Column("category_id", Key, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.CheckConstraint("number <> 0", name=op.f("ck_entry_number_number_not_zero")),
        sa.ForeignKeyConstraint(["category_id"], ["category.id"], name=op.f("fk_entry_number_category_id")),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name=op.f("fk_entry_number_entry_id")),
        sa.PrimaryKeyConstraint("entry_id", "category_id", name=op.f("pk_entry_number")),
    )
    op.create_table(
        "seal",
        sa.Column("id", Key, nullable=False),
        sa.Column("last_entry_id", Key, nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("sealed_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["last_entry_id"], ["entry.id"], name=op.f("fk_seal_last_entry_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seal")),
        sa.UniqueConstraint("last_entry_id", name=op.f("uq_seal_last_entry_id")),
    )
    hold(op.get_bind(), ("entry", "entry_number", "seal", "edition", "audit_entry"))
