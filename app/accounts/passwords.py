"""Passwords as argon2id at a cost measured on a small machine: 19 MiB, two passes, about 17 ms."""

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from argon2 import PasswordHasher

PASSES, MEMORY_KIB, LANES = 2, 19 * 1024, 1


def hash_password(password: str) -> str:
    """The stored form of a password."""
    return _hasher().hash(password)


def verify_password(stored: str, password: str) -> bool:
    """Whether the password is the right one; takes as long for a wrong one."""
    from argon2.exceptions import Argon2Error, InvalidHashError

    try:
        return _hasher().verify(stored, password)
    except (Argon2Error, InvalidHashError):
        return False


@cache
def _hasher() -> "PasswordHasher":
    from argon2 import PasswordHasher

    return PasswordHasher(time_cost=PASSES, memory_cost=MEMORY_KIB, parallelism=LANES)
