"""A day of eight doors at which everything goes wrong: what is there, what each door does, and the server's keeper."""

import random
import subprocess
import sys
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from sqlalchemy import insert, select

from app.accounts.models import Device as DeviceRow
from app.accounts.operations import revoke_device
from app.clock import frozen
from app.db import db, transaction
from app.programme.models import Event
from app.programme.rules import AdmissionRule, Reentry
from app.web.actors import Actor
from checkin.models import Gate
from checkin.operations import enrol_device
from checkin.operations.sealing import seal_lines
from registrations.models import PartyNumber, Registration, Ticket
from registrations.rules import PartyKind, Source, short_number, ticket_code
from registrations.rules.given import RANDOM_BITS, given_code
from tests.app.server import ROOT, environment, free_port
from tests.checkin.faults.device import Device, World
from tests.checkin.faults.server import AHEAD, DEATHS, FORGETFUL, end_at_once
from tests.make import NOON, Make

HALL, ROOM, SEATS = "session:hall", "session:room", 70
STEPS = 130
SHARED, EACH = 60, 230
GROUP = 30
GIVEN = 10
"""So many tickets each door gives out; the next door scans them when their uploads may still be on the way."""
POISONED = "00000000-0000-4000-8000-000000000bad"
STRANGE = "QQQQQQQQQQQQQQQQQQQQQQQQQ"
SLOW_BY = {"behind": timedelta(hours=-3), "ahead": timedelta(hours=2)}
NAMES = ("plain", "other", "behind", "ahead", "far", "twin", "revoked", "poisoned")
KILLS = {
    ("plain", 0): (25, "before 1"),
    ("other", 0): (75, "after 2"),
    ("ahead", 1): (25, "after 3"),
    ("twin", 1): (75, "before 4"),
}
AWAY = {
    ("far", 0): range(15, STEPS + 1),
    ("twin", 0): range(40, 90),
    ("revoked", 0): range(60, STEPS + 1),
    ("behind", 1): range(30, 70),
}
"""At which steps of which half a door has no network; whoever is away at its end holds a queue over the hour."""


class Keeper:
    """Keeps a server running: whenever it has died, another one starts."""

    def __init__(self, folder: Path, database_url: str, *, forgetful: bool) -> None:
        self.port = free_port()
        self.folder = folder
        self.ahead = NOON - datetime.now(UTC)
        self.deaths = folder / "deaths"
        self.environment = environment(folder, self.port, DATABASE_URL=database_url, RATE_LIMITS="off")
        self.environment |= {DEATHS: str(self.deaths), **({FORGETFUL: "yes"} if forgetful else {})}
        self.starts = 0
        self.ended = threading.Event()
        self.log = (folder / "server.log").open("wb")
        self._start()
        self.watch = threading.Thread(target=self._watch)
        self.watch.start()

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def died_of(self, fault: str) -> bool:
        return self.deaths.exists() and fault in self.deaths.read_text().splitlines()

    def an_hour_later(self) -> None:
        """The power goes, and comes back an hour later."""
        self.ahead += timedelta(hours=1)
        before = self.starts
        self._kill()
        while self.starts == before or not self._answers():
            time.sleep(0.05)

    def end(self) -> None:
        self.ended.set()
        self.watch.join()
        self._kill()
        self.log.close()

    def _watch(self) -> None:
        while not self.ended.wait(0.03):
            if self.process.poll() is not None:
                self._start()

    def _start(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", "from tests.checkin.faults.server import main; main()"],
            env=self.environment | {AHEAD: str(self.ahead.total_seconds())},
            cwd=ROOT, stdout=subprocess.DEVNULL, stderr=self.log, start_new_session=True,
        )  # fmt: skip
        self.starts += 1

    def _kill(self) -> None:
        with suppress(OSError):  # it has died by itself meanwhile
            end_at_once(self.process.pid)
        self.process.wait(30)

    def _answers(self) -> bool:
        try:
            with urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=5):
                return True
        except (URLError, OSError):
            return False


@dataclass
class Day:
    """What came of it: the doors, and what stood between the two halves."""

    event: Event
    doors: dict[str, Device]
    groups: dict[str, int]
    deaths: list[str] = field(default_factory=list)
    starts: int = 0
    held_over_the_hour: int = 0
    lost_answers: int = 0


def live(make: Make, folder: Path, database_url: str, *, seed: int, forgetful: bool = False) -> Day:
    """The whole day, to the moment at which no door holds anything any more."""
    event = make.event(reentry=Reentry.NONE)
    until = NOON + timedelta(hours=8)
    times = {"ends_at": until, "door_closes_at": until, "admission": AdmissionRule.WALK_IN}
    make.session(event, "hall", **times)
    make.session(event, "room", capacity=SEATS, **times)
    codes = tickets(make, event, SHARED + EACH * len(NAMES))
    groups = tickets(make, event, 4 * len(NAMES), people=GROUP)
    keeper = Keeper(folder, database_url, forgetful=forgetful)
    try:
        world = World(event.slug, keeper.port, keeper.now, lambda: time.sleep(0.05), keeper.died_of)
        tokens = enrolled(event)
        doors = {name: Device(world, name, tokens[name], seed, SLOW_BY.get(name, timedelta(0))) for name in NAMES}
        day = Day(event, doors, dict.fromkeys(groups, GROUP))
        drawn = random.Random(seed)
        given = [given_code(event.scan_salt, drawn.getrandbits(RANDOM_BITS)) for _ in range(GIVEN * len(NAMES))]
        plans = [
            Plan(
                door,
                codes[:SHARED],
                codes[SHARED + place :: len(NAMES)],
                groups[place :: len(NAMES)],
                given[place :: len(NAMES)],
            )
            for place, door in enumerate(doors.values())
        ]
        for one, before in zip(plans, [plans[-1], *plans], strict=False):
            one.of_others = [] if before.door.name == "revoked" else before.given[:]
        together(plans, 0)
        revoke(event, at=keeper.now())
        day.held_over_the_hour = sum(len(one.queue) for one in doors.values())
        keeper.an_hour_later()
        seal_lines(keeper.now())
        together(plans, 1)
        day.deaths = sorted(keeper.deaths.read_text().splitlines()) if keeper.deaths.exists() else []
        day.starts = keeper.starts
        day.lost_answers = sum(one.lost_answers for one in doors.values())
        seal_lines(keeper.now())
    finally:
        keeper.end()
    return day


