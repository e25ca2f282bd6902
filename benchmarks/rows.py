"""One row of the table of results."""

from dataclasses import dataclass

from benchmarks.client import Measured


@dataclass(frozen=True)
class Row:
    """What was measured, on which database, over how many connections; times in ms. `note` holds other figures."""

    what: str
    database: str
    connections: int | None = None
    measured: Measured | None = None
    note: str = ""

    def cells(self) -> list[str]:
        times = ["", "", "", "", "", ""]
        if self.measured is not None:
            m = self.measured
            times = [
                str(len(m.milliseconds)),
                f"{m.per_second:,.0f}",
                *(_shown(m.quantile(q)) for q in (0.5, 0.95, 0.99)),
            ]
            times.append(str(m.failures))
        return [self.what, self.database, str(self.connections or ""), *times, self.note]


def _shown(milliseconds: float) -> str:
    return f"{milliseconds:.2f}" if milliseconds < 10 else f"{milliseconds:.1f}"


HEAD = ("what", "database", "connections", "count", "per second", "p50 ms", "p95 ms", "p99 ms", "failed", "note")


def table(rows: list[Row]) -> str:
    """Markdown."""
    lines = [HEAD, tuple("---" for _ in HEAD), *(tuple(row.cells()) for row in rows)]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
