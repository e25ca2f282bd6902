"""`python -m benchmarks [NAME …]`: measures and writes the table benchmarks/results.md.

Each NAME is a module here with `measure_all(database) -> list[Row]`; without NAME all are measured. With
UKETSUKE_TEST_POSTGRES set, those that say so are measured on PostgreSQL too. `--whole` measures
the rush with all its people, not a tenth of them; `--huge` measures roll-ups with ten million ledger lines, on SQLite
alone.
"""

import os
import platform
import sys
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path

from benchmarks.rows import Row, table

NAMES = (
    "start",
    "scans",
    "packs",
    "disk",
    "verdicts",
    "registrations",
    "rush",
    "lists",
    "papers",
    "attendance",
    "rollups",
    "rolling",
    "bookings",
    "report",
    "timetable",
    "programme_files",
)
RESULTS = Path(__file__).with_name("results.md")


def main(names: list[str]) -> None:
    """Measure and print; the whole run also rewrites the results."""
    rows = [row for name in names or NAMES for row in measured(name)]
    print(table(rows))
    if not names:
        RESULTS.write_text(heading() + table(rows) + "\n")


def measured(name: str) -> list[Row]:
    module = import_module(f"benchmarks.{name}")
    databases = ["sqlite"]
    if "UKETSUKE_TEST_POSTGRES" in os.environ and "--huge" not in sys.argv and getattr(module, "ON_POSTGRESQL", False):
        databases.append("postgresql")
    return [row for database in databases for row in module.measure_all(database)]


def heading() -> str:
    """What machine, when: figures of one run may be compared with each other, not with another machine's."""
    return (
        "# Measured\n\n"
        f"{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores, {platform.system()} {platform.machine()}, "
        f"Python {platform.python_version()}. The client runs on the same cores as the server: "
        "one connection is a socket that waits, several share an event loop. SQLite: WAL, `synchronous=FULL`. "
        "Compare rows of one run as ratios. Memory is what a server's processes hold, what they share counted once.\n\n"
    )


if __name__ == "__main__":
    main([one for one in sys.argv[1:] if one not in ("--whole", "--huge")])
