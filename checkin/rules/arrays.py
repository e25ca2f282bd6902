"""What sums over columns of numbers are made of: rows that belong together, values looked up, one key for several
columns.

numpy takes its time to load, so whoever adds up columns loads this module then.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from checkin.rules.columns import Lines, Numbers

RANGE = 1 << 62
FOUR_BYTES = 1 << 31
Flags = NDArray[np.bool_]


def small(column: Numbers) -> Numbers:
    """In half the memory where no number is too large for that."""
    large = len(column) and (column.max() >= FOUR_BYTES or column.min() < -FOUR_BYTES)
    return column if large else column.astype(np.int32)


def joined(pieces: list[Any]) -> list[Any]:
    """Column by column; the pieces are given up."""
    columns_of = [*zip(*pieces, strict=True)]
    pieces.clear()
    return [np.concatenate(columns_of.pop(0)) for _ in range(len(columns_of))]


def picked(columns_of: list[Numbers], which: Any) -> Lines:
    """These rows, or in this order; the columns are given up, one after the other."""
    return Lines(*(columns_of.pop(0)[which] for _ in range(len(columns_of))))


def found(wanted: Numbers, known: Numbers, values: Numbers) -> Numbers:
    """Of each the value that is known of it, else 0. known: in order."""
    if not len(known):
        return np.zeros_like(wanted)
    place = np.minimum(np.searchsorted(known, wanted), len(known) - 1)
    return np.where(known[place] == wanted, values[place], 0)


def among(wanted: Numbers, known: Numbers) -> Flags:
    return found(wanted, known, np.ones_like(known)) > 0


def groups(column: Numbers) -> tuple[Numbers, Numbers]:
    """Of rows in order: the number of the group that each is in, and where each group begins."""
    begins = np.ones(len(column), np.bool_)
    begins[1:] = column[1:] != column[:-1]
    return np.cumsum(begins) - 1, np.flatnonzero(begins)


def sums(keys: Sequence[NDArray[Any]], number: Numbers | None) -> tuple[Numbers, Numbers]:
    """A row of each sort, and the sums of their numbers."""
    key, _ = key_of(keys)
    if not len(key):
        return key, key
    order = np.argsort(key, kind="stable")
    _, begins = groups(key[order])
    weights = np.ones_like(key) if number is None else number[order].astype(np.int64)
    return order[begins], np.add.reduceat(weights, begins)


def key_of(columns_of: Sequence[NDArray[Any]]) -> tuple[Numbers, int]:
    """One number for each combination of the columns, and how many there may be; numbered anew where they are far
    apart."""
    key, span = np.zeros(len(columns_of[0]), np.int64), 1
    for column in columns_of if len(key) else ():
        least, wide = int(column.min()), int(column.max()) - int(column.min()) + 1
        added = column.astype(np.int64) - least
        if span * wide > RANGE:
            (key, span), (added, wide) = _numbered(key), _numbered(added)
        key = key * wide + added
        span *= wide
    return key, span


def _numbered(column: Numbers) -> tuple[Numbers, int]:
    values, number = np.unique(column, return_inverse=True)
    return number.astype(np.int64), len(values)
