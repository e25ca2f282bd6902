"""What searches look through is written anew: old and other forms of kanji are stored as the new ones."""

import sqlalchemy as sa
from alembic import op

from app.programme.rules.kanji import NEW_FORMS

revision = "0014"
down_revision = "0012"
_OLD = {chr(code) for code in NEW_FORMS}
registration = sa.table("registration", sa.column("id", sa.BigInteger()), sa.column("sought_as", sa.String()))


def upgrade() -> None:
    connection = op.get_bind()
    chosen = sa.select(registration.c.id, registration.c.sought_as).where(registration.c.sought_as.is_not(None))
    rows = [(one, text.translate(NEW_FORMS)) for one, text in connection.execute(chosen) if _OLD & set(text)]
    change = registration.update().where(registration.c.id == sa.bindparam("which"))
    change = change.values(sought_as=sa.bindparam("written"))
    if rows:
        connection.execute(change, [{"which": one, "written": text} for one, text in rows])
