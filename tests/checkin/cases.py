"""The table of cases, and how any world runs one: the pure decision in memory, or the endpoint on a database."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from checkin.rules.times import Reading

TABLE = json.loads(Path(__file__).with_name("cases.json").read_text(encoding="utf-8"))
DEFAULTS = TABLE["defaults"]
DAY = "2026-10-03"
FULL_WIDTH = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}


class World(Protocol):
    """Where a case happens."""

    def scan(self, case: "Case", step: dict[str, Any]) -> dict[str, Any]: ...

    def again(self, index: int) -> dict[str, Any]: ...

    def change(self, case: "Case", change: dict[str, Any]) -> None: ...

    def outcome(self, case: "Case") -> dict[str, Any]: ...


@dataclass(frozen=True)
class Case:
    """One row of the table."""

    row: dict[str, Any]

    @property
    def title(self) -> str:
        return f"{self.row['case']}: {self.row['name']}"

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.row.get("zone", DEFAULTS["zone"]))

    @property
    def reentry(self) -> str:
        return str(self.row.get("reentry", DEFAULTS["reentry"]))

    @property
    def tickets(self) -> dict[str, dict[str, Any]]:
        return {key: {**DEFAULTS["ticket"], **given} for key, given in self.row.get("tickets", {}).items()}

    @property
    def sessions(self) -> dict[str, dict[str, Any]]:
        return {
            key: {**DEFAULTS["session"], **given}
            for key, given in self.row["places"].items()
            if "entrance" not in given
        }

    @property
    def entrances(self) -> dict[str, str]:
        return {key: given["entrance"] for key, given in self.row["places"].items() if "entrance" in given}

    def moment(self, text: str) -> datetime:
        """A time of the table: local, on the day of the cases unless it carries a date."""
        whole = text if "T" in text else f"{DAY}T{text}"
        at = datetime.fromisoformat(whole)
        return (at if at.tzinfo else at.replace(tzinfo=self.zone)).astimezone(UTC)

    def claimed_at(self, step: dict[str, Any]) -> datetime:
        """The device's time."""
        return self.moment(step["at"]) + timedelta(seconds=step.get("clock", 0))

    def received_at(self, step: dict[str, Any]) -> datetime:
        return self.moment(step.get("received", step["at"]))

    def sent_at(self, step: dict[str, Any]) -> datetime:
        """The device's time when it sends."""
        return self.received_at(step) + timedelta(seconds=step.get("set_to", step.get("clock", 0)))

    def reading(self, step: dict[str, Any]) -> Reading | None:
        """What the device says of its clock, if it knows."""
        known = timedelta(seconds=-step["knows"]) if "knows" in step else None
        return None if known is None else Reading("run", timedelta(0), known, steady=True)

    def told(self, expected: Any, key: str) -> Any:
        """What a row expects, with its times as moments."""
        if key in ("at", "first") and expected is not None:
            return self.moment(expected)
        return [self.moment(one) for one in expected] if key == "window" and expected else expected


def cases() -> list[Case]:
    """Every row."""
    return [Case(row) for row in TABLE["cases"]]


def read_text(step: dict[str, Any], code: str) -> str:
    """The text that was read."""
    template: str = step.get("read", "{CODE}")
    full = code.lower().translate(FULL_WIDTH)
    return template.replace("{CODE}", code).replace("{code}", code.lower()).replace("{ＣＯＤＥ}", full)


def run(case: Case, world: World, *, unseen: frozenset[str] = frozenset()) -> None:
    """Play the case; `unseen`: what this world cannot observe."""
    for number, step in enumerate(case.row["steps"]):
        if "change" in step:
            world.change(case, step["change"])
            continue
        observed = world.again(step["again"]) if "again" in step else world.scan(case, step)
        then = {"verdict": step["then"]} if isinstance(step["then"], str) else step["then"]
        for key, expected in then.items():
            if key in unseen:
                continue
            seen = observed.get(key)
            if key == "lines":
                seen = [
                    {name: line.get(name) for name in wanted}
                    for line, wanted in zip(observed[key], expected, strict=True)
                ]
            assert seen == case.told(expected, key), f"step {number}: {key}"
    outcome = world.outcome(case)
    for key, expected in case.row["finally"].items():
        seen = {name: outcome[key].get(name, 0) for name in expected} if key == "inside" else outcome[key]
        assert seen == expected, key
