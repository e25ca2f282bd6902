"""Scans are recorded: each answered once, kept with its answer, and answered the same whenever it comes again."""

from datetime import datetime
from uuid import UUID

from app.db import Wire
from app.direct import Bound
from app.web.actors import DeviceActor
from checkin.operations.answers import Answer, Person, person_of, refusal
from checkin.operations.judging import Judge
from checkin.operations.quarantine import keep_apart
from checkin.queries import door
from checkin.queries.rows import DoorEvent, KnownScan
from checkin.rules import Act
from checkin.rules.claims import Batch, Claim, Malformed
from registrations.rules import read_code


def record_scans(wire: Wire, slug: str, device: DeviceActor, batch: Batch, *, at: datetime) -> list[Answer]:
    """One answer per scan, in their order, all of them kept or none; `at` is the batch's arrival.

    The same id again gets the stored answer and writes nothing. Raises NotFound if the event is not the device's.
    """
    claims = [scan for scan in batch.scans if isinstance(scan, Claim)]
    readings = [read_code(claim.code) for claim in claims if claim.code]
    event, known, tickets = door.opening(
        wire,
        slug,
        device.event_id,
        ids={claim.id for claim in claims},
        codes={reading.code for reading in readings if reading.code},
        numbers={reading.number for reading in readings if reading.number},
        undone={claim.undoes for claim in claims if claim.undoes},
    )
    if device.revoked:
        return keep_apart(wire, event, device, batch, tickets=tickets, known=known, received_at=at)
    fresh = [claim for claim in claims if claim.id not in known]
    judge = Judge(wire, event, device, fresh, tickets, sent_at=batch.sent_at, received_at=at)
    repeated = _Repeated(wire, event, device, known)
    answers = [_answer(scan, judge, repeated) for scan in batch.scans]
    judge.close()
    return answers


def _answer(scan: Claim | Malformed, judge: Judge, repeated: "_Repeated") -> Answer:
    if isinstance(scan, Malformed):
        return refusal(scan.id, "invalid", faults=scan.faults)
    again = repeated.answer(scan)
    if again:
        return again
    if scan.act is Act.ROOM_COUNT or scan.rid or scan.new_code:
        return refusal(str(scan.id), "not_available_yet")
    answer = judge.judge(scan)
    repeated.remember(scan, answer)
    return answer


class _Repeated:
    """Ids that were answered before, in the database or earlier in this batch."""

    def __init__(self, bind: Bound, event: DoorEvent, device: DeviceActor, known: dict[UUID, KnownScan]) -> None:
        self.device = device
        self.event = event
        self.known = known
        self.given: dict[UUID, tuple[bytes, Answer]] = {}
        ours = (scan for scan in known.values() if scan.event_id == event.id)
        self.tickets = door.tickets_by_id(bind, {scan.ticket_id for scan in ours if scan.ticket_id is not None})
        self.parties = door.parties(bind, event, {one.registration_id for one in self.tickets.values()})

    def remember(self, claim: Claim, answer: Answer) -> None:
        self.given[claim.id] = (claim.body, answer)

    def answer(self, claim: Claim) -> Answer | None:
        """The first answer again; None: this id is new."""
        if claim.id in self.given:
            body, answer = self.given[claim.id]
            return answer if body == claim.body else refusal(str(claim.id), "id_reused")
        scan = self.known.get(claim.id)
        if scan is None:
            return None
        if (scan.device_id, scan.event_id, scan.body) != (self.device.device_id, self.event.id, claim.body):
            return refusal(str(claim.id), "id_reused")
        return Answer(str(claim.id), scan.verdict, scan.at, claim.place, scan.facts, self._person(scan))

    def _person(self, scan: KnownScan) -> Person | None:
        ticket = self.tickets.get(scan.ticket_id) if scan.ticket_id is not None else None
        if ticket is None or ticket.event_id != self.event.id:
            return None
        keys = {category_id: key for key, category_id in self.event.categories.items()}
        return person_of(ticket, self.parties[ticket.registration_id], keys)
