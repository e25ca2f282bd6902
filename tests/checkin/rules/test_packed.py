"""The pack's bytes: what the server writes is, to the byte, what the scanner's own tests open."""

import json
from base64 import b64decode, b64encode
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from checkin.rules import Direction
from checkin.rules.facts import Booked
from checkin.rules.packed import NOTED, SINCE, TEAM, PackedBooking, PackedTicket, row, varint, whole
from checkin.rules.stay import Line
from tests.checkin.packreader import read_pack

SAMPLE = Path(__file__).parents[1] / "scanner" / "pack.json"
KEYS = {"spectator": 3, "student": 300}
SALT = bytes(range(32))
CLASS, ANA = "AAAAAAAAAAAAAAAAAAAAAAAAAA", "ZYXWVUTSRQPONMLKJIHGFEDCBA"


def line(minute: int, people: dict[str, int], direction: Direction = Direction.IN, **given: Any) -> Line:
    return Line(SINCE + timedelta(days=2500, minutes=minute), minute, direction, people, **given)


TICKETS = (
    PackedTicket(CLASS, NOTED, "みなと小学校 4年1組", {"student": 32, "spectator": 2}, [
        PackedBooking(7, Booked.CONFIRMED, {"student": 32, "spectator": 2}),
        PackedBooking(200, Booked.CONFIRMED, {"student": 30}),
        PackedBooking(9, Booked.WAITING, {}), PackedBooking(10, Booked.CANCELLED, {}),
    ], [
        (7, line(0, {"student": 30, "spectator": 2}, booked=True, gate_id=5)),
        (7, line(9, {"student": -2}, Direction.OUT, gate_id=5)),
        (7, line(12, {"student": 2}, reentry=True)),
    ]),
    PackedTicket(ANA, TEAM, "Ana", {"spectator": 1}, [PackedBooking(7, Booked.PENDING, {})],
        [(7, line(3, {"spectator": 1}))]),
)  # fmt: skip


def sample() -> bytes:
    head = {
        "format": 1, "salt": b64encode(SALT).decode(), "since": None, "mark": "4.9", "generated_at": 1793000000000,
        "categories": [{"n": number, "key": key} for key, number in KEYS.items()],
        "gates": [{"n": 5, "code": "main"}], "places": [{"n": n, "code": f"session:s{n}"} for n in (7, 200, 9, 10)],
    }  # fmt: skip
    rows = sorted(row(ticket, salt=SALT, keys=KEYS) for ticket in TICKETS)
    return whole(head, b"".join(rows), len(rows))


def test_the_scanners_sample_is_what_the_server_writes() -> None:
    kept = b64decode(json.loads(SAMPLE.read_text())["pack"])
    assert kept == sample(), f"write it anew: {b64encode(sample()).decode()}"


def test_every_row_is_padded_and_opens() -> None:
    found = read_pack(sample())
    assert [len(one) % 16 for one in found.rows.values()] == [(12 + 2 + 12 + 16) % 16] * 2
    opened = found.open(CLASS)
    assert opened is not None
    assert opened["name"] == "みなと小学校 4年1組"
    assert opened["booked"]["session:s200"] == ("confirmed", {"student": 30})


def test_another_state_is_sealed_under_another_nonce() -> None:
    one = TICKETS[0]
    changed = PackedTicket(one.code, TEAM, one.name, one.party, one.bookings, one.lines)
    rows = [row(ticket, salt=SALT, keys=KEYS) for ticket in (one, changed)]
    assert rows[0][:12] == rows[1][:12]
    assert rows[0][14:26] != rows[1][14:26]


@pytest.mark.parametrize(("number", "bytes_"), [(0, b"\0"), (127, b"\x7f"), (128, b"\x80\x01"), (300, b"\xac\x02")])
def test_numbers_take_seven_bits_a_byte(number: int, bytes_: bytes) -> None:
    assert varint(number) == bytes_
