"""A batch counts once against the limits of its device, whichever way it goes."""

from typing import Any

import pytest
from flask import Flask

from checkin import api
from tests.checkin.doorside import Doorside
from tests.make import Make


@pytest.mark.parametrize(("place", "verdict"), [("session:talk", "admitted")])
def test_a_batch_counts_once_against_the_limits_of_its_device(
    app: Flask, make: Make, monkeypatch: pytest.MonkeyPatch, place: str, verdict: str | None
) -> None:
    door = Doorside(app, make)
    make.session(door.event, "talk")
    limits: Any = app.extensions["uketsuke_limits"]
    counted: list[tuple[str, int]] = []

    def count(rate: str, *_key: str, count: int = 1) -> bool:
        counted.append((rate, count))
        return True

    monkeypatch.setattr(limits, "hit", count)
    assert door.scan(place, door.ticket().code)["verdict"] == verdict
    assert sorted(counted) == sorted([(api.BATCHES, 1), (api.SCANS, 1)])
