"""A device that was paired by a code is bound to its gate: the gates where each device stands or stood, the places that
each gate leads to or led to, and a conflict of its own kind for what comes from another one."""

from uuid import UUID

import sqlalchemy as sa
from alembic import op

from app.db import UtcDateTime
from app.migrations.checks import spell_out

revision = "0034"
down_revision = "0033"

Key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
CONFLICTS = (
    "double_admission", "not_entitled", "over_capacity", "override", "unknown_ticket", "surplus", "clock", "quarantined",
    "late_upload", "unread_ticket", "other_gate",
)  # fmt: skip
AT_ONCE = 500


def upgrade() -> None:
    op.add_column("device", sa.Column("paired", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table(
        "device_gate",
        sa.Column("device_id", Key, nullable=False),
        sa.Column("gate_id", Key, nullable=False),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["device_id"], ["device.id"], name="fk_device_gate_device_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["gate_id"], ["gate.id"], name="fk_device_gate_gate_id"),
        sa.PrimaryKeyConstraint("device_id", "gate_id", name="pk_device_gate"),
    )
    op.create_table(
        "gate_place",
        sa.Column("place_id", Key, nullable=False),
        sa.Column("gate_id", Key, nullable=False),
        sa.ForeignKeyConstraint(["gate_id"], ["gate.id"], name="fk_gate_place_gate_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name="fk_gate_place_place_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("place_id", "gate_id", name="pk_gate_place"),
    )
    kinds = ", ".join(f"'{kind}'" for kind in CONFLICTS)
    with op.batch_alter_table("conflict", schema=None) as batch_op:
        for name in _checks_of_kind():
            batch_op.drop_constraint(name, type_="check")
        batch_op.create_check_constraint(op.f("ck_conflict_kind"), f"kind IN ({kinds})")
    spell_out(op.get_bind())
    _fill()


def _checks_of_kind() -> list[str]:
    """By their names in this database. SQLite makes the table anew, and brings none along."""
    bind = op.get_bind()
    if bind.dialect.name == "sqlite":
        return []
    checks = sa.inspect(bind).get_check_constraints("conflict")
    return [op.f(str(check["name"])) for check in checks if "kind" in check["sqltext"]]


def _fill() -> None:
    """What is known: where every device stands, which were paired by a code, and where gates lead to now. A gate where
    anything was counted before led there: what is on its way from there is no other gate's."""
    bind = op.get_bind()
    device = sa.table("device", sa.column("id"), sa.column("uuid", sa.Uuid()), sa.column("paired", sa.Boolean()))
    subjects = bind.scalars(sa.text("SELECT subject FROM audit_entry WHERE verb = 'device.pair'")).all()
    paired = [UUID(subject.partition(":")[2]) for subject in subjects]
    for start in range(0, len(paired), AT_ONCE):
        some = device.c.uuid.in_(paired[start : start + AT_ONCE])
        bind.execute(device.update().where(some).values(paired=True))
    for statement in (_STAND, _LEAD):
        bind.execute(sa.text(statement))


_STAND = """
    INSERT INTO device_gate (device_id, gate_id, since)
    SELECT device.id, gate_id, device.created_at FROM device WHERE gate_id IS NOT NULL
    UNION
    SELECT device.id, scan.gate_id, device.created_at FROM device
    JOIN (SELECT DISTINCT device_id, gate_id FROM scan WHERE device_id IS NOT NULL AND gate_id IS NOT NULL) AS scan
        ON scan.device_id = device.id
"""
_LEAD = """
    INSERT INTO gate_place (place_id, gate_id)
    SELECT place.id, gate.id FROM gate
    JOIN place ON place.event_id = gate.event_id AND place.venue_id = gate.venue_id WHERE gate.kind = 'entrance'
    UNION
    SELECT place.id, gate.id FROM gate JOIN gate_room ON gate_room.gate_id = gate.id
    JOIN event_session ON event_session.room_id = gate_room.room_id
    JOIN place ON place.session_id = event_session.id AND place.event_id = gate.event_id WHERE gate.kind = 'rooms'
    UNION
    SELECT place.id, gate.id FROM gate JOIN gate_room ON gate_room.gate_id = gate.id
    JOIN further_room ON further_room.room_id = gate_room.room_id
    JOIN place ON place.session_id = further_room.session_id AND place.event_id = gate.event_id WHERE gate.kind = 'rooms'
    UNION
    SELECT DISTINCT place_id, gate_id FROM scan WHERE place_id IS NOT NULL AND gate_id IS NOT NULL
"""
