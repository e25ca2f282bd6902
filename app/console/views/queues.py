"""Scans of a device that will not come back to the network, read in from the file that it saved."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from flask import Blueprint, Response, g, make_response, render_template, request
from flask_babel import gettext as _

from app.accounts.models import Device
from app.audit import record
from app.clock import now
from app.console.forms.queues import Kept, QueueFile, read_queue_file
from app.db import transaction
from app.errors import Invalid
from app.programme.models import Event
from app.programme.queries import staff_event
from app.values import replace
from app.web.actors import DeviceActor, Right
from app.web.guards import requires
from checkin.api import recorded
from checkin.operations.answers import Answer
from checkin.queries.device_list import device_in
from checkin.queries.handed_over import KeptBefore, device_with_clock, kept_before, known_ids
from checkin.rules.claims import Batch, Claim, Malformed
from checkin.rules.following import is_called_for

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
    for together in _in_turn(queue.scans):
        known |= known_ids([kept.scan.id for kept in together if isinstance(kept.scan, Claim)])
        answers += _recorded(event, scanner, together, ahead)
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


def _in_turn(scans: Iterable[Kept]) -> Iterator[list[Kept]]:
    """As a device sends them: an undo of what the door had told by itself waits for the answer to that."""
    together: list[Kept] = []
    told: set[UUID] = set()
    for kept in scans:
        undoes = kept.scan.undoes if isinstance(kept.scan, Claim) else None
        if len(together) == AT_ONCE or undoes in told:
            yield together
            together, told = [], set()
        together.append(kept)
        if isinstance(kept.scan, Claim) and kept.follower and not kept.withdrawn:
            told.add(kept.scan.id)
    yield together


def _recorded(event: Event, scanner: DeviceActor, together: list[Kept], ahead: timedelta) -> list[Answer]:
    """What is answered in the end to each: where something follows, to that."""
    answers = _sent(event, scanner, [kept.scan for kept in together], ahead)
    called = {
        number: kept.follower
        for number, (kept, one) in enumerate(zip(together, answers, strict=True))
        if kept.follower
        and is_called_for(one.verdict, error=one.error, conflict=one.facts.get("conflict"), withdrawn=kept.withdrawn)
    }
    if called:
        for number, last in zip(called, _sent(event, scanner, called.values(), ahead), strict=True):
            answers[number] = replace(last, id=answers[number].id)
    return answers


def _sent(event: Event, scanner: DeviceActor, scans: Iterable[Claim | Malformed], ahead: timedelta) -> list[Answer]:
    at = now()
    return recorded(event.slug, scanner, Batch(at - ahead, tuple(scans)), at)


def _used(event: Event, queue: QueueFile, answers: list[Answer], ahead: timedelta) -> Used:
    """What the file says beside an answer that names the other scan's id alone."""
    pairs = zip(queue.scans, answers, strict=True)
    scans = [kept.scan for kept, answer in pairs if answer.error == ID_REUSED and isinstance(kept.scan, Claim)]
    before = kept_before(event.id, {scan.id for scan in scans})
    return [(scan.at + ahead, before.get(scan.id)) for scan in scans]


def _refused(queue: QueueFile, answers: list[Answer], ahead: timedelta) -> list[tuple[int, datetime | None]]:
    """Whoever kept that door may know who it was by the order and the time."""
    return [
        (number, kept.scan.at + ahead if isinstance(kept.scan, Claim) else None)
        for number, (kept, answer) in enumerate(zip(queue.scans, answers, strict=True), 1)
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
