"""Passwords as argon2id at a cost measured on a small machine: 19 MiB, two passes, about 17 ms.

At most two are computed at once, so that a rush of sign-ins costs time and never memory.
"""

import secrets
from functools import cache
from threading import BoundedSemaphore
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from argon2 import PasswordHasher

PASSES, MEMORY_KIB, LANES = 2, 19 * 1024, 1
NOBODYS = "$argon2id$v=19$m=19456,t=2,p=1$9DqK2hplRWTaTrALWtWHMg$BZl5wS/ChOK9zTs0DB7a7LVEogF/D6unL6oTkW2Itvg"
"""Of a password that nobody knows: what an unknown account is compared with, at the same cost."""
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
_together = BoundedSemaphore(2)


def hash_password(password: str) -> str:
    """The stored form of a password; slow on purpose, so never inside a transaction."""
    with _together:
        return _hasher().hash(password)


def verify_password(stored: str | None, password: str) -> bool:
    """Whether the password is the right one; a wrong one and an unknown account (`stored` None) take as long."""
    from argon2.exceptions import Argon2Error, InvalidHashError

    with _together:
        try:
            _hasher().verify(stored or NOBODYS, password)
        except (Argon2Error, InvalidHashError):
            return False
    return stored is not None


def costs_too_little(stored: str) -> bool:
    """Whether a password was stored at another cost than today's and should be stored again."""
    return _hasher().check_needs_rehash(stored)


def generate_password() -> str:
    """Twelve characters that are hard to mistake for each other, in three groups: 59 bits."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(3))


@cache
def _hasher() -> "PasswordHasher":
    from argon2 import PasswordHasher

    return PasswordHasher(time_cost=PASSES, memory_cost=MEMORY_KIB, parallelism=LANES)
