"""Roll-ups are made anew from all lines, whoever comes meanwhile."""

from typing import Any

import pytest
from flask import Flask

from app.db import db
from checkin.operations.rebuilding import rebuild
from checkin.queries import columns, summed
from checkin.queries.rollups import RolledUp
from tests.checkin.doorside import Doorside
from tests.checkin.rolled import assert_rolled_up
from tests.make import Make


def test_whoever_comes_while_they_are_made_anew_is_in_them(
    app: Flask, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    door = Doorside(app, make)
    talk = make.session(door.event, "talk")
    for _ in range(5):
        door.scan(talk, door.ticket())
    told: list[int] = []
    late, real = [door.ticket()], summed.summed_from_ledger

    def summed_meanwhile(*arguments: Any, **named: Any) -> RolledUp:
        made = real(*arguments, **named)
        if late:
            db.session.rollback()
            door.scan(talk, late.pop())
        return made

    monkeypatch.setattr(columns, "PIECE", 2)
    monkeypatch.setattr(summed, "summed_from_ledger", summed_meanwhile)
    assert rebuild(door.event.id, told=told.append) == 6
    assert sum(told) == 5 + 6
    monkeypatch.undo()
    assert_rolled_up()
