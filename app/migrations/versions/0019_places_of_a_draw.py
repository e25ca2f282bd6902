"""A draw keeps how many places it gave out, so that anybody can repeat it from its page alone."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0017"


def upgrade() -> None:
    op.add_column("lottery", sa.Column("places", sa.Integer(), nullable=True))
