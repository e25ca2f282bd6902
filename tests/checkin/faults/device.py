"""A door as a scanner keeps it: every claim kept before it is sent, sent until the server has named its id, and where
nobody answers the door's own word, which goes out with the scan or follows it."""

import http.client
import json
import random
from collections import Counter
from collections.abc import Callable
from copy import copy
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

LETS_IN = ("admitted", "readmitted", "provisional", "counted")
BATCH = 100
PATIENCE = 15
DROPPED = 0.12
"""The share of requests whose answer is lost: half of them before the server has said anything."""


@dataclass
class World:
    """Where the server is, what time it is, and what it died of; `pause` lets a moment pass."""

    slug: str
    port: int
    now: Callable[[], datetime]
    pause: Callable[[], None]
    died_of: Callable[[str], bool]


@dataclass
class Waiting:
    """A scan that the server has not named. `said`: the door's word that it was not told."""

    claim: dict[str, Any]
    said: str | None = None


@dataclass
class Device:
    """One of the doors; `wrong`: how far its clock is off. What happened stands in `let_in`, `counted` and `asked`."""

    world: World
    name: str
    token: str
    seed: int
    wrong: timedelta = timedelta(0)
    away: bool = False
    reached: bool = True
    queue: list[Waiting] = field(default_factory=list)
    asked: set[str] = field(default_factory=set)
    named: dict[str, str] = field(default_factory=dict)
    aside: dict[str, str] = field(default_factory=dict)
    let_in: Counter[str] = field(default_factory=Counter)
    counted: Counter[str] = field(default_factory=Counter)
    lost_answers: int = 0
    trusted: "Device | None" = None

    def __post_init__(self) -> None:
        self.random = random.Random(f"{self.seed} {self.name}")
        self.line: http.client.HTTPConnection | None = None
        self.fault: str | None = None

    def scan(self, place: str, code: str, own: str = "admitted", **given: Any) -> None:
        """Somebody shows a code. Alone, the door lets in whom it has not let in yet."""
        alone = own if code not in self.let_in else "already_in"
        one = self._claim(act="scan", place=place, code=code, **given)
        self._keep(one, alone)
        self.flush()
        if one.claim["id"] not in self.named and "shown" not in one.claim:
            one.said = alone
            self._happens(one.claim, alone)

    def tap(self, place: str) -> str:
        """Somebody without a ticket; the id of the scan."""
        one = self._claim(act="walk_in", place=place, people={"spectator": 1})
        self._keep(one, "counted")
        self.flush()
        return str(one.claim["id"])

    def give(self, place: str, code: str) -> None:
        """Somebody without a ticket gets this one."""
        rid = str(UUID(int=self.random.getrandbits(128)))
        people = {"spectator": 1}
        self._keep(self._claim(act="walk_in", place=place, people=people, rid=rid, new_code=code), "counted")
        self.flush()

    def undo(self, place: str, tap: str) -> None:
        """The last tap was a mistake."""
        self._keep(self._claim(act="undo", place=place, undoes=tap), None)
        self.flush()

    def poison(self, claim_id: str | None = None) -> None:
        """A scan that no server can keep: one that nobody understands, or one that the database refuses."""
        one = self._claim(act="walk_in", place="session:hall", people={"spectator": 1})
        change: dict[str, Any] = {"id": claim_id} if claim_id else {"colour": "red"}
        one.claim |= change
        self._keep(one, None)
        self.flush()

    def flush(self) -> None:
        """Send what waits, oldest first, unless this door is away or nobody answers."""
        while self.queue and not self.away:
            batch = self.queue[:BATCH]
            answers = self._send([one.claim for one in batch])
            self.reached = answers is not None
            if answers is None:
                self.world.pause()
                return
            self._settle(batch, answers)

    def flush_at_last(self) -> None:
        """Try until nothing waits."""
        for _ in range(2400):
            if not self.queue:
                return
            self.flush()
        raise TimeoutError(f"{self.name} still holds {len(self.queue)} scans")

    def is_stolen(self) -> None:
        """What happens at it from now on is somebody else's word: `trusted` is the door as it was."""
        self.flush_at_last()
        so_far = copy(self)
        so_far.asked, so_far.let_in, so_far.counted = set(self.asked), Counter(self.let_in), Counter(self.counted)
        self.trusted = so_far

    def hang_up(self) -> None:
        if self.line is not None:
            self.line.close()
        self.line = None

    def _claim(self, **given: Any) -> Waiting:
        at = (self.world.now() + self.wrong).isoformat()
        scan_id = str(UUID(int=self.random.getrandbits(128)))
        return Waiting({"id": scan_id, "at": at, "gate": "entrance", **given})

    def _keep(self, one: Waiting, own: str | None) -> None:
        """Kept first. Where the server is known to be away, the door's word goes with it, and it is what happens."""
        if own and (self.away or not self.reached):
            one.claim["shown"] = own
            self._happens(one.claim, own)
        self.queue.append(one)
        self.asked.add(one.claim["id"])

    def _happens(self, claim: dict[str, Any], verdict: str) -> None:
        if claim["act"] == "undo":
            self.counted[claim["place"]] -= verdict == "undone"
        elif verdict == "counted" and "new_code" in claim:
            self.let_in[claim["new_code"]] += 1
        elif verdict == "counted":
            self.counted[claim["place"]] += 1
        elif verdict in LETS_IN:
            self.let_in[claim["code"]] += 1

    def _settle(self, batch: list[Waiting], answers: list[dict[str, Any]]) -> None:
        by_id = {answer["id"]: answer for answer in answers}
        named = [one for one in batch if one.claim["id"] in by_id]
        assert named, "the answer names none of the scans"
        for one in named:
            self._hear(one, by_id[one.claim["id"]])
        self.queue = [*filter(None, map(_as_fact, named)), *self.queue[len(named) :]]
        self.asked |= {one.claim["id"] for one in self.queue}

    def _hear(self, one: Waiting, answer: dict[str, Any]) -> None:
        scan_id, verdict = one.claim["id"], answer["verdict"]
        if verdict is None:
            self.aside[scan_id] = answer["error"]["code"]
            return
        self.named[scan_id] = verdict
        if one.said is None and "shown" not in one.claim:
            self._happens(one.claim, verdict)
        one.said = one.said if verdict not in LETS_IN else None

    def _send(self, claims: list[dict[str, Any]]) -> list[dict[str, Any]] | None:
        """The answers; None: nobody has said anything that was heard."""
        fault, self.fault = self.fault, None
        body = json.dumps({"sent_at": (self.world.now() + self.wrong).isoformat(), "scans": claims}).encode()
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        headers |= {"Fault": fault} if fault else {}
        luck = 1.0 if fault else self.random.random()
        try:
            self.line = self.line or http.client.HTTPConnection("127.0.0.1", self.world.port, timeout=PATIENCE)
            self.line.request("POST", f"/api/v1/events/{self.world.slug}/scans", body, headers)
            if luck < DROPPED / 2:
                self._lose()
                return None
            response = self.line.getresponse()
            text = response.read()
        except (OSError, http.client.HTTPException):
            self.fault = None if fault is None or self.world.died_of(fault) else fault
            self.hang_up()
            return None
        if luck < DROPPED:
            self._lose()
            return None
        assert response.status == 200, (response.status, text[:200])
        answers: list[dict[str, Any]] = json.loads(text)["verdicts"]
        return answers

    def _lose(self) -> None:
        self.lost_answers += 1
        self.hang_up()


def _as_fact(one: Waiting) -> Waiting | None:
    """The scan that says who is in although the server refused; its id follows from the first one's."""
    if one.said not in LETS_IN:
        return None
    scan_id = one.claim["id"]
    return Waiting({**one.claim, "id": f"{scan_id[:-1]}{int(scan_id[-1], 16) ^ 8:x}", "shown": one.said})
