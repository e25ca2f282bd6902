"""The process that sums up all crossings of a large event, started as a module by a server that was asked for one
(`analytics/queries/apart.py`): it is sent every line once, answers with what they come to, and ends. It loads rules and
numpy, and no more of the application: what it takes comes on top of a server's memory."""

import gc
import pickle
import sys
from collections.abc import Iterator
from typing import Any, BinaryIO

from analytics.rules.crossed_in_columns import PAIRS, all_crossed
from checkin.rules.columns import Sent


def main(told: BinaryIO, answer: BinaryIO) -> None:
    """Raises UnknownWord; EOFError if whoever asked is gone."""
    gc.disable()  # numbers are no circles
    ground, beside = _next(told), _next(told)
    made = all_crossed(ground, _parts(told), *beside)
    pickle.dump([(one, pickle.dumps(made.of(one).packed(), protocol=5)) for one in PAIRS], answer)
    answer.flush()


def _parts(told: BinaryIO) -> Iterator[Iterator[list[Sent]]]:
    """Nothing stands after the pieces of each part, and once more after all parts."""
    while (piece := _next(told)) is not None:
        yield _pieces(piece, told)


def _pieces(piece: list[Sent] | None, told: BinaryIO) -> Iterator[list[Sent]]:
    while piece is not None:
        yield piece
        piece = _next(told)


def _next(told: BinaryIO) -> Any:
    return pickle.load(told)  # noqa: S301 - from a process of our server


if __name__ == "__main__":
    main(sys.stdin.buffer, sys.stdout.buffer)
