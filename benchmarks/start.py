"""Cold start: from the command to the first answer, on a database that is there; and the server's memory."""

import time
from statistics import median

from benchmarks.client import Measured
from benchmarks.ground import ground, memory_mib
from benchmarks.rows import Row

ROUNDS = 7


def measure_all(database: str) -> list[Row]:
    """Start, first answer, memory after the first answer."""
    measured, memory = Measured(), []
    with ground(database) as place:
        began = time.perf_counter()
        for _ in range(ROUNDS):
            started = time.perf_counter()
            with place.serving() as server:
                measured.milliseconds.append((time.perf_counter() - started) * 1000)
                memory.append(memory_mib(server.pid))
        measured.seconds = time.perf_counter() - began
    return [Row("cold start to the first answer", database, 1, measured, f"memory {median(memory):.0f} MiB")]
