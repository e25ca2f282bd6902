"""Every row of the table of cases, through the pure decision: no clock, no database."""

import pytest

from tests.checkin.cases import Case, cases, run
from tests.checkin.rules.memory import Memory

NAMES = frozenset({"person", "booked", "event"})
"""What only a database can tell: how somebody or something is called today."""


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.title)
def test_the_decision_is(case: Case) -> None:
    run(case, Memory(case), unseen=NAMES)


def test_each_row_has_its_own_sentence() -> None:
    sentences = [case.row["name"] for case in cases()]
    assert len(sentences) == len(set(sentences))
