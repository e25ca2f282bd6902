"""Scans of one ticket each, as nearly all are, read by a library in C: the same claims as field by field, at half the
price. Whatever says more, and every fault, is for the long way."""

from collections.abc import Callable, Sequence
from hashlib import sha256
from typing import Any
from uuid import UUID

import msgspec

from app.values import Value
from checkin.forms import fields
from checkin.rules import Act, Direction, Verdict
from checkin.rules.claims import Claim, Malformed

LongWay = Callable[[Any, bytes], Claim | Malformed]


class _Sent(Value, frozen=True):
    """A scan as it was sent. What has no type here is read by its field."""

    id: UUID
    act: Act
    at: Any
    gate: Any
    place: Any
    code: Any
    seq: Any = None
    direction: Direction = Direction.IN
    shown: Verdict | None = None
    clock: Any = None


_NAMES = frozenset(_Sent.__struct_fields__)


def claims(
    sent: list[Any], bodies: Sequence[bytes], shape: fields.Shape, long_way: LongWay
) -> tuple[Claim | Malformed, ...]:
    """Each of these scans; bodies: the one text of each; shape: how the fields of a claim are read."""
    plain = [isinstance(one, dict) and _NAMES.issuperset(one) for one in sent]
    try:
        found = msgspec.convert([one for one, is_plain in zip(sent, plain, strict=True) if is_plain], list[_Sent])
    except (msgspec.ValidationError, ValueError):  # half characters are a ValueError
        return tuple(map(long_way, sent, bodies))
    quick = shape.quick
    gate, place, moment, code, seq, reading = (quick[one] for one in ("gate", "place", "at", "code", "seq", "clock"))
    length, scan, quickly = fields.LENGTH_OF_ID, Act.SCAN, iter(found)

    def claim(as_sent: Any, body: bytes, is_plain: bool) -> Claim | Malformed:  # noqa: FBT001 - of `map`
        one = next(quickly) if is_plain else None
        if one is None or one.act is not scan or len(as_sent["id"]) != length:
            return long_way(as_sent, body)
        try:
            return Claim(
                one.id, sha256(body).digest(), scan, moment(one.at), gate(one.gate), place(one.place),
                None if one.seq is None else seq(one.seq), code(one.code), direction=one.direction, shown=one.shown,
                clock=None if one.clock is None else reading(one.clock),
            )  # fmt: skip
        except (fields.Wrong, TypeError):
            return long_way(as_sent, body)

    return tuple(map(claim, sent, bodies, plain))
