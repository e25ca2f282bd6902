"""The fixed words of registration, and its arithmetic: windows, parties, overlaps, codes. Plain values in and out."""

import hmac
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from app.programme.rules import EventStatus
from app.values import Value, at_hand

ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
CODE_LENGTH = 26
CODE_BITS = 130
LONGEST_READING = 500


@at_hand
class PartyKind(StrEnum):
    """Who a registration speaks for."""

    PERSON = "person"
    FAMILY = "family"
    CLASS = "class"
    DELEGATION = "delegation"
    TEAM = "team"


GROUPS = (PartyKind.CLASS, PartyKind.DELEGATION, PartyKind.TEAM)
"""Kinds that somebody states; one person and a family follow from the numbers."""
NAMED_KINDS = (PartyKind.PERSON, PartyKind.FAMILY, PartyKind.TEAM)
"""Kinds whose people may have names; of a class no child is ever named."""
LARGEST_GROUP = 300
"""So many come with one registration of a class or a delegation, whatever an event lets others bring."""


@at_hand
class BookingState(StrEnum):
    """The state of places in one event session; only confirmed and offered hold places."""

    APPLIED = "applied"
    PENDING = "pending"
    CONFIRMED = "confirmed"
    OFFERED = "offered"
    WAITING = "waiting"
    DECLINED = "declined"
    NOT_DRAWN = "not_drawn"
    EXPIRED = "expired"
    CANCELLED = "cancelled"

    @property
    def holds_places(self) -> bool:
        return self in (BookingState.CONFIRMED, BookingState.OFFERED)


class Source(StrEnum):
    """How a registration reached us."""

    WEB = "web"
    DESK = "desk"
    DOOR = "door"
    IMPORT = "import"
    DEMONSTRATION = "demonstration"


class ConsentKind(StrEnum):
    """What somebody agreed to."""

    PRIVACY = "privacy"
    PHOTO = "photo"
    GUARDIAN = "guardian"


class Hand(StrEnum):
    """Whose hand registers or changes: the organiser's dates bind the public, not the staff."""

    PUBLIC = "public"
    STAFF = "staff"


class Window(StrEnum):
    """Whether an event takes registrations at a moment, and if not, why."""

    NOT_YET = "not_yet"
    OPEN = "open"
    OVER = "over"


@dataclass(frozen=True)
class Group:
    """The class or delegation that comes: its school or organisation, and what a contact person says about it."""

    name: str
    grade: str | None = None
    class_name: str | None = None
    phone: str | None = None
    needs: str | None = None
    expected_at: datetime | None = None


@dataclass(frozen=True)
class Application:
    """What somebody asks for: a party as numbers by category key, and the codes of the sessions they all come to.

    waiting: those sessions in which they would wait for places. kind None: one person or a family, by the numbers.
    numbers_stand: of a class, that its contact says so.
    """

    name: str
    numbers: Mapping[str, int]
    sessions: frozenset[str] = frozenset()
    email: str | None = None
    language: str = "ja"
    waiting: frozenset[str] = frozenset()
    kind: PartyKind | None = None
    group: Group | None = None
    numbers_stand: bool = False

    @property
    def is_team(self) -> bool:
        """Whether those are meant who work here: exhibitors, speakers, staff. They take no seat of the audience."""
        return self.kind is PartyKind.TEAM


@dataclass(frozen=True)
class Stay:
    """One party's wish to be in one event session: when, how many of each category, and which named attendees."""

    session_id: int
    starts_at: datetime
    ends_at: datetime
    numbers: Mapping[int, int]
    attendees: frozenset[int] = frozenset()


def window(
    status: EventStatus,
    opens_at: datetime | None,
    closes_at: datetime | None,
    *,
    ends_on: date,
    day_ends_at: time,
    timezone: str,
    at: datetime,
) -> Window:
    """Open while the event is published, between the organiser's dates, until its last day ends the next morning."""
    ended = has_ended(ends_on, day_ends_at, timezone, at=at)
    if status is not EventStatus.PUBLISHED or ended or (closes_at is not None and at >= closes_at):
        return Window.OVER
    return Window.NOT_YET if opens_at is not None and at < opens_at else Window.OPEN


def has_ended(ends_on: date, day_ends_at: time, timezone: str, *, at: datetime) -> bool:
    """Whether the event's last day is over; it ends the next morning."""
    return at >= datetime.combine(ends_on + timedelta(days=1), day_ends_at, ZoneInfo(timezone))


def day_of(moment: datetime, zone: ZoneInfo) -> date:
    """The local day."""
    return moment.astimezone(zone).date()


def party_total(numbers: Mapping[int, int]) -> int:
    """How many people come, all categories together."""
    return sum(numbers.values())


def party_kind(numbers: Mapping[int, int], asked: PartyKind | None = None) -> PartyKind:
    """What was asked for; one person, or several with one contact."""
    if asked in GROUPS:
        return asked
    return PartyKind.PERSON if party_total(numbers) == 1 else PartyKind.FAMILY


