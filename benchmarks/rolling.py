"""What the roll-ups cost at the door: the same scans with them and without them, by turns, in the process."""

import time
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass, field
from statistics import median
from unittest.mock import patch

from flask.testing import FlaskClient

from benchmarks.client import Measured
from benchmarks.ground import ground
from benchmarks.rows import Row
from benchmarks.scans import BATCH, SLUG, body, fill, headers
from checkin.operations.rolling import Rolling

ON_POSTGRESQL = True
SINGLE, SINGLES, BATCHES = 1, 400, 40
"""Requests of each sort, and as many without roll-ups. Aim: at most 1.10 times as much with them."""
WARM_UP = 40


@dataclass
class Spent:
    """Seconds of each request: of the application's processor, and until it was answered."""

    processor: list[float] = field(default_factory=list)
    answered: list[float] = field(default_factory=list)


def measure_all(database: str) -> list[Row]:
    """One scan a request and batches of 100, every scan of a ticket that has not come yet."""
    with ground(database) as place:
        codes = iter(fill(2 * (WARM_UP + SINGLES + BATCHES * BATCH)))
        client = place.app.test_client()
        _by_turns(client, codes, SINGLE, WARM_UP)
        return [
            _row(database, client, codes, "one scan", scans=SINGLE, count=SINGLES),
            _row(database, client, codes, f"batch of {BATCH}", scans=BATCH, count=BATCHES),
        ]


def _row(database: str, client: FlaskClient, codes: Iterator[str], what: str, *, scans: int, count: int) -> Row:
    rolled, bare = _by_turns(client, codes, scans, count)
    measured = Measured([seconds * 1000 for seconds in rolled.answered], 0, sum(rolled.answered))
    ratios = [median(having) / median(lacking) for having, lacking in (
        (rolled.processor, bare.processor), (rolled.answered, bare.answered))]  # fmt: skip
    note = (
        "with roll-ups {:.2f} times the processor time of the application, {:.2f} times the time until it is answered"
    )
    return Row(f"{what}, with and without roll-ups", database, None, measured, note.format(*ratios))


def _by_turns(client: FlaskClient, codes: Iterator[str], scans: int, count: int) -> tuple[Spent, Spent]:
    """So many requests of so many scans each, one with roll-ups and one without, then the other way round."""
    rolled, bare = Spent(), Spent()
    for number in range(2 * count):
        into = (rolled, bare, bare, rolled)[number % 4]
        sent = body([next(codes) for _ in range(scans)], number)
        without = nullcontext() if into is rolled else patch.object(Rolling, "write", _nothing)
        with without:
            answered, processor = time.perf_counter(), time.process_time()
            answer = client.post(
                f"/api/v1/events/{SLUG}/scans",
                data=sent,
                headers={name.replace("_", "-"): value for name, value in headers(number).items()},
            )
            into.processor.append(time.process_time() - processor)
            into.answered.append(time.perf_counter() - answered)
        assert answer.data.count(b'"verdict":"admitted"') == scans, answer.data[:400]
    return rolled, bare


def _nothing(_rolling: Rolling, _bind: object) -> None:
    """Instead of adding to the roll-ups."""
