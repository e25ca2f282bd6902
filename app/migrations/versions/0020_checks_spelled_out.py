"""Checks of a list of words take next to nothing on SQLite. A later revision that makes such a check calls this too."""

from alembic import op

from app.migrations.checks import spell_out

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    spell_out(op.get_bind())
