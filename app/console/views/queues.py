"""Scans of a device that will not come back to the network, read in from the file that it saved."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from flask import Blueprint, Response, g, make_response, render_template, request
from flask_babel import gettext as _

from app.accounts.models import Device
from app.audit import record
from app.clock import now
from app.console.forms.queues import QueueFile, read_queue_file
from app.db import transaction
from app.errors import Invalid
from app.programme.models import Event
from app.programme.queries import staff_event
from app.web.actors import Right
from app.web.guards import requires
from checkin.api import recorded
from checkin.operations.answers import Answer
from checkin.queries.device_list import device_in
from checkin.queries.handed_over import KeptBefore, device_with_clock, kept_before, known_ids
from checkin.rules.claims import Batch, Claim

AT_ONCE = 200
MOST_TOLD = 50
ID_REUSED = "id_reused"
Used = list[tuple[datetime, KeptBefore | None]]
blueprint = Blueprint("queues", __name__, url_prefix="/console/events/<slug>/devices/queue")


@dataclass(frozen=True)
class Outcome:
    """What came of a file of a device: how many were let in, turned away or counted otherwise, kept apart, and not
    taken; `known`: how many of them had arrived before, and are counted once; `refused`: which of the file's were not
    readable, from 1, and when they were made where that can be read; `used`: those whose number another scan has, with
    when they were made and what is kept of the other."""

    device: UUID
    name: str
    total: int
    known: int
    let_in: int
    others: int
    apart: int
    conflicts: int
    refused: list[tuple[int, datetime | None]]
    used: Used


@blueprint.get("")
@requires(Right.EDIT_EVENT)
def ask(slug: str) -> str:
    """Which file."""
    return _page(staff_event(slug, g.actor, Right.EDIT_EVENT))


@blueprint.post("")
@requires(Right.EDIT_EVENT)
def read(slug: str) -> Response:
    """The same as if the device had sent them itself; what was sent already is counted once."""
    event = staff_event(slug, g.actor, Right.EDIT_EVENT)
    file = request.files.get("file")
    try:
        queue = read_queue_file(file.read() if file else b"")
        outcome = _record(event, queue)
    except Invalid as no:
        return make_response(_page(event, fault=no.message), 422)
    return make_response(_page(event, outcome=outcome))


def _record(event: Event, queue: QueueFile) -> Outcome:
    if queue.event != event.slug:
        raise Invalid("other_event", _("This file is from a device of another event. Please open that event first."))
    found = device_with_clock(event.id, queue.device)
    if found is None:
        raise Invalid(
            "no_such_device",
            _("The device of this file is not known here. Pair it again: it then sends what it has kept by itself."),
        )
    scanner, ahead = found
    answers: list[Answer] = []
    known: set[UUID] = set()
    for start in range(0, len(queue.scans), AT_ONCE):
        at = now()
        batch = Batch(at - ahead, queue.scans[start : start + AT_ONCE])
        known |= known_ids([scan.id for scan in batch.scans if isinstance(scan, Claim)])
        answers += recorded(event.slug, scanner, batch, at)
    device = device_in(event.id, queue.device)
    taken = {answer.id for answer in answers if answer.error != ID_REUSED}
    used, refused = _used(event, queue, answers, ahead), _refused(queue, answers, ahead)
    arrived = sum(str(one) in taken for one in known)
    outcome = _counted(answers, device, known=arrived, refused=refused, used=used, revoked=scanner.revoked)
    with transaction():
        record(
            g.actor, "device.queue", f"device:{queue.device}", at=now(), event_id=event.id,
            scans=outcome.total, refused=len(outcome.refused),
        )  # fmt: skip
    return outcome


def _used(event: Event, queue: QueueFile, answers: list[Answer], ahead: timedelta) -> Used:
    """What the file says beside an answer that names the other scan's id alone."""
    pairs = zip(queue.scans, answers, strict=True)
    scans = [scan for scan, answer in pairs if answer.error == ID_REUSED and isinstance(scan, Claim)]
    before = kept_before(event.id, {scan.id for scan in scans})
    return [(scan.at + ahead, before.get(scan.id)) for scan in scans]


def _refused(queue: QueueFile, answers: list[Answer], ahead: timedelta) -> list[tuple[int, datetime | None]]:
    """Whoever kept that door may know who it was by the order and the time."""
    return [
        (number, scan.at + ahead if isinstance(scan, Claim) else None)
        for number, (scan, answer) in enumerate(zip(queue.scans, answers, strict=True), 1)
        if answer.verdict is None and answer.error != ID_REUSED
    ]


def _counted(
    answers: Iterable[Answer],
    device: Device,
    *,
    known: int,
    refused: list[tuple[int, datetime | None]],
    used: Used,
    revoked: bool,
) -> Outcome:
    counts = Counter(_fate(answer, revoked=revoked) for answer in answers)
    conflicts = sum("conflict" in answer.facts for answer in answers)
    return Outcome(
        device.uuid,
        device.name,
        counts.total(),
        known,
        let_in=counts["in"],
        others=counts["other"],
        apart=counts["apart"],
        conflicts=conflicts,
        refused=refused,
        used=used,
    )


def _fate(answer: Answer, *, revoked: bool) -> str:
    if answer.verdict is None:
        return "used" if answer.error == ID_REUSED else "refused"
    if revoked:
        return "apart"
    return "in" if answer.verdict.lets_in else "other"


def _page(event: Event, *, fault: str = "", outcome: Outcome | None = None) -> str:
    return render_template("console/queue.html", event=event, fault=fault, outcome=outcome, most=MOST_TOLD)
