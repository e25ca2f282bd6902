"""Licence, municipality and parking for open data; series of sessions, and slots that one party takes whole."""

import sqlalchemy as sa
from alembic import op

from app.db import Json

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("event", sa.Column("licence", sa.String(length=200), nullable=True))
    op.add_column("event", sa.Column("licence_url", sa.String(length=500), nullable=True))
    op.add_column("event", sa.Column("municipality_code", sa.String(length=6), nullable=True))
    op.add_column("event", sa.Column("municipality", sa.String(length=80), nullable=True))
    op.add_column("venue", sa.Column("parking", Json, nullable=False, server_default="{}"))
    op.add_column("event_session", sa.Column("series", sa.String(length=80), nullable=True))
    op.add_column("event_session", sa.Column("one_party", sa.Boolean(), nullable=False, server_default=sa.false()))