def overlaps(stays: Iterable[Stay], party: Mapping[int, int]) -> tuple[tuple[int, ...], ...]:
    """Groups of session ids that ask one person, or more people than the party has, to be in two rooms at once.

    Judged per named attendee; for numbers, the sum over sessions that run at the same moment may not exceed the party
    in any category. One session that ends when the next begins is no overlap.
    """
    ordered = sorted(stays, key=lambda stay: (stay.starts_at, stay.session_id))
    groups = []
    for begun in ordered:
        running = [stay for stay in ordered if stay.starts_at <= begun.starts_at < stay.ends_at]
        if len(running) > 1 and _too_many(running, party):
            groups.append(tuple(stay.session_id for stay in running))
    return tuple(dict.fromkeys(groups))


def check_digit(digits: str) -> str:
    """The digit that ends a short number: Damm's algorithm, which finds every wrong digit and every swap of two."""
    state = 0
    for digit in digits:
        state = _DAMM[state][int(digit)]
    return str(state)


def short_number(six_digits: int) -> str:
    """A number to read aloud: six digits and their check digit."""
    digits = f"{six_digits:06d}"
    return digits + check_digit(digits)


def is_short_number(text: str) -> bool:
    """Whether these are seven digits that belong together."""
    return re.fullmatch("[0-9]{7}", text) is not None and check_digit(text) == "0"


def spoken(number: str) -> str:
    """A short number as shown: 482-1937."""
    return f"{number[:3]}-{number[3:]}"


def ticket_code(bits: int) -> str:
    """The 26 characters that stand for 130 random bits: A to Z and 2 to 7."""
    return "".join(ALPHABET[bits >> 5 * place & 31] for place in reversed(range(CODE_LENGTH)))


def in_groups(code: str) -> str:
    """A code as people read it from paper: groups of four, and the last two."""
    return " ".join(code[at : at + 4] for at in range(0, CODE_LENGTH, 4))


@dataclass(frozen=True)
class Derived:
    """What a scanner that is offline may know of a code: `rid` finds its row, `key` opens it."""

    rid: bytes
    key: bytes


def derive(salt: bytes, code: str) -> Derived:
    """Row id (12 bytes) and key (32 bytes) of a code under an event's salt; neither leads back to the code."""
    digest = hmac.digest(salt, code.encode("ascii"), "sha512")
    return Derived(rid=digest[:12], key=digest[32:64])


class Reading(Value, frozen=True):
    """What a typed or scanned text is: a ticket's code, a short number, or neither (both None)."""

    code: str | None = None
    number: str | None = None


def read_code(text: str) -> Reading:
    """The code or short number in a text: the ticket's address in any case, the bare characters, grouped, full-width,
    with 0, 1, 8 for O, I, B, with what keyboard scanners put around it."""
    if len(text) > LONGEST_READING:
        return Reading()
    if is_code(text):
        return Reading(code=text)  # nothing to tidy
    plain = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).strip().upper()
    plain = _SYMBOLOGY.sub("", plain).strip()
    address = _ADDRESS.fullmatch("".join(plain.split()))
    if address:
        return Reading(code=_as_code(address[1]))
    bare = _SEPARATORS.sub("", plain)
    if re.fullmatch("[0-9]{7}", bare):
        return Reading(number=bare)
    return Reading(code=_as_code(bare))


def _too_many(running: list[Stay], party: Mapping[int, int]) -> bool:
    named = [attendee for stay in running for attendee in stay.attendees]
    if len(named) != len(set(named)):
        return True
    categories = {category for stay in running for category in stay.numbers}
    return any(sum(stay.numbers.get(one, 0) for stay in running) > party.get(one, 0) for one in categories)


def _as_code(letters: str) -> str | None:
    code = letters.translate(_LOOKALIKES)
    return code if _CODE.fullmatch(code) else None


_DAMM = tuple(
    tuple(int(digit) for digit in row)
    for row in (
        "0317598642",
        "7092154863",
        "4206871359",
        "1750983426",
        "6123045978",
        "3674209581",
        "5869720134",
        "8945362017",
        "9438617205",
        "2581436790",
    )
)
_LOOKALIKES = str.maketrans({"0": "O", "1": "I", "8": "B"})
_CODE = re.compile("[A-Z2-7]{26}")
is_code = _CODE.fullmatch  # a ticket's code and nothing else, as scanners of ours send it
_ADDRESS = re.compile(r"HTTPS?://[^/?#]+(?:/[^/?#]+)*?/T/([A-Z0-9]{26})/?(?:[?#].*)?")
_INVISIBLE = re.compile("[\x00-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u2028-\u202f\u2060-\u2069\ufeff]")
_SEPARATORS = re.compile("[\\s\\-\u2010-\u2015\u2212\u30fc\uff70\u00b7\u30fb.,_]")
_SYMBOLOGY = re.compile("^\\][A-Z][0-9]")
