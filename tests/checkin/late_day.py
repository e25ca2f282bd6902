"""A day of doors without a network, drawn by a number: who went where at which minute, in which door's queue it stands,
and what the day came to once all of it is uploaded, whoever uploads first."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import timedelta
from random import Random
from typing import Any, NamedTuple
from uuid import uuid4

from flask import Flask
from sqlalchemy import select

from analytics.queries.facts import facts_of
from analytics.queries.ledger import count_ledger
from app.db import db
from app.programme.models import EventSession, Venue
from app.programme.rules import AdmissionRule, CapacityKind, Reentry
from checkin.models import Conflict, Entry, EntryNumber, Place, Scan
from checkin.queries.recount import recounted
from checkin.rules import ConflictKind, Direction
from registrations.models import Ticket
from registrations.rules import BookingState
from registrations.rules.given import RANDOM_BITS, given_code
from tests.checkin.doorside import EVERY_RIGHT, Doorside
from tests.make import NOON, Make

DEVICES = 5
ROOMS = ("a", "b", "c")
PARTIES: dict[str, dict[str, int]] = {
    "ana": {"spectator": 1}, "ben": {"spectator": 1}, "eva": {"student": 1},
    "class": {"student": 8}, "family": {"spectator": 2, "student": 1},
}  # fmt: skip
FAMILIES = ({"spectator": 1}, {"spectator": 1, "student": 2})
COUNTS = {"heads": "head_count", "room": "room_count"}
EVENING = NOON + timedelta(hours=6)
Claim = dict[str, Any]


class Step(NamedTuple):
    """What a device did. what: in, out, tap, out_of_tap, heads, room, give or undo; who: a ticket, or one that a door
    gives out; of: the step that is taken back."""

    device: int
    minute: int
    what: str
    where: str
    who: str = ""
    people: tuple[tuple[str, int], ...] = ()
    of: int = -1


class Size(NamedTuple):
    """How many a room takes."""

    kind: CapacityKind
    capacity: int


class Day(NamedTuple):
    """cancelled: whose registration is cancelled while the doors upload; nobody's if empty. booked: who has a place in
    which room."""

    seed: int
    reentry: Reentry
    steps: tuple[Step, ...]
    cancelled: str
    sizes: dict[str, Size]
    booked: dict[str, str]


def draw(seed: int, *, steps: int = 40) -> Day:
    """The day of this number, always the same."""
    pick, made = Random(seed), list[Step]()
    tickets = list(PARTIES)
    for _ in range(steps):
        made += _next(pick, made, tickets)
    reentry, cancelled = pick.choice(list(Reentry)), pick.choice(["", "eva", "family"])
    sizes = {code: Size(pick.choice(list(CapacityKind)), pick.choice((9, 9, 12, 99))) for code in ROOMS}
    booked = {who: pick.choice(ROOMS) for who in ("ana", "class") if pick.random() < 0.6}
    return Day(seed, reentry, tuple(made), cancelled, sizes, booked)


def _next(pick: Random, made: list[Step], tickets: list[str]) -> list[Step]:
    device, minute, where = pick.randrange(DEVICES), len(made), pick.choice((*ROOMS, *ROOMS, "entrance"))
    what = pick.choice(
        ("in",) * 10 + ("out",) * 4 + ("undo",) * 2 + ("tap", "out_of_tap", "heads", "room", "give", "take_over")
    )
    if what in ("in", "out"):
        who = pick.choice(tickets)
        party = PARTIES.get(who, {"spectator": 1})
        people = _some_of(pick, party) if sum(party.values()) > 1 else ()
        return [Step(device, minute, what, where, who, people if what == "in" or pick.random() < 0.5 else ())]
    if what == "undo":
        theirs = [number for number, one in enumerate(made) if one.what in ("in", "out", "tap", *COUNTS) and one.minute]
        gone = {one.of for one in made}
        chosen = [number for number in theirs[-12:] if number not in gone]
        if not chosen:
            return []
        of = pick.choice(chosen)
        return [Step(made[of].device, minute, "undo", made[of].where, of=of)]
    if what in ("tap", "out_of_tap", "heads", "room"):
        where, most = (pick.choice(ROOMS), 12) if what == "room" else (where, 3)
        return [Step(device, minute, what, where, people=(("spectator", pick.randint(1, most)),))]
    who = f"given {len(tickets)}"
    tickets.append(who)
    people = tuple(pick.choice(FAMILIES).items())
    giving = Step(device, minute, "give", where, who, people)
    if what == "give":
        return [giving]
    tap = Step(device, minute, "tap", where, people=people)
    return [tap, Step(device, minute + 1, "undo", where, of=len(made)), giving._replace(minute=minute + 2)]


def _some_of(pick: Random, party: dict[str, int]) -> tuple[tuple[str, int], ...]:
    """Of the class now and then more than it has; not of a party that may be cancelled meanwhile: then it hangs on
    that whether those beyond it come in or are listed."""
    while True:
        more = pick.choice((0, 0, 0, 2)) if party == PARTIES["class"] else 0
        people = tuple((key, number) for key in party if (number := pick.randint(0, party[key] + more)))
        if people:
            return people


class World:
    """The day's event with its rooms, tickets and devices; every claim has an id of its own in it."""

    def __init__(self, app: Flask, make: Make, day: Day, name: str) -> None:
        event = make.event(f"fair-{name}", reentry=day.reentry, scan_salt=name.encode().ljust(32, b"s"))
        self.day = day
        self.door = door = Doorside(app, make, event, rights=EVERY_RIGHT)
        self.slug = event.slug
        times = {"starts_at": NOON + timedelta(minutes=15), "ends_at": EVENING, "door_closes_at": EVENING}
        self.rooms: dict[str, EventSession] = {
            code: make.session(
                event, code, admission=AdmissionRule.WALK_IN, capacity_kind=size.kind, capacity=size.capacity, **times
            )
            for code, size in day.sizes.items()
        }
        venue = db.session.scalars(select(Venue.slug).where(Venue.slug == f"hall-{event.id}")).one()
        self.entrance = f"entrance:{venue}:{NOON.date().isoformat()}"
        booked = {who: {self.rooms[code]: BookingState.CONFIRMED} for who, code in day.booked.items()}
        self.tickets: dict[str, Ticket] = {
            who: door.ticket(party, booked=booked.get(who)) for who, party in PARTIES.items()
        }
        self.codes = {who: ticket.code for who, ticket in self.tickets.items()}
        drawn = Random(f"{day.seed} {name}")
        given = [step.who for step in day.steps if step.what == "give"]
        self.codes |= {who: given_code(event.scan_salt, drawn.getrandbits(RANDOM_BITS)) for who in given}
        self.tokens = [door.device(rights=EVERY_RIGHT) for _ in range(DEVICES)]
        self.ids = [str(uuid4()) for _ in day.steps]
        self.claims = [self._claim(number, step) for number, step in enumerate(day.steps)]
        ticket = self.tickets.get(day.cancelled)
        self.cancelled_id = ticket.registration_id if ticket else None

    def queues(self) -> list[list[Claim]]:
        """What each device has to upload, as it happened."""
        mine: list[list[Claim]] = [[] for _ in range(DEVICES)]
        for step, claim in zip(self.day.steps, self.claims, strict=True):
            mine[step.device].append(claim)
        return mine

    def _claim(self, number: int, step: Step) -> Claim:
        place = self.rooms.get(step.where, self.entrance)
        told: Claim = {"id": self.ids[number], "at": NOON + timedelta(minutes=step.minute)}
        if step.people:
            told["people"] = dict(step.people)
        if step.what == "undo":
            return self.door.claim(place, act="undo", undoes=self.ids[step.of], **told)
        if step.what in ("tap", "out_of_tap"):
            way = {"direction": "out", "shown": "left"} if step.what == "out_of_tap" else {"shown": "counted"}
            return self.door.claim(place, act="walk_in", **way, **told)
        if step.what in COUNTS:
            return self.door.claim(place, act=COUNTS[step.what], **told)
        if step.what == "give":
            new = {"rid": str(uuid4()), "new_code": self.codes[step.who], "shown": "counted"}
            return self.door.claim(place, act="walk_in", **new, **told)
        way = {"direction": "out", "shown": "left"} if step.what == "out" else {"shown": "admitted"}
        return self.door.claim(place, self.codes[step.who], **way, **told)

    def came_to(self) -> dict[str, Any]:
        """Everything that may not hang on who uploaded first."""
        db.session.rollback()
        db.session.expire_all()
        event = self.door.event
        assert recounted(event.id).wrong == []
        return {
            "standing": self._standing(),
            "present": {code: self.door.places(room).present for code, room in self.rooms.items()},
            "listed": self._listed(),
            "uncounted": self._uncounted(),
            "figures": self._figures(),
        }

    def _figures(self) -> dict[str, Any]:
        """People, visits, returns and arrivals by what they are called."""
        event = self.door.event
        facts = facts_of(event)
        undivided = next(one.id for one in facts.categories if one.unknown)
        told = count_ledger(event, places=dict(facts.places), undivided=undivided, corrected=True)
        keys = {category.id: key for key, category in self.door.categories.items()}
        places = self._places()
        return {
            "people": {(keys[one.category], one.method, one.anonymous): number for one, number in told.people.items()},
            "admissions": {
                (places[one.place], keys[one.category], *one[2:]): number for one, number in told.admissions.items()
            },
            "returns": {places[place]: number for place, number in told.reentries.items()},
            "arrivals": {(places[place], slot): number for (place, slot), number in told.arrivals.items()},
        }

    def _names(self) -> dict[int | None, str]:
        whose = {code: who for who, code in self.codes.items()}
        found = db.session.execute(select(Ticket.id, Ticket.code).where(Ticket.event_id == self.door.event.id))
        return {ticket_id: whose[code] for ticket_id, code in found} | {None: ""}

    def _places(self) -> dict[int | None, str]:
        sessions = {room.id: code for code, room in self.rooms.items()}
        found = db.session.execute(select(Place.id, Place.session_id).where(Place.event_id == self.door.event.id))
        return {place_id: sessions.get(session_id or 0, "entrance") for place_id, session_id in found}

    def _standing(self) -> list[Any]:
        """Who stands in the ledger where and when, exits that follow from coming elsewhere too."""
        undone = select(Entry.undoes_id).where(Entry.undoes_id.is_not(None))
        keys = {category.id: key for key, category in self.door.categories.items()}
        rows = db.session.execute(
            select(Entry.ticket_id, Entry.place_id, Entry.at, Entry.direction, Entry.reentry, EntryNumber)
            .join(EntryNumber, EntryNumber.entry_id == Entry.id)
            .where(Entry.event_id == self.door.event.id, Entry.undoes_id.is_(None), Entry.id.not_in(undone))
        )
        names, places, people = self._names(), self._places(), defaultdict[Any, int](int)
        for ticket_id, place_id, at, way, back, number in rows:
            minute = (at - NOON).total_seconds() / 60
            what = "out" if way is Direction.OUT else "back" if back else "in"
            people[names[ticket_id], places[place_id], minute, what, keys[number.category_id]] += number.number
        return sorted(people.items())

    def _listed(self) -> Counter[Any]:
        """What people are asked to look at: of whom and where, and by which scan those who were too many for a room;
        whose registration was cancelled meanwhile was entitled or not as it stood when the upload came."""
        found = db.session.execute(
            select(Conflict.kind, Conflict.ticket_id, Conflict.place_id, Conflict.scan_id).where(
                Conflict.event_id == self.door.event.id, Conflict.resolved_at.is_(None)
            )
        )
        names, places = self._names(), self._places()
        steps = {claim["id"]: str(number) for number, claim in enumerate(self.claims)}
        told = Counter(
            (kind.value, names[ticket], places[place], steps[str(scan)] if kind is ConflictKind.OVER_CAPACITY else "")
            for kind, ticket, place, scan in found
        )
        return Counter({one: number for one, number in told.items() if one[:2] != ("not_entitled", self.day.cancelled)})

    def _uncounted(self) -> list[Any]:
        """Whom nobody counted, and by which scan; of one person where going out changes nothing it is the scan that was
        uploaded second."""
        names, places = self._names(), self._places()
        steps = {claim["id"]: number for number, claim in enumerate(self.claims)}
        found = []
        for scan in db.session.scalars(select(Scan).where(Scan.event_id == self.door.event.id)):
            over = scan.facts.get("uncounted")
            if not over:
                continue
            who, number = names[scan.ticket_id], steps[str(scan.id)]
            alone = self._alone(who) and self.day.reentry is not Reentry.AFTER_EXIT
            found.append((who, places[scan.place_id], "" if alone else str(number), sorted(over.items())))
        return sorted(found)

    def _alone(self, who: str) -> bool:
        given = [step.people for step in self.day.steps if step.who == who and step.what == "give"]
        party = dict(given[0]) if given else PARTIES[who]
        return sum(party.values()) == 1


def batches(pick: Random, queue: Iterable[Claim]) -> list[list[Claim]]:
    """One device's queue cut into batches of a few, in any order but that nothing is taken back before it came."""
    left = list(queue)
    pick.shuffle(left)
    ids = {claim["id"] for claim in left}
    ordered: list[Claim] = []
    while left:
        told = {claim["id"] for claim in ordered}
        free = [one for one in left if one.get("undoes") not in ids - told]
        ordered.append(free[0])
        left.remove(free[0])
    found = []
    while ordered:
        size = pick.randint(1, 5)
        found.append(ordered[:size])
        ordered = ordered[size:]
    return found
