"""What a revoked device uploads: kept apart with its claim, listed as a conflict, counted by nobody until accepted."""

from datetime import datetime
from typing import Any
from uuid import UUID

from app.direct import Bound
from app.web.actors import DeviceActor
from checkin.operations.answers import Answer, refusal
from checkin.operations.ledger import Pending, conflict_row
from checkin.queries import door
from checkin.queries.rows import DoorEvent, DoorTicket, KnownScan
from checkin.rules import ConflictKind, Verdict
from checkin.rules.claims import Batch, Claim, Malformed
from checkin.rules.times import Clock
from registrations.rules import read_code


def keep_apart(
    bind: Bound,
    event: DoorEvent,
    device: DeviceActor,
    batch: Batch,
    *,
    tickets: list[DoorTicket],
    known: dict[UUID, KnownScan],
    received_at: datetime,
) -> list[Answer]:
    """Name every id, so that the device's queue empties; say no name, let nobody in."""
    claims = [scan for scan in batch.scans if isinstance(scan, Claim) and not scan.dry_run]
    ours = {ticket.code: ticket for ticket in tickets if ticket.event_id == event.id}
    places = door.places(bind, event, {claim.place for claim in claims})
    pending, clock, known = Pending(), Clock(batch.sent_at, received_at, batch.clock), dict(known)
    for claim in claims:
        if claim.id in known:
            continue
        ticket = ours.get(_reading(claim).code or "")
        place = places.get(claim.place)
        at = clock.corrected(claim.at, claim.clock)
        row = _scan_row(event, device, claim, ticket) | {
            "place_id": place.id if place else None,
            "at": at,
            "received_at": received_at,
        }
        pending.scans.append(row)
        known[claim.id] = _as_known(row)
        pending.conflicts.append(
            conflict_row(
                event_id=event.id,
                kind=ConflictKind.QUARANTINED,
                scan_id=claim.id,
                ticket_id=ticket.id if ticket else None,
                place_id=row["place_id"],
                found_at=received_at,
            )
        )
    if pending.scans:
        pending.note_contact(device.device_id, batch, at=received_at)
    pending.write(bind)
    return [_answer(event, device, scan, known) for scan in batch.scans]


def _as_known(row: dict[str, Any]) -> KnownScan:
    """As it is found when it is sent again."""
    return KnownScan(
        row["id"], row["event_id"], row["device_id"], row["body_hash"], row["act"], row["at"], row["verdict"],
        row["facts"], row["ticket_id"],
    )  # fmt: skip


def _reading(claim: Claim) -> Any:
    return read_code(claim.code or "")


def _scan_row(event: DoorEvent, device: DeviceActor, claim: Claim, ticket: DoorTicket | None) -> dict[str, Any]:
    """The scan with the claim that somebody may accept later; the text of a code is not kept."""
    gate = event.gates.get(claim.gate)
    wish = {"direction": claim.direction.value, "people": claim.people, "new_today": claim.new_today}
    more = {"undoes": str(claim.undoes)} if claim.undoes else {"number": claim.number} if claim.number else {}
    return {
        "id": claim.id,
        "event_id": event.id,
        "device_id": device.device_id,
        "account_id": None,
        "seq": claim.seq,
        "act": claim.act,
        "gate_id": gate.id if gate else None,
        "ticket_id": ticket.id if ticket else None,
        "code_kind": "ticket" if ticket else "other" if claim.code else None,
        "device_at": claim.at,
        "body_hash": claim.body,
        "verdict": Verdict.REFUSED,
        "facts": {"conflict": ConflictKind.QUARANTINED.value, "claim": {**wish, "place": claim.place, **more}},
        "shown": claim.shown,
        "forced": None,
    }


def _answer(event: DoorEvent, device: DeviceActor, scan: Claim | Malformed, known: dict[UUID, KnownScan]) -> Answer:
    if isinstance(scan, Malformed):
        return refusal(scan.id, "invalid", faults=scan.faults)
    before = known.get(scan.id)
    if before is None:
        return Answer(
            str(scan.id), Verdict.REFUSED, place=scan.place, facts={"conflict": ConflictKind.QUARANTINED.value}
        )
    if (before.device_id, before.event_id, before.body) != (device.device_id, event.id, scan.body):
        return refusal(str(scan.id), "id_reused")
    facts = {key: value for key, value in before.facts.items() if key == "conflict"}
    return Answer(str(scan.id), before.verdict, before.at, scan.place, facts)
