"""Many rows at once are held to the same rules as one."""

import pytest
from flask import Flask

from app.bulk import pour
from app.db import TransactionMisuse, db, transaction
from checkin.models import RollUp
from checkin.operations.rolled_rows import CELL_COLUMNS
from checkin.rules.rollup import Cell
from tests.make import Make


def test_rows_are_poured_inside_a_transaction_alone(app: Flask, make: Make) -> None:
    event = make.event()
    row = (event.id, *Cell("lines", venue=1), 0)
    db.session.rollback()
    with pytest.raises(TransactionMisuse):
        pour(db.session.connection(), RollUp.__tablename__, CELL_COLUMNS, [row])
    db.session.rollback()
    assert db.session.query(RollUp).count() == 0
    with transaction():
        pour(db.session.connection(), RollUp.__tablename__, CELL_COLUMNS, [row])
    assert db.session.query(RollUp).count() == 1
