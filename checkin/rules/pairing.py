"""Codes that make a scanner of a device: eight characters that nobody mistakes for each other, and what they allow."""

import re
import unicodedata
from enum import StrEnum

from checkin.rules import DeviceRight

ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
LENGTH = 8
CODES: int = len(ALPHABET) ** LENGTH
_BETWEEN = re.compile(r"[\s\-‐-―−ー]+")


class PairedAs(StrEnum):
    """What a paired device may do."""

    SCAN = "scan"
    SEARCH = "search"
    SUPERVISOR = "supervisor"

    def rights(self, *, names: bool = False) -> list[str]:
        """The rights of such a device: each of these includes the ones before it. names: whoever may search may do so
        without a network too."""
        included = [right.value for right in list(DeviceRight)[: list(PairedAs).index(self) + 1]]
        return [*included, DeviceRight.NAMES.value] if names and DeviceRight.SEARCH in included else included


def pairing_code(number: int) -> str:
    """The code of a number below CODES."""
    letters = []
    for _ in range(LENGTH):
        number, place = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[place])
    return "".join(letters)


def read_pairing_code(text: str) -> str | None:
    """The code in what was typed or read: in any case and width, in groups, or as a whole address; None: it is none."""
    found = _BETWEEN.sub("", unicodedata.normalize("NFKC", text).rpartition("#pair=")[2]).upper()
    return found if len(found) == LENGTH and set(found) <= set(ALPHABET) else None


def in_groups(code: str) -> str:
    """As one reads it aloud."""
    return f"{code[:4]}-{code[4:]}"
