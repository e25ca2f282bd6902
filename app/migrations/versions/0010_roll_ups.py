"""Sums of the ledger; the newest revision that changes how they are reckoned fills them."""

import sqlalchemy as sa
from alembic import op

from app.db import UtcDateTime

Key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.create_index("ix_entry_event_newest", "entry", ["event_id", "id"], unique=False)
    for kind in ("exit", "room_count"):
        only = sa.text(f"kind = '{kind}'")
        op.create_index(f"ix_entry_{kind}", "entry", ["event_id", "place_id"], sqlite_where=only, postgresql_where=only)
    replaced = sa.text("replaced_by_id IS NOT NULL")
    op.create_index(
        "ix_ticket_event_replaced", "ticket", ["event_id"], sqlite_where=replaced, postgresql_where=replaced
    )
    op.create_table(
        "roll_up",
        sa.Column("event_id", Key, nullable=False),
        sa.Column(
            "cut",
            sa.Enum(
                "entries", "returns", "people", "days", "venues", "lines",
                name="cut", native_enum=False, create_constraint=True, length=32,
            ),
            nullable=False,
        ),
        sa.Column("place_id", sa.BigInteger(), nullable=False),
        sa.Column("venue_id", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("slot", sa.Integer(), nullable=False),
        sa.Column("category_id", sa.BigInteger(), nullable=False),
        sa.Column("method", sa.String(length=32), nullable=False),
        sa.Column("booked", sa.Integer(), nullable=False),
        sa.Column("anonymous", sa.Boolean(), nullable=False),
        sa.Column("corrected", sa.Boolean(), nullable=False),
        sa.Column("device_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_roll_up_event_id")),
        sa.PrimaryKeyConstraint(
            "event_id", "cut", "place_id", "venue_id", "day", "slot", "category_id", "method", "booked", "anonymous",
            "corrected", "device_id", name=op.f("pk_roll_up"),
        ),
        sqlite_with_rowid=False,
    )  # fmt: skip
    op.create_table(
        "roll_up_place",
        sa.Column("place_id", Key, nullable=False),
        sa.Column("event_id", Key, nullable=False),
        sa.Column("venue_id", sa.BigInteger(), nullable=False),
        sa.Column("counted_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_roll_up_place_place_id")),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_roll_up_place_event_id")),
        sa.PrimaryKeyConstraint("place_id", name=op.f("pk_roll_up_place")),
    )
    op.create_index("ix_roll_up_place_event_id", "roll_up_place", ["event_id"], unique=False)
    op.create_table(
        "roll_up_room",
        sa.Column("place_id", Key, nullable=False),
        sa.Column("category_id", Key, nullable=False),
        sa.Column("event_id", Key, nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("slot", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_roll_up_room_place_id")),
        sa.ForeignKeyConstraint(["category_id"], ["category.id"], name=op.f("fk_roll_up_room_category_id")),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_roll_up_room_event_id")),
        sa.PrimaryKeyConstraint("place_id", "category_id", name=op.f("pk_roll_up_room")),
    )
    op.create_index("ix_roll_up_room_event_id", "roll_up_room", ["event_id"], unique=False)
    op.create_table(
        "roll_up_apart",
        sa.Column("registration_id", Key, nullable=False),
        sa.Column("event_id", Key, nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("tickets", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registration.id"], name=op.f("fk_roll_up_apart_registration_id")
        ),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_roll_up_apart_event_id")),
        sa.PrimaryKeyConstraint("registration_id", name=op.f("pk_roll_up_apart")),
    )
    op.create_index("ix_roll_up_apart_event_id", "roll_up_apart", ["event_id"], unique=False)