class Plan:
    """What happens at one door: drawn by its seed alone, whatever the others do."""

    def __init__(self, door: Device, shared: list[str], own: list[str], groups: list[str], given: list[str]) -> None:
        self.door = door
        self.given = given
        self.to_give = iter(given if door.name != "revoked" else [])
        self.of_others: list[str] = []
        self.random = random.Random(f"{door.seed} plan {door.name}")
        mine = self.random.sample(shared, 40) if door.name != "revoked" else []
        self.shared = [mine[:20], mine[20:]]
        self.own = iter(own)
        self.groups = iter(groups)

    def live(self, half: int) -> None:
        door = self.door
        for step in range(STEPS):
            if door.name == "revoked" and (half, step) == (0, AWAY[door.name, 0].start):
                door.is_stolen()
            door.away = step in AWAY.get((door.name, half), ())
            if (door.name, half) in KILLS and KILLS[door.name, half][0] == step:
                door.fault = KILLS[door.name, half][1]
            self._step(step, half)
        if STEPS not in AWAY.get((door.name, half), ()):
            door.away = False
            door.flush_at_last()
        door.hang_up()

    def _step(self, step: int, half: int) -> None:
        door = self.door
        if step % 60 == 50:
            door.scan(HALL, next(self.groups), people={"student": GROUP})
        elif door.name == "poisoned" and step % 40 == 30:
            door.poison(POISONED if half else None)
        elif half == 0 and step % (STEPS // GIVEN) == 7 and (code := next(self.to_give, None)):
            door.give(HALL, code)
        elif half == 1 and step % 9 == 4 and self.of_others and door.name != "revoked":
            door.scan(HALL, self.of_others.pop(), own="provisional")
        elif self.shared[half] and step % 6 == 5:
            door.scan(HALL, self.shared[half].pop())
        else:
            self._anything()

    def _anything(self) -> None:
        door, what = self.door, self.random.random()
        if what < 0.2:
            tap = door.tap(HALL)
            if self.random.random() < 0.2:
                door.undo(HALL, tap)
        elif what < 0.3:
            door.tap(ROOM)
        elif what < 0.33:
            door.scan(HALL, STRANGE + self.random.choice("ABCDEFGH"), own="provisional")
        else:
            door.scan(HALL, next(self.own))


def together(plans: list[Plan], half: int) -> None:
    """Every door in a thread of its own; what went wrong in one of them is raised here."""
    wrong: list[BaseException] = []

    def run(plan: Plan) -> None:
        try:
            plan.live(half)
        except BaseException as error:  # noqa: BLE001  told by who waits for us
            wrong.append(error)

    threads = [threading.Thread(target=run, args=(plan,)) for plan in plans]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if wrong:
        raise wrong[0]


def enrolled(event: Event) -> dict[str, str]:
    """Tokens as long as a day's work, no longer."""
    gate = db.session.scalars(select(Gate.id).where(Gate.event_id == event.id)).one()
    with frozen(NOON), transaction():
        return {name: enrol_device(event, gate, name=name, actor=Actor(), at=NOON).token for name in NAMES}


def revoke(event: Event, *, at: datetime) -> None:
    with transaction():
        lost = db.session.scalars(select(DeviceRow).filter_by(event_id=event.id, name="revoked")).one()
        revoke_device(lost, at=at, actor=Actor())


def tickets(make: Make, event: Event, number: int, *, people: int = 1) -> list[str]:
    """Codes of so many people, or groups of people, without a booking."""
    drawn = random.Random(f"{number} {people}")
    category = make.categories(event)["spectator" if people == 1 else "student"].id
    kind = PartyKind.PERSON if people == 1 else PartyKind.CLASS
    codes = [ticket_code(drawn.getrandbits(130)) for _ in range(number)]
    registration = {"event_id": event.id, "language": "ja", "source": Source.WEB, "party_kind": kind,
                    "contact_name": "架空 花子", "created_at": NOON - timedelta(days=9), "version": 1}  # fmt: skip
    with transaction():
        add = insert(Registration).returning(Registration.id, sort_by_parameter_order=True)
        ids = list(db.session.scalars(add, [{**registration, "link": f"link {code}"} for code in codes]))
        db.session.execute(
            insert(PartyNumber), [{"registration_id": one, "category_id": category, "number": people} for one in ids]
        )
        db.session.execute(insert(Ticket), [
            {"event_id": event.id, "registration_id": one, "code": code, "rid": drawn.randbytes(12),
             "number": short_number(place + 1000 * people), "issued_at": NOON}
            for place, (one, code) in enumerate(zip(ids, codes, strict=True))
        ])  # fmt: skip
    return codes
