"""Every row of the table of cases, through the pure decision: no clock, no database."""

from pathlib import Path

import pytest

from tests.checkin.cases import TABLE, Case, cases, run
from tests.checkin.rules.memory import Memory

NAMES = frozenset({"person", "booked", "event"})
"""What only a database can tell: how somebody or something is called today."""


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.title)
def test_the_decision_is(case: Case) -> None:
    run(case, Memory(case), unseen=NAMES)


def test_each_row_has_its_own_sentence() -> None:
    sentences = [case.row["name"] for case in cases()]
    assert len(sentences) == len(set(sentences))


def test_every_case_is_in_the_table_or_names_the_tests_that_hold_it() -> None:
    folder = Path(__file__).parents[1]
    assert list(TABLE["rows"]) == [str(number) for number in range(1, 43)]
    for number, row in TABLE["rows"].items():
        here = any(case.row["case"] == int(number) for case in cases())
        assert here or row.get("by"), number
        for file, _, name in (one.partition("::") for one in row.get("by", [])):
            assert name in (folder / file).read_text(encoding="utf-8"), f"{number}: {name}"


def test_the_same_table_drives_server_endpoint_and_scanner() -> None:
    folder = Path(__file__).parents[1]
    for driver in ("rules/test_cases.py", "test_cases_over_http.py"):
        assert 'parametrize("case", cases()' in (folder / driver).read_text(encoding="utf-8")
    assert "for (const row of TABLE.cases)" in (folder / "scanner" / "cases.test.js").read_text(encoding="utf-8")
    assert '"../cases.json"' in (folder / "scanner" / "memory.js").read_text(encoding="utf-8")
