"""Staff check people in at a table with a laptop: what they do is judged and recorded as a scan is, by no device."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from app.direct import asking
from app.programme.models import Event
from app.values import replace
from app.web.actors import Actor, DeviceActor, Right
from app.writer import Wire
from checkin.operations.answers import Answer
from checkin.operations.by_hand import DESK, NO_DEVICE
from checkin.operations.recording import record_batches
from checkin.operations.sent import Sent
from checkin.rules import Act, DeviceRight, Direction, Reason, Verdict
from checkin.rules.claims import Batch, Claim
from checkin.rules.desk import UndoReason

MOST_AT_ONCE = 200
"""So many acts are recorded in one transaction."""


@dataclass(frozen=True)
class DeskAct:
    """What somebody does at a desk with the ticket of a short number. everybody: all who may still come, whatever their
    number is when it arrives. came_at: when they came, where a roster of paper says that they did: then it is a fact.
    `id`: of the form, so that the same one sent twice happens once."""

    id: UUID
    place: str
    number: str | None = None
    act: Act = Act.SCAN
    direction: Direction = Direction.IN
    people: Mapping[str, int] | None = None
    everybody: bool = False
    force: Reason | None = None
    undoes: UUID | None = None
    why: UndoReason | None = None
    came_at: datetime | None = None

    def claim(self, at: datetime) -> Claim:
        """The act as a scan. At an entrance, who comes along without a ticket is new today."""
        return Claim(
            id=self.id,
            body=self._body(),
            act=self.act,
            at=self.came_at or at,
            gate=DESK,
            place=self.place,
            code=self.number,
            direction=self.direction,
            people=self.people,
            new_today=self.place.startswith("entrance:"),
            force=self.force,
            undoes=self.undoes,
            why=self.why,
            shown=Verdict.ADMITTED if self.came_at else None,
            paper=self.came_at is not None,
        )

    def _body(self) -> bytes:
        told = [self.place, self.number, self.act, self.direction, self.people, self.everybody, self.force, self.why]
        return hashlib.sha256(
            json.dumps([*told, str(self.undoes), str(self.came_at)], sort_keys=True).encode()
        ).digest()


@dataclass(frozen=True)
class DeskStaff:
    """Who sits there: what a door of this event would let them do."""

    account_id: int
    scanner: DeviceActor

    @classmethod
    def of(cls, event: Event, actor: Actor) -> "DeskStaff":
        """Who may edit the event may do what a supervisor does. The actor is signed in."""
        assert actor.account_id is not None
        supervises = actor.may(Right.EDIT_EVENT, host_id=event.host_id, event_id=event.id)
        rights = [DeviceRight.SCAN, DeviceRight.SEARCH, *([DeviceRight.SUPERVISOR] if supervises else [])]
        return cls(actor.account_id, DeviceActor(NO_DEVICE, event.id, None, tuple(rights)))

    @property
    def supervises(self) -> bool:
        return DeviceRight.SUPERVISOR in self.scanner.rights


def record_at_desk(wire: Wire, slug: str, staff: DeskStaff, acts: Sequence[DeskAct], *, at: datetime) -> list[Answer]:
    """One answer per act, in their order. How many `everybody` is the door says itself, under the same lock."""
    claims = [act.claim(at) for act in acts]
    asked = [claim for claim, act in zip(claims, acts, strict=True) if act.everybody]
    expected = {answer.id: _expected(answer) for answer in _answers(wire, slug, staff, asked, at, dry_run=True)}
    known = [replace(claim, people=expected.get(str(claim.id), claim.people)) for claim in claims]
    return _answers(wire, slug, staff, known, at)


def verdict_at_desk(slug: str, staff: DeskStaff, number: str, place: str, *, at: datetime) -> Answer:
    """What this ticket would be answered now. Nothing is written."""
    act = DeskAct(uuid4(), place, number)
    with asking() as wire:
        (answer,) = _answers(wire, slug, staff, [act.claim(at)], at, dry_run=True)
    return answer


def _answers(
    wire: Wire, slug: str, staff: DeskStaff, claims: Sequence[Claim], at: datetime, *, dry_run: bool = False
) -> list[Answer]:
    if not claims:
        return []
    scans = tuple(replace(claim, dry_run=True, shown=None) for claim in claims) if dry_run else tuple(claims)
    (answers,) = record_batches(wire, slug, [Sent(staff.scanner, Batch(at, scans), at, staff.account_id)])
    return answers


def _expected(answer: Answer) -> Mapping[str, int] | None:
    expected: Mapping[str, int] | None = answer.facts.get("expected")
    return expected if answer.verdict is Verdict.CONFIRM_PARTY else None
