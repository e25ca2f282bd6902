"""Lines of the ledger as columns of whole numbers: for sums over millions of them.

numpy takes its time to load, so whoever adds up columns loads this module then.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from checkin.rules.said import BOOKED_AT, HALF, METHOD_AT

Numbers = NDArray[np.int64]
Sent = bytes | str | None
HEAD = 20
"""Bytes before the first number of an array as PostgreSQL sends it: dimensions, whether any is empty, of what type,
how many, and from where they are counted."""
NUMBER = np.dtype([("bytes", ">i4"), ("number", ">i8")])
NOTHING = np.zeros(0, np.int64)


class Lines(NamedTuple):
    """Some lines, one row for each of its categories (one of category 0 where there is none). day: counted from
    1 January of the year 1, 0: none; at: microseconds since 1970; said: see `ADMITS`. Whatever is empty is 0."""

    id: Numbers
    registration: Numbers
    ticket: Numbers
    place: Numbers
    device: Numbers
    category: Numbers
    number: Numbers
    slot: Numbers
    said: Numbers
    day: Numbers
    at: Numbers

    def chosen(self, which: Any) -> "Lines":
        """These rows of them, or in this order."""
        return Lines(*(column[which] for column in self))

    def says(self, bit: int) -> NDArray[np.bool_]:
        found: NDArray[np.bool_] = (self.said & bit) != 0
        return found

    @property
    def booked(self) -> Numbers:
        return (self.said >> BOOKED_AT & 3) - 1

    @property
    def method(self) -> Numbers:
        return self.said >> METHOD_AT


def lines_of(sent: Sequence[Sent]) -> Lines:
    """A piece of the ledger, from its columns as the database hands them out (`app/bulk.py`)."""
    id_, *pairs, day, at = map(numbers_of, sent)
    return Lines._make([id_, *(half for pair in pairs for half in _halves(pair)), day, at])


def numbers_of(sent: Sent) -> Numbers:
    """One column: an array in PostgreSQL's binary form, or numbers between commas; None: nothing was found."""
    if sent is None:
        return NOTHING
    if isinstance(sent, str):
        return np.fromstring(sent, np.int64, sep=",")
    return np.frombuffer(sent, NUMBER, offset=HEAD)["number"].astype(np.int64)


def _halves(pair: Numbers) -> tuple[Numbers, Numbers]:
    """The second number is the nearest to 0 that it can be; it may be negative."""
    first = (pair + HALF // 2) >> 32
    return first, pair - first * HALF
