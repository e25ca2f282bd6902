"""Whom a scan let in and nobody has counted is listed for people to look at, as long as it is so; what people have
settled stays so."""

from sqlalchemy import bindparam, select, update

from app.direct import Direct
from checkin.models import Conflict, Scan
from checkin.operations.doorway import Doorway
from checkin.operations.ledger import conflict_row
from checkin.queries.let_in import TAKEN_BACK, Listed, PassedScan, ScanToUndo, listed_of
from checkin.rules.moving import Came
from checkin.rules.people import total
from checkin.rules.settling import Settlement


def list_uncounted(doorway: Doorway, scan: PassedScan, listed: Listed | None, now: Came) -> None:
    """Listed under what it is; whoever is counted now is not any more."""
    facts = {name: value for name, value in scan.facts.items() if name != "uncounted"}
    if total(now.over):
        facts["uncounted"] = dict(now.over)
        if now.first:
            first_at, gate_id = now.first
            facts["first"] = [first_at.isoformat(), gate_id]
    _SET_FACTS.write(doorway.bind, [{"scan": scan.id, "facts": facts}])
    if listed and listed.resolution is None:
        if total(now.over):
            _NAME.write(doorway.bind, [{"conflict": listed.id, "kind": now.kind}])
        else:
            settle_listed(doorway, listed.id, Settlement.RETOLD)
    elif total(now.over) and not (listed and listed.resolution in _BY_PEOPLE):
        found = {"scan_id": scan.id, "ticket_id": scan.ticket_id, "place_id": scan.place_id, "kind": now.kind}
        row = conflict_row(event_id=doorway.event.id, found_at=doorway.passing.received_at, **found)
        doorway.pending.conflicts.append(row)


def withdraw(doorway: Doorway, scan: ScanToUndo) -> None:
    """The scan is taken back: nobody came by it, so nobody is left uncounted."""
    facts = {name: value for name, value in scan.facts.items() if name != "uncounted"}
    _SET_FACTS.write(doorway.bind, [{"scan": scan.id, "facts": {**facts, TAKEN_BACK: True}}])
    for listed in listed_of(doorway.bind, doorway.event.id, [scan.id]).values():
        if listed.resolution is None:
            settle_listed(doorway, listed.id, Settlement.TAKEN_OFF)


def settle_listed(doorway: Doorway, conflict_id: int, how: Settlement) -> None:
    """Settled by itself, unless somebody has settled it."""
    settled = {"resolved_at": doorway.passing.received_at, "resolution": how.value}
    _SETTLE.write(doorway.bind, [{"conflict": conflict_id, **settled}])


_BY_PEOPLE = (Settlement.COUNTED, Settlement.LEFT_OUT)
_OPEN = (
    select(Conflict.id)
    .where(Conflict.id == bindparam("conflict"), Conflict.resolved_at.is_(None))
    .with_for_update(skip_locked=True)
)
"""Whoever settles it at this moment has the word."""
_SETTLE = Direct(
    update(Conflict)
    .where(Conflict.id.in_(_OPEN))
    .values(resolved_at=bindparam("resolved_at"), resolution=bindparam("resolution"))
)
_NAME = Direct(update(Conflict).where(Conflict.id.in_(_OPEN)).values(kind=bindparam("kind")))
_SET_FACTS = Direct(update(Scan).where(Scan.id == bindparam("scan")).values(facts=bindparam("facts")))
