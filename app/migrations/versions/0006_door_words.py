"""What the door says to people of a category when they come for the first time; uploads that came late."""

import sqlalchemy as sa
from alembic import op

from app.db import Json

revision = "0006"
down_revision = "0004"
CONFLICTS = (
    "double_admission", "not_entitled", "over_capacity", "override", "unknown_ticket", "surplus", "clock", "quarantined",
    "late_upload",
)  # fmt: skip


def upgrade() -> None:
    op.add_column("category", sa.Column("first_words", Json, nullable=False, server_default="{}"))
    kinds = ", ".join(f"'{kind}'" for kind in CONFLICTS)
    with op.batch_alter_table("conflict", schema=None) as batch_op:
        for name in _checks_of_kind():
            batch_op.drop_constraint(name, type_="check")
        batch_op.create_check_constraint(op.f("ck_conflict_kind"), f"kind IN ({kinds})")


def _checks_of_kind() -> list[str]:
    """By their names in this database. SQLite makes the table anew, and brings none along."""
    bind = op.get_bind()
    if bind.dialect.name == "sqlite":
        return []
    checks = sa.inspect(bind).get_check_constraints("conflict")
    return [op.f(str(check["name"])) for check in checks if "kind" in check["sqltext"]]
