"""Scans are recorded: each answered once, kept with its answer, and answered the same whenever it comes again."""

import logging
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from app.db import Wire, wired_savepoint
from app.direct import Bound
from app.errors import DomainError
from app.web.actors import DeviceActor
from checkin.operations.answers import Answer, Person, person_of, refusal
from checkin.operations.judging import Judge
from checkin.operations.quarantine import keep_apart
from checkin.queries import door
from checkin.queries.rows import DoorEvent, KnownScan
from checkin.rules import Act
from checkin.rules.claims import Batch, Claim, Malformed
from registrations.rules import read_code

log = logging.getLogger("uketsuke.door")


def record_scans(wire: Wire, slug: str, device: DeviceActor, batch: Batch, *, at: datetime) -> list[Answer]:
    """One answer per scan, in their order, all of them kept or none; `at` is the batch's arrival.

    The same id again gets the stored answer and writes nothing. Raises NotFound if the event is not the device's.
    """
    return _record(wire, slug, device, batch, at)


def record_scans_apart(wire: Wire, slug: str, device: DeviceActor, batch: Batch, *, at: datetime) -> list[Answer]:
    """The same, each scan on its own: one that cannot be kept is answered by itself and holds up nobody else.

    For a batch that could not be kept as a whole. Raises only if the database cannot be worked with at all.
    """
    answers: list[Answer] = []
    for scan in batch.scans:
        try:
            with wired_savepoint(wire):
                answers += _record(wire, slug, device, replace(batch, scans=(scan,)), at)
        except not_its_fault(wire):
            raise
        except Exception:
            log.exception("a scan could not be recorded")
            answers.append(refusal(_named(scan), "fault"))
    return answers


def not_its_fault(wire: Wire) -> tuple[type[Exception], ...]:
    """What says that the event is not there, or the database away: nothing about one scan."""
    driver: Any = wire.dialect.dbapi
    return (DomainError, driver.OperationalError, driver.InterfaceError)


def _record(bind: Bound, slug: str, device: DeviceActor, batch: Batch, at: datetime) -> list[Answer]:
    claims = [scan for scan in batch.scans if isinstance(scan, Claim)]
    readings = [read_code(claim.code) for claim in claims if claim.code]
    event, known, tickets = door.opening(
        bind,
        slug,
        device.event_id,
        ids={claim.id for claim in claims},
        codes={reading.code for reading in readings if reading.code},
        numbers={reading.number for reading in readings if reading.number},
    )
    if device.revoked:
        return keep_apart(bind, event, device, batch, tickets=tickets, known=known, received_at=at)
    fresh = [claim for claim in claims if claim.id not in known]
    judge = Judge(bind, event, device, fresh, tickets, sent_at=batch.sent_at, received_at=at)
    repeated = _Repeated(bind, event, device, known)
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
        self.tickets = door.tickets_by_id(
            bind, {scan.ticket_id for scan in known.values() if scan.ticket_id is not None}
        )
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


def _named(scan: Claim | Malformed) -> str | None:
    return str(scan.id) if scan.id is not None else None
