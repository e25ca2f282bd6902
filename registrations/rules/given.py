"""Codes that doors give out by themselves: 90 random bits and a mark that only the event's own devices can make.

The mark says of a code that nobody has heard of yet that a door of this event gave it out: its upload is on the way.
Who reads the mark learns nothing, and who has seen one code cannot make another. The scanner makes them in the same
way (checkin/scanner/given-code.js).
"""

import hmac
import re

from registrations.rules import ALPHABET, CODE_LENGTH

RANDOM_LENGTH = 18
RANDOM_BITS = 5 * RANDOM_LENGTH
_FORM = re.compile("[A-Z2-7]{26}")


def given_code(salt: bytes, bits: int) -> str:
    """The code for these random bits."""
    head = "".join(ALPHABET[bits >> 5 * place & 31] for place in reversed(range(RANDOM_LENGTH)))
    return head + _mark(salt, head)


def is_given(salt: bytes, code: str) -> bool:
    """Whether a door of the event with this salt gave the code out."""
    if not _FORM.fullmatch(code):
        return False
    return hmac.compare_digest(code[RANDOM_LENGTH:], _mark(salt, code[:RANDOM_LENGTH]))


def _mark(salt: bytes, head: str) -> str:
    """Forty bits, as characters."""
    digest = hmac.digest(salt, b"given out: " + head.encode("ascii"), "sha512")
    bits = int.from_bytes(digest[:5])
    return "".join(ALPHABET[bits >> 5 * place & 31] for place in reversed(range(CODE_LENGTH - RANDOM_LENGTH)))
