"""What the door says to people of a category when they come for the first time."""

import sqlalchemy as sa
from alembic import op

from app.db import Json

revision = "0006"
down_revision = "0004"


def upgrade() -> None:
    op.add_column("category", sa.Column("first_words", Json, nullable=False, server_default="{}"))
