"""Reads a blind pack as a scanner does: by the description in docs/guide/door.md, not by the code that writes it."""

import hashlib
import hmac
import json
from base64 import b64decode
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM


@dataclass
class ReadPack:
    """Head and sealed rows by their ids."""

    head: dict[str, Any]
    rows: dict[bytes, bytes]

    def open(self, code: str, *, row_of: str | None = None) -> dict[str, Any] | None:
        """What this ticket's row says; None: not there. `row_of`: try this code's key on another ticket's row."""
        rid, key = self.derived(code)
        sealed = self.rows.get(self.derived(row_of)[0] if row_of else rid)
        if sealed is None:
            return None
        try:
            return self._read(AESGCM(key).decrypt(sealed[14:26], sealed[26:], sealed[:12]))
        except InvalidTag:
            return {"error": "another ticket's row"}

    def derived(self, code: str) -> tuple[bytes, bytes]:
        digest = hmac.digest(b64decode(self.head["salt"]), code.encode(), hashlib.sha512)
        return digest[:12], digest[32:]

    def with_changes(self, newer: "ReadPack") -> "ReadPack":
        return ReadPack(newer.head, {**self.rows, **newer.rows})

    def _read(self, text: bytes) -> dict[str, Any]:
        at = 0

        def number() -> int:
            nonlocal at
            found, shift = 0, 0
            while True:
                byte = text[at]
                at += 1
                found |= (byte & 127) << shift
                shift += 7
                if byte < 128:
                    return found

        def numbers() -> dict[str, int]:
            pairs = [(number(), number()) for _ in range(number())]
            return {keys[category]: people for category, people in pairs}

        keys = {one["n"]: one["key"] for one in self.head["categories"]}
        places = {one["n"]: one["code"] for one in self.head["places"]}
        flags = number()
        length = number()
        name = text[at : at + length].decode()
        at += length
        party, booked = numbers(), {}
        for _ in range(number()):
            place, state = number(), number()
            every = bool(state & 4)
            held = party if every else numbers() if state & 3 == 0 else {}
            booked[places[place]] = (("confirmed", "pending", "waiting", "cancelled")[state & 3], held)
        lines = []
        for _ in range(number()):
            place, kind, _gate, seconds = number(), number(), number(), number()
            lines.append((places[place], kind & 7, seconds, party if kind & 8 else numbers()))
        assert not any(text[at:])
        return {"flags": flags, "name": name, "party": party, "booked": booked, "lines": lines}


def read_pack(body: bytes) -> ReadPack:
    """The whole record, to its last byte."""
    assert body[:8] == b"UKPACK1\n"
    length = int.from_bytes(body[8:12])
    head, at = json.loads(body[12 : 12 + length]), 12 + length
    count, at, rows = int.from_bytes(body[at : at + 4]), at + 4, {}
    for _ in range(count):
        size = 12 + 2 + 12 + int.from_bytes(body[at + 12 : at + 14]) * 16 + 16
        rows[body[at : at + 12]] = body[at : at + size]
        at += size
    assert (at, len(rows)) == (len(body), count)
    return ReadPack(head, rows)
