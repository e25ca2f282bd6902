"""Scans are recorded: each answered once, kept with its answer, and answered the same whenever it comes again.

Small batches of several devices may be recorded as one: what a door reads and writes for them is then read and written
once.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import partial
from uuid import UUID

from app.direct import Bound
from app.web.actors import DeviceActor
from app.writer import Wire
from checkin.operations.answers import OTHER_GATE, Answer, Person, person_of, refusal
from checkin.operations.by_hand import with_desk
from checkin.operations.doorway import open_doorway
from checkin.operations.judging import Judge
from checkin.operations.moving import mend_moves
from checkin.operations.quarantine import keep_apart
from checkin.operations.sent import Sent
from checkin.queries import door
from checkin.queries.remembered import remember_places
from checkin.queries.rows import DoorEvent, KnownScan, Opening
from checkin.rules.claims import Batch, Claim, Malformed
from checkin.rules.following import with_following
from registrations.rules import is_code, read_code


def record_scans(wire: Wire, slug: str, device: DeviceActor, batch: Batch, *, at: datetime) -> list[Answer]:
    """One answer per scan, in their order, all of them kept or none; `at` is the batch's arrival.

    The same id again gets the stored answer and writes nothing. Raises NotFound if the event is not the device's.
    """
    sent = Sent(device, batch, at)
    if device.revoked:
        event, known, tickets, _ = _opening(wire, slug, [sent], _claims([sent]))
        return keep_apart(wire, event, device, batch, tickets=tickets, known=known, received_at=at)
    (answers,) = record_batches(wire, slug, [sent])
    return answers


def record_batches(wire: Wire, slug: str, batches: Sequence[Sent]) -> list[list[Answer]]:
    """The same for batches of several devices of one event, none of them revoked: as if one came after the other."""
    claims = _claims(batches)
    event, known, tickets, parties = _opening(wire, slug, batches, claims)
    if batches[0].account_id is not None:
        event = with_desk(event)
    fresh = [claim for claim in claims if claim.id not in known] if known else claims
    since = partial(_earliest, batches)
    doorway = open_doorway(wire, event, fresh, tickets, first=batches[0], since=since, parties=parties)
    is_new = not known and len({claim.id.int for claim in claims}) == len(claims)
    repeated = None if is_new else _Repeated(wire, event, known)
    answers = []
    for sent in batches:
        judge = Judge(doorway, sent)
        answers.append([_answer(scan, judge, repeated) for scan in sent.batch.scans])
        mend_moves(doorway)
        judge.close()
        if repeated:
            repeated.forget_all_but(doorway.kept)
    doorway.pending.write(wire)
    remember_places(wire, event.id, doorway.places.values(), doorway.spaces)
    return answers


def _opening(wire: Wire, slug: str, batches: Sequence[Sent], claims: Sequence[Claim]) -> Opening:
    codes, numbers, undone = set(), set(), set()
    for claim in claims:
        if claim.code and is_code(claim.code):
            codes.add(claim.code)
        elif claim.code:
            reading = read_code(claim.code)
            if reading.code:
                codes.add(reading.code)
            elif reading.number:
                numbers.add(reading.number)
        if claim.undoes:
            undone |= with_following([claim.undoes])
    ids, event_id = [claim.id for claim in claims], batches[0].device.event_id
    return door.opening(wire, slug, event_id, ids=ids, codes=codes, numbers=numbers, undone=undone)


def _earliest(batches: Sequence[Sent]) -> datetime:
    """When the first of these scans was made, by our clock."""
    return min(
        clock.corrected(scan.at, scan.clock) if isinstance(scan, Claim) else clock.received_at
        for clock, scans in [(sent.clock, sent.batch.scans) for sent in batches]
        for scan in scans
    )


def _claims(batches: Sequence[Sent]) -> list[Claim]:
    return [scan for sent in batches for scan in sent.batch.scans if isinstance(scan, Claim)]


def _answer(scan: Claim | Malformed, judge: Judge, repeated: "_Repeated | None") -> Answer:
    if isinstance(scan, Malformed):
        return refusal(scan.id, "invalid", faults=scan.faults)
    if repeated is None:
        return judge.judge(scan)
    again = repeated.answer(scan, judge.sent.device_id)
    if again:
        return again
    answer = judge.judge(scan)
    repeated.remember(scan, judge.sent.device_id, answer)
    return answer


class _Repeated:
    """Ids that were answered before: in the database, in an earlier batch if they were kept, or in this batch."""

    def __init__(self, bind: Bound, event: DoorEvent, known: dict[UUID, KnownScan]) -> None:
        self.event = event
        self.known = known
        self.given: dict[UUID, tuple[int | None, bytes, Answer]] = {}
        if not known:
            return
        ours = (scan for scan in known.values() if scan.event_id == event.id)
        self.tickets = door.tickets_by_id(bind, {scan.ticket_id for scan in ours if scan.ticket_id is not None})
        self.parties = door.parties(bind, event, {one.registration_id for one in self.tickets.values()})

    def remember(self, claim: Claim, device_id: int | None, answer: Answer) -> None:
        self.given[claim.id] = (device_id, claim.body, answer)

    def forget_all_but(self, kept: Collection[UUID]) -> None:
        """A question, or a scan that was not taken, leaves no trace beyond its batch."""
        if len(kept) < len(self.given):
            kept = set(kept)
            self.given = {scan_id: given for scan_id, given in self.given.items() if scan_id in kept}

    def answer(self, claim: Claim, device_id: int | None) -> Answer | None:
        """The first answer again; None: this id is new."""
        given = self.given.get(claim.id) if self.given else None
        if given:
            *whose, answer = given
            return answer if whose == [device_id, claim.body] else refusal(str(claim.id), "id_reused")
        scan = self.known.get(claim.id) if self.known else None
        if scan is None:
            return None
        if (scan.device_id, scan.event_id, scan.body) != (device_id, self.event.id, claim.body):
            return refusal(str(claim.id), "id_reused")
        person = None if claim.number else self._person(scan)  # who ties a noted number tells no door whose it is
        return Answer(str(claim.id), scan.verdict, scan.at, claim.place, scan.facts, person)

    def _person(self, scan: KnownScan) -> Person | None:
        ticket = self.tickets.get(scan.ticket_id) if scan.ticket_id is not None else None
        if ticket is None or ticket.event_id != self.event.id or scan.facts.get("error") == OTHER_GATE:
            return None
        return person_of(ticket, self.parties[ticket.registration_id], self.event.keys)
