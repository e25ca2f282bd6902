"""An edition that was found wrong is withdrawn by a further row; the edition itself never changes."""

import sqlalchemy as sa
from alembic import op

from app.db import UtcDateTime
from app.migrations.append_only import hold
from app.migrations.checks import spell_out

revision = "0029"
down_revision = "0025"

Key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "edition_withdrawal",
        sa.Column("edition_id", Key, nullable=False),
        sa.Column("withdrawn_at", UtcDateTime(), nullable=False),
        sa.Column("account_id", Key, nullable=True),
        sa.Column(
            "reason",
            sa.Enum(
                "numbers", "measure", "words", "disclosed",
                name="reason", native_enum=False, create_constraint=True, length=32,
            ),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_edition_withdrawal_account_id"),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name="fk_edition_withdrawal_edition_id"),
        sa.PrimaryKeyConstraint("edition_id", name="pk_edition_withdrawal"),
    )  # fmt: skip
    hold(op.get_bind(), ("edition_withdrawal",))
    spell_out(op.get_bind())
