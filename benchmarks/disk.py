"""Check-in on a slow disk: each fsync takes two milliseconds more. SQLite alone; needs a C compiler."""

import shutil
import subprocess
from pathlib import Path

from benchmarks.ground import Ground, ground
from benchmarks.rows import Row
from benchmarks.scans import fill, one_by_one

SOURCE = Path(__file__).with_name("slowdisk.c")
DISK_MS = "2"
LOADS = ((1, 400), (8, 2000), (64, 3000))
WARM_UP = 100


def measure_all(database: str) -> list[Row]:
    """One scan a request, as on the fast disk."""
    compiler = shutil.which("cc")
    if compiler is None:
        return [Row(f"check-in, disk of {DISK_MS} ms", database, note="not measured: no C compiler")]
    with ground(database) as place:
        codes = iter(fill(WARM_UP + sum(count for _, count in LOADS)))
        slow_down(place, compiler)
        with place.serving():
            one_by_one(place, codes, 8, WARM_UP)
            return [
                Row(
                    f"check-in, disk of {DISK_MS} ms",
                    database,
                    connections,
                    one_by_one(place, codes, connections, count),
                )
                for connections, count in LOADS
            ]


def slow_down(place: Ground, compiler: str) -> None:
    """The server of this ground will wait longer for its disk."""
    library = Path(place.environment["UKETSUKE_DATA_DIR"]) / "slowdisk.so"
    subprocess.run([compiler, "-shared", "-fPIC", "-O2", "-o", str(library), str(SOURCE), "-ldl"], check=True)
    place.environment.update(LD_PRELOAD=str(library), DISK_MS=DISK_MS)
