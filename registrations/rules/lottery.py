"""A draw that anybody can repeat: the order follows from a seed whose hash was shown before anyone applied.

The seed is 32 random bytes. Shown beforehand: the SHA-256 of its hexadecimal letters. The order of the draw is that of
the SHA-256 of `seed:application` (both in hexadecimal letters), smallest first.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from registrations.rules.waiting import Waiting


@dataclass(frozen=True)
class Drawn:
    """What a draw came to: the winners, and the others in the order in which they wait."""

    won: tuple[int, ...]
    others: tuple[int, ...]


def commitment(seed: bytes) -> str:
    """What is shown before the draw."""
    return hashlib.sha256(seed.hex().encode()).hexdigest()


def draw_key(seed: bytes, application: UUID) -> str:
    """Where an application comes in the draw: smaller is earlier."""
    return hashlib.sha256(f"{seed.hex()}:{application.hex}".encode()).hexdigest()


def in_order(seed: bytes, applications: Iterable[UUID]) -> list[UUID]:
    """The applications as they are drawn."""
    return sorted(applications, key=lambda one: draw_key(seed, one))


def drawn(parties: Sequence[Waiting], free: int | None) -> Drawn:
    """Whole parties win in the order of the draw; one that does not fit is passed over, and later ones may fit."""
    won: list[int] = []
    for party in parties:
        if free is None or party.places <= free:
            won.append(party.id)
            free = None if free is None else free - party.places
    return Drawn(tuple(won), tuple(one.id for one in parties if one.id not in set(won)))
