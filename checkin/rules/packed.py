"""The blind pack's bytes: rows that only the ticket itself finds and opens. Documented in docs/guide/door.md.

Numbers are LEB128 varints; everything about a ticket is sealed, and its length is padded, so that a lost device tells
neither names nor who is cancelled nor who came. The same row is sealed the same way again: its nonce follows from what
it says, so that devices and caches can compare packs, and two rows of one key never share one.
"""

import hmac
import json
import struct
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from checkin.rules import Direction
from checkin.rules.facts import Booked
from checkin.rules.people import Numbers
from checkin.rules.stay import Line
from registrations.rules import derive

MAGIC = b"UKPACK1\n"
SINCE = datetime(2020, 1, 1, tzinfo=UTC)
"""Times of lines are seconds since then."""
NONCE, STEP, LEAST = 12, 16, 48
LONGEST_NAME = 90
GOES_ON = "…"
TEAM, BLOCKED, REPLACED, CANCELLED, NO_PHOTO, NOTED, CLASS, DELEGATION = 1, 2, 4, 8, 16, 32, 64, 128
OUT, REENTRY, ON_BOOKING, WHOLE_PARTY = 1, 2, 4, 8
STATES = (Booked.CONFIRMED, Booked.PENDING, Booked.WAITING, Booked.CANCELLED)
ALL_PLACES = 4
_LENGTHS = struct.Struct(">H")
_COUNT = struct.Struct(">I")


@dataclass(frozen=True, slots=True)
class PackedBooking:
    """What stands of a ticket's booking in one session, by the number of its place."""

    place: int
    booked: Booked
    places: Numbers


@dataclass(frozen=True, slots=True)
class PackedTicket:
    """All that a door may know of one ticket while it is offline; `lines`: by place number, in the ledger's order."""

    code: str
    flags: int
    name: str
    party: Numbers
    bookings: Sequence[PackedBooking]
    lines: Sequence[tuple[int, Line]]


def row(ticket: PackedTicket, *, salt: bytes, keys: Mapping[str, int]) -> bytes:
    """One ticket, sealed. `keys`: the number of each category."""
    derived = derive(salt, ticket.code)
    text = _padded(_text(ticket, keys))
    nonce = hmac.digest(derived.key, b"nonce" + text, "sha256")[:NONCE]
    sealed = AESGCM(derived.key).encrypt(nonce, text, derived.rid)
    return b"".join((derived.rid, _LENGTHS.pack(len(text) // STEP), nonce, sealed))


def whole(head: Mapping[str, Any], rows: bytes, number: int) -> bytes:
    """Head and so many rows as one record."""
    said = json.dumps(head, separators=(",", ":"), ensure_ascii=False).encode()
    return b"".join((MAGIC, _COUNT.pack(len(said)), said, _COUNT.pack(number), rows))


def varint(number: int) -> bytes:
    """Seven bits a byte, the lowest first."""
    if number < 128:
        return _SMALL[number]
    out = bytearray()
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    out.append(number)
    return bytes(out)


_SMALL = tuple(bytes((number,)) for number in range(128))


def _text(ticket: PackedTicket, keys: Mapping[str, int]) -> bytes:
    name = _shortened(ticket.name)
    parts = [varint(ticket.flags), varint(len(name)), name, _numbers(ticket.party, keys)]
    parts.append(varint(len(ticket.bookings)))
    for booking in ticket.bookings:
        every = booking.places == ticket.party
        parts.append(varint(booking.place))
        parts.append(varint(STATES.index(booking.booked) | (ALL_PLACES if every else 0)))
        if booking.booked is Booked.CONFIRMED and not every:
            parts.append(_numbers(booking.places, keys))
    parts.append(varint(len(ticket.lines)))
    for place, line in ticket.lines:
        parts += _line(place, line, ticket.party, keys)
    return b"".join(parts)


def _line(place: int, line: Line, party: Numbers, keys: Mapping[str, int]) -> Iterable[bytes]:
    people = {category: abs(number) for category, number in line.people.items()}
    flags = (
        (OUT if line.direction is Direction.OUT else 0)
        | (REENTRY if line.reentry else 0)
        | (ON_BOOKING if line.booked else 0)
        | (WHOLE_PARTY if people == party else 0)
    )
    seconds = max(0, int((line.at - SINCE).total_seconds()))
    yield from (varint(place), varint(flags), varint(line.gate_id or 0), varint(seconds))
    if not flags & WHOLE_PARTY:
        yield _numbers(people, keys)


def _numbers(numbers: Numbers, keys: Mapping[str, int]) -> bytes:
    return varint(len(numbers)) + b"".join(
        varint(keys[category]) + varint(number) for category, number in numbers.items()
    )


def _shortened(name: str) -> bytes:
    """At most so many bytes, never half a character; a name that goes on says so."""
    whole = name.encode()
    if len(whole) <= LONGEST_NAME:
        return whole
    return f"{whole[: LONGEST_NAME - len(GOES_ON.encode())].decode(errors='ignore')}{GOES_ON}".encode()


def _padded(text: bytes) -> bytes:
    return text.ljust(max(LEAST, -(-len(text) // STEP) * STEP), b"\0")
